/** The exact Pareto front as a ROC curve with intervals: every trade between hits and false alarms that rules allow. */
import type { Estimate } from '../src/core/document.ts';
import { confusionOf, type RuleCounts } from './counts.ts';
import { drawnInterval, type Evaluation, evaluation } from './estimates.ts';
import type { RuleId } from './lattice.ts';
import type { Confusion } from './objectives.ts';
import type { TuningInput } from './tuning.ts';

export interface Front {
  /** By false-positive rate, ascending. */
  readonly rules: readonly RuleId[];
  readonly evaluations: readonly Evaluation<'sensitivity' | 'specificity'>[];
  /** Area under the front, from (0, 0) through its rules to (1, 1); interval: bootstrap of the same rules. */
  readonly auc: Estimate;
}

/** `rules` is the Pareto front; `watched` has the confusion matrices of each of them, one a bootstrap replicate. */
export function frontOf(
  { sample, metrics }: Pick<TuningInput, 'sample' | 'metrics'>,
  counts: RuleCounts,
  rules: readonly RuleId[],
  watched: ReadonlyMap<RuleId, readonly Confusion[]>,
): Front {
  const replicates = rules.map((rule) => watched.get(rule)!);
  const observed = rules.map((rule) => confusionOf(counts, rule));
  const draws = replicates[0]?.length ?? 0;
  const areas = Array.from({ length: draws }, (_, draw) => areaUnder(replicates.map((own) => own[draw]!)));
  return {
    rules,
    evaluations: observed.map((own, k) =>
      evaluation(sample, own, replicates[k]!, metrics, ['sensitivity', 'specificity']),
    ),
    auc: drawnInterval(
      areaUnder(observed)!,
      areas.filter((area) => area !== null),
    ),
  };
}

/** Trapezoids through the points, (0, 0) and (1, 1); null where a class is missing. */
export function areaUnder(confusions: readonly Confusion[]): number | null {
  const points = [[0, 0], ...confusions.map(({ tp, fp, fn, tn }) => [fp / (fp + tn), tp / (tp + fn)]), [1, 1]];
  if (points.flat().some(Number.isNaN)) return null;
  const sorted = points.toSorted(([x1, y1], [x2, y2]) => x1! - x2! || y1! - y2!);
  return sorted.reduce((area, [x, y], k) => {
    const [left, before] = sorted[k - 1] ?? [0, 0];
    return area + ((x! - left!) * (y! + before!)) / 2;
  }, 0);
}
