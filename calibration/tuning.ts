/** What every fit is told and what every fit finds, whatever rules it searches. */
import type { Estimate } from '../src/core/document.ts';
import type { Reading } from '../src/risk/reading.ts';
import { type Alerts, type BootstrapOptions, confusion, type Evaluation, evaluation, resample } from './estimates.ts';
import type { Judge } from './judges.ts';
import { metricNames, metricOf, rangeOf, signOf } from './metrics.ts';
import type { Confusion, Objective, ObjectiveName, ObjectiveOptions } from './objectives.ts';
import { correctedEstimate, gainEstimate, optimismOf, type Searched } from './optimism.ts';
import type { Sample } from './sample.ts';
import type { Limits } from './search.ts';

export interface TuningInput {
  readonly sample: Sample;
  readonly reading: Reading;
  readonly objective: ObjectiveName;
  readonly metrics: ObjectiveOptions;
  readonly limits: Limits;
  readonly bootstrap: BootstrapOptions;
  /** What an app uses today. */
  readonly compared: Judge;
}

export interface Judged {
  readonly alerts: Alerts;
  readonly evaluation: Evaluation;
  readonly objective: Estimate;
}

export interface Tuned {
  readonly target: Objective;
  readonly best: Judged;
  /** Apparent value minus Efron-Gong optimism, with its interval; undefined without bootstrap. */
  readonly corrected: Estimate;
  readonly compared: Judged;
  /** What the tuned rule is worth more than the compared one on new data, larger is better; undefined as above. */
  readonly gain: Estimate;
  /** Bootstrap replicates that could be searched: both classes were drawn and a rule kept the limits. */
  readonly searched: number;
}

/** Decisions of a rule, and its confusion matrices in the replicates where they are known already. */
export interface Decided {
  readonly alerts: Alerts;
  readonly replicates?: readonly Confusion[] | undefined;
}

/** Judges the best rule and the compared one on the same replicates; `searched` are those that were searched again. */
export function tunedOf(
  input: TuningInput,
  target: Objective,
  decided: { readonly best: Decided; readonly compared: Decided },
  searched: readonly Searched[],
): Pick<Tuned, 'best' | 'corrected' | 'compared' | 'gain' | 'searched'> {
  const drawn = {
    best: decided.best.replicates ?? draws(input, decided.best.alerts),
    compared: decided.compared.replicates ?? draws(input, decided.compared.alerts),
  };
  const best = judged(input, decided.best.alerts, drawn.best);
  const compared = judged(input, decided.compared.alerts, drawn.compared);
  const value = ({ tp, fp, fn, tn }: Confusion): number => target.value(tp, fp, tp + fn, fp + tn);
  const pair = {
    best: value(best.evaluation),
    compared: value(compared.evaluation),
    inReplicate: (k: number) => ({ best: value(drawn.best[k]!), compared: value(drawn.compared[k]!) }),
  };
  const range = rangeOf[input.objective];
  return {
    best,
    compared,
    corrected: correctedEstimate(best.objective, searched.map(optimismOf), signOf(input.objective), range),
    gain: gainEstimate(pair, searched, range),
    searched: searched.length,
  };
}

/** The same seed draws the same people, so replicates of different rules are paired. */
const draws = ({ sample, bootstrap }: TuningInput, alerts: Alerts): readonly Confusion[] =>
  resample(sample, [alerts], bootstrap).map(([only]) => only!);

function judged(
  { sample, metrics, objective: name }: TuningInput,
  alerts: Alerts,
  replicates: readonly Confusion[],
): Judged {
  const own = evaluation(sample, confusion(sample, alerts), replicates, metrics, metricNames);
  return { alerts, evaluation: own, objective: own.estimates[metricOf[name]] };
}
