/** Confusion matrices and which interval they get: contract.md 2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alerts, confusion, drawnInterval, evaluate, resample } from '../../calibration/estimates.ts';
import { figureOf, metricNames } from '../../calibration/metrics.ts';
import type { Sample } from '../../calibration/sample.ts';
import { sampleOf } from '../../calibration/sample.ts';
import { keyed } from '../../src/core/random.ts';
import { percentileInterval, wilson, youdenInterval } from '../../src/stats/intervals.ts';
import { exposureAt, messyExposures, metricOptions, sampleFrom } from '../helpers/calibrationData.ts';

const bootstrap = { replicates: 200, seed: 3 };

const randomAlerts = (sample: Sample, seed: number): Alerts => {
  const stream = keyed(seed, 'alerts');
  return Uint8Array.from(sample.subjects, () => stream.below(2));
};

/** People of one exposure each. */
const rows = (seed: number, users = 40) => sampleFrom(messyExposures(seed, { users, most: 1 }));
/** Days of people who have several. */
const clustered = (seed: number) => sampleFrom(messyExposures(seed, { users: 40, days: 5 }), 'user-day');
const weighted = (seed: number) => sampleFrom(messyExposures(seed, { users: 40, most: 1, weighted: true }));

/** A sample of subjects given as truth, alert, cluster and weight. */
function table(...subjects: readonly (readonly [truth: boolean, alert: 0 | 1, cluster?: string, weight?: number])[]) {
  const sample = sampleOf(
    subjects.map(([truth, , cluster, weight = 1], k) => ({
      exposures: [exposureAt(1, 1)],
      truth,
      cluster: cluster ?? `${k}`,
      scenario: 's',
      weight,
    })),
  );
  return { sample, alerts: Uint8Array.from(subjects, ([, alert]) => alert) };
}

describe('a confusion matrix', () => {
  it('adds weights by truth and alert', () => {
    const { sample, alerts } = table([true, 1, 'a', 2], [true, 0, 'b', 3], [false, 1, 'c', 5], [false, 0, 'd', 7]);
    expect(confusion(sample, alerts)).toEqual({ tp: 2, fp: 5, fn: 3, tn: 7 });
  });

  it('in every replicate holds as many people as the data', () => {
    const sample = rows(1);
    for (const [own] of resample(sample, [randomAlerts(sample, 1)], bootstrap))
      expect(own!.tp + own!.fp + own!.fn + own!.tn).toBe(sample.subjects.length);
  });

  it('of one rule does not depend on the rules beside it', () => {
    const sample = clustered(2);
    const [a, b] = [randomAlerts(sample, 1), randomAlerts(sample, 2)];
    const both = resample(sample, [a, b], bootstrap);
    expect(both.map(([first]) => first)).toEqual(resample(sample, [a], bootstrap).map(([first]) => first));
    expect(both.map(([, second]) => second)).toEqual(resample(sample, [b], bootstrap).map(([only]) => only));
  });
});

describe('intervals', () => {
  it('of independent rows are those of Wilson and Newcombe', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const sample = rows(seed);
        const alerts = randomAlerts(sample, seed);
        const [own] = evaluate(sample, [alerts], metricOptions, { ...bootstrap, replicates: 0 });
        const { tp, fp, fn, tn } = confusion(sample, alerts);
        expect(own!.estimates.sensitivity).toEqual(wilson(tp, tp + fn));
        expect(own!.estimates.specificity).toEqual(wilson(tn, tn + fp));
        expect(own!.estimates.youden).toEqual(youdenInterval(tp, tp + fn, fp, fp + tn));
      }),
      { numRuns: 40 },
    );
  });

  it.each(['f1', 'mcc', 'cost', 'ppv'] as const)('of %s are percentiles of the bootstrap even then', (name) => {
    const sample = rows(5);
    const alerts = randomAlerts(sample, 5);
    const [own] = evaluate(sample, [alerts], metricOptions, bootstrap);
    const drawn = resample(sample, [alerts], bootstrap).map(([one]) => figureOf(name, one!, metricOptions) as number);
    const { value, low, high } = own!.estimates[name];
    expect([low, high]).toEqual(percentileInterval(drawn));
    expect(low! <= value! && value! <= high!).toBe(true);
  });

  it.each([
    ['of people with several rows', clustered],
    ['of weighted rows', weighted],
  ] as const)('%s are percentiles of the bootstrap', (_, sampleOfSeed) => {
    const sample = sampleOfSeed(7);
    const alerts = randomAlerts(sample, 7);
    const [own] = evaluate(sample, [alerts], metricOptions, bootstrap);
    const replicates = resample(sample, [alerts], bootstrap).map(([one]) => one!);
    for (const name of metricNames) {
      const drawn = replicates.map((one) => figureOf(name, one, metricOptions));
      const { low, high } = own!.estimates[name];
      expect([name, low, high]).toEqual([name, ...percentileInterval(drawn.filter((one) => typeof one === 'number'))]);
    }
  });

  it('need a bootstrap: without one there is none, and none by formula that does not hold', () => {
    for (const sample of [clustered(8), weighted(8)]) {
      const [own] = evaluate(sample, [randomAlerts(sample, 8)], metricOptions, { ...bootstrap, replicates: 0 });
      for (const name of metricNames)
        expect(own!.estimates[name]).toEqual({
          value: own!.estimates[name].value,
          low: null,
          high: null,
          reason: 'no bootstrap',
        });
    }
  });

  it('are those of a formula where nothing varies in the bootstrap', () => {
    const { sample, alerts } = table([true, 1, 'a'], [true, 1, 'a'], [false, 0, 'b'], [false, 1, 'c'], [false, 0, 'c']);
    const [own] = evaluate(sample, [alerts], metricOptions, bootstrap);
    expect(own!.estimates.sensitivity).toEqual(wilson(2, 2));
    const { low, high } = own!.estimates.specificity;
    expect(low).toBeLessThan(high!);
    expect(own!.estimates.specificity).not.toEqual(wilson(2, 3));
  });

  it('of weighted rows where nothing varies are none: no formula holds, and 1 to 1 would claim to know', () => {
    const { sample, alerts } = table([true, 1, 'a', 2], [false, 0, 'b', 3], [false, 0, 'c', 1]);
    expect(evaluate(sample, [alerts], metricOptions, bootstrap)[0]!.estimates.sensitivity).toEqual({
      value: 1,
      low: null,
      high: null,
      reason: 'the same in every replicate',
    });
  });

  it('leave out replicates in which the figure is undefined', () => {
    expect(drawnInterval(0.5, [0.25, '0 positives', 0.75, '0 positives'])).toEqual({
      value: 0.5,
      low: 0.25 + 0.5 * 0.025,
      high: 0.75 - 0.5 * 0.025,
    });
    expect(drawnInterval(0.5, ['0 positives'])).toEqual({
      value: 0.5,
      low: null,
      high: null,
      reason: '0 positives in every replicate',
    });
  });
});

