/** The best rule when the tables need not increase, beside a monotone fit: how much the order costs. */
import { EnlabError } from '../src/core/errors.ts';
import { type Cell, cellsOf } from '../src/risk/scale.ts';
import type { Fit, FitInput } from './fit.ts';
import { signOf } from './metrics.ts';
import type { FitResult } from './schemas.ts';
import { valueOf } from './search.ts';
import { unconstrainedOptimum } from './unconstrained.ts';

/** Throws E-USAGE where subjects are not single cells: exact without order only there (calibration.md 1). */
export function requireSingleCells({ sample, scale, reading }: Pick<FitInput, 'sample' | 'scale' | 'reading'>): void {
  for (const { exposures } of sample.subjects) {
    const cells = exposures.reduce((sum, exposure) => sum + cellsOf(exposure, scale, reading).length, 0);
    if (cells !== 1)
      throw new EnlabError('E-USAGE', '--unconstrained needs one cell per row', {
        hint: 'use --level exposure, and --reduce mean for histograms',
      });
  }
}

/** Of subjects that requireSingleCells has let pass. */
export function unconstrainedFit(
  { sample, space, scale, reading, objective }: FitInput,
  { counts, target, best }: Fit,
): NonNullable<FitResult['unconstrained']> {
  const { rows, columns } = space.lattice;
  const grid = {
    rows,
    columns,
    positives: new Float64Array(rows * columns),
    negatives: new Float64Array(rows * columns),
  };
  for (const [k, { exposures }] of sample.subjects.entries()) {
    const [cell] = exposures.flatMap((exposure) => cellsOf(exposure, scale, reading)) as [Cell];
    (sample.positive[k] ? grid.positives : grid.negatives)[cell[0] * columns + cell[1]]! += sample.weight[k]!;
  }
  const free = unconstrainedOptimum(grid, target);
  return {
    objective: signOf(objective) * free.value,
    gap: free.value - valueOf(counts, best.rule, target),
    flagged: free.flagged.map((row) => [...row]),
  };
}
