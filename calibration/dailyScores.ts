/** What the searches of minutes rules share: time below attenuations, and triggers over scores. */
import type { Exposure } from '../src/core/exposure.ts';
import type { Db, Minutes } from '../src/core/units.ts';
import { minutesBelow, type Reading } from '../src/risk/reading.ts';

/** Minutes of all exposures together below (`closed`: at or below) each edge. */
export function minutesBelowEach(
  exposures: readonly Exposure[],
  edges: readonly Db[],
  closed: boolean,
  reading: Reading,
): Float64Array {
  const minutes = new Float64Array(edges.length);
  for (const exposure of exposures)
    for (let k = 0; k < edges.length; k++) minutes[k]! += minutesBelow(exposure, edges[k]!, closed, reading);
  return minutes;
}

/** The margin within which sums of fractions of a minute count as whole, as in src/risk/models/dp3t.ts. */
const ROUNDING: Minutes = 1e-9;

export const wholeMinutes = (minutes: Minutes): Minutes => Math.ceil(minutes - ROUNDING);

export const areWhole = (minutes: Float64Array): boolean =>
  minutes.every((value) => Math.abs(value - Math.round(value)) <= ROUNDING);

/** Running sums in place along one axis of an array of several: entries `stride` apart, `length` of them a run. */
export function accumulate(counts: Float64Array, length: number, stride = 1): Float64Array {
  const run = length * stride;
  for (let start = 0; start < counts.length; start += run)
    for (let k = start + stride; k < start + run; k++) counts[k]! += counts[k - stride]!;
  return counts;
}
