/**
 * Application configuration of Corona-Warn-App 1.0-1.8 (risk-models.md 1.4): the protobuf that the server delivered
 * (proto/cwaV1.proto), and JSON with the field names that the decoded protobuf prints. As in protobuf, a field that is
 * absent is 0.
 */
import { z } from 'zod';
import { cwaV1 as model } from '../models/cwaV1.ts';
import { between, decibels, whole } from '../schemas.ts';
import type { Path } from './path.ts';
import type { Target } from './target.ts';

type Parameters = z.infer<typeof model.parameters>;

/** Numbers 1..8; 0 is UNSPECIFIED, which is also what an absent field means. */
const LEVELS = ['LOWEST', 'LOW', 'LOW_MEDIUM', 'MEDIUM', 'MEDIUM_HIGH', 'HIGH', 'VERY_HIGH', 'HIGHEST'] as const;
const level = z
  .union([z.enum(['UNSPECIFIED', ...LEVELS]), whole(0, 8)], `must be one of ${LEVELS.join(', ')}, or 0..8`)
  .optional();
type Level = z.infer<typeof level>;

/** Entries of every table, lowest risk first. */
const KEYS = {
  D: [
    'eq_0_min',
    'gt_0_le_5_min',
    'gt_5_le_10_min',
    'gt_10_le_15_min',
    'gt_15_le_20_min',
    'gt_20_le_25_min',
    'gt_25_le_30_min',
    'gt_30_min',
  ],
  A: [
    'gt_73_dbm',
    'gt_63_le_73_dbm',
    'gt_51_le_63_dbm',
    'gt_33_le_51_dbm',
    'gt_27_le_33_dbm',
    'gt_15_le_27_dbm',
    'gt_10_le_15_dbm',
    'lt_10_dbm',
  ],
  days: [
    'ge_14_days',
    'ge_12_lt_14_days',
    'ge_10_lt_12_days',
    'ge_8_lt_10_days',
    'ge_6_lt_8_days',
    'ge_4_lt_6_days',
    'ge_2_lt_4_days',
    'ge_0_lt_2_days',
  ],
  transmission: [1, 2, 3, 4, 5, 6, 7, 8].map((k) => `appDefined_${k}`),
} as const;
type TableName = keyof typeof KEYS;

/** Names of the tables in the document. */
const TABLES = {
  D: 'duration',
  A: 'attenuation',
  days: 'daysSinceLastExposure',
  transmission: 'transmission',
} as const;

/** A table: an object with a level for each of its entries. */
const levels = (name: TableName) =>
  z.strictObject(Object.fromEntries(KEYS[name].map((key) => [key, level]))).optional();
const scoreWeight = between(0, 100).optional();
/** Of a minute below the lower dB threshold, between the two, and above. */
const bucketWeight = between(0, 10).optional();
/** The class HIGH ended at 9999 from September 2020 on. */
const score = whole(0, 9999);

const riskClass = z
  .strictObject({
    label: z.string('must be text'),
    min: score.optional(),
    max: score.optional(),
    url: z.string('must be text').optional(),
  })
  // A forgotten max is 0, with which the class holds nothing.
  .refine(({ min = 0, max = 0 }) => min <= max, { path: ['max'], message: 'must not be below min' });

const schema = z.strictObject({
  /** Exposures with a lower product do not count. */
  minRiskScore: whole(0, 4096).optional(),
  riskScoreClasses: z.strictObject({
    risk_classes: z
      .array(riskClass)
      .refine(
        (classes) => ['LOW', 'HIGH'].every((label) => classes.some((one) => one.label === label)),
        'must hold the classes LOW and HIGH',
      ),
  }),
  exposureConfig: z.strictObject({
    transmission: levels('transmission'),
    transmissionWeight: scoreWeight,
    duration: levels('D'),
    durationWeight: scoreWeight,
    daysSinceLastExposure: levels('days'),
    daysWeight: scoreWeight,
    attenuation: levels('A'),
    attenuationWeight: scoreWeight,
  }),
  attenuationDuration: z.strictObject({
    thresholds: z
      .strictObject({ lower: decibels.optional(), upper: decibels.optional() })
      .refine(({ lower = 0, upper = 0 }) => lower <= upper, { path: ['upper'], message: 'must not be below lower' })
      .optional(),
    weights: z.strictObject({ low: bucketWeight, mid: bucketWeight, high: bucketWeight }).optional(),
    /** Minutes that are added to the weighted sum; int32 in the message. */
    defaultBucketOffset: whole(0, 1000).optional(),
    /** The highest score over this scales the minutes. */
    riskScoreNormalizationDivisor: whole(1, 4096),
  }),
  // Parts of the same message that have nothing to do with risk.
  appVersion: z.unknown().optional(),
  appFeatures: z.unknown().optional(),
  supportedCountries: z.unknown().optional(),
  iosKeyDownloadParameters: z.unknown().optional(),
  androidKeyDownloadParameters: z.unknown().optional(),
  iosExposureDetectionParameters: z.unknown().optional(),
  androidExposureDetectionParameters: z.unknown().optional(),
  _enlab: z.unknown().optional(),
});
type Document = z.infer<typeof schema>;

