import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkDocument,
  decodeConfiguration,
  targetNamed,
  targetNames,
  targetOf,
  validConfiguration,
} from '../../../src/risk/config/registry.ts';
import { parseSource } from '../../../src/risk/config/source.ts';
import { recognises } from '../../../src/risk/config/target.ts';
import { parametersOf } from '../../helpers/configurationArbitraries.ts';
import { cleanDocuments, decode, modelDecides, type TargetName } from '../../helpers/configurations.ts';
import { contact } from '../../helpers/riskFixtures.ts';

const names = Object.keys(cleanDocuments()) as TargetName[];

describe('telling documents apart', () => {
  it('knows the nine targets', () => {
    expect(targetNames.toSorted()).toEqual(names.toSorted());
    expect(targetNamed('ENV1-Apple').name).toBe('env1-apple');
    expect(() => targetNamed('inmuni')).toThrow(
      expect.objectContaining({ code: 'E-USAGE', hint: expect.stringContaining('did you mean immuni?') }),
    );
  });

  it.each(names)('recognises %s by its keys alone', (name) => {
    const document = cleanDocuments()[name];
    const own = targetNames.filter((other) => recognises(targetNamed(other), document));
    // Both platforms of CWA v2 have the risk parameters; those alone are read as Android's.
    expect(own).toEqual(name === 'cwa-v2-ios' ? [name, 'cwa-v2-android'] : [name]);
    expect(decode(document).target).toBe(name);
  });

  it.each([
    ['a result', { schema: 'enlab.calibrate.fit' }, /calibrate export/],
    ['anything else', { hello: 1 }, /it knows immuni.*a preset file/],
  ])('says what to do with %s', (_, document, hint) => {
    expect(() => decode(document)).toThrow(
      expect.objectContaining({ code: 'E-FILE-FORMAT', hint: expect.stringMatching(hint) }),
    );
  });

  it('recognises no list and no null', () => {
    expect(names.some((name) => recognises(targetNamed(name), null))).toBe(false);
    expect(names.some((name) => recognises(targetNamed(name), ['D']))).toBe(false);
  });

  it('reads a document with the keys of both iOS versions as version 2', () => {
    const both = { ...cleanDocuments()['env1-apple'], ...cleanDocuments()['env2-apple'] };
    expect(decode(both).target).toBe('env2-apple');
  });
});

describe('reading', () => {
  it.each(names)('%s: ignores unknown keys and provenance', (name) => {
    const document = cleanDocuments()[name];
    const more = { ...document, more: { of: ['this'] }, _enlab: { version: '1' } };
    expect(decode(more)).toEqual(decode(document));
  });

  it('ignores unknown keys inside objects', () => {
    const document = cleanDocuments().immuni;
    const inner = { ...document.exposure_configuration, comment: 'x' };
    expect(decode({ ...document, exposure_configuration: inner })).toEqual(decode(document));
  });

  it.each(names)('%s: names the place of a wrong value', (name) => {
    const text = JSON.stringify(cleanDocuments()[name], null, 2);
    const { parts } = targetNamed(name);
    const path = parts.alert ?? parts.minimum ?? ['riskCalculationParameters', 'maxEncounterAgeInDays'];
    const key = String(path.at(-1));
    const line = text.split('\n').findIndex((own) => own.includes(`"${key}"`)) + 1;
    const broken = text.replace(new RegExp(`("${key}": )\\d+`), '$1"many"');
    expect(broken).not.toBe(text);
    expect(() => decodeConfiguration(broken, 'a.json')).toThrow(
      expect.objectContaining({
        code: 'E-FILE-INVALID',
        message: expect.stringContaining(path.join('.')),
        place: expect.objectContaining({ file: 'a.json', line }),
      }),
    );
  });

  it('refuses thresholds that do not increase, also beside unknown keys', () => {
    const apple = { ...cleanDocuments()['env2-apple'], attenuationDurationThresholds: [55, 55, 75], more: 1 };
    expect(() => decode(apple)).toThrow(/attenuationDurationThresholds: must increase/);
    expect(() => decode({ ...cleanDocuments().dp3t, lowerThreshold: 70 })).toThrow(/must not be below lowerThreshold/);
  });

  it('reports unknown keys and other issues together', () => {
    const document = { ...cleanDocuments().dp3t, factorLow: -1, more: 1 };
    const source = parseSource(JSON.stringify(document), 'f');
    const { issues, unknownKeys } = checkDocument(targetOf(source), source.value);
    expect(issues.map(({ path }) => path)).toEqual([['factorLow']]);
    expect(unknownKeys).toEqual([['more']]);
  });
});

