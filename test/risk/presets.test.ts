import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { EnlabError } from '../../src/core/errors.ts';
import { allPresets, findPreset, parsePreset } from '../../src/risk/presets.ts';
import { modelNamed, modelNames } from '../../src/risk/registry.ts';
import { baselineText } from '../../tools/presetBaseline.ts';
import { probesOf } from '../../tools/presetProbes.ts';
import { fixture, judge } from '../helpers/riskFixtures.ts';
import { textOf } from '../helpers/sourceFiles.ts';

/** The names of contract.md 3, in its order. */
const names = [
  ['immuni', 'dpia', '2020-05-25', '2020-05-28-346b3e5', '2020-05-28-09b4c20', '2020-05-28-e86088f', '2020-06-05'],
  ['immuni', '2020-10-30', 'android-2022-12'],
  ['cwa', '2020-05-assumption'],
  ['cwa-v1', '2020-05-25', '2020-05-26', '2020-06-04', '2020-06-15', '2020-09-14'],
  ['cwa-v2', '2020-11', '2021-02-22', '2021-03-18', '2021-04-15'],
  ['swisscovid', '2020-05-20', '2020-05-22', '2020-05-24', '2020-07-06', '2020-09-10'],
  ['lfph', 'v1-narrow', 'v1-wide', 'v2-narrow', 'v2-wide'],
  ['stopp', 'corona'],
  ['covidwatch', 'az'],
].flatMap(([family, ...members]) => members.map((member) => `${family}-${member}`));

/** The error that a call throws. */
function errorOf(call: () => unknown): EnlabError {
  try {
    call();
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the presets', () => {
  it('are those of the contract, in its order', () => {
    expect(allPresets().map(({ name }) => name)).toEqual(names);
  });

  it.each(allPresets())('$name names its sources, and its date where there is one', (preset) => {
    expect(preset.sources.length).toBeGreaterThan(0);
    expect(preset.title).not.toBe('');
    const inName = /\d{4}-\d\d(-\d\d)?/.exec(preset.name)?.[0];
    if (inName) expect(preset.date).toMatch(new RegExp(`^${inName}`));
    else expect(preset.notes.join(' ') + (preset.date ?? '')).toMatch(/no date|\d{4}/);
  });

  it('decide as the committed baseline says', () => {
    // npx tsx tools/presetBaseline.ts
    expect(baselineText()).toBe(textOf('fixtures/golden/presets.json'));
  });

  it.each(allPresets())('$name alerts for some probe', (preset) => {
    const verdicts = probesOf(preset).map(({ group }) => judge(preset.name, group));
    expect(verdicts.some(({ alert }) => alert)).toBe(true);
    expect(
      verdicts.filter(
        ({ alert, score, threshold, operator }) =>
          alert !== (operator === '>' ? score > threshold : score >= threshold),
      ),
    ).toEqual([]);
  });

  it.each([
    ['immuni-2020-06-22', 'immuni-2020-06-05'],
    ['IMMUNI-DPIA', 'immuni-dpia'],
    ['Stopp-Corona', 'stopp-corona'],
  ])('%s is %s', (asked, name) => {
    expect(findPreset(asked).name).toBe(name);
  });

  it.each([
    ['imuni-dpia', 'did you mean "immuni-dpia"?'],
    ['swisscovid-2020-07-05', 'did you mean "swisscovid-2020-07-06"?'],
    ['swisscovid', /^there are several by date: swisscovid-2020-05-20, .*, swisscovid-2020-09-10$/],
    ['xyz', '"enlab presets" lists them'],
  ])('%s is unknown', (asked, hint) => {
    expect(errorOf(() => findPreset(asked))).toMatchObject({
      code: 'E-PRESET-UNKNOWN',
      hint: expect.stringMatching(hint),
      exitCode: 2,
    });
  });
});

interface ImmuniEntry {
  readonly date: string;
  readonly commit?: string;
  readonly A: readonly number[];
  readonly days: readonly number[];
  readonly D: readonly number[];
  readonly T: readonly number[];
  readonly threshold: number;
  readonly attenuationThresholds?: readonly number[];
}

