/** What fits of minutes rules and of ENv2 say of the data and of themselves. */
import { describe, expect, it } from 'vitest';
import { exportResult } from '../../calibration/export.ts';
import { type ModelFit, modelFit } from '../../calibration/modelFit.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { exposureAt, messyExposures } from '../helpers/calibrationData.ts';
import { decides, minutesResult, minutesRule, modelDecides, refusalOf } from '../helpers/configurations.ts';
import { fitInput, readingWith } from '../helpers/fits.ts';

const fitOf = (
  exposures: readonly Exposure[],
  family: 'minutes' | 'env2' = 'minutes',
  more: Parameters<typeof fitInput>[1] = {},
): ModelFit => modelFit({ ...fitInput(exposures, more), family, factors: [1, 0.5], restarts: 1 });

/** One contact and one other, of whole minutes and whole dB on one day, and the contact's exposure changed. */
const field = (more: Partial<Exposure> = {}): readonly Exposure[] => [
  exposureAt(20, 50, { user: 'contact', day: 1, label: true, ...more }),
  exposureAt(5, 80, { user: 'other', day: 1, label: false }),
];

/** A changed exposure as the rule of SwissCovid and as its exported counterpart judge it. */
function verdicts(more: Partial<Exposure>): readonly [boolean, boolean] {
  const [changed] = field(more);
  const exported = exportResult(minutesResult(minutesRule()), 'env2-google');
  return [modelDecides('dp3t', minutesRule())([changed!]), decides(exported)([changed!])];
}

describe('wholeMinutes: whether other apps see the data as the minutes rule does', () => {
  it.each([
    ['as they are', {}, true],
    ['a report type that counts', { reportType: 1 }, true],
    ['an infectiousness that counts', { infectiousness: 1 }, true],
    ['the last day that the rule looks back to', { daysSinceExposure: 10 }, true],
    ['older than the rule looks back', { daysSinceExposure: 11 }, false],
    ['a revoked key', { reportType: 5 }, false],
    ['infectiousness "none"', { infectiousness: 0 }, false],
    ['half a dB', { slices: [{ seconds: 1200, low: 50.5, high: 50.5 }] }, false],
    ['a histogram bin, even one of whole minutes a dB', { slices: [{ seconds: 1200, low: 48, high: 50 }] }, false],
    ['half a minute', { slices: [{ seconds: 1230, low: 50, high: 50 }] }, false],
  ])('%s', (_, more, whole) => {
    expect(fitOf(field(more)).lossless?.wholeMinutes).toBe(whole);
  });

  it('counts the age that --days fills in', () => {
    for (const [days, whole] of [
      [10, true],
      [11, false],
    ] as const)
      expect(fitOf(field(), 'minutes', { reading: readingWith({ days }) }).lossless?.wholeMinutes).toBe(whole);
  });

  it.each([
    ['older than the rule looks back', { daysSinceExposure: 11 }],
    ['a revoked key', { reportType: 5 }],
    ['infectiousness "none"', { infectiousness: 0 }],
  ])('%s: the rule and its counterpart in ENv2 would decide differently, so export refuses', (_, more) => {
    const [own, exported] = verdicts(more);
    expect(own).not.toBe(exported);
    const { lossless } = fitOf(field(more));
    expect(refusalOf(minutesResult(minutesRule(), { ...lossless }), 'env2-google')).toMatch(/whole minutes/);
  });
});

describe('oneDay', () => {
  it.each([
    [1, true],
    [2, false],
  ])('of a person with exposures on day 1 and day %d', (day, oneDay) => {
    const more = exposureAt(10, 60, { user: 'contact', day, label: true });
    expect(fitOf([...field(), more]).lossless?.oneDay).toBe(oneDay);
  });
});

describe('oneAttenuation: whether the smallest attenuation of every scan is its typical one', () => {
  it.each([
    ['not told', {}, true],
    ['the same', { min: 50 }, true],
    ['smaller', { min: 45 }, false],
  ])('%s', (_, more, same) => {
    const slices = [{ seconds: 1200, low: 50, high: 50, ...more }];
    expect(fitOf(field({ slices })).lossless?.oneAttenuation).toBe(same);
  });
});

describe('a search without certificate', () => {
  const people = messyExposures(81, { users: 30 });

  it('is not repeated in the bootstrap, which is the reason why nothing is corrected', () => {
    const { corrected, gain, best } = fitOf(people, 'env2', { bootstrap: { replicates: 10, seed: 1 } });
    const none = { value: null, low: null, high: null, reason: 'the search is not repeated in the bootstrap' };
    expect([corrected, gain]).toEqual([none, none]);
    expect(best.evaluation.estimates.f1.low).not.toBeNull();
  });

  it('without bootstrap has that as the reason', () => {
    const { corrected, gain } = fitOf(people, 'env2');
    expect([corrected.reason, gain.reason]).toEqual(['no bootstrap', 'no bootstrap']);
  });
});
