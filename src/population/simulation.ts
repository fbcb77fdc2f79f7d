/**
 * A population with an app, from day to day: infections, results, uploads, warnings, and who stays at home because of them.
 * A day has the order of the chain: people meet, results arrive, keys are uploaded, and whoever is warned stays at home from
 * the day on which the warning reaches them.
 */
import { drawUniform, purposeHash } from '../core/random.ts';
import { Air, type AirParameters } from './air.ts';
import { type AnalyticsParameters, type ProvinceReports, reportsByProvince } from './analytics.ts';
import { Apart } from './apart.ts';
import { ContactGraph, type ContactLayer, type ContactParameters, type ContactSource } from './contacts.ts';
import { type CourseParameters, Courses } from './course.ts';
import { Deliveries, type DeliveryParameters, type Hours, type Look } from './delivery.ts';
import { type EncounterSource, Encounters } from './encounters.ts';
import { Epidemic, type EpidemicParameters } from './epidemic.ts';
import type { Finding, PossibleWarning, Upload, Warning } from './finding.ts';
import { type Called, ManualTracing, type ManualTracingParameters } from './manualTracing.ts';
import { ContactNetwork, NetworkEncounters, type NetworkTable } from './network.ts';
import { type AgeGroup, People } from './people.ts';
import { type PhoneParameters, Phones } from './phones.ts';
import { inOrder, type Plans, plan, taken } from './plans.ts';
import { type Province, type ProvinceSeries, Provinces, ProvinceTally } from './provinces.ts';
import type { KeyParameters } from './publishing.ts';
import { TestQueue } from './testing.ts';
import { Timeliness, type TimingCounts } from './timeliness.ts';
import { type HeardSender, heardBy, type TracingParts } from './tracing.ts';
import { type Alerts, Warnings } from './warnings.ts';

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
const HOURS_A_DAY = 24;

/**
 * One town with one seed; `next` is a day. Where some phones are run for real, a day is `begin`, then what these phones do, then
 * `end` with what they found.
 */
export class Simulation {
  readonly #seed: number;
  #behaviour: Behaviour;
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
  /** From uploads to warnings. */
  readonly warnings: Warnings;
  /** The day that is simulated. */
  #today: Today = { tests: [], infected: [], found: [], silent: [], uploads: [] };
  readonly #tests: TestQueue;
  readonly #manual: ManualTracing;
  /** Hours of results since the begin, until their uploads; results by their day, and uploads. */
  readonly #resultAt = new Map<number, Hours>();
  readonly #results: Plans<number> = new Map();
  readonly #uploads: Plans<number> = new Map();
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
    const meet = this.#meet;
    this.#tracing = { graph: this.#graph, phones: this.#phones, air: this.#air, encounters: this.#encounters, meet };
    const chain = { tracing: this.#tracing, deliveries: this.#deliveries, timeliness: this.#timeliness };
    this.warnings = new Warnings(agents, { keys: parameters.keys, ...chain }, alerts);
    this.warnings.onFinding = (finding) => this.onPossibleWarning?.(this.#possible(finding));
    this.#epidemic = new Epidemic(agents, { ...this.#tracing, courses: this.#courses, parameters: epidemic, seed });
    this.#tests = new TestQueue(Math.floor((parameters.testsPer1000 * agents) / 1000));
    this.#manual = new ManualTracing(parameters.manual, { graph: this.#graph, meet, seed });
    for (const agent of this.#epidemic.begin(first)) this.#expectTest(agent);
  }

  /** From the next day on; what is left out stays as it is. */
  change(behaviour: Partial<Behaviour>, alerts: Alerts = this.warnings.alerts): void {
    this.#behaviour = { ...this.#behaviour, ...behaviour };
    this.warnings.alerts = alerts;
  }

  /** Day of the first warning of each agent, or -1. */
  get notifiedOn(): Int16Array {
    return this.warnings.notifiedOn;
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
      notifiedOn: this.notifiedOn,
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
    const tests = this.#tests.on(day).map(({ agent, at }) => ({ agent, at, result: this.#expectResult(agent, at) }));
    const found = inOrder(taken(this.#results, day));
    const silent = found.filter((agent) => !this.#expectUpload(agent));
    const uploads = taken(this.#uploads, day)
      .map((agent) => ({ agent, at: this.#uploadOf(agent), onset: this.#onsetOf(agent) }))
      .toSorted((one, other) => one.at - other.at);
    this.#today = { tests, infected, found, silent, uploads };
    return uploads;
  }

  /** Who is tested on this day, and will be positive. */
  get tests(): readonly TakenTest[] {
    return this.#today.tests;
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
    for (const { agent, at } of uploads) this.#timeUpload(agent, at);
    const warned = this.warnings.on(day, uploads, found);
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
      ...this.warnings.heard,
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

  /** When the result is there. */
  #expectResult(agent: number, tested: Hours): Hours {
    const result = tested + this.#courses.testOf(agent)!.lab;
    this.#resultAt.set(agent, result);
    plan(this.#results, Math.floor(result / HOURS_A_DAY), agent);
    return result;
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

  #timeUpload(sender: number, uploaded: Hours): void {
    const { onset, lab } = this.#courses.testOf(sender)!;
    this.#timeliness.add('lab', lab);
    this.#timeliness.add('operator', uploaded - this.#resultAt.get(sender)!);
    this.#timeliness.add('onsetToUpload', uploaded - this.#infectionHour(sender) - onset);
  }

  #possible({ agent: receiver, exposures }: Finding): PossibleWarning {
    const from = this.#epidemic.day + 1;
    if (!this.#complies(receiver)) return { receiver, exposures, from, until: from, days: 0 };
    const { quarantine } = this.#behaviour;
    const days = this.#apart.wouldAdd(receiver, from, quarantine);
    return { receiver, exposures, from, until: from + quarantine, days };
  }

  #complies(agent: number): boolean {
    return drawUniform(this.#seed, COMPLIES, agent) < this.#behaviour.complies;
  }

  /** Of somebody who was warned or called on a day: days at home that this adds. */
  #stay(agent: number, day: number): number {
    return this.#complies(agent) ? this.#apart.send(agent, day + 1, this.#behaviour.quarantine) : 0;
  }
}

/** A sample that will be positive, and when that is known. */
export interface TakenTest {
  readonly agent: number;
  readonly at: Hours;
  readonly result: Hours;
}

/** What is known when the day has begun. */
interface Today {
  readonly tests: readonly TakenTest[];
  readonly infected: readonly number[];
  /** Who got a positive result, and who of them will not upload. */
  readonly found: readonly number[];
  readonly silent: readonly number[];
  readonly uploads: readonly Upload[];
}
