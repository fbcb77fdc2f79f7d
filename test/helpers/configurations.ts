/** Results, rules and documents that the tests of export, lint and configuration documents share. */
import { exportResult } from '../../calibration/export.ts';
import type { FitResult } from '../../calibration/schemas.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import type { MinutesRule } from '../../src/risk/config/equivalents.ts';
import { type Decoded, decodeConfiguration } from '../../src/risk/config/registry.ts';
import { dp3t } from '../../src/risk/models/dp3t.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { modelNamed } from '../../src/risk/registry.ts';

const estimate = { value: 0.5, low: 0.3, high: 0.7 };
const counts = { n: 40, tp: 15, fp: 5, fn: 5, tn: 15 };
const figureNames = [
  'sensitivity',
  'specificity',
  'youden',
  'f1',
  'f2',
  'mcc',
  'ppv',
  'npv',
  'alertsPer1000',
  'cost',
  'netBenefit',
] as const;
const figures = {
  ...counts,
  ...(Object.fromEntries(figureNames.map((name) => [name, estimate])) as Record<
    (typeof figureNames)[number],
    typeof estimate
  >),
};
const objective = {
  ...estimate,
  optimismCorrected: 0.4,
  optimismCorrectedInterval: [0.2, 0.6] as [number, number],
};

/** A whole result around a rule. */
export const resultOf = (rule: object, options: FitResult['options'] = {}): FitResult => ({
  schema: 'enlab.calibrate.fit',
  version: 1,
  seed: 7,
  options: { objective: 'youden', durationEdge: 'bucket', ...options },
  data: {
    n: 40,
    positives: 20,
    negatives: 20,
    unknown: 2,
    exposures: 90,
    rows: 73,
    rejected: 4,
    files: [{ name: 'field.ndjson', sha256: 'ab'.repeat(32) }],
  },
  certificate: { rules: 12_021, optimal: true, ties: 3, withinThousandth: 5 },
  best: { ...rule, objective, ...figures } as FitResult['best'],
  equivalent: [],
  default: { preset: 'immuni-2020-06-05', threshold: 20, operator: '>=', objective: estimate, ...figures },
  gain: estimate,
  pareto: [],
  auc: estimate,
  leaveOneScenarioOut: [],
  leaveOneDeviceOut: [],
  unidentified: { D: ['D8'], A: ['A7', 'A8'] },
  stability: null,
  shifts: { value: null, reason: 'no raw attenuation' },
});

export const cellTargets = ['immuni', 'env1-apple', 'env1-google'];
export const secondsTargets = ['env2-apple', 'env2-google'];
export const minutesTargets = ['dp3t', 'cwa-v1', 'cwa-v2-android', 'cwa-v2-ios', ...secondsTargets];

export const minutesRule = (more: object = {}): MinutesRule =>
  dp3t.parameters.parse({ thresholds: [55, 63], weights: [1, 0.5], threshold: 15, ...more });
/** What the data allow: nothing is rounded and nothing is summed over days. */
export const certified = { wholeMinutes: true, oneDay: true, oneAttenuation: true };
export const minutesResult = (rule: MinutesRule, options: FitResult['options'] = certified): FitResult =>
  resultOf({ model: 'dp3t', parameters: rule }, options);

export function refusalOf(result: FitResult, target: string): string {
  try {
    exportResult(result, target);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-LOSSY') return error.message;
    throw error;
  }
  throw new Error(`${target} did not refuse`);
}

/** The exported text, or null where the target refuses. */
export function exported(result: FitResult, target: string): string | null {
  try {
    return exportResult(result, target);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-LOSSY') return null;
    throw error;
  }
}

/** What an app with this configuration file decides about a group of exposures. */
export function decides(text: string): (group: readonly Exposure[]) => boolean {
  const { model, parameters } = decodeConfiguration(text, 'exported.json');
  const own = modelNamed(model);
  return (group) => own.assess(group, parameters, defaultReading).alert;
}

/** The same for a model with parameters as they stand in a result. */
export function modelDecides(model: string, parameters: unknown): (group: readonly Exposure[]) => boolean {
  const own = modelNamed(model);
  const parsed = own.parameters.parse(parameters);
  return (group) => own.assess(group, parsed, defaultReading).alert;
}

export const decode = (document: unknown): Decoded => decodeConfiguration(JSON.stringify(document), 'document.json');

const ones = [1, 1, 1, 1, 1, 1, 1, 1];

/** Risk parameters of 15 April 2021 (corona-warn-app/cwa-server@24abfe3), as the decoded message prints them. */
const cwaV2Risk = () => {
  const below = (min: number, max: number) => ({ ...(min > 0 && { min }), max, maxExclusive: true });
  const levels = (low: number, max: number) => [
    { normalizedTimeRange: below(low, 9), riskLevel: 'LOW' },
    { normalizedTimeRange: { min: 9, max }, riskLevel: 'HIGH' },
  ];
  return {
    riskCalculationParameters: {
      minutesAtAttenuationWeights: [
        { attenuationRange: below(0, 63), weight: 0.8 },
        { attenuationRange: below(63, 73), weight: 1 },
        { attenuationRange: below(73, 79), weight: 0.1 },
      ],
      normalizedTimePerEWToRiskLevelMapping: levels(0, 9999),
      normalizedTimePerDayToRiskLevelMapping: levels(5, 99_999),
      trlEncoding: {
        infectiousnessOffsetStandard: 1,
        infectiousnessOffsetHigh: 2,
        reportTypeOffsetSelfReport: 2,
        reportTypeOffsetConfirmedClinicalDiagnosis: 4,
        reportTypeOffsetConfirmedTest: 6,
      },
      transmissionRiskValueMapping: [0, 0, 0.6, 0.8, 1, 1.2, 1.4, 1.6].map((value, k) => ({
        transmissionRiskLevel: k + 1,
        ...(value > 0 && { transmissionRiskValue: value }),
      })),
      maxEncounterAgeInDays: 10,
    },
  };
};

