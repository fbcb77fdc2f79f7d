import { describe, expect, it } from 'vitest';
import { countAll } from '../../calibration/counts.ts';
import { buildLattice, closureRank } from '../../calibration/lattice.ts';
import { type ObjectiveName, objective, objectiveNames } from '../../calibration/objectives.ts';
import { optimum } from '../../calibration/search.ts';
import { type CellGrid, unconstrainedOptimum } from '../../calibration/unconstrained.ts';
import { keyed } from '../../src/core/random.ts';
import { metricOptions, theory } from '../helpers/calibrationData.ts';

function randomGrid(seed: number, rows: number, columns: number, weighted = false): CellGrid {
  const stream = keyed(seed, 'test grid', rows, columns);
  const count = (): number => (stream.below(3) === 0 ? 0 : weighted ? stream.uniform() * 20 : stream.below(20));
  const cells = (): Float64Array => Float64Array.from({ length: rows * columns }, count);
  return { rows, columns, positives: cells().fill(1, 0, 1), negatives: cells().fill(1, 0, 1) };
}

/** Whether the non-empty rows form a chain of at most `most` different sets: then integers can produce the rule. */
function isReachable(sets: readonly number[], most = 5): boolean {
  const distinct = [...new Set(sets.filter((set) => set > 0))].toSorted((a, b) => a - b);
  return distinct.length <= most && distinct.every((set, k) => k === 0 || (set & distinct[k - 1]!) === distinct[k - 1]);
}

/** All reachable rules of a small grid, rows as bit sets: bit j = column j. */
function allRules(rows: number, columns: number): readonly (readonly number[])[] {
  const every = (left: number): readonly (readonly number[])[] =>
    left === 0
      ? [[]]
      : every(left - 1).flatMap((above) => Array.from({ length: 1 << columns }, (_, set) => [...above, set]));
  return every(rows).filter((sets) => isReachable(sets));
}

function valueOf(grid: CellGrid, sets: readonly number[], name: ObjectiveName): number {
  const sum = (counts: Float64Array): number =>
    counts.reduce(
      (total, count, k) => total + ((sets[Math.floor(k / grid.columns)]! >> (k % grid.columns)) & 1) * count,
      0,
    );
  const total = (counts: Float64Array): number => counts.reduce((a, b) => a + b, 0);
  const { positives, negatives } = grid;
  return objective(name, metricOptions).value(sum(positives), sum(negatives), total(positives), total(negatives));
}

const setsOf = (flagged: readonly (readonly boolean[])[]): readonly number[] =>
  flagged.map((row) => row.reduce((bits, cell, column) => bits + (cell ? 1 << column : 0), 0));

describe('the rules that integers can produce', () => {
  it('are 230 on 3 x 3', () => {
    expect(allRules(3, 3)).toHaveLength(theory.small_3x3.unconstrained);
  });

  it('are as many on 8 x 8 as the vectors say: sum of k!^2 S(9, k + 1)^2 over k <= 5', () => {
    // Ways to put 9 things (8 rows or columns and the empty class) into k + 1 classes: S(9, 1) .. S(9, 6).
    const stirling = [1n, 255n, 3025n, 7770n, 6951n, 2646n];
    const factorial = [1n, 1n, 2n, 6n, 24n, 120n];
    const rules = stirling.reduce((sum, s, k) => sum + s * s * factorial[k]! * factorial[k]!, 0n);
    expect(String(rules)).toBe(theory.unconstrained_achievable);
  });
});

