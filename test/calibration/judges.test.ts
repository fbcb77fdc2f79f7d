/** Rules in words, presets and files as judges; which of them are rules of the lattice. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alertsOf, generatorsOf } from '../../calibration/grid.ts';
import { decisions, latticeRule, modelJudge, presetJudge, ruleJudge } from '../../calibration/judges.ts';
import { buildLattice, flags } from '../../calibration/lattice.ts';
import type { EnlabError } from '../../src/core/errors.ts';
import { allPresets } from '../../src/risk/presets.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { ENV1_SCALE } from '../../src/risk/scale.ts';
import { exposureAt, messyExposures, sampleFrom } from '../helpers/calibrationData.ts';
import { readingWith } from '../helpers/fits.ts';
import { bin, exposure } from '../helpers/riskFixtures.ts';

const lattice = buildLattice();

describe('a rule in words', () => {
  const alert = (rule: string, minutes: number, attenuation: number): boolean =>
    ruleJudge(rule).assess([exposureAt(minutes, attenuation)], defaultReading).alert;

  it.each([
    ['attenuation<=70 minutes>15', 15, 70, false],
    ['attenuation<=70 minutes>15', 15.1, 70, true],
    ['attenuation<=70 minutes>=15', 15, 70, true],
    ['attenuation<=70 minutes>=15', 15, 70.4, true],
    ['attenuation<=70 minutes>=15', 15, 70.5, false],
    ['attenuation<70 minutes>=15', 15, 70, false],
    ['attenuation<70 minutes>=15', 15, 69.4, true],
    ['minutes>15 and attenuation<=70', 16, 70, true],
    ['MINUTES>15  ATTENUATION<=70', 16, 70, true],
    ['minutes>=15', 15, 250, true],
    ['attenuation<=70', 0, 60, false],
    ['attenuation<=70', 0.1, 60, true],
    ['attenuation<=62.5 minutes>7.5', 8, 62, true],
    ['attenuation<=73dB minutes>=15min', 15, 73, true],
    ['attenuation<=73 dB minutes>=15 min', 15, 74, false],
    ['minutes>=15 MIN and attenuation<=73 db', 15, 73, true],
    ['attenuation<=62.5dB minutes>7.5', 7, 62, false],
  ])('"%s" about %d min at %d dB: %s', (rule, minutes, attenuation, expected) => {
    expect(alert(rule, minutes, attenuation)).toBe(expected);
  });

  it.each([
    '',
    'minutes<=15',
    'attenuation>70',
    'attenuation>=70 minutes>15',
    'minutes = 15',
    'minutes > 15',
    'minutes>15,attenuation<=70',
    'distance<2',
    'minutes>-1',
    'minutes>15dB',
    'attenuation<=70min',
    'attenuation<=70m',
    'minutes>15 minutes',
    'minutes>15 h',
    'minutes>15 attenuation<=x',
  ])('"%s" is refused with an example', (text) => {
    expect(() => ruleJudge(text)).toThrow(
      expect.objectContaining({
        code: 'E-USAGE',
        exitCode: 2,
        hint: expect.stringContaining('attenuation<=70 minutes>15'),
      }),
    );
  });

  it('counts the time at or below the limit in histograms, the whole time at the mean otherwise', () => {
    const histogram = exposure([bin(10, 60, 62), bin(10, 80, 90)]);
    const rule = ruleJudge('attenuation<=70 minutes>=10');
    expect(rule.assess([histogram], defaultReading)).toMatchObject({
      score: 10,
      threshold: 10,
      operator: '>=',
      alert: true,
    });
    // Mean 73 dB.
    expect(rule.assess([histogram], readingWith({ reduce: 'mean' }))).toMatchObject({ score: 0, alert: false });
    const wide = ruleJudge('attenuation<=73 minutes>=20');
    expect(wide.assess([histogram], readingWith({ reduce: 'mean' }))).toMatchObject({ score: 20, alert: true });
  });

  it('looks at single exposures: two short ones are not one long', () => {
    const rule = ruleJudge('minutes>=15');
    expect(rule.assess([exposureAt(8, 60), exposureAt(14, 60)], defaultReading)).toMatchObject({
      score: 14,
      alert: false,
    });
    expect(rule.assess([exposureAt(8, 60), exposureAt(15, 60)], defaultReading).alert).toBe(true);
    expect(rule.assess([], defaultReading)).toMatchObject({ score: 0, alert: false });
  });
});

describe('a preset', () => {
  it('is found by its alias and in any case, and depends on what its tables say', () => {
    expect(presetJudge('IMMUNI-2020-06-22').name).toBe('immuni-2020-06-05');
    expect(presetJudge('immuni-2020-06-05').dependsOn).toEqual({ days: false, transmissionLevel: false });
    expect(presetJudge('immuni-2020-05-25').dependsOn).toEqual({ days: true, transmissionLevel: true });
    expect(() => presetJudge('immuni-2020-06-06')).toThrow(expect.objectContaining({ code: 'E-PRESET-UNKNOWN' }));
  });

  it('with parameters of the wrong form is refused', () => {
    expect(() => modelJudge('x', 'file', 'immuni', { D: [1], A: [], threshold: 1, operator: '>=' })).toThrow();
    expect(() => modelJudge('x', 'file', 'imuni', {})).toThrow(
      expect.objectContaining({ hint: 'did you mean "immuni"?' }) as EnlabError,
    );
  });
});

describe('a judge as a rule of the lattice', () => {
  const presets = allPresets().map(({ name }) => name);
  const known = presets.filter((name) => latticeRule(presetJudge(name), lattice, defaultReading) !== null);

  it('is each of the D x A presets that looks at nothing else', () => {
    // The impact assessment prints other edges, so its cells are not those of the lattice.
    const others = /05-25|346b3e5|dpia/;
    const expected = presets.filter((name) => name.startsWith('immuni-') && !others.test(name));
    expect(known).toEqual(expect.arrayContaining(expected));
    for (const name of known) expect(presetJudge(name).dependsOn).toEqual({ days: false, transmissionLevel: false });
  });

  it.each(known)('%s decides every subject like that rule', (name) => {
    const judge = presetJudge(name);
    const rule = latticeRule(judge, lattice, defaultReading)!;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.nat(20),
        fc.nat(8),
        (seed, daysSinceExposure, transmissionLevel) => {
          const exposures = messyExposures(seed, { users: 10, fractions: true }).map((own) => ({
            ...own,
            daysSinceExposure,
            transmissionLevel,
          }));
          const { subjects } = sampleFrom(exposures);
          const generators = generatorsOf(lattice, subjects, ENV1_SCALE, defaultReading);
          expect(decisions(judge, subjects, defaultReading)).toEqual(alertsOf(lattice, generators, rule));
        },
      ),
      { numRuns: 20 },
    );
  });

  it.each([
    ['rows without order', { D: [0, 5, 0, 5, 5, 5, 5, 5], A: [5, 5, 5, 5, 5, 5, 5, 5] }],
    ['a table of days', { D: [1, 1, 1, 1, 1, 1, 1, 8], A: [1, 1, 1, 1, 1, 1, 1, 8], days: [1, 1, 1, 1, 1, 1, 1, 2] }],
  ])('is none with %s', (_, tables) => {
    const judge = modelJudge('x', 'file', 'immuni', { ...tables, threshold: 20, operator: '>=' });
    expect(latticeRule(judge, lattice, defaultReading)).toBeNull();
  });

  it('is none for rules in words and for sums', () => {
    for (const judge of [ruleJudge('minutes>15'), presetJudge('stopp-corona'), presetJudge('swisscovid-2020-09-10')])
      expect(latticeRule(judge, lattice, defaultReading)).toBeNull();
  });

  it('flags what its product reaches', () => {
    const rule = latticeRule(presetJudge('immuni-2020-10-30'), lattice, defaultReading)!;
    for (let row = 0; row < 8; row++)
      for (let column = 0; column < 8; column++)
        expect(flags(lattice, rule, row, column)).toBe(row >= 4 && column >= 2);
  });
});
