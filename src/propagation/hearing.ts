/**
 * What a phone hears of another during a contact: a row for each scan that received something. The levels differ in what
 * they draw, not in what comes out: `advert` draws every advertisement, `scan` the mean and the lowest of those of a scan.
 */
import type { Stream } from '../core/random.ts';
import type { Db, Seconds } from '../core/units.ts';
import { depthBelowMean } from './extremes.ts';
import type { PropagationModel } from './model.ts';
import { advertsOf, firstScan, nextScan, type Scan, type ScanSchedule } from './schedule.ts';

/** A working day has fewer. */
const ROWS = 256;

export const radioLevels = ['scan', 'advert'] as const;
export type RadioLevel = (typeof radioLevels)[number];

export interface Radio {
  readonly schedule: ScanSchedule;
  readonly model: Pick<PropagationModel, 'scanNoise' | 'advertNoise' | 'limit'>;
  readonly level: RadioLevel;
}

/** One direction of a contact. */
export interface Hearing {
  readonly seconds: Seconds;
  /** Of the path, with the shadowing of the contact. */
  readonly mean: Db;
}

/** Draws of their own for both, so that scans are at the same times on every level. */
export interface HearingDraws {
  readonly times: Stream;
  readonly noise: Stream;
}

/** Rows: scans that received something, in their order. Filled anew for each contact, so that nothing is made per scan. */
export class HeardScans {
  length = 0;
  /** After the begin of the contact, s. */
  at = new Float64Array(ROWS);
  /** After the scan before, whether that received anything or not, s. */
  since = new Float64Array(ROWS);
  /** Of the advertisements that were received, dB: minimum and typical attenuation of Exposure Notifications v2. */
  lowest = new Float64Array(ROWS);
  typical = new Float64Array(ROWS);

  add({ at, since }: Scan, lowest: Db, typical: Db): void {
    const row = this.length++;
    if (row === this.at.length) this.#grow();
    this.at[row] = at;
    this.since[row] = since;
    this.lowest[row] = lowest;
    this.typical[row] = typical;
  }

  #grow(): void {
    this.at = twice(this.at);
    this.since = twice(this.since);
    this.lowest = twice(this.lowest);
    this.typical = twice(this.typical);
  }
}

function twice(column: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(2 * column.length);
  longer.set(column);
  return longer;
}

/** Beyond so many standard deviations no advertisement of a scan is lost: once in 200,000 scans. */
const SAFE = 5;

/**
 * Fills `heard` with the scans of a contact. A scan hears what is sent from its begin on, as long as the contact lasts. The
 * same draws give the same rows.
 */
export function hear(
  { seconds, mean }: Hearing,
  { schedule, model, level }: Radio,
  { times, noise }: HearingDraws,
  heard: HeardScans,
): void {
  heard.length = 0;
  const most = advertsOf(schedule);
  for (let scan = firstScan(schedule, times); scan.at < seconds; scan = nextScan(scan, schedule, times)) {
    const sent = Math.min(most, Math.ceil((seconds - scan.at) / schedule.advertInterval));
    const centre = mean + model.scanNoise * noise.normal();
    const isSafe = centre + SAFE * model.advertNoise <= model.limit;
    if (level === 'scan' && isSafe) inTwoDraws(scan, sent, { centre, model, noise }, heard);
    else each(scan, sent, { centre, model, noise }, heard);
  }
}

interface Air {
  readonly centre: Db;
  readonly model: Radio['model'];
  readonly noise: Stream;
}

function inTwoDraws(scan: Scan, sent: number, { centre, model, noise }: Air, heard: HeardScans): void {
  const typical = centre + (model.advertNoise * noise.normal()) / Math.sqrt(sent);
  heard.add(scan, typical - model.advertNoise * depthBelowMean(sent, noise.uniform()), typical);
}

function each(scan: Scan, sent: number, { centre, model, noise }: Air, heard: HeardScans): void {
  let lowest = Number.POSITIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (let k = 0; k < sent; k++) {
    const attenuation = centre + model.advertNoise * noise.normal();
    if (attenuation > model.limit) continue;
    count++;
    sum += attenuation;
    lowest = Math.min(lowest, attenuation);
  }
  if (count > 0) heard.add(scan, lowest, sum / count);
}