describe('best rule without order', () => {
  const sizes = [
    [3, 3],
    [2, 4],
    [4, 3],
    [1, 5],
    [5, 1],
  ] as const;

  it.each(sizes)(
    'is the best of all rules of %d x %d, by every objective, with and without weights',
    (rows, columns) => {
      const rules = allRules(rows, columns);
      for (let seed = 0; seed < 40; seed++) {
        const grid = randomGrid(seed, rows, columns, seed % 2 === 1);
        for (const name of objectiveNames) {
          const expected = Math.max(...rules.map((sets) => valueOf(grid, sets, name)));
          const { flagged, value } = unconstrainedOptimum(grid, objective(name, metricOptions));
          expect(value).toBeCloseTo(expected, 12);
          expect(valueOf(grid, setsOf(flagged), name)).toBeCloseTo(value, 12);
          expect(isReachable(setsOf(flagged))).toBe(true);
        }
      }
    },
  );

  it('uses at most 5 different rows, though 6 would be better', () => {
    // The triangle has 6 different rows, which no integers give.
    const grid = { rows: 6, columns: 6, positives: new Float64Array(36), negatives: new Float64Array(36) };
    for (let row = 0; row < 6; row++)
      for (let column = 0; column < 6; column++)
        (column >= row ? grid.positives : grid.negatives)[row * 6 + column] = 1;
    const { flagged, value } = unconstrainedOptimum(grid, objective('youden', metricOptions));
    expect(isReachable(setsOf(flagged))).toBe(true);
    // One row follows its neighbour: one of 15 negatives more or one of 21 positives fewer.
    expect(value).toBeCloseTo(1 - 1 / 21, 12);
  });

  it('equals Dinkelbach iteration over an exhaustive search for F', () => {
    const rules = allRules(3, 3);
    const counts = (grid: CellGrid, sets: readonly number[]) => {
      const cells = [...sets].flatMap((set, row) => [0, 1, 2].filter((j) => (set >> j) & 1).map((j) => row * 3 + j));
      return {
        tp: cells.reduce((sum, cell) => sum + grid.positives[cell]!, 0),
        fp: cells.reduce((sum, cell) => sum + grid.negatives[cell]!, 0),
      };
    };
    for (let seed = 100; seed < 130; seed++) {
      const grid = randomGrid(seed, 3, 3);
      const positives = grid.positives.reduce((a, b) => a + b);
      for (const [name, beta2] of [
        ['f1', 1],
        ['f2', 4],
      ] as const) {
        let ratio = 0;
        for (let step = 0; step < 30; step++) {
          const gain = ({ tp, fp }: { tp: number; fp: number }): number => (1 + beta2 - ratio) * tp - ratio * fp;
          const best = rules.map((sets) => counts(grid, sets)).reduce((a, b) => (gain(b) > gain(a) ? b : a));
          ratio = ((1 + beta2) * best.tp) / (best.tp + best.fp + beta2 * positives);
        }
        expect(unconstrainedOptimum(grid, objective(name, metricOptions)).value).toBeCloseTo(ratio, 12);
      }
    }
  });
});