describe('the vectors', () => {
  it('immuni-settings-history', () => {
    const { entries } = fixture('vectors/immuni-settings-history.json') as { entries: readonly ImmuniEntry[] };
    const ofHistory = names.filter((name) => name.startsWith('immuni-') && name !== 'immuni-dpia');
    expect(ofHistory).toHaveLength(entries.length);
    for (const [k, { A, D, days, T, threshold, attenuationThresholds, date }] of entries.entries()) {
      const preset = findPreset(ofHistory[k]!);
      expect(preset.parameters).toMatchObject({ A, D, days, transmission: T, threshold, operator: '>=' });
      expect(preset.parameters).toHaveProperty('a5Edge', 27);
      if (attenuationThresholds) expect(preset.parameters).toMatchObject({ attenuationThresholds });
      expect(date).toContain(preset.date);
    }
  });

  it('cwa-v1-params-history', () => {
    const { entries } = fixture('vectors/cwa-v1-params-history.json') as {
      entries: readonly Record<string, unknown>[];
    };
    const ofHistory = ['cwa-v1-2020-06-04', 'cwa-v1-2020-06-15', 'cwa-v1-2020-09-14'];
    expect(entries).toHaveLength(ofHistory.length);
    for (const [k, entry] of entries.entries())
      expect(findPreset(ofHistory[k]!).parameters).toMatchObject({
        D: entry.duration,
        A: entry.attenuation,
        days: entry.days,
        transmission: entry.transmission,
        minimumRiskScore: entry.minRisk,
        weights: entry.weights,
        attenuationDuration: entry.attDuration,
        classes: entry.classes,
      });
  });

  it('swisscovid-params-history', () => {
    const { entries } = fixture('vectors/swisscovid-params-history.json') as {
      entries: readonly Record<string, unknown>[];
    };
    const ofHistory = names.filter((name) => name.startsWith('swisscovid-'));
    expect(ofHistory).toEqual(entries.map(({ date }) => `swisscovid-${String(date)}`));
    for (const [k, { t1, t2, factorLow, factorHigh, trigger }] of entries.entries())
      expect(findPreset(ofHistory[k]!).parameters).toMatchObject({
        thresholds: [t1, t2],
        weights: [factorLow, factorHigh],
        threshold: trigger,
        operator: '>=',
      });
  });

  it('cwa_v2_android is the configuration of April 2021', () => {
    const { suites } = fixture('vectors/risk-golden.json') as { suites: { cwa_v2_android: { config: object } } };
    expect(findPreset('cwa-v2-2021-04-15').parameters).toMatchObject(suites.cwa_v2_android.config);
  });

  it('the DPIA preset is the first set that fulfils its own example, in the printed form', () => {
    const { entries } = fixture('vectors/immuni-settings-history.json') as { entries: readonly ImmuniEntry[] };
    const fulfils = entries.find(({ D }) => D.slice(0, 4).every((score) => score === 0))!;
    expect(findPreset('immuni-dpia').parameters).toMatchObject({
      D: fulfils.D,
      A: fulfils.A,
      operator: '>',
      a5Edge: 23,
      thirtyPlus: true,
    });
  });
});

const text = (change: object, parameters: object = {}): string => {
  const { parameters: own, ...preset } = findPreset('immuni-2020-06-05');
  return JSON.stringify({ ...preset, ...change, parameters: { ...(own as object), ...parameters } });
};

describe('a preset file', () => {
  it('needs its model and parameters only; defaults are filled in', () => {
    const parameters = { D: [0, 0, 0, 0, 5, 5, 5, 5], A: [0, 5, 5, 5, 5, 5, 5, 5], threshold: 20, operator: '>' };
    const preset = parsePreset(JSON.stringify({ name: 'mine', model: 'immuni', parameters }), 'mine.json');
    expect(preset).toMatchObject({ aliases: [], date: null, notes: [] });
    expect(preset.parameters).toEqual({
      ...parameters,
      days: [1, 1, 1, 1, 1, 1, 1, 1],
      transmission: [1, 1, 1, 1, 1, 1, 1, 1],
      minimumRiskScore: 1,
      a5Edge: 27,
      thirtyPlus: false,
    });
  });

  it.each([
    ['no JSON', '{', 'E-FILE-FORMAT', /no JSON/],
    ['a list', '[]', 'E-FILE-INVALID', /preset: /],
    ['an unknown model', text({ model: 'imuni' }), 'E-FILE-INVALID', /^model: must be one of env1, immuni, /],
    ['an unknown field', text({ colour: 1 }), 'E-FILE-INVALID', /colour/],
    ['a wrong date', text({ date: 'June' }), 'E-FILE-INVALID', /^date: must be YYYY-MM-DD or YYYY-MM$/],
    [
      'a score of 9',
      text({}, { D: [0, 0, 0, 0, 5, 5, 5, 9] }),
      'E-FILE-INVALID',
      /^parameters\.D\.7: must be a whole number 0\.\.8$/,
    ],
    [
      'a fraction',
      text({}, { A: [0, 0.5, 5, 5, 5, 5, 5, 5] }),
      'E-FILE-INVALID',
      /^parameters\.A\.1: must be a whole number 0\.\.8$/,
    ],
    [
      'seven scores',
      text({}, { D: [0, 0, 0, 0, 5, 5, 5] }),
      'E-FILE-INVALID',
      /^parameters\.D: must be 8 whole numbers 0\.\.8$/,
    ],
    [
      'minimum 0',
      text({}, { minimumRiskScore: 0 }),
      'E-FILE-INVALID',
      /minimumRiskScore: must be a whole number 1\.\.4096$/,
    ],
    ['another operator', text({}, { operator: '=>' }), 'E-FILE-INVALID', /operator: ">" or ">="$/],
    ['another edge', text({}, { a5Edge: 25 }), 'E-FILE-INVALID', /a5Edge: must be 27 .* or 23/],
    ['a misspelt parameter', text({}, { treshold: 3 }), 'E-FILE-INVALID', /treshold/],
  ])('with %s is refused', (_, content, code, message) => {
    const error = errorOf(() => parsePreset(content, 'mine.json'));
    expect(error).toMatchObject({ code, place: { file: 'mine.json' }, exitCode: 2 });
    expect(error.message).toMatch(message);
  });

  it('names every wrong field at once', () => {
    const { message } = errorOf(() => parsePreset(text({ date: 5 }, {}), 'mine.json'));
    expect(message).toMatch(/^date: /);
    const both = errorOf(() => parsePreset(text({}, { threshold: -1, operator: 1 }), 'mine.json'));
    expect(both.message.split('; ')).toHaveLength(2);
  });
});

