/** Inputs of fits, and the same decisions made by the risk model itself instead of the lattice. */

import { type ConstraintOptions, ruleSpace } from '../../calibration/constraints.ts';
import { confusion } from '../../calibration/estimates.ts';
import type { FitInput } from '../../calibration/fit.ts';
import type { Tables } from '../../calibration/integers.ts';
import { decisions, modelJudge, presetJudge } from '../../calibration/judges.ts';
import { buildLattice } from '../../calibration/lattice.ts';
import type { Confusion } from '../../calibration/objectives.ts';
import type { Level } from '../../calibration/subjects.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import type { Operator } from '../../src/risk/model.ts';
import { defaultReading, type Reading } from '../../src/risk/reading.ts';
import { ENV1_SCALE } from '../../src/risk/scale.ts';
import { metricOptions, sampleFrom } from './calibrationData.ts';

const lattice = buildLattice();

/** Rules that are left when nothing up to 15 minutes may alert (calibration.md 1): small enough to try one by one. */
export const SHORT_NEVER = { forbid: ['minutes<=15'] } as const;

type Changes = Partial<Omit<FitInput, 'sample' | 'space' | 'scale'>> & {
  readonly level?: Level;
  readonly policy?: Partial<ConstraintOptions>;
};

/** Youden at user level, without bootstrap, unless changed. */
export function fitInput(
  exposures: readonly Exposure[],
  { level = 'user', policy = {}, reading = defaultReading, ...more }: Changes = {},
): FitInput {
  return {
    sample: sampleFrom(exposures, level),
    space: ruleSpace(lattice, { forbid: [], require: [], fix: [], durationCap: null, ...policy }, reading),
    scale: ENV1_SCALE,
    reading,
    objective: 'youden',
    metrics: metricOptions,
    limits: {},
    bootstrap: { replicates: 0, seed: 1 },
    compared: presetJudge('immuni-2020-06-05'),
    ...more,
  };
}

/** The app's own model with these tables: every exposure of every subject is judged. */
export const tablesJudge = ({ D, A, threshold }: Tables, operator: Operator) =>
  modelJudge('tables', 'file', 'immuni', { D, A, threshold, operator });

/** Confusion matrices under both operators, of which the widest margin makes one. */
export function confusionsOf(tables: Tables, { sample, reading }: FitInput): readonly Confusion[] {
  return (['>=', '>'] as const).map((operator) =>
    confusion(sample, decisions(tablesJudge(tables, operator), sample.subjects, reading)),
  );
}

/** A reading that sums up or averages; the rest is the default. */
export const readingWith = (more: Partial<Reading>): Reading => ({ ...defaultReading, ...more });
