/** GAENSDKConfig of SwissCovid's configuration backend (risk-models.md 1.6). */
import { z } from 'zod';
import { dp3t as model } from '../models/dp3t.ts';
import { between, decibels, whole } from '../schemas.ts';
import type { Target } from './target.ts';

type Parameters = z.infer<typeof model.parameters>;

const factor = between(0, 10);

const schema = z
  .strictObject({
    /** dB */
    lowerThreshold: decibels,
    higherThreshold: decibels,
    factorLow: factor,
    factorHigh: factor,
    /** Weighted minutes of a day, whole: the app holds an integer. */
    triggerThreshold: whole(0, 1440),
    _enlab: z.unknown().optional(),
  })
  .refine(({ lowerThreshold, higherThreshold }) => lowerThreshold <= higherThreshold, {
    path: ['higherThreshold'],
    message: 'must not be below lowerThreshold',
  });
type Document = z.infer<typeof schema>;

export const dp3t: Target<Parameters, Document> = {
  name: 'dp3t',
  title: 'SwissCovid GAENSDKConfig',
  model,
  schema,
  marks: ['lowerThreshold', 'higherThreshold', 'triggerThreshold'],
  parts: {
    alert: ['triggerThreshold'],
    weights: [[['factorLow'], ['factorHigh']]],
    thresholds: [['lowerThreshold'], ['higherThreshold']],
    thresholdsMayBeEqual: true,
  },
  encode: ({ thresholds, weights, threshold }) => ({
    lowerThreshold: thresholds[0],
    higherThreshold: thresholds[1],
    factorLow: weights[0],
    factorHigh: weights[1],
    triggerThreshold: threshold,
  }),
  decode: (document) => ({
    thresholds: [document.lowerThreshold, document.higherThreshold],
    weights: [document.factorLow, document.factorHigh],
    threshold: document.triggerThreshold,
    operator: '>=',
    // A constant of the app.
    lastDays: 10,
  }),
};
