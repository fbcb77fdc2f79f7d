/** What somebody should know of a run who did not ask: on stderr, as a note. */
import { mayHaveApp, whyNobody } from '../../src/scenario/nobody.ts';
import type { Scenario } from '../../src/scenario/resolve.ts';
import type { ScenarioRun } from '../../src/scenario/run.ts';
import type { Edge } from '../edge.ts';

/** Before a run: arms in which nobody has the app without wanting it, and real phones that nobody can have. */
export function noteArms({ stderr }: Edge, { arms, realPhones }: Pick<Scenario, 'arms' | 'realPhones'>): void {
  for (const arm of arms) {
    const why = whyNobody(arm);
    if (why !== undefined) stderr.write(`note: nobody in arm ${arm.name} has the app: ${why}\n`);
  }
  if (realPhones > 0 && !arms.some(mayHaveApp))
    stderr.write('note: there are no real phones, as nobody has the app in the arms that run\n');
}

/** After a run: arms with fewer real phones than were asked for, as fewer people have the app. */
export function noteRealPhones({ stderr }: Edge, { scenario: { realPhones }, arms }: ScenarioRun): void {
  for (const { arm, figures } of arms) {
    const fewest = Math.min(...figures.map(({ phones }) => phones ?? realPhones));
    if (mayHaveApp(arm) && fewest < realPhones)
      stderr.write(
        `note: ${fewest} real phones ran in arm ${arm.name}, not ${realPhones}: no more people have the app\n`,
      );
  }
}
