/**
 * What the ENv1 framework reports about one exposure, before any score: its duration in steps of 5 min and its
 * attenuation (risk-models.md 1.1; KeyExposureEvaluator of google/exposure-notifications-internals).
 */
import type { Db, Seconds, UnixSeconds } from '../core/units.ts';

const STEP: Seconds = 300;

/**
 * Duration that the framework reports for a span between first and last sighting: one scan interval longer, in steps
 * of 5 min; a remainder of up to half a step is rounded down.
 */
export function reportedDuration(span: Seconds): Seconds {
  const duration = span + STEP;
  const remainder = duration % STEP;
  return remainder <= STEP / 2 ? duration - remainder : duration + STEP - remainder;
}

/**
 * Time-weighted mean of sightings in time order, in whole dB: between two sightings the first one's value holds, and
 * the first and last reach half a scan interval further. NaN for none.
 */
export function reportedAttenuation(
  sightings: readonly { readonly time: UnixSeconds; readonly attenuation: Db }[],
  scanInterval: Seconds = STEP,
): Db {
  let weighted = 0;
  let duration = 0;
  for (const [k, { time, attenuation }] of sightings.entries()) {
    const before = k === 0 ? scanInterval / 2 : 0;
    const next = sightings[k + 1];
    const seconds = before + (next ? next.time - time : scanInterval / 2);
    weighted += seconds * attenuation;
    duration += seconds;
  }
  return Math.round(weighted / duration);
}
