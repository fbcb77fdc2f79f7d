/** How long the steps of the chain took, counted in quarters of an hour, so that runs can be added up. */
import { deliveryParts, type Hours } from './delivery.ts';

/**
 * contactToNotification: from the last contact with the one who uploaded. onsetToUpload: from the first symptoms. The others
 * are what lies between a test and a warning.
 */
export const timings = [
  'contactToNotification',
  'onsetToUpload',
  'uploadToNotification',
  'lab',
  'operator',
  ...deliveryParts,
] as const;
export type Timing = (typeof timings)[number];

const BINS_AN_HOUR = 4;
/** Forty days; what took longer counts as that. */
const BINS = 40 * 24 * BINS_AN_HOUR;

/** Counts by quarter of an hour, without the empty ones at the end. */
export type TimingCounts = Readonly<Record<Timing, readonly number[]>>;

export class Timeliness {
  readonly #counts = Object.fromEntries(timings.map((name) => [name, new Uint32Array(BINS)])) as Record<
    Timing,
    Uint32Array
  >;

  /** What took less than nothing, as a notification before the last contact, took no time. */
  add(name: Timing, hours: Hours): void {
    this.#counts[name][Math.min(BINS - 1, Math.max(0, Math.floor(hours * BINS_AN_HOUR)))]!++;
  }

  counts(): TimingCounts {
    const trimmed = timings.map((name) => {
      const all = this.#counts[name];
      return [name, Array.from(all.subarray(0, all.findLastIndex((count) => count > 0) + 1))] as const;
    });
    return Object.fromEntries(trimmed) as Record<Timing, number[]>;
  }
}

/** Counts of several runs together. */
export const addedCounts = (all: readonly (readonly number[])[]): readonly number[] =>
  Array.from({ length: Math.max(0, ...all.map(({ length }) => length)) }, (_, bin) =>
    all.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0),
  );

/** Hours that a share of them did not exceed: the middle of the quarter of an hour in which it is reached; null of none. */
export function quantileOf(counts: readonly number[], share: number): Hours | null {
  const all = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    below += count;
    if (all > 0 && below >= share * all) return (bin + 0.5) / BINS_AN_HOUR;
  }
  return null;
}
