/** A fit with everything around it: held-out evaluation, breakdowns. What the fit command runs and reports. */
import type { Estimate } from '../src/core/document.ts';
import { byDevice, byDistance, byScenario, type GroupRow } from './breakdown.ts';
import { type Alerts, evaluate } from './estimates.ts';
import { type Fit, type FitInput, fit, metricOf } from './fit.ts';
import { alertsOf, generatorsOf } from './grid.ts';
import { decisions } from './judges.ts';
import { devicesOf, type HeldOut, leaveOneOut, scenariosOf } from './leaveOneOut.ts';
import { objective, undefinedReason } from './objectives.ts';
import type { Sample } from './sample.ts';

export interface FitStudy {
  readonly input: FitInput;
  readonly fit: Fit;
  readonly scenarios: readonly HeldOut[];
  readonly devices: readonly HeldOut[];
  readonly breakdowns: {
    readonly scenario: readonly GroupRow[];
    readonly device: readonly GroupRow[];
    readonly distance: readonly GroupRow[];
  };
}

/** More phones than this are a population, not a field trial: leaving each out says little and costs much. */
const MOST_DEVICES = 50;

export function fitStudy(input: FitInput): FitStudy {
  const own = fit(input);
  const alerts = [own.best.alerts, own.compared.alerts];
  const { sample } = input;
  const devices = new Set(sample.subjects.flatMap(devicesOf));
  const fewDevices = devices.size <= MOST_DEVICES;
  return {
    input,
    fit: own,
    scenarios: leaveOneOut(sample, scenariosOf, heldOut(input)),
    devices: fewDevices ? leaveOneOut(sample, devicesOf, heldOut(input)) : [],
    breakdowns: {
      scenario: byScenario(sample, alerts),
      device: fewDevices ? byDevice(sample, alerts) : [],
      distance: byDistance(sample, alerts),
    },
  };
}

/** How a group is left out: the same fit without bootstrap on the rest, judged on the group. */
function heldOut(input: FitInput): Parameters<typeof leaveOneOut>[2] {
  const target = objective(input.objective, input.metrics);
  const metric = metricOf[input.objective];
  return {
    tune: (train, test) => {
      const reason = undefinedReason(target, train.positives, train.negatives);
      if (reason !== null) return `nothing to tune on: ${reason} elsewhere`;
      const { best } = fit({ ...input, sample: train, bootstrap: { ...input.bootstrap, replicates: 0 } });
      const { lattice } = input.space;
      return alertsOf(lattice, generatorsOf(lattice, test.subjects, input.scale, input.reading), best.rule);
    },
    fallback: (test) => decisions(input.compared, test.subjects, input.reading),
    estimate: (test: Sample, alerts: Alerts): Estimate =>
      evaluate(test, [alerts], input.metrics, input.bootstrap, [metric])[0]!.estimates[metric],
  };
}
