/** The models on minutes in half-open dB buckets: DP-3T and Covid Watch. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Trail } from '../../../src/risk/model.ts';
import { covidWatchScore } from '../../../src/risk/models/covidWatch.ts';
import { bin, contact, exposure, judge, slice } from '../../helpers/riskFixtures.ts';

describe('dp3t', () => {
  it.each([
    ['swisscovid-2020-05-20', 49.9, 20],
    ['swisscovid-2020-05-20', 50, 10],
    ['swisscovid-2020-05-20', 59.9, 10],
    ['swisscovid-2020-05-20', 60, 0],
    ['swisscovid-2020-05-24', 54.9, 10],
    ['swisscovid-2020-05-24', 55, 0],
    ['swisscovid-2020-07-06', 52.9, 20],
    ['swisscovid-2020-07-06', 53, 10],
    ['swisscovid-2020-07-06', 60, 0],
    ['swisscovid-2020-09-10', 54.9, 20],
    ['swisscovid-2020-09-10', 55, 10],
    ['swisscovid-2020-09-10', 63, 0],
    ['cwa-2020-05-assumption', 49.9, 20],
    ['cwa-2020-05-assumption', 50, 0],
  ])('%s: 20 min at %d dB are %d', (preset, dB, score) => {
    expect(judge(preset, [contact(20, dB)]).score).toBe(score);
  });

  it.each([
    ['swisscovid-2020-05-20', 19, false],
    ['swisscovid-2020-05-20', 20, true],
    ['swisscovid-2020-05-22', 14, false],
    ['swisscovid-2020-05-22', 15, true],
    // Seconds are rounded up to whole minutes.
    ['swisscovid-2020-05-22', 14.01, true],
    ['cwa-2020-05-assumption', 15, true],
    ['cwa-2020-05-assumption', 14, false],
  ])('%s: %d min at 40 dB alert %s', (preset, minutes, alert) => {
    expect(judge(preset, [contact(minutes, 40)]).alert).toBe(alert);
  });

  it('rounds each bucket of a UTC day up once', () => {
    const day = { day: 18_500 };
    const group = [
      contact(4.2, 40, day),
      contact(4.2, 40, day),
      contact(1.5, 54, day),
      contact(9, 40, { day: 18_501 }),
    ];
    expect(judge('swisscovid-2020-07-06', group).score).toBe(9 + 0.5 * 2);
  });

  it('whole minutes stay whole when bins are cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 }), (minutes, tenths) => {
        // A bin of 10 dB that 53 cuts so that a whole number of minutes lies below.
        const binned = exposure([bin(minutes * 10, 53 - tenths, 63 - tenths)]);
        const change = { weights: [1, 0], threshold: 15 };
        expect(judge('swisscovid-2020-07-06', [binned], { change }).score).toBe(minutes * tenths);
      }),
    );
  });

  it.each([
    [10, 20],
    [11, 0],
  ])('looks at the last 10 days: %d days ago', (days, score) => {
    expect(judge('swisscovid-2020-07-06', [contact(20, 40, { daysSinceExposure: days })]).score).toBe(score);
    expect(judge('swisscovid-2020-07-06', [contact(20, 40)], { reading: { days } }).score).toBe(score);
  });

  it('weighs typical attenuations, not the smallest', () => {
    expect(judge('swisscovid-2020-07-06', [exposure([slice(20, 60, { min: 40 })])]).score).toBe(0);
  });

  it('explains the buckets', () => {
    const trail: Trail = [];
    judge('swisscovid-2020-07-06', [contact(9.5, 40), contact(20, 40, { daysSinceExposure: 12 })], { trail });
    expect(trail.map(({ what, value, because }) => `${what}: ${value} (${because})`)).toEqual([
      'days considered: 10 (1 of 2 exposures are older)',
      'minutes B1: 10 (att < 53 dB, rounded up to whole minutes, weight 1)',
      'minutes B2: 0 (53 <= att < 60 dB, rounded up to whole minutes, weight 0.5)',
      'exposure score: 10 (weighted minutes of the highest UTC day)',
      'decision: no alert (score 10 is not >= threshold 15)',
    ]);
  });
});

const az = 'covidwatch-az';
const risk = (dose: number, value = 100): number => 1 - Math.exp(-3.1e-6 * value * dose);

describe('covidwatch-az', () => {
  it.each([
    [49.9, 2.39],
    [50, 0.6],
    [69.9, 0.6],
    [70, 0.06],
  ])('a minute at %d dB is a dose of %d', (dB, dose) => {
    expect(judge(az, [contact(20, dB)]).score).toBeCloseTo(risk(20 * dose), 12);
  });

  it.each([
    [13, false],
    [14, true],
  ])('alerts from a risk of 1 %%: %d min near', (minutes, alert) => {
    expect(judge(az, [contact(minutes, 40)])).toMatchObject({ operator: '>=', threshold: 0.01, alert });
  });

  it.each([
    [0, 0],
    [1, 10],
    [5, 68.1292069],
    [6, 100],
    [7, 100],
    [8, 100],
  ])('level %d is worth %d', (transmissionLevel, value) => {
    expect(judge(az, [contact(20, 40, { transmissionLevel })]).score).toBeCloseTo(risk(20 * 2.39, value), 12);
  });

  it('combines the risks of one day, not of several', () => {
    const day = { day: 18_500 };
    const both = judge(az, [contact(10, 40, day), contact(8, 40, day), contact(12, 40, { day: 18_501 })]).score;
    expect(both).toBeCloseTo(1 - (1 - risk(23.9)) * (1 - risk(8 * 2.39)), 12);
  });

  it.each([
    [0.99, 0],
    [1, 1],
    [1.49, 1],
    [1.5, 2],
    [2.7966, 4],
    [4.49, 7],
    [4.5, 8],
    [50, 8],
  ])('%d %% is score %d', (percent, score) => {
    expect(covidWatchScore(percent)).toBe(score);
  });
});
