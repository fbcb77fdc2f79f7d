import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import { meanEstimate, student95, studentWithin } from '../../src/stats/means.ts';

describe('quantiles of Student', () => {
  // Tables of any textbook, two-sided 95 %.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [5, 2.571],
    [9, 2.262],
    [10, 2.228],
    [29, 2.045],
    [30, 2.042],
    [120, 1.98],
    [999, 1.962],
  ])('with %d degrees of freedom', (freedom, expected) => {
    expect(student95(freedom)).toBeCloseTo(expected, 3);
  });

  it('say the same as the probabilities they come from', () => {
    expect(studentWithin(1, 1)).toBeCloseTo(0.5, 12);
    expect(studentWithin(0, 7)).toBe(0);
    expect(studentWithin(student95(6), 6)).toBeCloseTo(0.95, 9);
  });
});

describe('a mean', () => {
  it('has an interval from two values on', () => {
    const { value, low, high } = meanEstimate([1, 2, 3, 4]);
    // 2.5 +- 3.182 * 1.2910 / 2
    expect(value).toBe(2.5);
    expect(low).toBeCloseTo(0.446, 3);
    expect(high).toBeCloseTo(4.554, 3);
    expect(meanEstimate([7, 7])).toEqual({ value: 7, low: 7, high: 7 });
    expect(meanEstimate([7])).toEqual({ value: 7, low: null, high: null, reason: 'one replicate' });
    expect(meanEstimate([]).value).toBeNull();
  });
});

describe('intervals of means', () => {
  it.each([2, 3, 5, 10])('of %i normal values hold the true mean in 95 %% of samples', (count) => {
    const samples = 4000;
    const stream = keyed(1, 'coverage of means', count);
    let held = 0;
    for (let k = 0; k < samples; k++) {
      const { low, high } = meanEstimate(Array.from({ length: count }, () => 7 + 3 * stream.normal()));
      if (low! <= 7 && 7 <= high!) held++;
    }
    // Three standard errors.
    expect(Math.abs(held / samples - 0.95)).toBeLessThan(3 * Math.sqrt((0.95 * 0.05) / samples));
  });
});