describe('parameters out of range', () => {
  it.each([
    [
      'cwa-v1-2020-06-15',
      { attenuationDuration: { lower: 64, upper: 63, low: 1, mid: 0.5, high: 0, divisor: 25, offset: 0 } },
    ],
    [
      'cwa-v1-2020-06-15',
      { attenuationDuration: { lower: 55, upper: 63, low: 1, mid: 0.5, high: 0, divisor: 0, offset: 0 } },
    ],
    ['cwa-v2-2021-04-15', { normalizedTimePerDayToRiskLevelMapping: [] }],
    ['cwa-v2-2021-04-15', { minutesAtAttenuationWeights: [{ attenuationRange: { min: 9, max: 8 }, weight: 1 }] }],
    [
      'cwa-v2-2021-04-15',
      {
        minutesAtAttenuationWeights: [
          { attenuationRange: { min: 0, max: 63 }, weight: 1 },
          { attenuationRange: { min: 63, max: 73 }, weight: 1 },
        ],
      },
    ],
    ['lfph-v2-wide', { thresholds: [55, 55, 80] }],
    ['lfph-v2-wide', { thresholds: [55, 70, 256] }],
    ['lfph-v2-wide', { weights: [2.6, 1, 0.5, 0] }],
    ['swisscovid-2020-07-06', { thresholds: [60, 53] }],
    ['swisscovid-2020-07-06', { lastDays: 1.5 }],
    ['covidwatch-az', { threshold: 1.1 }],
    ['covidwatch-az', { doseResponseLambda: 0 }],
    ['stopp-corona', { threshold: 30.5 }],
  ])('%s with %o is refused', (preset, change) => {
    expect(() => judge(preset, [], { change })).toThrow();
  });
});

describe('the models', () => {
  it.each(modelNames)('%s can be found, has a preset and judges nobody as score 0', (name) => {
    expect(modelNamed(name).name).toBe(name);
    const preset = allPresets().find(({ model }) => model === name)!;
    expect(judge(preset.name, [])).toMatchObject({ score: 0, alert: false });
  });

  it.each(modelNames)('every parameter of %s stands in the glossary', (name) => {
    const { shape } = modelNamed(name).parameters as z.ZodObject;
    const glossary = textOf('docs/glossary.md');
    const rows = glossary.split('\n').filter((line) => line.startsWith('| `'));
    const missing = Object.keys(shape).filter((key) => !rows.some((row) => row.split('|')[1]!.includes(`\`${key}`)));
    expect(missing).toEqual([]);
    expect(textOf('docs/risk-models.md')).toContain(`\n### ${name}`);
  });

  it('an unknown model comes with the nearest name', () => {
    expect(errorOf(() => modelNamed('envl'))).toMatchObject({ code: 'E-FILE-INVALID', hint: 'did you mean "env1"?' });
    expect(errorOf(() => modelNamed('?')).hint).toMatch(/^models are env1, /);
  });
});
