/** Apple/Google Exposure Notification v1: the highest score of any exposure against a threshold (risk-models.md 1.1). */
import { z } from 'zod';
import { decide, type RiskModel } from '../model.ts';
import { between, operator, platform } from '../schemas.ts';
import { ENV1, type Env1Variant, env1Shape, highestProduct, MAXIMUM_SCORE, tablesDependOn } from './env1Parts.ts';

const parameters = z.strictObject({
  ...env1Shape,
  threshold: between(0, MAXIMUM_SCORE),
  operator,
  /** iOS limits the total risk score to 255, before it is compared with the minimum. */
  platform: platform.default('android'),
});
type Parameters = z.infer<typeof parameters>;

/** iOS also offers the full range (totalRiskScoreFullRange); an app that reads it behaves like Android. */
const variants: Readonly<Record<Parameters['platform'], Env1Variant>> = {
  android: ENV1,
  ios: { ...ENV1, limit: 255 },
};

export const env1: RiskModel<Parameters> = {
  name: 'env1',
  title: 'Exposure Notification v1: highest product of four scores',
  parameters,
  decidesByCell: true,
  readsCells: true,
  assess(group, own, reading, trail) {
    const { score } = highestProduct(group, own, variants[own.platform], reading, trail);
    return decide(score, own.operator, own.threshold, trail);
  },
  dependsOn: tablesDependOn,
};
