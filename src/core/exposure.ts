/**
 * The common currency of enlab: what every trace becomes and every risk model judges.
 * An exposure is time spent at attenuations: a list of slices. A scan instance is a slice at one dB value,
 * a histogram bin is a slice between two; everything models ask for is a sum over slices.
 */
import type { Db, Metres, Minutes, Seconds, UnixSeconds, UtcDay } from './units.ts';

/** What truth rules ask of a scan instance: how long and how near, whatever was received. */
export interface Presence {
  /** >= 0. Since the receiver's previous scan, or the whole time of a bin. */
  readonly seconds: Seconds;
  /** Start of the scan; absent where a trace has no times. */
  readonly time?: UnixSeconds;
  /** Median of the known distances of the sightings; absent = unknown. */
  readonly distance?: Metres;
  /** Since the pair's previous scan instance (first 120 s, at most 300 s): the time that truth rules count. */
  readonly pairSeconds?: Seconds;
}

export interface Slice extends Presence {
  /** low = high for a measured value (typical attenuation of a scan), low < high for a histogram bin. */
  readonly low: Db;
  readonly high: Db;
  /** Smallest attenuation of a scan instance (CWA v2 weighs by it); else absent. */
  readonly min?: Db;
}

export interface Exposure {
  readonly slices: readonly Slice[];
  /** Scan instances without any known signal strength: no model can judge them, truth rules count them. */
  readonly silent?: readonly Presence[];
  readonly user?: string;
  readonly receiver?: string;
  readonly transmitter?: string;
  readonly receiverModel?: string;
  readonly transmitterModel?: string;
  readonly scenario?: string;
  readonly day?: UtcDay;
  readonly daysSinceExposure?: number;
  /** 0..8; 0 = invalid, factor 1 (risk-models.md 1.1). */
  readonly transmissionLevel?: number;
  readonly reportType?: number;
  readonly infectiousness?: number;
  readonly calibrationConfidence?: number;
  /** True where the record already was one ENv2 window, which is not cut again. */
  readonly isWindow?: true;
  /**
   * What the framework itself says of the whole exposure, where the slices are its attenuation durations: duration and
   * mean attenuation of the ENv1 score. The durations are rounded and capped each, so they may add up to another time.
   */
  readonly reported?: { readonly minutes: Minutes; readonly attenuation: Db };
  /** Fixed cell of an aggregated table, 0-based (D index, A index); slices are then empty. */
  readonly cell?: readonly [number, number];
  /** Distance of the pair where the trace has one for the whole exposure. */
  readonly distance?: Metres;
  /** What the trace itself says: true contact, no contact, null = asked and unknown, absent = not asked. */
  readonly label?: boolean | null;
  readonly weight: number;
}

/** Duration of an exposure: the reported one, else that of its slices. */
export const durationOf = (exposure: Exposure): Minutes => exposure.reported?.minutes ?? minutesOf(exposure);

/** Slices with the duration and the mean of the exposure: what was reported, else what was measured. */
export const meanSlices = ({ slices, reported }: Exposure): readonly Slice[] =>
  reported === undefined
    ? slices
    : [{ seconds: reported.minutes * 60, low: reported.attenuation, high: reported.attenuation }];

// Loops instead of reduce and some: these run for every exposure, rule and dB shift.
export function minutesOf({ slices }: Exposure): Minutes {
  let seconds = 0;
  for (const slice of slices) seconds += slice.seconds;
  return seconds / 60;
}

/** True where slices are histogram bins: no scan order, no exact dB values (contract.md 1, default of --reduce). */
export function isBinned({ slices }: Exposure): boolean {
  for (const slice of slices) if (slice.low < slice.high) return true;
  return false;
}

/** Scan instances of both kinds, which truth rules count alike. */
export const presencesOf = ({ slices, silent }: Exposure): readonly Presence[] =>
  silent === undefined ? slices : [...slices, ...silent];

/** True where not one signal strength is known, so that no model has anything to judge. */
export const isSilent = ({ slices, silent }: Exposure): boolean => slices.length === 0 && silent !== undefined;
