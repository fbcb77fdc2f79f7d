/** Towns in which nobody can have the app, and why. */
import { describe, expect, it } from 'vitest';
import { mayHaveApp, whyNobody } from '../../src/scenario/nobody.ts';
import { policyArm } from '../../src/scenario/policy/run.ts';
import { runTown } from '../../src/scenario/town.ts';
import { resolved } from '../helpers/scenario.ts';

const armOf = (said: string) => resolved(`title: x\ndays: 20\n${said}\n`, { arms: ['default'] }).arms[0]!;

describe('nobody has the app', () => {
  it.each([
    ['app: { supported: 0 }', 'app.supported is 0'],
    ['app: { permitted: 0 }', 'app.permitted is 0'],
    [
      'population: { ages: [{ from: 0, share: 1, uses: 1 }] }\napp: { youngest: 14 }',
      'app.youngest is 14, and all ages begin below',
    ],
    [
      'population: { ages: [{ from: 0, share: 1, uses: 1 }, { from: 20, share: 0, uses: 1 }] }\napp: { youngest: 14 }',
      'app.youngest is 14, and all ages begin below',
    ],
    ['app: { youngest: 120 }', 'app.youngest is 120, and all ages begin below'],
    [
      'population: { ages: [{ from: 0, share: 1, uses: 1 }, { from: 20, share: 1, uses: 0 }] }\napp: { youngest: 14 }',
      'population.ages: uses is 0 for all who may have it',
    ],
    [
      'population: { provinces: [{ name: A, share: 1, uses: 0 }, { name: B, share: 0, uses: 1 }] }',
      'population.provinces: uses is 0 in all of them',
    ],
  ])('where %s', (said, why) => {
    const arm = armOf(said);
    expect([whyNobody(arm), mayHaveApp(arm)]).toEqual([why, false]);
    // The simulation thinks so too.
    const small = {
      ...arm,
      parameters: { ...arm.parameters, app: { ...arm.parameters.app, uploads: 1, adoption: 1 } },
    };
    expect(runTown({ arm: small, seed: 1, days: 20 }).series.every(({ uploads }) => uploads === 0)).toBe(true);
    // No policy of a town without phones.
    expect(() => policyArm({ ...resolved('title: x\n'), arms: [arm] })).toThrow(
      expect.objectContaining({ code: 'E-USAGE', hint: `arms here: default: ${why}` }),
    );
  });

  it.each([
    ['app: { adoption: 0 }', false],
    ['app: { adoption: 0.01 }', true],
    ['app: { youngest: 0 }\npopulation: { ages: [{ from: 0, share: 1, uses: 0.1 }] }', true],
  ])('is not said of %s', (said, may) => {
    const arm = armOf(said);
    expect([whyNobody(arm), mayHaveApp(arm)]).toEqual([undefined, may]);
  });

  it('is passed over by a policy where another arm has the app', () => {
    const { arms } = resolved('title: x\narms: { a: { app: { supported: 0 } }, b: }\n');
    expect(policyArm({ ...resolved('title: x\n'), arms }).name).toBe('b');
  });
});
