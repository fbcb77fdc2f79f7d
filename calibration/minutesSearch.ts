/**
 * The best two-threshold minutes rule of the model dp3t (src/risk/models/dp3t.ts): a person is alerted iff on some UTC
 * day factor 1 x whole minutes below a lower dB threshold + factor 2 x whole minutes between the two reach a trigger.
 * With given factors the rules are few enough to count them all: 1,830 pairs of whole dB 30..90 x 61 triggers
 * = 111,630 configurations (calibration.md 1), so the optimum is its own certificate.
 */
import { EnlabError } from '../src/core/errors.ts';
import type { Db, Minutes } from '../src/core/units.ts';
import { byDay, daysAgo } from '../src/risk/days.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { RuleCounts } from './counts.ts';
import { accumulate, areWhole, minutesBelowEach, wholeMinutes } from './dailyScores.ts';
import type { Objective } from './objectives.ts';
import type { Sample } from './sample.ts';
import { feasible, type Limits, optimum } from './search.ts';
import type { Subject } from './subjects.ts';

/** The rules that are searched. */
export interface MinutesSpace {
  /** Weights of a minute below the lower threshold and of one between the two, 0..10. */
  readonly factors: readonly [number, number];
  /** Thresholds are all pairs lower < higher of whole dB in this range. */
  readonly lowest: Db;
  readonly highest: Db;
  /** Triggers are 1, 2, .. this many weighted minutes. */
  readonly longest: Minutes;
  /** Exposures longer ago than this many days are left out, as the model does. */
  readonly lastDays: number;
}

export const MINUTES_SPACE: MinutesSpace = { factors: [1, 0.5], lowest: 30, highest: 90, longest: 61, lastDays: 10 };

export interface MinutesRule {
  readonly lowerThreshold: Db;
  readonly higherThreshold: Db;
  /** Weighted minutes of a day that alert. */
  readonly trigger: Minutes;
  readonly factors: readonly [number, number];
}

export interface MinutesFit {
  readonly best: MinutesRule;
  readonly value: number;
  /** Configurations that reach the value, `best` included. */
  readonly ties: number;
  /** Configurations that were searched, all of them. */
  readonly configurations: number;
  /** True where the times at all thresholds are whole minutes, so that rounding up changes nothing on these data. */
  readonly wholeMinutes: boolean;
  /** True where no subject has exposures on two days, so that it does not matter whether days are added up. */
  readonly oneDay: boolean;
}

/**
 * Proven best configuration. Of ties the one nearest to the centre of all ties is returned (the middle of a plateau, so
 * that a small error in dB or minutes changes least), then the one with the smallest lower threshold, higher threshold,
 * trigger. Throws E-CONSTRAINTS where no configuration keeps within the limits; both classes must be present.
 */
export function fitMinutes(
  sample: Sample,
  reading: Reading,
  target: Objective,
  limits: Limits = {},
  space: MinutesSpace = MINUTES_SPACE,
): MinutesFit {
  const rules = rulesOf(space);
  const { counts, whole } = countRules(sample, reading, space);
  const allowed = feasible(counts, Int32Array.from(rules.keys()), limits);
  if (allowed.length === 0)
    throw new EnlabError('E-CONSTRAINTS', `none of ${rules.length} minutes rules keeps within the limits`);
  const { value, ties } = optimum(counts, allowed, target);
  return {
    best: central(ties.map((rule) => rules[rule]!)),
    value,
    ties: ties.length,
    configurations: rules.length,
    wholeMinutes: whole,
    oneDay: sample.subjects.every(({ exposures }) => byDay(exposures).length <= 1),
  };
}

/** Parameters of the model dp3t. */
export const dp3tParameters = (
  { lowerThreshold, higherThreshold, trigger, factors }: MinutesRule,
  { lastDays }: MinutesSpace = MINUTES_SPACE,
) => ({
  thresholds: [lowerThreshold, higherThreshold] as const,
  weights: factors,
  threshold: trigger,
  operator: '>=' as const,
  lastDays,
});

