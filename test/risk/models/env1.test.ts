/** ENv1 and its users: Immuni, Stopp Corona. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../../src/core/exposure.ts';
import type { Trail } from '../../../src/risk/model.ts';
import { findPreset } from '../../../src/risk/presets.ts';
import { modelNamed } from '../../../src/risk/registry.ts';
import { bin, contact, exposure, judge } from '../../helpers/riskFixtures.ts';

const ladder = [1, 2, 3, 4, 5, 6, 7, 8];
const flat = [1, 1, 1, 1, 1, 1, 1, 1];
const env1 = 'cwa-v1-2020-05-25';
const plain = { D: ladder, A: ladder, days: flat, transmission: flat, minimumRiskScore: 1, threshold: 20 };

describe('env1', () => {
  it.each([
    [0, 7, 1],
    [13, 7, 1],
    [14, 7, 0],
    [12, 7, 0.5],
  ])('days since exposure %d are an entry of their own table', (daysSinceExposure) => {
    const days = [0, 1, 2, 3, 4, 5, 6, 7];
    const { score } = judge(env1, [contact(3, 80, { daysSinceExposure })], { change: { ...plain, days } });
    expect(score).toBe(2 * days[daysSinceExposure >= 14 ? 0 : daysSinceExposure >= 12 ? 1 : 7]!);
  });

  it.each([
    ['>=', 18, true],
    ['>=', 19, false],
    ['>', 17, true],
    ['>', 18, false],
  ])('a score of 18 is %s %d: %s', (operator, threshold, alert) => {
    // D6 x A3
    const verdict = judge(env1, [contact(25, 60)], { change: { ...plain, operator, threshold } });
    expect(verdict).toEqual({ score: 18, operator, threshold, alert });
  });

  it.each([
    [18, 18],
    [19, 0],
  ])('a product of 18 with minimum %d is %d', (minimumRiskScore, score) => {
    expect(judge(env1, [contact(25, 60)], { change: { ...plain, minimumRiskScore } }).score).toBe(score);
  });

  const products = fc.record({
    D: fc.integer({ min: 0, max: 8 }),
    A: fc.integer({ min: 0, max: 8 }),
    days: fc.integer({ min: 0, max: 8 }),
    transmission: fc.integer({ min: 0, max: 8 }),
  });
  it('iOS limits the score to 255, Android does not', () => {
    fc.assert(
      fc.property(products, ({ D, A, days, transmission }) => {
        const table = (value: number): readonly number[] => flat.map(() => value);
        const change = { ...plain, D: table(D), A: table(A), days: table(days), transmission: table(transmission) };
        const score = (platform: string): number =>
          judge(env1, [contact(16, 60, { transmissionLevel: 3 })], { change: { ...change, platform } }).score;
        expect(score('android')).toBe(D * A * days * transmission);
        expect(score('ios')).toBe(Math.min(255, score('android')));
      }),
    );
  });

  it('on iOS a threshold above 255 is never reached', () => {
    const far = [contact(31, 10, { transmissionLevel: 8 })];
    expect(judge(env1, far).alert).toBe(true);
    expect(judge(env1, far, { change: { platform: 'ios' } }).alert).toBe(false);
  });

  it('takes the highest of a group, in any order, and 0 for an empty one', () => {
    const group = [contact(4, 60), contact(31, 10), contact(16, 30)];
    expect(judge(env1, group, { change: plain }).score).toBe(64);
    expect(judge(env1, group.toReversed(), { change: plain }).score).toBe(64);
    expect(judge(env1, [], { change: plain })).toMatchObject({ score: 0, alert: false });
  });

  it('on a histogram takes the best of the cumulative cells', () => {
    const binned = exposure([bin(6, 20, 26), bin(25, 75, 80)]);
    // 31 min at any attenuation: D8 x A1 = 8; 6 min at <= 27 dB: D3 x A6 = 18.
    expect(judge(env1, [binned], { change: plain }).score).toBe(18);
  });

  it('level and days of the reading fill what a trace lacks, and no more', () => {
    const change = { ...plain, days: ladder, transmission: ladder };
    const score = (more: Partial<Exposure>, transmissionLevel: number | null): number =>
      judge(env1, [contact(3, 80, more)], { change, reading: { days: 14, transmissionLevel } }).score;
    expect([score({}, null), score({}, 5), score({}, 0)]).toEqual([2, 10, 2]);
    expect(score({ transmissionLevel: 3, daysSinceExposure: 12 }, 5)).toBe(2 * 2 * 3);
  });
});

describe('what presets depend on', () => {
  it.each([
    ['immuni-2020-06-05', false, false],
    ['immuni-2020-05-25', true, true],
    ['cwa-v1-2020-06-04', true, true],
    ['cwa-v1-2020-06-15', false, true],
    ['cwa-v2-2021-04-15', false, true],
    ['lfph-v2-wide', false, true],
    ['swisscovid-2020-09-10', true, false],
    ['covidwatch-az', false, true],
    ['stopp-corona', false, false],
  ])('%s: days %s, level %s', (name, days, transmissionLevel) => {
    const { model, parameters } = findPreset(name);
    expect(modelNamed(model).dependsOn(parameters)).toEqual({ days, transmissionLevel });
  });
});

describe('immuni', () => {
  it.each([
    // Production: any signal up to 73 dB for more than 15 min.
    ['immuni-2020-06-05', 15, 73, false],
    ['immuni-2020-06-05', 16, 73, true],
    ['immuni-2020-06-05', 16, 74, false],
    // October 2020: up to 63 dB.
    ['immuni-2020-10-30', 16, 63, true],
    ['immuni-2020-10-30', 16, 64, false],
    ['immuni-2020-10-30', 15, 63, false],
    ['immuni-android-2022-12', 16, 63, true],
    ['immuni-android-2022-12', 16, 64, false],
    // e86088f: 21 needs D4 x A5, 25 from D5 x A4.
    ['immuni-2020-05-28-e86088f', 15, 33, true],
    ['immuni-2020-05-28-e86088f', 16, 34, true],
    ['immuni-2020-05-28-e86088f', 15, 34, false],
    ['immuni-2020-05-28-e86088f', 31, 52, true],
    ['immuni-2020-05-28-e86088f', 30, 52, false],
    ['immuni-2020-05-28-e86088f', 31, 64, false],
    ['immuni-2020-05-28-09b4c20', 31, 73, true],
    ['immuni-2020-05-28-09b4c20', 30, 73, false],
    ['immuni-dpia', 15, 73, false],
    ['immuni-dpia', 16, 73, true],
    ['immuni-dpia', 16, 74, false],
    ['immuni-2020-05-25', 0, 100, true],
  ])('%s: %d min at %d dB', (preset, minutes, dB, alert) => {
    expect(judge(preset, [contact(minutes, dB)]).alert).toBe(alert);
  });

  it('operator, edge and "30+" are options', () => {
    const A = [0, 0, 0, 0, 1, 8, 8, 8];
    const D = [0, 0, 0, 0, 0, 0, 3, 8];
    const score = (minutes: number, dB: number, change: object): number =>
      judge('immuni-2020-06-05', [contact(minutes, dB)], { change: { A, D, ...change } }).score;
    expect([score(31, 25, { a5Edge: 27 }), score(31, 25, { a5Edge: 23 })]).toEqual([64, 8]);
    expect([score(30, 10, { thirtyPlus: false }), score(30, 10, { thirtyPlus: true })]).toEqual([24, 64]);
  });

  it('shows a product below the minimum risk score, which does not alert', () => {
    const trail: Trail = [];
    const change = { minimumRiskScore: 30, threshold: 20 };
    expect(judge('immuni-2020-06-05', [contact(16, 60)], { change, trail })).toMatchObject({ score: 25, alert: false });
    expect(trail.at(-1)).toEqual({
      what: 'decision',
      value: 'no alert',
      because: 'product 25 is below the minimum risk score 30',
    });
  });

  it('explains itself with every edge', () => {
    const trail: Trail = [];
    judge('immuni-2020-06-05', [contact(3, 40), contact(16.5, 63.4)], { trail });
    expect(trail.map(({ what, value, because }) => `${what}: ${value} (${because})`)).toEqual([
      'duration bucket: D5 (16.5 min in (15, 20] min)',
      'duration score: 5 (table D, entry 5)',
      'attenuation bucket: A3 (mean 63.4 dB, rounded 63 in (51, 63] dB)',
      'attenuation score: 5 (table A, entry 3)',
      'days score: 1 (0 days since exposure, entry 8 of days)',
      'transmission score: 1 (no level: factor 1)',
      'product: 25 (duration x attenuation x days x transmission)',
      'reported score: 25 (25 is >= minimum risk score 1)',
      'decision: alert (score 25 is >= threshold 20)',
    ]);
  });

  it('explains histograms, rows of a table and nothing', () => {
    const because = (own: Exposure): string => {
      const trail: Trail = [];
      judge('immuni-2020-06-05', [own], { trail });
      return trail[0]!.because;
    };
    expect(because(exposure([bin(20, 60, 62)]))).toBe('20 min at <= 73 dB in (15, 20] min');
    expect(because(exposure([], { cell: [4, 2] }))).toBe('row of a table in (15, 20] min');
    expect(because(exposure([]))).toBe('the exposure has neither time nor cell');
  });
});

describe('stopp-corona', () => {
  const day = { day: 18_500 };
  it.each([
    // 12 min at 30 dB: 3 x 8 = 24; 12 min at 60 dB: 3 x 2 = 6; 8 min at 60 dB: 2 x 2 = 4.
    [[contact(12, 30, day), contact(12, 60, day)], 30, true],
    [[contact(12, 30, day), contact(8, 60, day)], 28, false],
    [[contact(12, 30, day), contact(12, 60, { day: 18_501 })], 24, false],
    [[contact(31, 52), contact(31, 52)], 14, false],
    [[contact(31, 33)], 56, true],
    [[contact(0, 33)], 0, false],
    [[contact(31, 74)], 0, false],
  ])('sums the scores of a UTC day (%#)', (group, score, alert) => {
    expect(judge('stopp-corona', group)).toEqual({ score, alert, operator: '>=', threshold: 30 });
  });

  it('explains the day that decides', () => {
    const trail: Trail = [];
    judge('stopp-corona', [contact(12, 30, day), contact(12, 60, day), contact(31, 70, { day: 1 })], { trail });
    expect(trail.at(-2)).toEqual({ what: 'day score', value: 30, because: 'scores of 2 exposures of one UTC day' });
  });
});
