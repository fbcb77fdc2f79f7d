/** Path loss from pairs: what was put in comes out, and a solver with whole matrices finds the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import { fitPathLoss, type PairObservations, pathLossIntervals } from '../../src/propagation/fit.ts';

const TRUE = { atOneMetre: 55, exponent: 2.2, shadowing: 6, noise: 4 };

/** Pairs at one distance each, or one that moves. */
function madeUp(count: number, { seed = 1, moving = false } = {}): readonly PairObservations[] {
  return Array.from({ length: count }, (_, pair) => {
    const stream = keyed(seed, 'made up pairs', pair);
    const own = TRUE.shadowing * stream.normal();
    const still = 0.5 + 4 * stream.uniform();
    return Array.from({ length: 2 + (pair % 7) }, () => {
      const distance = moving ? 0.5 + 4 * stream.uniform() : still;
      const mean = TRUE.atOneMetre + 10 * TRUE.exponent * Math.log10(distance) + own;
      return { distance, attenuation: mean + TRUE.noise * stream.normal(), scans: 1 };
    });
  });
}

/** Restricted log-likelihood of a ratio with whole matrices, and the line that goes with it. */
function withMatrices(pairs: readonly PairObservations[], ratio: number) {
  const rows = pairs.flatMap((pair, k) =>
    pair.flatMap((one) => Array.from({ length: one.scans }, () => ({ ...one, pair: k }))),
  );
  const covariance = rows.map((a, i) => rows.map((b, j) => (i === j ? 1 : 0) + (a.pair === b.pair ? ratio : 0)));
  const design = rows.map(({ distance }) => [1, 10 * Math.log10(distance)]);
  const y = rows.map(({ attenuation }) => [attenuation]);
  const { solved: weighted, logDeterminant } = eliminate(
    covariance,
    design.map((row, k) => [...row, ...y[k]!]),
  );
  const gram = [0, 1].map((a) =>
    [0, 1, 2].map((b) => design.reduce((sum, row, k) => sum + row[a]! * weighted[k]![b]!, 0)),
  );
  const { solved: line, logDeterminant: information } = eliminate(
    gram.map((row) => row.slice(0, 2)),
    gram.map((row) => row.slice(2)),
  );
  const residuals = y.map(([value], k) => value! - line[0]![0]! - line[1]![0]! * design[k]![1]!);
  const { solved } = eliminate(
    covariance,
    residuals.map((value) => [value]),
  );
  const freedom = rows.length - 2;
  const variance = residuals.reduce((sum, value, k) => sum + value * solved[k]![0]!, 0) / freedom;
  return {
    logLikelihood: -(freedom * Math.log(variance) + logDeterminant + information) / 2,
    fit: {
      atOneMetre: line[0]![0]!,
      exponent: line[1]![0]!,
      shadowing: Math.sqrt(ratio * variance),
      noise: Math.sqrt(variance),
    },
  };
}

/** Gauss: solves matrix X = right for a symmetric positive definite matrix. */
function eliminate(matrix: readonly (readonly number[])[], right: readonly (readonly number[])[]) {
  const rows = matrix.map((row, k) => [...row, ...right[k]!]);
  let logDeterminant = 0;
  for (const [k, pivot] of rows.entries()) {
    const by = pivot[k]!;
    logDeterminant += Math.log(by);
    for (let c = 0; c < pivot.length; c++) pivot[c]! /= by;
    for (const [r, row] of rows.entries()) {
      const factor = row[k]!;
      if (r !== k) for (let c = 0; c < row.length; c++) row[c]! -= factor * pivot[c]!;
    }
  }
  return { solved: rows.map((row) => row.slice(matrix.length)), logDeterminant };
}

