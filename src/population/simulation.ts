/**
 * A population with an app, from day to day: infections, results, uploads, warnings, and who stays at home because of them.
 * A day has the order of the chain: people meet, results arrive, keys are uploaded, and whoever is warned stays at home from
 * the day on which the warning reaches them.
 */
import type { Exposure } from '../core/exposure.ts';
import { drawUniform, purposeHash } from '../core/random.ts';
import { Air, type AirParameters } from './air.ts';
import { type AnalyticsParameters, type ProvinceReports, reportsByProvince } from './analytics.ts';
import { Apart } from './apart.ts';
import { ContactGraph, type ContactLayer, type ContactParameters, type ContactSource } from './contacts.ts';
import { type CourseParameters, Courses } from './course.ts';
import { Deliveries, type DeliveryParameters, deliveryParts, type Hours, type Look } from './delivery.ts';
import { type EncounterSource, Encounters } from './encounters.ts';
import { Epidemic, type EpidemicParameters } from './epidemic.ts';
import { DAYS_BACK, type Finding, keptOn, type PossibleWarning, type Warning } from './finding.ts';
import { type Called, ManualTracing, type ManualTracingParameters } from './manualTracing.ts';
import { ContactNetwork, NetworkEncounters, type NetworkTable } from './network.ts';
import { type AgeGroup, People } from './people.ts';
import { type PhoneParameters, Phones } from './phones.ts';
import { inOrder, type Plans, plan, taken } from './plans.ts';
import { type Province, type ProvinceSeries, Provinces, ProvinceTally } from './provinces.ts';
import { TestQueue } from './testing.ts';
import { Timeliness, type TimingCounts } from './timeliness.ts';
import { exposuresTo, type HeardSender, heardBy, type TracedExposure, type TracingParts } from './tracing.ts';

/** All that a run depends on, beside the rule of the app and the seed. */
export interface SimulationParameters {
  readonly agents: number;
  /** Infected at the begin. */
  readonly first: number;
  /** Groups of age, in order. */
  readonly ages: readonly AgeGroup[];
  readonly provinces: readonly Province[];
  readonly contacts: ContactParameters;
  /** In place of all contacts but those of households; of as many agents. */
  readonly network?: NetworkTable | undefined;
  readonly epidemic: EpidemicParameters;
  readonly course: CourseParameters;
  readonly phones: PhoneParameters;
  readonly air: AirParameters;
  /** Tests a day for each 1,000 people. */
  readonly testsPer1000: number;
  readonly manual: ManualTracingParameters;
  readonly delivery: DeliveryParameters;
  readonly keys: KeyParameters;
  readonly analytics: AnalyticsParameters;
  readonly behaviour: Behaviour;
}

/** Which keys of an upload are published, and what is said of them. */
export interface KeyParameters {
  /** From so many days before the first symptoms on. */
  readonly beforeOnset: number;
  /** Transmission risk level of the key of so many days after the first symptoms, 1..8; absent: keys have none. */
  readonly levelOf?: (daysAfterOnset: number) => number;
}

/** What people do about results and warnings. Shares are 0..1, times whole days. */
export interface Behaviour {
  /** Share of those with the app and a positive result who upload. */
  readonly uploads: number;
  /** Share of the warned who stay at home, from the day after on. */
  readonly complies: number;
  /** Share of the warned who call the health service, on the day on which their phone warns. */
  readonly calls: number;
  /** Days at home of the warned, and of those with a positive result. */
  readonly quarantine: number;
  readonly isolation: number;
}

/** Whether exposures make a phone warn. */
export interface Alerts {
  (exposures: readonly Exposure[]): boolean;
  /** It adds exposures up: it must see all that a phone has found in 14 days, and not only what is new. */
  readonly sums?: boolean;
}

/** Somebody who uploads. */
export interface Upload {
  readonly agent: number;
  readonly at: Hours;
  /** Day of the first symptoms. */
  readonly onset: number;
}

