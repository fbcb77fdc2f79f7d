/**
 * Records -> exposures. An exposure is one pair on one UTC day, or one of its episodes (contract.md 1).
 * Memory holds the pairs of the day at hand only, so a trace must be in time order.
 */
import { EnlabError, type Place } from '../core/errors.ts';
import type { Exposure } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import { type CellCount, MOST_COUNTED, type ScanInstance, type Sighting, type TraceRecord } from '../core/records.ts';
import { utcDayOf } from '../core/time.ts';
import { type Db, SECONDS_PER_DAY, type Seconds, type UnixSeconds, type UtcDay } from '../core/units.ts';
import { type Instance, PairDay, type Who } from './pairDay.ts';
import { exposuresOf } from './ready.ts';
import { LONGEST_PAIR_SECONDS, ScanGrouper } from './scans.ts';
import { Statements } from './statements.ts';
import { TruthBook } from './truthBook.ts';

/** A day is closed once the trace is this far past it: a scan that began before midnight still ends. */
const DAY_MARGIN: Seconds = 600;

export interface AssembleOptions {
  /** Silence that ends a scan, s. */
  readonly scanGap: Seconds;
  /** Split a pair's day at gaps > 600 s. */
  readonly episodes: boolean;
  /** Scenario of records that name none. */
  readonly scenario: string;
  /** dB of a sighting; null where it carries no known signal strength. */
  readonly attenuationOf: (sighting: Sighting) => Db | null;
  /** Where a record of a batch stands in its file, for errors. */
  readonly placeOf?: (records: readonly TraceRecord[], index: number) => Place;
  /** Told of every defect that was met and handled. */
  readonly notice?: (what: string, rows: number) => void;
}

/** A pair of the scan that runs at a receiver. */
interface Heard {
  readonly who: Who;
  readonly said: Statements;
}

interface Receiver {
  readonly grouper: ScanGrouper;
  /** By the key that the grouper has: transmitter and user. */
  readonly heard: Map<string, Heard>;
}

export class Assembler {
  readonly #options: AssembleOptions;
  readonly #truths = new TruthBook();
  readonly #receivers = new Map<string, Receiver>();
  readonly #open = new Map<UtcDay, Map<string, PairDay>>();
  /** Last instances of pairs in the last minutes of the day that was closed last. */
  #evening: ReadonlyMap<string, UnixSeconds> = new Map();
  #closedBefore: UtcDay = 0;
  #counted = 0;
  #ready: Exposure[] = [];

  constructor(options: AssembleOptions) {
    this.#options = options;
  }

