import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../../src/core/exposure.ts';
import type { Trail } from '../../../src/risk/model.ts';
import { bin, contact, exposure, judge, slice } from '../../helpers/riskFixtures.ts';

const first = 'cwa-v2-2020-11';
const second = 'cwa-v2-2021-02-22';
const third = 'cwa-v2-2021-03-18';
const last = 'cwa-v2-2021-04-15';

describe('cwa-v2', () => {
  it.each([
    // A trace without report type and infectiousness has level 5, value 1.
    [first, 20, 54, 20],
    [first, 20, 55, 10],
    [first, 20, 62, 10],
    [first, 20, 63, 0],
    [first, 10, 50, 10],
    [first, 9.9, 50, 0],
    [second, 5, 50, 5],
    [second, 4.9, 50, 0],
    [third, 20, 62, 16],
    [third, 20, 63, 20],
    [third, 20, 72, 20],
    [third, 20, 73, 2],
    [third, 20, 78, 2],
    [third, 20, 79, 0],
    [third, 1, 70, 1],
  ])('%s: %d min at %d dB are %d', (preset, minutes, dB, score) => {
    expect(judge(preset, [contact(minutes, dB)]).score).toBe(score);
  });

  it.each([
    [first, 14.94, false],
    [first, 14.96, true],
    [third, 12.9, false],
    [third, 13, true],
    [last, 8.9, false],
    [last, 9, true],
  ])('%s: %d min alert %s', (preset, minutes, alert) => {
    const dB = preset === first ? 50 : 70;
    expect(judge(preset, [contact(minutes, dB)])).toMatchObject({ operator: '>=', alert });
  });

  it('the filter needs ten minutes below 73 dB, whatever lies beyond', () => {
    const score = (near: number): number => judge(first, [exposure([slice(near, 50), slice(30, 73)])]).score;
    expect([score(9.9), score(10)]).toEqual([0, 10]);
  });

  it('iOS filters by whole minutes, Android by fractions', () => {
    const change = {
      minutesAtAttenuationFilters: [
        { attenuationRange: { min: 0, max: 73 }, dropIfMinutesInRange: { min: 0, max: 9 } },
      ],
    };
    const score = (platform: string): number =>
      judge(first, [contact(9.5, 50)], { change: { ...change, platform } }).score;
    expect([score('android'), score('ios')]).toEqual([9.5, 0]);
  });

  it.each([
    // report type, infectiousness, value of the level
    [1, 2, 1.6],
    [1, 1, 1.4],
    [2, 2, 1.2],
    [2, 1, 1],
    [3, 2, 0.8],
    [3, 1, 0.6],
    [4, 2, 0],
    [4, 1, 0],
    [0, 1, 0],
    [1, undefined, 1.4],
    [undefined, 2, 1.6],
    [undefined, undefined, 1],
  ])('report type %s, infectiousness %s: x %d', (reportType, infectiousness, value) => {
    const kind = { ...(reportType !== undefined && { reportType }), ...(infectiousness && { infectiousness }) };
    expect(judge(last, [contact(10, 70, kind)]).score).toBe(Math.round(100 * value) / 10);
  });

  it.each([
    [{}, 8, 16],
    [{ transmissionLevel: 3 }, 8, 6],
    [{ transmissionLevel: 0 }, null, 10],
    [{ reportType: 3, infectiousness: 1 }, 8, 6],
  ])('a level stands in for what the trace lacks: %o with level %s', (more, transmissionLevel, score) => {
    expect(judge(last, [contact(10, 70, more)], { reading: { transmissionLevel } }).score).toBe(score);
  });

  it('without a level of value 1, a confirmed test with standard infectiousness is assumed', () => {
    const change = { transmissionRiskValueMapping: [{ transmissionRiskLevel: 7, transmissionRiskValue: 3 }] };
    expect(judge(last, [contact(10, 70)], { change }).score).toBe(30);
  });

  it('weighs by the smallest attenuation, or by the typical one as before', () => {
    const scans = exposure([slice(20, 60, { min: 50 })]);
    const score = (attenuation: string): number => judge(first, [scans], { change: { attenuation } }).score;
    expect([score('min'), score('typical')]).toEqual([20, 10]);
  });

  it('sums the windows of a day, and cuts long exposures into windows first', () => {
    const scans = Array.from({ length: 9 }, (_, k) => slice(5, 50, { time: k * 300 }));
    // Six scans reach 30 min; the other three last 15 min.
    const day = { day: 18_600 };
    expect(judge(first, [exposure(scans, day), contact(12, 50, day), contact(40, 50, { day: 18_601 })]).score).toBe(57);
    expect(judge(first, [exposure(scans.slice(0, 7), day)]).score).toBe(30);
  });

  it('exclusive edges', () => {
    const change = {
      normalizedTimePerDayToRiskLevelMapping: [
        { normalizedTimeRange: { min: 10, max: 99, minExclusive: true }, riskLevel: 2 },
      ],
    };
    const verdict = (minutes: number) => judge(last, [contact(minutes, 70)], { change });
    expect([verdict(10), verdict(10.1)]).toMatchObject([
      { operator: '>', alert: false },
      { operator: '>', alert: true },
    ]);
  });

  it('splits bins and ignores negative seconds', () => {
    expect(judge(first, [exposure([bin(20, 54, 56)])]).score).toBe(15);
    expect(judge(first, [exposure([slice(20, 50), slice(-5, 50)])]).score).toBe(20);
  });

  it('explains windows and days', () => {
    const trail: Trail = [];
    const group: Exposure[] = [contact(20, 50, { reportType: 2, infectiousness: 1 }), contact(3, 50)];
    judge(first, group, { trail });
    expect(trail.map(({ what, value, because }) => `${what}: ${value} (${because})`)).toEqual([
      'windows that count: 1 (1 of 2 dropped: minutes at [0, 73) dB in [0, 10); level in [1, 2])',
      'weighted minutes: 20 (min attenuation: [0, 55) dB x 1, [55, 63) dB x 0.5)',
      'normalised minutes: 20 (x value of transmission risk level 5)',
      'day minutes: 20 (sum of 1 windows, rounded to 0.1 (Android))',
      'day risk: high (low [0, 15) min, high [15, 9999] min)',
      'decision: alert (score 20 is >= threshold 15)',
    ]);
  });
});