/** What happened on a day. */
export interface DayFigures {
  readonly day: number;
  readonly infections: number;
  readonly results: number;
  readonly uploads: number;
  /** Whose phone warned, once each; of them those who were infected by then. */
  readonly warned: number;
  readonly warnedRightly: number;
  /** Days at home that were ordered because of warnings. */
  readonly quarantineDays: number;
  /** People whom the health office called, once each; of them those who were infected by then; days at home because of it. */
  readonly called: number;
  readonly calledRightly: number;
  readonly calledDays: number;
  /** People who wait for a test at the end of the day. */
  readonly waiting: number;
  /** Exposures to those who uploaded, one for each pair and day; what they lasted, and dB times seconds of their scans. */
  readonly exposures: number;
  readonly seconds: number;
  readonly decibelSeconds: number;
  /** People who call the health service because their phone has warned today. */
  readonly calls: number;
}

const UPLOADS = purposeHash('uploads');
const COMPLIES = purposeHash('complies');
const CALLS = purposeHash('calls the health service');
/** No phone looks for a key that is published sooner after its end (embargo: identifiers of it would still be accepted). */
const EMBARGO: Hours = 2;
const NEVER = -1;
const HOURS_A_DAY = 24;
const SECONDS_PER_HOUR = 3600;

/**
 * One town with one seed; `next` is a day. Where some phones are run for real, a day is `begin`, then what these phones do, then
 * `end` with what they found.
 */
export class Simulation {
  readonly #seed: number;
  #behaviour: Behaviour;
  #alerts: Alerts;
  /** Told of every exposure to somebody who uploads, warned or not, when they upload. */
  onExposure: ((traced: TracedExposure) => void) | undefined;
  /** Told of what each phone finds that has not warned yet, in the order in which phones look. */
  onPossibleWarning: ((warning: PossibleWarning) => void) | undefined;
  readonly #graph: ContactSource;
  readonly #phones: Phones;
  readonly #courses: Courses;
  readonly #air: Air;
  readonly #encounters: EncounterSource;
  readonly #tracing: TracingParts;
  readonly #apart: Apart;
  readonly #epidemic: Epidemic;
  readonly #deliveries: Deliveries;
  readonly #timeliness = new Timeliness();
  readonly #notifiedOn: Int16Array;
  readonly #keys: KeyParameters;
  /** Who has a phone that finds out by itself; for them `expected` holds when it should warn. */
  isReal: (agent: number) => boolean = () => false;
  readonly expected = new Map<number, Hours>();
  /** The day that is simulated. */
  #today: Today = { infected: [], found: [], silent: [], uploads: [] };
  #heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
  readonly #tests: TestQueue;
  readonly #manual: ManualTracing;
  /** Hours of results since the begin, until their uploads; results by their day, and uploads. */
  readonly #resultAt = new Map<number, Hours>();
  readonly #results: Plans<number> = new Map();
  readonly #uploads: Plans<number> = new Map();
  /** What phones have found that have not warned yet, where the rule adds it up. */
  readonly #found = new Map<number, readonly Exposure[]>();
  /** What phones find, by the day on which they look. */
  readonly #looks: Plans<Finding> = new Map();
  /** Whom the health office has called. */
  readonly #called = new Set<number>();
  readonly #provinces: Provinces;
  readonly #tally: ProvinceTally;
  readonly #analytics: AnalyticsParameters;

