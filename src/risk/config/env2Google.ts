/** DailySummariesConfig and the key mapping of Exposure Notification v2 on Android (risk-models.md 1.2). */
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
  infectiousness,
  infectiousnessMap,
  reportType,
  STANDARD,
  thresholdPaths,
  thresholds,
} from './env2Parts.ts';
import type { Target } from './target.ts';

/** 1 = a second counts as one. */
const weight = between(0, 2.5);

const googleSchema = z.strictObject({
  /** Upper ends of immediate, near and medium, inclusive. */
  attenuationBucketThresholdDb: thresholds,
  /** Of immediate, near, medium and other. */
  attenuationBucketWeights: z.tuple([weight, weight, weight, weight]).readonly(),
  /** By report type: 1 confirmed test, 2 clinical diagnosis, 3 self report, 4 recursive. */
  reportTypeWeights: z.strictObject({ '1': weight, '2': weight, '3': weight, '4': weight }),
  /** By infectiousness: 1 standard, 2 high. */
  infectiousnessWeights: z.strictObject({ '1': weight, '2': weight }),
  /** Seconds. */
  minimumWindowScore: between(0, 100_000).optional(),
  daysSinceExposureThreshold: dayLimit,
  /** A second object of the platform, handed over before the first keys. */
  diagnosisKeysDataMapping: z
    .strictObject({
      daysSinceOnsetToInfectiousness: infectiousnessMap,
      infectiousnessWhenDaysSinceOnsetMissing: infectiousness,
      reportTypeWhenMissing: reportType,
    })
    .optional(),
  alertThresholdSeconds,
  _enlab: z.unknown().optional(),
});

export const env2Google: Target<Env2Parameters, z.infer<typeof googleSchema>> = {
  name: 'env2-google',
  title: 'DailySummariesConfig (Android)',
  model,
  schema: googleSchema,
  marks: ['attenuationBucketThresholdDb', 'attenuationBucketWeights'],
  parts: {
    alert: ['alertThresholdSeconds'],
    weights: [
      [0, 1, 2, 3].map((k) => ['attenuationBucketWeights', k]),
      ['1', '2'].map((key) => ['infectiousnessWeights', key]),
      ['1', '2', '3', '4'].map((key) => ['reportTypeWeights', key]),
    ],
    thresholds: thresholdPaths('attenuationBucketThresholdDb'),
  },
  encode: ({ reportTypeWeights, infectiousnessWeights, ...own }) => ({
    attenuationBucketThresholdDb: own.thresholds,
    attenuationBucketWeights: own.weights,
    reportTypeWeights: {
      '1': reportTypeWeights.confirmedTest,
      '2': reportTypeWeights.clinicalDiagnosis,
      '3': reportTypeWeights.selfReport,
      '4': reportTypeWeights.recursive,
    },
    infectiousnessWeights: { '1': infectiousnessWeights.standard, '2': infectiousnessWeights.high },
    minimumWindowScore: own.minimumWindowScore,
    diagnosisKeysDataMapping: {
      daysSinceOnsetToInfectiousness: encodeDays({ reportTypeWeights, infectiousnessWeights, ...own }),
      infectiousnessWhenDaysSinceOnsetMissing: STANDARD,
      reportTypeWhenMissing: 1,
    },
    alertThresholdSeconds: own.threshold,
  }),
  decode: ({ reportTypeWeights, infectiousnessWeights, ...own }) => ({
    thresholds: own.attenuationBucketThresholdDb,
    weights: own.attenuationBucketWeights,
    reportTypeWeights: {
      confirmedTest: reportTypeWeights['1'],
      clinicalDiagnosis: reportTypeWeights['2'],
      selfReport: reportTypeWeights['3'],
      recursive: reportTypeWeights['4'],
    },
    infectiousnessWeights: { standard: infectiousnessWeights['1'], high: infectiousnessWeights['2'] },
    ...decodeDays(own.diagnosisKeysDataMapping?.daysSinceOnsetToInfectiousness),
    minimumWindowScore: own.minimumWindowScore ?? 0,
    threshold: own.alertThresholdSeconds,
    ...closedAndReached,
  }),
};
