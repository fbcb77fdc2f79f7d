/**
 * Sightings -> slices: groups what one receiver hears into scans (quiet gap > scanGap) and gives each transmitter
 * heard in a scan one slice, as the framework makes scan instances (risk-models.md 1.2, contract.md 1).
 */
import type { Slice } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type { Db, Metres, Seconds, UnixSeconds } from '../core/units.ts';

/** Whole minutes since the previous scan, at most 5; 2 minutes when there was none (ENv2, risk-models.md 1.2). */
export function secondsSinceLastScan(time: UnixSeconds, previous: UnixSeconds | undefined): Seconds {
  if (previous === undefined) return 120;
  return 60 * Math.min(5, Math.floor(time / 60) - Math.floor(previous / 60));
}

/** What a pair's truth counts for one scan instance: exact seconds, at most 300, 120 for the first (contract.md 2). */
export function pairSeconds(time: UnixSeconds, previous: UnixSeconds | undefined): Seconds {
  return previous === undefined ? 120 : Math.min(300, time - previous);
}

interface Heard {
  time: UnixSeconds;
  /** Of the sightings with a known one. */
  readonly values: Db[];
  readonly distances: Metres[];
}

/** What a sighting without any signal strength counts: the weakest the framework can store, so no rule sees it near. */
const UNKNOWN_ATTENUATION: Db = 255;

/**
 * The scans of one receiver. Feed sightings in time order (inside a scan they may be swapped); finished scans come back
 * as slices by transmitter.
 */
export class ScanGrouper {
  readonly #gap: Seconds;
  #heard = new Map<string, Heard>();
  #start: UnixSeconds | undefined;
  #last: UnixSeconds | undefined;
  #previousStart: UnixSeconds | undefined;

  constructor(gap: Seconds) {
    this.#gap = gap;
  }

  get lastTime(): UnixSeconds | undefined {
    return this.#last;
  }

  /** First sighting of the scan that still runs. */
  get startTime(): UnixSeconds | undefined {
    return this.#start;
  }

  /** Adds a sighting; returns the scan that it ended, if it ended one. */
  add(
    time: UnixSeconds,
    transmitter: string,
    attenuation: Db | undefined,
    distance: Metres | undefined,
  ): Map<string, Slice> | null {
    const ended = this.#last !== undefined && time - this.#last > this.#gap ? this.finish() : null;
    this.#start = Math.min(this.#start ?? time, time);
    this.#last = Math.max(this.#last ?? time, time);
    let heard = this.#heard.get(transmitter);
    if (!heard) this.#heard.set(transmitter, (heard = { time, values: [], distances: [] }));
    heard.time = Math.min(heard.time, time);
    if (attenuation !== undefined) heard.values.push(attenuation);
    if (distance !== undefined) heard.distances.push(distance);
    return ended;
  }

  /** Ends the current scan and returns its slices by transmitter. */
  finish(): Map<string, Slice> {
    const slices = new Map<string, Slice>();
    if (this.#start === undefined) return slices;
    const seconds = secondsSinceLastScan(this.#start, this.#previousStart);
    for (const [transmitter, heard] of this.#heard) slices.set(transmitter, sliceOf(heard, seconds));
    this.#previousStart = this.#start;
    this.#start = undefined;
    this.#heard = new Map();
    return slices;
  }
}

function sliceOf({ time, values, distances }: Heard, seconds: Seconds): Slice {
  // Typical attenuation is the rounded mean of dB values, not of milliwatts (risk-models.md 1.2).
  const typical =
    values.length === 0
      ? UNKNOWN_ATTENUATION
      : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length);
  const min = values.reduce((least, value) => Math.min(least, value), UNKNOWN_ATTENUATION);
  return defined({ seconds, low: typical, high: typical, min, time, distance: median(distances) });
}

/** Mean of the two middle values when there is an even number; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
