import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newcombeDifference } from '../../src/stats/intervals.ts';
import { mcnemar, newcombePairedDifference, type PairedCounts } from '../../src/stats/paired.ts';
import { binomialProbabilities } from '../helpers/binomial.ts';

const counts = (both: number, onlyFirst: number, onlySecond: number, neither: number): PairedCounts => ({
  both,
  onlyFirst,
  onlySecond,
  neither,
});
const anyCounts = fc
  .tuple(fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 60 }), fc.nat({ max: 60 }))
  .filter((cells) => cells.some((cell) => cell > 0))
  .map((cells) => counts(...cells));

describe('difference of two paired proportions', () => {
  it.each([
    // Newcombe, Stat Med 17 (1998) 2635-2650, worked example of method 10.
    [12, 9, 2, 21, 0.0112, 0.2954],
    // Bentur 2009 and Cavo 2012, as in Fagerland, Lydersen, Laake, Stat Med 33 (2014) 2850-2875.
    [1, 1, 7, 12, -0.507, -0.026],
    [59, 6, 16, 80, -0.1186, -0.0046],
  ])('%i both, %i and %i one, %i neither: %f..%f', (both, onlyFirst, onlySecond, neither, low, high) => {
    const interval = newcombePairedDifference(counts(both, onlyFirst, onlySecond, neither));
    expect(interval.value).toBeCloseTo((onlyFirst - onlySecond) / (both + onlyFirst + onlySecond + neither), 12);
    expect(interval.low).toBeCloseTo(low, String(low).length > 6 ? 4 : 3);
    expect(interval.high).toBeCloseTo(high, String(high).length > 6 ? 4 : 3);
  });

  it('contains the difference, stays in [-1, 1] and changes sign with the order', () => {
    fc.assert(
      fc.property(anyCounts, (own) => {
        const { value, low, high } = newcombePairedDifference(own);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(low).toBeLessThanOrEqual(value);
        expect(high).toBeGreaterThanOrEqual(value);
        expect(high).toBeLessThanOrEqual(1);
        const { both, onlyFirst, onlySecond, neither } = own;
        const reversed = newcombePairedDifference(counts(both, onlySecond, onlyFirst, neither));
        expect(reversed.low).toBeCloseTo(-high, 12);
        expect(reversed.high).toBeCloseTo(-low, 12);
      }),
    );
  });

  it.each([
    ['covariance above n / 2 narrows', counts(20, 2, 3, 20), -1],
    ['covariance of at most n / 2 counts as none', counts(1, 1, 1, 4), 0],
    ['negative covariance widens', counts(1, 10, 10, 1), 1],
    ['a rule that never alerts has none', counts(0, 0, 3, 20), 0],
  ])('%s, compared with independent proportions', (_, own, direction) => {
    const { both, onlyFirst, onlySecond, neither } = own;
    const n = both + onlyFirst + onlySecond + neither;
    const independent = newcombeDifference({ successes: both + onlyFirst, n }, { successes: both + onlySecond, n });
    const paired = newcombePairedDifference(own);
    const change = paired.high - paired.low - (independent.high - independent.low);
    expect(Math.abs(change) < 1e-12 ? 0 : Math.sign(change)).toBe(direction);
  });

  it('two rules that always agree: the interval is narrow, not without width', () => {
    const { value, low, high } = newcombePairedDifference(counts(20, 0, 0, 20));
    expect(value).toBe(0);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
    expect(high - low).toBeLessThan(0.15);
  });

  it.each([
    [0.3, 0.1, 0.1, 0.5],
    [0.3, 0.25, 0.05, 0.4],
    [0.6, 0.02, 0.1, 0.28],
  ])('coverage for shares %f, %f, %f, %f by enumerating all tables of 25: 0.93..0.99', (...shares) => {
    const truth = shares[1] - shares[2];
    let covered = 0;
    forEachTable(25, shares, (own, probability) => {
      const { low, high } = newcombePairedDifference(own);
      if (low <= truth && truth <= high) covered += probability;
    });
    expect(covered).toBeGreaterThan(0.93);
    expect(covered).toBeLessThan(0.99);
  });

  /** Every table of n subjects with its multinomial probability, as three binomial steps. */
  function forEachTable(
    n: number,
    shares: readonly number[],
    visit: (own: PairedCounts, probability: number) => void,
  ): void {
    const [p, q, r] = shares as [number, number, number];
    for (const [both, first] of binomialProbabilities(n, p).entries()) {
      for (const [onlyFirst, second] of binomialProbabilities(n - both, q / (1 - p)).entries()) {
        const rest = n - both - onlyFirst;
        for (const [onlySecond, third] of binomialProbabilities(rest, r / (1 - p - q)).entries()) {
          visit(counts(both, onlyFirst, onlySecond, rest - onlySecond), first * second * third);
        }
      }
    }
  }
});

describe('McNemar', () => {
  it.each([
    // Exact and mid-p of Bentur 2009, Cavo 2012 and Ezra 2010: Fagerland, Lydersen, Laake, BMC MRM 13 (2013) 91; R 4.2.
    [1, 7, 0.0703125, 0.0390625],
    [6, 16, 0.0524787902832, 0.0346896648407],
    [25, 2, 5.64754009247e-6, 3.03238630295e-6],
    [5, 5, 1, 0.876953125],
    [0, 1, 1, 0.5],
    [120, 165, 0.00903343004984, 0.00768371536989],
    [4000, 4321, 0.000450779007689, 0.000432893251487],
    [0, 40, 1.81898940355e-12, 9.09494701773e-13],
  ])('%i against %i: p %f, mid-p %f', (onlyFirst, onlySecond, p, midP) => {
    const test = mcnemar(onlyFirst, onlySecond);
    expect(test.p / p).toBeCloseTo(1, 8);
    expect(test.midP / midP).toBeCloseTo(1, 8);
  });

  it('equals sums over all outcomes that are at most as likely', () => {
    for (let n = 1; n <= 60; n++) {
      const probabilities = binomialProbabilities(n, 0.5);
      for (let k = 0; k <= n; k++) {
        const observed = probabilities[k]! * (1 + 1e-9);
        const p = probabilities.filter((probability) => probability <= observed).reduce((sum, one) => sum + one, 0);
        const equallyLikely = k * 2 === n ? probabilities[k]! : 2 * probabilities[k]!;
        const test = mcnemar(k, n - k);
        expect(test.p).toBeCloseTo(p, 10);
        expect(test.midP).toBeCloseTo(p - equallyLikely / 2, 10);
      }
    }
  });

  it('is symmetric, in (0, 1], and falls as the counts part', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3000 }), fc.nat({ max: 3000 }), (b, c) => {
        const test = mcnemar(b, c);
        expect(mcnemar(c, b)).toEqual(test);
        expect(test.p).toBeGreaterThanOrEqual(0);
        expect(test.p).toBeLessThanOrEqual(1);
        expect(test.midP).toBeLessThanOrEqual(test.p);
        if (b > c && c > 0) expect(mcnemar(b + 1, c - 1).p).toBeLessThanOrEqual(test.p);
      }),
    );
  });

  it('no discordant subject: nothing speaks for a difference', () => expect(mcnemar(0, 0)).toEqual({ p: 1, midP: 1 }));
});
