/** One thing changed at a time: the same as check on the changed preset, or on the changed data. */
import { describe, expect, it } from 'vitest';
import { check, checkedJson } from '../../calibration/check.ts';
import { modelJudge, presetJudge, ruleJudge } from '../../calibration/judges.ts';
import { sampleOf } from '../../calibration/sample.ts';
import { subjectsOf } from '../../calibration/subjects.ts';
import { parseVariation, whatif } from '../../calibration/whatif.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { exposureIn, messyExposures, metricOptions, sampleFrom } from '../helpers/calibrationData.ts';
import { readingWith } from '../helpers/fits.ts';

const bootstrap = { replicates: 30, seed: 2 };
const june = presetJudge('immuni-2020-06-05');

const varied = (exposures: readonly Exposure[], text: string, judge = june, reading = defaultReading) =>
  whatif(sampleFrom(exposures), judge, parseVariation(text), reading, metricOptions, bootstrap);

/** What check says about a judge, without its name. */
function checked(exposures: readonly Exposure[], judge = june) {
  const [own] = check(sampleFrom(exposures), [judge], defaultReading, metricOptions, bootstrap);
  const { name: _, kind: __, dependsOn: ___, ...figures } = checkedJson(own!);
  return figures;
}

const scanned = messyExposures(41, { users: 40 });

