/** Bytes of configurations: at the numbers that the apps read, back unchanged, and junk that ends in an error. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EnlabError } from '../../../src/core/errors.ts';
import { decodeMessage, encodeMessage } from '../../../src/risk/config/protobuf.ts';
import { binaryTargetNames, decodeConfiguration, targetNamed } from '../../../src/risk/config/registry.ts';
import { allPresets } from '../../../src/risk/presets.ts';
import { modelNamed } from '../../../src/risk/registry.ts';
import { parametersOf } from '../../helpers/configurationArbitraries.ts';
import { cleanDocuments, type TargetName } from '../../helpers/configurations.ts';
import { textOf } from '../../helpers/sourceFiles.ts';
import { doubles, fieldsAt, texts, varint, wireFields } from '../../helpers/wireReader.ts';

const names = binaryTargetNames as readonly TargetName[];
const messageOf = (name: string) => targetNamed(name).protobuf!;
const bytesOf = (name: string, document: object): Uint8Array => encodeMessage(messageOf(name), document);
const cleanBytes = (name: TargetName): Uint8Array => bytesOf(name, cleanDocuments()[name]);
const read = (name: string, bytes: Uint8Array) => decodeMessage(messageOf(name), bytes);

/** The document of a published set, as bytes. */
function presetBytes(preset: string, target: string): Uint8Array {
  const { model, parameters } = allPresets().find(({ name }) => name === preset)!;
  return bytesOf(target, targetNamed(target).encode(modelNamed(model).parameters.parse(parameters)) as object);
}

interface HistoricSet {
  readonly tags: string;
  readonly weights: Readonly<Record<'transmission' | 'duration' | 'days' | 'attenuation', number>>;
  readonly transmission: readonly number[];
  readonly duration: readonly number[];
  readonly days: readonly number[];
  readonly attenuation: readonly number[];
  readonly minRisk: number;
  readonly attDuration: Readonly<Record<'lower' | 'upper' | 'low' | 'mid' | 'high' | 'divisor' | 'offset', number>>;
  readonly classes: { readonly LOW: readonly number[]; readonly HIGH: readonly number[] };
}
const { entries: history } = JSON.parse(textOf('fixtures/vectors/cwa-v1-params-history.json')) as {
  readonly entries: readonly HistoricSet[];
};
const presetOfTag: Readonly<Record<string, string>> = {
  'v0.5.10-v1.0.4': 'cwa-v1-2020-06-04',
  'v1.1.0-v1.3.x': 'cwa-v1-2020-06-15',
  'v1.4.0-v1.8.0+': 'cwa-v1-2020-09-14',
};

/** Field numbers of RiskScoreParameters (cwa-server risk_score_parameters.proto): table, then its weight. */
const TABLES = { transmission: [1, 2], duration: [3, 4], days: [5, 6], attenuation: [7, 8] } as const;
const EIGHT = [1, 2, 3, 4, 5, 6, 7, 8];

