/** Scans of which the phone has noted how long after the one before they were: exposures without any guess about gaps. */
import type { Exposure, Slice } from '../core/exposure.ts';
import { utcDayOf } from '../core/time.ts';
import type { Db, Seconds, UnixSeconds } from '../core/units.ts';
import { secondsSinceLastScan } from '../risk/scans.ts';

/** Somebody, heard in a scan. */
export interface TimedSighting {
  readonly time: UnixSeconds;
  readonly transmitter: string;
  readonly attenuation: Db;
  readonly sinceScan: Seconds;
}

/**
 * One exposure for each transmitter and day. Sightings belong to one scan if they have the same scan before, as the
 * framework keeps its time with each of them (previous_scan_epoch_seconds of Google's matching).
 */
export function timedExposures(sightings: readonly TimedSighting[]): readonly Exposure[] {
  const pairs = grouped(sightings, ({ transmitter, time }) => `${transmitter} ${utcDayOf(time)}`);
  return [...pairs.values()].map((pair) => {
    const scans = grouped(pair, ({ time, sinceScan }) => time - sinceScan);
    const slices = [...scans].map(([previous, scan]) => sliceOf(scan, previous));
    const { transmitter, time } = pair[0]!;
    return { transmitter, day: utcDayOf(time), slices: slices.toSorted((a, b) => a.time! - b.time!), weight: 1 };
  });
}

function grouped<Key>(sightings: readonly TimedSighting[], keyOf: (sighting: TimedSighting) => Key) {
  const groups = new Map<Key, TimedSighting[]>();
  for (const sighting of sightings) {
    const key = keyOf(sighting);
    const group = groups.get(key);
    if (group) group.push(sighting);
    else groups.set(key, [sighting]);
  }
  return groups;
}

/** Typical attenuation is the rounded mean of dB values, not of milliwatts (risk-models.md 1.2). */
function sliceOf(scan: readonly TimedSighting[], previous: UnixSeconds): Slice {
  const attenuations = scan.map(({ attenuation }) => attenuation);
  const typical = Math.round(attenuations.reduce((sum, attenuation) => sum + attenuation, 0) / scan.length);
  const time = Math.min(...scan.map((sighting) => sighting.time));
  const seconds = secondsSinceLastScan(time, previous);
  return { seconds, time, low: typical, high: typical, min: Math.min(...attenuations) };
}