describe('a parameter', () => {
  it.each([
    ['A4=0..8', 'A', 3, [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    ['D5=3..5', 'D', 4, [3, 4, 5]],
    ['d8=0..1', 'D', 7, [0, 1]],
  ] as const)('%s is check on the changed table', (text, table, at, values) => {
    const { parameters } = findPreset('immuni-2020-06-05') as { parameters: Record<'A' | 'D', readonly number[]> };
    const points = varied(scanned, text);
    expect(points.map(({ value }) => value)).toEqual(values);
    for (const { value, ...figures } of points) {
      const changed = { ...parameters, [table]: parameters[table].with(at, value) };
      expect(figures).toEqual(checked(scanned, modelJudge('x', 'preset', 'immuni', changed)));
    }
  });

  it.each([
    ['immuni-2020-06-05', 'threshold=24..26'],
    ['swisscovid-2020-09-10', 'threshold=5..20'],
    ['swisscovid-2020-09-10', 'lastDays=0..10'],
  ])('of %s: %s is check on the changed number', (name, text) => {
    const { model, parameters } = findPreset(name);
    const [key] = text.split('=') as [string];
    for (const { value, ...figures } of varied(scanned, text, presetJudge(name)))
      expect(figures).toEqual(
        checked(scanned, modelJudge('x', 'preset', model, { ...(parameters as object), [key]: value })),
      );
  });

  it('at its own value is the preset itself', () => {
    const own = varied(scanned, 'A4=5..5');
    expect(own).toEqual([{ value: 5, ...checked(scanned) }]);
  });

  it.each([
    ['A4=0..9', june, 'A4=9: must be a whole number 0..8'],
    ['D1=-1..0', june, 'D1=-1: must be a whole number 0..8'],
    ['operator=0..1', june, 'has no parameter operator'],
    ['A9=0..1', june, 'has no parameter A9'],
    ['A4=0..8', presetJudge('swisscovid-2020-09-10'), 'has no parameter A4'],
    ['A4=0..8', ruleJudge('minutes>15'), 'has no parameters to vary'],
  ] as const)('%s of %o is refused', (text, judge, message) => {
    expect(() => varied(scanned, text, judge)).toThrow(
      expect.objectContaining({ code: 'E-USAGE', exitCode: 2, message: expect.stringContaining(message) }),
    );
  });
});

describe('a shift', () => {
  const moved = (exposures: readonly Exposure[], shift: number): readonly Exposure[] =>
    exposures.map((own) => ({
      ...own,
      slices: own.slices.map((slice) => ({
        ...slice,
        low: Math.max(0, slice.low + shift),
        high: Math.max(0, slice.high + shift),
      })),
    }));

  it.each([
    ['scans', scanned, june],
    ['histograms', messyExposures(42, { users: 40, bins: true }), june],
    ['a sum of minutes', scanned, presetJudge('swisscovid-2020-09-10')],
    ['ENv2', scanned, presetJudge('lfph-v2-wide')],
    ['a rule in words', scanned, ruleJudge('attenuation<=63 minutes>10')],
  ] as const)('of %s is check on shifted data', (_, exposures, judge) => {
    const points = varied(exposures, 'shift=-6..6dB', judge);
    expect(points).toHaveLength(13);
    for (const { value, ...figures } of points) expect(figures).toEqual(checked(moved(exposures, value), judge));
  });

  it('is impossible for cells, which is said', () => {
    const cells = [exposureIn(4, 4, { user: 'u', label: true })];
    expect(() => varied(cells, 'shift=-1..1dB')).toThrow(
      expect.objectContaining({ code: 'E-USAGE', message: expect.stringContaining('cells, without raw attenuation') }),
    );
  });
});

describe('a duration', () => {
  it('is check on longer contacts', () => {
    const single = messyExposures(43, { users: 40, slices: 1 });
    const points = varied(single, 'duration=-5..5min');
    expect(points).toHaveLength(11);
    for (const { value, ...figures } of points) {
      const longer = single.map((own) => ({
        ...own,
        slices: own.slices.map((slice) => ({ ...slice, seconds: Math.max(0, slice.seconds + 60 * value) })),
      }));
      expect(figures).toEqual(checked(longer));
    }
  });

  it.each([
    ['histograms', messyExposures(44, { users: 5, bins: true }), june, 'add --reduce mean'],
    ['cells', [exposureIn(4, 4, { user: 'u', label: true })], june, 'cells, without minutes'],
    ['sums', scanned, presetJudge('swisscovid-2020-09-10'), 'adds up minutes at attenuations'],
  ] as const)('would change nothing for %s, which is said', (_, exposures, judge, message) => {
    expect(() => varied(exposures, 'duration=-5..5min', judge)).toThrow(
      expect.objectContaining({ code: 'E-USAGE', message: expect.stringContaining(message) }),
    );
  });

  it('changes histograms where their mean is read', () => {
    const histograms = messyExposures(44, { users: 40, bins: true });
    const points = varied(histograms, 'duration=-5..5min', june, readingWith({ reduce: 'mean' }));
    expect(new Set(points.map(({ tp, fp }) => tp + fp)).size).toBeGreaterThan(1);
  });
});

describe('--vary', () => {
  it.each([
    ['A4=0..8', [0, 1, 2, 3, 4, 5, 6, 7, 8]],
    [' shift = -2 .. 1 dB ', [-2, -1, 0, 1]],
    ['shift=0..2', [0, 1, 2]],
    ['duration=-1..1MIN', [-1, 0, 1]],
    ['threshold=20..20', [20]],
  ])('"%s" are %j', (text, values) => {
    expect(parseVariation(text)).toMatchObject({ text, values });
  });

  it.each([
    '',
    'A4',
    'A4=3',
    'A4=8..0',
    'A4=0.5..1',
    'threshold=0..200',
    'shift=-6..6min',
    'duration=-5..5dB',
    'A4=0..8dB',
    'A4=0..8 steps',
  ])('"%s" is refused with examples', (text) => {
    expect(() => parseVariation(text)).toThrow(
      expect.objectContaining({ code: 'E-USAGE', hint: expect.stringContaining('shift=-6..6dB') }),
    );
  });

  it('shares its draws: equal decisions have equal intervals', () => {
    const sample = sampleOf(subjectsOf(scanned, 'user-day'));
    const points = whatif(sample, june, parseVariation('A8=4..8'), defaultReading, metricOptions, bootstrap);
    for (const { value, ...figures } of points) expect({ ...figures, value }).toEqual({ ...points[0], value });
    expect(points.map(({ value }) => value)).toEqual([4, 5, 6, 7, 8]);
  });
});
