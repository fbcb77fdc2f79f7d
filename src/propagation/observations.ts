/** From exposures with known distances to what path loss is fitted to. */
import type { Exposure, Slice } from '../core/exposure.ts';
import type { Metres, Seconds } from '../core/units.ts';
import type { Observation, PairObservations } from './fit.ts';
import { NEAREST } from './model.ts';

/** Mean time between two scans of the framework: 300 s minus 0 to 90 s. Minutes in a bin are so many scans. */
export const GAP: Seconds = 255;

/** Of a scan, or of all the exposure; undefined: unknown. Phones that touch are 0.1 m apart. */
export function metresOf(slice: Pick<Slice, 'distance'>, { distance }: Exposure): Metres | undefined {
  const metres = slice.distance ?? distance;
  return metres === undefined ? undefined : Math.max(NEAREST, metres);
}

/**
 * A scan instance is one observation at its typical attenuation and the distance of its time; a bin one at its middle and the
 * distance of the exposure, for as many scans as its time holds. What has no distance is left out.
 */
export const observationsOf = (exposure: Exposure): PairObservations =>
  exposure.slices.flatMap((slice): readonly Observation[] => {
    const distance = metresOf(slice, exposure);
    if (distance === undefined || slice.seconds <= 0) return [];
    const scans = slice.low === slice.high ? 1 : slice.seconds / GAP;
    return [{ distance, attenuation: (slice.low + slice.high) / 2, scans }];
  });
