/** Every printed figure against its textbook formula. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { figureOf, type MetricName, metricNames, metricOf, signOf } from '../../calibration/metrics.ts';
import { type Confusion, type ObjectiveOptions, objective, objectiveNames } from '../../calibration/objectives.ts';

const options: ObjectiveOptions = { prevalence: 0.02, falseNegativeCost: 30, thresholdProbability: 0.1 };

/** Sources: Youden 1950; van Rijsbergen 1979; Matthews 1975; Bayes; Vickers and Elkin 2006. */
const formulas: Readonly<Record<MetricName, (c: Confusion, o: ObjectiveOptions & { prevalence: number }) => number>> = {
  sensitivity: ({ tp, fn }) => tp / (tp + fn),
  specificity: ({ fp, tn }) => tn / (tn + fp),
  youden: ({ tp, fp, fn, tn }) => (tp * tn - fp * fn) / ((tp + fn) * (fp + tn)),
  f1: ({ tp, fp, fn }) => (2 * tp) / (2 * tp + fp + fn),
  f2: ({ tp, fp, fn }) => (5 * tp) / (5 * tp + 4 * fn + fp),
  mcc: ({ tp, fp, fn, tn }) => (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)),
  ppv: (c, { prevalence }) => alerted(c, prevalence).hit / (alerted(c, prevalence).hit + alerted(c, prevalence).alarm),
  npv: (c, { prevalence }) => {
    const silent = (1 - prevalence) * formulas.specificity(c, { ...options, prevalence });
    const missed = prevalence * (c.fn / (c.tp + c.fn));
    return silent / (silent + missed);
  },
  alertsPer1000: (c, { prevalence }) => 1000 * (alerted(c, prevalence).hit + alerted(c, prevalence).alarm),
  cost: (c, { prevalence, falseNegativeCost }) =>
    falseNegativeCost * prevalence * (c.fn / (c.tp + c.fn)) + alerted(c, prevalence).alarm,
  netBenefit: (c, { prevalence, thresholdProbability: p }) =>
    alerted(c, prevalence).hit - (alerted(c, prevalence).alarm * p) / (1 - p),
};

/** Shares of all people who are rightly and wrongly alerted. */
const alerted = ({ tp, fp, fn, tn }: Confusion, prevalence: number) => ({
  hit: (prevalence * tp) / (tp + fn),
  alarm: ((1 - prevalence) * fp) / (fp + tn),
});

const count = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.double({ min: 0.01, max: 500, noNaN: true }));
const confusion = fc.record({ tp: count, fp: count, fn: count, tn: count });

describe('every figure', () => {
  it.each(metricNames)('%s equals its formula', (name) => {
    const ours = fc.record({
      prevalence: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      falseNegativeCost: fc.double({ min: 0.1, max: 1000, noNaN: true }),
      thresholdProbability: fc.double({ min: 0.001, max: 0.9, noNaN: true }),
    });
    fc.assert(
      fc.property(confusion, ours, (own, metrics) => {
        const figure = figureOf(name, own, metrics);
        expect(typeof figure).toBe('number');
        const expected = formulas[name](own, metrics);
        expect(Math.abs((figure as number) - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
      }),
    );
  });

  const published = { tp: 19, fp: 8, fn: 21, tn: 95 };
  it.each([
    // Fraunhofer's calibration of June 2020 (calibration.md 3): precision 70 %, recall 47 %.
    ['sensitivity', published, 0.475],
    ['ppv', published, 19 / 27],
    ['specificity', published, 95 / 103],
    ['mcc', { tp: 6, fp: 1, fn: 2, tn: 3 }, 0.47809144373375745],
  ] as const)('%s of a worked example', (name, own, value) => {
    const prevalence = (own.tp + own.fn) / (own.tp + own.fn + own.fp + own.tn);
    expect(figureOf(name, own, { ...options, prevalence })).toBeCloseTo(value, 12);
  });
});

describe('a figure that is undefined', () => {
  const noPositives = { tp: 0, fp: 3, fn: 0, tn: 4 };
  const noNegatives = { tp: 3, fp: 0, fn: 4, tn: 0 };

  it.each([
    ['sensitivity', noPositives, '0 positives'],
    ['specificity', noNegatives, '0 negatives'],
    ['youden', noPositives, '0 positives'],
    ['youden', noNegatives, '0 negatives'],
    ['f1', noPositives, '0 positives'],
    ['mcc', noNegatives, '0 negatives'],
    ['ppv', noPositives, '0 positives'],
    ['alertsPer1000', noNegatives, '0 negatives'],
    ['cost', noPositives, '0 positives'],
    ['netBenefit', noNegatives, '0 negatives'],
    ['ppv', { tp: 0, fp: 0, fn: 5, tn: 5 }, '0 alerts'],
    ['npv', { tp: 5, fp: 5, fn: 0, tn: 0 }, 'everybody is alerted'],
  ] as const)('%s of %j: %s', (name, own, reason) => {
    expect(figureOf(name, own, options)).toBe(reason);
  });

  it.each(['ppv', 'npv', 'alertsPer1000', 'cost', 'netBenefit'] as const)(
    '%s needs a prevalence: without one that is the reason, even where a class is missing too',
    (name) => {
      for (const own of [{ tp: 3, fp: 4, fn: 5, tn: 6 }, noPositives, noNegatives])
        expect(figureOf(name, own, { ...options, prevalence: null })).toBe(
          'unknown prevalence: pass --prevalence P, or --cohort when the data are a cohort',
        );
    },
  );

  it.each(metricNames.filter((name) => formulas[name].length < 2))('%s does not', (name) => {
    const own = { tp: 3, fp: 4, fn: 5, tn: 6 };
    expect(figureOf(name, own, { ...options, prevalence: null })).toBe(figureOf(name, own, options));
  });

  it('sensitivity and specificity do not need the other class', () => {
    expect([figureOf('sensitivity', noNegatives, options), figureOf('specificity', noPositives, options)]).toEqual([
      3 / 7,
      4 / 7,
    ]);
  });
});

describe('objectives', () => {
  it.each(objectiveNames)('%s is larger where its figure is better', (name) => {
    fc.assert(
      fc.property(confusion, (own) => {
        const { tp, fp, fn, tn } = own;
        const value = objective(name, options).value(tp, fp, tp + fn, fp + tn);
        expect(signOf(name) * value).toBeCloseTo(figureOf(metricOf[name], own, options) as number, 12);
      }),
    );
  });

  it('cost is the only one that people read the other way round', () => {
    expect(objectiveNames.filter((name) => signOf(name) < 0)).toEqual(['cost']);
  });
});
