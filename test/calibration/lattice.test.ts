/** The numbers of calibration.md 1, by brute force that shares nothing with the code under test. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildLattice,
  closureRank,
  flags,
  flagsNothing,
  joinRank,
  type Lattice,
  zeta,
} from '../../calibration/lattice.ts';
import { keyed } from '../../src/core/random.ts';
import { nonDecreasing, randomCells, theory } from '../helpers/calibrationData.ts';

const lattice = buildLattice();
const rules = (of: Lattice): readonly number[] => Array.from({ length: of.size }, (_, rule) => rule);
const lengthsOf = ({ lengths, rows }: Lattice, rule: number): readonly number[] => [
  ...lengths.subarray(rule * rows, (rule + 1) * rows),
];

/** Staircases without the code under test: non-increasing lists of unflagged columns. */
function staircases(rows: number, columns: number): readonly (readonly number[])[] {
  if (rows === 0) return [[]];
  return staircases(rows - 1, columns).flatMap((above) =>
    Array.from({ length: (above.at(-1) ?? columns) + 1 }, (_, length) => [...above, length]),
  );
}

const distinctFlagged = (lengths: readonly number[], columns: number): number =>
  new Set(lengths.filter((length) => length < columns)).size;

/** Bit set of the flagged cells of integer tables under ">". */
const pattern = (D: readonly number[], A: readonly number[], threshold: number): number =>
  D.reduce((bits, d) => A.reduce((own, a) => own * 2 + (d * a > threshold ? 1 : 0), bits), 0);

/** Patterns of all pairs of tables; between two products no threshold decides anything new. */
function patterns(tables: readonly (readonly number[])[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const D of tables)
    for (const A of tables) {
      found.add(pattern(D, A, 0));
      for (const d of D) for (const a of A) found.add(pattern(D, A, d * a));
    }
  return found;
}

describe('the number of rules', () => {
  const all = staircases(8, 8);

  it('is 12,870 staircases, each once', () => {
    expect(all).toHaveLength(theory.staircases_8x8);
    expect(lattice.size).toBe(12_870);
    expect(new Set(rules(lattice).map((rule) => lengthsOf(lattice, rule).join()))).toEqual(
      new Set(all.map((lengths) => lengths.join())),
    );
  });

  it('counts the distinct flagged rows of each', () => {
    for (const rule of rules(lattice)) expect(lattice.classes[rule]).toBe(distinctFlagged(lengthsOf(lattice, rule), 8));
  });

  it('is 12,021 with at most 5 distinct non-empty rows, and 6,231 of them where D7 = D8', () => {
    const reachable = all.filter((lengths) => distinctFlagged(lengths, 8) <= 5);
    expect(reachable).toHaveLength(theory.monotone_achievable);
    expect(reachable.filter((lengths) => lengths[6] === lengths[7])).toHaveLength(6_231);
    expect([...lattice.classes].filter((classes) => classes <= 5)).toHaveLength(12_021);
  });

  // Whatever tables hold, only their distinct non-zero values matter: here are all sets of them. That all rules with at
  // most 5 rows are reachable is proven with their integers in integers.test.ts; together that is 12,021 exactly.
  it('no integers 0..8 give 6 distinct non-empty rows', () => {
    const sets = Array.from({ length: 256 }, (_, bits) =>
      [1, 2, 3, 4, 5, 6, 7, 8].filter((v) => (bits >> (v - 1)) & 1),
    );
    let most = 0;
    for (const rowValues of sets)
      for (const columnValues of sets)
        for (let threshold = 0; threshold < 64; threshold++) {
          let seen = 0;
          for (const d of rowValues) {
            let flagged = 0;
            for (const a of columnValues) if (d * a > threshold) flagged++;
            seen |= 1 << flagged;
          }
          let distinct = 0;
          for (let left = seen >> 1; left > 0; left &= left - 1) distinct++;
          most = Math.max(most, distinct);
        }
    expect(most).toBe(5);
  });

  it('is 20 monotone rules on 3 x 3 over all monotone tables 0..8, all of them in the lattice', () => {
    const found = patterns(nonDecreasing(3));
    const small = buildLattice(3, 3);
    const own = rules(small).map((rule) =>
      [0, 1, 2].reduce(
        (bits, row) => [0, 1, 2].reduce((b, column) => b * 2 + Number(flags(small, rule, row, column)), bits),
        0,
      ),
    );
    expect(found.size).toBe(theory.small_3x3.monotone);
    expect(new Set(own)).toEqual(found);
  });

  it('is 230 rules on 3 x 3 over all tables 0..8', () => {
    const values = [0, 1, 2, 3, 4, 5, 6, 7, 8];
    const all3 = values.flatMap((a) => values.flatMap((b) => values.map((c) => [a, b, c])));
    // The order of rows and columns is free: take all permutations of the patterns of ordered tables.
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    const permuted = new Set<number>();
    for (const bits of patterns(nonDecreasing(3)))
      for (const rows of orders)
        for (const columns of orders)
          permuted.add(
            rows.reduce(
              (o, row) => columns.reduce((b, column) => b * 2 + ((bits >> (8 - 3 * row - column)) & 1), o),
              0,
            ),
          );
    expect(patterns(all3)).toEqual(permuted);
    expect(permuted.size).toBe(theory.small_3x3.unconstrained);
  });
});