describe('CWA v1 at its field numbers', () => {
  it.each(history.map((entry) => [entry.tags, entry] as const))('the 36 numbers and the rest of %s', (tags, entry) => {
    const bytes = presetBytes(presetOfTag[tags]!, 'cwa-v1');
    for (const [table, [scores, weight]] of Object.entries(TABLES)) {
      const own = table as keyof typeof TABLES;
      expect(EIGHT.map((number) => varint(bytes, 3, scores, number))).toEqual(entry[own]);
      expect(doubles(bytes, 3, weight)).toEqual([entry.weights[own]]);
    }
    expect(varint(bytes, 1)).toBe(entry.minRisk);
    expect(texts(bytes, 2, 1, 1)).toEqual(['LOW', 'HIGH']);
    const classes = fieldsAt(bytes, 2, 1).map((field) => [varint(field.bytes, 2), varint(field.bytes, 3)]);
    expect(classes).toEqual([entry.classes.LOW, entry.classes.HIGH]);
    const { lower, upper, low, mid, divisor } = entry.attDuration;
    expect([varint(bytes, 4, 1, 1), varint(bytes, 4, 1, 2)]).toEqual([lower, upper]);
    expect([1, 2, 3].map((number) => doubles(bytes, 4, 2, number))).toEqual([[low], [mid], []]);
    expect([varint(bytes, 4, 3), varint(bytes, 4, 4)]).toEqual([0, divisor]);
  });

  it('puts versions, features and countries where the app looks for them', () => {
    const bytes = bytesOf('cwa-v1', {
      ...cleanDocuments()['cwa-v1'],
      appVersion: { ios: { min: { minor: 5 } }, android: { latest: { patch: 7 } } },
      appFeatures: { app_features: [{ label: 'a', value: 1 }] },
      supportedCountries: ['DE', 'FR'],
      iosKeyDownloadParameters: { revokedDayPackages: [{ region: 'DE', date: '2020-12-01', etag: 'x' }] },
      androidKeyDownloadParameters: { downloadTimeoutInSeconds: 60, overallTimeoutInSeconds: 480 },
      iosExposureDetectionParameters: { maxExposureDetectionsPerInterval: 6 },
      androidExposureDetectionParameters: { maxExposureDetectionsPerInterval: 6, overallTimeoutInSeconds: 900 },
    });
    expect([varint(bytes, 5, 1, 2, 2), varint(bytes, 5, 2, 1, 3), varint(bytes, 6, 1, 2)]).toEqual([5, 7, 1]);
    expect(texts(bytes, 7)).toEqual(['DE', 'FR']);
    expect(texts(bytes, 8, 1, 2)).toEqual(['2020-12-01']);
    const timeouts = [varint(bytes, 9, 3), varint(bytes, 9, 4), varint(bytes, 10, 1), varint(bytes, 11, 2)];
    expect(timeouts).toEqual([60, 480, 6, 900]);
  });
});

describe('CWA v2 at its field numbers', () => {
  /** min, minExclusive, max, maxExclusive of every Range below a path. */
  const ranges = (bytes: Uint8Array, ...path: readonly number[]) =>
    fieldsAt(bytes, ...path).map((field) => [
      doubles(field.bytes, 1)[0] ?? 0,
      varint(field.bytes, 2),
      doubles(field.bytes, 3)[0] ?? 0,
      varint(field.bytes, 4),
    ]);

  it.each(['cwa-v2-android', 'cwa-v2-ios'])('risk calculation in field 7 of %s', (target) => {
    const [risk] = fieldsAt(presetBytes('cwa-v2-2020-11', target), 7);
    const bytes = risk!.bytes;
    expect(ranges(bytes, 1, 1)).toEqual([[0, 0, 73, 1]]);
    expect(ranges(bytes, 1, 2)).toEqual([[0, 0, 10, 1]]);
    expect(ranges(bytes, 2, 1)).toEqual([[1, 0, 2, 0]]);
    expect(ranges(bytes, 3, 1)).toEqual([
      [0, 0, 55, 1],
      [55, 0, 63, 1],
    ]);
    expect(doubles(bytes, 3, 2)).toEqual([1, 0.5]);
    for (const mapping of [4, 5]) {
      expect(ranges(bytes, mapping, 1)).toEqual([
        [0, 0, 15, 1],
        [15, 0, 9999, 0],
      ]);
      expect(fieldsAt(bytes, mapping, 2).map((field) => Number(field.varint))).toEqual([1, 2]);
    }
    expect([1, 2, 3, 4, 5, 6].map((number) => varint(bytes, 6, number))).toEqual([1, 2, 0, 2, 4, 6]);
    expect(fieldsAt(bytes, 8, 1).map((field) => Number(field.varint))).toEqual(EIGHT);
    // The value 0 of levels 1 and 2 is absent.
    expect(doubles(bytes, 8, 2)).toEqual([0.6, 0.8, 1, 1.2, 1.4, 1.6]);
    expect(new Set(wireFields(bytes).map(({ number }) => number))).toEqual(new Set([1, 2, 3, 4, 5, 6, 8]));
  });

  it('has what is the platform its own', () => {
    const android = bytesOf('cwa-v2-android', {
      ...cleanDocuments()['cwa-v2-android'],
      minVersionCode: '9007199254740993',
      diagnosisKeysDataMapping: {
        daysSinceOnsetToInfectiousness: [
          { key: -14, value: 0 },
          { key: 0, value: 2 },
        ],
        reportTypeWhenMissing: 1,
      },
      dailySummariesConfig: { attenuationBucketThresholdDb: [30, 50, 70], minimumWindowScore: 1 },
    });
    expect(fieldsAt(android, 1)[0]!.varint).toBe(9_007_199_254_740_993n);
    expect(fieldsAt(android, 8, 1, 1).map((field) => Number(BigInt.asIntN(32, field.varint)))).toEqual([-14, 0]);
    // Both fields of an entry of a map are there, even where they are 0.
    expect(fieldsAt(android, 8, 1, 2).map((field) => Number(field.varint))).toEqual([0, 2]);
    expect([...fieldsAt(android, 9, 1)[0]!.bytes]).toEqual([30, 50, 70]);
    const ios = bytesOf('cwa-v2-ios', {
      ...cleanDocuments()['cwa-v2-ios'],
      exposureConfiguration: { immediateDurationWeight: 100, reportTypeRecursiveWeight: 50 },
    });
    expect([varint(ios, 1, 1), varint(ios, 1, 2), doubles(ios, 8, 4)[0], doubles(ios, 8, 14)[0]]).toEqual([
      1, 9, 100, 50,
    ]);
  });
});

