/** Correction for having searched (Efron & Gong 1983): what a tuned rule is worth on new data. */
import type { Estimate } from '../src/core/document.ts';
import { percentileInterval } from '../src/stats/intervals.ts';
import { undefinedEstimate } from './metrics.ts';

/**
 * Apparent value minus mean optimism, with an interval that spans two bootstrap intervals: the apparent one shifted by
 * the mean optimism, and the basic one of the optimism itself. Either alone covers too rarely at field-trial sizes
 * (docs/uncertainty.md, test/system/intervals). `optimisms`: of single replicates, of the maximised value; `sign` is -1
 * where the printed value is the negative of the maximised one.
 */
export function correctedEstimate(
  { value, low, high }: Estimate,
  optimisms: readonly number[],
  sign: 1 | -1,
): Estimate {
  if (value === null || optimisms.length === 0) return undefinedEstimate('no bootstrap');
  const shift = (sign * optimisms.reduce((sum, one) => sum + one, 0)) / optimisms.length;
  const [least, most] = percentileInterval(optimisms.map((optimism) => value - sign * optimism));
  return {
    value: value - shift,
    low: low === null ? least : Math.min(low - shift, least),
    high: high === null ? most : Math.max(high - shift, most),
  };
}
