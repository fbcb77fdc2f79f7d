import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusionOf, countAll, type RuleCounts } from '../../calibration/counts.ts';
import { alertsOf, cellCounts, countGenerators, generatorsOf } from '../../calibration/grid.ts';
import { buildLattice, flags, flagsNothing } from '../../calibration/lattice.ts';
import { type Confusion, type ObjectiveName, objective, objectiveNames } from '../../calibration/objectives.ts';
import type { Sample } from '../../calibration/sample.ts';
import {
  argmax,
  feasible,
  type Limits,
  noneFeasible,
  optimum,
  paretoFront,
  valueOf,
  within,
} from '../../calibration/search.ts';
import { levels } from '../../calibration/subjects.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { keyed } from '../../src/core/random.ts';
import { defaultReading, type Reading } from '../../src/risk/reading.ts';
import { cellsOf, ENV1_SCALE, type Scale } from '../../src/risk/scale.ts';
import { messyExposures, metricOptions, population, sampleFrom } from '../helpers/calibrationData.ts';

const lattice = buildLattice();
const all = Int32Array.from({ length: lattice.size }, (_, rule) => rule);
const reachable = all.filter((rule) => lattice.classes[rule]! <= 5);

const countsOf = (sample: Sample, scale: Scale = ENV1_SCALE, reading: Reading = defaultReading): RuleCounts =>
  countAll(lattice, countGenerators(lattice, sample, generatorsOf(lattice, sample.subjects, scale, reading)));

/** Confusion matrix of a rule by asking every exposure of everybody. */
function naive(sample: Sample, rule: number): Confusion {
  const sums = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const [k, { exposures }] of sample.subjects.entries()) {
    const alert = exposures.some((exposure) =>
      cellsOf(exposure, ENV1_SCALE, defaultReading).some(([row, column]) => flags(lattice, rule, row, column)),
    );
    sums[sample.positive[k] ? (alert ? 'tp' : 'fn') : alert ? 'fp' : 'tn'] += sample.weight[k]!;
  }
  return sums;
}

/** Textbook forms. */
const textbook: Record<ObjectiveName, (c: Confusion) => number> = {
  youden: ({ tp, fp, fn, tn }) => tp / (tp + fn) + tn / (tn + fp) - 1,
  f1: ({ tp, fp, fn }) => (2 * tp) / (2 * tp + fp + fn),
  f2: ({ tp, fp, fn }) => (5 * tp) / (5 * tp + 4 * fn + fp),
  mcc: ({ tp, fp, fn, tn }) => {
    const product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn);
    return product === 0 ? 0 : (tp * tn - fp * fn) / Math.sqrt(product);
  },
  cost: ({ tp, fp, fn, tn }) => -(0.1 * (fn / (tp + fn)) * 7 + 0.9 * (fp / (fp + tn))),
  'net-benefit': ({ tp, fp, fn, tn }) => 0.1 * (tp / (tp + fn)) - 0.9 * (fp / (fp + tn)) * (0.05 / 0.95),
};

const shapes = [
  { name: 'one exposure a person', users: 60, most: 1 },
  { name: 'several exposures a person', users: 60, most: 6 },
  { name: 'weights', users: 60, most: 4, weighted: true },
  { name: 'histograms, many cells an exposure', users: 40, most: 2, bins: true },
];

describe.each(shapes)('every rule at once, with $name', (shape) => {
  const sample = sampleFrom(messyExposures(11, shape));
  const counts = countsOf(sample);
  const matrices = [...all].map((rule) => naive(sample, rule));

  it('has the confusion matrix that asking every exposure gives', () => {
    for (const rule of all)
      for (const key of ['tp', 'fp', 'fn', 'tn'] as const)
        expect(confusionOf(counts, rule)[key]).toBeCloseTo(matrices[rule]![key], 9);
  });

  it.each(objectiveNames)('has the best %s that any rule reaches, and all ties', (name) => {
    const target = objective(name, metricOptions);
    const values = [...reachable].map((rule) => textbook[name](matrices[rule]!));
    const best = Math.max(...values);
    const { value, ties } = optimum(counts, reachable, target);
    expect(value).toBeCloseTo(best, 12);
    expect(ties).toEqual([...reachable].filter((_, k) => values[k]! >= best - 1e-9));
    expect(valueOf(counts, argmax(counts, reachable, target), target)).toBeCloseTo(best, 12);
  });

  it('gives every person the alert that the counts are made of', () => {
    const generators = generatorsOf(lattice, sample.subjects, ENV1_SCALE, defaultReading);
    const stream = keyed(1, 'test alerts');
    for (let k = 0; k < 200; k++) {
      const rule = stream.below(lattice.size);
      const alerts = alertsOf(lattice, generators, rule);
      const tp = alerts.reduce((sum, alert, at) => sum + (alert && sample.positive[at] ? sample.weight[at]! : 0), 0);
      expect(tp).toBeCloseTo(matrices[rule]!.tp, 9);
    }
  });

  it('has the Pareto front of the quadratic definition', () => {
    const front = paretoFront(counts, reachable);
    const point = (rule: number): string => `${counts.fn[rule]} ${counts.tn[rule]}`;
    // Rules with the same counts are one point; a point stays when no other is at least as good in both and not equal.
    const points = new Map([...reachable].map((rule) => [point(rule), rule]));
    const expected = [...points.values()].filter((rule) =>
      [...points.values()].every(
        (other) =>
          point(other) === point(rule) || counts.fn[other]! > counts.fn[rule]! || counts.tn[other]! < counts.tn[rule]!,
      ),
    );
    expect(new Set(front.map(point))).toEqual(new Set(expected.map(point)));
    expect(front).toHaveLength(expected.length);
    expect(front).toEqual(front.toSorted((a, b) => counts.tn[b]! - counts.tn[a]!));
  });
});

