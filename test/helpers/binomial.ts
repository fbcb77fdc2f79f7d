/** Binomial probabilities for tests that enumerate all outcomes; summed in another way than src/stats does. */

/** P(X = 0), ..., P(X = n) for n trials with probability p, by adding one trial after the other. */
export function binomialProbabilities(n: number, p: number): readonly number[] {
  let probabilities = [1];
  for (let trial = 0; trial < n; trial++) {
    const before = probabilities;
    probabilities = Array.from({ length: trial + 2 }, (_, k) => (before[k] ?? 0) * (1 - p) + (before[k - 1] ?? 0) * p);
  }
  return probabilities;
}

/** Evenly spaced probabilities inside (0, 1): 1 / (2 count), 3 / (2 count), ... */
export const probabilityGrid = (count: number): readonly number[] =>
  Array.from({ length: count }, (_, k) => (k + 0.5) / count);

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
