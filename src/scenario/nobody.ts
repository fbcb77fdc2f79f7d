/** Towns in which nobody can have the app although their adoption is above 0: a mistake, as a rule. */
import type { Arm } from './resolve.ts';

/** Why nobody has the app, in words; undefined: somebody may. Not for an arm that wants it so, by adoption 0. */
export function whyNobody({ parameters: { app, population } }: Pick<Arm, 'parameters'>): string | undefined {
  if (app.adoption === 0) return undefined;
  if (app.supported === 0) return 'app.supported is 0';
  if (app.permitted === 0) return 'app.permitted is 0';
  const may = population.ages.filter(({ from, share }) => share > 0 && from >= app.youngest);
  if (may.length === 0) return `app.youngest is ${app.youngest}, and all ages begin below`;
  if (may.every(({ uses }) => uses === 0)) return 'population.ages: uses is 0 for all who may have it';
  return population.provinces.some(({ share, uses }) => share > 0 && uses > 0)
    ? undefined
    : 'population.provinces: uses is 0 in all of them';
}

/** Whether somebody may have it. */
export const mayHaveApp = (arm: Pick<Arm, 'parameters'>): boolean =>
  arm.parameters.app.adoption > 0 && whyNobody(arm) === undefined;
