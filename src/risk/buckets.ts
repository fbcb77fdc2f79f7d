/** Minutes per attenuation bucket, half-open as in ENv1's durations at attenuation and in DP-3T (risk-models.md 1.1). */
import { type Exposure, minutesOf } from '../core/exposure.ts';
import type { Db, Minutes } from '../core/units.ts';
import { minutesBelow, type Reading } from './reading.ts';

/** Minutes of all exposures together: att < lower, lower <= att < upper, att >= upper. */
export function bucketMinutes(
  exposures: readonly Exposure[],
  [lower, upper]: readonly [Db, Db],
  reading: Reading,
): readonly [Minutes, Minutes, Minutes] {
  let low = 0;
  let middle = 0;
  let high = 0;
  for (const exposure of exposures) {
    const belowLower = minutesBelow(exposure, lower, false, reading);
    const belowUpper = minutesBelow(exposure, upper, false, reading);
    low += belowLower;
    middle += belowUpper - belowLower;
    high += minutesOf(exposure) - belowUpper;
  }
  return [low, middle, high];
}

/** "att < 55 dB", "55 <= att < 63 dB", "att >= 63 dB" */
export const bucketTexts = ([lower, upper]: readonly [Db, Db]): readonly [string, string, string] => [
  `att < ${lower} dB`,
  `${lower} <= att < ${upper} dB`,
  `att >= ${upper} dB`,
];