describe('what the numbers mean', () => {
  it('Immuni alerts from the threshold on, in the framework grid', () => {
    const { model, parameters } = decode(cleanDocuments().immuni);
    expect(parameters).toMatchObject({ operator: '>=', threshold: 20, a5Edge: 27, thirtyPlus: false });
    const alerts = modelDecides(model, parameters);
    expect([15, 16].map((minutes) => alerts([contact(minutes, 73)]))).toEqual([false, true]);
  });

  it('ENv1 has one limit for dropping and alerting; iOS stops at 255', () => {
    const apple = decode({ ...cleanDocuments()['env1-apple'], minimumRiskScore: 0 });
    expect(apple.parameters).toMatchObject({ minimumRiskScore: 1, threshold: 0, platform: 'ios' });
    expect(decode(cleanDocuments()['env1-google']).parameters).toMatchObject({
      minimumRiskScore: 20,
      threshold: 20,
      platform: 'android',
      weights: { attenuation: 50 },
    });
  });

  it('SwissCovid looks back ten days', () => {
    expect(decode(cleanDocuments().dp3t).parameters).toEqual({
      thresholds: [53, 60],
      weights: [1, 0.5],
      threshold: 15,
      operator: '>=',
      lastDays: 10,
    });
  });

  it('Apple writes percent where Google writes factors', () => {
    const { attenuationBucketWeights: weights } = cleanDocuments()['env2-google'];
    expect(decode(cleanDocuments()['env2-apple'])).toMatchObject({ model: 'env2', parameters: { weights } });
    expect(decode(cleanDocuments()['env2-apple']).parameters).toEqual(
      decode(cleanDocuments()['env2-google']).parameters,
    );
  });

  it('CWA: what is absent is 0, levels have names or numbers', () => {
    expect(decode(cleanDocuments()['cwa-v1']).parameters).toMatchObject({
      D: [0, 0, 0, 1, 1, 1, 1, 1],
      A: [0, 1, 1, 1, 1, 1, 1, 1],
      days: [5, 5, 5, 5, 5, 5, 5, 5],
      transmission: [1, 2, 3, 4, 5, 6, 7, 8],
      minimumRiskScore: 11,
      attenuationDuration: { lower: 55, upper: 63, low: 1, mid: 0.5, high: 0, divisor: 25, offset: 0 },
      classes: { LOW: [0, 15], HIGH: [15, 72] },
    });
  });

  it('CWA: both classes must be there', () => {
    const document = cleanDocuments()['cwa-v1'];
    document.riskScoreClasses.risk_classes.pop();
    expect(() => decode(document)).toThrow(/must hold the classes LOW and HIGH/);
  });

  it('ENv2: days of infectiousness must be two spans', () => {
    const days = (levels: Readonly<Record<string, number>>) => ({
      ...cleanDocuments()['env2-apple'],
      infectiousnessForDaysSinceOnsetOfSymptoms: levels,
    });
    const { parameters } = decode(days({ '-4': 1, '-3': 2, '-2': 2, '-1': 1 }));
    expect(parameters).toMatchObject({ infectiousnessDays: { standard: [-4, -1], high: [-3, -2] } });
    expect(() => decode(days({ '-4': 1, '-2': 1 }))).toThrow(/must each be one span/);
    expect(decode(days({})).parameters).toMatchObject({ infectiousnessDays: { standard: [14, -14] } });
  });
});

describe('writing', () => {
  it.each(names)('%s: decodes what it encodes', (name) => {
    const target = targetNamed(name);
    const { model } = target;
    fc.assert(
      fc.property(parametersOf[name], (parameters) => {
        const text = JSON.stringify(target.encode(model.parameters.parse(parameters)));
        const decoded = decodeConfiguration(text, 'f');
        expect(decoded).toEqual({ target: name, model: model.name, parameters });
      }),
      { numRuns: 100 },
    );
  });

  it.each(names)('%s: encodes what it decodes', (name) => {
    const target = targetNamed(name);
    const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    fc.assert(
      fc.property(parametersOf[name], (parameters) => {
        const document = plain(target.encode(target.model.parameters.parse(parameters)));
        const { document: read } = validConfiguration(JSON.stringify(document), 'f');
        expect(plain(target.encode(target.decode(read)))).toEqual(document);
      }),
      { numRuns: 100 },
    );
  });

  it.each(names)('%s: a document of somebody else means the same after it is written again', (name) => {
    const target = targetNamed(name);
    const { document } = validConfiguration(JSON.stringify(cleanDocuments()[name]), 'f');
    const parameters = target.decode(document);
    const { document: again } = validConfiguration(JSON.stringify(target.encode(parameters)), 'f');
    // Weights of version 1 that were left out are written with the framework's default; they change no score.
    expect(target.decode(again)).toMatchObject(JSON.parse(JSON.stringify(parameters)));
  });

  it('ENv1 keeps the higher of two limits of one score', () => {
    const target = targetNamed('env1-google');
    const own = target.model.parameters.parse({
      D: [0, 0, 0, 0, 5, 5, 5, 5],
      A: [0, 5, 5, 5, 5, 5, 5, 5],
      threshold: 20,
      operator: '>=',
    });
    expect(target.encode(own)).toMatchObject({ minimumRiskScore: 20, attenuationWeight: 50 });
    expect(target.encode({ ...(own as object), minimumRiskScore: 30 })).toMatchObject({ minimumRiskScore: 30 });
  });
});

const data = new URL('../../../../shared/data/leith-tram/', import.meta.url);
describe.skipIf(!existsSync(data))('captured server answers', () => {
  it('decodes the settings that Immuni served on 2020-06-22, comment line included', () => {
    const text = readFileSync(new URL('immuni_config_settings.txt', data), 'utf8');
    expect(text.startsWith('#')).toBe(true);
    expect(decodeConfiguration(text, 'immuni_config_settings.txt')).toMatchObject({
      target: 'immuni',
      model: 'immuni',
      parameters: {
        D: [0, 0, 0, 0, 5, 5, 5, 5],
        A: [0, 5, 5, 5, 5, 5, 5, 5],
        threshold: 20,
        minimumRiskScore: 1,
      },
    });
  });

  it('has the field names of the captured CWA configuration', () => {
    const text = readFileSync(new URL('cwa_config.txt', data), 'utf8');
    const fields = new Set(text.split('\n').flatMap((line) => /^\s*(\w+)(?::| \{)/.exec(line)?.[1] ?? []));
    const known = JSON.stringify(cleanDocuments()['cwa-v1']);
    const versions = ['ios', 'android', 'latest', 'min', 'minor', 'patch'];
    expect([...fields].filter((field) => !known.includes(`"${field}"`) && !versions.includes(field))).toEqual([]);
  });
});
