/**
 * Sightings -> scan instances: groups what one receiver hears into scans, which end at a silence > scanGap, and gives
 * each transmitter heard in a scan one instance, as the framework does (risk-models.md 1.2, contract.md 1).
 */
import type { Presence, Slice } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type { Db, Metres, Seconds, UnixSeconds } from '../core/units.ts';

/** Whole minutes since the previous scan, at most 5; 2 minutes when there was none (ENv2, risk-models.md 1.2). */
export function secondsSinceLastScan(time: UnixSeconds, previous: UnixSeconds | undefined): Seconds {
  if (previous === undefined) return 120;
  return 60 * Math.min(5, Math.floor(time / 60) - Math.floor(previous / 60));
}

/** What truth counts at most for one scan instance of a pair (contract.md 2). */
export const LONGEST_PAIR_SECONDS: Seconds = 300;

/** What a pair's truth counts for one scan instance: exact seconds, at most 300, 120 for the first (contract.md 2). */
export function pairSeconds(time: UnixSeconds, previous: UnixSeconds | undefined): Seconds {
  return previous === undefined ? 120 : Math.min(LONGEST_PAIR_SECONDS, time - previous);
}

/**
 * A scan lasts no longer than this from its first sighting, unless the gap is wider: phones scan 4 s or 17 s
 * (risk-models.md 1.1), a receiver that never pauses is cut into instances, and its day and memory come to an end.
 */
const LONGEST_SCAN: Seconds = 25.5;

interface Heard {
  time: UnixSeconds;
  /** Sightings with a known attenuation, their sum and least. */
  known: number;
  sum: Db;
  min: Db;
  readonly distances: Metres[];
}

/**
 * The scans of one receiver. Feed sightings in time order (inside a scan they may be swapped); finished scans come back
 * by transmitter, as slices, or as presences where no attenuation is known.
 */
export class ScanGrouper {
  readonly #gap: Seconds;
  readonly #longest: Seconds;
  #heard = new Map<string, Heard>();
  #start: UnixSeconds | undefined;
  #last: UnixSeconds | undefined;
  #previousStart: UnixSeconds | undefined;
  /** Latest sighting of the scan before. */
  #previousEnd: UnixSeconds = Number.NEGATIVE_INFINITY;

  constructor(gap: Seconds) {
    this.#gap = gap;
    this.#longest = Math.max(gap, LONGEST_SCAN);
  }

  get lastTime(): UnixSeconds | undefined {
    return this.#last;
  }

  /** First sighting of the scan that still runs. */
  get startTime(): UnixSeconds | undefined {
    return this.#start;
  }

  /** Adds a sighting (null = no known attenuation); returns the scan that it ended, if it ended one. */
  add(
    time: UnixSeconds,
    transmitter: string,
    attenuation: Db | null,
    distance: Metres | undefined,
  ): Map<string, Slice | Presence> | null {
    const ended = this.#isOver(time) ? this.finish() : null;
    // A sighting that was written late may belong to a scan that was cut: it counts at the seam.
    const at = Math.max(time, this.#previousEnd);
    this.#start = Math.min(this.#start ?? at, at);
    this.#last = Math.max(this.#last ?? at, at);
    let heard = this.#heard.get(transmitter);
    if (!heard)
      this.#heard.set(
        transmitter,
        (heard = { time: at, known: 0, sum: 0, min: Number.POSITIVE_INFINITY, distances: [] }),
      );
    heard.time = Math.min(heard.time, at);
    if (attenuation !== null) {
      heard.known++;
      heard.sum += attenuation;
      heard.min = Math.min(heard.min, attenuation);
    }
    if (distance !== undefined) heard.distances.push(distance);
    return ended;
  }

  #isOver(time: UnixSeconds): boolean {
    if (this.#start === undefined || this.#last === undefined) return false;
    return time - this.#last > this.#gap || time - this.#start > this.#longest;
  }

  /** Ends the current scan and returns what was heard in it by transmitter. */
  finish(): Map<string, Slice | Presence> {
    const instances = new Map<string, Slice | Presence>();
    if (this.#start === undefined) return instances;
    const seconds = secondsSinceLastScan(this.#start, this.#previousStart);
    for (const [transmitter, heard] of this.#heard) instances.set(transmitter, instanceOf(heard, seconds));
    this.#previousStart = this.#start;
    this.#previousEnd = this.#last!;
    this.#start = undefined;
    this.#heard = new Map();
    return instances;
  }
}

function instanceOf({ time, known, sum, min, distances }: Heard, seconds: Seconds): Slice | Presence {
  const presence = defined({ seconds, time, distance: median(distances) });
  if (known === 0) return presence;
  // Typical attenuation is the rounded mean of dB values, not of milliwatts (risk-models.md 1.2).
  const typical = Math.round(sum / known);
  return { ...presence, low: typical, high: typical, min };
}

/** Mean of the two middle values when there is an even number; undefined for none. */
export function median(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
