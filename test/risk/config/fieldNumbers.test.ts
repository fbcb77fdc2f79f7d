/**
 * Every field of every message once, at the number and of the wire type that the apps read: a document whose values are
 * all different, and the table of where each must stand. Sources of the numbers: src/risk/config/proto.
 */
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../../../src/risk/config/protobuf.ts';
import { doubles, fieldsAt, texts } from '../../helpers/wireReader.ts';

/** Numbers from the outermost field inwards -> value. Fractions are doubles, other numbers varints. */
type Places = Readonly<Record<string, number | string>>;

function valueAt(bytes: Uint8Array, path: readonly number[], like: number | string): number | string | undefined {
  if (typeof like === 'string') return texts(bytes, ...path)[0];
  if (!Number.isInteger(like)) return doubles(bytes, ...path)[0];
  const [field] = fieldsAt(bytes, ...path);
  return field?.wire === 0 ? Number(field.varint) : undefined;
}

const leaves = (value: unknown): number =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, own) => sum + leaves(own), 0)
    : 1;

function expectPlaces(message: string, file: string, document: object, places: Places): void {
  const bytes = encodeMessage({ file, message }, document);
  const found = Object.entries(places).map(([path, value]) => [
    path,
    valueAt(bytes, path.split('.').map(Number), value),
  ]);
  expect(Object.fromEntries(found)).toEqual(places);
  // No value of the document is without a place in the table.
  expect(Object.keys(places)).toHaveLength(leaves(document));
  expect(decodeMessage({ file, message }, bytes)).toEqual({ value: document, unknownFields: [] });
}

const packages = {
  revokedDayPackages: [{ region: 'c', date: 'd', etag: 'e' }],
  revokedHourPackages: [{ region: 'f', date: 'g', hour: 104, etag: 'h' }],
};
const placesOfPackages = (at: number): Places => ({
  [`${at}.1.1`]: 'c',
  [`${at}.1.2`]: 'd',
  [`${at}.1.3`]: 'e',
  [`${at}.2.1`]: 'f',
  [`${at}.2.2`]: 'g',
  [`${at}.2.3`]: 104,
  [`${at}.2.4`]: 'h',
});

const risk = {
  minutesAtAttenuationFilters: [
    {
      attenuationRange: { min: 1.5, minExclusive: true, max: 2.5, maxExclusive: true },
      dropIfMinutesInRange: { min: 3.5 },
    },
  ],
  trlFilters: [{ dropIfTrlInRange: { max: 4.5 } }],
  minutesAtAttenuationWeights: [{ attenuationRange: { min: 5.5 }, weight: 6.5 }],
  normalizedTimePerEWToRiskLevelMapping: [{ normalizedTimeRange: { min: 7.5 }, riskLevel: 'LOW' }],
  normalizedTimePerDayToRiskLevelMapping: [{ normalizedTimeRange: { min: 8.5 }, riskLevel: 'HIGH' }],
  trlEncoding: {
    infectiousnessOffsetStandard: 109,
    infectiousnessOffsetHigh: 110,
    reportTypeOffsetRecursive: 111,
    reportTypeOffsetSelfReport: 112,
    reportTypeOffsetConfirmedClinicalDiagnosis: 113,
    reportTypeOffsetConfirmedTest: 114,
  },
  transmissionRiskLevelMultiplier: 9.5,
  transmissionRiskValueMapping: [{ transmissionRiskLevel: 115, transmissionRiskValue: 10.5 }],
  maxEncounterAgeInDays: 116,
};
const placesOfRisk: Places = {
  '7.1.1.1': 1.5,
  // minExclusive and maxExclusive: true is the varint 1
  '7.1.1.2': 1,
  '7.1.1.3': 2.5,
  '7.1.1.4': 1,
  '7.1.2.1': 3.5,
  '7.2.1.3': 4.5,
  '7.3.1.1': 5.5,
  '7.3.2': 6.5,
  '7.4.1.1': 7.5,
  // LOW
  '7.4.2': 1,
  '7.5.1.1': 8.5,
  // HIGH
  '7.5.2': 2,
  '7.6.1': 109,
  '7.6.2': 110,
  '7.6.3': 111,
  '7.6.4': 112,
  '7.6.5': 113,
  '7.6.6': 114,
  '7.7': 9.5,
  '7.8.1': 115,
  '7.8.2': 10.5,
  '7.9': 116,
};

