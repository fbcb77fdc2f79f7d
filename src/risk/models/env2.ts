/** Exposure Notification v2, daily summaries: weighted seconds of the windows of a UTC day (risk-models.md 1.2). */
import { z } from 'zod';
import type { Exposure, Slice } from '../../core/exposure.ts';
import type { Seconds, UtcDay } from '../../core/units.ts';
import { byDay } from '../days.ts';
import { decide, type RiskModel, type Trail } from '../model.ts';
import { type Reading, shareBelow } from '../reading.ts';
import { between, decibels, operator, whole } from '../schemas.ts';
import { windowsOf } from '../windows.ts';

/** 0 %..250 %, as the framework accepts. */
const weight = between(0, 2.5);
const onsetDays = z.tuple([whole(-14, 14), whole(-14, 14)]).readonly();

const parameters = z.strictObject({
  /** dB: upper ends of immediate, near and medium; other is above. */
  thresholds: z
    .tuple([decibels, decibels, decibels])
    .refine(([first, second, third]) => first < second && second < third, 'thresholds must increase')
    .readonly(),
  /** closed: att <= threshold, as the framework does; open: att < threshold, as LFPH v1 prints. */
  boundary: z.enum(['closed', 'open'], '"closed" or "open"').default('closed'),
  /** Weights of immediate, near, medium and other. */
  weights: z.tuple([weight, weight, weight, weight]).readonly(),
  reportTypeWeights: z.strictObject({
    confirmedTest: weight,
    clinicalDiagnosis: weight,
    selfReport: weight,
    recursive: weight,
  }),
  /** Infectiousness "none" always weighs 0. */
  infectiousnessWeights: z.strictObject({ standard: weight, high: weight }),
  /** Days since symptom onset, first and last, that are high and standard; high wins; all others are none. */
  infectiousnessDays: z.strictObject({ standard: onsetDays, high: onsetDays }).optional(),
  /** A window with a lower score is dropped, s. */
  minimumWindowScore: between(0, 100_000).default(0),
  /** Sum of a day's window scores, s (900 = 15 min). */
  threshold: between(0, 1_000_000),
  operator: operator.default('>='),
});
type Parameters = z.infer<typeof parameters>;

/** ENv2 infectiousness (0 none, 1 standard, 2 high) of an exposure so many days after the symptom onset. */
export function infectiousnessOf(days: number, { infectiousnessDays }: Parameters): 0 | 1 | 2 {
  const within = (span: readonly [number, number] | undefined) =>
    span !== undefined && days >= span[0] && days <= span[1];
  if (within(infectiousnessDays?.high)) return 2;
  return within(infectiousnessDays?.standard) ? 1 : 0;
}

/** Seconds of a window, each weighted by its attenuation bucket. */
function weightedSeconds(window: readonly Slice[], own: Parameters, reading: Reading): Seconds {
  const { thresholds, weights } = own;
  const closed = own.boundary === 'closed';
  let total = 0;
  for (const { seconds, low, high } of window) {
    // Runs once a bin and bucket: an index loop measured several times faster than destructuring and a closure.
    let below = 0;
    let weighted = 0;
    for (let k = 0; k < thresholds.length; k++) {
      const upTo = shareBelow(low, high, thresholds[k]!, closed, reading);
      weighted += weights[k]! * (upTo - below);
      below = upTo;
    }
    total += Math.max(0, seconds) * (weighted + weights[3] * (1 - below));
  }
  return total;
}

/** An unknown report type counts as a confirmed test; a revoked one as nothing. */
function reportTypeWeight({ reportType }: Exposure, { reportTypeWeights }: Parameters): number {
  if (reportType === 2) return reportTypeWeights.clinicalDiagnosis;
  if (reportType === 3) return reportTypeWeights.selfReport;
  if (reportType === 4) return reportTypeWeights.recursive;
  return reportType === 5 ? 0 : reportTypeWeights.confirmedTest;
}

/** A trace without infectiousness gets the neutral factor 1, like every factor that a trace lacks (contract.md 1). */
function infectiousnessWeight({ infectiousness }: Exposure, { infectiousnessWeights }: Parameters): number {
  if (infectiousness === undefined) return 1;
  if (infectiousness === 0) return 0;
  return infectiousness === 2 ? infectiousnessWeights.high : infectiousnessWeights.standard;
}

/** One day as the framework sums it up, all in seconds. */
interface DailySummary {
  readonly day: UtcDay | undefined;
  readonly sumScore: Seconds;
  readonly maximumScore: Seconds;
  readonly weightedDurationSum: Seconds;
}

/** Daily summaries over all report types; windows below the minimum score are left out of all three figures. */
export const dailySummaries = (
  group: readonly Exposure[],
  own: Parameters,
  reading: Reading,
): readonly DailySummary[] => byDay(group).map(({ day, exposures }) => ({ day, ...summary(exposures, own, reading) }));

/** The three figures of one day. */
function summary(exposures: readonly Exposure[], own: Parameters, reading: Reading): Omit<DailySummary, 'day'> {
  let sumScore = 0;
  let maximumScore = 0;
  let weightedDurationSum = 0;
  for (const exposure of exposures) {
    const factor = reportTypeWeight(exposure, own) * infectiousnessWeight(exposure, own);
    for (const window of windowsOf(exposure)) {
      const weighted = weightedSeconds(window, own, reading);
      const score = weighted * factor;
      if (score < own.minimumWindowScore) continue;
      sumScore += score;
      maximumScore = Math.max(maximumScore, score);
      weightedDurationSum += weighted;
    }
  }
  return { sumScore, maximumScore, weightedDurationSum };
}

export const env2: RiskModel<Parameters> = {
  name: 'env2',
  title: 'Exposure Notification v2: weighted seconds of a day',
  parameters,
  decidesByCell: false,
  readsCells: false,
  assess(group, own, reading, trail) {
    let highest = 0;
    let decisive: readonly Exposure[] = group.slice(0, 1);
    for (const { exposures } of byDay(group)) {
      const { sumScore } = summary(exposures, own, reading);
      if (sumScore <= highest) continue;
      highest = sumScore;
      decisive = exposures;
    }
    if (trail) explainDay(decisive, highest, own, reading, trail);
    return decide(highest, own.operator, own.threshold, trail);
  },
  // Infectiousness is what ENv2 has in the place of the transmission level.
  dependsOn: ({ infectiousnessWeights: { standard, high } }) => ({
    days: false,
    transmissionLevel: standard !== 1 || high !== 1,
  }),
};

/** Adds one pair of steps a window of the day that decides. */
function explainDay(
  exposures: readonly Exposure[],
  sum: Seconds,
  own: Parameters,
  reading: Reading,
  trail: Trail,
): void {
  const sign = own.boundary === 'closed' ? '<=' : '<';
  const buckets = own.thresholds.map((edge, k) => `${sign} ${edge} dB x ${own.weights[k]}`).join(', ');
  for (const exposure of exposures)
    for (const window of windowsOf(exposure)) {
      const weighted = weightedSeconds(window, own, reading);
      trail.push({ what: 'weighted seconds', value: weighted, because: `${buckets}, else x ${own.weights[3]}` });
      const factor = reportTypeWeight(exposure, own) * infectiousnessWeight(exposure, own);
      const because = `x ${factor} (report type x infectiousness), dropped below ${own.minimumWindowScore} s`;
      const score = weighted * factor;
      trail.push({ what: 'window score', value: score < own.minimumWindowScore ? 0 : score, because });
    }
  trail.push({ what: 'day score', value: sum, because: 'sum of the window scores of the highest UTC day, s' });
}
