/**
 * The main job: the proven best rule of the D x A model on a sample, how certain it is, and what a preset does instead.
 * Data flow: sample -> generators -> counts of all rules -> optimum and ties -> bootstrap -> tie-break -> result.
 */
import type { Scale } from '../src/risk/scale.ts';
import type { RuleSpace } from './constraints.ts';
import { countAll, type RuleCounts } from './counts.ts';
import { type Front, frontOf } from './front.ts';
import { alertsOf, type CellCounts, cellCounts, countGenerators, generatorsOf } from './grid.ts';
import type { Tables } from './integers.ts';
import { decisions, latticeRule, requireJudgeable } from './judges.ts';
import type { RuleId } from './lattice.ts';
import { type Objective, objective, requireDefined } from './objectives.ts';
import { type Refits, refit } from './refit.ts';
import { isGrouped, type Sample } from './sample.ts';
import { feasible, nearTies, noneFeasible, optimum, paretoFront } from './search.ts';
import { type Shifted, shiftedCounts, shiftReason, worstRegret } from './shifts.ts';
import { ordered } from './tieBreak.ts';
import { type Judged, type Tuned, type TuningInput, tunedOf } from './tuning.ts';

export interface FitInput extends TuningInput {
  readonly space: RuleSpace;
  readonly scale: Scale;
}

export interface Fit extends Tuned {
  readonly counts: RuleCounts;
  readonly generators: Int32Array;
  /** Exposures of every cell by the truth of their subject. */
  readonly cells: CellCounts;
  readonly best: Judged & Tables & { readonly rule: RuleId };
  /** Rules with the same value, best of the tie-break first; the first is `best`. */
  readonly ties: readonly RuleId[];
  /** Rules whose value is less than 0.001 below the optimum, ties included. */
  readonly nearTies: number;
  /** The compared judge as a rule of the lattice; null where it is none. */
  readonly comparedRule: RuleId | null;
  readonly front: Front;
  readonly refits: Refits;
  /** Empty where the data have no raw attenuation; shiftReason says why. */
  readonly shifted: readonly Shifted[];
  readonly shiftReason: string | null;
}

/** Every rule counted on a sample, and those that are best there. */
interface Optimal {
  readonly target: Objective;
  readonly counts: RuleCounts;
  /** Rules within policy and limits. */
  readonly candidates: Int32Array;
  readonly value: number;
  readonly ties: readonly RuleId[];
}

/** Throws E-UNDEFINED where the objective has no value, E-CONSTRAINTS where no rule keeps the limits. */
function optimal(input: FitInput, sample: Sample, generators: Int32Array): Optimal {
  const { space, limits, metrics, objective: name } = input;
  const { lattice } = space;
  const target = objective(name, metrics);
  requireDefined(target, sample.positives, sample.negatives, isGrouped(sample));
  const counts = countAll(lattice, countGenerators(lattice, sample, generators));
  const candidates = feasible(counts, space.candidates, limits);
  if (candidates.length === 0) throw noneFeasible(counts, space.candidates, limits);
  return { target, counts, candidates, ...optimum(counts, candidates, target) };
}

/**
 * The rule that is best on a part of the data with these generators; ties are broken without bootstrap and shifts:
 * for held-out evaluation.
 */
export function bestRule(input: FitInput, part: Sample, generators: Int32Array): RuleId {
  const { lattice } = input.space;
  const near = latticeRule(input.compared, lattice, input.reading);
  return ordered(optimal(input, part, generators).ties, { lattice, mean: null, regret: null, near })[0]!;
}

/** Throws as `optimal` does. */
export function fit(input: FitInput): Fit {
  const { sample, space, scale, reading } = input;
  const { lattice } = space;
  requireJudgeable([input.compared], sample.subjects);
  const generators = generatorsOf(lattice, sample.subjects, scale, reading);
  const { target, counts, candidates, value, ties } = optimal(input, sample, generators);
  const comparedRule = latticeRule(input.compared, lattice, reading);
  const front = paretoFront(counts, space.candidates);
  // Replicates of these rules are kept; those of any other rule would have to be drawn again.
  const watch = [...front, ...ties.slice(0, MOST_WATCHED), ...(comparedRule === null ? [] : [comparedRule])];
  const refits = refit(
    { ...input, lattice, generators, candidates: space.candidates, target, watch },
    counts,
    input.bootstrap,
  );
  const reason = shiftReason(sample);
  const shifted =
    reason === null ? shiftedCounts(lattice, sample, scale, reading, space.candidates, target, input.limits) : [];
  const sorted = ordered(ties, {
    lattice,
    mean: refits.replicates > 0 ? (rule) => refits.means[rule]! : null,
    regret: shifted.length > 0 ? (rule) => worstRegret(shifted, rule, target) : null,
    near: comparedRule,
  });

  const rule = sorted[0]!;
  const decided = {
    best: { alerts: alertsOf(lattice, generators, rule), replicates: refits.watched.get(rule) },
    compared: {
      alerts: decisions(input.compared, sample.subjects, reading),
      replicates: refits.watched.get(comparedRule ?? NO_RULE),
    },
  };
  const tuned = tunedOf(input, target, decided, refits.draws);
  return {
    target,
    counts,
    generators,
    cells: cellCounts(lattice, sample.subjects, scale, reading),
    ...tuned,
    best: { rule, ...tuned.best, ...space.tables(rule) },
    ties: sorted,
    nearTies: nearTies(counts, candidates, target, value),
    comparedRule,
    front: frontOf(input, counts, front, refits.watched),
    refits,
    shifted,
    shiftReason: reason,
  };
}

/** No rule has this rank. */
const NO_RULE = -1;

/** More tied rules than this are not worth the memory of their replicates. */
const MOST_WATCHED = 200;
