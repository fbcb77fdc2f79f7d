/**
 * Immuni: ENv1 with the choices in which its documents and its apps differ. The DPIA alerts when D x A exceeds the
 * threshold and prints other edges; both apps use >= and the framework's edges (risk-models.md 0 and 1.3).
 */
import { z } from 'zod';
import { decide, type RiskModel } from '../model.ts';
import { type Scale, scaleOf } from '../scale.ts';
import { between, operator } from '../schemas.ts';
import { ENV1, type Env1Variant, env1Shape, highestProduct, MAXIMUM_SCORE, tablesDependOn } from './env1Parts.ts';

const parameters = z.strictObject({
  ...env1Shape,
  /** exposure_info_minimum_risk_score */
  threshold: between(0, MAXIMUM_SCORE),
  operator,
  /** dB between A5 and A6. */
  a5Edge: z.literal([27, 23], 'must be 27 (framework and apps) or 23 (DPIA)').default(27),
  /** Exactly 30 min is D8 ("30+ min" in the DPIA). */
  thirtyPlus: z.boolean().default(false),
});
type Parameters = z.infer<typeof parameters>;

const variants = new Map<Scale, Env1Variant>();

/** One variant a grid, made once: assess runs millions of times. */
function variantOf(own: Parameters): Env1Variant {
  const scale = scaleOf(own);
  let variant = variants.get(scale);
  if (!variant) variants.set(scale, (variant = { ...ENV1, scale }));
  return variant;
}

export const immuni: RiskModel<Parameters> = {
  name: 'immuni',
  title: 'Immuni: highest D x A of any exposure',
  parameters,
  decidesByCell: true,
  readsCells: true,
  assess(group, own, reading, trail) {
    // The risk factor of the DPIA is the product, so that is shown; one below the minimum never reaches the app.
    const { product, score } = highestProduct(group, own, variantOf(own), reading, trail);
    const isReported = score === product;
    const verdict = decide(product, own.operator, own.threshold, isReported ? trail : undefined);
    if (isReported) return verdict;
    const because = `product ${product} is below the minimum risk score ${own.minimumRiskScore}`;
    trail?.push({ what: 'decision', value: 'no alert', because });
    return { ...verdict, alert: false };
  },
  dependsOn: tablesDependOn,
};
