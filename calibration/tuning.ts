/** What every fit is told and what every fit finds, whatever rules it searches. */
import type { Estimate } from '../src/core/document.ts';
import type { Reading } from '../src/risk/reading.ts';
import { type Alerts, type BootstrapOptions, confusion, type Evaluation, evaluation, resample } from './estimates.ts';
import type { Judge } from './judges.ts';
import { metricNames, metricOf } from './metrics.ts';
import type { Confusion, Objective, ObjectiveName, ObjectiveOptions } from './objectives.ts';
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
}

/** Figures of decisions, from replicates that were drawn already or from new draws of the same. */
export function judged(
  { sample, metrics, bootstrap, objective: name }: TuningInput,
  alerts: Alerts,
  replicates?: readonly Confusion[],
): Judged {
  const drawn = replicates ?? resample(sample, [alerts], bootstrap).map(([only]) => only!);
  const own = evaluation(sample, confusion(sample, alerts), drawn, metrics, metricNames);
  return { alerts, evaluation: own, objective: own.estimates[metricOf[name]] };
}
