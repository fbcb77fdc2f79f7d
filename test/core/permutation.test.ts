/** Keyed permutations: bijections, their inverses, and as different as their keys. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Permutation } from '../../src/core/permutation.ts';

const all = (n: number, seed = 1, ...ids: readonly number[]): readonly number[] => {
  const permutation = new Permutation(n, seed, 'test', ...ids);
  return Array.from({ length: n }, (_, k) => permutation.at(k));
};

describe('a permutation', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 9, 10, 16, 17, 99, 100, 101, 1000, 65_535, 65_536, 65_537])(
    'of %d numbers has each once',
    (n) => {
      expect(new Set(all(n)).size).toBe(n);
      expect(Math.max(...all(n).slice(0, 60_000))).toBeLessThan(n);
    },
  );

  it('goes back, up to 2^32 numbers', () => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 2 ** 32 }));
    fc.assert(
      fc.property(sizes, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(), (n, share, seed) => {
        const permutation = new Permutation(n, seed, 'back');
        const index = Math.floor(share * n);
        const value = permutation.at(index);
        expect(value >= 0 && value < n && Number.isInteger(value)).toBe(true);
        expect(permutation.indexOf(value)).toBe(index);
        expect(permutation.at(permutation.indexOf(index))).toBe(index);
      }),
    );
  });

  it('depends on seed, purpose and ids', () => {
    expect(all(1000)).toEqual(all(1000));
    expect(all(1000)).not.toEqual(all(1000, 2));
    expect(all(1000)).not.toEqual(all(1000, 1, 7));
    const other = new Permutation(1000, 1, 'another');
    expect(all(1000)).not.toEqual(Array.from({ length: 1000 }, (_, k) => other.at(k)));
  });

  it('takes each place alike: over many keys, chi-square of where a number goes', () => {
    const [n, keys] = [20, 4000];
    const counts = Array.from({ length: n }, () => Array.from({ length: n }, () => 0));
    for (let key = 0; key < keys; key++) for (const [k, value] of all(n, key).entries()) counts[k]![value]!++;
    for (const row of counts) {
      const statistic = row.reduce((sum, count) => sum + ((count - keys / n) * (count - keys / n)) / (keys / n), 0);
      // 19 degrees of freedom: more once in 100,000 times.
      expect(statistic).toBeLessThan(57);
    }
  });

  it('leaves no trace of order: neighbours go anywhere, and none is where it was more often than by chance', () => {
    const values = all(100_000);
    const steps = values.slice(1).map((value, k) => value - values[k]!);
    const near = steps.filter((step) => Math.abs(step) <= 500).length;
    // P(|difference| <= 500) is about 0.01.
    expect(near).toBeGreaterThan(800);
    expect(near).toBeLessThan(1200);
    expect(values.filter((value, k) => value === k).length).toBeLessThan(8);
  });

  it.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1])('of %d numbers does not exist', (n) => {
    expect(() => new Permutation(n, 1, 'none')).toThrow(RangeError);
  });
});
