/** The optimum and everything that is certified with it, against the app's model asked about every rule. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, checkedJson } from '../../calibration/check.ts';
import { type FitInput, fit } from '../../calibration/fit.ts';
import { presetJudge } from '../../calibration/judges.ts';
import { figureOf, metricOf, signOf } from '../../calibration/metrics.ts';
import { type Confusion, type ObjectiveName, objectiveNames } from '../../calibration/objectives.ts';
import { fitParts } from '../../calibration/result.ts';
import { type Limits, TIE, within } from '../../calibration/search.ts';
import type { EnlabError } from '../../src/core/errors.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { keyed } from '../../src/core/random.ts';
import { wilson } from '../../src/stats/intervals.ts';
import { exposureAt, exposureIn, messyExposures, metricOptions, population } from '../helpers/calibrationData.ts';
import { confusionsOf, fitInput, readingWith, SHORT_NEVER } from '../helpers/fits.ts';

const held = { scenarios: [], devices: [] };
const partsOf = (input: FitInput) => fitParts(input, fit(input), held);

/** Larger is better, whatever people read. */
const valueOf = (name: ObjectiveName, own: Confusion): number =>
  signOf(name) * (figureOf(metricOf[name], own, metricOptions) as number);

const keeps = (limits: Limits, { tp, fp, fn, tn }: Confusion): boolean => within(limits, tp, fp, tp + fn, fp + tn);

/** Every candidate by the model itself. */
function bruteForce(input: FitInput) {
  const rules = [...input.space.candidates].map((rule) => {
    const [ge, gt] = confusionsOf(input.space.tables(rule), input);
    expect(gt).toEqual(ge);
    return { rule, own: ge! };
  });
  const allowed = rules.filter(({ own }) => keeps(input.limits, own));
  const best = Math.max(...allowed.map(({ own }) => valueOf(input.objective, own)));
  const ties = allowed.filter(({ own }) => valueOf(input.objective, own) >= best - TIE).map(({ rule }) => rule);
  return { rules, best, ties };
}

const codeOf = (run: () => unknown): EnlabError => {
  try {
    run();
  } catch (error) {
    return error as EnlabError;
  }
  throw new Error('nothing was thrown');
};

const small = (seed: number, more: Partial<Parameters<typeof messyExposures>[1]> = {}): readonly Exposure[] =>
  messyExposures(seed, { users: 12, most: 3, ...more });

describe('the optimum', () => {
  const cases = (['exposure', 'user', 'user-day'] as const).flatMap((level) =>
    (['mean', 'cumulative'] as const).map((reduce) => ({ level, reduce })),
  );

  it.each(cases)(
    'at $level level, $reduce reading, is that of the model over all 12,021 rules',
    ({ level, reduce }) => {
      const exposures = small(level.length, { users: 6, bins: reduce === 'cumulative' });
      const input = fitInput(exposures, { level, reading: readingWith({ reduce }) });
      const { best, ties } = bruteForce(input);
      const found = fit(input);
      expect(found.best.objective.value).toBeCloseTo(best, 12);
      expect([...found.ties].toSorted((a, b) => a - b)).toEqual(ties);
    },
  );

  it('is that of the model for every objective, level and reading on random data', () => {
    const any = fc.record({
      seed: fc.integer({ min: 0, max: 1e6 }),
      level: fc.constantFrom('exposure', 'user', 'user-day'),
      objective: fc.constantFrom(...objectiveNames),
      reduce: fc.constantFrom('mean', 'cumulative'),
      durationEdge: fc.constantFrom('bucket', 'gt', 'ge'),
      weighted: fc.boolean(),
    }) as fc.Arbitrary<{
      seed: number;
      level: 'exposure' | 'user' | 'user-day';
      objective: ObjectiveName;
      reduce: 'mean' | 'cumulative';
      durationEdge: 'bucket' | 'gt' | 'ge';
      weighted: boolean;
    }>;
    fc.assert(
      fc.property(any, ({ seed, weighted, reduce, durationEdge, ...more }) => {
        const exposures = small(seed, { weighted, bins: reduce === 'cumulative' });
        const policy = durationEdge === 'ge' ? { forbid: ['minutes<15'] } : SHORT_NEVER;
        const input = fitInput(exposures, { ...more, policy, reading: readingWith({ reduce, durationEdge }) });
        fc.pre(input.sample.positives > 0 && input.sample.negatives > 0);
        const { best, ties } = bruteForce(input);
        const found = fit(input);
        expect(signOf(input.objective) * found.best.objective.value!).toBeCloseTo(best, 9);
        expect([...found.ties].toSorted((a, b) => a - b)).toEqual(ties);
      }),
      { numRuns: 25 },
    );
  });

  it('is decided alike by the tables that are printed, under both operators', () => {
    const input = fitInput(population(3, 400));
    const { best } = partsOf(input);
    if (!('D' in best)) throw new Error('not a table');
    for (const { tp, fp, fn, tn } of confusionsOf(best, input))
      expect([tp, fp, fn, tn]).toEqual([best.tp, best.fp, best.fn, best.tn]);
  });

  it('has equivalents that are worth the same, each another rule', () => {
    const input = fitInput(small(5, { users: 25 }));
    const { best, equivalent, certificate } = partsOf(input);
    if (!('D' in best) || !certificate.optimal) throw new Error('not a certified table');
    expect(equivalent).toHaveLength(Math.min(50, certificate.ties - 1));
    for (const tables of equivalent)
      for (const own of confusionsOf(tables, input))
        expect(valueOf('youden', own)).toBeCloseTo(best.objective.value!, 12);
    expect(new Set([best, ...equivalent].map(({ D, A }) => JSON.stringify([D, A]))).size).toBe(equivalent.length + 1);
    expect(equivalent.every(({ cellsChanged }) => cellsChanged > 0)).toBe(true);
    expect(certificate.withinThousandth).toBeGreaterThanOrEqual(certificate.ties);
  });
});