  constructor(parameters: SimulationParameters, alerts: Alerts, seed: number) {
    const { agents, first, ages, contacts, network, epidemic, course, phones, air, delivery } = parameters;
    this.#seed = seed;
    this.#behaviour = parameters.behaviour;
    this.#analytics = parameters.analytics;
    this.#alerts = alerts;
    this.#graph = network
      ? new ContactNetwork(network, contacts.households, seed)
      : new ContactGraph(agents, contacts, seed);
    this.#provinces = new Provinces(parameters.provinces, this.#graph.households, seed);
    this.#tally = new ProvinceTally(this.#provinces);
    this.#phones = new Phones(phones, new People(ages, this.#graph.households, seed), seed, this.#provinces);
    this.#courses = new Courses(course, seed);
    this.#air = new Air(air, this.#phones, seed);
    const drawn = new Encounters(epidemic.encounters, seed);
    this.#encounters = network ? new NetworkEncounters(network, drawn, air.models.group) : drawn;
    this.#apart = new Apart(agents);
    this.#deliveries = new Deliveries(delivery, seed);
    this.#notifiedOn = new Int16Array(agents).fill(NEVER);
    this.#keys = parameters.keys;
    const meet = this.#meet;
    this.#tracing = { graph: this.#graph, phones: this.#phones, air: this.#air, encounters: this.#encounters, meet };
    this.#epidemic = new Epidemic(agents, { ...this.#tracing, courses: this.#courses, parameters: epidemic, seed });
    this.#tests = new TestQueue(Math.floor((parameters.testsPer1000 * agents) / 1000));
    this.#manual = new ManualTracing(parameters.manual, { graph: this.#graph, meet, seed });
    for (const agent of this.#epidemic.begin(first)) this.#expectTest(agent);
  }

  /** From the next day on; what is left out stays as it is. */
  change(behaviour: Partial<Behaviour>, alerts: Alerts = this.#alerts): void {
    this.#behaviour = { ...this.#behaviour, ...behaviour };
    this.#alerts = alerts;
  }

  /** Day of the first warning of each agent, or -1. */
  get notifiedOn(): Int16Array {
    return this.#notifiedOn;
  }

  /** How long the steps took so far. */
  get timeliness(): TimingCounts {
    return this.#timeliness.counts();
  }

  /** Who lives together. */
  get households(): ContactSource['households'] {
    return this.#graph.households;
  }

  /** Day of infection of each agent, or -1, and who infected them (`Epidemic`). */
  get epidemic(): Pick<Epidemic, 'infectedOn' | 'infectedBy'> {
    return this.#epidemic;
  }

  /** People of the town, by number. */
  get phones(): Pick<Phones, 'hasApp'> {
    return this.#phones;
  }

  /** What happened so far where people live, in the order of the provinces. */
  get provinces(): readonly (ProvinceSeries & { readonly name: string; readonly people: number })[] {
    const people = this.#provinces.people();
    return this.#tally.series.map((series, k) => ({ name: this.#provinces.names[k]!, people: people[k]!, ...series }));
  }

  /** What phones have reported by now, in the order of the provinces; undefined: they report nothing. */
  get reports(): readonly ProvinceReports[] | undefined {
    const { withExposure, withoutExposure } = this.#analytics;
    if (withExposure === 0 && withoutExposure === 0) return undefined;
    return reportsByProvince(this.#analytics, this.#epidemic.day, {
      phones: this.#phones,
      deliveries: this.#deliveries,
      provinces: this.#provinces,
      notifiedOn: this.#notifiedOn,
      seed: this.#seed,
    });
  }

  next(): DayFigures {
    this.begin();
    return this.end();
  }

