/** A fit as the JSON that others script against (contract.md 4). */
import type { Estimate } from '../src/core/document.ts';
import { defaultReading } from '../src/risk/reading.ts';
import type { Evaluation } from './estimates.ts';
import type { Fit, FitInput } from './fit.ts';
import { flags, type Lattice } from './lattice.ts';
import type { HeldOut } from './leaveOneOut.ts';
import { type MetricName, signOf, undefinedEstimate } from './metrics.ts';
import type { ModelStudy } from './modelFit.ts';
import type { Refits } from './refit.ts';
import type { FitResult } from './schemas.ts';
import { valueOf } from './search.ts';
import { distance } from './tieBreak.ts';
import type { Tuned, TuningInput } from './tuning.ts';

/** Ties beyond this many are counted, not listed: on sparse data thousands of rules decide alike. */
const LISTED_TIES = 50;
/** Apps compare with ">="; fitted tables decide alike under ">" (integers.ts). */
const OPERATOR = '>=';

export type FitParts = Pick<
  FitResult,
  | 'certificate'
  | 'best'
  | 'equivalent'
  | 'default'
  | 'gain'
  | 'pareto'
  | 'auc'
  | 'leaveOneScenarioOut'
  | 'leaveOneDeviceOut'
  | 'unidentified'
  | 'stability'
  | 'shifts'
  | 'unconstrained'
>;

export const evaluationJson = <Name extends MetricName>({ n, tp, fp, fn, tn, estimates }: Evaluation<Name>) => ({
  n,
  tp,
  fp,
  fn,
  tn,
  ...estimates,
});

/** Everything of a fit that the data decide; the caller adds schema, options, data and seed. */
export function fitParts(
  input: FitInput,
  fit: Fit,
  held: { readonly scenarios: readonly HeldOut[]; readonly devices: readonly HeldOut[] },
): FitParts {
  const { space } = input;
  return {
    certificate: {
      rules: space.candidates.length,
      optimal: true,
      ties: fit.ties.length,
      withinThousandth: fit.nearTies,
    },
    best: { ...copy(fit.best), objective: fittedObjective(fit), ...evaluationJson(fit.best.evaluation) },
    equivalent: fit.ties.slice(1, LISTED_TIES + 1).map((rule) => ({
      ...copy(space.tables(rule)),
      cellsChanged: distance(space.lattice, rule, fit.best.rule),
    })),
    default: comparedJson(input, fit),
    gain: fit.gain,
    pareto: paretoJson(input, fit),
    auc: fit.front.auc,
    leaveOneScenarioOut: held.scenarios.map((row) => ({ scenario: row.group, ...heldOutJson(row) })),
    leaveOneDeviceOut: held.devices.map((row) => ({ device: row.group, ...heldOutJson(row) })),
    unidentified: unidentified(input, fit),
    stability: stability(input, fit),
    shifts: shiftsJson(input, fit),
  };
}

const copy = ({ D, A, threshold }: { D: readonly number[]; A: readonly number[]; threshold: number }) => ({
  D: [...D],
  A: [...A],
  threshold,
  operator: OPERATOR as '>=',
});

const heldOutJson = ({ n, positives, tuned, default: fallback }: HeldOut) => ({
  n,
  positives,
  tuned,
  default: fallback,
});

/** Objective with what it is worth on new data. */
function fittedObjective({ best, corrected }: Tuned): FitResult['best']['objective'] {
  return { ...best.objective, optimismCorrected: corrected.value, optimismCorrectedInterval: intervalOf(corrected) };
}

/** The same for a fit of minutes rules or ENv2: what belongs to the D x A grid alone is empty, with the reason. */
export function modelFitParts({ input, fit, scenarios, devices }: ModelStudy): FitParts {
  const { model, parameters } = fit.best.judge.source!;
  return {
    certificate: fit.certificate,
    best: {
      model,
      parameters: parameters as Record<string, never>,
      objective: fittedObjective(fit),
      ...evaluationJson(fit.best.evaluation),
    },
    equivalent: [],
    default: comparedJson(input, fit),
    gain: fit.gain,
    pareto: [],
    auc: undefinedEstimate('the front is computed for D x A rules only'),
    leaveOneScenarioOut: scenarios.map((row) => ({ scenario: row.group, ...heldOutJson(row) })),
    leaveOneDeviceOut: devices.map((row) => ({ device: row.group, ...heldOutJson(row) })),
    unidentified: { D: [], A: [] },
    stability: null,
    shifts: { value: null, reason: 'shifts are computed for D x A rules only' },
  };
}