describe('limits', () => {
  const limits: readonly Limits[] = [
    { maxFpr: 0.1 },
    { minSensitivity: 0.7 },
    { maxFpr: 0.5, minSensitivity: 0.3 },
    { maxAlertsPer1000: { alerts: 200, prevalence: 0.1 } },
  ];

  it.each(limits)('%j are kept, and nothing better keeps them', (own) => {
    const input = fitInput(small(8, { users: 30 }), { policy: SHORT_NEVER, limits: own, objective: 'f2' });
    const { best, ties } = bruteForce(input);
    const found = fit(input);
    expect(keeps(own, found.best.evaluation)).toBe(true);
    expect(found.best.objective.value).toBeCloseTo(best, 12);
    expect([...found.ties].toSorted((a, b) => a - b)).toEqual(ties);
  });

  it('do not change the front or its intervals', () => {
    const exposures = small(9, { users: 30, days: 4 });
    const options = { level: 'user-day', policy: SHORT_NEVER, bootstrap: { replicates: 50, seed: 2 } } as const;
    const free = partsOf(fitInput(exposures, options));
    const bound = partsOf(fitInput(exposures, { ...options, limits: { maxFpr: 0.2, minSensitivity: 0.2 } }));
    expect(bound.pareto).toEqual(free.pareto);
    expect(bound.auc).toEqual(free.auc);
  });

  it('that no rule keeps are an error that says what rules reach', () => {
    const overlapping = [true, false].map((label, k) => exposureAt(20, 60, { user: `u${k}`, label }));
    const error = codeOf(() => fit(fitInput(overlapping, { limits: { maxFpr: 0.4, minSensitivity: 0.6 } })));
    expect([error.code, error.exitCode]).toEqual(['E-CONSTRAINTS', 2]);
    expect(error.hint).toContain('sensitivity 0.000 at false-positive rate 0.000');
  });
});

describe('an objective that has no value', () => {
  it.each([
    ['youden', true, '0 negatives'],
    ['f1', false, '0 positives'],
  ] as const)('%s of people who are all %s', (objective, label, reason) => {
    const exposures = [1, 2, 3].map((k) => exposureAt(k * 10, 60, { user: `u${k}`, label }));
    const error = codeOf(() => fit(fitInput(exposures, { objective })));
    expect([error.code, error.exitCode, error.message]).toEqual([
      'E-UNDEFINED',
      2,
      `${objective} is undefined: ${reason}`,
    ]);
    const rule = label ? '--truth "within 1 m"' : '--truth "within 4 m"';
    expect(error.hint).toMatch(/^add data of the missing class/);
    expect(error.hint).toContain(rule);
  });

  it.each(['cost', 'net-benefit'] as const)('%s without a prevalence', (objective) => {
    const input = fitInput(small(1), { objective, metrics: { ...metricOptions, prevalence: null } });
    const { code, hint } = codeOf(() => fit(input));
    expect([code, hint]).toEqual(['E-UNDEFINED', expect.stringMatching(/^add --prevalence P, or --cohort/)]);
    expect(hint).not.toContain('missing class');
  });
});