describe('ranks', () => {
  it('name every staircase by its place', () => {
    for (const rule of rules(lattice))
      expect(closureRank(lattice, Uint8Array.from(lengthsOf(lattice, rule)))).toBe(rule);
  });

  it('start with the rule that flags everything and end with the one that flags nothing', () => {
    expect(lengthsOf(lattice, 0)).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(lengthsOf(lattice, flagsNothing(lattice))).toEqual([8, 8, 8, 8, 8, 8, 8, 8]);
  });

  it('close a set of reaches to the smallest staircase that holds it', () => {
    const shapes = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }));
    const cases = shapes.chain(([rows, columns]) =>
      fc.tuple(
        fc.constant(buildLattice(rows, columns)),
        fc.array(fc.integer({ min: 0, max: columns }), { minLength: rows, maxLength: rows }),
      ),
    );
    fc.assert(
      fc.property(cases, ([own, reach]) => {
        const closed = reach.map((_, row) => Math.max(...reach.slice(row)));
        const buffer = Uint8Array.from(reach);
        expect(lengthsOf(own, closureRank(own, buffer))).toEqual(closed);
        expect([...buffer]).toEqual(closed);
      }),
    );
  });
});

describe('edges', () => {
  it('are the 51,480 ways to take one cell off a staircase', () => {
    const isCorner = (lengths: readonly number[], row: number): boolean =>
      lengths[row]! > 0 && (row === 7 || lengths[row + 1]! < lengths[row]!);
    const expected = new Set<string>();
    for (const lengths of staircases(8, 8))
      for (const row of lengths.keys())
        if (isCorner(lengths, row)) expected.add(`${lengths.join()} ${lengths.with(row, lengths[row]! - 1).join()}`);
    const own = [...lattice.to].map(
      (to, k) => `${lengthsOf(lattice, to).join()} ${lengthsOf(lattice, lattice.from[k]!).join()}`,
    );
    expect(own).toHaveLength(theory.hasse_edges);
    expect(own).toHaveLength(51_480);
    expect(new Set(own)).toEqual(expected);
  });
});

describe('zeta transform', () => {
  const isInside = (of: Lattice, inner: number, outer: number): boolean => {
    for (let row = 0; row < of.rows; row++)
      if (of.lengths[inner * of.rows + row]! > of.lengths[outer * of.rows + row]!) return false;
    return true;
  };
  const naive = (of: Lattice, f: Float64Array, rule: number): number =>
    f.reduce((sum, value, other) => (value !== 0 && isInside(of, other, rule) ? sum + value : sum), 0);
  const randomCounts = (size: number, stream = keyed(3, 'test zeta', size)): Float64Array =>
    Float64Array.from({ length: size }, () => (stream.below(4) === 0 ? stream.below(1000) : 0));

  it.each([
    [1, 1],
    [1, 5],
    [5, 1],
    [3, 3],
    [4, 6],
    [7, 3],
  ])('equals its definition on every rule of %d x %d', (rows, columns) => {
    const own = buildLattice(rows, columns);
    const f = randomCounts(own.size);
    const expected = rules(own).map((rule) => naive(own, f, rule));
    expect([...zeta(own, f.slice())]).toEqual(expected);
  });

  it('equals its definition on 500 random rules of 8 x 8', () => {
    const f = randomCounts(lattice.size);
    const sums = zeta(lattice, f.slice());
    const stream = keyed(4, 'test rules');
    for (let k = 0; k < 500; k++) {
      const rule = stream.below(lattice.size);
      expect(sums[rule]).toBe(naive(lattice, f, rule));
    }
  });

  it('counts the silent among random people with many exposures, for 500 random rules', () => {
    const stream = keyed(5, 'test people');
    const people = Array.from({ length: 300 }, () => randomCells(stream, lattice, 6));
    const f = new Float64Array(lattice.size);
    for (const cells of people) {
      const reach = new Uint8Array(8);
      for (const [row, column] of cells) reach[row] = Math.max(reach[row]!, column + 1);
      f[closureRank(lattice, reach)]! += 1;
    }
    const silent = zeta(lattice, f);
    for (let k = 0; k < 500; k++) {
      const rule = stream.below(lattice.size);
      const expected = people.filter((cells) => !cells.some(([row, column]) => flags(lattice, rule, row, column)));
      expect(silent[rule]).toBe(expected.length);
    }
  });
});

describe('the join of two staircases', () => {
  it('has the longer of their rows, and is the smallest that holds both', () => {
    const ids = fc.nat(lattice.size - 1);
    fc.assert(
      fc.property(ids, ids, (one, other) => {
        const join = joinRank(lattice, one, other);
        const [a, b] = [lengthsOf(lattice, one), lengthsOf(lattice, other)];
        expect(lengthsOf(lattice, join)).toEqual(a.map((length, row) => Math.max(length, b[row]!)));
        expect(joinRank(lattice, other, one)).toBe(join);
        expect(joinRank(lattice, join, one)).toBe(join);
      }),
    );
  });
});
