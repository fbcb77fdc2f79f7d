/**
 * What listening costs and what it buys: a scan that listens longer or comes more often takes more of the battery. Of contacts well
 * within range, where a scan hears whoever is there, only the time between scans decides what is noticed; a longer window hears
 * more advertisements, so that each scan tells the attenuation better.
 */
import { keyed } from '../core/random.ts';
import type { Db, Seconds } from '../core/units.ts';
import { MOST_SECONDS } from './hearing.ts';
import type { PropagationModel } from './model.ts';
import { advertsOf, firstScan, nextScan, type ScanSchedule } from './schedule.ts';

const SECONDS_PER_HOUR: Seconds = 3600;

/** Mean time from scan to scan. */
const meanGap = ({ interval, jitter }: ScanSchedule): Seconds => interval - jitter / 2;

/** Seconds in which a phone listens, of an hour. */
export const listeningPerHour = (schedule: ScanSchedule): Seconds =>
  (schedule.window * SECONDS_PER_HOUR) / meanGap(schedule);

/**
 * How likely a contact of so many seconds well within range is noticed: that a scan begins in it. The wait for a scan has the density
 * (1 - F(t)) / mean, F the distribution of the uniform gaps (renewal theory: Cox 1962, 5.2). Exact.
 */
export function chanceOfScan(schedule: ScanSchedule, seconds: Seconds): number {
  const { interval, jitter } = schedule;
  const least = interval - jitter;
  if (seconds <= least) return seconds / meanGap(schedule);
  if (seconds >= interval) return 1;
  const left = interval - seconds;
  return (least + (jitter * jitter - left * left) / (2 * jitter)) / meanGap(schedule);
}

/**
 * Mean absolute error of the duration that phones count for contacts well within range, in seconds: that of `contacts` contacts as
 * long as `from` to `to`, evenly, which meet the schedule as all do. Without jitter, and up to the longest gap that is counted whole,
 * it is 2 I f (1 - f) for contacts of one length, I the interval and f the fraction of length / I: I / 3 over whole intervals. The
 * same arguments give the same error.
 */
export function durationError(
  schedule: ScanSchedule,
  [from, to]: readonly [from: Seconds, to: Seconds],
  contacts: number,
  seed: number,
): Seconds {
  let errors = 0;
  for (let contact = 0; contact < contacts; contact++) {
    const stream = keyed(seed, 'duration of a contact', contact);
    const seconds = from + ((contact + 0.5) / contacts) * (to - from);
    let counted = 0;
    for (let scan = firstScan(schedule, stream); scan.at < seconds; scan = nextScan(scan, schedule, stream))
      counted += Math.min(MOST_SECONDS, scan.since);
    errors += Math.abs(counted - seconds);
  }
  return errors / contacts;
}

/** Standard deviation of the typical attenuation of one scan around that of its contact. */
export const scanError = (
  schedule: ScanSchedule,
  { scanNoise, advertNoise }: Pick<PropagationModel, 'scanNoise' | 'advertNoise'>,
): Db => Math.sqrt(scanNoise * scanNoise + (advertNoise * advertNoise) / advertsOf(schedule));