describe('dB shifts under limits', () => {
  it('compare with rules that keep them, where any does', () => {
    const input = fitInput(small(8, { users: 30 }), { policy: SHORT_NEVER, limits: { maxFpr: 0.2 } });
    const { shifted, best, target } = fit(input);
    expect(shifted.find(({ shift }) => shift === 0)!.best).toBeCloseTo(best.objective.value!, 12);
    for (const { counts, best: possible } of shifted) {
      const allowed = input.space.candidates.filter((rule) => 1 - counts.tn[rule]! / counts.negatives <= 0.2);
      const values = [...allowed].map((rule) =>
        target.value(
          counts.positives - counts.fn[rule]!,
          counts.negatives - counts.tn[rule]!,
          counts.positives,
          counts.negatives,
        ),
      );
      expect(possible).toBeCloseTo(Math.max(...values), 12);
    }
  });

  it('have no best rule where none keeps them', () => {
    const far = Array.from({ length: 12 }, (_, k) => exposureAt(20, k < 6 ? 60 : 80, { user: `u${k}`, label: k < 6 }));
    const input = fitInput(far, { policy: { require: ['minutes>15 attenuation<=73'] }, limits: { maxFpr: 0 } });
    const { shifted } = fit(input);
    expect(shifted.map(({ shift, best }) => [shift, best === null])).toEqual(
      // 80 dB reaches A2 (<= 73 dB) at no shift of 6 dB; 74 dB is A1.
      Array.from({ length: 13 }, (_, k) => [k - 6, false]),
    );
    const near = far.map((own, k) => (k < 6 ? own : exposureAt(20, 75, { user: `u${k}`, label: false })));
    const own = fit(fitInput(near, { policy: { require: ['minutes>15 attenuation<=73'] }, limits: { maxFpr: 0 } }));
    expect(own.shifted.filter(({ best }) => best === null).map(({ shift }) => shift)).toEqual([-6, -5, -4, -3, -2]);
    expect(fitParts(input, own, { scenarios: [], devices: [] }).shifts).toContainEqual(
      expect.objectContaining({ shift: -6, possible: null }),
    );
  });
});

describe('the Pareto front', () => {
  it('is all that is not dominated, by rising false-positive rate', () => {
    const input = fitInput(small(10, { users: 25 }), { policy: SHORT_NEVER });
    const all = bruteForce(input).rules.map(({ own: { tp, fp, fn, tn } }) => [tp / (tp + fn), fp / (fp + tn)] as const);
    const undominated = all.filter(([se, fpr]) => !all.some(([a, b]) => (a > se && b <= fpr) || (a >= se && b < fpr)));
    const { pareto } = partsOf(input);
    const distinct = new Set(undominated.map(([se, fpr]) => `${se.toFixed(9)} ${fpr.toFixed(9)}`));
    expect(new Set(pareto.map(({ sensitivity, fpr }) => `${sensitivity!.toFixed(9)} ${fpr!.toFixed(9)}`))).toEqual(
      distinct,
    );
    expect(pareto).toHaveLength(distinct.size);
    for (const [k, point] of pareto.slice(1).entries()) {
      expect(point.fpr!).toBeGreaterThan(pareto[k]!.fpr!);
      expect(point.sensitivity!).toBeGreaterThan(pareto[k]!.sensitivity!);
    }
  });

  it('has the tables, intervals and n of each rule', () => {
    const input = fitInput(small(11, { users: 40, most: 1 }));
    for (const point of partsOf(input).pareto) {
      for (const { tp, fp, fn, tn } of confusionsOf(point, input)) {
        const [sensitivity, specificity] = [wilson(tp, tp + fn), wilson(tn, tn + fp)];
        expect(point.sensitivityInterval).toEqual([sensitivity.low, sensitivity.high]);
        expect(point.fprInterval![0]).toBeCloseTo(1 - specificity.high!, 12);
        expect(point.fprInterval![1]).toBeCloseTo(1 - specificity.low!, 12);
      }
      expect(point.n).toBe(40);
    }
  });

  it('has the area of trapezoids under it', () => {
    const input = fitInput(small(12, { users: 25 }));
    const { pareto, auc } = partsOf(input);
    const points = [[0, 0], ...pareto.map(({ fpr, sensitivity }) => [fpr!, sensitivity!]), [1, 1]];
    const area = points
      .slice(1)
      .reduce((sum, [x, y], k) => sum + ((x! - points[k]![0]!) * (y! + points[k]![1]!)) / 2, 0);
    expect(auc.value).toBeCloseTo(area, 12);
  });
});

