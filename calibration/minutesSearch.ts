/**
 * The best two-threshold minutes rule of the model dp3t (src/risk/models/dp3t.ts): a person is alerted iff on some UTC
 * day factor 1 x whole minutes below a lower dB threshold + factor 2 x whole minutes between the two reach a trigger.
 * With given factors the rules are few enough to count them all: 1,830 pairs of whole dB 30..90 x 61 triggers
 * = 111,630 configurations (calibration.md 1), so the optimum is its own certificate.
 */
import type { Db, Minutes } from '../src/core/units.ts';
import { byDay, daysAgo } from '../src/risk/days.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { RuleCounts } from './counts.ts';
import { accumulate, areWhole, minutesBelowEach, wholeMinutes } from './dailyScores.ts';
import type { Objective } from './objectives.ts';
import type { Sample } from './sample.ts';
import { feasible, type Limits, nearTies, noneFeasible, optimum } from './search.ts';
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
  /** Configurations within 0.001 of the value, ties included. */
  readonly withinThousandth: number;
  /** Configurations that were searched, all of them. */
  readonly configurations: number;
  /** True where the times at all thresholds are whole minutes, so that rounding up changes nothing on these data. */
  readonly wholeMinutes: boolean;
  /** True where no subject has exposures on two days, so that it does not matter whether days are added up. */
  readonly oneDay: boolean;
}

/**
 * Proven best configuration. Of ties the one nearest to the centre of all ties is returned (the middle of a plateau, so
 * that a small error in dB or minutes changes least), then the one with the smallest trigger, lower threshold, higher
 * threshold. Throws E-CONSTRAINTS where none keeps within the limits; both classes must be present.
 */
export function fitMinutes(rules: MinutesRules, target: Objective, limits: Limits = {}): MinutesFit {
  const counts = rules.count(rules.sample.weight);
  const allowed = feasible(counts, rules.ids, limits);
  if (allowed.length === 0) throw noneFeasible(counts, rules.ids, limits);
  const { value, ties } = optimum(counts, allowed, target);
  return {
    best: central(ties.map((id) => rules.rule(id))),
    value,
    ties: ties.length,
    withinThousandth: nearTies(counts, allowed, target, value),
    configurations: rules.ids.length,
    wholeMinutes: rules.wholeMinutes,
    oneDay: rules.oneDay,
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

/**
 * All rules of a space on one sample, ready to be counted under any weights (a bootstrap replicate is a weighting).
 * Time below a threshold changes only where a subject has a slice, so between those dB all thresholds score alike:
 * a subject is a few rectangles of (lower, higher) with one score each, and a rectangle is four entries of an array
 * whose running sums along score, lower and higher threshold are the counts of all rules.
 */
export class MinutesRules {
  readonly sample: Sample;
  /** Every rule's index in the counts, by trigger, lower threshold, higher threshold. */
  readonly ids: Int32Array;
  readonly wholeMinutes: boolean;
  readonly oneDay: boolean;
  readonly #space: MinutesSpace;
  /** Values of a threshold, and one more where rectangles end. */
  readonly #side: number;
  /** Four entries a rectangle: add, subtract, subtract, add. */
  readonly #corners: readonly Int32Array[];

  constructor(sample: Sample, reading: Reading, space: MinutesSpace = MINUTES_SPACE) {
    const edges = Array.from({ length: space.highest - space.lowest + 1 }, (_, k) => space.lowest + k);
    this.sample = sample;
    this.#space = space;
    this.#side = edges.length + 1;
    this.ids = this.#allIds();
    let whole = true;
    this.#corners = sample.subjects.map((subject) => {
      const days = profiles(subject, edges, reading, space);
      whole &&= days.every(areWhole);
      return this.#rectangles(days);
    });
    this.wholeMinutes = whole;
    this.oneDay = sample.subjects.every(({ exposures }) => byDay(exposures).length <= 1);
  }

  /** Silent subjects of every rule; weights: one a subject. */
  count(weights: Float64Array): RuleCounts {
    const { positive } = this.sample;
    const size = this.#space.longest * this.#side * this.#side;
    const silent = [new Float64Array(size), new Float64Array(size)] as const;
    const totals: [number, number] = [0, 0];
    for (const [subject, corners] of this.#corners.entries()) {
      const own = positive[subject] === 1 ? 0 : 1;
      const weight = weights[subject]!;
      totals[own] += weight;
      for (let k = 0; k < corners.length; k += 4) {
        silent[own][corners[k]!]! += weight;
        silent[own][corners[k + 1]!]! -= weight;
        silent[own][corners[k + 2]!]! -= weight;
        silent[own][corners[k + 3]!]! += weight;
      }
    }
    const [fn, tn] = silent;
    for (const counts of silent) {
      accumulate(counts, this.#side);
      accumulate(counts, this.#side, this.#side);
      accumulate(counts, this.#space.longest, this.#side * this.#side);
    }
    return { fn, tn, positives: totals[0], negatives: totals[1] };
  }

  rule(id: number): MinutesRule {
    const { lowest, factors } = this.#space;
    const pair = id % (this.#side * this.#side);
    return {
      lowerThreshold: lowest + Math.floor(pair / this.#side),
      higherThreshold: lowest + (pair % this.#side),
      trigger: Math.floor(id / (this.#side * this.#side)) + 1,
      factors,
    };
  }

  #allIds(): Int32Array {
    const ids: number[] = [];
    const edges = this.#side - 1;
    for (let trigger = 0; trigger < this.#space.longest; trigger++)
      for (let lower = 0; lower < edges; lower++)
        for (let higher = lower + 1; higher < edges; higher++)
          ids.push((trigger * this.#side + lower) * this.#side + higher);
    return Int32Array.from(ids);
  }

  /** A subject's rectangles of equal score. A score in [s, s + 1) is silent from trigger s + 1 on, which is plane s. */
  #rectangles(days: readonly Float64Array[]): Int32Array {
    const side = this.#side;
    const ends = runEnds(days, side - 1);
    const corners: number[] = [];
    for (const [i, lowerEnd] of ends.entries())
      for (const [j, higherEnd] of ends.entries()) {
        if (j < i) continue;
        const [lower, higher] = [ends[i - 1] ?? 0, ends[j - 1] ?? 0];
        const score = highestScore(days, lower, higher, this.#space);
        if (score >= this.#space.longest) continue;
        const at = (row: number, column: number): number => (score * side + row) * side + column;
        corners.push(at(lower, higher), at(lower, higherEnd), at(lowerEnd, higher), at(lowerEnd, higherEnd));
      }
    return Int32Array.from(corners);
  }
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

/** Where runs of edges end at which no day has other minutes than before; the last run ends at `length`. */
function runEnds(days: readonly Float64Array[], length: number): readonly number[] {
  const ends: number[] = [];
  for (let edge = 1; edge < length; edge++)
    if (days.some((minutes) => minutes[edge] !== minutes[edge - 1])) ends.push(edge);
  return [...ends, length];
}

/** Whole steps of the highest daily score for two edges. */
function highestScore(days: readonly Float64Array[], lower: number, higher: number, { factors }: MinutesSpace): number {
  let highest = 0;
  for (const minutes of days) {
    const between = minutes[higher]! - minutes[lower]!;
    highest = Math.max(highest, factors[0] * wholeMinutes(minutes[lower]!) + factors[1] * wholeMinutes(between));
  }
  return Math.floor(highest);
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
