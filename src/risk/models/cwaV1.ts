/** Corona-Warn-App until November 2020: minutes in three dB buckets, weighted by the highest ENv1 score (risk-models.md 1.4). */
import { z } from 'zod';
import type { Exposure } from '../../core/exposure.ts';
import type { Minutes } from '../../core/units.ts';
import { bucketMinutes, bucketTexts } from '../buckets.ts';
import { decide, type RiskModel, type Trail } from '../model.ts';
import type { Reading } from '../reading.ts';
import { aboveZero, between, decibels, platform } from '../schemas.ts';
import { ENV1, type Env1Variant, env1Score, env1Shape, explainScore, tablesDependOn } from './env1Parts.ts';

const weight = between(0, 10);
const score = between(0, 9999);
const riskClass = z.tuple([score, score]).readonly();

const parameters = z.strictObject({
  ...env1Shape,
  /** Weights of the minutes and what scales them, as the server's attenuation-duration file has them. */
  attenuationDuration: z
    .strictObject({
      /** dB: low is below `lower`, mid from there to below `upper`, high from `upper`. */
      lower: decibels,
      upper: decibels,
      low: weight,
      mid: weight,
      high: weight,
      divisor: aboveZero,
      /** Weighted minutes that are added before scaling. */
      offset: between(-1000, 1000),
    })
    .refine(({ lower, upper }) => lower <= upper, 'lower must not exceed upper'),
  /** [min, max]; HIGH from its min decides. The platforms differ in which class holds a shared edge below that. */
  classes: z.strictObject({ LOW: riskClass, HIGH: riskClass }),
  /** The Android app caps each bucket at 30 min. */
  platform: platform.default('android'),
});
type Parameters = z.infer<typeof parameters>;

const CAP: Minutes = 30;

/** 5 is the level whose score the divisor normalises to 1 (contract.md 1). Apps use the full range of the score. */
const VARIANT: Env1Variant = { ...ENV1, unknownLevel: 5 };

/** The ENv1 score of one exposure, 0 below the minimum. */
export const exposureScore = (exposure: Exposure, own: Parameters, reading: Reading): number =>
  env1Score(exposure, own, VARIANT, reading);

/** round2(maxRisk / divisor x (low x b0 + mid x b1 + high x b2 + offset)), minutes capped where the platform does. */
export function combinedScore(
  highest: number,
  minutes: readonly [Minutes, Minutes, Minutes],
  { attenuationDuration, platform: own }: Pick<Parameters, 'attenuationDuration' | 'platform'>,
): number {
  const { low, mid, high, divisor, offset } = attenuationDuration;
  const cap = own === 'android' ? CAP : Number.POSITIVE_INFINITY;
  const [b0, b1, b2] = minutes;
  const weighted = low * Math.min(b0, cap) + mid * Math.min(b1, cap) + high * Math.min(b2, cap) + offset;
  return Math.round((highest / divisor) * weighted * 100) / 100;
}

export const cwaV1: RiskModel<Parameters> = {
  name: 'cwa-v1',
  title: 'Corona-Warn-App 1.0-1.8: weighted minutes x highest score',
  parameters,
  decidesByCell: false,
  readsCells: false,
  assess(group, own, reading, trail) {
    const kept: Exposure[] = [];
    let highest = 0;
    for (const exposure of group) {
      const value = exposureScore(exposure, own, reading);
      if (value === 0) continue;
      kept.push(exposure);
      if (value > highest) highest = value;
    }
    // One sum over everything matched: the framework's summary tells exposures and days no further apart.
    const { lower, upper } = own.attenuationDuration;
    const minutes = bucketMinutes(kept, [lower, upper], reading);
    const combined = combinedScore(highest, minutes, own);
    if (trail) {
      for (const exposure of group) explainScore(exposure, own, VARIANT, reading, trail);
      explainCombined(highest, minutes, combined, own, trail);
    }
    return decide(combined, '>=', own.classes.HIGH[0], trail);
  },
  dependsOn: tablesDependOn,
};

/** Adds the steps from the scores of the exposures to the combined score. */
function explainCombined(
  highest: number,
  minutes: readonly [Minutes, Minutes, Minutes],
  combined: number,
  { attenuationDuration, platform: own }: Parameters,
  trail: Trail,
): void {
  const { lower, upper, low, mid, high, divisor, offset } = attenuationDuration;
  const texts = bucketTexts([lower, upper]);
  const cap = own === 'android' ? `, capped at ${CAP} min` : '';
  trail.push({ what: 'highest score', value: highest, because: 'of the exposures that reach the minimum risk score' });
  for (const [k, weightOfBucket] of [low, mid, high].entries())
    trail.push({ what: `minutes b${k}`, value: minutes[k]!, because: `${texts[k]}, weight ${weightOfBucket}${cap}` });
  const because = `${highest} / ${divisor} x (weighted minutes + ${offset}), rounded to 0.01`;
  trail.push({ what: 'combined score', value: combined, because });
}
