/** Who has the app, and what phone: drawn by the agent's number, the same for all of a run. */
import { drawUniform, purposeHash } from '../core/random.ts';
import type { Db } from '../core/units.ts';

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
  readonly #parameters: PhoneParameters;
  readonly #total: number;
  readonly #seed: number;

  /** RangeError where no model can be drawn. */
  constructor(parameters: PhoneParameters, seed: number) {
    const { models } = parameters;
    this.#total = models.reduce((sum, { share }) => sum + share, 0);
    if (!(this.#total > 0) || models.some(({ share }) => !(share >= 0)))
      throw new RangeError('phone models need shares, not below 0 and not all 0');
    this.#parameters = parameters;
    this.#seed = seed;
  }

  /** With more adoption the same people have it, and more (common random numbers). */
  hasApp(agent: number): boolean {
    return drawUniform(this.#seed, APP, agent) < this.#parameters.adoption;
  }

  modelOf(agent: number): PhoneModel {
    const { models } = this.#parameters;
    let rest = drawUniform(this.#seed, MODEL, agent) * this.#total;
    for (const model of models) {
      rest -= model.share;
      if (rest < 0) return model;
    }
    return models.findLast(({ share }) => share > 0)!;
  }
}