describe('limits', () => {
  const sample = sampleFrom(messyExposures(12, { users: 80 }));
  const counts = countsOf(sample);
  const rates = (rule: number) => {
    const { tp, fp, fn, tn } = confusionOf(counts, rule);
    return { sensitivity: tp / (tp + fn), fpr: fp / (fp + tn) };
  };

  it.each<[string, Limits, (rates: { sensitivity: number; fpr: number }) => boolean]>([
    ['--max-fpr', { maxFpr: 0.25 }, ({ fpr }) => fpr <= 0.25],
    ['--min-sensitivity', { minSensitivity: 0.5 }, ({ sensitivity }) => sensitivity >= 0.5],
    [
      '--max-alerts-per-1000',
      { maxAlertsPer1000: { alerts: 300, prevalence: 0.2 } },
      ({ sensitivity, fpr }) => 1000 * (0.2 * sensitivity + 0.8 * fpr) <= 300,
    ],
    ['two together', { maxFpr: 0.4, minSensitivity: 0.4 }, (r) => r.fpr <= 0.4 && r.sensitivity >= 0.4],
    ['none', {}, () => true],
  ])('%s leaves the rules that keep it, no others', (_, limits, keeps) => {
    const expected = reachable.filter((rule) => keeps(rates(rule)));
    expect([...feasible(counts, reachable, limits)]).toEqual([...expected]);
    expect(expected.length).toBeGreaterThan(0);
  });

  it('are kept by a rate that equals them', () => {
    expect(within({ maxFpr: 0.1 }, 10, 3, 10, 30)).toBe(true);
    expect(within({ minSensitivity: 0.3 }, 3, 0, 10, 30)).toBe(true);
    expect(within({ maxFpr: 0.1 }, 10, 1001, 10, 10_000)).toBe(false);
  });

  it('that nothing keeps leave no rule', () => {
    expect(feasible(counts, reachable, { maxFpr: 0, minSensitivity: 1 })).toHaveLength(0);
  });

  /** Rates as a user reads them, from the hint. */
  const reached = (limits: Limits, rules: Int32Array = reachable) =>
    [...noneFeasible(counts, rules, limits).hint.matchAll(/sensitivity ([\d.]+) at false-positive rate ([\d.]+)/g)].map(
      ([, sensitivity, fpr]) => ({ sensitivity: Number(sensitivity), fpr: Number(fpr) }),
    );

  it.each<[Limits, (rates: { sensitivity: number; fpr: number }) => number]>([
    [{ maxFpr: 0, minSensitivity: 1 }, ({ sensitivity, fpr }) => fpr + (1 - sensitivity)],
    [{ maxFpr: 0.3, minSensitivity: 0.95 }, (r) => Math.max(0, r.fpr - 0.3) + Math.max(0, 0.95 - r.sensitivity)],
    [
      { minSensitivity: 0.9, maxAlertsPer1000: { alerts: 100, prevalence: 0.2 } },
      (r) => Math.max(0, 0.9 - r.sensitivity) + Math.max(0, 0.2 * r.sensitivity + 0.8 * r.fpr - 0.1),
    ],
  ])('%j: the error names the rules that come nearest', (limits, outside) => {
    expect(feasible(counts, reachable, limits)).toHaveLength(0);
    const shown = reached(limits);
    expect(shown).toHaveLength(3);
    const least = Math.min(...Array.from(reachable, (rule) => outside(rates(rule))));
    expect(outside(shown[0]!)).toBeCloseTo(least, 2);
    const [first, second, third] = shown.map(outside);
    expect(second).toBeGreaterThan(first! - 0.002);
    expect(third).toBeGreaterThan(second! - 0.002);
    // None of the three beats another in both rates.
    for (const one of shown)
      for (const other of shown)
        if (one !== other) expect(one.sensitivity >= other.sensitivity && one.fpr <= other.fpr).toBe(false);
  });

  it('the error names fewer where there are fewer', () => {
    expect(reached({ minSensitivity: 2 }, Int32Array.of(reachable[0]!))).toHaveLength(1);
  });
});

