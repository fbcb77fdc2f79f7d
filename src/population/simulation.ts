/**
 * A population with an app, from day to day: infections, results, uploads, warnings, and who stays at home because of them.
 * A day has the order of the chain: people meet, results arrive, keys are uploaded, and whoever is warned stays at home from
 * the day on which the warning reaches them.
 */
import type { Exposure } from '../core/exposure.ts';
import { drawUniform, purposeHash } from '../core/random.ts';
import { Air, type AirParameters } from './air.ts';
import { Apart } from './apart.ts';
import { ContactGraph, type ContactLayer, type ContactParameters } from './contacts.ts';
import { type CourseParameters, Courses } from './course.ts';
import { Deliveries, type DeliveryParameters, deliveryParts, type Hours } from './delivery.ts';
import { Encounters } from './encounters.ts';
import { Epidemic, type EpidemicParameters } from './epidemic.ts';
import { type Called, ManualTracing, type ManualTracingParameters } from './manualTracing.ts';
import { type AgeGroup, People } from './people.ts';
import { type PhoneParameters, Phones } from './phones.ts';
import { TestQueue } from './testing.ts';
import { Timeliness, type TimingCounts } from './timeliness.ts';
import { exposuresTo, type TracedExposure } from './tracing.ts';

/** All that a run depends on, beside the rule of the app and the seed. */
export interface SimulationParameters {
  readonly agents: number;
  /** Infected at the begin. */
  readonly first: number;
  /** Groups of age, in order. */
  readonly ages: readonly AgeGroup[];
  readonly contacts: ContactParameters;
  readonly epidemic: EpidemicParameters;
  readonly course: CourseParameters;
  readonly phones: PhoneParameters;
  readonly air: AirParameters;
  /** Tests a day for each 1,000 people. */
  readonly testsPer1000: number;
  readonly manual: ManualTracingParameters;
  readonly delivery: DeliveryParameters;
  readonly behaviour: Behaviour;
}

/** What people do about results and warnings. Shares are 0..1, times whole days. */
export interface Behaviour {
  /** Share of those with the app and a positive result who upload. */
  readonly uploads: number;
  /** Share of the warned who stay at home, from the day after on. */
  readonly complies: number;
  /** Days at home of the warned, and of those with a positive result. */
  readonly quarantine: number;
  readonly isolation: number;
}

/** Whether a person's exposures to one who uploads make their phone warn. */
export type Alerts = (exposures: readonly Exposure[]) => boolean;

/** What happened on a day. */
export interface DayFigures {
  readonly day: number;
  readonly infections: number;
  readonly results: number;
  readonly uploads: number;
  /** Who was warned, once each; of them those who were infected by then. */
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
}

const UPLOADS = purposeHash('uploads');
const COMPLIES = purposeHash('complies');
/** The framework keeps as many days. */
export const DAYS_BACK = 13;
const NEVER = -1;
const HOURS_A_DAY = 24;
const SECONDS_PER_HOUR = 3600;

/** One town with one seed; `next` is a day. */
export class Simulation {
  readonly #seed: number;
  #behaviour: Behaviour;
  #alerts: Alerts;
  /** Told of every exposure to somebody who uploads, warned or not, when they upload. */
  onExposure: ((traced: TracedExposure) => void) | undefined;
  readonly #graph: ContactGraph;
  readonly #phones: Phones;
  readonly #courses: Courses;
  readonly #air: Air;
  readonly #encounters: Encounters;
  readonly #apart: Apart;
  readonly #epidemic: Epidemic;
  readonly #deliveries: Deliveries;
  readonly #timeliness = new Timeliness();
  readonly #notifiedOn: Int16Array;
  /** On the day that is simulated. */
  #heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
  readonly #tests: TestQueue;
  readonly #manual: ManualTracing;
  /** Hours of results since the begin, until their uploads; results by their day, and uploads. */
  readonly #resultAt = new Map<number, Hours>();
  readonly #results = new Map<number, number[]>();
  readonly #uploads = new Map<number, number[]>();
  /** Whom the health office has called. */
  readonly #called = new Set<number>();

