/** The correction by hand: shift, union of two intervals, and no figure outside of what it can be. */
import { describe, expect, it } from 'vitest';
import { correctedEstimate, gainEstimate } from '../../calibration/optimism.ts';

const youden = [-1, 1] as const;

describe('correctedEstimate', () => {
  it('subtracts the mean optimism and spans both intervals', () => {
    const { value, low, high } = correctedEstimate({ value: 0.5, low: 0.3, high: 0.6 }, [0.1, 0.1, 0.4], 1, youden);
    expect(value).toBeCloseTo(0.3, 12);
    // Shifted: 0.1 .. 0.4. Basic: 0.5 - 0.385 .. 0.5 - 0.1, quantiles of type 7.
    expect(low).toBeCloseTo(0.1, 12);
    expect(high).toBeCloseTo(0.4, 12);
  });

  it('adds it to a cost, which is better when smaller', () => {
    expect(correctedEstimate({ value: 0.2, low: 0.1, high: 0.3 }, [0.05], -1, [0, Infinity]).value).toBeCloseTo(
      0.25,
      12,
    );
  });

  it.each([
    ['Youden above 1', { value: 0.95, low: 0.8, high: 0.99 }, [-0.1], 1, youden, 1],
    ['Youden below -1', { value: -0.95, low: -0.99, high: 0 }, [0.2], 1, youden, -1],
    ['a cost below 0', { value: 0.01, low: 0, high: 0.02 }, [-0.1], -1, [0, Infinity], 0],
  ] as const)('keeps %s out', (_, apparent, optimisms, sign, range, expected) => {
    const { value, low, high } = correctedEstimate(apparent, optimisms, sign, range);
    expect(value).toBe(expected);
    for (const end of [low!, high!]) {
      expect(end).toBeGreaterThanOrEqual(range[0]);
      expect(end).toBeLessThanOrEqual(range[1]);
    }
  });

  it('is undefined without replicates', () => {
    expect(correctedEstimate({ value: 1, low: 0, high: 1 }, [], 1, youden)).toMatchObject({ value: null, low: null });
  });
});

describe('gainEstimate', () => {
  const searched = [
    { replicate: 0, inReplicate: 0.7, onData: 0.5 },
    { replicate: 2, inReplicate: 0.5, onData: 0.4 },
  ];
  const inReplicate = (replicate: number) =>
    [{ best: 0.6, compared: 0.3 }, undefined!, { best: 0.4, compared: 0.4 }][replicate]!;

  it('pairs by the number of the replicate', () => {
    const { value, low, high } = gainEstimate({ best: 0.5, compared: 0.3, inReplicate }, searched, youden);
    // Apparent 0.2; optimisms (0.2 - 0) and (0.1 - 0.1): mean 0.1.
    expect(value).toBeCloseTo(0.1, 12);
    // Shifted percentiles of 0.3 and 0: (0.0075 .. 0.2925) - 0.1; basic: 0.2 - (0.195 .. 0.005).
    expect(low).toBeCloseTo(-0.0925, 12);
    expect(high).toBeCloseTo(0.195, 12);
  });

  it('is nothing where both rules are one and nothing is learnt', () => {
    const same = { best: 0.3, compared: 0.3, inReplicate: () => ({ best: 0.3, compared: 0.3 }) };
    const gain = gainEstimate(same, [{ replicate: 0, inReplicate: 0.3, onData: 0.3 }], youden);
    expect(gain).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('is undefined without replicates', () => {
    expect(gainEstimate({ best: 1, compared: 0, inReplicate }, [], youden).value).toBeNull();
  });
});