describe('an evaluation', () => {
  it.each([
    ['0 positives', false, 'sensitivity', 'specificity'],
    ['0 negatives', true, 'specificity', 'sensitivity'],
  ] as const)('with %s says so and is defined where it can be', (reason, truth, missing, present) => {
    const { sample, alerts } = table([truth, 1], [truth, 0], [truth, 1]);
    const { estimates, n } = evaluate(sample, [alerts], metricOptions, bootstrap)[0]!;
    for (const name of [missing, 'youden', 'f1', 'f2', 'mcc', 'ppv', 'npv', 'cost', 'netBenefit'] as const)
      expect(estimates[name]).toEqual({ value: null, low: null, high: null, reason });
    expect(estimates[present].value).not.toBeNull();
    expect(n).toBe(3);
  });

  it('of nobody is undefined, not a division by zero', () => {
    const { estimates, n } = evaluate(sampleOf([]), [new Uint8Array()], metricOptions, bootstrap)[0]!;
    expect([n, estimates.sensitivity.reason, estimates.specificity.reason]).toEqual([0, '0 positives', '0 negatives']);
  });

  it('without a prevalence leaves what needs one undefined, with the reason', () => {
    const sample = rows(9);
    const { estimates } = evaluate(
      sample,
      [randomAlerts(sample, 9)],
      { ...metricOptions, prevalence: null },
      bootstrap,
    )[0]!;
    for (const name of ['ppv', 'npv', 'alertsPer1000', 'cost', 'netBenefit'] as const) {
      expect(estimates[name]).toMatchObject({ value: null, low: null, high: null });
      expect(estimates[name].reason).toMatch(/unknown prevalence/);
    }
    expect(estimates.f1.value).not.toBeNull();
  });

  it('at the prevalence of a cohort has the shares of the data', () => {
    const sample = rows(10);
    const alerts = randomAlerts(sample, 10);
    const prevalence = sample.positives / sample.subjects.length;
    const { estimates, tp, fp, fn, tn } = evaluate(sample, [alerts], { ...metricOptions, prevalence }, bootstrap)[0]!;
    expect(estimates.ppv.value).toBeCloseTo(tp / (tp + fp), 12);
    expect(estimates.npv.value).toBeCloseTo(tn / (tn + fn), 12);
    expect(estimates.alertsPer1000.value).toBeCloseTo((1000 * (tp + fp)) / sample.subjects.length, 9);
  });

  it('computes only the figures that are asked for', () => {
    const sample = rows(11);
    const [own] = evaluate(sample, [randomAlerts(sample, 11)], metricOptions, bootstrap, ['mcc']);
    expect(Object.keys(own!.estimates)).toEqual(['mcc']);
  });

  it('is of each rule in turn, on the same draws', () => {
    const sample = clustered(12);
    const rules = [1, 2, 3].map((seed) => randomAlerts(sample, seed));
    const together = evaluate(sample, rules, metricOptions, bootstrap);
    expect(together).toEqual(rules.flatMap((alerts) => evaluate(sample, [alerts], metricOptions, bootstrap)));
  });
});
