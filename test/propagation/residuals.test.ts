/** Residuals of path loss: of variance 1 where the model holds, in an envelope that says how far chance alone goes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import type { PairObservations } from '../../src/propagation/fit.ts';
import { envelopeOf, residualsOf, weightedQuantiles } from '../../src/propagation/residuals.ts';

const LOSS = { atOneMetre: 55, exponent: 2, shadowing: 3, noise: 4 };
const scan = (attenuation: number, distance = 1, scans = 1) => ({ distance, attenuation, scans });
const alone = (values: readonly number[]) => values.map((value) => ({ value, weight: 1 }));

describe('residuals', () => {
  it('are in standard deviations of the mean of a pair, and of a scan from it', () => {
    const pairs = [[scan(59), scan(61)], [scan(75, 10)], []];
    const { between, within } = residualsOf(pairs, LOSS);
    // Of two scans: 5 dB above; the variance of their mean is 3^2 + 4^2 / 2, that of a scan from it 4^2 / 2.
    expect(between).toEqual([
      { value: 5 / Math.sqrt(17), weight: 1 },
      { value: 0, weight: 1 },
    ]);
    expect(within.map(({ value }) => value)).toEqual([-1 / Math.sqrt(8), 1 / Math.sqrt(8)]);
  });

  it('of a bin weigh as many scans as it holds', () => {
    const { within } = residualsOf([[scan(55, 1, 3), scan(59, 1, 1)]], LOSS);
    expect(within.map(({ weight }) => weight)).toEqual([3, 1]);
    expect(within.map(({ value }) => value)).toEqual([-1 / Math.sqrt(12), 3 / Math.sqrt(12)]);
  });

  it('have variance 1 where the model holds, whatever number of scans a pair has', () => {
    const pairs: readonly PairObservations[] = Array.from({ length: 4000 }, (_, k) => {
      const stream = keyed(1, 'residuals of a model', k);
      const own = LOSS.shadowing * stream.normal();
      return Array.from({ length: 1 + (k % 5) }, (__, row) => {
        const distance = 0.5 + row;
        const mean = LOSS.atOneMetre + 20 * Math.log10(distance) + own;
        return scan(mean + LOSS.noise * stream.normal(), distance);
      });
    });
    const { between, within } = residualsOf(pairs, LOSS);
    for (const residuals of [between, within]) {
      const variance = residuals.reduce((sum, { value }) => sum + value * value, 0) / residuals.length;
      expect(Math.abs(variance - 1)).toBeLessThan(0.08);
    }
  });

  it('are none within pairs without noise or with one scan each, and none between pairs that never differ', () => {
    expect(residualsOf([[scan(55), scan(55)]], { ...LOSS, noise: 0 }).within).toEqual([]);
    expect(residualsOf([[scan(55)]], LOSS).within).toEqual([]);
    expect(residualsOf([[scan(55)]], { ...LOSS, noise: 0, shadowing: 0 }).between).toEqual([]);
  });
});

describe('quantiles', () => {
  it.each([
    ['as many as values: the values', [3, 1, 2], 3, [1, 2, 3]],
    ['of one value: that', [7], 4, [7, 7, 7, 7]],
    ['between two by a straight line', [0, 1], 4, [0, 0.25, 0.75, 1]],
  ])('%s', (_, values, count, expected) => {
    expect(weightedQuantiles(alone(values), count)).toEqual(expected);
  });

  it('count weights, and leave out what has none', () => {
    const residuals = [
      { value: 1, weight: 3 },
      { value: 5, weight: 1 },
      { value: -100, weight: 0 },
    ];
    // Middles of the two lie at 3/8 and 7/8.
    expect(weightedQuantiles(residuals, 2)).toEqual([1, 1 + 4 * ((0.75 - 0.375) / 0.5)]);
  });

  it('increase, lie between the extremes, and do not depend on the unit of weights or on order', () => {
    const residual = fc.record({ value: fc.integer({ min: -50, max: 50 }), weight: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(
        fc.array(residual, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        (all, count) => {
          const quantiles = weightedQuantiles(all, count);
          const values = all.map(({ value }) => value);
          expect(quantiles).toHaveLength(count);
          expect(quantiles.every((value, k) => k === 0 || value >= quantiles[k - 1]!)).toBe(true);
          expect(quantiles[0]).toBeGreaterThanOrEqual(Math.min(...values));
          expect(quantiles.at(-1)).toBeLessThanOrEqual(Math.max(...values));
          const doubled = all.map(({ value, weight }) => ({ value, weight: 2 * weight })).toReversed();
          for (const [k, value] of weightedQuantiles(doubled, count).entries())
            expect(value).toBeCloseTo(quantiles[k]!, 9);
        },
      ),
    );
  });
});

describe('the envelope', () => {
  const sample = (seed: number, k: number, scale = 1) => {
    const stream = keyed(seed, 'samples of an envelope', k);
    return weightedQuantiles(alone(Array.from({ length: 40 }, () => scale * stream.normal())), 20);
  };
  const simulated = Array.from({ length: 2000 }, (_, k) => sample(1, k));

  it('holds all of 95 in 100 samples, and p says which are outside', () => {
    let outside = 0;
    const TRIALS = 400;
    for (let trial = 0; trial < TRIALS; trial++) {
      const one = sample(2, trial);
      const { low, high, p } = envelopeOf(one, simulated);
      const isOutside = one.some((value, k) => value < low[k]! || value > high[k]!);
      // At the edge of 0.05 the two may differ by the sample itself, which p counts.
      if (Math.abs(p - 0.05) > 0.005) expect(isOutside).toBe(p < 0.05);
      if (isOutside) outside++;
    }
    // 5 % of 400: from 9 to 33 in all but one of 1,000.
    expect(outside).toBeGreaterThanOrEqual(9);
    expect(outside).toBeLessThanOrEqual(33);
  });

  it('refutes another spread', () => {
    expect(envelopeOf(sample(3, 0, 2), simulated).p).toBeLessThan(0.01);
  });

  it('of samples without any spread is a line that holds itself', () => {
    const { low, high, p } = envelopeOf(
      [1, 2],
      [
        [1, 2],
        [1, 2],
      ],
    );
    expect([low, high, p]).toEqual([[1, 2], [1, 2], 1]);
    expect(
      envelopeOf(
        [1, 3],
        [
          [1, 2],
          [1, 2],
        ],
      ).p,
    ).toBeCloseTo(1 / 3, 9);
  });
});
