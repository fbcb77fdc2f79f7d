import { describe, expect, it } from 'vitest';
import { cellOf, estimatesCaption } from '../../src/scenario/captions.ts';
import { countAboveZero, meanEstimate } from '../../src/stats/means.ts';

describe('the caption of estimates', () => {
  it.each([
    [3, [10, 11, 12], 'Figures: mean over runs, 95 % interval'],
    [1, [10], 'Figures: of one run, without intervals'],
    [
      2,
      [1, 3],
      'Figures: mean over runs, 95 % interval. Some intervals of counts reach below 0, which only differences can: 2 runs are few. With as much chance in each, about 5 would do (--replicates)',
    ],
    [
      3,
      [0, 0, 1000],
      'Figures: mean over runs, 95 % interval. Some intervals of counts reach below 0, which only differences can: 3 runs are few. With as much chance in each, about 15 would do (--replicates)',
    ],
  ])('of %d runs %j', (replicates, values, expected) => {
    expect(estimatesCaption('Figures', replicates, [meanEstimate([5, 5, 5]), meanEstimate(values)])).toBe(expected);
  });

  it('takes what is undefined, and gives up at a hundred', () => {
    const none = { value: null, low: null, high: null, reason: 'x' };
    expect(estimatesCaption('A', 2, [none])).toBe('A: mean over runs, 95 % interval');
    expect(estimatesCaption('A', 2, [{ value: 0.01, low: -50, high: 50.02 }])).toMatch(/100 or more would do/);
  });

  it('counts the fewest whose interval ends above 0', () => {
    for (const values of [
      [1, 3],
      [0, 4, 5],
      [0, 0, 1, 7],
    ]) {
      const own = meanEstimate(values);
      const deviation = Math.sqrt(
        values.reduce((sum, value) => sum + (value - own.value!) ** 2, 0) / (values.length - 1),
      );
      // Two values at equal distances have this deviation; of n the half width falls with n.
      const half = (n: number): number => {
        const distance = deviation * Math.sqrt((2 * Math.floor(n / 2)) ** -1 * (n - 1));
        const pairs = Array.from({ length: n - (n % 2) }, (_, k) => own.value! + (k % 2 === 0 ? distance : -distance));
        const all = n % 2 === 0 ? pairs : [...pairs, own.value!];
        const { value, low } = meanEstimate(all);
        return value! - low!;
      };
      const enough = countAboveZero(own, values.length);
      expect(half(enough)).toBeLessThanOrEqual(own.value! + 1e-9);
      if (enough > values.length) expect(half(enough - 1)).toBeGreaterThan(own.value!);
    }
  });
});

describe('a cell', () => {
  it('is the value alone where there is no interval, and an estimate else', () => {
    expect(cellOf({ value: 3, low: null, high: null, reason: 'one replicate' })).toBe(3);
    const own = { value: 3, low: 2, high: 4 };
    expect(cellOf(own)).toBe(own);
    const none = { value: null, low: null, high: null, reason: 'nobody was warned' };
    expect(cellOf(none)).toBe(none);
  });
});