  /** People meet, and results arrive. Who uploads on this day, in order of time. */
  begin(): readonly Upload[] {
    const infected = this.#epidemic.next();
    for (const agent of infected) this.#expectTest(agent);
    const { day } = this.#epidemic;
    for (const { agent, at } of this.#tests.on(day)) this.#expectResult(agent, at);
    const found = inOrder(taken(this.#results, day));
    const silent = found.filter((agent) => !this.#expectUpload(agent));
    const uploads = taken(this.#uploads, day)
      .map((agent) => ({ agent, at: this.#uploadOf(agent), onset: this.#onsetOf(agent) }))
      .toSorted((one, other) => one.at - other.at);
    this.#today = { infected, found, silent, uploads };
    return uploads;
  }

  /** When one phone looks for keys on this day. */
  looksOf(agent: number): readonly Look[] {
    return this.#deliveries.looksOn(agent, this.#epidemic.day);
  }

  /** What one phone heard of others on this day. */
  heardBy(receiver: number): readonly HeardSender[] {
    return heardBy(receiver, this.#epidemic.day, this.#tracing);
  }

  /** Keys are published, phones warn, and people stay at home. `found`: the warnings of real phones on this day. */
  end(found: readonly Warning[] = []): DayFigures {
    const { day } = this.#epidemic;
    const { infected, found: positive, silent, uploads } = this.#today;
    this.#heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
    for (const upload of uploads) this.#publish(upload, day);
    const looks = taken(this.#looks, day).toSorted((one, other) => one.at - other.at);
    for (const look of looks) if (this.#judges(look)) this.#notifiedOn[look.agent] = day;
    for (const { agent } of found) this.#notifiedOn[agent] = day;
    this.#forget(day);
    const agents = [...looks, ...found].map(({ agent }) => agent);
    const warned = inOrder(new Set(agents.filter((agent) => this.#notifiedOn[agent] === day)));
    const quarantineDays = warned.reduce((sum, agent) => sum + this.#stay(agent, day), 0);
    for (const agent of positive) this.#apart.send(agent, day + 1, this.#behaviour.isolation);
    const called = positive.flatMap((agent) => this.#callContacts(agent, day));
    const calledDays = called.reduce((sum, { agent, at }) => sum + this.#stay(agent, Math.floor(at / HOURS_A_DAY)), 0);
    const uploaders = uploads.map((upload) => upload.agent);
    for (const agent of [...silent, ...uploaders]) this.#resultAt.delete(agent);
    const calls = warned.filter((agent) => drawUniform(this.#seed, CALLS, agent) < this.#behaviour.calls);
    this.#tally.add({ infections: infected, uploads: uploaders, warned, calls });
    return {
      day,
      infections: infected.length,
      results: positive.length,
      uploads: uploads.length,
      warned: warned.length,
      warnedRightly: warned.filter((agent) => this.#epidemic.infectedOn[agent]! >= 0).length,
      quarantineDays,
      called: called.length,
      calledRightly: called.filter(({ agent }) => this.#epidemic.infectedOn[agent]! >= 0).length,
      calledDays,
      waiting: this.#tests.waiting,
      ...this.#heard,
      calls: calls.length,
    };
  }

  /** Those who stay at home meet their household only. */
  readonly #meet = (one: number, other: number, layer: ContactLayer, day: number): boolean =>
    layer === 'household' || !(this.#apart.isHome(one, day) || this.#apart.isHome(other, day));

  #expectTest(agent: number): void {
    const times = this.#courses.testOf(agent);
    if (times) this.#tests.want(agent, this.#infectionHour(agent) + times.test);
  }

  #expectResult(agent: number, tested: Hours): void {
    const result = tested + this.#courses.testOf(agent)!.lab;
    this.#resultAt.set(agent, result);
    plan(this.#results, Math.floor(result / HOURS_A_DAY), agent);
  }

  /** Whether somebody with a positive result has the app and uploads; if so, when. */
  #expectUpload(agent: number): boolean {
    const uploads = this.#phones.hasApp(agent) && drawUniform(this.#seed, UPLOADS, agent) < this.#behaviour.uploads;
    if (uploads) plan(this.#uploads, Math.floor(this.#uploadOf(agent) / HOURS_A_DAY), agent);
    return uploads;
  }

  /** Hours since the begin; of somebody who is found. */
  #uploadOf(agent: number): Hours {
    return this.#deliveries.uploadAt(agent, this.#resultAt.get(agent)!);
  }

  /** Day of the first symptoms of somebody who is found. */
  #onsetOf(agent: number): number {
    return this.#epidemic.infectedOn[agent]! + this.#courses.incubationOf(agent);
  }

  /** Whom the health office calls because of somebody, and has not called before. */
  #callContacts(ill: number, day: number): readonly Called[] {
    const result = this.#resultAt.get(ill)!;
    const called = this.#manual.calledBy(ill, { onset: this.#onsetOf(ill), to: day, result });
    return called.filter(({ agent }) => {
      const isNew = !this.#called.has(agent);
      this.#called.add(agent);
      return isNew;
    });
  }

  readonly #infectionHour = (agent: number): Hours => this.#epidemic.infectedOn[agent]! * HOURS_A_DAY;

  /** Of the keys of an upload, those that are over are published, from shortly before the symptoms on; then phones look. */
  #publish({ agent: sender, at, onset }: Upload, day: number): void {
    const published = this.#deliveries.publishedAt(at);
    const from = Math.max(1, onset - this.#keys.beforeOnset, day - DAYS_BACK);
    const to = Math.min(day, Math.floor((published - EMBARGO) / HOURS_A_DAY)) - 1;
    const groups = new Map<number, Exposure[]>();
    for (const traced of exposuresTo(sender, { from, to }, this.#tracing)) {
      const { receiver, exposure } = traced;
      this.#count(exposure);
      this.onExposure?.(traced);
      if (this.#notifiedOn[receiver] !== NEVER || this.expected.has(receiver)) continue;
      const told = this.#keys.levelOf
        ? { ...exposure, transmissionLevel: this.#keys.levelOf(exposure.day! - onset) }
        : exposure;
      const group = groups.get(receiver);
      if (group) group.push(told);
      else groups.set(receiver, [told]);
    }
    this.#timeUpload(sender, at);
    for (const [receiver, exposures] of groups) {
      const { notified } = this.#deliveries.to(receiver, at);
      plan(this.#looks, Math.floor(notified / HOURS_A_DAY), { agent: receiver, at: notified, uploaded: at, exposures });
    }
  }

  #timeUpload(sender: number, uploaded: Hours): void {
    const { onset, lab } = this.#courses.testOf(sender)!;
    this.#timeliness.add('lab', lab);
    this.#timeliness.add('operator', uploaded - this.#resultAt.get(sender)!);
    this.#timeliness.add('onsetToUpload', uploaded - this.#infectionHour(sender) - onset);
  }

  #forget(today: number): void {
    for (const [agent, exposures] of this.#found)
      if (exposures.every(({ day }) => day! < today - DAYS_BACK)) this.#found.delete(agent);
  }

  /** Whether a phone that looks warns; it has nothing left of what is too old. Of real phones it is noted that they should. */
  #judges({ agent, at, uploaded, exposures }: Finding): boolean {
    if (this.#notifiedOn[agent] !== NEVER || this.expected.has(agent)) return false;
    this.onPossibleWarning?.(this.#possible(agent, exposures));
    const { day: today } = this.#epidemic;
    const known = this.#alerts.sums ? (this.#found.get(agent) ?? []) : [];
    const kept = keptOn(today, [...known, ...exposures]);
    if (this.#alerts.sums) this.#found.set(agent, kept);
    if (kept.length === 0 || !this.#alerts(kept)) return false;
    this.#found.delete(agent);
    const last = Math.max(...exposures.map(({ slices }) => slices.at(-1)!.time!));
    this.#timeliness.add('contactToNotification', at - last / SECONDS_PER_HOUR);
    this.#timeliness.add('uploadToNotification', at - uploaded);
    const { parts } = this.#deliveries.to(agent, uploaded);
    for (const part of deliveryParts) this.#timeliness.add(part, parts[part]);
    const isReal = this.isReal(agent);
    if (isReal) this.expected.set(agent, at);
    return !isReal;
  }

  #possible(receiver: number, exposures: readonly Exposure[]): PossibleWarning {
    const from = this.#epidemic.day + 1;
    if (!this.#complies(receiver)) return { receiver, exposures, from, until: from, days: 0 };
    const { quarantine } = this.#behaviour;
    const days = this.#apart.wouldAdd(receiver, from, quarantine);
    return { receiver, exposures, from, until: from + quarantine, days };
  }

  #count({ slices }: Exposure): void {
    this.#heard.exposures++;
    for (const { seconds, low } of slices) {
      this.#heard.seconds += seconds;
      this.#heard.decibelSeconds += low * seconds;
    }
  }

  #complies(agent: number): boolean {
    return drawUniform(this.#seed, COMPLIES, agent) < this.#behaviour.complies;
  }

  /** Of somebody who was warned or called on a day: days at home that this adds. */
  #stay(agent: number, day: number): number {
    return this.#complies(agent) ? this.#apart.send(agent, day + 1, this.#behaviour.quarantine) : 0;
  }
}

/** What is known when the day has begun. */
interface Today {
  readonly infected: readonly number[];
  /** Who got a positive result, and who of them will not upload. */
  readonly found: readonly number[];
  readonly silent: readonly number[];
  readonly uploads: readonly Upload[];
}