describe('the certificate', () => {
  it.each([
    ['nothing', {}, 12_021],
    ['a cap of 30 minutes', { durationCap: 30 }, 6231],
    ['short contacts never', SHORT_NEVER, 495],
    ['D1 to D4 = 0', { fix: ['D1=0', 'D2=0', 'D3=0', 'D4=0'] }, 495],
  ] as const)('counts the rules that %s leaves', (_, policy, rules) => {
    expect(partsOf(fitInput(small(1), { policy })).certificate).toMatchObject({ rules, optimal: true });
  });

  it('counts ties: where nothing tells rules apart, all of them', () => {
    const input = fitInput([
      exposureIn(0, 0, { user: 'a', label: true }),
      exposureIn(0, 0, { user: 'b', label: false }),
    ]);
    expect(partsOf(input).certificate).toEqual({
      rules: 12_021,
      optimal: true,
      ties: 12_021,
      withinThousandth: 12_021,
    });
  });
});

describe('what the data do not say', () => {
  it('is named by row and column', () => {
    const exposures = [
      exposureIn(4, 2, { user: 'a', label: true }),
      exposureIn(1, 7, { user: 'b', label: false }),
      exposureIn(4, 0, { user: 'b', label: false }),
    ];
    expect(partsOf(fitInput(exposures)).unidentified).toEqual({
      D: ['D1', 'D3', 'D4', 'D6', 'D7', 'D8'],
      A: ['A2', 'A4', 'A5', 'A6', 'A7'],
    });
  });

  it('makes dB shifts impossible for cells', () => {
    const exposures = [exposureIn(4, 2, { user: 'a', label: true }), exposureIn(1, 7, { user: 'b', label: false })];
    expect(partsOf(fitInput(exposures)).shifts).toEqual({
      value: null,
      reason: 'the data are cells, without raw attenuation',
    });
  });

  it('a shift of all attenuations does: the same as shifted data', () => {
    const exposures = small(13, { users: 20 });
    const { shifts } = partsOf(fitInput(exposures, { policy: SHORT_NEVER }));
    if (!Array.isArray(shifts)) throw new Error('no shifts');
    expect(shifts.map(({ shift }) => shift)).toEqual(Array.from({ length: 13 }, (_, k) => k - 6));
    for (const { shift, possible } of shifts) {
      const moved = exposures.map((own) => ({
        ...own,
        slices: own.slices.map((slice) => {
          const dB = Math.max(0, slice.low + shift);
          return { ...slice, low: dB, high: dB };
        }),
      }));
      expect(possible).toBeCloseTo(fit(fitInput(moved, { policy: SHORT_NEVER })).best.objective.value!, 12);
    }
  });
});

describe('the compared preset', () => {
  it.each(['immuni-2020-06-05', 'swisscovid-2020-09-10'])('%s has the numbers of check', (name) => {
    const compared = presetJudge(name);
    const input = fitInput(small(14, { users: 30 }), {
      level: 'user-day',
      compared,
      bootstrap: { replicates: 40, seed: 5 },
    });
    const { sample, reading, metrics, bootstrap } = input;
    const [checked] = check(sample, [compared], reading, metrics, bootstrap);
    const { name: _, kind: __, dependsOn: ___, ...figures } = checkedJson(checked!);
    expect(partsOf(input).default).toMatchObject({ preset: name, ...figures, objective: figures.youden });
  });
});

describe('the same data and seed', () => {
  const exposures = small(15, { users: 30, days: 4 });
  const options = { level: 'user-day', bootstrap: { replicates: 30, seed: 9 } } as const;

  it('give the same result to the last byte, another seed other intervals', () => {
    const text = () => JSON.stringify(partsOf(fitInput(exposures, options)));
    expect(text()).toBe(text());
    const other = partsOf(fitInput(exposures, { ...options, bootstrap: { replicates: 30, seed: 10 } }));
    expect(JSON.stringify(other)).not.toBe(text());
    expect(other.best.objective.value).toBe(partsOf(fitInput(exposures, options)).best.objective.value);
  });

  it('give the same rule in whatever order the rows stand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const stream = keyed(seed, 'shuffle');
        const shuffled = exposures
          .map((own) => [stream.uniform(), own] as const)
          .toSorted(([a], [b]) => a - b)
          .map(([, own]) => own);
        const [one, other] = [exposures, shuffled].map((rows) => fit(fitInput(rows, { level: 'user-day' })));
        expect(other!.best.rule).toBe(one!.best.rule);
        expect(other!.ties).toEqual(one!.ties);
      }),
      { numRuns: 10 },
    );
  });
});
