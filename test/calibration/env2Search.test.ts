import { describe, expect, it } from 'vitest';
import { ENV2_GRID, type Env2Grid, type Env2Rule, env2Parameters, searchEnv2 } from '../../calibration/env2Search.ts';
import { type ObjectiveName, objective } from '../../calibration/objectives.ts';
import type { Sample } from '../../calibration/sample.ts';
import { env2 } from '../../src/risk/models/env2.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { exposureAt, messyExposures, metricOptions, population, sampleFrom } from '../helpers/calibrationData.ts';

const coarse: Env2Grid = { thresholds: [35, 50, 65, 80], weights: [0, 0.5, 1, 2.5], triggerStep: 300, triggers: 8 };

/** Value of a setting by the model itself, under each trigger of a grid. */
function valuesByTrigger(sample: Sample, rule: Env2Rule, name: ObjectiveName, grid: Env2Grid): readonly number[] {
  const parameters = env2.parameters.parse(env2Parameters(rule));
  const scores = sample.subjects.map(({ exposures }) => env2.assess(exposures, parameters, defaultReading).score);
  const total = (positive: number, test: (score: number) => boolean): number =>
    scores.reduce(
      (sum, score, k) => (sample.positive[k] === positive && test(score) ? sum + sample.weight[k]! : sum),
      0,
    );
  const [P, N] = [total(1, () => true), total(0, () => true)];
  return Array.from({ length: grid.triggers }, (_, k) => {
    const alerts = (score: number): boolean => score >= (k + 1) * grid.triggerStep;
    return objective(name, metricOptions).value(total(1, alerts), total(0, alerts), P, N);
  });
}

function settings({ thresholds, weights }: Env2Grid): readonly Env2Rule[] {
  const triples = thresholds.flatMap((a) => thresholds.flatMap((b) => thresholds.map((c) => [a, b, c] as const)));
  const fours = weights.flatMap((a) =>
    weights.flatMap((b) => weights.flatMap((c) => weights.map((d) => [a, b, c, d] as const))),
  );
  return triples
    .filter(([a, b, c]) => a < b && b < c)
    .flatMap((triple) => fours.map((four) => ({ thresholds: triple, weights: four, trigger: 0 })));
}

const samples = [
  ...[1, 2].map((seed) => sampleFrom(messyExposures(seed, { users: 40, weighted: seed === 2 }))),
  ...[3, 4, 5, 6].map((seed) => sampleFrom(population(seed, 100))),
];

describe('on a coarse grid', () => {
  // A restart alone ends at the optimum in about half of the cases on data with a signal, in a quarter on noise.
  it.each(['youden', 'f1', 'mcc'] as const)('20 restarts find the optimum of brute force, by %s', (name) => {
    let reached = 0;
    for (const [seed, sample] of samples.entries()) {
      const optimum = Math.max(...settings(coarse).flatMap((rule) => valuesByTrigger(sample, rule, name, coarse)));
      const fit = searchEnv2(sample, defaultReading, objective(name, metricOptions), {
        restarts: 20,
        seed,
        grid: coarse,
      });
      expect(fit.value).toBeCloseTo(optimum, 12);
      reached += fit.reached;
    }
    expect(reached / (20 * samples.length)).toBeGreaterThan(0.25);
  });

  it('the result has the value that the model gives it', () => {
    for (const sample of samples) {
      const { best, value } = searchEnv2(sample, defaultReading, objective('f1', metricOptions), {
        restarts: 3,
        seed: 5,
        grid: coarse,
      });
      expect(valuesByTrigger(sample, best, 'f1', coarse)[best.trigger / 300 - 1]).toBeCloseTo(value, 12);
    }
  });
});

