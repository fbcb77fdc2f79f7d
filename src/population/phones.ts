/** Who has the app, and what phone: drawn by the agent's number, the same for all of a run. */
import { drawUniform, purposeHash } from '../core/random.ts';
import type { Db } from '../core/units.ts';
import { choiceAt } from './draws.ts';

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
  /** Share of people with the app. */
  readonly adoption: number;
  readonly models: readonly PhoneModel[];
}

const APP = purposeHash('has the app');
const MODEL = purposeHash('phone model');

export class Phones {
  readonly #shares: readonly number[];
  readonly #parameters: PhoneParameters;
  readonly #seed: number;

  /** RangeError where no model can be drawn. */
  constructor(parameters: PhoneParameters, seed: number) {
    this.#shares = parameters.models.map(({ share }) => share);
    choiceAt(0, this.#shares);
    this.#parameters = parameters;
    this.#seed = seed;
  }

  /** With more adoption the same people have it, and more (common random numbers). */
  hasApp(agent: number): boolean {
    return drawUniform(this.#seed, APP, agent) < this.#parameters.adoption;
  }

  modelOf(agent: number): PhoneModel {
    return this.#parameters.models[choiceAt(drawUniform(this.#seed, MODEL, agent), this.#shares)]!;
  }
}
