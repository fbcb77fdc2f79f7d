/** From exposures with known distances to what path loss is fitted to. */
import type { Exposure } from '../core/exposure.ts';
import type { Seconds } from '../core/units.ts';
import type { Observation, PairObservations } from './fit.ts';
import { NEAREST } from './model.ts';

/** Mean time between two scans of the framework: 300 s minus 0 to 90 s. Minutes in a bin are so many scans. */
const GAP: Seconds = 255;

/**
 * A scan instance is one observation at its typical attenuation and the distance of its time; a bin one at its middle and the
 * distance of the exposure, for as many scans as its time holds. What has no distance is left out.
 */
export const observationsOf = ({ slices, distance }: Exposure): PairObservations =>
  slices.flatMap((slice): readonly Observation[] => {
    const metres = slice.distance ?? distance;
    if (metres === undefined || slice.seconds <= 0) return [];
    const scans = slice.low === slice.high ? 1 : slice.seconds / GAP;
    return [{ distance: Math.max(NEAREST, metres), attenuation: (slice.low + slice.high) / 2, scans }];
  });
