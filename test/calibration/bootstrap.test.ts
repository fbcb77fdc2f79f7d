/** The bootstrap: seeded, paired, over clusters, stratified (contract.md 2). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrap, classing } from '../../calibration/bootstrap.ts';
import { type Sample, sampleOf } from '../../calibration/sample.ts';
import { exposureAt, messyExposures, sampleFrom } from '../helpers/calibrationData.ts';

/** Class counts of every replicate; each subject its own class unless a key says otherwise. */
function draws(sample: Sample, options: { replicates: number; seed?: number }, key = (subject: number) => subject) {
  const found: number[][] = [];
  const { replicates, seed = 7 } = options;
  bootstrap(sample, classing(sample, key), { replicates, seed }, (counts, replicate) => {
    expect(replicate).toBe(found.length);
    found.push([...counts]);
  });
  return found;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('classes', () => {
  const own = sampleFrom(messyExposures(1, { users: 20 }));

  it('number subjects with equal keys alike, and name one of each', () => {
    const key = (subject: number): string => `k${subject % 3}`;
    const { classOf, first } = classing(own, key);
    expect([...first].map(key)).toEqual(['k0', 'k1', 'k2']);
    for (const [subject, number] of classOf.entries()) expect(key(first[number]!)).toBe(key(subject));
  });
});

describe('a replicate', () => {
  const seeds = fc.integer({ min: 0, max: 1e6 });

  it('draws the same clusters whatever the classes, so that rules are compared on the same draws', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, modulus) => {
        const sample = sampleFrom(messyExposures(seed, { users: 25, weighted: true }), 'user-day');
        const fine = draws(sample, { replicates: 3, seed });
        const coarse = draws(sample, { replicates: 3, seed }, (subject) => subject % modulus);
        const added = fine.map((counts) =>
          Array.from({ length: Math.min(modulus, counts.length) }, (_, own) =>
            sum(counts.filter((__, subject) => subject % modulus === own)),
          ),
        );
        for (const [k, counts] of coarse.entries())
          for (const [own, count] of counts.entries()) expect(count).toBeCloseTo(added[k]![own]!, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('has as many people of every scenario as the data', () => {
    const exposures = messyExposures(3, { users: 60, most: 1 });
    const sample = sampleFrom(exposures);
    const scenarioOf = sample.subjects.map(({ scenario }) => scenario);
    const inScenario = (counts: readonly number[], scenario: string): number =>
      sum(counts.filter((_, subject) => scenarioOf[subject] === scenario));
    expect(new Set(scenarioOf).size).toBe(3);
    for (const counts of draws(sample, { replicates: 20 }))
      for (const scenario of new Set(scenarioOf))
        expect(inScenario(counts, scenario)).toBe(
          inScenario(
            scenarioOf.map(() => 1),
            scenario,
          ),
        );
  });

  it('takes or leaves all subjects of a person together', () => {
    const sample = sampleFrom(messyExposures(4, { users: 30, days: 5 }), 'user-day');
    expect(sample.subjects.length).toBeGreaterThan(40);
    for (const counts of draws(sample, { replicates: 10 })) {
      const times = new Map<number, number>();
      for (const [subject, cluster] of sample.cluster.entries()) {
        expect(times.get(cluster) ?? counts[subject]).toBe(counts[subject]);
        times.set(cluster, counts[subject]!);
      }
      expect(sum([...times.values()])).toBe(30);
    }
  });

  it('adds weights, not heads', () => {
    const weights = [0.5, 2, 3.25];
    const sample = sampleOf(
      weights.map((weight, k) => ({
        exposures: [exposureAt(1, 1)],
        truth: true,
        cluster: `${k}`,
        scenario: '',
        weight,
      })),
    );
    for (const counts of draws(sample, { replicates: 10 }))
      for (const [k, weight] of weights.entries()) expect(Number.isInteger(counts[k]! / weight)).toBe(true);
  });

  it('repeats with its seed and differs with another', () => {
    const sample = sampleFrom(messyExposures(5, { users: 20 }));
    expect(draws(sample, { replicates: 5, seed: 1 })).toEqual(draws(sample, { replicates: 5, seed: 1 }));
    expect(draws(sample, { replicates: 5, seed: 1 })).not.toEqual(draws(sample, { replicates: 5, seed: 2 }));
  });

  it('does not depend on how many are drawn', () => {
    const sample = sampleFrom(messyExposures(5, { users: 20 }));
    expect(draws(sample, { replicates: 9 }).slice(0, 4)).toEqual(draws(sample, { replicates: 4 }));
    expect(draws(sample, { replicates: 0 })).toEqual([]);
  });

  it('holds every subject once on average, with the variance of drawing with replacement', () => {
    const sample = sampleFrom(messyExposures(6, { users: 40, most: 1 }));
    const [replicates, units] = [4000, 40];
    const counts = draws(sample, { replicates }).map((drawn) => drawn[0]!);
    const stratum = sample.strata.find((clusters) => clusters.includes(0))!.length;
    const mean = sum(counts) / replicates;
    const variance = sum(counts.map((count) => (count - mean) * (count - mean))) / replicates;
    // Binomial(m, 1/m): variance 1 - 1/m. Bounds: five standard errors, the fourth moment of Poisson(1) being 4.
    expect(sample.subjects).toHaveLength(units);
    expect(Math.abs(mean - 1)).toBeLessThan(5 / Math.sqrt(replicates));
    expect(Math.abs(variance - (1 - 1 / stratum))).toBeLessThan(5 * Math.sqrt(3 / replicates));
  });
});
