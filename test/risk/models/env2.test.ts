import { describe, expect, it } from 'vitest';
import type { Trail } from '../../../src/risk/model.ts';
import { dailySummaries, env2, infectiousnessOf } from '../../../src/risk/models/env2.ts';
import { findPreset } from '../../../src/risk/presets.ts';
import { defaultReading } from '../../../src/risk/reading.ts';
import { bin, contact, exposure, judge } from '../../helpers/riskFixtures.ts';

const SECONDS = 600;

describe('env2', () => {
  it.each([
    // v1 prints "<", v2 "<=".
    ['lfph-v1-narrow', 54, 1.5],
    ['lfph-v1-narrow', 55, 1],
    ['lfph-v1-narrow', 62, 1],
    ['lfph-v1-narrow', 63, 0.4],
    ['lfph-v1-narrow', 69, 0.4],
    ['lfph-v1-narrow', 70, 0],
    ['lfph-v1-wide', 54, 2],
    ['lfph-v1-wide', 55, 1],
    ['lfph-v1-wide', 70, 0.25],
    ['lfph-v1-wide', 80, 0],
    ['lfph-v2-narrow', 55, 1.75],
    ['lfph-v2-narrow', 56, 1],
    ['lfph-v2-narrow', 67, 1],
    ['lfph-v2-narrow', 68, 0.33],
    ['lfph-v2-narrow', 75, 0.33],
    ['lfph-v2-narrow', 76, 0],
    ['lfph-v2-wide', 55, 2],
    ['lfph-v2-wide', 56, 1],
    ['lfph-v2-wide', 70, 1],
    ['lfph-v2-wide', 71, 0.25],
    ['lfph-v2-wide', 80, 0.25],
    ['lfph-v2-wide', 81, 0],
  ])('%s: %d dB weighs %d', (preset, dB, weight) => {
    expect(judge(preset, [contact(SECONDS / 60, dB)]).score).toBe(SECONDS * weight);
  });

  it.each([
    [14.99, false],
    [15, true],
  ])('alerts from 15 risk minutes (900 s): %d min', (minutes, alert) => {
    expect(judge('lfph-v2-wide', [contact(minutes, 60)])).toMatchObject({ operator: '>=', threshold: 900, alert });
  });

  const own = env2.parameters.parse({
    ...(findPreset('lfph-v2-wide').parameters as object),
    reportTypeWeights: { confirmedTest: 1, clinicalDiagnosis: 0.8, selfReport: 0.5, recursive: 0.25 },
  });
  it.each([
    [0, 1],
    [1, 1],
    [2, 0.8],
    [3, 0.5],
    [4, 0.25],
    [5, 0],
  ])('report type %d weighs %d', (reportType, weight) => {
    const { score } = env2.assess([contact(10, 60, { reportType })], own, defaultReading);
    expect(score).toBe(600 * weight);
  });

  it.each([
    ['lfph-v2-wide', undefined, 1],
    ['lfph-v2-wide', 0, 0],
    ['lfph-v2-wide', 1, 0.3],
    ['lfph-v2-wide', 2, 1],
    ['lfph-v1-wide', undefined, 1],
    ['lfph-v1-wide', 1, 0.6],
    ['lfph-v1-wide', 2, 2],
  ])('%s: infectiousness %s weighs %d', (preset, infectiousness, weight) => {
    const kind = infectiousness === undefined ? {} : { infectiousness };
    expect(judge(preset, [contact(10, 60, kind)]).score).toBe(600 * weight);
  });

  it.each([
    ['lfph-v1-narrow', { '-4': 0, '-3': 1, '-2': 2, '3': 2, '4': 1, '5': 0 }],
    ['lfph-v1-wide', { '-6': 0, '-5': 1, '-4': 1, '-3': 2, '4': 2, '5': 1, '9': 1, '10': 0 }],
    ['lfph-v2-narrow', { '-5': 0, '-4': 1, '-3': 1, '-2': 2, '3': 2, '4': 1, '5': 1, '6': 0 }],
  ])('%s: infectiousness by days since symptom onset', (preset, expected) => {
    const parameters = env2.parameters.parse(findPreset(preset).parameters);
    const computed = Object.keys(expected).map((days) => [days, infectiousnessOf(Number(days), parameters)]);
    expect(Object.fromEntries(computed)).toEqual(expected);
  });

  it('sums the windows of a day that reach the minimum score', () => {
    const day = { day: 18_600 };
    const group = [
      contact(10, 60, day),
      contact(4, 60, { ...day, infectiousness: 1 }),
      contact(6, 50, { ...day, infectiousness: 1 }),
      contact(14, 60, { day: 18_601 }),
    ];
    const change = { ...own, minimumWindowScore: 216 };
    expect(dailySummaries(group, change, defaultReading)).toEqual([
      { day: 18_600, sumScore: 600 + 216, maximumScore: 600, weightedDurationSum: 600 + 720 },
      { day: 18_601, sumScore: 840, maximumScore: 840, weightedDurationSum: 840 },
    ]);
    expect(env2.assess(group, change, defaultReading).score).toBe(840);
  });

  it('splits histogram bins over the buckets', () => {
    const binned = exposure([bin(10, 54, 56)]);
    expect(judge('lfph-v2-wide', [binned]).score).toBe(300 * 2 + 300);
    expect(judge('lfph-v2-wide', [binned], { reading: { binSplit: 'upper' } }).score).toBe(600);
  });

  it('explains windows and the day', () => {
    const trail: Trail = [];
    judge('lfph-v2-wide', [contact(10, 60, { infectiousness: 1 })], { trail });
    expect(trail.map(({ what, value, because }) => `${what}: ${value} (${because})`)).toEqual([
      'weighted seconds: 600 (<= 55 dB x 2, <= 70 dB x 1, <= 80 dB x 0.25, else x 0)',
      'window score: 180 (x 0.3 (report type x infectiousness), dropped below 0 s)',
      'day score: 180 (sum of the window scores of the highest UTC day, s)',
      'decision: no alert (score 180 is not >= threshold 900)',
    ]);
  });
});
