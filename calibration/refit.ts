/**
 * Bootstrap of a fit: every replicate searches all rules again, which gives the optimism of the apparent optimum
 * (Efron & Gong 1983), how often each rule is best, and each rule's mean (first criterion of the tie-break).
 */
import { bootstrap, classing } from './bootstrap.ts';
import { confusionOf, countAll, type RuleCounts } from './counts.ts';
import type { BootstrapOptions } from './estimates.ts';
import type { Lattice, RuleId } from './lattice.ts';
import type { Confusion, Objective } from './objectives.ts';
import { optimismOf, type Searched } from './optimism.ts';
import type { Sample } from './sample.ts';
import { feasible, type Limits, TIE, valueOf } from './search.ts';

/** One replicate; `onData` is the mean of all rules that are best in it. */
export interface Refitted extends Searched {
  /** The first in rank of those that are best in the replicate. */
  readonly winner: RuleId;
}

export interface Refits {
  /** Replicates in which both classes were drawn and a rule was feasible; the others say nothing. */
  readonly replicates: number;
  /** Mean of (value in the replicate - value on the data) of each replicate's best rules; null without replicates. */
  readonly optimism: number | null;
  readonly draws: readonly Refitted[];
  /** In how many replicates each rule was best, ties included, by rank. */
  readonly wins: Int32Array;
  /** The same with every replicate's one point shared among its ties: sums to `replicates`. */
  readonly shares: Float64Array;
  /** Mean value of every candidate, by rank. */
  readonly means: Float64Array;
  /** Confusion matrices of the watched rules, one a replicate. */
  readonly watched: ReadonlyMap<RuleId, readonly Confusion[]>;
}

export interface RefitInput {
  readonly lattice: Lattice;
  readonly sample: Sample;
  readonly generators: Int32Array;
  readonly candidates: Int32Array;
  readonly target: Objective;
  readonly limits: Limits;
  /** Rules whose replicates somebody wants to see. */
  readonly watch: readonly RuleId[];
}

/** What adds up over the replicates, by rank. */
interface Sums {
  readonly sums: Float64Array;
  /** Of one replicate after the other. */
  readonly values: Float64Array;
  readonly wins: Int32Array;
  readonly shares: Float64Array;
}

export function refit(input: RefitInput, counts: RuleCounts, options: BootstrapOptions): Refits {
  const { lattice, watch } = input;
  const all: Sums = {
    sums: new Float64Array(lattice.size),
    values: new Float64Array(lattice.size),
    wins: new Int32Array(lattice.size),
    shares: new Float64Array(lattice.size),
  };
  const draws: Refitted[] = [];
  let optimism = 0;
  const watched = new Map(watch.map((rule): [RuleId, Confusion[]] => [rule, []]));
  resampledCounts(input, options, (replicate, index) => {
    // Before anything is left out: what a rule does in a replicate depends neither on limits nor on the objective.
    for (const [rule, confusions] of watched) confusions.push(confusionOf(replicate, rule));
    const draw = searchedAgain(input, counts, replicate, index, all);
    if (draw) {
      draws.push(draw);
      optimism += optimismOf(draw);
    }
    options.progress?.(index + 1, draws.length === 0 ? null : optimism / draws.length);
  });
  const replicates = draws.length;
  return {
    replicates,
    optimism: replicates === 0 ? null : optimism / replicates,
    draws,
    wins: all.wins,
    shares: all.shares,
    means: all.sums.map((sum) => sum / replicates),
    watched,
  };
}

/** The search of one replicate, added to the sums; null where a class was not drawn or no rule keeps the limits. */
function searchedAgain(
  { candidates, target, limits }: RefitInput,
  counts: RuleCounts,
  replicate: RuleCounts,
  index: number,
  { sums, values, wins, shares }: Sums,
): Refitted | null {
  if (replicate.positives === 0 || replicate.negatives === 0) return null;
  const allowed = feasible(replicate, candidates, limits);
  if (allowed.length === 0) return null;
  for (const rule of candidates) sums[rule]! += values[rule] = valueOf(replicate, rule, target);
  const { best, winners } = winnersOf(allowed, values);
  let onData = 0;
  for (const rule of winners) {
    wins[rule]!++;
    shares[rule]! += 1 / winners.length;
    onData += valueOf(counts, rule, target) / winners.length;
  }
  return { replicate: index, winner: winners[0]!, inReplicate: best, onData };
}

/** Counts of all rules in every replicate. */
function resampledCounts(
  { lattice, sample, generators }: RefitInput,
  options: BootstrapOptions,
  visit: (counts: RuleCounts, replicate: number) => void,
): void {
  const classes = classing(sample, (subject) => generators[subject]! * 2 + sample.positive[subject]!);
  const positives = new Float64Array(lattice.size);
  const negatives = new Float64Array(lattice.size);
  bootstrap(sample, classes, options, (drawn, replicate) => {
    positives.fill(0);
    negatives.fill(0);
    for (const [own, count] of drawn.entries()) {
      const subject = classes.first[own]!;
      (sample.positive[subject] ? positives : negatives)[generators[subject]!]! += count;
    }
    visit(countAll(lattice, { positives, negatives }), replicate);
  });
}

/** Best value and the rules that reach it, ascending. */
function winnersOf(candidates: Int32Array, values: Float64Array): { best: number; winners: readonly RuleId[] } {
  let best = Number.NEGATIVE_INFINITY;
  for (const rule of candidates) if (values[rule]! > best) best = values[rule]!;
  const winners: RuleId[] = [];
  for (const rule of candidates) if (values[rule]! >= best - TIE) winners.push(rule);
  return { best, winners };
}
