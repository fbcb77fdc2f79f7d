/**
 * What a phone hears of another during a contact. The levels differ in what they draw, not in what comes out: `advert` draws
 * every advertisement, `scan` the mean and the lowest of those of a scan, `contact` both over all scans.
 */
import type { Stream } from '../core/random.ts';
import type { Db, Seconds } from '../core/units.ts';
import type { PropagationModel } from './model.ts';
import { depthBelowMean, meanDepth, normalAt } from './quantiles.ts';
import { advertsOf, firstScan, nextGap, nextScan, type Scan, type ScanSchedule } from './schedule.ts';

/** A working day has fewer. */
const ROWS = 256;

export const radioLevels = ['contact', 'scan', 'advert'] as const;
export type RadioLevel = (typeof radioLevels)[number];

/** When a phone listens, what gets lost, and in what detail it is drawn. */
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

/** Draws of their own for both, so that scans are at the same times on every level. One contact's, and no other's. */
export interface HearingDraws {
  readonly times: Stream;
  readonly noise: Stream;
}

/** Rows: scans that received something, in their order. Filled anew for each contact, so that nothing is made per scan. */
export class HeardScans {
  length = 0;
  /** After the begin of the contact, s. */
  at = new Float64Array(ROWS);
  /** After the scan before, whether that received anything or not, s; as the framework counts it, at most 300 for a scan. */
  since = new Float64Array(ROWS);
  /** Of the advertisements that were received, dB: minimum and typical attenuation of Exposure Notifications v2. */
  lowest = new Float64Array(ROWS);
  typical = new Float64Array(ROWS);

  /** Makes one value of all, the means weighted by seconds: rows of the first and the last scan, with all the seconds. */
  join(): void {
    if (this.length === 0) return;
    const [first, last] = [this.at[0]!, this.at[this.length - 1]!];
    const sinceFirst = this.since[0]!;
    const sum = (weighted: Float64Array): number => {
      let total = 0;
      for (let row = 0; row < this.length; row++) total += this.since[row]! * weighted[row]!;
      return total;
    };
    const [lowest, typical] = [sum(this.lowest), sum(this.typical)];
    const seconds = this.since.subarray(0, this.length).reduce((total, since) => total + since, 0);
    this.addSpan({ at: first, since: sinceFirst }, { at: last, since: seconds }, lowest / seconds, typical / seconds);
  }

  /** Fills it with a contact of which `last.since` is the time of all scans together. */
  addSpan(first: Scan, last: Scan, lowest: Db, typical: Db): void {
    this.length = 0;
    this.add(first.at, first.since, lowest, typical);
    if (last.at > first.at) this.add(last.at, last.since - first.since, lowest, typical);
  }

  add(at: Seconds, since: Seconds, lowest: Db, typical: Db): void {
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

/** The framework counts no more for a scan, however long ago the one before was. */
export const MOST_SECONDS: Seconds = 300;
/** Beyond so many standard deviations no advertisement of a scan is lost: once in 200,000 scans. */
const SAFE = 5;

/**
 * Fills `heard` with the scans of a contact, or on the level `contact` with its first and its last, which have one value. A scan hears what is sent
 * from its begin on, as long as the contact lasts. The same draws give the same rows.
 */
export function hear(hearing: Hearing, radio: Radio, draws: HearingDraws, heard: HeardScans): void {
  const { model, level } = radio;
  heard.length = 0;
  if (level !== 'contact') return hearScans(hearing, radio, draws, heard);
  const isSafe = hearing.mean + SAFE * (model.scanNoise + model.advertNoise) <= model.limit;
  if (isSafe && radio.schedule.interval <= MOST_SECONDS) return hearContact(hearing, radio, draws, heard);
  hearScans(hearing, radio, draws, heard);
  heard.join();
}

function hearScans({ seconds, mean }: Hearing, radio: Radio, { times, noise }: HearingDraws, heard: HeardScans): void {
  const { schedule, model, level } = radio;
  const { scanNoise, advertNoise, limit } = model;
  let { at, since } = firstScan(schedule, times);
  while (at < seconds) {
    const sent = sentTo(at, seconds, schedule);
    const centre = mean + scanNoise * normalAt(noise.uniform());
    const counted = Math.min(MOST_SECONDS, since);
    if (level !== 'advert' && centre + SAFE * advertNoise <= limit) {
      const typical = centre + (advertNoise * normalAt(noise.uniform())) / Math.sqrt(sent);
      heard.add(at, counted, typical - advertNoise * depthBelowMean(sent, noise.uniform()), typical);
    } else each({ at, since: counted }, sent, { centre, model, noise }, heard);
    since = nextGap(schedule, times);
    at += since;
  }
}

/** Advertisements of a scan that begin in the contact. */
const sentTo = (at: Seconds, seconds: Seconds, schedule: ScanSchedule): number =>
  Math.min(advertsOf(schedule), Math.ceil((seconds - at) / schedule.advertInterval));

/**
 * The mean over scans, weighted by their seconds w, is normal: its variance is that of a scan times sum w^2 / (sum w)^2. So is,
 * nearly, how far the lowest lie below it: exact for one scan, and of several as wide as for one, narrowed in the same way.
 */
function hearContact(
  { seconds, mean }: Hearing,
  { schedule, model: { scanNoise, advertNoise } }: Radio,
  { times, noise }: HearingDraws,
  heard: HeardScans,
): void {
  const first = firstScan(schedule, times);
  let since = 0;
  let squares = 0;
  let variance = 0;
  let depth = 0;
  let last = first.at;
  for (let scan = first; scan.at < seconds; scan = nextScan(scan, schedule, times)) {
    const sent = sentTo(scan.at, seconds, schedule);
    const square = scan.since * scan.since;
    last = scan.at;
    since += scan.since;
    squares += square;
    variance += square * (scanNoise * scanNoise + (advertNoise * advertNoise) / sent);
    depth += scan.since * meanDepth(sent);
  }
  if (since === 0) return;
  const typical = mean + (normalAt(noise.uniform()) * Math.sqrt(variance)) / since;
  const sent = sentTo(first.at, seconds, schedule);
  const narrowed = ((depthBelowMean(sent, noise.uniform()) - meanDepth(sent)) * Math.sqrt(squares)) / since;
  heard.addSpan(first, { at: last, since }, typical - advertNoise * (depth / since + narrowed), typical);
}

interface Air {
  readonly centre: Db;
  readonly model: Radio['model'];
  readonly noise: Stream;
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
  if (count > 0) heard.add(scan.at, scan.since, lowest, sum / count);
}
