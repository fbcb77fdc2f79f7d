/** What must hold in any town: scenarios are drawn, not chosen. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../src/scenario/run.ts';
import { runTown } from '../../src/scenario/town.ts';
import { here, resolved } from '../helpers/scenario.ts';

const share = fc.double({ min: 0, max: 1, noNaN: true });
const town = fc.record({
  title: fc.constant('any'),
  seed: fc.nat(),
  days: fc.integer({ min: 1, max: 25 }),
  population: fc.record({
    agents: fc.integer({ min: 10, max: 300 }),
    households: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
  }),
  contacts: fc.record({
    group: fc.record({ neighbours: fc.nat(6), chance: share }),
    random: fc.record({ perDay: fc.nat(5) }),
  }),
  disease: fc.record({
    firstInfected: fc.integer({ min: 0, max: 10 }),
    perMinute: fc.double({ min: 0, max: 0.01, noNaN: true }),
  }),
  testing: fc.record({ tested: share, sensitivity: share }),
  app: fc.record({
    adoption: share,
    uploads: share,
    household: share,
    risk: fc.constantFrom('immuni-2020-06-05', 'swisscovid-2020-09-10', 'attenuation<=60 minutes>=10'),
  }),
  behaviour: fc.record({ complies: share, quarantineDays: fc.nat(14) }),
  delivery: fc.record({
    operatorHours: fc.record({ median: fc.integer({ min: 0, max: 100 }) }),
    batchHours: fc.constantFrom(0, 0.5, 4, 24),
    backgroundHours: fc.constantFrom(0, 1, 4, 24),
    offline: fc.double({ min: 0, max: 0.9, noNaN: true }),
    detections: fc.integer({ min: 1, max: 24 }),
  }),
});

describe('any town', () => {
  it('keeps count of its people, and of what they do', () => {
    fc.assert(
      fc.property(town, (own) => {
        const [, arm] = resolved(JSON.stringify(own)).arms;
        const { series, infected, infectees } = runTown({ arm: arm!, seed: own.seed, days: own.days });
        const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
        expect(sum(infected)).toBeLessThanOrEqual(own.population.agents);
        expect(sum(infectees)).toBe(sum(infected) - own.disease.firstInfected);
        expect(sum(series.map(({ results }) => results))).toBeLessThanOrEqual(sum(infected));
        for (const [k, day] of series.entries()) {
          const soFar = series.slice(0, k + 1);
          expect(day.warnedRightly).toBeLessThanOrEqual(day.warned);
          // A result of yesterday may be uploaded today.
          expect(sum(soFar.map(({ uploads }) => uploads))).toBeLessThanOrEqual(
            sum(soFar.map(({ results }) => results)),
          );
          expect(day.quarantineDays).toBeLessThanOrEqual(day.warned * own.behaviour.quarantineDays);
        }
        expect(sum(series.map(({ warned }) => warned))).toBeLessThanOrEqual(own.population.agents);
      }),
      { numRuns: 60 },
    );
  });

  it('is as without an app where the app can do nothing', async () => {
    const idle = fc.constantFrom(
      { app: { adoption: 0 } },
      { app: { uploads: 0 } },
      { app: { permitted: 0 } },
      { app: { youngest: 120 } },
      { app: { risk: 'minutes>1439' } },
      { testing: { sensitivity: 0 } },
    );
    await fc.assert(
      fc.asyncProperty(town, idle, async (own, nothing) => {
        const text = JSON.stringify({ ...own, arms: { 'no-app': { app: { adoption: 0 } }, idle: nothing } });
        const { arms } = await runScenario(resolved(text), here);
        const [none, some] = arms.map(({ outcomes }) => outcomes[0]!);
        expect(some!.series.every(({ warned }) => warned === 0)).toBe(true);
        // Without results nobody is isolated either: then it is another town, but still one without warnings.
        if (!('testing' in nothing)) expect(some!.infected).toEqual(none!.infected);
      }),
      { numRuns: 40 },
    );
  });

  it('infects nobody without transmission, and sends nobody home who does not comply', () => {
    fc.assert(
      fc.property(town, (own) => {
        const still = {
          ...own,
          disease: { ...own.disease, perMinute: 0 },
          behaviour: { ...own.behaviour, complies: 0 },
        };
        const [, arm] = resolved(JSON.stringify(still)).arms;
        const { series } = runTown({ arm: arm!, seed: own.seed, days: own.days });
        expect(series.every(({ infections, quarantineDays }) => infections === 0 && quarantineDays === 0)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });
});
