/**
 * Configuration of Exposure Notification v1 (risk-models.md 1.1): the same numbers under Apple's and Google's names.
 * A framework of that version drops scores below minimumRiskScore; an app alerts when one is left.
 */
import { z } from 'zod';
import { env1 as model } from '../models/env1.ts';
import { between, decibels, table, whole } from '../schemas.ts';
import { entries, type Target } from './target.ts';

type Parameters = z.infer<typeof model.parameters>;

interface Dialect {
  readonly platform: Parameters['platform'];
  readonly keys: Readonly<Record<'D' | 'A' | 'days' | 'transmission' | 'thresholds', string>>;
  /** Range of minimumRiskScore: one byte on iOS, the builder's check on Android. */
  readonly minimum: readonly [number, number];
  readonly defaultThresholds: readonly [number, number];
}

const weight = between(0, 100).optional();
const thresholds = z.tuple([decibels, decibels]).readonly().optional();

/** Weights have one name on both platforms. They are reserved and change no score. */
const weightShape = {
  attenuationWeight: weight,
  daysSinceLastExposureWeight: weight,
  durationWeight: weight,
  transmissionRiskWeight: weight,
};
const DEFAULT_WEIGHT = 50;

type Document = Readonly<Record<string, unknown>>;

export function env1Target(name: string, title: string, dialect: Dialect): Target<Parameters, Document> {
  const { keys, minimum, platform } = dialect;
  return {
    name,
    title,
    model,
    schema: z.strictObject({
      minimumRiskScore: whole(...minimum),
      [keys.A]: table,
      [keys.days]: table,
      [keys.D]: table,
      [keys.transmission]: table,
      ...weightShape,
      [keys.thresholds]: thresholds,
      _enlab: z.unknown().optional(),
    }),
    marks: [keys.A, keys.D],
    parts: {
      tables: {
        D: entries(keys.D),
        A: entries(keys.A),
        days: entries(keys.days),
        transmission: entries(keys.transmission),
      },
      alert: ['minimumRiskScore'],
      thresholds: [0, 1].map((k) => [keys.thresholds, k]),
      ...(platform === 'ios' && { above255: 'error' }),
    },
    encode: ({ D, A, days, transmission, minimumRiskScore, threshold, weights, attenuationThresholds }) => ({
      // Two lower limits of one score are one, the higher; a threshold of 0 is reached by dropped scores as well.
      minimumRiskScore: threshold === 0 ? 0 : Math.max(minimumRiskScore, threshold),
      [keys.A]: A,
      attenuationWeight: weights?.attenuation ?? DEFAULT_WEIGHT,
      [keys.days]: days,
      daysSinceLastExposureWeight: weights?.days ?? DEFAULT_WEIGHT,
      [keys.D]: D,
      durationWeight: weights?.duration ?? DEFAULT_WEIGHT,
      [keys.transmission]: transmission,
      transmissionRiskWeight: weights?.transmission ?? DEFAULT_WEIGHT,
      [keys.thresholds]: attenuationThresholds ?? dialect.defaultThresholds,
    }),
    decode: (document) =>
      // The names are data here, so the model's own schema gives the values their types.
      model.parameters.parse({
        D: document[keys.D],
        A: document[keys.A],
        days: document[keys.days],
        transmission: document[keys.transmission],
        weights: {
          attenuation: document['attenuationWeight'],
          days: document['daysSinceLastExposureWeight'],
          duration: document['durationWeight'],
          transmission: document['transmissionRiskWeight'],
        },
        attenuationThresholds: document[keys.thresholds],
        // A product of 0 never counts, so a minimum of 0 and of 1 drop the same.
        minimumRiskScore: Math.max(1, Number(document['minimumRiskScore'])),
        threshold: document['minimumRiskScore'],
        operator: '>=',
        platform,
      }),
  };
}