  constructor(parameters: SimulationParameters, alerts: Alerts, seed: number) {
    const { agents, first, ages, contacts, epidemic, course, phones, air, delivery } = parameters;
    this.#seed = seed;
    this.#behaviour = parameters.behaviour;
    this.#alerts = alerts;
    this.#graph = new ContactGraph(agents, contacts, seed);
    this.#phones = new Phones(phones, new People(ages, this.#graph.households, seed), seed);
    this.#courses = new Courses(course, seed);
    this.#air = new Air(air, this.#phones, seed);
    this.#encounters = new Encounters(epidemic.encounters, seed);
    this.#apart = new Apart(agents);
    this.#deliveries = new Deliveries(delivery, seed);
    this.#notifiedOn = new Int16Array(agents).fill(NEVER);
    const parts = { graph: this.#graph, courses: this.#courses, parameters: epidemic, seed, meet: this.#meet };
    this.#epidemic = new Epidemic(agents, parts);
    this.#tests = new TestQueue(Math.floor((parameters.testsPer1000 * agents) / 1000));
    this.#manual = new ManualTracing(parameters.manual, { graph: this.#graph, meet: this.#meet, seed });
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

  /** Day of infection of each agent, or -1, and who infected them (`Epidemic`). */
  get epidemic(): Pick<Epidemic, 'infectedOn' | 'infectedBy'> {
    return this.#epidemic;
  }

  next(): DayFigures {
    const infected = this.#epidemic.next();
    for (const agent of infected) this.#expectTest(agent);
    const { day } = this.#epidemic;
    for (const { agent, at } of this.#tests.on(day)) this.#expectResult(agent, at);
    const found = taken(this.#results, day);
    const { isolation } = this.#behaviour;
    const silent = found.filter((agent) => !this.#expectUpload(agent));
    const uploaders = taken(this.#uploads, day);
    this.#heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
    const warned = uploaders.flatMap((agent) => this.#warnedBy(agent, day));
    const quarantineDays = warned.reduce((sum, agent) => sum + this.#stay(agent, this.#notifiedOn[agent]!), 0);
    for (const agent of found) this.#apart.send(agent, day + 1, isolation);
    const called = found.flatMap((agent) => this.#callContacts(agent, day));
    const calledDays = called.reduce((sum, { agent, at }) => sum + this.#stay(agent, Math.floor(at / HOURS_A_DAY)), 0);
    for (const agent of [...silent, ...uploaders]) this.#resultAt.delete(agent);
    return {
      day,
      infections: infected.length,
      results: found.length,
      uploads: uploaders.length,
      warned: warned.length,
      warnedRightly: warned.filter((agent) => this.#epidemic.infectedOn[agent]! >= 0).length,
      quarantineDays,
      called: called.length,
      calledRightly: called.filter(({ agent }) => this.#epidemic.infectedOn[agent]! >= 0).length,
      calledDays,
      waiting: this.#tests.waiting,
      ...this.#heard,
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

  /** Whom the health office calls because of somebody, and has not called before. */
  #callContacts(ill: number, day: number): readonly Called[] {
    const onset = this.#epidemic.infectedOn[ill]! + this.#courses.incubationOf(ill);
    const called = this.#manual.calledBy(ill, { onset, to: day, result: this.#resultAt.get(ill)! });
    return called.filter(({ agent }) => {
      const isNew = !this.#called.has(agent);
      this.#called.add(agent);
      return isNew;
    });
  }

  readonly #infectionHour = (agent: number): Hours => this.#epidemic.infectedOn[agent]! * HOURS_A_DAY;

  /** Who is warned because of an upload, and was not before. */
  #warnedBy(sender: number, day: number): readonly number[] {
    const parts = {
      graph: this.#graph,
      phones: this.#phones,
      air: this.#air,
      encounters: this.#encounters,
      meet: this.#meet,
    };
    const groups = new Map<number, Exposure[]>();
    for (const traced of exposuresTo(sender, { from: Math.max(1, day - DAYS_BACK), to: day }, parts)) {
      const { receiver, exposure } = traced;
      this.#count(exposure);
      this.onExposure?.(traced);
      if (this.#notifiedOn[receiver] !== NEVER) continue;
      const group = groups.get(receiver);
      if (group) group.push(exposure);
      else groups.set(receiver, [exposure]);
    }
    const uploaded = this.#timeUpload(sender);
    const warned = [...groups].filter(([, group]) => this.#alerts(group));
    for (const [receiver, group] of warned) this.#notify(receiver, group, uploaded);
    return warned.map(([receiver]) => receiver);
  }

  #timeUpload(sender: number): Hours {
    const { onset, lab } = this.#courses.testOf(sender)!;
    const uploaded = this.#uploadOf(sender);
    this.#timeliness.add('lab', lab);
    this.#timeliness.add('operator', uploaded - this.#resultAt.get(sender)!);
    this.#timeliness.add('onsetToUpload', uploaded - this.#infectionHour(sender) - onset);
    return uploaded;
  }

  #notify(receiver: number, group: readonly Exposure[], uploaded: Hours): void {
    const { notified, parts } = this.#deliveries.to(receiver, uploaded);
    this.#notifiedOn[receiver] = Math.floor(notified / HOURS_A_DAY);
    const last = Math.max(...group.map(({ slices }) => slices.at(-1)!.time!));
    this.#timeliness.add('contactToNotification', notified - last / SECONDS_PER_HOUR);
    this.#timeliness.add('uploadToNotification', notified - uploaded);
    for (const part of deliveryParts) this.#timeliness.add(part, parts[part]);
  }

  #count({ slices }: Exposure): void {
    this.#heard.exposures++;
    for (const { seconds, low } of slices) {
      this.#heard.seconds += seconds;
      this.#heard.decibelSeconds += low * seconds;
    }
  }

  /** Of somebody who was warned or called on a day: days at home that this adds. */
  #stay(agent: number, day: number): number {
    const { complies, quarantine } = this.#behaviour;
    if (drawUniform(this.#seed, COMPLIES, agent) >= complies) return 0;
    return this.#apart.send(agent, day + 1, quarantine);
  }
}

type Plans = Map<number, number[]>;

/** A copy for each would take the square of their number. */
function plan(plans: Plans, day: number, agent: number): void {
  const ofDay = plans.get(day);
  if (ofDay) ofDay.push(agent);
  else plans.set(day, [agent]);
}

/** Who was planned for a day, by number, so that it does not matter who was planned first. */
function taken(plans: Plans, day: number): readonly number[] {
  const ofDay = plans.get(day) ?? [];
  plans.delete(day);
  return ofDay.toSorted((one, other) => one - other);
}