  /** Takes a batch of records; returns the exposures that are complete. Throws E-TRACE-ORDER, E-FILE-INVALID. */
  add(records: readonly TraceRecord[]): readonly Exposure[] {
    let index = 0;
    try {
      for (; index < records.length; index++) this.#take(records[index]!);
    } catch (error) {
      throw error instanceof EnlabError ? error.at(this.#options.placeOf?.(records, index)) : error;
    }
    return this.#drain();
  }

  /** What is left at the end of the trace. */
  finish(): readonly Exposure[] {
    for (const receiver of this.#receivers.values()) this.#place(receiver);
    this.#receivers.clear();
    for (const day of [...this.#open.keys()].toSorted((a, b) => a - b)) this.#close(day);
    const { unmatched } = this.#truths;
    if (unmatched > 0) this.#options.notice?.('truth records about no exposure of the trace', unmatched);
    return this.#drain();
  }

  #drain(): readonly Exposure[] {
    const ready = this.#ready;
    this.#ready = [];
    return ready;
  }

  #take(record: TraceRecord): void {
    if (record.type === 'sighting') this.#takeSighting(record);
    else if (record.type === 'scan') this.#takeScan(record);
    else if (record.type === 'truth') this.#truths.add(record);
    else {
      if (record.type === 'cell') this.#count(record);
      for (const exposure of exposuresOf(record, this.#options.scenario))
        this.#ready.push(this.#truths.label(exposure));
    }
  }

  /** People in cells are rows of their own; memory for more of them would end in the middle of the work. */
  #count({ positives, negatives }: CellCount): void {
    this.#counted += positives + negatives;
    if (this.#counted > MOST_COUNTED)
      throw new EnlabError('E-FILE-INVALID', `the cells count more than ${MOST_COUNTED} exposures in all`, {
        hint: 'divide all counts by the same number and say so in your report',
      });
  }

  #takeSighting(sighting: Sighting): void {
    const { time, transmitter, user, label, weight } = sighting;
    this.#advance(time);
    const receiver = this.#receiverOf(sighting);
    const { grouper, heard } = receiver;
    if (grouper.lastTime !== undefined && time < grouper.lastTime - this.#options.scanGap) throw outOfOrder(time);
    const key = user === undefined ? transmitter : `${transmitter}\n${user}`;
    const attenuation = this.#options.attenuationOf(sighting);
    const ended = grouper.add(time, key, attenuation, sighting.distance ?? undefined);
    if (ended) this.#place(receiver, ended);
    let own = heard.get(key);
    if (!own) heard.set(key, (own = { who: this.#who(sighting), said: new Statements() }));
    own.said.add(label, weight);
  }

  #receiverOf({ scenario, receiver }: Sighting): Receiver {
    const key = `${scenario ?? ''}\n${receiver}`;
    let found = this.#receivers.get(key);
    if (!found)
      this.#receivers.set(key, (found = { grouper: new ScanGrouper(this.#options.scanGap), heard: new Map() }));
    return found;
  }

  #takeScan(scan: ScanInstance): void {
    this.#advance(scan.time);
    const { seconds, typicalAttenuation: low, minAttenuation: min, time } = scan;
    const instance = defined({ seconds, low, high: low, min, time, distance: scan.distance ?? undefined });
    const said = new Statements();
    said.add(scan.label, scan.weight);
    const pair = this.#pairAt(this.#who(scan), time);
    if (pair.last?.instance.time !== time) {
      put(pair, instance, said);
      return;
    }
    if (JSON.stringify(pair.last.instance) !== JSON.stringify(instance)) throw twoScans(scan);
    pair.last.said.addAll(said);
    this.#options.notice?.('exact duplicate of a scan of a pair: counted once', 1);
  }

  #who(record: Sighting | ScanInstance): Who {
    const { receiver, transmitter, user, scenario = this.#options.scenario } = record;
    const { receiverModel, transmitterModel }: Partial<Sighting> = record.type === 'sighting' ? record : {};
    return defined({ receiver, transmitter, scenario, user, receiverModel, transmitterModel });
  }

  /** `heard` is forgotten with the scan: the next one may carry other labels, and transmitters come and go. */
  #place({ grouper, heard }: Receiver, ended: ReadonlyMap<string, Instance> = grouper.finish()): void {
    for (const [key, instance] of ended) {
      const { who, said } = heard.get(key)!;
      put(this.#pairAt(who, instance.time!), instance, said);
    }
    heard.clear();
  }

  #pairAt(who: Who, time: UnixSeconds): PairDay {
    const day = utcDayOf(time);
    if (day < this.#closedBefore) throw outOfOrder(time);
    let pairs = this.#open.get(day);
    if (!pairs) this.#open.set(day, (pairs = new Map()));
    const key = pairKey(who);
    let pair = pairs.get(key);
    if (!pair) pairs.set(key, (pair = new PairDay(who, day)));
    return pair;
  }

  /** Closes the days that the trace has left behind, but none in which a scan began that has not ended. */
  #advance(time: UnixSeconds): void {
    let day = utcDayOf(time - DAY_MARGIN);
    if (day <= this.#closedBefore) return;
    for (const receiver of this.#receivers.values()) {
      const { grouper } = receiver;
      if (grouper.lastTime !== undefined && time - grouper.lastTime > DAY_MARGIN) this.#place(receiver);
      else if (grouper.startTime !== undefined) day = Math.min(day, utcDayOf(grouper.startTime));
    }
    if (day <= this.#closedBefore) return;
    for (const open of [...this.#open.keys()].toSorted((a, b) => a - b)) if (open < day) this.#close(open);
    this.#closedBefore = day;
  }

  #close(day: UtcDay): void {
    const evening = new Map<string, UnixSeconds>();
    const formed = [...(this.#open.get(day) ?? [])].flatMap(([key, pair]) => {
      const last = pair.last!.instance.time!;
      if ((day + 1) * SECONDS_PER_DAY - last <= LONGEST_PAIR_SECONDS) evening.set(key, last);
      return pair.exposures(this.#options.episodes, this.#evening.get(key));
    });
    this.#open.delete(day);
    this.#evening = evening;
    for (const { exposure, isContradictory } of formed.toSorted((a, b) => a.start - b.start)) {
      if (isContradictory) this.#options.notice?.('labels say both contact and no contact: taken as contact', 1);
      this.#ready.push(this.#truths.label(exposure));
    }
  }
}

function put(pair: PairDay, instance: Instance, said: Statements): void {
  const { time } = instance;
  if (pair.last && time! < pair.last.instance.time!) throw outOfOrder(time!);
  pair.add(instance, said);
}

const twoScans = ({ receiver, transmitter, time }: ScanInstance): EnlabError =>
  new EnlabError('E-FILE-INVALID', `two different scans of ${transmitter} by ${receiver} at unix time ${time}`, {
    hint: 'a phone makes one scan at a time: keep the right one',
  });

const pairKey = (who: Who): string => [who.scenario, who.receiver, who.transmitter, who.user].join('\n');

const outOfOrder = (time: UnixSeconds): EnlabError =>
  new EnlabError('E-TRACE-ORDER', `a record at unix time ${time} comes after later ones`);

/** Exposures of a whole trace, batch by batch. */
export async function* assemble(
  batches: AsyncIterable<readonly TraceRecord[]>,
  options: AssembleOptions,
): AsyncIterable<readonly Exposure[]> {
  const assembler = new Assembler(options);
  for await (const records of batches) {
    const exposures = assembler.add(records);
    if (exposures.length > 0) yield exposures;
  }
  const rest = assembler.finish();
  if (rest.length > 0) yield rest;
}
