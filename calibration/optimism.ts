/** Correction for having searched (Efron & Gong 1983): what a tuned rule is worth on new data, and what it gains. */
import type { Estimate } from '../src/core/document.ts';
import { percentileInterval } from '../src/stats/intervals.ts';
import { undefinedEstimate } from './metrics.ts';

/** One bootstrap replicate in which everything was searched again. Values are as maximised: larger is better. */
export interface Searched {
  /** Which replicate it is, counted from 0; some cannot be searched. */
  readonly replicate: number;
  /** What is best in the replicate: its value there, and its value on the data. */
  readonly inReplicate: number;
  readonly onData: number;
}

export const optimismOf = ({ inReplicate, onData }: Searched): number => inReplicate - onData;

/**
 * Apparent value minus mean optimism, with an interval that spans two bootstrap intervals: the apparent one shifted by
 * the mean optimism, and the basic one of the optimism itself. Either alone covers too rarely at field-trial sizes
 * (docs/uncertainty.md, test/system/intervals). `optimisms`: of single replicates, of the maximised value; `sign` is -1
 * where the printed value is the negative of the maximised one. Nothing leaves `range`, the values that the figure can
 * have.
 */
export function correctedEstimate(
  { value, low, high }: Estimate,
  optimisms: readonly number[],
  sign: 1 | -1,
  [smallest, largest]: readonly [number, number],
): Estimate {
  if (value === null || optimisms.length === 0) return undefinedEstimate('no bootstrap');
  const shift = (sign * optimisms.reduce((sum, one) => sum + one, 0)) / optimisms.length;
  const [least, most] = percentileInterval(optimisms.map((optimism) => value - sign * optimism));
  const possible = (figure: number): number => Math.min(largest, Math.max(smallest, figure));
  return {
    value: possible(value - shift),
    low: possible(low === null ? least : Math.min(low - shift, least)),
    high: possible(high === null ? most : Math.max(high - shift, most)),
  };
}

/** Two rules on the data and in every replicate, by its number. Values are as maximised. */
export interface Paired {
  readonly best: number;
  readonly compared: number;
  readonly inReplicate: (replicate: number) => { readonly best: number; readonly compared: number };
}

/**
 * What the tuned rule is worth more than the compared one on new data, from the same subjects in the same replicates, so
 * that what both share (how many are ill, how far apart people sit) cancels. Larger is better, also for a cost. The
 * correction is that of `correctedEstimate`: in each replicate the gain of what is best there, minus its gain on the data.
 */
export function gainEstimate(
  { best, compared, inReplicate }: Paired,
  searched: readonly Searched[],
  [smallest, largest]: readonly [number, number],
): Estimate {
  if (searched.length === 0) return undefinedEstimate('no bootstrap');
  const pairs = searched.map(({ replicate }) => inReplicate(replicate));
  const [low, high] = percentileInterval(pairs.map((pair) => pair.best - pair.compared));
  const optimisms = searched.map((one, k) => optimismOf(one) - (pairs[k]!.compared - compared));
  const widest = largest - smallest;
  return correctedEstimate({ value: best - compared, low, high }, optimisms, 1, [-widest, widest]);
}
