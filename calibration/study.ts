/** A fit with everything around it: held-out evaluation, breakdowns. What the fit command runs and reports. */
import { EnlabError } from '../src/core/errors.ts';
import { breakdown, byDistance, type GroupRow } from './breakdown.ts';
import { evaluate } from './estimates.ts';
import { bestRule, type Fit, type FitInput, fit } from './fit.ts';
import { alertsOf } from './grid.ts';
import { type Judge, modelJudge } from './judges.ts';
import { type Groups, type HeldOut, type HeldOutInput, leaveOneOut, membersOf, phonesOf } from './leaveOneOut.ts';
import { metricOf } from './metrics.ts';
import { objective, undefinedReason } from './objectives.ts';
import { type ReadingRow, readingsOf } from './readings.ts';
import { scenariosOf } from './subjects.ts';
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
  /** How many scenarios and phones there are where they are too many for the lists above; 0 = not too many. */
  readonly unlisted: { readonly scenarios: number; readonly devices: number };
  /** The tuned and the compared rule under every reading of the same trace. */
  readonly readings: readonly ReadingRow[];
}

export type FitStudy = Study<FitInput, Fit>;

/** More groups than this are a population, not a field trial: leaving each out says little and costs much. */
export const MOST_GROUPS = 50;
const tooMany = ({ size }: Groups): boolean => size > MOST_GROUPS;
const few = (groups: Groups): Groups => (tooMany(groups) ? new Map() : groups);

/** The best D x A rule with everything around it. */
export function fitStudy(input: FitInput): FitStudy {
  const { lattice } = input.space;
  const found = fit(input);
  const generators = (wanted: (subject: number) => boolean): Int32Array =>
    found.generators.filter((_, subject) => wanted(subject));
  const { D, A, threshold } = found.best;
  const best = modelJudge('tuned rule', 'rule', 'immuni', { D, A, threshold, operator: '>=' });
  return studyOf(input, found, best, (train, _, members) => {
    const rule = bestRule(
      input,
      train,
      generators((subject) => !members.has(subject)),
    );
    return alertsOf(
      lattice,
      generators((subject) => members.has(subject)),
      rule,
    );
  });
}

/** Adds held-out evaluation and breakdowns to a fit; `tune` fits on a part and decides about another. */
export function studyOf<Input extends TuningInput, Found extends Tuned>(
  input: Input,
  found: Found,
  best: Judge,
  tune: HeldOutInput['tune'],
): Study<Input, Found> {
  const { sample } = input;
  const alerts = [found.best.alerts, found.compared.alerts];
  const all = { scenarios: membersOf(sample, scenariosOf), devices: membersOf(sample, phonesOf(sample)) };
  const [scenarios, devices] = [few(all.scenarios), few(all.devices)];
  const held = heldOut(input, found, tune);
  return {
    input,
    fit: found,
    scenarios: leaveOneOut(sample, scenarios, held),
    devices: leaveOneOut(sample, devices, held),
    breakdowns: {
      scenario: breakdown(sample, alerts, scenarios),
      device: breakdown(sample, alerts, devices),
      distance: byDistance(sample, alerts),
    },
    unlisted: {
      scenarios: tooMany(all.scenarios) ? all.scenarios.size : 0,
      devices: tooMany(all.devices) ? all.devices.size : 0,
    },
    readings: readingsOf(sample, [best, input.compared], input.reading),
  };
}

/** How a group is left out: tune on the rest without bootstrap, judge the group. */
function heldOut(input: TuningInput, { compared }: Tuned, tune: HeldOutInput['tune']): HeldOutInput {
  const target = objective(input.objective, input.metrics);
  const metric = metricOf[input.objective];
  return {
    tune: (train, test, members) => {
      const reason = undefinedReason(target, train.positives, train.negatives);
      if (reason !== null) return `nothing to tune on: ${reason} elsewhere`;
      try {
        return tune(train, test, members);
      } catch (error) {
        // What all data together allow may be impossible without one of their groups.
        if (error instanceof EnlabError && error.code === 'E-CONSTRAINTS') return 'no rule keeps the limits elsewhere';
        throw error;
      }
    },
    fallback: (_, members) => compared.alerts.filter((__, subject) => members.has(subject)),
    estimate: (test, alerts) =>
      evaluate(test, [alerts], input.metrics, input.bootstrap, [metric])[0]!.estimates[metric],
  };
}
