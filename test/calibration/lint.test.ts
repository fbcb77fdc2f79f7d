import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lintConfiguration } from '../../calibration/lint.ts';
import { ruleNames } from '../../calibration/lintRules.ts';
import { lintSchema } from '../../calibration/schemas.ts';
import { packageText } from '../../src/core/files.ts';
import { cleanDocuments, type TargetName } from '../helpers/configurations.ts';

const names = Object.keys(cleanDocuments()) as TargetName[];

/** The clean document of a target, one key a line, with one piece of its text replaced. */
function broken(target: TargetName, find: string | RegExp, replacement: string): string {
  // Lists on one line, as people write tables.
  const text = JSON.stringify(cleanDocuments()[target], null, 1).replace(/\[[\d\s,.]+\]/g, (list) =>
    list.replace(/\s+/g, ' ').replace(/(?<=\[) | (?=\])/g, ''),
  );
  const changed = text.replace(find, replacement);
  if (changed === text) throw new Error(`${String(find)} is not in the document of ${target}`);
  return changed;
}

/** "error rule line:column" of every finding. */
const summaries = (text: string): readonly string[] =>
  lintConfiguration(text, 'f').findings.map(
    ({ severity, rule, line, column }) => `${severity} ${rule} ${line}:${column}`,
  );

const table = (name: string, values: string): readonly [RegExp, string] => [
  new RegExp(`("${name}": )\\[[^\\]]*\\]`),
  `$1${values}`,
];

describe('clean documents', () => {
  it.each(names)('%s: no findings', (name) => {
    expect(lintConfiguration(JSON.stringify(cleanDocuments()[name], null, 2), 'f')).toEqual({
      target: name,
      findings: [],
    });
  });
});

/** Rule, severity, target, what is replaced by what, the line of the finding and what stands at its place. */
type Case = readonly [string, 'error' | 'warning', TargetName, string | RegExp, string, number, string];

