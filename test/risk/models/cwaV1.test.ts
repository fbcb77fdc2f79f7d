import { describe, expect, it } from 'vitest';
import type { Trail } from '../../../src/risk/model.ts';
import { bin, contact, exposure, judge } from '../../helpers/riskFixtures.ts';

const preset = 'cwa-v1-2020-06-15';

describe('cwa-v1', () => {
  it.each([
    // minutes, dB, score at level 5 (factor 1)
    [20, 54.9, 20],
    [20, 55, 10],
    [20, 62.9, 10],
    [20, 63, 0],
    [20, 73, 0],
    [20, 74, 0],
    [10, 50, 0],
    [10.9, 50, 0],
    [11, 50, 11],
    [30, 50, 30],
    [31, 50, 30],
  ])('%d min at %d dB: %d', (minutes, dB, score) => {
    expect(judge(preset, [contact(minutes, dB)]).score).toBe(score);
  });

  it.each([
    [14.99, false],
    [15, true],
  ])('HIGH from 15: %d min', (minutes, alert) => {
    const verdict = judge(preset, [contact(minutes, 50)]);
    expect(verdict).toMatchObject({ operator: '>=', threshold: 15, alert });
  });

  it.each([
    // level, factor: products below 11 are dropped
    [1, 0],
    [2, 0],
    [3, 0.6],
    [5, 1],
    [8, 1.6],
    [0, 0],
  ])('level %d weighs %d', (transmissionLevel, factor) => {
    expect(judge(preset, [contact(20, 50, { transmissionLevel })]).score).toBe(20 * factor);
  });

  it.each([
    ['cwa-v1-2020-09-14', 1, 20],
    ['cwa-v1-2020-06-04', 4 / 5, 16],
  ])('%s: level 5 weighs %d', (name, _, score) => {
    expect(judge(name, [contact(20, 40)]).score).toBe(score);
  });

  it('sums the minutes and takes the highest score of the exposures that count', () => {
    const group = [
      contact(12, 50, { transmissionLevel: 8 }),
      contact(12, 60, { transmissionLevel: 3 }),
      contact(9, 50, { transmissionLevel: 8 }),
    ];
    expect(judge(preset, group).score).toBe((40 / 25) * (12 + 6));
  });

  it('has no limit of 255 and rounds to hundredths', () => {
    const change = { D: Array.from({ length: 8 }, () => 8), A: Array.from({ length: 8 }, () => 8) };
    expect(judge(preset, [contact(20.004, 50)], { change }).score).toBe(1280.26);
  });

  it('splits histogram bins that a threshold cuts', () => {
    const binned = exposure([bin(20, 54, 56)]);
    const score = (binSplit: 'proportional' | 'lower' | 'upper'): number =>
      judge(preset, [binned], { reading: { binSplit } }).score;
    expect([score('proportional'), score('lower'), score('upper')]).toEqual([15, 20, 10]);
  });

  it('explains the minutes and the classes', () => {
    const trail: Trail = [];
    judge(preset, [contact(20, 50)], { trail });
    expect(trail.slice(-6).map(({ what, value, because }) => `${what}: ${value} (${because})`)).toEqual([
      'highest score: 25 (of the exposures that reach the minimum risk score)',
      'minutes b0: 20 (att < 55 dB, weight 1, capped at 30 min)',
      'minutes b1: 0 (55 <= att < 63 dB, weight 0.5, capped at 30 min)',
      'minutes b2: 0 (att >= 63 dB, weight 0, capped at 30 min)',
      'combined score: 20 (25 / 25 x (weighted minutes + 0), rounded to 0.01)',
      'decision: alert (score 20 is >= threshold 15)',
    ]);
  });

  it('an empty group is score 0', () => {
    expect(judge(preset, [])).toMatchObject({ score: 0, alert: false });
  });
});