describe('CWA v2', () => {
  it('Android', () => {
    const document = {
      minVersionCode: '101',
      latestVersionCode: '102',
      appFeatures: { appFeatures: [{ label: 'a', value: 103 }] },
      supportedCountries: ['b'],
      keyDownloadParameters: { ...packages, downloadTimeoutInSeconds: 105, overallTimeoutInSeconds: 106 },
      exposureDetectionParameters: { maxExposureDetectionsPerInterval: 107, overallTimeoutInSeconds: 108 },
      riskCalculationParameters: risk,
      diagnosisKeysDataMapping: {
        daysSinceOnsetToInfectiousness: [{ key: 117, value: 118 }],
        infectiousnessWhenDaysSinceOnsetMissing: 119,
        reportTypeWhenMissing: 120,
      },
      dailySummariesConfig: {
        daysSinceExposureThreshold: 121,
        infectiousnessWeights: [{ key: 122, value: 11.5 }],
        minimumWindowScore: 12.5,
        reportTypeWeights: [{ key: 123, value: 13.5 }],
      },
    };
    expectPlaces('ApplicationConfigurationAndroid', 'cwaV2', document, {
      1: 101,
      2: 102,
      '3.1.1': 'a',
      '3.1.2': 103,
      4: 'b',
      ...placesOfPackages(5),
      '5.3': 105,
      '5.4': 106,
      '6.1': 107,
      '6.2': 108,
      ...placesOfRisk,
      '8.1.1': 117,
      '8.1.2': 118,
      '8.2': 119,
      '8.3': 120,
      '9.3': 121,
      '9.4.1': 122,
      '9.4.2': 11.5,
      '9.5': 12.5,
      '9.6.1': 123,
      '9.6.2': 13.5,
    });
  });

  it('iOS', () => {
    const document = {
      minVersion: { major: 101, minor: 102, patch: 103 },
      latestVersion: { major: 104, minor: 105, patch: 106 },
      appFeatures: { appFeatures: [{ label: 'a', value: 107 }] },
      supportedCountries: ['b'],
      keyDownloadParameters: packages,
      exposureDetectionParameters: { maxExposureDetectionsPerInterval: 108 },
      riskCalculationParameters: risk,
      exposureConfiguration: {
        infectiousnessForDaysSinceOnsetOfSymptoms: [{ key: 117, value: 118 }],
        reportTypeNoneMap: 119,
        immediateDurationWeight: 14.5,
        mediumDurationWeight: 15.5,
        nearDurationWeight: 16.5,
        otherDurationWeight: 17.5,
        daysSinceLastExposureThreshold: 120,
        infectiousnessStandardWeight: 18.5,
        infectiousnessHighWeight: 19.5,
        reportTypeConfirmedTestWeight: 20.5,
        reportTypeConfirmedClinicalDiagnosisWeight: 21.5,
        reportTypeSelfReportedWeight: 22.5,
        reportTypeRecursiveWeight: 23.5,
      },
    };
    expectPlaces('ApplicationConfigurationIOS', 'cwaV2', document, {
      '1.1': 101,
      '1.2': 102,
      '1.3': 103,
      '2.1': 104,
      '2.2': 105,
      '2.3': 106,
      '3.1.1': 'a',
      '3.1.2': 107,
      4: 'b',
      ...placesOfPackages(5),
      '6.1': 108,
      ...placesOfRisk,
      '8.1.1': 117,
      '8.1.2': 118,
      '8.2': 119,
      '8.4': 14.5,
      '8.5': 15.5,
      '8.6': 16.5,
      '8.7': 17.5,
      '8.8': 120,
      '8.9': 18.5,
      '8.10': 19.5,
      '8.11': 20.5,
      '8.12': 21.5,
      '8.13': 22.5,
      '8.14': 23.5,
    });
  });

  it('lists of numbers are packed, and read unpacked as well', () => {
    const android = { file: 'cwaV2', message: 'ApplicationConfigurationAndroid' };
    const ios = { file: 'cwaV2', message: 'ApplicationConfigurationIOS' };
    const thresholds = encodeMessage(ios, { exposureConfiguration: { attenuationDurationThresholds: [33, 63, 75] } });
    expect([...fieldsAt(thresholds, 8, 3)[0]!.bytes]).toEqual([33, 63, 75]);
    const document = {
      dailySummariesConfig: { attenuationBucketThresholdDb: [30, 50], attenuationBucketWeights: [1, 0.5] },
    };
    const [packed] = fieldsAt(encodeMessage(android, document), 9);
    expect([...fieldsAt(packed!.bytes, 1)[0]!.bytes]).toEqual([30, 50]);
    expect(fieldsAt(packed!.bytes, 2)[0]!.bytes).toHaveLength(16);
    // Field 9 of 4 bytes: field 1, a varint, twice.
    const unpacked = Uint8Array.from([0x4a, 4, 0x08, 30, 0x08, 50]);
    expect(decodeMessage(android, unpacked)?.value).toEqual({
      dailySummariesConfig: { attenuationBucketThresholdDb: [30, 50] },
    });
  });
});

