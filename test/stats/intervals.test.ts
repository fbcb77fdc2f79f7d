import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  newcombeDifference,
  percentileInterval,
  sampledNumber,
  wilson,
  wilsonInterval,
  youdenInterval,
  Z_95,
} from '../../src/stats/intervals.ts';
import { binomialProbabilities, mean, probabilityGrid } from '../helpers/binomial.ts';

const counts = fc
  .integer({ min: 1, max: 2000 })
  .chain((n) => fc.record({ successes: fc.nat({ max: n }), n: fc.constant(n) }));
const TINY = 1e-12;

describe('Wilson', () => {
  it.each([
    // Newcombe, Stat Med 17 (1998) 857-872, table I, method 3.
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    // Recall of the first CWA field test (calibration.md 3): 33-63 %.
    [19, 40, 0.3294, 0.625],
  ])('%i of %i: %f..%f', (successes, n, low, high) => {
    const interval = wilsonInterval(successes, n);
    expect(interval.value).toBe(successes / n);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('contains the proportion and stays in [0, 1]; the bounds are exact at 0 and n', () => {
    fc.assert(
      fc.property(counts, ({ successes, n }) => {
        const { value, low, high } = wilsonInterval(successes, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeLessThanOrEqual(1);
        expect(low === 0).toBe(successes === 0);
        expect(high === 1).toBe(successes === n);
      }),
    );
  });

  it('is mirrored where successes and failures change places', () => {
    fc.assert(
      fc.property(counts, ({ successes, n }) => {
        const own = wilsonInterval(successes, n);
        const mirrored = wilsonInterval(n - successes, n);
        expect(mirrored.low).toBeCloseTo(1 - own.high, 12);
        expect(mirrored.high).toBeCloseTo(1 - own.low, 12);
      }),
    );
  });

  it('rises with successes, shrinks with n, widens with z', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 20 }), ({ successes, n }, factor) => {
        const own = wilsonInterval(successes, n);
        const larger = wilsonInterval(successes * factor, n * factor);
        expect(larger.high - larger.low).toBeLessThan(own.high - own.low);
        const wider = wilsonInterval(successes, n, 2.5758);
        expect(wider.high - wider.low).toBeGreaterThan(own.high - own.low);
        if (successes === n) return;
        const next = wilsonInterval(successes + 1, n);
        expect(next.low).toBeGreaterThan(own.low);
        expect(next.high).toBeGreaterThan(own.high);
      }),
    );
  });

  it('solves its own definition: at a limit the score test is exactly at z', () => {
    fc.assert(
      fc.property(counts, ({ successes, n }) => {
        const { value, low, high } = wilsonInterval(successes, n);
        for (const limit of [low, high].filter((p) => p > 0 && p < 1)) {
          expect(Math.abs(value - limit) / Math.sqrt((limit * (1 - limit)) / n)).toBeCloseTo(1.959963984540054, 6);
        }
      }),
    );
  });

  it('0 of 0 is undefined, with the reason of the caller', () => {
    expect(wilson(0, 0, 'negatives')).toEqual({ value: null, low: null, high: null, reason: '0 negatives' });
    expect(wilson(3, 4, 'negatives')).toEqual(wilsonInterval(3, 4));
  });

  it('takes sums of weights, whose rounding may exceed n', () => {
    expect(wilsonInterval(0.1 + 0.2, 0.3).value).toBe(1);
    expect(wilsonInterval(0.1 + 0.2, 0.3).high).toBe(1);
  });

  it.each([
    [-1, 5],
    [6, 5],
    [0, 0],
    [Number.NaN, 5],
    [1, Number.NaN],
  ])('%d of %d is refused', (successes, n) => expect(() => wilsonInterval(successes, n)).toThrow(RangeError));
});

