/** The families of rules that "calibrate fit" can search, behind one shape: what to print, to report and to list. */

import { type ConstraintOptions, type RuleSpace, ruleSpace } from '../calibration/constraints.ts';
import { fitDocument } from '../calibration/documents/fit.ts';
import { fitTables } from '../calibration/documents/fitTables.ts';
import { modelFitDocument } from '../calibration/documents/modelFit.ts';
import type { FitReport } from '../calibration/documents/parts.ts';
import { buildLattice } from '../calibration/lattice.ts';
import { type Family, modelStudy } from '../calibration/modelFit.ts';
import { type FitParts, fitParts, modelFitParts } from '../calibration/result.ts';
import { fitStudy } from '../calibration/study.ts';
import type { TuningInput } from '../calibration/tuning.ts';
import { requireSingleCells, unconstrainedFit } from '../calibration/unconstrainedFit.ts';
import type { ReportDocument, Section } from '../src/core/document.ts';
import { EnlabError } from '../src/core/errors.ts';
import type { Reading } from '../src/risk/reading.ts';
import { ENV1_SCALE } from '../src/risk/scale.ts';

export const families = ['d-x-a', 'minutes', 'env2'] as const;

export interface FamilyFlags {
  readonly family: (typeof families)[number];
  readonly policy: ConstraintOptions;
  readonly unconstrained: boolean;
  /** --max-fpr, --min-sensitivity or --max-alerts-per-1000. */
  readonly hasLimits: boolean;
  readonly factors: readonly [number, number];
  readonly restarts: number;
}

export interface Outcome {
  readonly parts: FitParts;
  /** Facts that export needs later, added to `options` of the result. */
  readonly facts: Readonly<Record<string, boolean>>;
  readonly document: (report: FitReport) => ReportDocument;
  /** Long tables for --tables. */
  readonly tables: readonly Section[];
}

/**
 * The search of a family, ready to run: what can be wrong with the options is found before a trace is read.
 * Throws E-USAGE where a flag does not belong to the family, E-CONSTRAINTS.
 */
export function searchOf(flags: FamilyFlags, reading: Reading): (input: TuningInput) => Outcome {
  if (flags.family === 'd-x-a') {
    if (flags.unconstrained && (hasPolicy(flags.policy) || flags.hasLimits))
      throw new EnlabError('E-USAGE', '--unconstrained cannot be combined with a policy or with limits', {
        hint: 'the gap would mix what the order costs with what they cost; run it once without them',
      });
    const space = ruleSpace(buildLattice(), flags.policy, reading);
    return (input) => searchCells(input, space, flags.unconstrained);
  }
  if (hasPolicy(flags.policy) || flags.unconstrained)
    throw new EnlabError(
      'E-USAGE',
      `--forbid, --require, --fix, --duration-cap and --unconstrained do not apply to --family ${flags.family}`,
      {
        hint: 'they are about the D x A grid; leave them out or use --family d-x-a',
      },
    );
  const { family } = flags;
  return (input) => searchModel(input, flags, family);
}

const hasPolicy = ({ forbid, require, fix, durationCap }: ConstraintOptions): boolean =>
  forbid.length + require.length + fix.length > 0 || durationCap !== null;

function searchCells(tuning: TuningInput, space: RuleSpace, unconstrained: boolean): Outcome {
  const input = { ...tuning, space, scale: ENV1_SCALE };
  if (unconstrained) requireSingleCells(input);
  const study = fitStudy(input);
  const free = unconstrained ? { unconstrained: unconstrainedFit(input, study.fit) } : {};
  return {
    parts: { ...fitParts(input, study.fit, study), ...free },
    facts: {},
    document: (report) => fitDocument(study, report),
    tables: fitTables(study).sections,
  };
}

function searchModel(tuning: TuningInput, { factors, restarts }: FamilyFlags, family: Family): Outcome {
  const study = modelStudy({ ...tuning, family, factors, restarts });
  return {
    parts: modelFitParts(study),
    facts: { ...study.fit.lossless },
    document: (report) => modelFitDocument(study, report),
    tables: [],
  };
}
