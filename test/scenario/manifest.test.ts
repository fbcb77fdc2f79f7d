/** A manifest says everything: whatever a scenario says, its manifest runs the same without it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestText } from '../../src/scenario/manifest.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { here, resolved } from '../helpers/scenario.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const rule = fc.constantFrom(
  'immuni-2020-06-05',
  'cwa-v2-2021-04-15',
  'swisscovid-2020-09-10',
  'attenuation<=60 minutes>=10',
);
const changes = fc.record(
  {
    app: fc.record({ adoption: share, uploads: share, risk: rule }, { requiredKeys: [] }),
    testing: fc.record({ tested: share, waitDays: fc.record({ median: fc.nat(5) }) }, { requiredKeys: [] }),
    contacts: fc.record(
      { group: fc.record({ neighbours: fc.nat(5) }), random: fc.record({ perDay: fc.nat(4) }) },
      { requiredKeys: [] },
    ),
    population: fc.record({ households: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }) }),
    delivery: fc.record(
      { backgroundHours: fc.constantFrom(0, 1, 4), offline: fc.double({ min: 0, max: 0.9, noNaN: true }) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const scenario = fc
  .record({
    seed: fc.nat(),
    days: fc.integer({ min: 3, max: 12 }),
    replicates: fc.integer({ min: 1, max: 2 }),
    parameters: changes,
    arms: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,3}(?:-[a-z0-9]{1,3}){0,2}$/), changes, {
      minKeys: 1,
      maxKeys: 3,
    }),
    day: fc.integer({ min: 1, max: 3 }),
    later: fc.record({
      app: fc.record({ risk: rule, uploads: share }, { requiredKeys: [] }),
      behaviour: fc.record({ complies: share }),
    }),
  })
  .map(({ parameters, day, later, ...own }) => ({
    title: 'any',
    ...own,
    ...parameters,
    population: { ...parameters.population, agents: 120 },
    disease: { firstInfected: 6, perMinute: 0.01 },
    changes: [{ day, set: later }],
    checks: [`${Object.keys(own.arms)[0]!}.infections >= 0`],
  }));

describe('a manifest', () => {
  it('has the arms, changes and checks of its scenario', () => {
    fc.assert(
      fc.property(scenario, (own) => {
        const first = resolved(JSON.stringify(own));
        const again = resolved(manifestText(first, { enlab: '1' }));
        expect(again.arms).toEqual(first.arms);
        expect(again.checks.map(({ text }) => text)).toEqual(own.checks);
        expect([again.seed, again.days, again.replicates]).toEqual([own.seed, own.days, own.replicates]);
        // And it is its own manifest, but for what made it.
        const [one, other] = [first, again].map((each) => JSON.parse(manifestText({ ...each, sources: {} }, {})));
        expect(other).toEqual(one);
      }),
      { numRuns: 60 },
    );
  });

  it('runs the same, to the last infection', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (own) => {
        const first = resolved(JSON.stringify(own));
        const runs = await Promise.all(
          [first, resolved(manifestText(first, {}))].map((each) => runScenario(each, here)),
        );
        const [digests, again] = runs.map(({ arms }) =>
          arms.map(({ outcomes }) => outcomes.map(({ digest }) => digest)),
        );
        expect(again).toEqual(digests);
      }),
      { numRuns: 15 },
    );
  });
});