describe('what must not change an optimum', () => {
  const exposures = messyExposures(13, { users: 120 });
  const result = (of: Sample, name: ObjectiveName, scale = ENV1_SCALE, reading = defaultReading) =>
    optimum(countsOf(of, scale, reading), reachable, objective(name, metricOptions));
  const expectSame = (changed: readonly Exposure[], scale?: Scale, reading?: Reading): void => {
    for (const name of objectiveNames) {
      const before = result(sampleFrom(exposures), name);
      const after = result(sampleFrom(changed), name, scale, reading);
      expect(after.ties).toEqual(before.ties);
      expect(after.value).toBeCloseTo(before.value, 12);
    }
  };

  it('everybody twice', () => {
    expectSame([...exposures, ...exposures.map((exposure) => ({ ...exposure, user: `${exposure.user} again` }))]);
  });

  it('the same exposure of a person twice', () => {
    expectSame(exposures.flatMap((exposure) => [exposure, exposure]));
  });

  it('three times the weight', () => {
    expectSame(exposures.map((exposure) => ({ ...exposure, weight: 3 })));
  });

  it('other names of scenarios and people, in another order', () => {
    expectSame(exposures.map((e) => ({ ...e, scenario: `x${e.scenario}`, user: `p${e.user}` })).toReversed());
  });

  it('other days', () => {
    expectSame(exposures.map((exposure) => ({ ...exposure, day: 1 })));
  });

  it('all attenuations and all edges 20 dB higher', () => {
    const scale = { ...ENV1_SCALE, attenuationEdges: ENV1_SCALE.attenuationEdges.map((edge) => edge + 20) };
    expectSame(exposures, scale, { ...defaultReading, shift: 20 });
  });
});

describe('more data of one kind', () => {
  const target = (name: ObjectiveName) => objective(name, metricOptions);

  it('never lowers the best value when the best rule is right about them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), fc.constantFrom(...objectiveNames), (seed, name) => {
        const exposures = messyExposures(seed, { users: 30 });
        const before = optimum(countsOf(sampleFrom(exposures)), reachable, target(name));
        const rule = before.ties[0]!;
        const added = Array.from({ length: 64 }, (_, k) => [Math.floor(k / 8), k % 8] as const).map((cell, k) => {
          const label = flags(lattice, rule, ...cell);
          return { slices: [], cell, user: `new${k}`, label, weight: 1 };
        });
        const after = optimum(countsOf(sampleFrom([...exposures, ...added])), reachable, target(name));
        expect(after.value).toBeGreaterThanOrEqual(before.value - 1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('never raises the best value when they are silent to every rule but misses', () => {
    const exposures = messyExposures(14, { users: 50 });
    const missed = Array.from({ length: 10 }, (_, k) => ({ slices: [], user: `new${k}`, label: true, weight: 1 }));
    for (const name of objectiveNames) {
      const before = optimum(countsOf(sampleFrom(exposures)), reachable, target(name)).value;
      const after = optimum(countsOf(sampleFrom([...exposures, ...missed])), reachable, target(name)).value;
      expect(after).toBeLessThanOrEqual(before + 1e-12);
    }
  });
});

describe('levels', () => {
  it.each(levels)('count every %s once', (level) => {
    const exposures = population(5, 400);
    const counts = countsOf(sampleFrom(exposures, level));
    const size = {
      exposure: exposures.length,
      user: new Set(exposures.map(({ user }) => user)).size,
      'user-day': new Set(exposures.map(({ user, day }) => `${user} ${day}`)).size,
    }[level];
    expect(counts.positives + counts.negatives).toBe(size);
    expect(counts.fn[flagsNothing(lattice)]).toBe(counts.positives);
    expect(counts.fn[0]! + counts.tn[0]!).toBe(0);
  });
});

describe('counts per cell', () => {
  it('add up to the exposures of each class', () => {
    const sample = sampleFrom(population(6, 500));
    const { positives, negatives } = cellCounts(lattice, sample.subjects, ENV1_SCALE, defaultReading);
    const exposures = (truth: boolean): number =>
      sample.subjects.filter((one) => one.truth === truth).reduce((sum, one) => sum + one.exposures.length, 0);
    const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
    expect([sum(positives), sum(negatives)]).toEqual([exposures(true), exposures(false)]);
  });
});
