/** From a uniform draw, u in [0, 1), to what is drawn. */
import { normalAt } from '../propagation/quantiles.ts';

/** Log-normal: half of the values lie below the median, two thirds within a factor of exp(sigma). */
export interface Spread {
  readonly median: number;
  readonly sigma: number;
}

/** Never negative, and long on one side. */
export const lognormalAt = (u: number, { median, sigma }: Spread): number => median * Math.exp(sigma * normalAt(u));

/** Draws the index of one of several weights, in proportion to them. */
export class Choice {
  readonly #weights: readonly number[];
  readonly #total: number;
  /** The sum of the weights is rounded: what is left is the last that can be drawn. */
  readonly #last: number;

  /** RangeError where a weight is below 0, or all are 0. */
  constructor(weights: readonly number[]) {
    this.#weights = weights;
    this.#total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#last = weights.findLastIndex((weight) => weight > 0);
    if (!(this.#total > 0) || weights.some((weight) => !(weight >= 0)))
      throw new RangeError(`nothing can be drawn with weights ${weights.join(', ')}`);
  }

  at(u: number): number {
    let rest = u * this.#total;
    for (let k = 0; k < this.#weights.length; k++) {
      rest -= this.#weights[k]!;
      if (rest < 0) return k;
    }
    return this.#last;
  }
}
