/**
 * The main job: the proven best rule of the D x A model on a sample, how certain it is, and what a preset does instead.
 * Data flow: sample -> generators -> counts of all rules -> optimum and ties -> bootstrap -> tie-break -> result.
 */
import type { Estimate } from '../src/core/document.ts';
import { EnlabError } from '../src/core/errors.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { Scale } from '../src/risk/scale.ts';
import { percentileInterval } from '../src/stats/intervals.ts';
import { confusionOf, countAll, type RuleCounts } from './counts.ts';
import { type Alerts, type BootstrapOptions, type Evaluation, evaluate } from './estimates.ts';
import { type Front, frontOf } from './front.ts';
import { alertsOf, countGenerators, generatorsOf } from './grid.ts';
import type { Tables } from './integers.ts';
import { decisions, type Judge, latticeRule } from './judges.ts';
import type { RuleId } from './lattice.ts';
import { type MetricName, undefinedEstimate } from './metrics.ts';
import { type Objective, type ObjectiveName, type ObjectiveOptions, objective, requireDefined } from './objectives.ts';
import type { RuleSpace } from './policy.ts';
import { optimismOf, type Refits, refit } from './refit.ts';
import type { Sample } from './sample.ts';
import { feasible, type Limits, optimum, paretoFront, valueOf } from './search.ts';
import { type Shifted, shiftedCounts, shiftReason, worstRegret } from './shifts.ts';
import { ordered } from './tieBreak.ts';

export interface FitInput {
  readonly sample: Sample;
  readonly space: RuleSpace;
  readonly scale: Scale;
  readonly reading: Reading;
  readonly objective: ObjectiveName;
  readonly metrics: ObjectiveOptions;
  readonly limits: Limits;
  readonly bootstrap: BootstrapOptions;
  /** What an app uses today. */
  readonly compared: Judge;
}

export interface FittedRule extends Tables {
  readonly rule: RuleId;
  readonly alerts: Alerts;
  readonly evaluation: Evaluation;
  readonly objective: Estimate;
}

export interface Fit {
  readonly target: Objective;
  readonly counts: RuleCounts;
  readonly generators: Int32Array;
  readonly best: FittedRule;
  /** Apparent value minus Efron-Gong optimism; null without bootstrap. */
  readonly corrected: Estimate;
  /** Rules with the same value, best of the tie-break first; the first is `best`. */
  readonly ties: readonly RuleId[];
  /** Rules whose value is less than 0.001 below the optimum, ties included. */
  readonly nearTies: number;
  readonly compared: {
    readonly judge: Judge;
    readonly alerts: Alerts;
    readonly evaluation: Evaluation;
    readonly objective: Estimate;
  };
  /** The compared judge as a rule of the lattice; null where it is none. */
  readonly comparedRule: RuleId | null;
  readonly front: Front;
  readonly refits: Refits;
  /** Empty where the data have no raw attenuation; shiftReason says why. */
  readonly shifted: readonly Shifted[];
  readonly shiftReason: string | null;
}

/** Which printed figure an objective is. */
export const metricOf: Readonly<Record<ObjectiveName, MetricName>> = {
  youden: 'youden',
  f1: 'f1',
  f2: 'f2',
  mcc: 'mcc',
  cost: 'cost',
  'net-benefit': 'netBenefit',
};

/** Cost is better when smaller; the search maximises its negative. */
export const signOf = (name: ObjectiveName): 1 | -1 => (name === 'cost' ? -1 : 1);

/** Throws E-UNDEFINED where the objective has no value, E-CONSTRAINTS where no rule keeps the limits. */
export function fit(input: FitInput): Fit {
  const { sample, space, scale, reading, limits } = input;
  const { lattice } = space;
  const target = objective(input.objective, input.metrics);
  requireDefined(target, sample.positives, sample.negatives);

  const generators = generatorsOf(lattice, sample.subjects, scale, reading);
  const counts = countAll(lattice, countGenerators(lattice, sample, generators));
  const candidates = feasible(counts, space.candidates, limits);
  if (candidates.length === 0) throw noneFeasible(counts, space.candidates);
  const { value, ties } = optimum(counts, candidates, target);

  const refits = refit(
    { lattice, sample, generators, candidates: space.candidates, target, limits },
    counts,
    input.bootstrap,
  );
  const reason = shiftReason(sample);
  const shifted = reason === null ? shiftedCounts(lattice, sample, scale, reading, space.candidates, target) : [];
  const comparedRule = latticeRule(input.compared, lattice, reading);
  const sorted = ordered(ties, {
    lattice,
    mean: refits.replicates > 0 ? (rule) => refits.means[rule]! : null,
    regret: shifted.length > 0 ? (rule) => worstRegret(shifted, rule, target) : null,
    near: comparedRule,
  });

  const best = sorted[0]!;
  const alerts = alertsOf(lattice, generators, best);
  const comparedAlerts = decisions(input.compared, sample.subjects, reading);
  const [own, other] = evaluate(sample, [alerts, comparedAlerts], input.metrics, input.bootstrap);
  const metric = metricOf[input.objective];
  return {
    target,
    counts,
    generators,
    best: { rule: best, alerts, evaluation: own!, objective: own!.estimates[metric], ...space.tables(best) },
    corrected: correctedEstimate(own!.estimates[metric], refits, signOf(input.objective)),
    ties: sorted,
    nearTies: candidates.filter((rule) => valueOf(counts, rule, target) > value - 0.001).length,
    compared: {
      judge: input.compared,
      alerts: comparedAlerts,
      evaluation: other!,
      objective: other!.estimates[metric],
    },
    comparedRule,
    front: frontOf(input, counts, generators),
    refits,
    shifted,
    shiftReason: reason,
  };
}

/**
 * What the tuned rule is worth on new data (docs/uncertainty.md): apparent value minus optimism, and an interval that
 * spans two bootstrap intervals, the apparent one shifted by the optimism and the basic one of the optimism itself.
 * Either alone covers too rarely at field-trial sizes (test/system/coverage).
 */
function correctedEstimate({ value, low, high }: Estimate, refits: Refits, sign: 1 | -1): Estimate {
  if (value === null || refits.optimism === null) return undefinedEstimate('no bootstrap');
  const shift = sign * refits.optimism;
  const [least, most] = percentileInterval(refits.draws.map((draw) => value - sign * optimismOf(draw)));
  return {
    value: value - shift,
    low: low === null ? least : Math.min(low - shift, least),
    high: high === null ? most : Math.max(high - shift, most),
  };
}

function noneFeasible(counts: RuleCounts, candidates: Int32Array): EnlabError {
  const front = paretoFront(counts, candidates).map((rule) => {
    const { tp, fp } = confusionOf(counts, rule);
    return `sensitivity ${(tp / counts.positives).toFixed(3)} at false-positive rate ${(fp / counts.negatives).toFixed(3)}`;
  });
  const hint = `the rules nearest to it reach: ${front.slice(0, 3).join('; ')}; ...`;
  return new EnlabError(
    'E-CONSTRAINTS',
    'no rule keeps within --max-fpr, --min-sensitivity and --max-alerts-per-1000',
    { hint },
  );
}
