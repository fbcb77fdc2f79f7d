/** Exact optimum and exact Pareto front: every allowed rule is evaluated, so the result is its own certificate. */

import { EnlabError } from '../src/core/errors.ts';
import type { RuleCounts } from './counts.ts';
import type { RuleId } from './lattice.ts';
import { type Objective, type Prevalence, shareOf } from './objectives.ts';

/** Two values closer than this are ties: well above the rounding of weighted sums, far below what one subject changes. */
export const TIE = 1e-12;

export interface Limits {
  /** Largest share of negatives that may be alerted. */
  readonly maxFpr?: number;
  /** Smallest share of positives that must be alerted. */
  readonly minSensitivity?: number;
  /** Largest number of alerts per 1,000 people at the given prevalence. */
  readonly maxAlertsPer1000?: { readonly alerts: number; readonly prevalence: Exclude<Prevalence, null> };
}

const SLACK = 1e-12;

/** Whether a rule keeps within the limits, on data with so many of each class. */
export const within = (limits: Limits, tp: number, fp: number, positives: number, negatives: number): boolean =>
  excess(limits, { sensitivity: tp / positives, fpr: fp / negatives }, positives, negatives) <= SLACK;

/** By how much a rule with these rates is outside the limits: the sum of what it misses of each, as a proportion. */
function excess(
  { maxFpr = 1, minSensitivity = 0, maxAlertsPer1000: budget }: Limits,
  { sensitivity, fpr }: Rates,
  positives: number,
  negatives: number,
): number {
  const share = budget ? shareOf(budget.prevalence, positives, negatives) : 0;
  const alerts = budget ? share * sensitivity + (1 - share) * fpr - budget.alerts / 1000 : 0;
  return Math.max(0, fpr - maxFpr) + Math.max(0, minSensitivity - sensitivity) + Math.max(0, alerts);
}

interface Rates {
  readonly sensitivity: number;
  readonly fpr: number;
}

/** The error that no candidate keeps within the limits, with the rates of the three that come nearest. */
export function noneFeasible(counts: RuleCounts, candidates: Int32Array, limits: Limits): EnlabError {
  const reached = nearestRates(counts, candidates, limits, 3).map(
    ({ sensitivity, fpr }) => `sensitivity ${sensitivity.toFixed(3)} at false-positive rate ${fpr.toFixed(3)}`,
  );
  return new EnlabError(
    'E-CONSTRAINTS',
    `none of ${candidates.length} rules keeps within --max-fpr, --min-sensitivity and --max-alerts-per-1000`,
    { hint: `relax a limit; the rules nearest to them reach: ${reached.join('; ')}` },
  );
}

/** Different rates with the smallest excess; those that another of them beats in both say nothing and are left out. */
function nearestRates(counts: RuleCounts, candidates: Int32Array, limits: Limits, most: number): readonly Rates[] {
  const { fn, tn, positives, negatives } = counts;
  const all = new Map(
    Array.from(candidates, (rule) => [
      `${fn[rule]} ${tn[rule]}`,
      { sensitivity: 1 - fn[rule]! / positives, fpr: 1 - tn[rule]! / negatives },
    ]),
  );
  const outside = (rates: Rates): number => excess(limits, rates, positives, negatives);
  const sorted = [...all.values()].toSorted(
    (a, b) => outside(a) - outside(b) || b.sensitivity - b.fpr - (a.sensitivity - a.fpr),
  );
  const nearest: Rates[] = [];
  for (const rates of sorted) {
    if (nearest.some(({ sensitivity, fpr }) => sensitivity >= rates.sensitivity && fpr <= rates.fpr)) continue;
    if (nearest.push(rates) === most) break;
  }
  return nearest;
}

/** The rules of `candidates` that keep within the limits on these data. */
export function feasible(counts: RuleCounts, candidates: Int32Array, limits: Limits): Int32Array {
  if (Object.values(limits).every((limit) => limit === undefined)) return candidates;
  const { fn, tn, positives, negatives } = counts;
  return candidates.filter((rule) =>
    within(limits, positives - fn[rule]!, negatives - tn[rule]!, positives, negatives),
  );
}

export interface Optimum {
  readonly value: number;
  /** Every rule that reaches the value, ascending. */
  readonly ties: readonly RuleId[];
}

/** Value of one rule; both classes must be present. */
export const valueOf = ({ fn, tn, positives, negatives }: RuleCounts, rule: RuleId, target: Objective): number =>
  target.value(positives - fn[rule]!, negatives - tn[rule]!, positives, negatives);

/** Best value over the candidates and all rules that reach it. Candidates must not be empty. */
export function optimum(counts: RuleCounts, candidates: Int32Array, target: Objective): Optimum {
  let value = Number.NEGATIVE_INFINITY;
  let ties: RuleId[] = [];
  for (const rule of candidates) {
    const here = valueOf(counts, rule, target);
    if (here > value + TIE) ties = [rule];
    else if (here >= value - TIE) ties.push(rule);
    if (here > value) value = here;
  }
  return { value, ties: ties.filter((rule) => valueOf(counts, rule, target) >= value - TIE) };
}

/** How many candidates come within 0.001 of a value: ties and what chance could put above them. */
export const nearTies = (counts: RuleCounts, candidates: Int32Array, target: Objective, value: number): number =>
  candidates.reduce((sum, rule) => sum + (valueOf(counts, rule, target) > value - 0.001 ? 1 : 0), 0);

/** One best rule, the first in rank order: what a bootstrap needs a thousand times. */
export function argmax(counts: RuleCounts, candidates: Int32Array, target: Objective): RuleId {
  const { fn, tn, positives, negatives } = counts;
  let best = candidates[0]!;
  let value = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < candidates.length; k++) {
    const rule = candidates[k]!;
    const here = target.value(positives - fn[rule]!, negatives - tn[rule]!, positives, negatives);
    if (here > value) {
      value = here;
      best = rule;
    }
  }
  return best;
}

/** Non-dominated rules by false positives (ascending) and true positives (ascending); of equals the first in rank. */
export function paretoFront(counts: RuleCounts, candidates: Int32Array): readonly RuleId[] {
  const { fn, tn } = counts;
  const ordered = candidates.toSorted((a, b) => tn[b]! - tn[a]! || fn[a]! - fn[b]! || a - b);
  const front: RuleId[] = [];
  let fewestMissed = Number.POSITIVE_INFINITY;
  for (const rule of ordered) {
    if (fn[rule]! >= fewestMissed) continue;
    fewestMissed = fn[rule]!;
    front.push(rule);
  }
  return front;
}
