/** Weighted choices: in proportion, never one without weight, and weights that are none refused. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Choice, lognormalAt } from '../../src/population/draws.ts';

describe('a choice', () => {
  it('takes each in proportion to its weight, in their order', () => {
    const draws = Array.from({ length: 1000 }, (_, k) => new Choice([1, 0, 3, 6]).at((k + 0.5) / 1000));
    expect([0, 1, 2, 3].map((one) => draws.filter((drawn) => drawn === one).length)).toEqual([100, 0, 300, 600]);
    expect(draws).toEqual(draws.toSorted((one, other) => one - other));
  });

  it('has weight, whatever is drawn', () => {
    const weights = fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(weights, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (all, u) => {
        fc.pre(all.some((weight) => weight > 0));
        expect(all[new Choice(all).at(u)]).toBeGreaterThan(0);
      }),
    );
  });

  it.each([[[]], [[0, 0]], [[2, -1]], [[Number.NaN]]])('of weights %j is none', (weights) => {
    expect(() => new Choice(weights)).toThrow(RangeError);
  });
});

it('a log-normal value has its median in the middle, and is one sigma away where a normal one is', () => {
  expect(lognormalAt(0.5, { median: 45, sigma: 0.8 })).toBeCloseTo(45, 1);
  expect(Math.log(lognormalAt(0.8413447, { median: 45, sigma: 0.8 }) / 45)).toBeCloseTo(0.8, 3);
});
