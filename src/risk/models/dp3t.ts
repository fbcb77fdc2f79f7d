/** SwissCovid / DP-3T exposure score: weighted whole minutes of a UTC day (risk-models.md 1.6). */
import { z } from 'zod';
import type { Exposure } from '../../core/exposure.ts';
import type { Minutes } from '../../core/units.ts';
import { bucketMinutes, bucketTexts } from '../buckets.ts';
import { byDay, daysAgo } from '../days.ts';
import { decide, type RiskModel } from '../model.ts';
import type { Reading } from '../reading.ts';
import { between, operator, twoThresholds, whole } from '../schemas.ts';

const parameters = z.strictObject({
  /** dB: B1 is below the first, B2 from there to below the second; what is above counts nothing. */
  thresholds: twoThresholds,
  /** Weights of B1 and B2. */
  weights: z.tuple([between(0, 10), between(0, 10)]).readonly(),
  /** Weighted minutes of a day. */
  threshold: between(0, 1440),
  operator: operator.default('>='),
  /** Exposures longer ago than this many days are left out. */
  lastDays: whole(0, 60).default(10),
});
type Parameters = z.infer<typeof parameters>;

/** The app rounds a bucket's seconds up to whole minutes; the margin keeps sums of fractions from adding one. */
const wholeMinutes = (minutes: Minutes): Minutes => Math.ceil(minutes - 1e-9);

function dayMinutes(exposures: readonly Exposure[], own: Parameters, reading: Reading): readonly [Minutes, Minutes] {
  const [low, middle] = bucketMinutes(exposures, own.thresholds, reading);
  return [wholeMinutes(low), wholeMinutes(middle)];
}

export const dp3t: RiskModel<Parameters> = {
  name: 'dp3t',
  title: 'SwissCovid / DP-3T: weighted minutes of a day',
  parameters,
  decidesByCell: false,
  readsCells: false,
  assess(group, own, reading, trail) {
    const recent = group.filter((exposure) => daysAgo(exposure, reading) <= own.lastDays);
    let highest = 0;
    let minutes: readonly [Minutes, Minutes] = [0, 0];
    for (const { exposures } of byDay(recent)) {
      const [low, middle] = dayMinutes(exposures, own, reading);
      const score = own.weights[0] * low + own.weights[1] * middle;
      if (score <= highest) continue;
      highest = score;
      minutes = [low, middle];
    }
    if (trail) {
      const left = `${group.length - recent.length} of ${group.length} exposures are older`;
      trail.push({ what: 'days considered', value: own.lastDays, because: left });
      for (const k of [0, 1] as const) {
        const because = `${bucketTexts(own.thresholds)[k]}, rounded up to whole minutes, weight ${own.weights[k]}`;
        trail.push({ what: `minutes B${k + 1}`, value: minutes[k], because });
      }
      trail.push({ what: 'exposure score', value: highest, because: 'weighted minutes of the highest UTC day' });
    }
    return decide(highest, own.operator, own.threshold, trail);
  },
  // Age decides whether an exposure is looked at, not how much it counts.
  dependsOn: () => ({ days: true, transmissionLevel: false }),
};
