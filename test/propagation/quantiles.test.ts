/** The lowest of n normal values: table against draws, and against what is known of it. */
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import { depthBelowMean, meanDepth, normalAt } from '../../src/propagation/quantiles.ts';
import { ks } from '../../src/stats/ranks.ts';

const MANY = 20_000;

/** Mean and lowest of n draws. */
function drawn(n: number, k: number) {
  const stream = keyed(n, 'lowest of some', k);
  const values = Array.from({ length: n }, () => stream.normal());
  return { lowest: Math.min(...values), mean: values.reduce((sum, value) => sum + value, 0) / n };
}

const fromTable = (n: number) =>
  Array.from({ length: MANY }, (_, k) => depthBelowMean(n, keyed(9, 'table', n, k).uniform()));
const fromDraws = (n: number) =>
  Array.from({ length: MANY }, (_, k) => {
    const { lowest, mean } = drawn(n, k);
    return mean - lowest;
  });

describe('a normal value', () => {
  it('is distributed as one that is drawn with logarithm and cosine', () => {
    const table = Array.from({ length: MANY }, (_, k) => normalAt(keyed(1, 'normal by table', k).uniform()));
    const fromLogarithm = Array.from({ length: MANY }, (_, k) => keyed(2, 'normal', k).normal());
    expect(ks(table, fromLogarithm).p).toBeGreaterThan(0.001);
  });

  // Quantiles of the standard normal distribution.
  it.each([
    [0.5, 0],
    [0.75, 0.67449],
    [0.975, 1.95996],
    [0.999, 3.09023],
  ])('at %d is %d, and the other way round below', (u, value) => {
    expect(normalAt(u)).toBeCloseTo(value, 3);
    expect(normalAt(1 - u)).toBeCloseTo(-value, 3);
  });

  it('has mean 0 and standard deviation 1, and ends', () => {
    const values = Array.from({ length: 100_000 }, (_, k) => normalAt((k + 0.5) / 100_000));
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0, 9);
    expect(values.reduce((sum, value) => sum + value * value, 0) / values.length).toBeCloseTo(1, 3);
    expect([normalAt(0), normalAt(1 - 2e-16)].map(Math.abs).every((value) => value > 3.8 && value < 3.9)).toBe(true);
  });
});

describe('the depth of the lowest of n below their mean', () => {
  it.each([2, 3, 5, 8, 16, 64])('of %d is distributed as among draws', (n) => {
    expect(ks(fromTable(n), fromDraws(n)).p).toBeGreaterThan(0.001);
  });

  it('of one is none, of two half of their difference', () => {
    expect([depthBelowMean(1, 0.9), meanDepth(1)]).toEqual([0, 0]);
    // Half-normal with standard deviation sqrt(1/2): its median is 0.67449 / sqrt(2).
    expect(depthBelowMean(2, 0.5)).toBeCloseTo(0.67449 / Math.SQRT2, 3);
  });

  // Expected lowest of n standard normal values (Harter, Biometrika 48 (1961) 151-165, table 1).
  it.each([
    [2, 0.56419],
    [5, 1.16296],
    [8, 1.4236],
    [16, 1.76599],
  ])('of %d has the mean %d', (n, mean) => {
    const nodes = Array.from({ length: 4096 }, (_, k) => depthBelowMean(n, (k + 0.5) / 4096));
    expect(nodes.reduce((sum, value) => sum + value, 0) / nodes.length).toBeCloseTo(mean, 3);
    expect(meanDepth(n)).toBeCloseTo(mean, 3);
  });

  it('rises with its draw, and ends at both ends', () => {
    const values = Array.from({ length: 1001 }, (_, k) => depthBelowMean(16, k === 1000 ? 1 - 2e-16 : k / 1000));
    expect(values.every((value, k) => k === 0 || value >= values[k - 1]!)).toBe(true);
    expect(values[0]).toBeGreaterThan(0);
    expect(values.at(-1)).toBeLessThan(5);
  });

  it.each([0, -1, 1.5, 65, Number.NaN])('of %d has no table', (n) => {
    expect(() => depthBelowMean(n, 0.5)).toThrow(RangeError);
  });
});
