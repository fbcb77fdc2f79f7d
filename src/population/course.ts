/** What becomes of one who is infected: symptoms, a test, its result. All of it is drawn by the agent's number alone. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { lognormalAt, type Spread } from './draws.ts';

/** How an infection goes on, and whether it is found. */
export interface CourseParameters {
  /** Days from infection to symptoms, or to when they would have begun. */
  readonly incubation: Spread;
  /** Share of the infected who get symptoms. */
  readonly symptomatic: number;
  readonly testing: {
    /** Share of those with symptoms who are tested. */
    readonly tested: number;
    /** Days from the onset of symptoms to the test. */
    readonly wait: Spread;
    /** Hours from the test to its result. */
    readonly lab: Spread;
    /** Share of those tested whose test is positive. */
    readonly sensitivity: number;
  };
}

const INCUBATION = purposeHash('incubation');
const SYMPTOMS = purposeHash('symptoms');
const TESTED = purposeHash('tested');
const WAIT = purposeHash('days to the test');
const LAB = purposeHash('hours to the result');
const POSITIVE = purposeHash('positive');

/** Hours after the begin of the day of infection; `lab` is how long the laboratory takes after that. */
export interface TestTimes {
  readonly onset: number;
  readonly test: number;
  readonly lab: number;
}

const HOURS_A_DAY = 24;

/** Courses of all agents of a run; nothing is stored. */
export class Courses {
  readonly #parameters: CourseParameters;
  readonly #seed: number;

  constructor(parameters: CourseParameters, seed: number) {
    this.#parameters = parameters;
    this.#seed = seed;
  }

  /** Days from infection to the onset of symptoms, at least one. */
  incubationOf(agent: number): number {
    return this.#days(INCUBATION, agent, this.#parameters.incubation);
  }

  hasSymptoms(agent: number): boolean {
    return this.#draw(SYMPTOMS, agent) < this.#parameters.symptomatic;
  }

  /** Of somebody who is found; undefined: there never is a positive result. */
  testOf(agent: number): TestTimes | undefined {
    const { tested, wait, lab, sensitivity } = this.#parameters.testing;
    const isFound = this.hasSymptoms(agent) && this.#draw(TESTED, agent) < tested;
    if (!isFound || this.#draw(POSITIVE, agent) >= sensitivity) return undefined;
    const onset = this.incubationOf(agent) * HOURS_A_DAY;
    const test = onset + lognormalAt(this.#draw(WAIT, agent), wait) * HOURS_A_DAY;
    return { onset, test, lab: lognormalAt(this.#draw(LAB, agent), lab) };
  }

  #draw(purpose: number, agent: number): number {
    return drawUniform(this.#seed, purpose, agent);
  }

  #days(purpose: number, agent: number, spread: Spread): number {
    return Math.max(1, Math.round(lognormalAt(this.#draw(purpose, agent), spread)));
  }
}
