/** Quantities that are never negative, and long on one side. */
import { normalAt } from '../propagation/quantiles.ts';

/** Log-normal: half of the values lie below the median, two thirds within a factor of exp(sigma). */
export interface Spread {
  readonly median: number;
  readonly sigma: number;
}

/** At u in [0, 1). */
export const lognormalAt = (u: number, { median, sigma }: Spread): number => median * Math.exp(sigma * normalAt(u));
