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
import { Encounters } from './encounters.ts';
import { Epidemic, type EpidemicParameters } from './epidemic.ts';
import { type AgeGroup, People } from './people.ts';
import { type PhoneParameters, Phones } from './phones.ts';
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
  readonly behaviour: Behaviour;
}

/** What people do about results and warnings. Shares are 0..1, times whole days. */
export interface Behaviour {
  /** Share of those with the app and a positive result who upload. */
  readonly uploads: number;
  /** Share of the warned who stay at home. */
  readonly complies: number;
  /** Days from the upload to the day from which the warned stay at home. */
  readonly warningDelay: number;
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
  /** Exposures to those who uploaded, one for each pair and day; what they lasted, and dB times seconds of their scans. */
  readonly exposures: number;
  readonly seconds: number;
  readonly decibelSeconds: number;
}

const UPLOADS = purposeHash('uploads');
const COMPLIES = purposeHash('complies');
/** The framework keeps as many days. */
export const DAYS_BACK = 13;

/** One town with one seed; `next` is a day. */
export class Simulation {
  readonly #parameters: SimulationParameters;
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
  readonly #warned: Uint8Array;
  /** On the day that is simulated. */
  #heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
  /** By day of the result. */
  readonly #results = new Map<number, number[]>();

  constructor(parameters: SimulationParameters, alerts: Alerts, seed: number) {
    const { agents, first, ages, contacts, epidemic, course, phones, air } = parameters;
    this.#parameters = parameters;
    this.#seed = seed;
    this.#behaviour = parameters.behaviour;
    this.#alerts = alerts;
    this.#graph = new ContactGraph(agents, contacts, seed);
    this.#phones = new Phones(phones, new People(ages, this.#graph.households, seed), seed);
    this.#courses = new Courses(course, seed);
    this.#air = new Air(air, this.#phones, seed);
    this.#encounters = new Encounters(epidemic.encounters, seed);
    this.#apart = new Apart(agents);
    this.#warned = new Uint8Array(agents);
    const parts = { graph: this.#graph, courses: this.#courses, parameters: epidemic, seed, meet: this.#meet };
    this.#epidemic = new Epidemic(agents, parts);
    for (const agent of this.#epidemic.begin(first)) this.#expectResult(agent);
  }

  /** From the next day on; what is left out stays as it is. */
  change(behaviour: Partial<Behaviour>, alerts: Alerts = this.#alerts): void {
    this.#behaviour = { ...this.#behaviour, ...behaviour };
    this.#alerts = alerts;
  }

  /** Day of infection of each agent, or -1, and who infected them (`Epidemic`). */
  get epidemic(): Pick<Epidemic, 'infectedOn' | 'infectedBy'> {
    return this.#epidemic;
  }

  next(): DayFigures {
    const infected = this.#epidemic.next();
    for (const agent of infected) this.#expectResult(agent);
    const { day } = this.#epidemic;
    const found = (this.#results.get(day) ?? []).toSorted((one, other) => one - other);
    this.#results.delete(day);
    const { uploads, isolation } = this.#behaviour;
    const uploaders = found.filter(
      (agent) => this.#phones.hasApp(agent) && drawUniform(this.#seed, UPLOADS, agent) < uploads,
    );
    this.#heard = { exposures: 0, seconds: 0, decibelSeconds: 0 };
    const warned = new Set(uploaders.flatMap((agent) => this.#warnedBy(agent, day)));
    const quarantineDays = [...warned].reduce((sum, agent) => sum + this.#warn(agent, day), 0);
    for (const agent of found) this.#apart.send(agent, day + 1, isolation);
    return {
      day,
      infections: infected.length,
      results: found.length,
      uploads: uploaders.length,
      warned: warned.size,
      warnedRightly: [...warned].filter((agent) => this.#epidemic.infectedOn[agent]! >= 0).length,
      quarantineDays,
      ...this.#heard,
    };
  }

  /** Those who stay at home meet their household only. */
  readonly #meet = (one: number, other: number, layer: ContactLayer, day: number): boolean =>
    layer === 'household' || !(this.#apart.isHome(one, day) || this.#apart.isHome(other, day));

  #expectResult(agent: number): void {
    const after = this.#courses.resultOf(agent);
    if (after === undefined) return;
    const day = this.#epidemic.day + after;
    const ofDay = this.#results.get(day);
    // A copy for each would take the square of their number.
    if (ofDay) ofDay.push(agent);
    else this.#results.set(day, [agent]);
  }

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
      if (this.#warned[receiver] === 0) groups.set(receiver, [...(groups.get(receiver) ?? []), exposure]);
    }
    return [...groups].filter(([, group]) => this.#alerts(group)).map(([receiver]) => receiver);
  }

  #count({ slices }: Exposure): void {
    this.#heard.exposures++;
    for (const { seconds, low } of slices) {
      this.#heard.seconds += seconds;
      this.#heard.decibelSeconds += low * seconds;
    }
  }

  #warn(agent: number, day: number): number {
    this.#warned[agent] = 1;
    const { complies, warningDelay, quarantine } = this.#behaviour;
    if (drawUniform(this.#seed, COMPLIES, agent) >= complies) return 0;
    return this.#apart.send(agent, day + warningDelay, quarantine);
  }
}