describe('round trips', () => {
  it.each(names)('%s: any parameters come back from their bytes, and the bytes from the document', (name) => {
    const target = targetNamed(name);
    fc.assert(
      fc.property(parametersOf[name], (parameters) => {
        const bytes = bytesOf(name, target.encode(target.model.parameters.parse(parameters)) as object);
        expect(decodeConfiguration(bytes, 'f')).toEqual({ target: name, model: target.model.name, parameters });
        const { value, unknownFields } = read(name, bytes)!;
        expect(unknownFields).toEqual([]);
        expect(bytesOf(name, value)).toEqual(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it.each(names)('%s: everything else in a document comes back too', (name) => {
    const { value } = read(name, cleanBytes(name))!;
    // 5 has the name MEDIUM_HIGH in the printed form.
    const printed = JSON.parse(
      JSON.stringify(cleanDocuments()[name]).replace('"ge_0_lt_2_days":5', '"ge_0_lt_2_days":"MEDIUM_HIGH"'),
    );
    expect(value).toEqual(printed);
    expect(decodeConfiguration(cleanBytes(name), 'f')).toEqual(decodeConfiguration(JSON.stringify(value), 'f'));
  });

  it('leaves the origin of the numbers out', () => {
    const document = cleanDocuments()['cwa-v1'];
    expect(bytesOf('cwa-v1', { ...document, _enlab: { seed: 1 } })).toEqual(bytesOf('cwa-v1', document));
  });

  it('reads a file before 1.15, which has a multiplier instead of values', () => {
    const { riskCalculationParameters: own, ...rest } = cleanDocuments()['cwa-v2-android'];
    const { transmissionRiskValueMapping: _, ...risk } = own;
    const old = { ...rest, riskCalculationParameters: { ...risk, transmissionRiskLevelMultiplier: 0.25 } };
    const { parameters } = decodeConfiguration(bytesOf('cwa-v2-android', old), 'f');
    const { transmissionRiskValueMapping: values } = parameters as { transmissionRiskValueMapping: object[] };
    expect(values).toHaveLength(8);
    expect(values.at(-1)).toEqual({ transmissionRiskLevel: 8, transmissionRiskValue: 2 });
  });
});

describe('what a message cannot hold is refused by name', () => {
  const document = cleanDocuments()['cwa-v1'];
  const android = cleanDocuments()['cwa-v2-android'];
  it.each<[string, string, object, RegExp]>([
    ['a key without a field', 'cwa-v1', { ...document, more: 1 }, /^more has no field/],
    ['a fraction', 'cwa-v1', { ...document, minRiskScore: 1.5 }, /^minRiskScore must be a whole number of 32 bits/],
    ['more than 32 bits', 'cwa-v1', { ...document, minRiskScore: 2_147_483_648 }, /^minRiskScore must be/],
    [
      'an unknown level',
      'cwa-v1',
      { ...document, exposureConfig: { duration: { gt_30_min: 'TOP' } } },
      /gt_30_min must be one of UNSPECIFIED, LOWEST/,
    ],
    [
      'a number that is no level',
      'cwa-v1',
      { ...document, exposureConfig: { duration: { gt_30_min: 9 } } },
      /gt_30_min must be one of/,
    ],
    ['one for a list', 'cwa-v1', { ...document, supportedCountries: 'DE' }, /^supportedCountries must be a list/],
    [
      'a number for text',
      'cwa-v1',
      { ...document, supportedCountries: ['DE', 1] },
      /^supportedCountries.1 must be text/,
    ],
    ['a list for an object', 'cwa-v1', { ...document, appVersion: [] }, /^appVersion must be an object/],
    [
      'an inherited name',
      'cwa-v1',
      { ...document, appVersion: { constructor: 1 } },
      /^appVersion.constructor has no field/,
    ],
    [
      'a negative version',
      'cwa-v2-ios',
      { minVersion: { major: -1 } },
      /^minVersion.major must be a whole number from 0/,
    ],
    [
      'more than 64 bits',
      'cwa-v2-android',
      { ...android, minVersionCode: '9223372036854775808' },
      /^minVersionCode must/,
    ],
    ['text for a number', 'cwa-v2-android', { ...android, minVersionCode: 'x' }, /^minVersionCode must/],
    [
      'text for a flag',
      'cwa-v2-android',
      { riskCalculationParameters: { trlFilters: [{ dropIfTrlInRange: { minExclusive: 'no' } }] } },
      /trlFilters.0.dropIfTrlInRange.minExclusive must be true or false/,
    ],
  ])('%s', (_, name, own, message) => {
    expect(() => bytesOf(name, own)).toThrow(
      expect.objectContaining({ code: 'E-FILE-INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('any object', () => {
  const keys = fc.constantFrom(
    'minRiskScore',
    'exposureConfig',
    'duration',
    'gt_30_min',
    'appVersion',
    'ios',
    'a',
    '_enlab',
  );
  const objects = fc.object({ key: fc.oneof(keys, fc.string()), maxDepth: 4, withNullPrototype: true });

  it.each(names)('%s: is written and read as it is, or refused', (name) => {
    fc.assert(
      fc.property(objects, (own) => {
        let bytes: Uint8Array;
        try {
          bytes = bytesOf(name, own);
        } catch (error) {
          expect(error).toMatchObject({ code: 'E-FILE-INVALID', hint: expect.stringMatching(/./) });
          return;
        }
        const { value, unknownFields } = read(name, bytes)!;
        expect(unknownFields).toEqual([]);
        expect(bytesOf(name, value)).toEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe('unknown fields', () => {
  // Field 13 of Android is presence tracing; field 15, a varint, is nowhere in v1.
  it.each<[TargetName, readonly number[], string]>([
    ['cwa-v1', [0x78, 0x05], 'field 15'],
    ['cwa-v2-android', [0x6a, 0x02, 0x08, 0x01], 'field 13'],
    ['cwa-v2-ios', [0x62, 0x00], 'field 12'],
  ])('of %s are passed over, named once and not written again', (name, more, path) => {
    const bytes = cleanBytes(name);
    const longer = Uint8Array.from([...bytes, ...more, ...more]);
    expect(decodeConfiguration(longer, 'f')).toEqual(decodeConfiguration(bytes, 'f'));
    const { value, unknownFields } = read(name, longer)!;
    expect(unknownFields).toEqual([[path]]);
    expect(bytesOf(name, value)).toEqual(bytes);
  });

  it('inside messages and lists are named with the way to them', () => {
    const inner = Uint8Array.from([0x1a, 0x04, 0x1a, 0x02, 0x60, 0x01]);
    expect(read('cwa-v1', inner)?.unknownFields).toEqual([['exposureConfig', 'duration', 'field 12']]);
    const listed = Uint8Array.from([0x12, 0x04, 0x0a, 0x02, 0x60, 0x01]);
    expect(read('cwa-v1', listed)?.unknownFields).toEqual([['riskScoreClasses', 'risk_classes', 0, 'field 12']]);
  });

  it('a field of another wire type is one', () => {
    // minRiskScore as text
    expect(read('cwa-v1', Uint8Array.from([0x0a, 0x01, 0x41]))).toEqual({ value: {}, unknownFields: [['field 1']] });
  });
});

describe('junk', () => {
  /** What reading says; undefined where it reads a configuration after all. */
  const failure = (bytes: Uint8Array): EnlabError | undefined => {
    try {
      decodeConfiguration(bytes, 'f.bin');
      return undefined;
    } catch (error) {
      return error as EnlabError;
    }
  };
  const isOurs = (error: EnlabError | undefined): void => {
    if (error === undefined) return;
    expect(error).toMatchObject({
      code: expect.stringMatching(/^E-FILE-(FORMAT|INVALID)$/),
      place: { file: 'f.bin' },
      hint: expect.stringMatching(/./),
    });
  };

  it('random bytes end in an error of ours', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => isOurs(failure(bytes))),
      { numRuns: 1000 },
    );
  });

  it.each(names)('%s: cut anywhere, it is read only where nothing that it needs is missing', (name) => {
    const bytes = cleanBytes(name);
    for (let length = 0; length < bytes.length; length++) isOurs(failure(bytes.subarray(0, length)));
    expect(failure(bytes.subarray(0, bytes.length - 1))?.code).toBe('E-FILE-FORMAT');
  });

  it.each(names)('%s: with flipped bits it is read or refused, never more', (name) => {
    const bytes = cleanBytes(name);
    const flip = fc.record({ at: fc.nat(bytes.length - 1), bit: fc.nat(7) });
    fc.assert(
      fc.property(fc.array(flip, { minLength: 1, maxLength: 4 }), (flips) => {
        const copy = Uint8Array.from(bytes);
        for (const { at, bit } of flips) copy[at]! ^= 1 << bit;
        isOurs(failure(copy));
      }),
      { numRuns: 500 },
    );
  });

  it('deep nesting and more than 1 MiB are refused', () => {
    // 200 groups inside each other, and a message that is only too long.
    expect(read('cwa-v1', new Uint8Array(200).fill(0x7b))).toBeNull();
    const long = Uint8Array.from([...cleanBytes('cwa-v1'), 0x7a, 0x80, 0x80, 0x40, ...new Uint8Array(1_048_576)]);
    expect(failure(long)?.code).toBe('E-FILE-FORMAT');
  });

  it('lists of more than 10,000 entries are refused, whatever is in them', () => {
    // So many empty risk classes, then the two other messages that CWA v1 needs, empty as well.
    const withClasses = (count: number): Uint8Array => {
      const length = [(2 * count) | 0x80, (count >> 6) | 0x80, count >> 13].map((byte) => byte & 0xff);
      const classes = Array.from({ length: count }, () => [0x0a, 0x00]).flat();
      return Uint8Array.from([0x12, ...length, ...classes, 0x1a, 0x00, 0x22, 0x00]);
    };
    expect(failure(withClasses(10_000))).toMatchObject({ code: 'E-FILE-INVALID' });
    expect(failure(withClasses(10_001))).toMatchObject({ code: 'E-FILE-FORMAT' });
  });

  it('says what a zip is and what the bytes could be', () => {
    expect(failure(Uint8Array.from([0x50, 0x4b, 3, 4, 0]))).toMatchObject({
      message: 'this is a zip',
      hint: expect.stringMatching(/export\.bin/),
    });
    expect(failure(Uint8Array.from([1, 2, 3]))).toMatchObject({
      code: 'E-FILE-FORMAT',
      hint: expect.stringMatching(/cwa-v1, cwa-v2-ios, cwa-v2-android/),
    });
  });

  it('names the field of a value that is out of range', () => {
    const document = cleanDocuments()['cwa-v1'];
    document.attenuationDuration.thresholds.upper = 400;
    expect(failure(bytesOf('cwa-v1', document))).toMatchObject({
      code: 'E-FILE-INVALID',
      message: expect.stringMatching(/^attenuationDuration.thresholds.upper: must be a whole number 0..255/),
    });
  });
});

describe('which app bytes are of', () => {
  it.each(names)('%s is told by its fields', (name) => {
    expect(decodeConfiguration(cleanBytes(name), 'f').target).toBe(name);
  });

  it('risk parameters alone, which both platforms have, are read as those of Android', () => {
    const { riskCalculationParameters } = cleanDocuments()['cwa-v2-ios'];
    const bytes = bytesOf('cwa-v2-ios', { riskCalculationParameters });
    expect(decodeConfiguration(bytes, 'f')).toMatchObject({
      target: 'cwa-v2-android',
      parameters: { platform: 'android' },
    });
    expect(decodeConfiguration(JSON.stringify({ riskCalculationParameters }), 'f').target).toBe('cwa-v2-android');
  });
});

const captured = new URL('../../../../shared/data/leith-tram/cwa_config.txt', import.meta.url);
describe.skipIf(!existsSync(captured))('the configuration that CWA served on 2020-06-22', () => {
  /** The text form of protobuf, as far as it is used there: "key: value", "key {" and "}". */
  function fromTextForm(text: string): Record<string, unknown> {
    const lists = ['risk_classes'];
    const stack: Record<string, unknown>[] = [{}];
    for (const line of text.split('\n')) {
      const [, key, rest] = /^\s*(\w+)(?::\s*(\S+)|\s*\{)/.exec(line) ?? [];
      const top = stack.at(-1)!;
      if (/^\s*\}/.test(line)) stack.pop();
      else if (key !== undefined && !line.startsWith('#')) {
        const value = rest === undefined ? {} : /^[A-Z]/.test(rest) ? rest : (JSON.parse(rest) as unknown);
        top[key] = lists.includes(key) ? [...((top[key] as unknown[] | undefined) ?? []), value] : value;
        if (rest === undefined) stack.push(value as Record<string, unknown>);
      }
    }
    return stack[0]!;
  }

  it('fits the message whole, and is the preset of 15 June', () => {
    const document = fromTextForm(readFileSync(captured, 'utf8'));
    const bytes = bytesOf('cwa-v1', document);
    expect(read('cwa-v1', bytes)).toEqual({ value: document, unknownFields: [] });
    const { parameters } = allPresets().find(({ name }) => name === 'cwa-v1-2020-06-15')!;
    expect(decodeConfiguration(bytes, 'f')).toMatchObject({ target: 'cwa-v1', parameters });
    // appVersion.android.min.minor
    expect(varint(bytes, 5, 2, 2, 2)).toBe(8);
  });
});
