import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addedCounts, quantileOf, Timeliness, timings } from '../../src/population/timeliness.ts';

describe('timeliness', () => {
  it('counts quarters of an hour, with whatever is too short or too long at the ends', () => {
    const timeliness = new Timeliness();
    for (const hours of [0, 0.24, 0.25, -3, 1, 1e6]) timeliness.add('lab', hours);
    const { lab, operator } = timeliness.counts();
    expect(lab.slice(0, 5)).toEqual([3, 1, 0, 0, 1]);
    expect(lab).toHaveLength(40 * 24 * 4);
    expect(lab.at(-1)).toBe(1);
    expect(operator).toEqual([]);
    expect(Object.keys(timeliness.counts())).toEqual([...timings]);
  });

  it('has quantiles within a quarter of an hour of those of the values', () => {
    const hours = fc.array(fc.double({ min: 0, max: 500, noNaN: true }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(hours, fc.constantFrom(0.1, 0.5, 0.9, 1), (values, share) => {
        const timeliness = new Timeliness();
        for (const value of values) timeliness.add('batch', value);
        const sorted = values.toSorted((one, other) => one - other);
        const exact = sorted[Math.ceil(share * values.length - 1e-9) - 1]!;
        expect(Math.abs(quantileOf(timeliness.counts().batch, share)! - exact)).toBeLessThanOrEqual(0.125 + 1e-9);
      }),
    );
    expect(quantileOf([], 0.5)).toBeNull();
  });

  it('of several runs is that of all values together', () => {
    expect(addedCounts([[1, 2], [], [0, 1, 5]])).toEqual([1, 3, 5]);
    expect(addedCounts([])).toEqual([]);
  });
});
