/** Two rules on the same subjects: differences, McNemar, flips, the condition that fails a run. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, failCondition } from '../../calibration/compare.ts';
import { evaluate, resample } from '../../calibration/estimates.ts';
import { decisions, modelJudge, presetJudge, ruleJudge } from '../../calibration/judges.ts';
import { buildLattice } from '../../calibration/lattice.ts';
import { figureOf } from '../../calibration/metrics.ts';
import { evaluationJson } from '../../calibration/result.ts';
import type { Estimate } from '../../src/core/document.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { percentileInterval } from '../../src/stats/intervals.ts';
import { mcnemar } from '../../src/stats/paired.ts';
import { exposureAt, messyExposures, metricOptions, sampleFrom } from '../helpers/calibrationData.ts';

const lattice = buildLattice();
const bootstrap = { replicates: 100, seed: 6 };
const [june, october] = [presetJudge('immuni-2020-06-05'), presetJudge('immuni-2020-10-30')];

const compared = (exposures: Parameters<typeof sampleFrom>[0], a = june, b = october) =>
  compare(sampleFrom(exposures), [a, b], lattice, defaultReading, metricOptions, bootstrap);

/** People at 70 dB, whom June alerts and October does not, and others on whom both agree. */
const people = (counts: { lostHits: number; lostAlarms: number; hits: number; silent: number }) =>
  Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, k) =>
      exposureAt(20, { lostHits: 70, lostAlarms: 70, hits: 50, silent: 80 }[kind]!, {
        user: `${kind}${k}`,
        label: kind === 'lostHits' || kind === 'hits',
      }),
    ),
  );

describe('a comparison', () => {
  it('counts by hand: 3 contacts and 7 others are alerted by the first only', () => {
    const own = compared(people({ lostHits: 3, lostAlarms: 7, hits: 5, silent: 4 }));
    expect(own.a).toMatchObject({ name: 'immuni-2020-06-05', tp: 8, fp: 7, fn: 0, tn: 4 });
    expect(own.b).toMatchObject({ name: 'immuni-2020-10-30', tp: 5, fp: 0, fn: 3, tn: 11 });
    expect(own.mcnemar).toEqual({
      // Two-sided exact: 2 / 2^3 and 2 / 2^7.
      positives: { onlyA: 3, onlyB: 0, p: expect.closeTo(0.25, 12) },
      negatives: { onlyA: 7, onlyB: 0, p: expect.closeTo(2 / 128, 12) },
    });
    expect(own.flippedSubjects).toEqual({ positives: 3, negatives: 7 });
    expect(own.difference.sensitivity.value).toBeCloseTo(-3 / 8, 12);
    expect(own.difference.specificity.value).toBeCloseTo(7 / 11, 12);
  });

  it('is turned round with the rules', () => {
    const exposures = messyExposures(1, { users: 40 });
    const [one, other] = [compared(exposures), compared(exposures, october, june)];
    expect(other.mcnemar.positives).toEqual({
      onlyA: one.mcnemar.positives.onlyB,
      onlyB: one.mcnemar.positives.onlyA,
      p: one.mcnemar.positives.p,
    });
    expect(other.difference.youden.value).toBeCloseTo(-one.difference.youden.value!, 12);
    expect(other.difference.youden.low).toBeCloseTo(-one.difference.youden.high!, 12);
    expect(other.flippedCells).toEqual(one.flippedCells!.map(({ D, A, a, b }) => ({ D, A, a: b, b: a })));
  });

  it('of a rule with itself finds nothing', () => {
    const own = compared(messyExposures(2, { users: 30 }), june, june);
    expect(own.mcnemar.positives).toEqual({ onlyA: 0, onlyB: 0, p: null });
    expect(own.flippedCells).toEqual([]);
    expect(own.difference.youden.value).toBe(0);
  });

  it('equals counting subject by subject on random data, and differences draw by draw', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const sample = sampleFrom(messyExposures(seed, { users: 30, days: 3 }), 'user-day');
        fc.pre(sample.positives > 0 && sample.negatives > 0);
        const own = compare(sample, [june, october], lattice, defaultReading, metricOptions, bootstrap);
        const alerts = [june, october].map((judge) => decisions(judge, sample.subjects, defaultReading));
        const [a, b] = alerts as [Uint8Array, Uint8Array];
        for (const [kind, positive] of [
          ['positives', 1],
          ['negatives', 0],
        ] as const) {
          const members = [...sample.positive.keys()].filter((k) => sample.positive[k] === positive);
          const onlyA = members.filter((k) => a[k]! > b[k]!).length;
          const onlyB = members.filter((k) => b[k]! > a[k]!).length;
          expect(own.mcnemar[kind]).toEqual({ onlyA, onlyB, p: onlyA + onlyB > 0 ? mcnemar(onlyA, onlyB).p : null });
          expect(own.flippedSubjects[kind]).toBe(onlyA + onlyB);
        }
        const draws = resample(sample, alerts, bootstrap).map(([first, second]) => {
          const [from, to] = [first!, second!].map((one) => figureOf('specificity', one, metricOptions));
          return (to as number) - (from as number);
        });
        const [low, high] = percentileInterval(draws);
        const alike = { low: null, high: null, reason: 'the same in every replicate' };
        expect(own.difference.specificity).toMatchObject(low === high ? alike : { low, high });
        const [first] = evaluate(sample, alerts, metricOptions, bootstrap);
        expect(own.a).toEqual({ name: june.name, ...evaluationJson(first!) });
      }),
      { numRuns: 20 },
    );
  });

  it('without one class says why', () => {
    const { difference } = compared(people({ lostHits: 0, lostAlarms: 2, hits: 0, silent: 3 }));
    expect(difference.sensitivity).toEqual({ value: null, low: null, high: null, reason: '0 positives' });
    expect(difference.specificity.value).not.toBeNull();
  });
});

