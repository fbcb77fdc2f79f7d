/** Confidence intervals of proportions and of what is made of them (docs/statistics.md). All are 95 % by default. */
import { quantileSorted } from 'simple-statistics';
import type { Estimate } from '../core/document.ts';

/**
 * 0.975 quantile of the standard normal distribution. A constant, because simple-statistics' probit is 0.003 off,
 * which would move the third digit of an interval.
 */
export const Z_95 = 1.959963984540054;

/** An estimate all of whose three numbers exist. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Sums of weights arrive here too, whose rounding may put a share a little above 1. */
const ROUNDING = 1e-9;

/**
 * Wilson score interval of a proportion, n > 0; 0 <= low <= value <= high <= 1. Wilson 1927; Newcombe, Stat Med 17
 * (1998) 857-872, method 3.
 */
export function wilsonInterval(successes: number, n: number, z: number = Z_95): Interval {
  if (!(successes >= 0 && n > 0 && successes <= n * (1 + ROUNDING))) {
    throw new RangeError(`${successes} of ${n} is no proportion`);
  }
  const value = Math.min(1, successes / n);
  const square = z * z;
  const middle = successes + square / 2;
  const half = z * Math.sqrt(n * value * (1 - value) + square / 4);
  const low = (middle - half) / (n + square);
  // At 0 of n the formula gives exactly 0; at n of n rounding may miss 1.
  const high = value === 1 ? 1 : (middle + half) / (n + square);
  return { value, low, high };
}

/** `wilsonInterval`, or undefined with the reason "0 negatives" where n = 0 (`counted`: what n counts). */
export const wilson = (successes: number, n: number, counted = 'observations', z: number = Z_95): Estimate =>
  n === 0 ? undefinedFor(counted) : wilsonInterval(successes, n, z);

/** The estimate of something that needs at least one of `counted`. */
export const undefinedFor = (counted: string): Estimate => ({
  value: null,
  low: null,
  high: null,
  reason: `0 ${counted}`,
});

/**
 * Interval of p - q from the intervals of both, by squaring and adding (MOVER): the lower limit looks at the lower
 * side of p and the upper side of q, the upper limit at the other two; neither leaves [-1, 1]. `correlation` of the two
 * estimates: -1 <= correlation < 1.
 * Newcombe, Stat Med 17 (1998) 873-890, method 10 (independent) and 2635-2650, method 10 (paired).
 */
export function differenceInterval(p: Interval, q: Interval, correlation = 0): Interval {
  const value = p.value - q.value;
  const reach = (ofP: number, ofQ: number): number => Math.sqrt(ofP * ofP - 2 * correlation * ofP * ofQ + ofQ * ofQ);
  return {
    value,
    low: value - reach(p.value - p.low, q.high - q.value),
    high: value + reach(p.high - p.value, q.value - q.low),
  };
}

export interface Proportion {
  readonly successes: number;
  /** > 0. */
  readonly n: number;
}

/** a - b of two independent proportions, -1..1: Newcombe's hybrid score interval (method 10). */
export const newcombeDifference = (a: Proportion, b: Proportion, z: number = Z_95): Interval =>
  differenceInterval(wilsonInterval(a.successes, a.n, z), wilsonInterval(b.successes, b.n, z));

/** Youden's J = sensitivity - false-positive rate, whose two proportions come from different subjects (contract.md 2). */
export function youdenInterval(tp: number, positives: number, fp: number, negatives: number): Estimate {
  if (positives === 0) return undefinedFor('positives');
  if (negatives === 0) return undefinedFor('negatives');
  return newcombeDifference({ successes: tp, n: positives }, { successes: fp, n: negatives });
}

/**
 * How many there are, where each is seen with the known chance `rate`, 0 < rate <= 1, in each of `rounds`, and `seen` were, over
 * all rounds. The estimate is that of Horvitz and Thompson, J Am Stat Assoc 47 (1952) 663-685; the interval inverts the score
 * test of the binomial distribution as Wilson's does, but for its number instead of its chance, so that it exists at 0 seen, and
 * is the number itself at rate 1.
 */
export function sampledNumber(seen: number, rate: number, rounds = 1, z: number = Z_95): Interval {
  if (!(seen >= 0 && rate > 0 && rate <= 1 && rounds > 0)) {
    throw new RangeError(`${seen} seen at rate ${rate} in ${rounds} rounds is no sample`);
  }
  const square = z * z * (1 - rate);
  const middle = seen + square / 2;
  const half = Math.sqrt(square * (seen + square / 4));
  const scale = rate * rounds;
  // At 0 seen both are equal; rounding must not go below.
  return { value: seen / scale, low: Math.max(0, middle - half) / scale, high: (middle + half) / scale };
}

/**
 * Percentile interval of bootstrap replicates, in any order: the (1 - level) / 2 quantile and its mirror, linear
 * between order statistics (type 7 of Hyndman and Fan 1996). At least one replicate, none NaN.
 */
export function percentileInterval(replicates: readonly number[], level = 0.95): [low: number, high: number] {
  if (replicates.length === 0 || replicates.some(Number.isNaN)) throw new RangeError('replicates must be numbers');
  const sorted = replicates.toSorted((a, b) => a - b);
  const tail = (1 - level) / 2;
  return [quantileSorted(sorted, tail), quantileSorted(sorted, 1 - tail)];
}
