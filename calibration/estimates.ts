/** Confusion matrices of decisions about a sample, every figure with its 95 % interval (contract.md 2). */
import type { Estimate } from '../src/core/document.ts';
import { percentileInterval, wilson, youdenInterval } from '../src/stats/intervals.ts';
import { bootstrap, classing } from './bootstrap.ts';
import { type Figure, figureOf, type MetricName, metricNames, undefinedEstimate } from './metrics.ts';
import type { Confusion, ObjectiveOptions } from './objectives.ts';
import { isWeighted, type Sample } from './sample.ts';

export interface BootstrapOptions {
  /** 0 = no bootstrap: figures that need one have no interval. */
  readonly replicates: number;
  readonly seed: number;
  /**
   * Told after every replicate of a search, those in which nothing could be searched too: how many are done, and the
   * mean optimism so far; null where there is none yet.
   */
  readonly progress?: (done: number, meanOptimism: number | null) => void;
}

/** Decisions of one rule about every subject of a sample: 1 = alert. */
export type Alerts = Uint8Array;

export interface Evaluation<Name extends MetricName = MetricName> extends Confusion {
  /** Subjects with known truth. */
  readonly n: number;
  readonly estimates: Readonly<Record<Name, Estimate>>;
}

/** Where a subject stands in the confusion matrix. */
const outcome = ({ positive }: Sample, alerts: Alerts, subject: number): keyof Confusion =>
  positive[subject] ? (alerts[subject] ? 'tp' : 'fn') : alerts[subject] ? 'fp' : 'tn';

/** Weighted confusion matrix. */
export function confusion(sample: Sample, alerts: Alerts): Confusion {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const [subject, weight] of sample.weight.entries()) counts[outcome(sample, alerts, subject)] += weight;
  return counts;
}

/** Figures and intervals of several rules; replicates are shared, so rules are comparable draw by draw. */
export function evaluate<Name extends MetricName = MetricName>(
  sample: Sample,
  decisions: readonly Alerts[],
  metrics: ObjectiveOptions,
  options: BootstrapOptions,
  names: readonly Name[] = metricNames as readonly Name[],
): readonly Evaluation<Name>[] {
  const needsDraws = !sample.independent || isWeighted(sample) || names.some((name) => !formulaNames.has(name));
  const replicates = needsDraws ? resample(sample, decisions, options) : [];
  return decisions.map((alerts, rule) => {
    const drawn = replicates.map((all) => all[rule]!);
    return evaluation(sample, confusion(sample, alerts), drawn, metrics, names);
  });
}

/** Figures of one confusion matrix, with intervals by formula where rows are independent, else from its replicates. */
export function evaluation<Name extends MetricName>(
  sample: Sample,
  own: Confusion,
  replicates: readonly Confusion[],
  metrics: ObjectiveOptions,
  names: readonly Name[],
): Evaluation<Name> {
  const weighted = isWeighted(sample);
  const estimate = (name: Name): Estimate => {
    const value = figureOf(name, own, metrics);
    if (typeof value === 'string') return undefinedEstimate(value);
    const exact = weighted ? null : formulaInterval(name, own);
    if (exact && sample.independent) return exact;
    const drawn = drawnInterval(
      value,
      replicates.map((confusions) => figureOf(name, confusions, metrics)),
    );
    return drawn.reason === ALL_ALIKE && exact ? exact : drawn;
  };
  const estimates = Object.fromEntries(names.map((name) => [name, estimate(name)])) as Record<Name, Estimate>;
  return { n: sample.subjects.length, ...own, estimates };
}

const formulaNames: ReadonlySet<MetricName> = new Set(['sensitivity', 'specificity', 'youden']);

/** Intervals with a formula, for independent rows of equal weight. */
function formulaInterval(name: MetricName, { tp, fp, fn, tn }: Confusion): Estimate | null {
  if (name === 'sensitivity') return wilson(tp, tp + fn);
  if (name === 'specificity') return wilson(tn, fp + tn);
  if (name === 'youden') return youdenInterval(tp, tp + fn, fp, fp + tn);
  return null;
}

/** A bootstrap in which nothing varies knows nothing: 1 of 1 would be 1.000 to 1.000 (docs/uncertainty.md). */
export const ALL_ALIKE = 'the same in every replicate';

/** Percentile interval over the replicates in which the figure is defined; else the value, and why it has none. */
export function drawnInterval(value: number, drawn: readonly Figure[]): Estimate {
  const numbers = drawn.filter((figure) => typeof figure === 'number');
  if (numbers.length === 0) {
    const reason = drawn.length === 0 ? 'no bootstrap' : `${drawn[0]} in every replicate`;
    return { value, low: null, high: null, reason };
  }
  const [low, high] = percentileInterval(numbers);
  return low === high ? { value, low: null, high: null, reason: ALL_ALIKE } : { value, low, high };
}

/** Confusion matrices of every rule in every replicate: result[replicate][rule]. */
export function resample(
  sample: Sample,
  decisions: readonly Alerts[],
  options: BootstrapOptions,
): readonly (readonly Confusion[])[] {
  const key = (subject: number): string =>
    `${sample.positive[subject]}${decisions.map((alerts) => alerts[subject]).join('')}`;
  const classes = classing(sample, key);
  const replicates: (readonly Confusion[])[] = [];
  bootstrap(sample, classes, options, (counts) => {
    replicates.push(decisions.map((alerts) => confusionOfClasses(sample, alerts, classes.first, counts)));
  });
  return replicates;
}

function confusionOfClasses(sample: Sample, alerts: Alerts, first: Int32Array, counts: Float64Array): Confusion {
  const sums = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const [own, count] of counts.entries()) sums[outcome(sample, alerts, first[own]!)] += count;
  return sums;
}
