import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DayMinutes,
  decidesOn,
  firstDifference,
  type MinutesRule,
  minutesAsCwaV1,
  minutesAsDp3t,
  minutesAsEnv2,
} from '../../../src/risk/config/equivalents.ts';
import { dp3t } from '../../../src/risk/models/dp3t.ts';
import { env2 } from '../../../src/risk/models/env2.ts';
import { modelDecides } from '../../helpers/configurations.ts';
import { contact } from '../../helpers/riskFixtures.ts';

const rule = (more: Partial<MinutesRule> = {}): MinutesRule => ({
  thresholds: [55, 63],
  weights: [1, 0.5],
  threshold: 15,
  operator: '>=',
  lastDays: 10,
  ...more,
});

/** Alerts from a weighted sum on: monotone, as firstDifference expects. */
const from =
  (low: number, middle: number, reach: number) =>
  (minutes: DayMinutes): boolean =>
    low * minutes.low + middle * minutes.middle >= reach;

describe('the first difference', () => {
  it('is none between equal deciders, and the first where one is stricter', () => {
    expect(firstDifference(rule(), from(1, 1, 15), from(2, 2, 30))).toBeNull();
    expect(firstDifference(rule(), from(1, 1, 15), from(1, 1, 16))).toEqual({ low: 0, middle: 15 });
    expect(firstDifference(rule(), from(1, 0, 15), from(1, 0, 16))).toEqual({ low: 15, middle: 0 });
    expect(firstDifference(rule(), from(1, 0, 1440), from(0, 0, 1))).toEqual({ low: 1440, middle: 0 });
  });

  it('looks only into buckets that exist', () => {
    const never = from(0, 0, 1);
    expect(firstDifference(rule({ thresholds: [0, 63] }), from(1, 0, 15), never)).toBeNull();
    expect(firstDifference(rule({ thresholds: [55, 55] }), from(0, 1, 15), never)).toBeNull();
  });

  it('agrees with looking at every day', () => {
    const number = fc.integer({ min: 0, max: 6 });
    const decider = fc.tuple(number, number, fc.integer({ min: 1, max: 60 }));
    const days = Array.from({ length: 70 * 70 }, (_, k) => ({ low: Math.floor(k / 70), middle: k % 70 }));
    fc.assert(
      fc.property(decider, decider, (one, other) => {
        const [a, b] = [from(...one), from(...other)];
        const expected = days.find((day) => a(day) !== b(day)) ?? null;
        expect(firstDifference(rule(), a, b)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the minutes rule in other terms', () => {
  it('closes the buckets of ENv2 one dB lower', () => {
    expect(minutesAsEnv2(rule())).toMatchObject({ thresholds: [54, 62, 255], weights: [1, 0.5, 0, 0], threshold: 900 });
  });

  it.each([
    ['nothing below the lower', [0, 63], [0, 62, 255], [0.5, 0.5, 0, 0]],
    ['nothing between', [55, 55], [0, 54, 255], [1, 1, 0, 0]],
    ['only 0 dB', [1, 1], [0, 1, 255], [1, 0, 0, 0]],
    ['nothing at all', [0, 0], [0, 1, 255], [0, 0, 0, 0]],
    ['all but 255 dB', [254, 255], [253, 254, 255], [1, 0.5, 0, 0]],
  ] as const)('keeps what an empty bucket leaves: %s', (_, thresholds, closed, weights) => {
    expect(minutesAsEnv2(rule({ thresholds }))).toMatchObject({ thresholds: closed, weights });
  });

  it('weighs every whole dB alike in dp3t and ENv2', () => {
    const edge = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(edge, edge, (a, b) => {
        const own = rule({ thresholds: [Math.min(a, b), Math.max(a, b)], weights: [2, 1], threshold: 1 });
        const one = minutesAsEnv2(own);
        for (const dB of [0, a - 1, a, a + 1, b - 1, b, b + 1, 255].filter((value) => value >= 0 && value <= 255))
          for (const minutes of [0, 1, 2]) {
            const expected = modelDecides('dp3t', own)([contact(minutes, dB)]);
            expect(modelDecides('env2', one)([contact(minutes, dB)])).toBe(expected);
          }
      }),
    );
  });

  it('writes "more than" as the next step that can be reached', () => {
    expect(minutesAsDp3t(rule({ operator: '>' })).threshold).toBe(16);
    expect(minutesAsDp3t(rule({ threshold: 14.5 })).threshold).toBe(15);
    expect(minutesAsDp3t(rule({ threshold: 14.5, operator: '>' })).threshold).toBe(15);
    expect(minutesAsEnv2(rule({ operator: '>' })).threshold).toBe(901);
    expect(minutesAsCwaV1(rule({ operator: '>' })).classes).toEqual({ LOW: [0, 16], HIGH: [16, 9999] });
  });

  it('scales nothing in CWA', () => {
    const { D, A, days, transmission, attenuationDuration } = minutesAsCwaV1(rule());
    expect(new Set([...D, ...A, ...days, ...transmission])).toEqual(new Set([1]));
    expect(attenuationDuration).toEqual({ lower: 55, upper: 63, low: 1, mid: 0.5, high: 0, divisor: 1, offset: 0 });
  });

  it('judges days through the models themselves', () => {
    const own = rule();
    const alerts = decidesOn(dp3t, own, own);
    expect([alerts({ low: 14, middle: 1 }), alerts({ low: 14, middle: 2 }), alerts({ low: 0, middle: 30 })]).toEqual([
      false,
      true,
      true,
    ]);
    expect(decidesOn(env2, minutesAsEnv2(own), own)({ low: 14, middle: 1 })).toBe(false);
  });
});