const cases: readonly Case[] = [
  ['duplicate-key', 'error', 'dp3t', '"factorLow": 1', '"factorLow": 1,\n "factorLow": 2', 5, '"factorLow": 2'],
  [
    'duplicate-key',
    'error',
    'immuni',
    '"duration_weight": 1',
    '"duration_weight": 1, "duration_weight": 2',
    9,
    '"duration_weight": 2',
  ],
  ['missing-key', 'error', 'dp3t', ' "factorLow": 1,\n', '', 1, '{'],
  ['missing-key', 'error', 'immuni', '  "duration_weight": 1,\n', '', 2, '{'],
  ['missing-key', 'error', 'env2-google', ' "alertThresholdSeconds": 900', ' "_enlab": {}', 1, '{'],
  ['unknown-key', 'warning', 'dp3t', '"triggerThreshold": 15', '"triggerThreshold": 15,\n "extra": 1', 7, '"extra"'],
  [
    'unknown-key',
    'warning',
    'immuni',
    '"duration_weight": 1',
    '"duration_weight": 1, "durations": 1',
    9,
    '"durations"',
  ],
  ['wrong-type', 'error', 'dp3t', '"factorLow": 1', '"factorLow": "1"', 4, '"1"'],
  ['wrong-type', 'error', 'cwa-v1', '"gt_30_min": "LOWEST"', '"gt_30_min": "SMALL"', 34, '"SMALL"'],
  ['wrong-type', 'error', 'env1-apple', ...table('durationLevelValues', '[0, 0, 0, 0, 5, 5.5, 6, 6]'), 5, '5.5, 6'],
  ['out-of-range', 'error', 'env1-google', ...table('attenuationScores', '[0, 5, 5, 5, 5, 5, 5, 9]'), 3, '9]'],
  ['out-of-range', 'error', 'env1-google', ...table('attenuationScores', '[-1, 5, 5, 5, 5, 5, 5, 5]'), 3, '-1'],
  ['out-of-range', 'error', 'env2-google', ...table('attenuationBucketWeights', '[2.51, 1, 0.33, 0]'), 3, '2.51'],
  ['out-of-range', 'error', 'env2-apple', '"nearDurationWeight": 100', '"nearDurationWeight": 250.5', 4, '250.5'],
  ['out-of-range', 'error', 'env1-apple', '"minimumRiskScore": 20', '"minimumRiskScore": 256', 2, '256'],
  ['table-length', 'error', 'env1-google', ...table('durationScores', '[0, 0, 0, 5, 5, 5, 5]'), 6, '[0, 0, 0, 5'],
  ['table-length', 'error', 'env2-google', ...table('attenuationBucketThresholdDb', '[55, 67]'), 2, '[55, 67]'],
  ['not-held', 'error', 'cwa-v1', '"HIGH"', '"HIHG"', 4, '[\n'],
  ['not-monotone', 'error', 'immuni', ...table('duration_bucket_scores', '[0, 0, 0, 6, 5, 5, 5, 5]'), 8, '5, 5, 5, 5]'],
  ['not-monotone', 'error', 'env1-apple', ...table('attenuationLevelValues', '[0, 5, 5, 5, 5, 5, 5, 4]'), 3, '4]'],
  [
    'not-monotone',
    'error',
    'cwa-v1',
    '"gt_33_le_51_dbm": "LOWEST"',
    '"gt_33_le_51_dbm": "UNSPECIFIED"',
    51,
    '"UNSPECIFIED"',
  ],
  ['all-zero', 'error', 'immuni', ...table('transmission_risk_bucket_scores', '[0, 0, 0, 0, 0, 0, 0, 0]'), 10, '[0'],
  ['all-zero', 'error', 'env1-google', ...table('attenuationScores', '[0, 0, 0, 0, 0, 0, 0, 0]'), 3, '[0'],
  ['duration-cap', 'warning', 'immuni', ...table('duration_bucket_scores', '[0, 0, 0, 0, 5, 5, 5, 8]'), 8, '8]'],
  ['duration-cap', 'warning', 'cwa-v1', '"gt_30_min": "LOWEST"', '"gt_30_min": "LOW"', 34, '"LOW"'],
  [
    'not-constant',
    'warning',
    'immuni',
    ...table('days_since_last_exposure_bucket_scores', '[1, 1, 1, 1, 1, 1, 1, 2]'),
    6,
    '[1',
  ],
  ['product-equals-threshold', 'warning', 'immuni', 'risk_score": 20', 'risk_score": 25', 14, '25'],
  ['product-equals-threshold', 'warning', 'env1-apple', '"minimumRiskScore": 20', '"minimumRiskScore": 25', 2, '25'],
  [
    'above-255',
    'error',
    'env1-apple',
    ...table('transmissionRiskLevelValues', '[1, 1, 1, 1, 1, 1, 1, 11]'),
    5,
    '[0, 0',
  ],
  [
    'above-255',
    'warning',
    'immuni',
    ...table('transmission_risk_bucket_scores', '[1, 1, 1, 1, 1, 1, 1, 11]'),
    8,
    '[0, 0',
  ],
  ['never-alerts', 'error', 'immuni', 'risk_score": 20', 'risk_score": 26', 14, '26'],
  ['never-alerts', 'error', 'immuni', '"minimum_risk_score": 1', '"minimum_risk_score": 26', 12, '26'],
  ['never-alerts', 'error', 'env1-google', '"minimumRiskScore": 20', '"minimumRiskScore": 300', 2, '300'],
  ['never-alerts', 'error', 'cwa-v1', '"minRiskScore": 11', '"minRiskScore": 41', 2, '41'],
  [
    'never-alerts',
    'error',
    'dp3t',
    /"factorLow": 1,\s+"factorHigh": 0.5/,
    '"factorLow": 0,\n "factorHigh": 0',
    4,
    '0,',
  ],
  ['never-alerts', 'error', 'env2-google', /"1": 0.3,\s+"2": 1/, '"1": 0, "2": 0', 11, '0, '],
  ['always-alerts', 'warning', 'immuni', 'risk_score": 20', 'risk_score": 0', 14, '0'],
  [
    'always-alerts',
    'warning',
    'env1-google',
    ...table('durationScores', '[5, 5, 5, 5, 5, 5, 5, 5],\n"attenuationScores": [5, 5, 5, 5, 5, 5, 5, 5]'),
    2,
    '20',
  ],
  ['always-alerts', 'warning', 'dp3t', '"triggerThreshold": 15', '"triggerThreshold": 0', 6, '0'],
  ['minimum-above-threshold', 'error', 'immuni', '"minimum_risk_score": 1', '"minimum_risk_score": 21', 12, '21'],
  ['thresholds-order', 'error', 'immuni', ...table('attenuation_thresholds', '[70, 50]'), 3, '50]'],
  ['thresholds-order', 'error', 'env1-google', ...table('durationAtAttenuationThresholds', '[50, 50]'), 8, '50]'],
  ['thresholds-order', 'error', 'env2-apple', ...table('attenuationDurationThresholds', '[55, 55, 75]'), 2, '55, 75]'],
  ['thresholds-order', 'error', 'dp3t', '"higherThreshold": 60', '"higherThreshold": 50', 3, '50'],
  ['thresholds-order', 'warning', 'dp3t', '"higherThreshold": 60', '"higherThreshold": 53', 3, '53'],
  ['thresholds-order', 'error', 'cwa-v1', '"upper": 63', '"upper": 54', 62, '54'],
  ['class-gap', 'error', 'cwa-v1', '"min": 15', '"min": 16', 11, '16'],
  ['class-overlap', 'error', 'cwa-v1', '"min": 15', '"min": 14', 11, '14'],
];

