/** Two samples compared by order: Mann-Whitney, the area under the ROC curve, Kolmogorov-Smirnov, Spearman. */
import { errorFunction, sampleCorrelation, wilcoxonRankSum } from 'simple-statistics';
import type { Estimate } from '../core/document.ts';
import { undefinedFor, Z_95 } from './intervals.ts';

export interface MannWhitney {
  /** Pairs in which the first sample's value is the larger one, ties counted half: 0..m n. */
  readonly u: number;
  /** Two-sided, normal approximation with tie and continuity correction; to 1e-6. */
  readonly p: number;
}

/** Mann-Whitney U test (1947) of two samples, neither empty, no NaN. Without two different values p is 1. */
export function mannWhitney(first: readonly number[], second: readonly number[]): MannWhitney {
  const u = statisticU(first, second);
  const pairs = first.length * second.length;
  const n = first.length + second.length;
  const ties = tieSizes([...first, ...second]).reduce((sum, size) => sum + (size * size * size - size), 0);
  const variance = (pairs / 12) * (n + 1 - ties / (n * (n - 1)));
  if (variance <= 0) return { u, p: 1 };
  const distance = Math.max(0, Math.abs(u - pairs / 2) - 0.5);
  return { u, p: twoSidedNormal(distance / Math.sqrt(variance)) };
}

function statisticU(first: readonly number[], second: readonly number[]): number {
  requireValues(first, second);
  return wilcoxonRankSum([...first], [...second]) - (first.length * (first.length + 1)) / 2;
}

function requireValues(...samples: readonly (readonly number[])[]): void {
  if (samples.some((sample) => sample.length === 0 || sample.some(Number.isNaN))) {
    throw new RangeError('both samples need values, and all values must be numbers');
  }
}

/** How often each different value occurs. */
function tieSizes(values: readonly number[]): readonly number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()];
}

/** P(|Z| >= z) of a standard normal Z, z >= 0. */
const twoSidedNormal = (z: number): number => Math.min(1, Math.max(0, 1 - errorFunction(z / Math.SQRT2)));

/**
 * Area under the ROC curve = P(score of a positive > score of a negative), ties half (Hanley and McNeil 1982), with
 * Newcombe's score interval (Stat Med 25 (2006) 559-573, method 5). DeLong's interval has no width where all
 * positives score higher than all negatives; this one has, and stays inside [0, 1].
 */
export function auc(positives: readonly number[], negatives: readonly number[]): Estimate {
  if (positives.length === 0) return undefinedFor('positives');
  if (negatives.length === 0) return undefinedFor('negatives');
  const value = statisticU(positives, negatives) / (positives.length * negatives.length);
  const deviation = (area: number): number =>
    Z_95 * Math.sqrt(varianceOfArea(area, positives.length, negatives.length));
  return {
    value,
    low: boundary(value, 0, (area) => value - area <= deviation(area)),
    high: boundary(value, 1, (area) => area - value <= deviation(area)),
  };
}

/** Hanley and McNeil's variance, with the two group sizes replaced by their mean in the numerator (method 5). */
function varianceOfArea(area: number, positives: number, negatives: number): number {
  const others = (positives + negatives) / 2 - 1;
  const shape = 1 + others * ((1 - area) / (2 - area) + area / (1 + area));
  return (area * (1 - area) * shape) / (positives * negatives);
}

/** Last point from `inside` towards `outside` at which `holds` is still true, by bisection to the last bit. */
function boundary(inside: number, outside: number, holds: (point: number) => boolean): number {
  let [kept, lost] = [inside, outside];
  if (holds(lost)) return lost;
  for (;;) {
    const middle = (kept + lost) / 2;
    if (middle === kept || middle === lost) return kept;
    if (holds(middle)) kept = middle;
    else lost = middle;
  }
}

export interface KolmogorovSmirnov {
  /** Largest distance of the two empirical distribution functions, 0..1. */
  readonly d: number;
  /** Asymptotic two-sided p: good where m n / (m + n) is at least 4, too large where values are tied. */
  readonly p: number;
}

/** Two-sample Kolmogorov-Smirnov test (Smirnov 1948), neither sample empty, no NaN. */
export function ks(first: readonly number[], second: readonly number[]): KolmogorovSmirnov {
  requireValues(first, second);
  const d = largestDistance(sorted(first), sorted(second));
  const size = (first.length * second.length) / (first.length + second.length);
  return { d, p: kolmogorovTail(Math.sqrt(size) * d) };
}

const sorted = (values: readonly number[]): readonly number[] => values.toSorted((a, b) => a - b);

function largestDistance(first: readonly number[], second: readonly number[]): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < first.length && j < second.length) {
    // Both functions step at equal values before they are compared.
    const value = Math.min(first[i]!, second[j]!);
    while (first[i] === value) i++;
    while (second[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / first.length - j / second.length));
  }
  return largest;
}

/** P(K > x) of the Kolmogorov distribution, by whichever of its two series converges fast there. */
function kolmogorovTail(x: number): number {
  let sum = 0;
  if (x < 1) {
    for (let k = 1; k <= 7; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * x * x));
    return x === 0 ? 1 : 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k <= 6; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return sum;
}

/** Spearman's correlation of pairs, -1..1, ties with their mean rank; null where one of the two does not vary. */
export function rankCorrelation(first: readonly number[], second: readonly number[]): number | null {
  return varies(first) && varies(second) ? sampleCorrelation(ranksOf(first), ranksOf(second)) : null;
}

const varies = (values: readonly number[]): boolean => new Set(values).size > 1;

/** From 1; equal values share the mean of their ranks. */
function ranksOf(values: readonly number[]): number[] {
  const order = sorted(values);
  const ranks = new Map<number, number>();
  for (let k = 0; k < order.length; ) {
    const last = order.lastIndexOf(order[k]!);
    ranks.set(order[k]!, (k + last) / 2 + 1);
    k = last + 1;
  }
  return values.map((value) => ranks.get(value)!);
}
