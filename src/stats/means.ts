/** Mean of independent runs, with Student's interval. */
import { bisect, mean, sampleStandardDeviation } from 'simple-statistics';
import type { Estimate } from '../core/document.ts';

/** No quantile of 97.5 % is larger: 12.7 with one degree of freedom. */
const LARGEST = 13;
const HALVINGS = 60;
const TOLERANCE = 1e-10;

/**
 * Probability that |t| is at most `t` with whole degrees of freedom: the finite sums of Abramowitz and Stegun, Handbook of
 * Mathematical Functions, 26.7.3 and 26.7.4.
 */
export function studentWithin(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/** t that 95 % of |t| do not exceed, for degrees of freedom of at least 1. */
export const student95 = (freedom: number): number =>
  bisect((t) => studentWithin(t, freedom) - 0.95, 0, LARGEST, HALVINGS, TOLERANCE);

/** Mean with its 95 % interval; of no values undefined, of one without interval. */
export function meanEstimate(values: readonly number[], counted = 'replicate'): Estimate {
  if (values.length === 0) return { value: null, low: null, high: null, reason: `no ${counted}` };
  const value = mean([...values]);
  if (values.length === 1) return { value, low: null, high: null, reason: `one ${counted}` };
  const error = sampleStandardDeviation([...values]) / Math.sqrt(values.length);
  const half = error * student95(values.length - 1);
  return { value, low: value - half, high: value + half };
}

/** More runs than anybody would ask for. */
const MANY = 100;

/**
 * How many values of the same mean and scatter have an interval that ends at or above 0; the estimate is of `count` of
 * them, with a mean above 0. At most 100.
 */
export function countAboveZero({ value, high }: Estimate, count: number): number {
  const deviation = ((high! - value!) * Math.sqrt(count)) / student95(count - 1);
  let more = count;
  while (more < MANY && (deviation * student95(more - 1)) / Math.sqrt(more) > value!) more++;
  return more;
}