describe('every rule', () => {
  it.each(cases)('%s (%s) in %s', (rule, severity, target, find, replacement, line, at) => {
    const text = broken(target, find, replacement);
    const found = lintConfiguration(text, 'f').findings.filter((own) => own.rule === rule && own.severity === severity);
    const lines = text.split('\n');
    const places = found.map((own) => ({
      line: own.line,
      text: lines
        .slice(own.line! - 1)
        .join('\n')
        .slice(own.column! - 1),
    }));
    expect(places).toContainEqual({
      line,
      text: expect.stringMatching(new RegExp(`^${at.replace(/[[\]{.]/g, '\\$&')}`)),
    });
  });

  it('has a case', () => {
    expect(new Set(cases.map(([rule]) => rule))).toEqual(new Set(ruleNames));
  });
});

describe('what is no mistake', () => {
  it.each([
    ['equal neighbours in a table', 'immuni', ...table('duration_bucket_scores', '[0, 0, 0, 5, 5, 5, 5, 5]')],
    [
      'a threshold between two products',
      'immuni',
      '"exposure_info_minimum_risk_score": 20',
      '"exposure_info_minimum_risk_score": 24',
    ],
    ['a product of 255', 'env1-apple', ...table('transmissionRiskLevelValues', '[1, 1, 1, 1, 1, 1, 1, 8]')],
    [
      'differing days where the app means them',
      'env1-google',
      ...table('daysSinceLastExposureScores', '[1, 1, 1, 1, 1, 1, 1, 2]'),
    ],
    ['a minimum at the threshold', 'immuni', '"minimum_risk_score": 1', '"minimum_risk_score": 20'],
    ['one weight of 0', 'dp3t', '"factorHigh": 0.5', '"factorHigh": 0'],
    ['a weight of 2.5', 'env2-google', ...table('attenuationBucketWeights', '[2.5, 1, 0.33, 0]')],
    ['provenance', 'dp3t', '"triggerThreshold": 15', '"triggerThreshold": 15, "_enlab": {"seed": 1}'],
    ['a level by its number', 'cwa-v1', '"ge_0_lt_2_days": 5', '"ge_0_lt_2_days": "MEDIUM_HIGH"'],
    [
      'other settings',
      'immuni',
      '"exposure_info_minimum_risk_score": 20',
      '"exposure_info_minimum_risk_score": 20, "support_phone": "1"',
    ],
  ] as const)('%s', (_, target, find, replacement) => {
    expect(summaries(broken(target, find, replacement))).toEqual([]);
  });
});

