/**
 * Records -> exposures. An exposure is one pair on one UTC day, or one of its episodes (contract.md 1).
 * Memory holds the pairs of the day at hand only, so a trace must be in time order.
 */
import { EnlabError } from '../core/errors.ts';
import type { Exposure, Presence, Slice } from '../core/exposure.ts';
import { defined } from '../core/object.ts';
import type { ScanInstance, Sighting, TraceRecord } from '../core/records.ts';
import { utcDayOf } from '../core/time.ts';
import type { Db, Seconds, UnixSeconds, UtcDay } from '../core/units.ts';
import { exposuresOf } from './ready.ts';
import { pairSeconds, ScanGrouper } from './scans.ts';
import { TruthBook } from './truthBook.ts';

/** A gap strictly longer than this ends an episode (ENv1, risk-models.md 1.1). */
const EPISODE_GAP: Seconds = 600;
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
}

type Who = Omit<Exposure, 'slices' | 'silent'>;
/** A scan instance: one without a known attenuation is a presence only. */
type Instance = Slice | Presence;

interface OpenPair {
  readonly who: Who;
  readonly instances: Instance[];
}

export class Assembler {
  readonly #options: AssembleOptions;
  readonly #truths = new TruthBook();
  readonly #scans = new Map<string, { grouper: ScanGrouper; who: Map<string, Who> }>();
  readonly #open = new Map<UtcDay, Map<string, OpenPair>>();
  #closedBefore: UtcDay = 0;
  #ready: Exposure[] = [];

  constructor(options: AssembleOptions) {
    this.#options = options;
  }

  /** Takes a batch of records; returns the exposures that are complete. Throws E-TRACE-ORDER. */
  add(records: readonly TraceRecord[]): readonly Exposure[] {
    for (const record of records) this.#take(record);
    return this.#drain();
  }

  /** What is left at the end of the trace. */
  finish(): readonly Exposure[] {
    for (const { grouper, who } of this.#scans.values()) this.#place(grouper.finish(), who);
    this.#scans.clear();
    for (const day of [...this.#open.keys()].toSorted((a, b) => a - b)) this.#close(day);
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
    else
      for (const exposure of exposuresOf(record, this.#options.scenario))
        this.#ready.push(this.#truths.label(exposure));
  }

  #takeSighting(sighting: Sighting): void {
    const { time, receiver, transmitter } = sighting;
    this.#advance(time);
    const key = `${sighting.scenario ?? ''}\n${receiver}`;
    let scans = this.#scans.get(key);
    if (!scans) this.#scans.set(key, (scans = { grouper: new ScanGrouper(this.#options.scanGap), who: new Map() }));
    const { grouper, who } = scans;
    if (grouper.lastTime !== undefined && time < grouper.lastTime - this.#options.scanGap) throw outOfOrder(time);
    const attenuation = this.#options.attenuationOf(sighting);
    const ended = grouper.add(time, transmitter, attenuation, sighting.distance ?? undefined);
    if (ended) this.#place(ended, who);
    if (!who.has(transmitter)) who.set(transmitter, this.#who(sighting));
  }

  #takeScan(scan: ScanInstance): void {
    this.#advance(scan.time);
    const who = this.#who(scan);
    const { seconds, typicalAttenuation: low, minAttenuation: min, time } = scan;
    this.#put(who, defined({ seconds, low, high: low, min, time, distance: scan.distance ?? undefined }));
  }

  #who(record: Sighting | ScanInstance): Who {
    const { receiver, transmitter, user, label, weight = 1, scenario = this.#options.scenario } = record;
    const { receiverModel, transmitterModel }: Partial<Sighting> = record.type === 'sighting' ? record : {};
    return defined({ receiver, transmitter, scenario, weight, user, label, receiverModel, transmitterModel });
  }

  /** `who` is forgotten with the scan: the next one may carry another label, and transmitters come and go. */
  #place(scan: ReadonlyMap<string, Instance>, who: Map<string, Who>): void {
    for (const [transmitter, instance] of scan) this.#put(who.get(transmitter)!, instance);
    who.clear();
  }

  #put(who: Who, instance: Instance): void {
    const time = instance.time!;
    const day = utcDayOf(time);
    if (day < this.#closedBefore) throw outOfOrder(time);
    let pairs = this.#open.get(day);
    if (!pairs) this.#open.set(day, (pairs = new Map()));
    const key = pairKey(who);
    const pair = pairs.get(key);
    if (!pair) pairs.set(key, { who: { ...who, day }, instances: [instance] });
    else if (time < pair.instances.at(-1)!.time!) throw outOfOrder(time);
    else pair.instances.push(instance);
  }

  /** Closes the days that the trace has left behind, but none in which a scan began that has not ended. */
  #advance(time: UnixSeconds): void {
    let day = utcDayOf(time - DAY_MARGIN);
    if (day <= this.#closedBefore) return;
    for (const { grouper, who } of this.#scans.values()) {
      if (grouper.lastTime !== undefined && time - grouper.lastTime > DAY_MARGIN) this.#place(grouper.finish(), who);
      else if (grouper.startTime !== undefined) day = Math.min(day, utcDayOf(grouper.startTime));
    }
    if (day <= this.#closedBefore) return;
    for (const open of [...this.#open.keys()].toSorted((a, b) => a - b)) if (open < day) this.#close(open);
    this.#closedBefore = day;
  }

  #close(day: UtcDay): void {
    const parts = [...(this.#open.get(day)?.values() ?? [])].flatMap(({ who, instances }) =>
      this.#episodes(instances).map((part) => ({ who, part })),
    );
    this.#open.delete(day);
    for (const { who, part } of parts.toSorted((a, b) => a.part[0]!.time! - b.part[0]!.time!))
      this.#ready.push(this.#truths.label({ ...who, ...bySignal(withPairSeconds(part)) }));
  }

  #episodes(instances: readonly Instance[]): readonly (readonly Instance[])[] {
    if (!this.#options.episodes) return [instances];
    const episodes: Instance[][] = [];
    for (const instance of instances) {
      const current = episodes.at(-1);
      if (current && instance.time! - current.at(-1)!.time! <= EPISODE_GAP) current.push(instance);
      else episodes.push([instance]);
    }
    return episodes;
  }
}

/** Adds the time that a pair's truth counts for each instance: see Presence.pairSeconds. */
const withPairSeconds = (instances: readonly Instance[]): readonly Instance[] =>
  instances.map((instance, k) => ({
    ...instance,
    pairSeconds: pairSeconds(instance.time!, instances[k - 1]?.time),
  }));

const isSlice = (instance: Instance): instance is Slice => 'low' in instance;

/** What models judge, and what only truth rules count. */
function bySignal(instances: readonly Instance[]): Pick<Exposure, 'slices' | 'silent'> {
  const slices = instances.filter(isSlice);
  if (slices.length === instances.length) return { slices };
  return { slices, silent: instances.filter((instance) => !isSlice(instance)) };
}

const pairKey = (who: Who): string => `${who.scenario}\n${who.receiver}\n${who.transmitter}`;

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
