/** One exposure explained: verdicts at the edges, and flips that are true and nearest (contract.md 4). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, parseExposure } from '../../calibration/explain.ts';
import { presetJudge, ruleJudge } from '../../calibration/judges.ts';
import { allPresets } from '../../src/risk/presets.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { readingWith } from '../helpers/fits.ts';

const at = (preset: string, text: string, reading = defaultReading) =>
  explain(presetJudge(preset), parseExposure(text), reading);

describe('the verdict', () => {
  it.each([
    ['immuni-2020-06-05', 'minutes=15 attenuation=60', 0, false],
    ['immuni-2020-06-05', 'minutes=16 attenuation=60', 25, true],
    ['immuni-2020-06-05', 'minutes=15.9 attenuation=60', 0, false],
    ['immuni-2020-06-05', 'minutes=16 attenuation=73', 25, true],
    ['immuni-2020-06-05', 'minutes=16 attenuation=74', 0, false],
    ['immuni-2020-10-30', 'minutes=16 attenuation=63', 15, true],
    ['immuni-2020-10-30', 'minutes=16 attenuation=64', 0, false],
    ['immuni-dpia', 'minutes=30 attenuation=60', 25, true],
    ['swisscovid-2020-09-10', 'minutes=15 attenuation=54', 15, true],
    ['swisscovid-2020-09-10', 'minutes=15 attenuation=55', 7.5, false],
    ['immuni-2020-05-25', 'minutes=16 attenuation=60 days=0 level=0', 4 * 2 * 7, true],
  ])('of %s about %s: score %d, alert %s', (preset, text, score, alert) => {
    expect(at(preset, text)).toMatchObject({ score, alert });
  });

  it('says with which operator and threshold', () => {
    expect(at('immuni-2020-06-05', 'minutes=15 attenuation=60')).toMatchObject({ operator: '>=', threshold: 20 });
    expect(at('immuni-dpia', 'minutes=15 attenuation=60')).toMatchObject({ operator: '>', threshold: 20 });
  });

  it('follows the reading', () => {
    const text = 'minutes=15 attenuation=60';
    expect(at('immuni-2020-06-05', text, readingWith({ durationEdge: 'ge' })).alert).toBe(true);
    expect(at('immuni-2020-06-05', 'minutes=15.9 attenuation=60', readingWith({ durationEdge: 'gt' })).alert).toBe(
      true,
    );
  });

  it('is reached step by step', () => {
    const { steps } = at('immuni-2020-06-05', 'minutes=16 attenuation=60');
    expect(steps.map(({ what, value }) => [what, value])).toEqual(
      expect.arrayContaining([
        ['duration bucket', 'D5'],
        ['duration score', 5],
        ['attenuation bucket', 'A3'],
        ['attenuation score', 5],
        ['decision', 'alert'],
      ]),
    );
    for (const { because } of steps) expect(because).not.toBe('');
  });
});

describe('flips', () => {
  it.each([
    ['minutes=15 attenuation=60', [{ what: 'minutes', from: 15, to: 16, alert: true }]],
    [
      'minutes=20 attenuation=60',
      [
        { what: 'minutes', from: 20, to: 15, alert: false },
        { what: 'attenuation', from: 60, to: 74, alert: false },
      ],
    ],
    // Nothing alone helps a short and far contact.
    ['minutes=5 attenuation=90', []],
    ['minutes=16 attenuation=80', [{ what: 'attenuation', from: 80, to: 73, alert: true }]],
    ['minutes=15.5 attenuation=60', [{ what: 'minutes', from: 15.5, to: 16, alert: true }]],
  ])('of production Immuni about %s', (text, flips) => {
    expect(at('immuni-2020-06-05', text).flips).toEqual(flips);
  });

  it('are true, and nothing nearer flips, for every preset', () => {
    const presets = fc.constantFrom(...allPresets().map(({ name }) => name));
    const minutes = fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 80 }).map((value) => value / 2),
    );
    fc.assert(
      fc.property(presets, minutes, fc.integer({ min: 0, max: 100 }), (name, time, dB) => {
        const judge = presetJudge(name);
        const verdict = (own: { minutes: number; attenuation: number }): boolean =>
          explain(judge, own, defaultReading).alert;
        const from = { minutes: time, attenuation: dB };
        const { alert, flips } = explain(judge, from, defaultReading);
        for (const flip of flips) {
          expect(flip).toMatchObject({ from: from[flip.what], alert: !alert });
          expect(verdict({ ...from, [flip.what]: flip.to })).toBe(!alert);
          const step = Math.sign(flip.to - flip.from);
          for (let value = flip.to - step; step * (value - flip.from) >= 0; value -= step)
            expect(verdict({ ...from, [flip.what]: value })).toBe(alert);
        }
      }),
      { numRuns: 15 },
    );
  }, 30_000);

  it('are missing only where no whole value flips', () => {
    const judge = ruleJudge('attenuation<=70 minutes>15');
    for (const [time, dB] of [
      [10, 80],
      [10, 60],
      [20, 80],
    ] as const) {
      const { flips, alert } = explain(judge, { minutes: time, attenuation: dB }, defaultReading);
      const found = new Set(flips.map(({ what }) => what));
      const flipping = (values: readonly number[], own: (value: number) => { minutes: number; attenuation: number }) =>
        values.some((value) => explain(judge, own(value), defaultReading).alert !== alert);
      const all = Array.from({ length: 256 }, (_, k) => k);
      expect(found.has('minutes')).toBe(flipping(all, (value) => ({ minutes: value, attenuation: dB })));
      expect(found.has('attenuation')).toBe(flipping(all, (value) => ({ minutes: time, attenuation: value })));
    }
  });
});

describe('an exposure in words', () => {
  it.each([
    ['minutes=15 attenuation=60', { minutes: 15, attenuation: 60 }],
    [' attenuation=60.5   minutes=0 ', { minutes: 0, attenuation: 60.5 }],
    ['MINUTES=15 Attenuation=60 days=3 level=6', { minutes: 15, attenuation: 60, days: 3, level: 6 }],
    ['minutes=15 attenuation=60 level=0', { minutes: 15, attenuation: 60, level: 0 }],
  ])('"%s"', (text, expected) => {
    expect(parseExposure(text)).toEqual(expected);
  });

  it.each([
    ['', 'cannot read ""'],
    ['minutes=15', 'lacks minutes or attenuation'],
    ['attenuation=60', 'lacks minutes or attenuation'],
    ['minutes = 15 attenuation=60', 'cannot read "minutes"'],
    ['minutes=-1 attenuation=60', 'cannot read "minutes=-1"'],
    ['minutes=15min attenuation=60', 'cannot read "minutes=15min"'],
    ['minutes=15 attenuation=60 distance=2', 'cannot read "distance=2"'],
    ['minutes=1441 attenuation=60', 'longer than a day'],
    ['minutes=15 attenuation=256', 'more than the framework stores'],
    ['minutes=15 attenuation=60 level=9', 'level'],
    ['minutes=15 attenuation=60 level=2.5', 'level'],
    ['minutes=15 attenuation=60 days=61', 'days must be a whole number 0..60'],
  ])('"%s" is refused: %s', (text, message) => {
    expect(() => parseExposure(text)).toThrow(
      expect.objectContaining({
        code: 'E-USAGE',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('minutes=15 attenuation=60'),
      }),
    );
  });
});
