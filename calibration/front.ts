/** The exact Pareto front as a ROC curve with intervals: every trade between hits and false alarms that rules allow. */
import type { Estimate } from '../src/core/document.ts';
import { confusionOf, type RuleCounts } from './counts.ts';
import { drawnInterval, type Evaluation, evaluate, resample } from './estimates.ts';
import type { FitInput } from './fit.ts';
import { alertsOf } from './grid.ts';
import type { RuleId } from './lattice.ts';
import type { Confusion } from './objectives.ts';
import { paretoFront } from './search.ts';

export interface Front {
  /** By false-positive rate, ascending. */
  readonly rules: readonly RuleId[];
  readonly evaluations: readonly Evaluation<'sensitivity' | 'specificity'>[];
  /** Area under the front, from (0, 0) through its rules to (1, 1); interval: bootstrap of the same rules. */
  readonly auc: Estimate;
}

type FrontInput = Pick<FitInput, 'space' | 'sample' | 'metrics' | 'bootstrap'>;

export function frontOf(
  { space, sample, metrics, bootstrap }: FrontInput,
  counts: RuleCounts,
  generators: Int32Array,
): Front {
  const rules = paretoFront(counts, space.candidates);
  const decided = rules.map((rule) => alertsOf(space.lattice, generators, rule));
  const value = areaUnder(rules.map((rule) => confusionOf(counts, rule)))!;
  const drawn = resample(sample, decided, bootstrap)
    .map(areaUnder)
    .filter((area) => area !== null);
  return {
    rules,
    evaluations: evaluate(sample, decided, metrics, bootstrap, ['sensitivity', 'specificity']),
    auc: drawnInterval(value, drawn),
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
