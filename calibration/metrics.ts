/** The figures of a confusion matrix that enlab prints, with the reason where one is undefined. */
import type { Estimate } from '../src/core/document.ts';
import {
  type Confusion,
  NO_PREVALENCE,
  type ObjectiveName,
  type ObjectiveOptions,
  objective,
  shareOf,
  undefinedReason,
} from './objectives.ts';

/** A number, or why there is none. */
export type Figure = number | string;

type FigureOf = (confusion: Confusion, options: ObjectiveOptions) => Figure;

const sensitivity: FigureOf = ({ tp, fn }) => (tp + fn > 0 ? tp / (tp + fn) : '0 positives');
const specificity: FigureOf = ({ fp, tn }) => (fp + tn > 0 ? tn / (fp + tn) : '0 negatives');

/** A figure of both rates, undefined when either is. */
const ofBoth =
  (
    figure: (sensitivity: number, specificity: number, options: ObjectiveOptions, confusion: Confusion) => Figure,
  ): FigureOf =>
  (confusion, options) => {
    const se = sensitivity(confusion, options);
    const sp = specificity(confusion, options);
    return typeof se === 'string' ? se : typeof sp === 'string' ? sp : figure(se, sp, options, confusion);
  };

/**
 * A figure of the shares of true and false alerts among all people. Without a prevalence it is undefined whatever the
 * data are, so that reason comes first, as it does for cost and net benefit (objectives.ts).
 */
function atPrevalence(figure: (hit: number, alarm: number, prevalence: number) => Figure): FigureOf {
  const known = ofBoth((se, sp, { prevalence }, { tp, fp, fn, tn }) => {
    const share = shareOf(prevalence, tp + fn, fp + tn);
    return figure(share * se, (1 - share) * (1 - sp), share);
  });
  return (confusion, options) => (options.prevalence === null ? NO_PREVALENCE : known(confusion, options));
}

const ofObjective =
  (name: ObjectiveName, sign: 1 | -1 = 1): FigureOf =>
  ({ tp, fp, fn, tn }, options) => {
    const target = objective(name, options);
    return undefinedReason(target, tp + fn, fp + tn) ?? sign * target.value(tp, fp, tp + fn, fp + tn);
  };

/** Predictive values and alerts are those at the given prevalence, not those of the sample. */
const figures = {
  sensitivity,
  specificity,
  youden: ofBoth((se, sp) => se + sp - 1),
  f1: ofObjective('f1'),
  f2: ofObjective('f2'),
  mcc: ofObjective('mcc'),
  ppv: atPrevalence((hit, alarm) => (hit + alarm > 0 ? hit / (hit + alarm) : '0 alerts')),
  npv: atPrevalence((hit, alarm, prevalence) =>
    hit + alarm < 1 ? (1 - prevalence - alarm) / (1 - hit - alarm) : 'everybody is alerted',
  ),
  alertsPer1000: atPrevalence((hit, alarm) => 1000 * (hit + alarm)),
  // The objective is the negative of the cost, because a search maximises; people read the cost itself.
  cost: ofObjective('cost', -1),
  netBenefit: ofObjective('net-benefit'),
} as const satisfies Record<string, FigureOf>;

export type MetricName = keyof typeof figures;
export const metricNames = Object.keys(figures) as readonly MetricName[];

export const figureOf = (name: MetricName, confusion: Confusion, options: ObjectiveOptions): Figure =>
  figures[name](confusion, options);

export const undefinedEstimate = (reason: string): Estimate => ({ value: null, low: null, high: null, reason });

/** Which printed figure an objective is. */
export const metricOf: Readonly<Record<ObjectiveName, MetricName>> = {
  youden: 'youden',
  f1: 'f1',
  f2: 'f2',
  mcc: 'mcc',
  cost: 'cost',
  'net-benefit': 'netBenefit',
};

/** Smallest and largest value that each objective can have as it is printed, for prevalences 0..1. */
export const rangeOf: Readonly<Record<ObjectiveName, readonly [number, number]>> = {
  youden: [-1, 1],
  f1: [0, 1],
  f2: [0, 1],
  mcc: [-1, 1],
  cost: [0, Number.POSITIVE_INFINITY],
  'net-benefit': [Number.NEGATIVE_INFINITY, 1],
};

/** Cost is better when smaller; the search maximises its negative. */
export const signOf = (name: ObjectiveName): 1 | -1 => (name === 'cost' ? -1 : 1);