/** A document of every target that lint has nothing to say about. Fresh copies, so that tests may change them. */
export const cleanDocuments = () => ({
  immuni: {
    exposure_configuration: {
      attenuation_thresholds: [50, 70],
      attenuation_bucket_scores: [0, 5, 5, 5, 5, 5, 5, 5],
      attenuation_weight: 1,
      days_since_last_exposure_bucket_scores: [...ones],
      days_since_last_exposure_weight: 1,
      duration_bucket_scores: [0, 0, 0, 0, 5, 5, 5, 5],
      duration_weight: 1,
      transmission_risk_bucket_scores: [...ones],
      transmission_risk_weight: 1,
      minimum_risk_score: 1,
    },
    exposure_info_minimum_risk_score: 20,
  },
  'env1-apple': {
    minimumRiskScore: 20,
    attenuationLevelValues: [0, 5, 5, 5, 5, 5, 5, 5],
    daysSinceLastExposureLevelValues: [...ones],
    durationLevelValues: [0, 0, 0, 0, 5, 5, 5, 5],
    transmissionRiskLevelValues: [...ones],
    attenuationDurationThresholds: [50, 70],
  },
  'env1-google': {
    minimumRiskScore: 20,
    attenuationScores: [0, 5, 5, 5, 5, 5, 5, 5],
    attenuationWeight: 50,
    daysSinceLastExposureScores: [...ones],
    durationScores: [0, 0, 0, 0, 5, 5, 5, 5],
    transmissionRiskScores: [...ones],
    durationAtAttenuationThresholds: [50, 74],
  },
  'cwa-v1': {
    minRiskScore: 11,
    riskScoreClasses: {
      risk_classes: [
        { label: 'LOW', max: 15 },
        { label: 'HIGH', min: 15, max: 72, url: 'https://www.coronawarn.app' },
      ],
    },
    exposureConfig: {
      transmission: {
        appDefined_1: 'LOWEST',
        appDefined_2: 'LOW',
        appDefined_3: 'LOW_MEDIUM',
        appDefined_4: 'MEDIUM',
        appDefined_5: 'MEDIUM_HIGH',
        appDefined_6: 'HIGH',
        appDefined_7: 'VERY_HIGH',
        appDefined_8: 'HIGHEST',
      },
      transmissionWeight: 50,
      duration: {
        gt_10_le_15_min: 'LOWEST',
        gt_15_le_20_min: 'LOWEST',
        gt_20_le_25_min: 'LOWEST',
        gt_25_le_30_min: 'LOWEST',
        gt_30_min: 'LOWEST',
      },
      durationWeight: 50,
      daysSinceLastExposure: {
        ge_14_days: 'MEDIUM_HIGH',
        ge_12_lt_14_days: 'MEDIUM_HIGH',
        ge_10_lt_12_days: 'MEDIUM_HIGH',
        ge_8_lt_10_days: 'MEDIUM_HIGH',
        ge_6_lt_8_days: 'MEDIUM_HIGH',
        ge_4_lt_6_days: 'MEDIUM_HIGH',
        ge_2_lt_4_days: 'MEDIUM_HIGH',
        ge_0_lt_2_days: 5,
      },
      daysWeight: 20,
      attenuation: {
        gt_63_le_73_dbm: 'LOWEST',
        gt_51_le_63_dbm: 'LOWEST',
        gt_33_le_51_dbm: 'LOWEST',
        gt_27_le_33_dbm: 'LOWEST',
        gt_15_le_27_dbm: 'LOWEST',
        gt_10_le_15_dbm: 'LOWEST',
        lt_10_dbm: 'LOWEST',
      },
      attenuationWeight: 50,
    },
    attenuationDuration: {
      thresholds: { lower: 55, upper: 63 },
      weights: { low: 1, mid: 0.5 },
      riskScoreNormalizationDivisor: 25,
    },
    appVersion: { ios: { min: { minor: 5 } } },
  },
  'cwa-v2-android': { minVersionCode: '48', ...cwaV2Risk() },
  'cwa-v2-ios': { minVersion: { major: 1, minor: 9 }, ...cwaV2Risk() },
  dp3t: { lowerThreshold: 53, higherThreshold: 60, factorLow: 1, factorHigh: 0.5, triggerThreshold: 15 },
  'env2-apple': {
    attenuationDurationThresholds: [55, 67, 75],
    immediateDurationWeight: 175,
    nearDurationWeight: 100,
    mediumDurationWeight: 33,
    otherDurationWeight: 0,
    infectiousnessStandardWeight: 30,
    infectiousnessHighWeight: 100,
    reportTypeConfirmedTestWeight: 100,
    reportTypeConfirmedClinicalDiagnosisWeight: 100,
    reportTypeSelfReportedWeight: 0,
    reportTypeRecursiveWeight: 0,
    reportTypeNoneMap: 1,
    alertThresholdSeconds: 900,
  },
  'env2-google': {
    attenuationBucketThresholdDb: [55, 67, 75],
    attenuationBucketWeights: [1.75, 1, 0.33, 0],
    reportTypeWeights: { '1': 1, '2': 1, '3': 0, '4': 0 },
    infectiousnessWeights: { '1': 0.3, '2': 1 },
    minimumWindowScore: 0,
    daysSinceExposureThreshold: 0,
    alertThresholdSeconds: 900,
  },
});

export type TargetName = keyof ReturnType<typeof cleanDocuments>;