describe('on the full grid', () => {
  const sample = sampleFrom(population(31, 300));
  const target = objective('youden', metricOptions);
  const search = (restarts: number, seed = 1) => searchEnv2(sample, defaultReading, target, { restarts, seed });

  it('gives the same result for the same seed', () => {
    expect(search(2)).toEqual(search(2));
    expect(search(2, 2).evaluations).not.toBe(search(2, 1).evaluations);
  });

  it('never gets worse with more restarts', () => {
    const values = [1, 2, 4, 6].map((restarts) => search(restarts).value);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  });

  it('ends where no change of one coordinate, with any trigger, is better', () => {
    const { best, value } = search(1);
    const at = (rule: Env2Rule): number => Math.max(...valuesByTrigger(sample, rule, 'youden', ENV2_GRID));
    expect(at(best)).toBeCloseTo(value, 12);
    for (const k of [0, 1, 2, 3])
      for (const weight of ENV2_GRID.weights.filter((_, step) => step % 5 === 0))
        expect(
          at({ ...best, weights: best.weights.with(k, weight) as unknown as Env2Rule['weights'] }),
        ).toBeLessThanOrEqual(value + 1e-9);
    for (const k of [0, 1, 2])
      for (const threshold of ENV2_GRID.thresholds) {
        const [a, b, c] = best.thresholds.with(k, threshold);
        if (a! < b! && b! < c!) expect(at({ ...best, thresholds: [a!, b!, c!] })).toBeLessThanOrEqual(value + 1e-9);
      }
  });

  it('stays within the ranges of the model and counts what it tried', () => {
    const { best, restarts, reached, evaluations } = search(2);
    expect(env2.parameters.safeParse(env2Parameters(best)).success).toBe(true);
    expect(best.trigger % 60).toBe(0);
    expect([restarts, reached >= 1 && reached <= 2]).toEqual([2, true]);
    expect(evaluations % 120).toBe(0);
    expect(evaluations).toBeGreaterThan(2 * 120 * 300);
  });

  it('beats or equals every minutes rule of two thresholds that it starts from', () => {
    const best = search(4).value;
    for (const [t1, t2] of [
      [55, 63],
      [50, 55],
      [53, 60],
    ] as const) {
      const rule: Env2Rule = { thresholds: [t1, t2, 90], weights: [1, 0.5, 0, 0], trigger: 900 };
      expect(valuesByTrigger(sample, rule, 'youden', ENV2_GRID)[14]).toBeLessThanOrEqual(best);
    }
  });
});

describe('what the framework makes 0', () => {
  const person = (user: string, label: boolean, more: object = {}) =>
    exposureAt(40, 50, { user, label, day: 1, ...more });

  it.each([
    ['a revoked key', { reportType: 5 }],
    ['infectiousness "none"', { infectiousness: 0 }],
  ])('%s is never alerted, which the search knows: without it no rule could keep the limit and alert', (_, more) => {
    const sample = sampleFrom([person('p', true), person('n', false, more)]);
    const limits = { maxFpr: 0 };
    const fit = searchEnv2(sample, defaultReading, objective('youden', metricOptions), {
      restarts: 1,
      seed: 1,
      limits,
    });
    expect(fit.value).toBe(1);
  });
});

describe('limits', () => {
  const sample = sampleFrom([
    exposureAt(40, 50, { user: 'p', label: true, day: 1 }),
    exposureAt(40, 50, { user: 'n', label: false, day: 1 }),
    exposureAt(5, 80, { user: 'n2', label: false, day: 1 }),
  ]);
  const target = objective('youden', metricOptions);

  it('are kept', () => {
    const free = searchEnv2(sample, defaultReading, target, { restarts: 3, seed: 1 });
    const strict = searchEnv2(sample, defaultReading, target, { restarts: 3, seed: 1, limits: { maxFpr: 0 } });
    expect([free.value, strict.value]).toEqual([0.5, 0]);
  });

  it('that nothing keeps are an error', () => {
    const limits = { maxFpr: 0, minSensitivity: 1 };
    expect(() => searchEnv2(sample, defaultReading, target, { restarts: 2, seed: 1, limits })).toThrow(/in 2 restarts/);
  });
});
