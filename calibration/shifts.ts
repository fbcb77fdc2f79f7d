/** How rules fare when every attenuation is off by some dB (other phones, pockets): the basis of minimax regret. */
import type { Db } from '../src/core/units.ts';
import type { Reading } from '../src/risk/reading.ts';
import type { Scale } from '../src/risk/scale.ts';
import { countAll, type RuleCounts } from './counts.ts';
import { countGenerators, generatorsByReading } from './grid.ts';
import { areCells } from './judges.ts';
import type { Lattice, RuleId } from './lattice.ts';
import type { Objective } from './objectives.ts';
import type { Sample } from './sample.ts';
import { argmax, feasible, type Limits, valueOf } from './search.ts';

/** dB; calibration.md 2 asks for +-6. */
export const SHIFTS: readonly Db[] = Array.from({ length: 13 }, (_, k) => k - 6);

export interface Shifted {
  readonly shift: number;
  readonly counts: RuleCounts;
  /** Best value that a rule within the limits reaches on the shifted data; null where none keeps them there. */
  readonly best: number | null;
}

/** Why dB shifts are impossible on these data; null when they are possible. */
export const shiftReason = (sample: Sample): string | null =>
  areCells(sample.subjects) ? 'the data are cells, without raw attenuation' : null;

export function shiftedCounts(
  lattice: Lattice,
  sample: Sample,
  scale: Scale,
  reading: Reading,
  candidates: Int32Array,
  target: Objective,
  limits: Limits,
): readonly Shifted[] {
  const readings = SHIFTS.map((shift) => ({ ...reading, shift: reading.shift + shift }));
  const generators = generatorsByReading(lattice, sample.subjects, scale, readings);
  return SHIFTS.map((shift, k) => {
    const counts = countAll(lattice, countGenerators(lattice, sample, generators[k]!));
    const allowed = feasible(counts, candidates, limits);
    const best = allowed.length === 0 ? null : valueOf(counts, argmax(counts, allowed, target), target);
    return { shift, counts, best };
  });
}

/** Largest loss against the best rule of each shift. */
export const worstRegret = (shifted: readonly Shifted[], rule: RuleId, target: Objective): number =>
  shifted.reduce((worst, { counts, best }) => Math.max(worst, (best ?? -Infinity) - valueOf(counts, rule, target)), 0);