describe('difference of two independent proportions', () => {
  it.each([
    // Newcombe, Stat Med 17 (1998) 873-890, table II, method 10.
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('%i/%i - %i/%i: %f..%f', (successes, n, otherSuccesses, otherN, low, high) => {
    const interval = newcombeDifference({ successes, n }, { successes: otherSuccesses, n: otherN });
    expect(interval.value).toBeCloseTo(successes / n - otherSuccesses / otherN, 12);
    expect(interval.low).toBeCloseTo(low, 4);
    expect(interval.high).toBeCloseTo(high, 4);
  });

  it('contains the difference, stays in [-1, 1] and changes sign with the order', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const { value, low, high } = newcombeDifference(a, b);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeLessThanOrEqual(1);
        const reversed = newcombeDifference(b, a);
        expect(reversed.low).toBeCloseTo(-high, 12);
        expect(reversed.high).toBeCloseTo(-low, 12);
      }),
    );
  });

  it('is never wider than the two Wilson intervals together, and shrinks with n', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const width = (x: { low: number; high: number }): number => x.high - x.low;
        const own = width(newcombeDifference(a, b));
        expect(own).toBeLessThanOrEqual(
          width(wilsonInterval(a.successes, a.n)) + width(wilsonInterval(b.successes, b.n)) + TINY,
        );
        const larger = newcombeDifference(
          { successes: 4 * a.successes, n: 4 * a.n },
          { successes: 4 * b.successes, n: 4 * b.n },
        );
        expect(width(larger)).toBeLessThanOrEqual(own + TINY);
      }),
    );
  });
});

describe('Youden', () => {
  it('is sensitivity + specificity - 1 with the interval of sensitivity - false-positive rate', () => {
    // 16 of 34 and 18 of 38 (contract.md 1, tram, proportional).
    const estimate = youdenInterval(16, 34, 18, 38);
    expect(estimate).toEqual(newcombeDifference({ successes: 16, n: 34 }, { successes: 18, n: 38 }));
    expect(estimate.value).toBeCloseTo(16 / 34 + 20 / 38 - 1, 12);
  });

  it('is the same when both the classes and the decisions change places', () => {
    fc.assert(
      fc.property(counts, counts, (positives, negatives) => {
        const [tp, fp] = [positives.successes, negatives.successes];
        const own = youdenInterval(tp, positives.n, fp, negatives.n);
        const swapped = youdenInterval(negatives.n - fp, negatives.n, positives.n - tp, positives.n);
        for (const key of ['value', 'low', 'high'] as const) expect(swapped[key]).toBeCloseTo(own[key]!, 12);
      }),
    );
  });

  it.each([
    [0, 0, 3, 8, '0 positives'],
    [3, 8, 0, 0, '0 negatives'],
    [0, 0, 0, 0, '0 positives'],
  ])('%i/%i and %i/%i is undefined: %s', (tp, positives, fp, negatives, reason) => {
    expect(youdenInterval(tp, positives, fp, negatives)).toEqual({ value: null, low: null, high: null, reason });
  });
});

describe('coverage, by enumerating every outcome', () => {
  it.each([5, 10, 20, 34, 100])('Wilson, n = %i: mean over p within 0.935..0.965', (n) => {
    const intervals = Array.from({ length: n + 1 }, (_, successes) => wilsonInterval(successes, n));
    const coverages = probabilityGrid(500).map((p) => {
      const probabilities = binomialProbabilities(n, p);
      return intervals.reduce((sum, { low, high }, k) => sum + (low <= p && p <= high ? probabilities[k]! : 0), 0);
    });
    expect(mean(coverages)).toBeGreaterThan(0.935);
    expect(mean(coverages)).toBeLessThan(0.965);
    // Dips near 0 and 1 are known (Newcombe 1998: least 0.83).
    expect(Math.min(...coverages)).toBeGreaterThan(0.83);
  });

  it.each([
    [10, 10],
    [15, 30],
    [34, 38],
  ])("Newcombe's difference, n = %i and %i: mean over p, q within 0.94..0.97, never below 0.86", (m, n) => {
    const limits = Array.from({ length: m + 1 }, (_, a) =>
      Array.from({ length: n + 1 }, (_2, b) => newcombeDifference({ successes: a, n: m }, { successes: b, n })),
    );
    const grid = probabilityGrid(20);
    const coverages = grid.flatMap((p) => {
      const ofFirst = binomialProbabilities(m, p);
      return grid.map((q) => {
        const ofSecond = binomialProbabilities(n, q);
        let covered = 0;
        for (const [a, row] of limits.entries()) {
          for (const [b, { low, high }] of row.entries()) {
            if (low <= p - q && p - q <= high) covered += ofFirst[a]! * ofSecond[b]!;
          }
        }
        return covered;
      });
    });
    expect(mean(coverages)).toBeGreaterThan(0.94);
    expect(mean(coverages)).toBeLessThan(0.97);
    expect(Math.min(...coverages)).toBeGreaterThan(0.86);
  });
});