describe('flipped cells', () => {
  it('are those of the second attenuation class from 16 minutes on', () => {
    expect(compared(people({ lostHits: 1, lostAlarms: 1, hits: 1, silent: 1 })).flippedCells).toEqual(
      ['D5', 'D6', 'D7', 'D8'].map((D) => ({ D, A: 'A2', a: true, b: false })),
    );
  });

  it('are unknown where a rule is not decided by cells', () => {
    const exposures = messyExposures(3, { users: 10 });
    const others = [ruleJudge('minutes>15'), presetJudge('swisscovid-2020-09-10'), presetJudge('immuni-2020-05-25')];
    for (const judge of others) expect(compared(exposures, june, judge).flippedCells).toBeNull();
    const unordered = modelJudge('x', 'file', 'immuni', {
      D: [0, 5, 0, 5, 5, 5, 5, 5],
      A: [5, 5, 5, 5, 5, 5, 5, 5],
      threshold: 20,
      operator: '>=',
    });
    expect(compared(exposures, june, unordered).flippedCells).toBeNull();
  });
});

describe('two rules that decide alike', () => {
  it('have a difference of 0 with an interval by formula, not one without width', () => {
    const { difference } = compared(people({ lostHits: 0, lostAlarms: 0, hits: 25, silent: 25 }));
    for (const figure of ['sensitivity', 'specificity'] as const) {
      const { value, low, high } = difference[figure];
      expect(value).toBe(0);
      expect([low, high]).toEqual([expect.closeTo(-high!, 12), expect.closeTo(0.133, 3)]);
    }
    const { value, low, high } = difference.youden;
    expect(value).toBe(0);
    expect(high).toBeCloseTo(Math.hypot(difference.sensitivity.high!, difference.specificity.high!), 12);
    expect(low).toBeCloseTo(-high!, 12);
  });
});

describe('--fail-if', () => {
  it('takes a drop of exactly the limit as one, whatever its binary digits are', () => {
    const drop = { value: 49 / 50 - 50 / 50, low: null, high: null };
    const own = { sensitivity: drop, specificity: drop, youden: drop };
    expect(failCondition('sensitivity drop > 0.02')(own)).toBe(false);
    expect(failCondition('sensitivity drop >= 0.02')(own)).toBe(true);
    expect(failCondition('sensitivity drop > 0.0199')(own)).toBe(true);
  });

  it('cannot be decided by a figure that is undefined', () => {
    const none = { value: null, low: null, high: null, reason: '0 positives' };
    const own = { sensitivity: none, specificity: none, youden: none };
    expect(() => failCondition('sensitivity drop > 0.02')(own)).toThrow(
      expect.objectContaining({ code: 'E-UNDEFINED', message: expect.stringContaining('0 positives') }),
    );
  });

  const estimate = (value: number | null): Estimate => ({ value, low: null, high: null });
  const differences = { sensitivity: estimate(-0.02), specificity: estimate(0.25), youden: estimate(null) };

  it.each([
    ['sensitivity drop > 0.02', false],
    ['sensitivity drop >= 0.02', true],
    ['sensitivity drop > 0.019', true],
    ['sensitivity rise > 0', false],
    ['SENSITIVITY Drop>0', true],
    ['specificity rise > .2', true],
    ['specificity rise > 0.25', false],
    ['specificity drop > 0', false],
    ['  specificity  rise >= 0.25 ', true],
  ])('"%s": %s', (text, holds) => {
    expect(failCondition(text)(differences)).toBe(holds);
  });

  it.each([
    '',
    'sensitivity',
    'sensitivity < 0.02',
    'mcc drop > 0.1',
    'sensitivity drop < 0.1',
    'sensitivity drop > -1',
    'sensitivity drop > 2 %',
  ])('"%s" is refused with an example', (text) => {
    expect(() => failCondition(text)).toThrow(
      expect.objectContaining({ code: 'E-USAGE', hint: expect.stringContaining('sensitivity drop > 0.02') }),
    );
  });
});
