/** ENExposureConfiguration of Exposure Notification v2: weights in percent (risk-models.md 1.2). */
import { z } from 'zod';
import { env2 as model } from '../models/env2.ts';
import { between } from '../schemas.ts';
import {
  alertThresholdSeconds,
  closedAndReached,
  dayLimit,
  decodeDays,
  type Env2Parameters,
  encodeDays,
  infectiousnessMap,
  reportType,
  STANDARD,
  thresholdPaths,
  thresholds,
} from './env2Parts.ts';
import type { Target } from './target.ts';

/** Percent with the decimals that a double can tell: 0.07 x 100 is 7, not 7.000000000000001. */
const percent = (weight: number): number => Number((weight * 100).toPrecision(15));
/** 100 = weight 1. */
const percents = between(0, 250);

const appleSchema = z.strictObject({
  /** dB: upper ends of immediate, near and medium, inclusive. */
  attenuationDurationThresholds: thresholds,
  immediateDurationWeight: percents,
  nearDurationWeight: percents,
  mediumDurationWeight: percents,
  otherDurationWeight: percents,
  infectiousnessForDaysSinceOnsetOfSymptoms: infectiousnessMap.optional(),
  infectiousnessStandardWeight: percents,
  infectiousnessHighWeight: percents,
  reportTypeConfirmedTestWeight: percents,
  reportTypeConfirmedClinicalDiagnosisWeight: percents,
  reportTypeSelfReportedWeight: percents,
  reportTypeRecursiveWeight: percents,
  /** What a key without a report type counts as. */
  reportTypeNoneMap: reportType,
  daysSinceLastExposureThreshold: dayLimit,
  alertThresholdSeconds,
  _enlab: z.unknown().optional(),
});

export const env2Apple: Target<Env2Parameters, z.infer<typeof appleSchema>> = {
  name: 'env2-apple',
  title: 'ENExposureConfiguration, version 2 (iOS)',
  model,
  schema: appleSchema,
  marks: ['immediateDurationWeight', 'nearDurationWeight', 'mediumDurationWeight', 'otherDurationWeight'],
  parts: {
    alert: ['alertThresholdSeconds'],
    weights: [
      [['immediateDurationWeight'], ['nearDurationWeight'], ['mediumDurationWeight'], ['otherDurationWeight']],
      [['infectiousnessStandardWeight'], ['infectiousnessHighWeight']],
      [
        ['reportTypeConfirmedTestWeight'],
        ['reportTypeConfirmedClinicalDiagnosisWeight'],
        ['reportTypeSelfReportedWeight'],
        ['reportTypeRecursiveWeight'],
      ],
    ],
    thresholds: thresholdPaths('attenuationDurationThresholds'),
  },
  encode: (own) => ({
    attenuationDurationThresholds: own.thresholds,
    immediateDurationWeight: percent(own.weights[0]),
    nearDurationWeight: percent(own.weights[1]),
    mediumDurationWeight: percent(own.weights[2]),
    otherDurationWeight: percent(own.weights[3]),
    infectiousnessForDaysSinceOnsetOfSymptoms: { unknown: STANDARD, ...encodeDays(own) },
    infectiousnessStandardWeight: percent(own.infectiousnessWeights.standard),
    infectiousnessHighWeight: percent(own.infectiousnessWeights.high),
    reportTypeConfirmedTestWeight: percent(own.reportTypeWeights.confirmedTest),
    reportTypeConfirmedClinicalDiagnosisWeight: percent(own.reportTypeWeights.clinicalDiagnosis),
    reportTypeSelfReportedWeight: percent(own.reportTypeWeights.selfReport),
    reportTypeRecursiveWeight: percent(own.reportTypeWeights.recursive),
    // Keys without a report type count as confirmed tests; iOS would drop them.
    reportTypeNoneMap: 1,
    alertThresholdSeconds: own.threshold,
  }),
  decode: (own) => ({
    thresholds: own.attenuationDurationThresholds,
    weights: [
      own.immediateDurationWeight / 100,
      own.nearDurationWeight / 100,
      own.mediumDurationWeight / 100,
      own.otherDurationWeight / 100,
    ],
    reportTypeWeights: {
      confirmedTest: own.reportTypeConfirmedTestWeight / 100,
      clinicalDiagnosis: own.reportTypeConfirmedClinicalDiagnosisWeight / 100,
      selfReport: own.reportTypeSelfReportedWeight / 100,
      recursive: own.reportTypeRecursiveWeight / 100,
    },
    infectiousnessWeights: {
      standard: own.infectiousnessStandardWeight / 100,
      high: own.infectiousnessHighWeight / 100,
    },
    ...decodeDays(own.infectiousnessForDaysSinceOnsetOfSymptoms),
    minimumWindowScore: 0,
    threshold: own.alertThresholdSeconds,
    ...closedAndReached,
  }),
};