describe('the fit', () => {
  it.each([
    [false, 800],
    [true, 800],
  ])('finds what was put in (pairs that move: %s)', (moving, count) => {
    const fit = fitPathLoss(madeUp(count, { moving }));
    expect(Math.abs(fit.atOneMetre - TRUE.atOneMetre)).toBeLessThan(1);
    expect(Math.abs(fit.exponent - TRUE.exponent)).toBeLessThan(0.25);
    expect(Math.abs(fit.shadowing - TRUE.shadowing)).toBeLessThan(0.6);
    expect(Math.abs(fit.noise - TRUE.noise)).toBeLessThan(0.25);
  });

  it('is the best of all ratios, computed with whole matrices', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.boolean(), (seed, moving) => {
        const pairs = madeUp(6, { seed, moving });
        const ratios = Array.from({ length: 400 }, (_, k) => k / 400).map((share) => share / (1 - share));
        const best = ratios
          .map((ratio) => withMatrices(pairs, ratio))
          .reduce((one, other) => (other.logLikelihood > one.logLikelihood ? other : one));
        const found = fitPathLoss(pairs);
        const ratio = (found.shadowing * found.shadowing) / (found.noise * found.noise);
        const own = withMatrices(pairs, ratio);
        expect(own.logLikelihood).toBeGreaterThan(best.logLikelihood - 1e-9);
        for (const [name, value] of Object.entries(own.fit))
          expect(found[name as keyof typeof found]).toBeCloseTo(value, 5);
      }),
      { numRuns: 30 },
    );
  });

  it('takes scans that are counted for scans one by one', () => {
    const pairs = madeUp(5).map((pair) => pair.map((one, k) => ({ ...one, scans: 1 + (k % 3) })));
    const single = pairs.map((pair) =>
      pair.flatMap((one) => Array.from({ length: one.scans }, () => ({ ...one, scans: 1 }))),
    );
    const [counted, apart] = [fitPathLoss(pairs), fitPathLoss(single)];
    for (const name of ['atOneMetre', 'exponent', 'shadowing', 'noise'] as const)
      expect(counted[name]).toBeCloseTo(apart[name], 5);
  });

  it('finds no shadowing where there is none', () => {
    const alike = Array.from({ length: 40 }, (_, pair) =>
      Array.from({ length: 10 }, (__, k) => ({
        distance: 1 + (pair % 4),
        attenuation: 60 + (k % 2 ? 3 : -3),
        scans: 1,
      })),
    );
    const { shadowing, noise, exponent } = fitPathLoss(alike);
    expect([shadowing, exponent].map(Math.abs).every((value) => value < 1e-6)).toBe(true);
    expect(noise).toBeCloseTo(3, 1);
  });

  it.each([
    ['one pair', madeUp(1, { moving: true }), /two pairs/],
    ['none', [], /two pairs/],
    ['one distance', madeUp(9).map((pair) => pair.map((one) => ({ ...one, distance: 1.5 }))), /two distances/],
    ['pairs without a scan', madeUp(9).map((pair) => pair.map((one) => ({ ...one, scans: 0 }))), /two pairs/],
  ])('of %s is refused', (_, pairs, message) => {
    expect(() => fitPathLoss(pairs)).toThrow(RangeError);
    expect(() => fitPathLoss(pairs)).toThrow(message);
  });
});

describe('intervals', () => {
  it('hold what was put in about as often as they say', () => {
    const held = { atOneMetre: 0, exponent: 0, shadowing: 0, noise: 0 };
    const TRIALS = 60;
    for (let seed = 0; seed < TRIALS; seed++) {
      const intervals = pathLossIntervals(madeUp(60, { seed: 100 + seed }), { seed, replicates: 200 });
      for (const name of ['atOneMetre', 'exponent', 'shadowing', 'noise'] as const) {
        const [low, high] = intervals[name];
        if (low <= TRUE[name] && TRUE[name] <= high) held[name]++;
      }
    }
    // Of 60 at 95 % fewer than 49 are seen once in 10,000 times.
    for (const count of Object.values(held)) expect(count).toBeGreaterThanOrEqual(49);
  });

  it('are the same for the same seed, and others for another', () => {
    const pairs = madeUp(20);
    const of = (seed: number) => pathLossIntervals(pairs, { seed, replicates: 100 });
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
});
