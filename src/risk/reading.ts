/** How the slices of an exposure are read: minutes below a threshold, mean attenuation, cells of the D x A grid. */
import { durationOf, type Exposure, isBinned, meanSlices } from '../core/exposure.ts';
import type { Db, Minutes } from '../core/units.ts';
import { reportedAttenuation, reportedDuration } from './env1Exposure.ts';

/** Upper edges of A2..A8, dB: A1 is above the first (risk-models.md 1.1). Index 0 = A1. */
export const ATTENUATION_EDGES: readonly Db[] = [73, 63, 51, 33, 27, 15, 10];
/** Upper edges of D1..D7, minutes; D8 is above the last. Index 0 = D1. */
export const DURATION_EDGES: readonly Minutes[] = [0, 5, 10, 15, 20, 25, 30];

export interface Reading {
  /**
   * auto = cumulative for histograms, mean for everything else (contract.md 1). env1 = mean, but duration and attenuation
   * as the framework reports them where scans have times (env1Exposure.ts).
   */
  readonly reduce: 'auto' | 'mean' | 'cumulative' | 'env1';
  /** How a histogram bin that a threshold cuts is counted. */
  readonly binSplit: 'proportional' | 'lower' | 'upper';
  /** bucket: whole minutes, closed on the right; gt: closed on the right; ge: closed on the left. */
  readonly durationEdge: 'bucket' | 'gt' | 'ge';
  /** Fills daysSinceExposure where a trace lacks it. */
  readonly days: number;
  /** Fills transmissionLevel where a trace lacks it; null = the level whose factor normalises to 1. */
  readonly transmissionLevel: number | null;
  /** Added to every attenuation (result limited to >= 0). */
  readonly shift: Db;
  /** Added to the total minutes of an exposure (result limited to >= 0); mean reduction only. */
  readonly stretch: Minutes;
}

export const defaultReading: Reading = {
  reduce: 'auto',
  binSplit: 'proportional',
  durationEdge: 'bucket',
  days: 0,
  transmissionLevel: null,
  shift: 0,
  stretch: 0,
};

const shifted = (value: Db, { shift }: Reading): Db => (shift === 0 ? value : Math.max(0, value + shift));

/**
 * Share of the time between `low` and `high` dB that lies at or below `threshold` ("closed": <=, else <), 0..1.
 * A bin that the threshold cuts is split as the reading says; a single value (low = high) counts whole.
 */
export function shareBelow(low: Db, high: Db, threshold: Db, closed: boolean, reading: Reading): number {
  const from = shifted(low, reading);
  const to = shifted(high, reading);
  if (from === to) return from < threshold || (closed && from === threshold) ? 1 : 0;
  if (threshold >= to) return 1;
  if (threshold <= from) return 0;
  if (reading.binSplit === 'proportional') return (threshold - from) / (to - from);
  return reading.binSplit === 'lower' ? 1 : 0;
}

/** Minutes at an attenuation at or below a threshold (`closed`), or strictly below it. */
export function minutesBelow(exposure: Exposure, threshold: Db, closed: boolean, reading: Reading): Minutes {
  let seconds = 0;
  for (const { seconds: all, low, high } of exposure.slices)
    seconds += all * shareBelow(low, high, threshold, closed, reading);
  return seconds / 60;
}

/** Scans with times: what the framework would have summed up itself. */
export const isReported = ({ slices }: Exposure, { reduce }: Reading): boolean =>
  reduce === 'env1' && slices.length > 0 && slices.every(({ time }) => time !== undefined);

/**
 * Mean attenuation, dB: the reported one, else duration-weighted and unrounded; a bin counts at its middle. An exposure
 * of 0 s: plain mean.
 */
export function meanAttenuation(exposure: Exposure, reading: Reading): Db {
  if (isReported(exposure, reading))
    return reportedAttenuation(
      exposure.slices.map(({ time, low }) => ({ time: time!, attenuation: shifted(low, reading) })),
    );
  let weighted = 0;
  let seconds = 0;
  let sum = 0;
  const slices = meanSlices(exposure);
  for (const slice of slices) {
    const value = shifted((slice.low + slice.high) / 2, reading);
    weighted += slice.seconds * value;
    seconds += slice.seconds;
    sum += value;
  }
  return seconds > 0 ? weighted / seconds : sum / slices.length;
}

export const totalMinutes = (exposure: Exposure, reading: Reading): Minutes =>
  Math.max(0, (isReported(exposure, reading) ? reportedMinutes(exposure) : durationOf(exposure)) + reading.stretch);

const reportedMinutes = ({ slices }: Exposure): Minutes =>
  reportedDuration(slices.at(-1)!.time! - slices[0]!.time!) / 60;

/** A reported mean is what ENv1 scores, so bins beside it stay what they are for: minutes at attenuations. */
export const isCumulative = (exposure: Exposure, { reduce }: Pick<Reading, 'reduce'>): boolean =>
  reduce === 'cumulative' || (reduce === 'auto' && exposure.reported === undefined && isBinned(exposure));
