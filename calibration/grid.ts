/** A sample on the D x A grid: the staircase that each subject's exposures generate, and what a rule does to it. */
import type { Reading } from '../src/risk/reading.ts';
import { cellsOf, type Scale } from '../src/risk/scale.ts';
import type { Generators } from './counts.ts';
import type { Alerts } from './estimates.ts';
import { closureRank, type Lattice, type RuleId } from './lattice.ts';
import type { Sample } from './sample.ts';
import type { Subject } from './subjects.ts';

/** Generator of every subject: the smallest staircase that holds all cells of all its exposures. */
export const generatorsOf = (
  lattice: Lattice,
  subjects: readonly Subject[],
  scale: Scale,
  reading: Reading,
): Int32Array => generatorsByReading(lattice, subjects, scale, [reading])[0]!;

/**
 * Generators under several readings, one array a reading. All readings of a subject are made together: fetching an
 * exposure from memory costs more than reading it.
 */
export function generatorsByReading(
  lattice: Lattice,
  subjects: readonly Subject[],
  scale: Scale,
  readings: readonly Reading[],
): readonly Int32Array[] {
  const generators = readings.map(() => new Int32Array(subjects.length));
  const reach = new Uint8Array(lattice.rows);
  for (const [subject, { exposures }] of subjects.entries()) {
    for (let k = 0; k < readings.length; k++) {
      reach.fill(0);
      for (const exposure of exposures)
        for (const [row, column] of cellsOf(exposure, scale, readings[k]!))
          if (reach[row]! <= column) reach[row] = column + 1;
      generators[k]![subject] = closureRank(lattice, reach);
    }
  }
  return generators;
}

/** Weighted numbers of positive and negative subjects per generator: what countAll wants. */
export function countGenerators(lattice: Lattice, sample: Sample, generators: Int32Array): Generators {
  const positives = new Float64Array(lattice.size);
  const negatives = new Float64Array(lattice.size);
  for (const [subject, generator] of generators.entries())
    (sample.positive[subject] ? positives : negatives)[generator]! += sample.weight[subject]!;
  return { positives, negatives };
}

/** Decisions of a rule: a subject is alerted unless its generator lies inside the unflagged staircase. */
export function alertsOf(lattice: Lattice, generators: Int32Array, rule: RuleId): Alerts {
  const { rows, lengths } = lattice;
  return Uint8Array.from(generators, (generator) => {
    for (let row = 0; row < rows; row++) if (lengths[generator * rows + row]! > lengths[rule * rows + row]!) return 1;
    return 0;
  });
}

/** Exposures per cell (row-major), by truth of their subject. */
export interface CellCounts {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** The 8 x 8 heat map of the data. */
export function cellCounts(lattice: Lattice, subjects: readonly Subject[], scale: Scale, reading: Reading): CellCounts {
  const { rows, columns } = lattice;
  const positives = new Float64Array(rows * columns);
  const negatives = new Float64Array(rows * columns);
  for (const { exposures, truth } of subjects)
    for (const exposure of exposures)
      for (const [row, column] of cellsOf(exposure, scale, reading))
        (truth ? positives : negatives)[row * columns + column]! += 1;
  return { positives, negatives };
}