describe('on 8 x 8', () => {
  const lattice = buildLattice();
  const reachable = Int32Array.from(lattice.classes.keys()).filter((rule) => lattice.classes[rule]! <= 5);

  it.each(objectiveNames)('is at least as good by %s as the best monotone rule', (name) => {
    const target = objective(name, metricOptions);
    for (let seed = 0; seed < 5; seed++) {
      const grid = randomGrid(seed, 8, 8);
      const own = { positives: new Float64Array(lattice.size), negatives: new Float64Array(lattice.size) };
      for (let cell = 0; cell < 64; cell++) {
        const generator = closureRank(lattice, new Uint8Array(8).fill((cell % 8) + 1, 0, Math.floor(cell / 8) + 1));
        own.positives[generator]! += grid.positives[cell]!;
        own.negatives[generator]! += grid.negatives[cell]!;
      }
      const monotone = optimum(countAll(lattice, own), reachable, target).value;
      const { flagged, value } = unconstrainedOptimum(grid, target);
      expect(value).toBeGreaterThanOrEqual(monotone - 1e-12);
      expect(isReachable(setsOf(flagged))).toBe(true);
    }
  });

  /** Largest gain over all chains of 5 column sets, none skipped; longer chains only add, so shorter ones need no look. */
  function exhaustive(
    grid: CellGrid,
    gainOf: (cell: number) => number,
  ): { gain: number; chains: number; cells: number[] } {
    const gain = (row: number, set: number): number =>
      [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, j) => sum + ((set >> j) & 1 ? gainOf(row * 8 + j) : 0), 0);
    const gains = Array.from({ length: 8 }, (_, row) =>
      Float64Array.from({ length: 256 }, (__, set) => gain(row, set)),
    );
    const best = { gain: 0, chains: 0, rows: [0, 0, 0, 0, 0, 0, 0, 0] };
    const walk = (sets: readonly number[], rows: readonly number[]): void => {
      if (sets.length === 5) {
        const total = rows.reduce((sum, set, row) => sum + gains[row]![set]!, 0);
        best.chains++;
        if (total > best.gain) Object.assign(best, { gain: total, rows });
        return;
      }
      const outer = sets.at(-1) ?? 255;
      for (let set = sets.length === 0 ? 255 : (outer - 1) & outer; set > 0; set = (set - 1) & outer)
        walk(
          [...sets, set],
          rows.map((chosen, row) => (gains[row]![set]! > gains[row]![chosen]! ? set : chosen)),
        );
    };
    walk([], best.rows);
    const cells = best.rows.flatMap((set, row) =>
      [0, 1, 2, 3, 4, 5, 6, 7].filter((j) => (set >> j) & 1).map((j) => row * 8 + j),
    );
    return { gain: best.gain, chains: best.chains, cells };
  }

  it('equals the exhaustive search of 317,520 chains for linear objectives, and Dinkelbach on top of it for F1', () => {
    const grid = randomGrid(7, 8, 8);
    const [P, N] = [grid.positives, grid.negatives].map((counts) => counts.reduce((a, b) => a + b)) as [number, number];
    const linear = exhaustive(grid, (cell) => grid.positives[cell]! / P - grid.negatives[cell]! / N);
    expect(linear.chains).toBe(317_520);
    expect(unconstrainedOptimum(grid, objective('youden', metricOptions)).value).toBeCloseTo(linear.gain, 12);

    let ratio = 0.5;
    for (let step = 0; step < 6; step++) {
      const { cells } = exhaustive(grid, (cell) => (2 - ratio) * grid.positives[cell]! - ratio * grid.negatives[cell]!);
      const sum = (counts: Float64Array): number => cells.reduce((total, cell) => total + counts[cell]!, 0);
      ratio = (2 * sum(grid.positives)) / (sum(grid.positives) + sum(grid.negatives) + P);
    }
    expect(unconstrainedOptimum(grid, objective('f1', metricOptions)).value).toBeCloseTo(ratio, 12);
  });

  it('finds a planted rule of 5 shuffled rows that separates the classes', () => {
    const order = [3, 0, 7, 2, 5, 1, 6, 4];
    const chain = [1, 2, 3, 5, 6].map((length) => order.slice(0, length).reduce((bits, j) => bits | (1 << j), 0));
    const planted = [4, 0, 2, 1, 3, 2, 0, 4].map((k) => chain[k]!);
    const cell =
      (flagged: 0 | 1) =>
      (_: unknown, k: number): number =>
        ((planted[Math.floor(k / 8)]! >> (k % 8)) & 1) === flagged ? 3 : 0;
    const positives = Float64Array.from({ length: 64 }, cell(1));
    const negatives = Float64Array.from({ length: 64 }, cell(0));
    for (const name of ['youden', 'f1', 'f2', 'mcc'] as const) {
      const { flagged, value } = unconstrainedOptimum(
        { rows: 8, columns: 8, positives, negatives },
        objective(name, metricOptions),
      );
      expect(value).toBeCloseTo(1, 12);
      expect(setsOf(flagged)).toEqual(planted);
    }
  });

  it('flags nothing where that is best', () => {
    const positives = new Float64Array(64).fill(1);
    const negatives = new Float64Array(64).fill(1000);
    const cheap = objective('cost', { ...metricOptions, falseNegativeCost: 0.01 });
    const { flagged, value } = unconstrainedOptimum({ rows: 8, columns: 8, positives, negatives }, cheap);
    expect(setsOf(flagged)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(value).toBeCloseTo(-0.1 * 0.01, 12);
  });
});
