/** From uploads to warnings: which keys are published, when phones look for them, what they find, and whether it is enough. */
import type { Exposure } from '../core/exposure.ts';
import { type Deliveries, deliveryParts, type Hours } from './delivery.ts';
import { DAYS_BACK, type Finding, keptOn, type Upload, type Warning } from './finding.ts';
import { type HeldExposures, held, released } from './heldExposures.ts';
import { inOrder, type Plans, plan, taken } from './plans.ts';
import { type KeyParameters, type Publication, publicationsOf } from './publishing.ts';
import type { Timeliness } from './timeliness.ts';
import { exposuresTo, type TracedExposure, type TracingParts } from './tracing.ts';

/** Whether exposures make a phone warn. */
export interface Alerts {
  (exposures: readonly Exposure[]): boolean;
  /** It adds exposures up: it must see all that a phone has found in 14 days, and not only what is new. */
  readonly sums?: boolean;
}

/** A phone will look, and find what waits for it. */
interface Look extends Omit<Finding, 'exposures'> {
  readonly waiting: HeldExposures;
}

/** What of a town is between an upload and a warning. */
export interface WarningParts {
  readonly keys: KeyParameters;
  readonly tracing: TracingParts;
  readonly deliveries: Deliveries;
  /** Told how long the steps of each warning took. */
  readonly timeliness: Timeliness;
}

const NEVER = -1;
const HOURS_A_DAY = 24;
const SECONDS_PER_HOUR = 3600;

/** Warnings of a town, day by day. */
export class Warnings {
  readonly #parts: WarningParts;
  alerts: Alerts;
  /** Told of every exposure to somebody who uploads, warned or not, when they upload. */
  onExposure: ((traced: TracedExposure) => void) | undefined;
  /** Told of what each phone finds that has not warned yet, in the order in which phones look. */
  onFinding: ((finding: Finding) => void) | undefined;
  /** Who has a phone that finds out by itself; for them `expected` holds when it should warn. */
  isReal: (agent: number) => boolean = () => false;
  readonly expected = new Map<number, Hours>();
  /** Day of the first warning of each agent, or -1. */
  readonly notifiedOn: Int16Array;
  /** Of the exposures of the last day: how many, their time, and decibels weighted by it. */
  heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
  /** What phones have found that have not warned yet, where the rule adds it up. */
  readonly #found = new Map<number, readonly Exposure[]>();
  /** By day. */
  readonly #looks: Plans<Look> = new Map();

  constructor(agents: number, parts: WarningParts, alerts: Alerts) {
    this.#parts = parts;
    this.alerts = alerts;
    this.notifiedOn = new Int16Array(agents).fill(NEVER);
  }

  /** Uploads of a day are in order of time; `found`: warnings of real phones. Who is warned on it, by number. */
  on(day: number, uploads: readonly Upload[], found: readonly Warning[]): readonly number[] {
    this.heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
    const { keys, deliveries } = this.#parts;
    for (const upload of uploads)
      for (const publication of publicationsOf(upload, keys, deliveries)) this.#publish(upload, publication);
    const looks = taken(this.#looks, day).toSorted((one, other) => one.at - other.at);
    for (const look of looks) if (this.#judges(look, day)) this.notifiedOn[look.agent] = day;
    for (const { agent } of found) this.notifiedOn[agent] = day;
    this.#forget(day);
    const agents = [...looks, ...found].map(({ agent }) => agent);
    return inOrder(new Set(agents.filter((agent) => this.notifiedOn[agent] === day)));
  }

  /** Some keys of an upload are published; then phones look. */
  #publish({ agent: sender, onset }: Upload, { from, to, uploaded, ready }: Publication): void {
    const { keys, deliveries, tracing } = this.#parts;
    const groups = new Map<number, Exposure[]>();
    for (const traced of exposuresTo(sender, { from, to }, tracing)) {
      const { receiver, exposure } = traced;
      this.#count(exposure);
      this.onExposure?.(traced);
      if (!this.#mayWarn(receiver)) continue;
      const told = keys.levelOf ? { ...exposure, transmissionLevel: keys.levelOf(exposure.day! - onset) } : exposure;
      plan(groups, receiver, told);
    }
    for (const [receiver, exposures] of groups) {
      const { notified } = deliveries.to(receiver, uploaded, ready);
      const look = { agent: receiver, at: notified, uploaded, ready, waiting: held(exposures) };
      plan(this.#looks, Math.floor(notified / HOURS_A_DAY), look);
    }
  }

  #mayWarn(agent: number): boolean {
    return this.notifiedOn[agent] === NEVER && !this.expected.has(agent);
  }

  #count({ slices }: Exposure): void {
    this.heard.exposures++;
    for (const { seconds, low } of slices) {
      this.heard.seconds += seconds;
      this.heard.decibelSeconds += low * seconds;
    }
  }

  /** Whether a phone that looks warns; it has nothing left of what is too old. Of real phones it is noted that they should. */
  #judges({ waiting, ...look }: Look, today: number): boolean {
    const { agent, at } = look;
    if (!this.#mayWarn(agent)) return false;
    const exposures = released(agent, waiting);
    const finding = { ...look, exposures };
    this.onFinding?.(finding);
    const known = this.alerts.sums ? (this.#found.get(agent) ?? []) : [];
    const kept = keptOn(today, [...known, ...exposures]);
    if (this.alerts.sums) this.#found.set(agent, kept);
    if (kept.length === 0 || !this.alerts(kept)) return false;
    this.#found.delete(agent);
    this.#time(finding);
    const isReal = this.isReal(agent);
    if (isReal) this.expected.set(agent, at);
    return !isReal;
  }

  #time({ agent, at, uploaded, ready, exposures }: Finding): void {
    const { timeliness, deliveries } = this.#parts;
    const last = Math.max(...exposures.map(({ slices }) => slices.at(-1)!.time!));
    timeliness.add('contactToNotification', at - last / SECONDS_PER_HOUR);
    timeliness.add('uploadToNotification', at - uploaded);
    const { parts } = deliveries.to(agent, uploaded, ready);
    for (const part of deliveryParts) timeliness.add(part, parts[part]);
  }

  #forget(today: number): void {
    for (const [agent, exposures] of this.#found)
      if (exposures.every(({ day }) => day! < today - DAYS_BACK)) this.#found.delete(agent);
  }
}
