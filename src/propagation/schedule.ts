/** When a phone listens: scans, as the framework plans them, seen from a contact that begins at any time. */
import type { Stream } from '../core/random.ts';
import type { Seconds } from '../core/units.ts';

/** When phones listen and send, in seconds. */
export interface ScanSchedule {
  /** A scan listens so long. */
  readonly window: Seconds;
  /** From scan to scan, at most. */
  readonly interval: Seconds;
  /** Drawn anew for each scan and taken off, uniform from 0. */
  readonly jitter: Seconds;
  /** From advertisement to advertisement of those who are heard. */
  readonly advertInterval: Seconds;
}

/** Of Google's framework: 4 s every 210 to 300 s, four advertisements a second (simulation spec 2). */
export const frameworkSchedule: ScanSchedule = { window: 4, interval: 300, jitter: 90, advertInterval: 0.25 };
/** As the architecture of the Corona-Warn-App describes it: 2 s every five minutes (seed 004, Figure 13). */
export const seedSchedule: ScanSchedule = { window: 2, interval: 300, jitter: 0, advertInterval: 0.25 };

/** Advertisements in a whole window. */
export const advertsOf = ({ window, advertInterval }: ScanSchedule): number => Math.floor(window / advertInterval);

/** A scan of a contact: when after its begin, and how long after the scan before, which may lie before the contact. */
export interface Scan {
  readonly at: Seconds;
  readonly since: Seconds;
}

/**
 * The first scan after a contact has begun, which knows nothing of the schedule: it falls into long gaps more often than
 * into short ones (density of the gap g proportional to g), and anywhere in them (renewal theory: Cox 1962, 5.2).
 */
export function firstScan({ interval, jitter }: ScanSchedule, stream: Stream): Scan {
  const least = interval - jitter;
  const squares = least * least + stream.uniform() * (interval * interval - least * least);
  const since = Math.sqrt(squares);
  return { at: stream.uniform() * since, since };
}

/** From a scan to the next. */
export const nextGap = ({ interval, jitter }: ScanSchedule, stream: Stream): Seconds =>
  interval - jitter * stream.uniform();

/** The scan after that. */
export function nextScan({ at }: Scan, schedule: ScanSchedule, stream: Stream): Scan {
  const since = nextGap(schedule, stream);
  return { at: at + since, since };
}
