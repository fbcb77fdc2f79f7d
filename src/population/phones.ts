/** Who has the app, and what phone: drawn by the agent's number, the same for all of a run. */
import { bisect } from 'simple-statistics';
import { drawUniform, purposeHash } from '../core/random.ts';
import type { Db } from '../core/units.ts';
import { Choice } from './draws.ts';
import type { People } from './people.ts';
import type { Provinces } from './provinces.ts';

/** What is alike in all phones of a model. */
export interface PhoneModel {
  /** Weight among phones. */
  readonly share: number;
  /** Added to what this phone measures of others, and to what others measure of it: what its calibration does not mend. */
  readonly rx: Db;
  readonly tx: Db;
  /** Some phones hear, but cannot be heard. */
  readonly advertises: boolean;
}

/** Who has the app, and on what phone. Shares are 0..1. */
export interface PhoneParameters {
  /** Share with the app of those who may and can use it, over all ages. */
  readonly adoption: number;
  /** Nobody in a group of age that begins below may use it, years. */
  readonly youngest: number;
  /** Share of people with a phone whose system has the framework. */
  readonly supported: number;
  /** Share of the apps that are allowed to use Bluetooth and to warn: the others do nothing. */
  readonly permitted: number;
  /** Share of people who do as the household does: 0 = each decides alone, 1 = all or none. */
  readonly household: number;
  readonly models: readonly PhoneModel[];
}

const APP = purposeHash('has the app');
const HOUSEHOLD_APP = purposeHash('the household has the app');
const AS_HOUSEHOLD = purposeHash('does as the household');
const SUPPORTED = purposeHash('system is recent enough');
const PERMITTED = purposeHash('permits');
const MODEL = purposeHash('phone model');
/** Relative; so many halvings go further. */
const TOLERANCE = 1e-12;
const BISECTIONS = 60;

const [UNKNOWN, NO, YES] = [0, 1, 2];

/** Phones of the people of a town. */
export class Phones {
  readonly #people: People;
  readonly #provinces: Provinces | undefined;
  readonly #models: Choice;
  readonly #parameters: PhoneParameters;
  readonly #seed: number;
  /** Whether somebody has the app, once it was asked: it is asked of each contact of those who upload, again and again. */
  readonly #known: Uint8Array;
  /** Share with the app by group of age. */
  readonly #adoption: readonly number[];

  /** Without provinces people are alike wherever they live. RangeError where no model can be drawn. */
  constructor(parameters: PhoneParameters, people: People, seed: number, provinces?: Provinces) {
    this.#models = new Choice(parameters.models.map(({ share }) => share));
    this.#parameters = parameters;
    this.#people = people;
    this.#provinces = provinces;
    this.#known = new Uint8Array(people.households.agents);
    this.#seed = seed;
    this.#adoption = adoptionByAge(parameters, people);
  }

  /** With more adoption the same people have it, and more (common random numbers). */
  hasApp(agent: number): boolean {
    if (this.#known[agent] === UNKNOWN) this.#known[agent] = this.#drawApp(agent) ? YES : NO;
    return this.#known[agent] === YES;
  }

  #drawApp(agent: number): boolean {
    const { supported, permitted } = this.#parameters;
    return (
      this.#wish(agent) < this.#adoption[this.#people.ageGroupOf(agent)]! * (this.#provinces?.usesOf(agent) ?? 1) &&
      this.#draw(SUPPORTED, agent) < supported &&
      this.#draw(PERMITTED, agent) < permitted
    );
  }

  modelOf(agent: number): PhoneModel {
    return this.#parameters.models[this.#models.at(this.#draw(MODEL, agent))]!;
  }

  /** The lower, the sooner somebody takes the app; uniform for each, and the same for those who do as their household does. */
  #wish(agent: number): number {
    return this.#draw(AS_HOUSEHOLD, agent) < this.#parameters.household
      ? this.#draw(HOUSEHOLD_APP, this.#people.households.firstOf(agent))
      : this.#draw(APP, agent);
  }

  #draw(purpose: number, agent: number): number {
    return drawUniform(this.#seed, purpose, agent);
  }
}

/**
 * Shares in proportion to how likely the groups are to use it, none above 1, that are `adoption` over all who may; less where
 * too many never use it.
 */
function adoptionByAge({ adoption, youngest }: PhoneParameters, { ages }: People): readonly number[] {
  const may = ages.map(({ from, share, uses }) => ({ share: from >= youngest ? share : 0, uses }));
  const users = may.filter(({ share, uses }) => share > 0 && uses > 0);
  if (adoption === 0 || users.length === 0) return ages.map(() => 0);
  const all = may.reduce((sum, { share }) => sum + share, 0);
  const at = (factor: number) => may.map(({ share, uses }) => (share > 0 ? Math.min(1, factor * uses) : 0));
  const missing = (factor: number) =>
    at(factor).reduce((sum, used, group) => sum + used * may[group]!.share, 0) - adoption * all;
  // All who ever use it do.
  const most = 1 / Math.min(...users.map(({ uses }) => uses));
  return at(missing(most) <= 0 ? most : bisect(missing, 0, most, BISECTIONS, most * TOLERANCE));
}
