/** Who has the app, and what phone: drawn by the agent's number, the same for all of a run. */
import { drawUniform, purposeHash } from '../core/random.ts';
import type { Db } from '../core/units.ts';
import { choiceAt } from './draws.ts';
import type { People } from './people.ts';

export interface PhoneModel {
  /** Weight among phones. */
  readonly share: number;
  /** Added to what this phone measures of others, and to what others measure of it: what its calibration does not mend. */
  readonly rx: Db;
  readonly tx: Db;
  /** Some phones hear, but cannot be heard. */
  readonly advertises: boolean;
}

export interface PhoneParameters {
  /** Share with the app of those who may and can use it, over all ages. */
  readonly adoption: number;
  /** Nobody younger may use it, years. */
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

export class Phones {
  readonly #people: People;
  readonly #shares: readonly number[];
  readonly #parameters: PhoneParameters;
  readonly #seed: number;
  /** Share with the app by group of age. */
  readonly #adoption: readonly number[];

  /** RangeError where no model can be drawn. */
  constructor(parameters: PhoneParameters, people: People, seed: number) {
    this.#shares = parameters.models.map(({ share }) => share);
    choiceAt(0, this.#shares);
    this.#parameters = parameters;
    this.#people = people;
    this.#seed = seed;
    this.#adoption = adoptionByAge(parameters, people);
  }

  /** With more adoption the same people have it, and more (common random numbers). */
  hasApp(agent: number): boolean {
    const { adoption, supported, permitted } = this.#parameters;
    if (adoption === 0) return false;
    const share = this.#adoption[this.#people.ageGroupOf(agent)]!;
    return (
      this.#wish(agent) < share &&
      (supported === 1 || drawUniform(this.#seed, SUPPORTED, agent) < supported) &&
      (permitted === 1 || drawUniform(this.#seed, PERMITTED, agent) < permitted)
    );
  }

  modelOf(agent: number): PhoneModel {
    const { models } = this.#parameters;
    return models.length === 1 ? models[0]! : models[choiceAt(drawUniform(this.#seed, MODEL, agent), this.#shares)]!;
  }

  /** The lower, the sooner somebody takes the app; uniform for each, and the same for those who do as their household does. */
  #wish(agent: number): number {
    const { household } = this.#parameters;
    const isCommon = household > 0 && drawUniform(this.#seed, AS_HOUSEHOLD, agent) < household;
    return isCommon
      ? drawUniform(this.#seed, HOUSEHOLD_APP, this.#people.households.firstOf(agent))
      : drawUniform(this.#seed, APP, agent);
  }
}

const HALVINGS = 52;

/** Shares in proportion to how likely the groups are to use it, none above 1, that are `adoption` over all who may. */
function adoptionByAge({ adoption, youngest }: PhoneParameters, { ages }: People): readonly number[] {
  const may = ages.map(({ from, share }) => (from >= youngest ? share : 0));
  const all = may.reduce((sum, share) => sum + share, 0);
  const at = (factor: number) => ages.map(({ uses }, k) => (may[k]! > 0 ? Math.min(1, factor * uses) : 0));
  const users = ages.filter(({ uses }) => uses > 0);
  if (all === 0 || users.length === 0) return ages.map(() => 0);
  let [low, high] = [0, 1 / Math.min(...users.map(({ uses }) => uses))];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = (low + high) / 2;
    const reached = at(middle).reduce((sum, share, group) => sum + share * may[group]!, 0);
    if (reached < adoption * all) low = middle;
    else high = middle;
  }
  return at(high);
}
