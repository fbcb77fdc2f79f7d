/** From a uniform draw, u in [0, 1), to what is drawn. */
import { normalAt } from '../propagation/quantiles.ts';

/** Log-normal: half of the values lie below the median, two thirds within a factor of exp(sigma). */
export interface Spread {
  readonly median: number;
  readonly sigma: number;
}

/** Never negative, and long on one side. */
export const lognormalAt = (u: number, { median, sigma }: Spread): number => median * Math.exp(sigma * normalAt(u));

/** Index of one of `weights`, in proportion to them. RangeError where one is below 0, or all are 0. */
export function choiceAt(u: number, weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!(total > 0) || weights.some((weight) => !(weight >= 0)))
    throw new RangeError(`nothing can be drawn with weights ${weights.join(', ')}`);
  let rest = u * total;
  for (const [k, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return k;
  }
  // The sum of the weights is rounded.
  return weights.findLastIndex((weight) => weight > 0);
}
