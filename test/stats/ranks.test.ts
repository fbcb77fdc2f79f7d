import fc from 'fast-check';
import { errorFunction } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import { auc, ks, mannWhitney, rankCorrelation } from '../../src/stats/ranks.ts';
import { mean } from '../helpers/binomial.ts';

/** Few different values, so that ties are common. */
const scores = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 30 });
const range = (count: number, value: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => value(i));

/** The definition: pairs won, ties half. */
const pairsWon = (first: readonly number[], second: readonly number[]): number =>
  first.reduce((sum, a) => sum + second.reduce((won, b) => won + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);

describe('Mann-Whitney', () => {
  it.each([
    // R 4.2: wilcox.test(exact = FALSE).
    ['ties', [1.1, 2.2, 3.3, 3.3, 5], [0.5, 2.2, 3.3, 1, 0.2, 0.9], 25.5, 0.0647689696989],
    ['shifted', range(10, (i) => i + 1), range(10, (i) => i + 6), 12.5, 0.00507539231527],
    ['many ties', [1, 1, 2, 2, 3], [2, 3, 3, 3, 3, 4, 4], 4, 0.0268122989754],
    // Hollander and Wolfe 1973, p. 69: permeability constants of the human chorioamnion.
    [
      'published',
      [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46],
      [1.15, 0.88, 0.9, 0.74, 1.21],
      35,
      0.244623605127,
    ],
    ['apart', [1, 2, 3], [4, 5, 6], 0, 0.0808555983701],
  ])('%s', (_, first, second, u, p) => {
    const test = mannWhitney(first, second);
    expect(test.u).toBe(u);
    expect(test.p).toBeCloseTo(p, 6);
  });

  it('U is the number of pairs won; both directions add up to all pairs and have the same p', () => {
    fc.assert(
      fc.property(scores, scores, (first, second) => {
        const own = mannWhitney(first, second);
        const reversed = mannWhitney(second, first);
        expect(own.u).toBe(pairsWon(first, second));
        expect(own.u + reversed.u).toBe(first.length * second.length);
        expect(own.p).toBeCloseTo(reversed.p, 12);
        expect(own.p).toBeGreaterThanOrEqual(0);
        expect(own.p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('all values equal: p is 1', () => expect(mannWhitney([1, 1, 1], [1, 1])).toEqual({ u: 3, p: 1 }));

  it.each([
    [[], [1]],
    [[1], []],
    [[1, Number.NaN], [2]],
  ])('%j and %j are refused', (first, second) => {
    expect(() => mannWhitney(first, second)).toThrow(RangeError);
    expect(() => ks(first, second)).toThrow(RangeError);
  });
});

describe('area under the ROC curve', () => {
  it('equals the definition over all pairs, and lies in its interval within [0, 1]', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const { value, low, high } = auc(positives, negatives);
        expect(value).toBeCloseTo(pairsWon(positives, negatives) / (positives.length * negatives.length), 12);
        expect(low!).toBeGreaterThanOrEqual(0);
        expect(low!).toBeLessThanOrEqual(value!);
        expect(high!).toBeGreaterThanOrEqual(value!);
        expect(high!).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is mirrored where the classes change places, and depends on order only', () => {
    fc.assert(
      fc.property(scores, scores, (positives, negatives) => {
        const own = auc(positives, negatives);
        const swapped = auc(negatives, positives);
        expect(swapped.low).toBeCloseTo(1 - own.high!, 10);
        expect(swapped.high).toBeCloseTo(1 - own.low!, 10);
        const stretched = (values: readonly number[]): number[] => values.map((value) => Math.exp(value) - 5);
        expect(auc(stretched(positives), stretched(negatives))).toEqual(own);
      }),
    );
  });

  it.each([
    // Limits of Newcombe's method 5, solved by another root finder (scipy brentq).
    [[2, 2, 2, 2], [1, 2, 2, 3], 0.5, 0.1825599251, 0.8174400749],
    [[3, 3, 3, 3], [1, 1, 3, 3], 0.75, 0.3484170175, 0.9393993963],
    [[1], [0], 1, 0.2065493144, 1],
    [range(10, (i) => i + 20), range(12, (i) => i), 1, 0.8159170107, 1],
    [range(5, () => 0), range(5, () => 1), 0, 0, 0.3572971761],
  ])('%j against %j: %f (%f..%f)', (positives, negatives, value, low, high) => {
    const estimate = auc(positives, negatives);
    expect(estimate.value).toBe(value);
    expect(estimate.low).toBeCloseTo(low, 9);
    expect(estimate.high).toBeCloseTo(high, 9);
  });

  it.each([
    [[], [1], '0 positives'],
    [[1], [], '0 negatives'],
  ])('%j against %j is undefined: %s', (positives, negatives, reason) => {
    expect(auc(positives, negatives)).toEqual({ value: null, low: null, high: null, reason });
  });

  /** DeLong 1988: variance of the placements of both classes. */
  function deLongDeviation(positives: readonly number[], negatives: readonly number[]): number {
    const variance = (values: readonly number[]): number => {
      const centre = mean(values);
      return values.reduce((sum, value) => sum + (value - centre) * (value - centre), 0) / (values.length - 1);
    };
    const ofPositives = positives.map((score) => pairsWon([score], negatives) / negatives.length);
    const ofNegatives = negatives.map((score) => pairsWon(positives, [score]) / positives.length);
    return Math.sqrt(variance(ofPositives) / positives.length + variance(ofNegatives) / negatives.length);
  }

  it.each([
    [0.25, 30, 30],
    [1, 15, 40],
    [1.5, 60, 25],
  ])('coverage in normal scores %f apart (%i and %i subjects): 0.93..0.98 of 600', (shift, m, n) => {
    // P(X > Y) of two unit normals `shift` apart is the normal distribution function of shift / sqrt(2).
    const truth = (1 + errorFunction(shift / 2)) / 2;
    const estimates = range(600, (i) => i).map((replicate) => {
      const stream = keyed(2, 'coverage', m, replicate);
      const positives = range(m, () => stream.normal() + shift);
      return { positives, negatives: range(n, () => stream.normal()) };
    });
    const covered = estimates.filter(({ positives, negatives }) => {
      const { low, high } = auc(positives, negatives);
      return low! <= truth && truth <= high!;
    }).length;
    expect(covered / 600).toBeGreaterThan(0.93);
    expect(covered / 600).toBeLessThan(0.98);
    // As wide as DeLong's on average, within a fifth.
    const widths = estimates.map(({ positives, negatives }) => {
      const { low, high } = auc(positives, negatives);
      return (high! - low!) / (2 * 1.96 * deLongDeviation(positives, negatives));
    });
    expect(mean(widths)).toBeGreaterThan(0.85);
    expect(mean(widths)).toBeLessThan(1.2);
  });

  it('takes 1e5 scores', () => {
    const stream = keyed(3, 'large');
    const positives = range(50_000, () => stream.below(64) + 3);
    const negatives = range(50_000, () => stream.below(64));
    const { value, low, high } = auc(positives, negatives);
    // Uniform on 64 steps, 3 steps apart: 1/2 + 3/64 - 9/8192.
    expect(Math.abs(value! - (0.5 + 3 / 64 - 9 / 8192))).toBeLessThan(0.006);
    expect(high! - low!).toBeLessThan(0.01);
  });
});

describe('Kolmogorov-Smirnov', () => {
  it.each([
    // R 4.2: ks.test(exact = FALSE); 'apart' by the series, the last four by scipy.
    ['small', [1.1, 2.2, 3.4, 3.3, 5], [0.5, 2.3, 3.1, 1, 0.2, 0.9], 2 / 3, 0.176967408333],
    ['shifted', range(10, (i) => i + 1), range(10, (i) => i + 6.5), 0.6, 0.0546463301139],
    ['ranges', range(40, (i) => i + 1), range(50, (i) => i + 1.3), 0.22, 0.232343034713],
    ['equal', range(30, (i) => i), range(30, (i) => i), 0, 1],
    ['apart', range(20, (i) => i), range(20, (i) => i + 100), 1, 2 * Math.exp(-20)],
    ['nearly equal', [1, 3, 5, 7], [2, 4, 6, 8], 0.25, 0.9996332922],
    ['half apart', [1, 2, 3, 4], [3, 4, 5, 6], 0.5, 0.6993741991],
    ['just below 1 (series for small)', range(100, (i) => i), range(100, (i) => i + 14), 0.14, 0.28092954742],
    ['just above 1 (series for large)', range(100, (i) => i), range(100, (i) => i + 15), 0.15, 0.210551632726],
  ])('%s', (_, first, second, d, p) => {
    const test = ks(first, second);
    expect(test.d).toBeCloseTo(d, 12);
    expect(test.p).toBeCloseTo(p, 9);
    expect(ks(second, first)).toEqual(test);
  });

  it('d is the largest distance of the two distribution functions', () => {
    fc.assert(
      fc.property(scores, scores, (first, second) => {
        const share = (values: readonly number[], at: number): number =>
          values.filter((value) => value <= at).length / values.length;
        const distances = [...first, ...second].map((at) => Math.abs(share(first, at) - share(second, at)));
        const { d, p } = ks(first, second);
        expect(d).toBeCloseTo(Math.max(...distances), 12);
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('rejects one in twenty at p < 0.05 where both samples come from the same distribution', () => {
    const rejected = range(2000, (i) => i).filter((replicate) => {
      const stream = keyed(4, 'ks', replicate);
      return (
        ks(
          range(80, () => stream.uniform()),
          range(120, () => stream.uniform()),
        ).p < 0.05
      );
    }).length;
    // 5 % or a little less: the asymptotic test is conservative.
    expect(rejected / 2000).toBeGreaterThan(0.03);
    expect(rejected / 2000).toBeLessThan(0.06);
  });
});

describe('rank correlation', () => {
  it.each([
    // R 4.2: cor(method = "spearman").
    [
      'without ties',
      [106, 100, 86, 101, 99, 103, 97, 113, 112, 110],
      [7, 27, 2, 50, 28, 29, 20, 12, 6, 17],
      -0.175757575758,
    ],
    ['with ties', [1, 2, 2, 3, 5], [2, 1, 4, 4, 9], 0.76315789473684],
    ['rising', [1, 2, 10], [3, 4, 5], 1],
    ['falling', [1, 2, 10], [5, 4, 3], -1],
  ])('%s', (_, first, second, expected) => {
    expect(rankCorrelation(first, second)).toBeCloseTo(expected, 10);
  });

  it('is undefined where one of the two does not vary', () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNull();
    expect(rankCorrelation([], [])).toBeNull();
  });

  it('is symmetric, and the same for all that rises with a value', () => {
    const pairs = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(pairs, (own) => {
        const [first, second] = [own.map(([a]) => a), own.map(([, b]) => b)];
        const value = rankCorrelation(first, second);
        const cubes = first.map((a) => a * a * a);
        for (const other of [rankCorrelation(second, first), rankCorrelation(cubes, second)])
          if (value === null) expect(other).toBeNull();
          else expect(other).toBeCloseTo(value, 12);
      }),
    );
  });
});
