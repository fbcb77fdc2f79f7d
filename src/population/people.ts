/** How old people are, drawn by their number. */
import { drawUniform, purposeHash } from '../core/random.ts';
import { Choice } from './draws.ts';
import type { Households } from './households.ts';

/** People of an age, years. */
export interface AgeGroup {
  /** The youngest of the group, years; the next group begins where this one ends. */
  readonly from: number;
  /** Weight among people. */
  readonly share: number;
  /** How likely they are to use an app, in proportion to other groups. */
  readonly uses: number;
}

const AGE = purposeHash('age');
/** The youngest who can live alone, years. */
const ADULT = 18;

/** Ages of the people of a town; drawn, not stored. */
export class People {
  readonly ages: readonly AgeGroup[];
  readonly households: Households;
  readonly #seed: number;
  /** Weights of ages for the first person of a household, and for the others. */
  readonly #first: Choice;
  readonly #others: Choice;

  /** `ages`: in order. RangeError where none can be drawn. */
  constructor(ages: readonly AgeGroup[], households: Households, seed: number) {
    this.ages = ages;
    this.households = households;
    this.#seed = seed;
    const shares = normalised(ages.map(({ share }) => share));
    const isAdult = ages.map(({ from }) => from >= ADULT);
    const adults = shares.reduce((sum, share, k) => sum + (isAdult[k] ? share : 0), 0);
    // The first of a household is an adult, and the others make up for it, so that the shares of all are as asked. With fewer
    // adults than households there are more of them than asked; without any, children live alone.
    const left = Math.max(0, 1 - households.share / adults);
    this.#first = new Choice(adults === 0 ? shares : shares.map((share, k) => (isAdult[k] ? share : 0)));
    const others = shares.map((share, k) => (isAdult[k] ? share * left : share));
    this.#others = new Choice(others.some((share) => share > 0) ? others : shares);
  }

  /** Index in `ages`. */
  ageGroupOf(agent: number): number {
    const choice = this.households.firstOf(agent) === agent ? this.#first : this.#others;
    return choice.at(drawUniform(this.#seed, AGE, agent));
  }
}

function normalised(weights: readonly number[]): readonly number[] {
  // It throws where nothing can be drawn.
  new Choice(weights).at(0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