describe('findings', () => {
  it('of one file come by line, one mistake hiding no other', () => {
    const text = `{
  "exposure_configuration": {
    "attenuation_thresholds": [70, 50],
    "attenuation_bucket_scores": [0, 5, 5, 5, 5, 5, 5, 9],
    "attenuation_weight": 1,
    "days_since_last_exposure_bucket_scores": [1, 1, 1, 1, 1, 1, 1, 1],
    "days_since_last_exposure_weight": "1",
    "duration_bucket_scores": [0, 0, 0, 6, 5, 5, 5, 7],
    "transmission_risk_bucket_scores": [1, 2, 3, 4, 5, 6, 7, 8],
    "transmission_risk_weight": 1,
    "minimum_risk_score": 30,
    "minimum_risk_score": 30
  },
  "exposure_info_minimum_risk_scores": 3,
  "exposure_info_minimum_risk_score": 25
}`;
    expect(summaries(text)).toEqual([
      'error missing-key 2:29',
      'error thresholds-order 3:36',
      'error out-of-range 4:56',
      'error wrong-type 7:40',
      'warning above-255 8:31',
      'error not-monotone 8:44',
      'warning duration-cap 8:53',
      'warning not-constant 9:40',
      'error duplicate-key 12:5',
      'error minimum-above-threshold 12:27',
      'warning unknown-key 14:3',
      'warning product-equals-threshold 15:39',
    ]);
  });

  it('say what stands there and what it does', () => {
    const { findings } = lintConfiguration(
      broken('immuni', ...table('duration_bucket_scores', '[0, 0, 0, 6, 5, 5, 5, 8]')),
      'f',
    );
    expect(findings.map(({ message }) => message)).toEqual([
      'D5 = 5 is below D4 = 6: a longer contact counts less',
      'D8 = 8 is not D7 = 5, but reported durations end at 30 min, which is D7',
    ]);
    const [unknown] = lintConfiguration(
      broken('dp3t', '"factorLow": 1', '"factorLow": 1, "triggerTreshold": 1'),
      'f',
    ).findings;
    expect(unknown?.message).toBe('dp3t has no key "triggerTreshold"; did you mean "triggerThreshold"?');
  });

  it('fit the schema of the command', () => {
    const findings = cases.flatMap(
      ([, , target, find, replacement]) => lintConfiguration(broken(target, find, replacement), 'f').findings,
    );
    const data = { findings: findings.length, errors: findings.length, warnings: 0 };
    const head = { schema: 'enlab.calibrate.lint', version: 1, options: {}, data };
    const result = { ...head, file: 'f', target: 'immuni', findings };
    expect(lintSchema.safeParse(result).error).toBeUndefined();
  });

  it.each([
    ['no JSON', '{"a": ', 'E-FILE-INVALID'],
    ['nothing', '', 'E-FILE-EMPTY'],
    ['no configuration', '{"a": 1}', 'E-FILE-FORMAT'],
  ])('are none, but an error, for %s', (_, text, code) => {
    expect(() => lintConfiguration(text, 'f')).toThrow(expect.objectContaining({ code }));
  });
});

describe('published sets', () => {
  it('finds the four-factor tables of Immuni in May 2020', () => {
    const document = cleanDocuments().immuni;
    const ladder = [1, 2, 3, 4, 5, 6, 7, 8];
    Object.assign(document.exposure_configuration, {
      attenuation_bucket_scores: ladder,
      days_since_last_exposure_bucket_scores: ladder,
      duration_bucket_scores: ladder,
      transmission_risk_bucket_scores: ladder,
    });
    const { findings } = lintConfiguration(JSON.stringify({ ...document, exposure_info_minimum_risk_score: 1 }), 'f');
    expect(findings.map(({ rule }) => rule).toSorted()).toEqual([
      'above-255',
      'always-alerts',
      'duration-cap',
      'not-constant',
      'not-constant',
      'product-equals-threshold',
    ]);
  });
});

const data = new URL('../../../shared/data/leith-tram/', import.meta.url);
describe.skipIf(!existsSync(data))('the captured Immuni settings', () => {
  it('have no findings: all 28 keys of production are known', () => {
    const text = readFileSync(new URL('immuni_config_settings.txt', data), 'utf8');
    expect(lintConfiguration(text, 'immuni_config_settings.txt')).toEqual({ target: 'immuni', findings: [] });
  });

  it('name the line below the comment', () => {
    const text = readFileSync(new URL('immuni_config_settings.txt', data), 'utf8').replace('[50, 70]', '[70, 50]');
    expect(summaries(text)).toEqual([expect.stringMatching(/^error thresholds-order 3:\d+$/)]);
  });
});

describe('docs/configurations.md', () => {
  it('lists every rule with its severity', () => {
    const rows = packageText('docs/configurations.md').matchAll(
      /^\| `([a-z0-9-]+)` \| (error, warning|error|warning) /gm,
    );
    const documented = [...rows].map(([, rule, severity]) => `${rule} ${severity}`);
    const fired = ruleNames.map((rule) => {
      const severities = new Set(cases.filter(([own]) => own === rule).map(([, severity]) => severity));
      return `${rule} ${[...severities].toSorted().join(', ')}`;
    });
    expect(documented).toEqual(fired);
  });
});
