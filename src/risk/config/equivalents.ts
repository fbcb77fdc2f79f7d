/**
 * A minutes rule (model dp3t) in the terms of other models, and the check that the two decide alike. Exact on data whose
 * attenuations are whole dB, whose time in every bucket is whole minutes and whose exposures are as recent as the rule
 * asks: dp3t rounds every bucket's time up to whole minutes, the others do not (docs/configurations.md).
 */
import type { z } from 'zod';
import type { Exposure } from '../../core/exposure.ts';
import type { Db, Minutes } from '../../core/units.ts';
import type { RiskModel } from '../model.ts';
import type { cwaV1 } from '../models/cwaV1.ts';
import type { CwaV2Parameters } from '../models/cwaV2Days.ts';
import type { dp3t } from '../models/dp3t.ts';
import type { env2 } from '../models/env2.ts';
import { defaultReading } from '../reading.ts';
import { ones } from '../schemas.ts';

export type MinutesRule = z.infer<typeof dp3t.parameters>;
type Env2Parameters = z.infer<typeof env2.parameters>;
type CwaV1Parameters = z.infer<typeof cwaV1.parameters>;

/** Apps compare with >=; where a rule says >, the next value of a grid of steps is the one to reach. */
const reached = ({ operator, threshold }: MinutesRule, stepsPerMinute: number): number => {
  const steps = threshold * stepsPerMinute;
  return operator === '>' ? Math.floor(steps) + 1 : steps;
};

/** The rule with the whole trigger that the app holds. */
export const minutesAsDp3t = (rule: MinutesRule): MinutesRule => ({
  ...rule,
  threshold: Math.ceil(reached(rule, 1)),
  operator: '>=',
});

/**
 * Buckets of ENv2 are closed on the right, those of dp3t are half-open (risk-models.md 0.2): below t is at most t - 1.
 * Every report type and infectiousness weighs 1, as dp3t looks at neither.
 */
export function minutesAsEnv2(rule: MinutesRule): Env2Parameters {
  const buckets = closedBuckets(rule);
  const [first, second, third] = buckets.map(({ upper }) => upper) as [Db, Db, Db];
  const [immediate, near, medium] = buckets.map(({ weight }) => weight) as [number, number, number];
  return {
    thresholds: [first, second, third],
    boundary: 'closed',
    weights: [immediate, near, medium, 0],
    reportTypeWeights: { confirmedTest: 1, clinicalDiagnosis: 1, selfReport: 1, recursive: 1 },
    infectiousnessWeights: { standard: 1, high: 1 },
    minimumWindowScore: 0,
    threshold: reached(rule, 60),
    operator: '>=',
  };
}

interface ClosedBucket {
  /** The bucket ends at this attenuation, inclusive. */
  readonly upper: Db;
  readonly weight: number;
}

const WEAKEST: Db = 255;

/** Three buckets up to 255 dB. An empty bucket leaves a free threshold, which cuts another one into equal halves. */
function closedBuckets({ thresholds: [lower, higher], weights }: MinutesRule): readonly ClosedBucket[] {
  const buckets = [
    { upper: lower - 1, weight: weights[0] },
    { upper: higher - 1, weight: weights[1] },
    { upper: WEAKEST, weight: 0 },
  ].filter(({ upper }, k, all) => upper > (all[k - 1]?.upper ?? -1));
  for (let upper = 0; buckets.length < 3; upper++) {
    const at = buckets.findIndex((bucket) => bucket.upper >= upper);
    if (buckets[at]!.upper !== upper) buckets.splice(at, 0, { upper, weight: buckets[at]!.weight });
  }
  return buckets;
}

/** CWA scales minutes by the highest score over a divisor: with tables and divisor 1, every exposure counts alike. */
export const minutesAsCwaV1 = (rule: MinutesRule): CwaV1Parameters => {
  const trigger = Math.ceil(reached(rule, 1));
  const { thresholds, weights } = rule;
  return {
    D: ones,
    A: ones,
    days: ones,
    transmission: ones,
    minimumRiskScore: 1,
    attenuationDuration: {
      lower: thresholds[0],
      upper: thresholds[1],
      low: weights[0],
      mid: weights[1],
      high: 0,
      divisor: 1,
      offset: 0,
    },
    classes: { LOW: [0, trigger], HIGH: [trigger, HIGHEST] },
    platform: 'android',
  };
};

/** Where CWA itself ended the class HIGH from September 2020 on. */
const HIGHEST = 9999;

