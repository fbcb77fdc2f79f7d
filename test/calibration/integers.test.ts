import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fixes, IntegerSolver, type Tables } from '../../calibration/integers.ts';
import { buildLattice, flags, flagsNothing, type Lattice } from '../../calibration/lattice.ts';
import { nonDecreasing, theory } from '../helpers/calibrationData.ts';

const margins = theory.max_margin;

const lattice = buildLattice();
const small = buildLattice(3, 3);

/** Flagged cells of a rule and of tables, as text: "001/011/111". */
const cellsOf = (of: Lattice, rule: number): string =>
  Array.from({ length: of.rows }, (_, row) =>
    Array.from({ length: of.columns }, (__, column) => Number(flags(of, rule, row, column))).join(''),
  ).join('/');
const decided = ({ D, A, threshold }: Tables, operator: '>' | '>='): string =>
  D.map((d) => A.map((a) => Number(operator === '>' ? d * a > threshold : d * a >= threshold)).join('')).join('/');

const isTable = (values: readonly number[]): boolean =>
  values.every(
    (value, k) => Number.isInteger(value) && value >= 0 && value <= 8 && (k === 0 || values[k - 1]! <= value),
  );

describe('integers of the 12,021 rules', () => {
  const solver = new IntegerSolver(lattice);
  const solved = Array.from({ length: lattice.size }, (_, rule) => ({ rule, tables: solver.tables(rule) }));

  it('exist for a rule iff it has at most 5 classes', () => {
    expect(solved.filter(({ tables }) => tables !== null)).toHaveLength(12_021);
    for (const { rule, tables } of solved) expect(tables !== null).toBe(lattice.classes[rule]! <= 5);
  });

  it('are non-decreasing tables of whole numbers 0..8 with a whole threshold', () => {
    for (const { tables } of solved) {
      if (!tables) continue;
      expect(isTable(tables.D) && isTable(tables.A)).toBe(true);
      expect(Number.isInteger(tables.threshold)).toBe(true);
    }
  });

  it('decide all 64 cells as the staircase does, under > and under >=', () => {
    for (const { rule, tables } of solved) {
      if (!tables) continue;
      const expected = cellsOf(lattice, rule);
      expect(decided(tables, '>')).toBe(expected);
      expect(decided(tables, '>=')).toBe(expected);
    }
  });

  it.each([1, 2, 3, 4, 5] as const)('have the widest margin with %d classes, as in the vectors', (classes) => {
    const [flagged, unflagged] = margins.gaps[`k${classes}`];
    const own = solved.filter(({ rule }) => lattice.classes[rule] === classes);
    expect(own.length).toBeGreaterThan(0);
    for (const { tables } of own) {
      const { D, A, threshold } = tables!;
      const values = (table: readonly number[]): number[] => [...new Set(table)].filter((value) => value > 0);
      expect([values(D), values(A)]).toEqual([margins[`k${classes}`], margins[`k${classes}`]]);
      const products = D.flatMap((d) => A.map((a) => d * a));
      expect(Math.min(...products.filter((product) => product > threshold))).toBe(flagged);
      expect(Math.max(0, ...products.filter((product) => product <= threshold))).toBeLessThanOrEqual(unflagged);
      expect(threshold).toBe(Math.floor((flagged + unflagged) / 2));
    }
  });

  it('that flag nothing are zeros with a threshold above every product', () => {
    const { D, A, threshold } = solver.tables(flagsNothing(lattice))!;
    expect([...D, ...A].every((value) => value === 0)).toBe(true);
    expect(threshold).toBe(64);
  });

  // k = 6 needs 6 increasing row values and 6 increasing column values whose anti-diagonals are apart.
  it('cannot exist for 6 classes: no six increasing values 1..8 separate the anti-diagonals', () => {
    const sixes = nonDecreasing(6).filter((values) => values[0]! > 0 && new Set(values).size === 6);
    const separated = sixes.flatMap((D) =>
      sixes.filter((A) => {
        const least = Math.min(...D.map((d, k) => d * A[5 - k]!));
        const most = Math.max(...D.slice(0, 5).map((d, k) => d * A[4 - k]!));
        return least > most;
      }),
    );
    expect(sixes).toHaveLength(28);
    expect(separated).toEqual([]);
  });
});

describe('integers with fixed parameters', () => {
  const tables3 = nonDecreasing(3);

  // Thresholds start at 1: 0 would alert everybody, also without any exposure.
  /** Rules of 3 x 3 that some tables with the fixed values and some whole threshold decide alike under both operators. */
  function reachable(fixes: Fixes): ReadonlySet<string> {
    const keeps =
      (prefix: string) =>
      (table: readonly number[]): boolean =>
        table.every((value, k) => (fixes.get(`${prefix}${k + 1}`) ?? value) === value);
    const found = new Set<string>();
    const fixed = fixes.get('threshold');
    for (const D of tables3.filter(keeps('D')))
      for (const A of tables3.filter(keeps('A'))) {
        // Just above each product and just below the next are all thresholds that can separate them.
        const products = [...new Set(D.flatMap((d) => A.map((a) => d * a)))];
        for (const threshold of fixed === undefined ? products.map((product) => product + 1) : [fixed]) {
          const own = decided({ D, A, threshold }, '>');
          if (own === decided({ D, A, threshold }, '>=')) found.add(own);
        }
      }
    // With all products flagged the separating threshold lies below the smallest.
    if (fixed === undefined)
      for (const D of tables3.filter(keeps('D')))
        for (const A of tables3.filter(keeps('A'))) if (D[0]! * A[0]! >= 2) found.add('111/111/111');
    return found;
  }

  const value = fc.integer({ min: 0, max: 8 });
  const entry = fc.oneof(
    fc.tuple(fc.constantFrom('D1', 'D2', 'D3', 'A1', 'A2', 'A3'), value),
    fc.tuple(fc.constant('threshold'), fc.integer({ min: 1, max: 66 })),
  );

  it('exist iff brute force over all tables 0..8 finds some, and keep the fixed values', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (entries) => {
        const fixes = new Map(entries);
        const expected = reachable(fixes);
        const solver = new IntegerSolver(small, fixes);
        for (let rule = 0; rule < small.size; rule++) {
          const tables = solver.tables(rule);
          expect(tables !== null).toBe(expected.has(cellsOf(small, rule)));
          if (!tables) continue;
          expect(isTable(tables.D) && isTable(tables.A)).toBe(true);
          expect([decided(tables, '>'), decided(tables, '>=')]).toEqual([cellsOf(small, rule), cellsOf(small, rule)]);
          for (const [name, fixed] of fixes) {
            const table = name.startsWith('D') ? tables.D : tables.A;
            expect(name === 'threshold' ? tables.threshold : table[Number(name[1]) - 1]).toBe(fixed);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a table that would decrease', { D2: 5, D3: 4 }, 0],
    ['the threshold of an app', { threshold: 20 }, 20],
    ['a threshold that no product can exceed', { threshold: 64 }, 1],
    ['a threshold that zeros reach', { threshold: 0 }, 0],
    ['values that make everything equal', { D1: 8, D3: 8, A1: 8, A3: 8 }, 2],
  ])('leave with %s as many rules of 3 x 3 as expected', (_, fixes, expected) => {
    const solver = new IntegerSolver(small, new Map(Object.entries(fixes)));
    const left = Array.from({ length: small.size }, (__, rule) => solver.tables(rule)).filter(
      (tables) => tables !== null,
    );
    expect(left).toHaveLength(expected);
  });
});
