/**
 * Exposures that wait until a phone looks, as one list of numbers: a scan as an object takes three times the memory, and the
 * garbage collector would look at each again and again.
 */
import type { Exposure, Slice } from '../core/exposure.ts';

/** Of an exposure: transmitter, day, level (-1: none), scans; then of each scan seconds, time, attenuation, lowest, distance. */
export type HeldExposures = Float64Array;

const HEAD = 4;
const PER_SCAN = 5;

/** Exposures of one receiver as `exposuresTo` makes them, with levels or without. */
export function held(exposures: readonly Exposure[]): HeldExposures {
  const scans = exposures.reduce((sum, { slices }) => sum + slices.length, 0);
  const values = new Float64Array(exposures.length * HEAD + scans * PER_SCAN);
  let at = 0;
  for (const { transmitter, day, transmissionLevel, slices } of exposures) {
    values[at++] = Number(transmitter);
    values[at++] = day!;
    values[at++] = transmissionLevel ?? -1;
    values[at++] = slices.length;
    for (const slice of slices) {
      values[at++] = slice.seconds;
      values[at++] = slice.time!;
      values[at++] = slice.low;
      values[at++] = slice.min!;
      values[at++] = slice.distance!;
    }
  }
  return values;
}

/** What was held of a receiver, as it was. */
export function released(receiver: number, values: HeldExposures): readonly Exposure[] {
  const user = String(receiver);
  const exposures: Exposure[] = [];
  for (let at = 0; at < values.length; at += HEAD + values[at + 3]! * PER_SCAN) {
    const level = values[at + 2]!;
    exposures.push({
      user,
      receiver: user,
      transmitter: String(values[at]),
      day: values[at + 1]!,
      slices: slicesAt(values, at + HEAD, values[at + 3]!),
      weight: 1,
      ...(level >= 0 && { transmissionLevel: level }),
    });
  }
  return exposures;
}

function slicesAt(values: HeldExposures, first: number, scans: number): readonly Slice[] {
  const slices: Slice[] = [];
  for (let at = first; slices.length < scans; at += PER_SCAN) {
    const attenuation = values[at + 2]!;
    slices.push({
      seconds: values[at]!,
      time: values[at + 1]!,
      low: attenuation,
      high: attenuation,
      min: values[at + 3]!,
      distance: values[at + 4]!,
    });
  }
  return slices;
}