/** All rules, by lower threshold, then higher threshold, then trigger. */
function rulesOf({ factors, lowest, highest, longest }: MinutesSpace): readonly MinutesRule[] {
  const rules: MinutesRule[] = [];
  for (let lower = lowest; lower < highest; lower++)
    for (let higher = lower + 1; higher <= highest; higher++)
      for (let trigger = 1; trigger <= longest; trigger++)
        rules.push({ lowerThreshold: lower, higherThreshold: higher, trigger, factors });
  return rules;
}

/** Silent subjects of every rule, in the order of `rulesOf`. */
function countRules(
  sample: Sample,
  reading: Reading,
  space: MinutesSpace,
): { readonly counts: RuleCounts; readonly whole: boolean } {
  const { lowest, highest, longest } = space;
  const edges = Array.from({ length: highest - lowest + 1 }, (_, k) => lowest + k);
  const pairs = (edges.length * (edges.length - 1)) / 2;
  const silent = [new Float64Array(pairs * longest), new Float64Array(pairs * longest)] as const;
  const totals: [number, number] = [0, 0];
  const scores = new Uint16Array(pairs);
  let whole = true;
  for (const [k, subject] of sample.subjects.entries()) {
    scores.fill(0);
    for (const minutes of profiles(subject, edges, reading, space)) {
      raise(scores, minutes, space);
      whole &&= areWhole(minutes);
    }
    const own = sample.positive[k] === 1 ? 0 : 1;
    const weight = sample.weight[k]!;
    totals[own] += weight;
    const counts = silent[own];
    // A score in [s, s + 1) is silent from trigger s + 1 on, which is entry s of its pair.
    for (let pair = 0; pair < pairs; pair++)
      if (scores[pair]! < longest) counts[pair * longest + scores[pair]!]! += weight;
  }
  const [fn, tn] = [accumulate(silent[0], longest), accumulate(silent[1], longest)];
  return { counts: { fn, tn, positives: totals[0], negatives: totals[1] }, whole };
}

/** Minutes below every edge, of each of a subject's days. */
function profiles(
  { exposures }: Subject,
  edges: readonly Db[],
  reading: Reading,
  { lastDays }: MinutesSpace,
): readonly Float64Array[] {
  const recent = exposures.filter((exposure) => daysAgo(exposure, reading) <= lastDays);
  return byDay(recent).map((day) => minutesBelowEach(day.exposures, edges, false, reading));
}

/** Raises the score of every pair of thresholds to that of a day: whole steps, at most `longest`. */
function raise(scores: Uint16Array, minutes: Float64Array, { factors, longest }: MinutesSpace): void {
  let pair = 0;
  for (let lower = 0; lower < minutes.length; lower++) {
    const below = factors[0] * wholeMinutes(minutes[lower]!);
    for (let higher = lower + 1; higher < minutes.length; higher++, pair++) {
      const score = below + factors[1] * wholeMinutes(minutes[higher]! - minutes[lower]!);
      const step = score < longest ? Math.floor(score) : longest;
      if (step > scores[pair]!) scores[pair] = step;
    }
  }
}

/** The rule nearest to the centre of all, 1 dB counting as much as 1 minute; the first of equals. */
function central(rules: readonly MinutesRule[]): MinutesRule {
  const axes: readonly ((rule: MinutesRule) => number)[] = [
    (rule) => rule.lowerThreshold,
    (rule) => rule.higherThreshold,
    (rule) => rule.trigger,
  ];
  const centre = axes.map((axis) => rules.reduce((sum, rule) => sum + axis(rule), 0) / rules.length);
  const distance = (rule: MinutesRule): number =>
    axes.reduce((sum, axis, k) => sum + (axis(rule) - centre[k]!) * (axis(rule) - centre[k]!), 0);
  return rules.reduce((best, rule) => (distance(rule) < distance(best) ? rule : best));
}