/**
 * CWA v2 sums the minutes of a day over windows, in half-open ranges like those of dp3t. Every window counts, as nothing
 * filters it and every level has the value 1. Its ranges say themselves whether the trigger belongs to them, so that
 * fractions and ">" have a form.
 */
export const minutesAsCwaV2 = ({ thresholds, weights, threshold, operator }: MinutesRule): CwaV2Parameters => {
  const [lower, higher] = thresholds;
  const belowTrigger = { min: 0, max: threshold, ...(operator === '>=' && { maxExclusive: true }) };
  const fromTrigger = { min: threshold, max: MOST_MINUTES, ...(operator === '>' && { minExclusive: true }) };
  const buckets = [
    { attenuationRange: { min: 0, max: lower, maxExclusive: true }, weight: weights[0] },
    { attenuationRange: { min: lower, max: higher, maxExclusive: true }, weight: weights[1] },
  ];
  return {
    minutesAtAttenuationFilters: [],
    trlFilters: [],
    // An empty range would still hold its only dB.
    minutesAtAttenuationWeights: buckets.filter(({ attenuationRange: { min, max } }) => min < max),
    normalizedTimePerEWToRiskLevelMapping: [{ normalizedTimeRange: { min: 0, max: MOST_MINUTES }, riskLevel: 1 }],
    normalizedTimePerDayToRiskLevelMapping: [
      { normalizedTimeRange: belowTrigger, riskLevel: 1 },
      { normalizedTimeRange: fromTrigger, riskLevel: 2 },
    ],
    trlEncoding: CWA_ENCODING,
    transmissionRiskValueMapping: ones.map((value, k) => ({
      transmissionRiskLevel: k + 1,
      transmissionRiskValue: value,
    })),
    platform: 'android',
    attenuation: 'min',
  };
};

/** Where CWA's own ranges of a day ended from 2021-03-18 on; more than a day of any weight. */
const MOST_MINUTES = 99_999;

/** As CWA itself sent it: levels 1..8 from report type and infectiousness (risk-models.md 1.5). */
const CWA_ENCODING = {
  infectiousnessOffsetStandard: 1,
  infectiousnessOffsetHigh: 2,
  reportTypeOffsetRecursive: 0,
  reportTypeOffsetSelfReport: 2,
  reportTypeOffsetConfirmedClinicalDiagnosis: 4,
  reportTypeOffsetConfirmedTest: 6,
};

/** Whole minutes of a day below the lower threshold and between the two. */
export interface DayMinutes {
  readonly low: Minutes;
  readonly middle: Minutes;
}

type Decides = (minutes: DayMinutes) => boolean;

/** What a model with parameters decides about a day, for `firstDifference`. */
export const decidesOn = <P>(model: RiskModel<P>, parameters: P, rule: MinutesRule): Decides => {
  const [lower, higher] = rule.thresholds;
  const exposure = ({ low, middle }: DayMinutes): Exposure => ({
    slices: [
      { seconds: low * 60, low: lower - 1, high: lower - 1 },
      { seconds: middle * 60, low: higher - 1, high: higher - 1 },
    ].filter(({ seconds }) => seconds > 0),
    weight: 1,
  });
  return (minutes) => model.assess([exposure(minutes)], parameters, defaultReading).alert;
};

const DAY: Minutes = 1440;

/**
 * The shortest day (0..1440 whole minutes in either bucket) about which two ways to decide disagree, or null. All days
 * are covered: both alert more with every minute, so it is enough to compare where each begins to.
 */
export function firstDifference(
  { thresholds: [lower, higher] }: MinutesRule,
  a: Decides,
  b: Decides,
): DayMinutes | null {
  const longestLow = lower > 0 ? DAY : 0;
  const longestMiddle = higher > lower ? DAY : 0;
  for (let low = 0; low <= longestLow; low++) {
    const [ofA, ofB] = [a, b].map((decides) => begins(decides, low, longestMiddle)) as [Minutes, Minutes];
    if (ofA !== ofB) return { low, middle: Math.min(ofA, ofB) };
    if (ofA === 0) return null;
  }
  return null;
}

/** The fewest minutes in the middle bucket that alert, by bisection; one more than `longest` where none do. */
function begins(decides: Decides, low: Minutes, longest: Minutes): Minutes {
  let silent = -1;
  let alerting = longest + 1;
  while (alerting - silent > 1) {
    const middle = Math.floor((silent + alerting) / 2);
    if (decides({ low, middle })) alerting = middle;
    else silent = middle;
  }
  return alerting;
}
