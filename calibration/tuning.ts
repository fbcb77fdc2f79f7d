/** What every fit is told and what every fit finds, whatever rules it searches. */
import type { Estimate } from '../src/core/document.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { Alerts, BootstrapOptions, Evaluation } from './estimates.ts';
import type { Judge } from './judges.ts';
import type { Objective, ObjectiveName, ObjectiveOptions } from './objectives.ts';
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