function comparedJson({ compared: judge }: TuningInput, { compared }: Tuned): FitResult['default'] {
  const verdict = judge.assess([], defaultReading);
  const { D, A } = (judge.source?.parameters ?? {}) as { D?: number[]; A?: number[] };
  return {
    preset: judge.name,
    ...(D && A && { D: [...D], A: [...A] }),
    threshold: verdict.threshold,
    operator: verdict.operator,
    objective: compared.objective,
    ...evaluationJson(compared.evaluation),
  };
}

function paretoJson({ space }: FitInput, { front }: Fit): FitResult['pareto'] {
  return front.rules.map((rule, k) => {
    const { n, estimates } = front.evaluations[k]!;
    const { sensitivity } = estimates;
    const fpr = complement(estimates.specificity);
    return {
      n,
      sensitivity: sensitivity.value,
      sensitivityInterval: intervalOf(sensitivity),
      fpr: fpr.value,
      fprInterval: intervalOf(fpr),
      ...copy(space.tables(rule)),
    };
  });
}

export const intervalOf = ({ low, high }: Estimate): [number, number] | null =>
  low === null || high === null ? null : [low, high];

/** 1 - estimate: specificity to false-positive rate. */
export const complement = ({ value, low, high, reason }: Estimate): Estimate => ({
  value: flipped(value),
  low: flipped(high),
  high: flipped(low),
  ...(reason !== undefined && { reason }),
});

const flipped = (figure: number | null): number | null => (figure === null ? null : 1 - figure);

const indices = (length: number): readonly number[] => Array.from({ length }, (_, k) => k);

/** Parameters whose row or column holds no exposure: no data speak for any value of them. */
function unidentified({ space }: FitInput, { cells: { positives, negatives } }: Fit): FitResult['unidentified'] {
  const { rows, columns } = space.lattice;
  const seen = (row: number, column: number): boolean =>
    positives[row * columns + column]! + negatives[row * columns + column]! > 0;
  return {
    D: indices(rows)
      .filter((row) => !indices(columns).some((column) => seen(row, column)))
      .map((row) => `D${row + 1}`),
    A: indices(columns)
      .filter((column) => !indices(rows).some((row) => seen(row, column)))
      .map((column) => `A${column + 1}`),
  };
}

function stability({ space: { lattice } }: FitInput, { refits, best }: Fit): FitResult['stability'] {
  const flagged = stabilityOf(lattice, refits);
  return (
    flagged && {
      replicates: refits.replicates,
      bestWins: refits.wins[best.rule]! / refits.replicates,
      distinctWinners: refits.wins.reduce((sum, won) => sum + (won > 0 ? 1 : 0), 0),
      flagged: flagged.map((row) => [...row]),
    }
  );
}

/** Share of replicates whose best rules flag each cell, by row and column; null without replicates. */
export function stabilityOf(lattice: Lattice, { shares, replicates }: Refits): readonly (readonly number[])[] | null {
  if (replicates === 0) return null;
  const share = (row: number, column: number): number =>
    shares.reduce((sum, own, rule) => sum + (own > 0 && flags(lattice, rule, row, column) ? own : 0), 0) / replicates;
  return Array.from({ length: lattice.rows }, (_, row) =>
    Array.from({ length: lattice.columns }, (__, column) => share(row, column)),
  );
}

function shiftsJson(input: FitInput, { shifted, shiftReason, target, best, comparedRule }: Fit): FitResult['shifts'] {
  if (shiftReason !== null) return { value: null, reason: shiftReason };
  const sign = signOf(input.objective);
  return shifted.map(({ shift, counts, best: possible }) => ({
    shift,
    best: sign * valueOf(counts, best.rule, target),
    possible: possible === null ? null : sign * possible,
    ...(comparedRule !== null && { default: sign * valueOf(counts, comparedRule, target) }),
  }));
}