/** Number of a level, which may be given by name; 0 where it is absent. Undefined for what is no level. */
function levelNumber(value: unknown): number | undefined {
  if (value === undefined || value === 'UNSPECIFIED') return 0;
  if (typeof value === 'number') return value;
  const index = LEVELS.indexOf(value as (typeof LEVELS)[number]);
  return index < 0 ? undefined : index + 1;
}

/** Where the entries of a table stand in the document. */
const paths = (name: TableName): readonly Path[] => KEYS[name].map((key) => ['exposureConfig', TABLES[name], key]);

/** Zeros are left out, as protobuf does. */
const encodeTable = (name: TableName, scores: readonly number[]): Record<string, Level> =>
  Object.fromEntries(
    KEYS[name].flatMap((key, k) => {
      const named = LEVELS[scores[k]! - 1];
      return named === undefined ? [] : [[key, named]];
    }),
  );

const decodeTable = (name: TableName, { exposureConfig }: Document): readonly number[] => {
  const own: Readonly<Record<string, Level>> = exposureConfig[TABLES[name]] ?? {};
  return KEYS[name].map((key) => levelNumber(own[key]) ?? 0);
};

/** Weights that CWA itself sent; the score uses none of them. */
const UNUSED = { transmission: 50, duration: 50, days: 20, attenuation: 50 };

export const cwaV1: Target<Parameters, Document> = {
  name: 'cwa-v1',
  title: 'Corona-Warn-App 1.0-1.8 application configuration',
  model,
  schema,
  marks: ['exposureConfig', 'riskScoreClasses', 'attenuationDuration'],
  protobuf: {
    file: 'cwaV1',
    message: 'ApplicationConfiguration',
    required: ['exposureConfig', 'riskScoreClasses', 'attenuationDuration'],
  },
  parts: {
    tables: { D: paths('D'), A: paths('A'), days: paths('days'), transmission: paths('transmission') },
    minimum: ['minRiskScore'],
    weights: [['low', 'mid', 'high'].map((bucket) => ['attenuationDuration', 'weights', bucket])],
    thresholds: ['lower', 'upper'].map((edge) => ['attenuationDuration', 'thresholds', edge]),
    thresholdsMayBeEqual: true,
    classes: ['riskScoreClasses', 'risk_classes'],
    number: levelNumber,
  },
  encode: ({ D, A, days, transmission, minimumRiskScore, weights, attenuationDuration: own, classes }) => ({
    minRiskScore: minimumRiskScore,
    riskScoreClasses: {
      risk_classes: (['LOW', 'HIGH'] as const).map((label) => ({
        label,
        min: classes[label][0],
        max: classes[label][1],
      })),
    },
    exposureConfig: {
      transmission: encodeTable('transmission', transmission),
      transmissionWeight: weights?.transmission ?? UNUSED.transmission,
      duration: encodeTable('D', D),
      durationWeight: weights?.duration ?? UNUSED.duration,
      daysSinceLastExposure: encodeTable('days', days),
      daysWeight: weights?.days ?? UNUSED.days,
      attenuation: encodeTable('A', A),
      attenuationWeight: weights?.attenuation ?? UNUSED.attenuation,
    },
    attenuationDuration: {
      thresholds: { lower: own.lower, upper: own.upper },
      weights: { low: own.low, mid: own.mid, high: own.high },
      defaultBucketOffset: own.offset,
      riskScoreNormalizationDivisor: own.divisor,
    },
  }),
  decode(document) {
    const { thresholds, weights, defaultBucketOffset, riskScoreNormalizationDivisor } = document.attenuationDuration;
    const { lower = 0, upper = 0 } = thresholds ?? {};
    const { low = 0, mid = 0, high = 0 } = weights ?? {};
    const { risk_classes: classes } = document.riskScoreClasses;
    const own = document.exposureConfig;
    const range = (label: string): readonly [number, number] => {
      const found = classes.find((one) => one.label === label);
      return [found?.min ?? 0, found?.max ?? 0];
    };
    return model.parameters.parse({
      D: decodeTable('D', document),
      A: decodeTable('A', document),
      days: decodeTable('days', document),
      transmission: decodeTable('transmission', document),
      // A product of 0 never counts, so a minimum of 0 and of 1 are the same.
      minimumRiskScore: Math.max(1, document.minRiskScore ?? 0),
      weights: {
        attenuation: own.attenuationWeight,
        days: own.daysWeight,
        duration: own.durationWeight,
        transmission: own.transmissionWeight,
      },
      attenuationDuration: {
        lower,
        upper,
        low,
        mid,
        high,
        divisor: riskScoreNormalizationDivisor,
        offset: defaultBucketOffset ?? 0,
      },
      classes: { LOW: range('LOW'), HIGH: range('HIGH') },
    });
  },
};
