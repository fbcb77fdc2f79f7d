/** A fit with everything around it: held-out evaluation, breakdowns. What the fit command runs and reports. */
import type { Estimate } from '../src/core/document.ts';
import { EnlabError } from '../src/core/errors.ts';
import { byDevice, byDistance, byScenario, type GroupRow } from './breakdown.ts';
import { type Alerts, evaluate } from './estimates.ts';
import { type Fit, type FitInput, fit } from './fit.ts';
import { alertsOf, generatorsOf } from './grid.ts';
import { decisions } from './judges.ts';
import { type HeldOut, leaveOneOut, phonesOf, scenariosOf } from './leaveOneOut.ts';
import { type MetricName, metricOf } from './metrics.ts';
import { objective, undefinedReason } from './objectives.ts';
import type { Sample } from './sample.ts';
import type { Tuned, TuningInput } from './tuning.ts';

export interface Study<Input extends TuningInput, Found extends Tuned> {
  readonly input: Input;
  readonly fit: Found;
  readonly scenarios: readonly HeldOut[];
  readonly devices: readonly HeldOut[];
  readonly breakdowns: {
    readonly scenario: readonly GroupRow[];
    readonly device: readonly GroupRow[];
    readonly distance: readonly GroupRow[];
  };
}

export type FitStudy = Study<FitInput, Fit>;

/** More groups than this are a population, not a field trial: leaving each out says little and costs much. */
const MOST_GROUPS = 50;

/** The best D x A rule with everything around it. */
export function fitStudy(input: FitInput): FitStudy {
  const { lattice } = input.space;
  return studyOf(input, fit(input), (train) => {
    const { best } = fit({ ...input, sample: train, shifts: [], bootstrap: { ...input.bootstrap, replicates: 0 } });
    return (test) => alertsOf(lattice, generatorsOf(lattice, test.subjects, input.scale, input.reading), best.rule);
  });
}

/** Adds held-out evaluation and breakdowns to a fit; `tune` fits on a part and gives decisions about another. */
export function studyOf<Input extends TuningInput, Found extends Tuned>(
  input: Input,
  found: Found,
  tune: (train: Sample) => (test: Sample) => Alerts,
): Study<Input, Found> {
  const { sample } = input;
  const alerts = [found.best.alerts, found.compared.alerts];
  const devicesOf = phonesOf(sample);
  const isFew = (groupsOf: typeof scenariosOf): boolean =>
    new Set(sample.subjects.flatMap(groupsOf)).size <= MOST_GROUPS;
  const held = heldOut(input, tune);
  return {
    input,
    fit: found,
    scenarios: isFew(scenariosOf) ? leaveOneOut(sample, scenariosOf, held) : [],
    devices: isFew(devicesOf) ? leaveOneOut(sample, devicesOf, held) : [],
    breakdowns: {
      scenario: isFew(scenariosOf) ? byScenario(sample, alerts) : [],
      device: isFew(devicesOf) ? byDevice(sample, alerts) : [],
      distance: byDistance(sample, alerts),
    },
  };
}

/** How a group is left out: tune on the rest without bootstrap, judge the group. */
function heldOut(
  input: TuningInput,
  tune: (train: Sample) => (test: Sample) => Alerts,
): Parameters<typeof leaveOneOut>[2] {
  const target = objective(input.objective, input.metrics);
  const metric: MetricName = metricOf[input.objective];
  return {
    tune: (train, test) => {
      const reason = undefinedReason(target, train.positives, train.negatives);
      if (reason !== null) return `nothing to tune on: ${reason} elsewhere`;
      try {
        return tune(train)(test);
      } catch (error) {
        if (error instanceof EnlabError && error.code === 'E-CONSTRAINTS') return 'no rule keeps the limits elsewhere';
        throw error;
      }
    },
    fallback: (test) => decisions(input.compared, test.subjects, input.reading),
    estimate: (test: Sample, alerts: Alerts): Estimate =>
      evaluate(test, [alerts], input.metrics, input.bootstrap, [metric])[0]!.estimates[metric],
  };
}
