/**
 * What "best" means: functions of a confusion matrix, larger is better. Counts may be weighted sums.
 * Sources: Youden 1950; van Rijsbergen's F; Matthews 1975; Vickers & Elkin 2006 (net benefit).
 */
import { EnlabError } from '../src/core/errors.ts';

export interface Confusion {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

export const objectiveNames = ['youden', 'f1', 'f2', 'mcc', 'cost', 'net-benefit'] as const;
export type ObjectiveName = (typeof objectiveNames)[number];

export type Prevalence = number | 'cohort' | null;

export interface ObjectiveOptions {
  /**
   * Share of people with a true contact, 0..1; cohort = that of the (weighted) data at hand, so that replicates have their
   * own; null = unknown, so what depends on it is undefined.
   */
  readonly prevalence: Prevalence;
  /** Cost of a missed contact in false alerts, > 0. */
  readonly falseNegativeCost: number;
  /** Threshold probability of net benefit, 0..1: the risk at which alerting is worth it. */
  readonly thresholdProbability: number;
}

export interface Objective {
  readonly name: ObjectiveName;
  readonly title: string;
  /** Value for tp and fp, given how many are truly positive and negative (both > 0). */
  readonly value: (tp: number, fp: number, positives: number, negatives: number) => number;
  /** Why the objective is undefined whatever the data are; undefined when it is not. */
  readonly reason?: string;
}

/** Of every figure about people at large: field data do not tell how many of them had a contact. */
export const NO_PREVALENCE = 'unknown prevalence: pass --prevalence P, or --cohort when the data are a cohort';

const fBeta =
  (beta2: number): Objective['value'] =>
  (tp, fp, positives) =>
    ((1 + beta2) * tp) / (tp + fp + beta2 * positives);

function matthews(tp: number, fp: number, positives: number, negatives: number): number {
  const alerts = tp + fp;
  const silent = positives + negatives - alerts;
  // 0 by convention where a margin is empty: the rule decides alike for everybody. Weighted sums may miss 0 by rounding.
  if (alerts <= 0 || silent <= 0) return 0;
  return (tp * (negatives - fp) - fp * (positives - tp)) / Math.sqrt(alerts * silent * positives * negatives);
}

/** The prevalence as a number, for data with so many of each class; 0 where it is unknown. */
export const shareOf = (prevalence: Prevalence, positives: number, negatives: number): number =>
  prevalence === 'cohort' ? positives / (positives + negatives) : (prevalence ?? 0);

export function objective(name: ObjectiveName, options: ObjectiveOptions): Objective {
  const { prevalence, falseNegativeCost, thresholdProbability } = options;
  const missing = prevalence === null ? { reason: NO_PREVALENCE } : {};
  switch (name) {
    case 'youden':
      return { name, title: "Youden's J", value: (tp, fp, positives, negatives) => tp / positives - fp / negatives };
    case 'f1':
      return { name, title: 'F1', value: fBeta(1) };
    case 'f2':
      return { name, title: 'F2', value: fBeta(4) };
    case 'mcc':
      return { name, title: 'Matthews correlation', value: matthews };
    case 'cost':
      return {
        name,
        title: `expected cost per person (missed contact = ${falseNegativeCost} false alerts)`,
        value: (tp, fp, positives, negatives) => {
          const share = shareOf(prevalence, positives, negatives);
          return -(falseNegativeCost * share * (1 - tp / positives) + (1 - share) * (fp / negatives));
        },
        ...missing,
      };
    case 'net-benefit': {
      const odds = thresholdProbability / (1 - thresholdProbability);
      return {
        name,
        title: `net benefit per person at threshold probability ${thresholdProbability}`,
        value: (tp, fp, positives, negatives) => {
          const share = shareOf(prevalence, positives, negatives);
          return share * (tp / positives) - (1 - share) * (fp / negatives) * odds;
        },
        ...missing,
      };
    }
  }
}

/** Reason why an objective has no value on such data; null when it has one. */
export const undefinedReason = (target: Objective, positives: number, negatives: number): string | null =>
  target.reason ?? (positives === 0 ? '0 positives' : negatives === 0 ? '0 negatives' : null);

/** Throws E-UNDEFINED where the objective of a fit has no value. `grouped`: rows stand for several exposures. */
export function requireDefined(target: Objective, positives: number, negatives: number, grouped: boolean): void {
  const reason = undefinedReason(target, positives, negatives);
  if (reason === null) return;
  const hint = target.reason === undefined ? missingClassHint(positives === 0, grouped) : PREVALENCE_HINT;
  throw new EnlabError('E-UNDEFINED', `${target.name} is undefined: ${reason}`, { hint });
}

const PREVALENCE_HINT =
  'add --prevalence P, or --cohort when the data are a cohort; --objective youden, f1, f2 and mcc need neither';

function missingClassHint(lacksPositives: boolean, grouped: boolean): string {
  const truth = `--truth "within ${lacksPositives ? 4 : 1} m"`;
  return grouped
    ? `several exposures are one person here: try --level exposure, add data of the missing class, or another ${truth}`
    : `add data of the missing class, or another truth rule where distances are known, as in ${truth}`;
}
