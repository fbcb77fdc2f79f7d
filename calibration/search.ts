/** Exact optimum and exact Pareto front: every allowed rule is evaluated, so the result is its own certificate. */

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
export function within(limits: Limits, tp: number, fp: number, positives: number, negatives: number): boolean {
  const { maxFpr, minSensitivity, maxAlertsPer1000: budget } = limits;
  const [sensitivity, fpr] = [tp / positives, fp / negatives];
  if (maxFpr !== undefined && fpr > maxFpr + SLACK) return false;
  if (minSensitivity !== undefined && sensitivity < minSensitivity - SLACK) return false;
  if (!budget) return true;
  const share = shareOf(budget.prevalence, positives, negatives);
  return 1000 * (share * sensitivity + (1 - share) * fpr) <= budget.alerts + SLACK;
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