describe('percentile interval', () => {
  it('interpolates between order statistics, whatever their order (R: quantile, type 7)', () => {
    const [low, high] = percentileInterval([3, 1, 4, 1, 5, 9, 2, 6]);
    expect(low).toBe(1);
    expect(high).toBeCloseTo(8.475, 12);
    expect(percentileInterval([0, 100], 0.5)).toEqual([25, 75]);
    expect(percentileInterval([7])).toEqual([7, 7]);
  });

  it('leaves the replicates as they were', () => {
    const replicates = [3, 1, 2];
    percentileInterval(replicates);
    expect(replicates).toEqual([3, 1, 2]);
  });

  it('holds the middle share of the replicates and grows with the level', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 40, maxLength: 200 }),
        (replicates) => {
          const [low, high] = percentileInterval(replicates);
          const inside = replicates.filter((value) => low <= value && value <= high).length;
          expect(inside / replicates.length).toBeGreaterThanOrEqual(0.95 - 2 / replicates.length);
          const [lower, higher] = percentileInterval(replicates, 0.99);
          expect(lower).toBeLessThanOrEqual(low);
          expect(higher).toBeGreaterThanOrEqual(high);
        },
      ),
    );
  });

  it.each([[[]], [[1, Number.NaN]]])('%j is refused', (replicates) =>
    expect(() => percentileInterval(replicates)).toThrow(RangeError),
  );
});

describe('a number known from a sample', () => {
  it.each([
    // Roots of (100 - 0.6 N)^2 = z^2 N 0.6 0.4, found by halving.
    [100, 0.6, 1, 166.6667, 147.2477, 188.6466],
    [0, 0.5, 1, 0, 0, 3.8415],
    [7, 1, 1, 7, 7, 7],
    [0, 1, 1, 0, 0, 0],
    [200, 0.6, 2, 166.6667, 152.6842, 181.9296],
  ])('%d seen at rate %d in %d rounds: %d (%d to %d)', (seen, rate, rounds, value, low, high) => {
    const interval = sampledNumber(seen, rate, rounds);
    expect(interval.value).toBeCloseTo(value, 3);
    expect(interval.low).toBeCloseTo(low, 3);
    expect(interval.high).toBeCloseTo(high, 3);
  });

  it('has ends at which the score test is at its limit', () => {
    for (const [seen, rate] of [
      [3, 0.2],
      [40, 0.6],
      [500, 0.05],
    ] as const) {
      const { low, high } = sampledNumber(seen, rate);
      for (const number of [low, high])
        expect(Math.abs(seen - number * rate) / Math.sqrt(number * rate * (1 - rate))).toBeCloseTo(Z_95, 6);
    }
  });

  it('covers the number as often as it says, over numbers and rates, by enumeration', () => {
    for (const rate of [0.05, 0.2, 0.6, 0.9]) {
      const coverages = Array.from({ length: 50 }, (_, k) => {
        const number = 5 + 4 * k;
        return binomialProbabilities(number, rate).reduce((sum, probability, seen) => {
          const { low, high } = sampledNumber(seen, rate);
          return sum + (low <= number && number <= high ? probability : 0);
        }, 0);
      });
      expect(mean(coverages)).toBeGreaterThan(0.94);
      expect(mean(coverages)).toBeLessThan(0.97);
      expect(Math.min(...coverages)).toBeGreaterThan(0.85);
    }
  });

  it.each([
    [-1, 0.5, 1],
    [1, 0, 1],
    [1, 1.1, 1],
    [1, 0.5, 0],
    [Number.NaN, 0.5, 1],
  ])('of %d at %d in %d does not exist', (seen, rate, rounds) => {
    expect(() => sampledNumber(seen, rate, rounds)).toThrow(RangeError);
  });
});