describe('CWA v1', () => {
  it('has all of its fields', () => {
    const weights = { transmissionWeight: 1.5, durationWeight: 2.5, daysWeight: 3.5, attenuationWeight: 4.5 };
    const version = (from: number) => ({ major: from, minor: from + 1, patch: from + 2 });
    const document = {
      minRiskScore: 101,
      riskScoreClasses: { risk_classes: [{ label: 'a', min: 102, max: 103, url: 'b' }] },
      exposureConfig: weights,
      attenuationDuration: {
        thresholds: { lower: 104, upper: 105 },
        weights: { low: 5.5, mid: 6.5, high: 7.5 },
        defaultBucketOffset: 106,
        riskScoreNormalizationDivisor: 107,
      },
      appVersion: {
        ios: { latest: version(110), min: version(120) },
        android: { latest: version(130), min: version(140) },
      },
      appFeatures: { app_features: [{ label: 'i', value: 108 }] },
      supportedCountries: ['j'],
      iosKeyDownloadParameters: packages,
      androidKeyDownloadParameters: { ...packages, downloadTimeoutInSeconds: 150, overallTimeoutInSeconds: 151 },
      iosExposureDetectionParameters: { maxExposureDetectionsPerInterval: 152 },
      androidExposureDetectionParameters: { maxExposureDetectionsPerInterval: 153, overallTimeoutInSeconds: 154 },
    };
    const placesOfVersion = (at: string, from: number) => ({
      [`${at}.1`]: from,
      [`${at}.2`]: from + 1,
      [`${at}.3`]: from + 2,
    });
    expectPlaces('ApplicationConfiguration', 'cwaV1', document, {
      1: 101,
      '2.1.1': 'a',
      '2.1.2': 102,
      '2.1.3': 103,
      '2.1.4': 'b',
      '3.2': 1.5,
      '3.4': 2.5,
      '3.6': 3.5,
      '3.8': 4.5,
      '4.1.1': 104,
      '4.1.2': 105,
      '4.2.1': 5.5,
      '4.2.2': 6.5,
      '4.2.3': 7.5,
      '4.3': 106,
      '4.4': 107,
      ...placesOfVersion('5.1.1', 110),
      ...placesOfVersion('5.1.2', 120),
      ...placesOfVersion('5.2.1', 130),
      ...placesOfVersion('5.2.2', 140),
      '6.1.1': 'i',
      '6.1.2': 108,
      7: 'j',
      ...placesOfPackages(8),
      ...placesOfPackages(9),
      '9.3': 150,
      '9.4': 151,
      '10.1': 152,
      '11.1': 153,
      '11.2': 154,
    });
  });

  it.each([
    [1, 'transmission', [1, 2, 3, 4, 5, 6, 7, 8].map((level) => `appDefined_${level}`)],
    [
      3,
      'duration',
      [
        'eq_0_min',
        'gt_0_le_5_min',
        'gt_5_le_10_min',
        'gt_10_le_15_min',
        'gt_15_le_20_min',
        'gt_20_le_25_min',
        'gt_25_le_30_min',
        'gt_30_min',
      ],
    ],
    [
      5,
      'daysSinceLastExposure',
      [
        'ge_14_days',
        'ge_12_lt_14_days',
        'ge_10_lt_12_days',
        'ge_8_lt_10_days',
        'ge_6_lt_8_days',
        'ge_4_lt_6_days',
        'ge_2_lt_4_days',
        'ge_0_lt_2_days',
      ],
    ],
    [
      7,
      'attenuation',
      [
        'gt_73_dbm',
        'gt_63_le_73_dbm',
        'gt_51_le_63_dbm',
        'gt_33_le_51_dbm',
        'gt_27_le_33_dbm',
        'gt_15_le_27_dbm',
        'gt_10_le_15_dbm',
        'lt_10_dbm',
      ],
    ],
  ] as const)('table %d, %s: entry k at number k, levels by their order', (at, table, keys) => {
    const levels = ['LOWEST', 'LOW', 'LOW_MEDIUM', 'MEDIUM', 'MEDIUM_HIGH', 'HIGH', 'VERY_HIGH', 'HIGHEST'];
    const document = { exposureConfig: { [table]: Object.fromEntries(keys.map((key, k) => [key, levels[k]!])) } };
    const places = Object.fromEntries(keys.map((_, k) => [`3.${at}.${k + 1}`, k + 1]));
    expectPlaces('ApplicationConfiguration', 'cwaV1', document, places);
  });
});
