import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ConstraintOptions, ruleSpace } from '../../calibration/constraints.ts';
import { buildLattice, flags, type Lattice } from '../../calibration/lattice.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { defaultReading, type Reading } from '../../src/risk/reading.ts';
import { nonDecreasing } from '../helpers/calibrationData.ts';

const lattice = buildLattice();
const space = (options: Partial<ConstraintOptions>, reading: Partial<Reading> = {}, of: Lattice = lattice) =>
  ruleSpace(of, { forbid: [], require: [], fix: [], durationCap: null, ...options }, { ...defaultReading, ...reading });
const failure = (options: Partial<ConstraintOptions>, reading: Partial<Reading> = {}): EnlabError => {
  try {
    space(options, reading);
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('no error was raised');
};

/** Reachable rules that a test on cells (1-based D and A) keeps: what a constraint must leave. */
const filtered = (keeps: (flagged: (D: number, A: number) => boolean) => boolean): readonly number[] =>
  [...space({}).candidates].filter((rule) => keeps((D, A) => flags(lattice, rule, D - 1, A - 1)));
const eight = [1, 2, 3, 4, 5, 6, 7, 8];
const cells = eight.flatMap((D) => eight.map((A) => [D, A] as const));

describe('the number of rules left', () => {
  it.each<[string, Partial<ConstraintOptions>, number]>([
    ['without policy', {}, 12_021],
    ['with D1..D4 = 0', { fix: ['D1=0', 'D2=0', 'D3=0', 'D4=0'] }, 495],
    ['with D4 = 0 alone, as tables do not decrease', { fix: ['D4=0'] }, 495],
    ['with no alert up to 15 minutes', { forbid: ['minutes<=15'] }, 495],
    ['with A1 = 0', { fix: ['A1=0'] }, 6_231],
    ['with no alert above 73 dB', { forbid: ['attenuation>73'] }, 6_231],
    ['with durations that end at 30 minutes', { durationCap: 30 }, 6_231],
    // Sum of C(7,k)^2, k <= 5.
    ['with A1 = 0 and D1 = 0', { fix: ['A1=0', 'd1 = 0'] }, 3_382],
    ['with an alert always', { require: ['minutes>0', 'minutes<=0'] }, 1],
  ])('%s', (_, options, expected) => {
    expect(space(options).candidates).toHaveLength(expected);
  });
});

describe('regions', () => {
  it.each<[string, Partial<ConstraintOptions>, (flagged: (D: number, A: number) => boolean) => boolean]>([
    ['forbid a duration', { forbid: ['minutes<=10'] }, (flagged) => cells.every(([D, A]) => D > 3 || !flagged(D, A))],
    [
      'require a corner',
      { require: ['minutes>15 attenuation<=63'] },
      (flagged) => cells.every(([D, A]) => D < 5 || A < 3 || flagged(D, A)),
    ],
    [
      'written with "and", in capitals',
      { require: ['MINUTES>20 AND Attenuation<=51'] },
      (flagged) => cells.every(([D, A]) => D < 6 || A < 4 || flagged(D, A)),
    ],
    [
      'forbid a band',
      { forbid: ['minutes>5 minutes<=15 attenuation>33 attenuation<=63'] },
      (flagged) => cells.every(([D, A]) => D < 3 || D > 4 || A < 3 || A > 4 || !flagged(D, A)),
    ],
    [
      'forbid and require together',
      { forbid: ['minutes<=15', 'attenuation>73'], require: ['minutes>25 attenuation<=33'], durationCap: 30 },
      (flagged) =>
        cells.every(([D, A]) => (D > 4 && A > 1) || !flagged(D, A)) &&
        cells.every(([D, A]) => D < 7 || A < 5 || flagged(D, A)) &&
        eight.every((A) => flagged(7, A) === flagged(8, A)),
    ],
  ])('%s: exactly the rules that a filter by hand leaves', (_, options, keeps) => {
    const expected = filtered(keeps);
    expect([...space(options).candidates]).toEqual(expected);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(12_021);
  });

  it('cut minutes on the left where buckets are closed on the left', () => {
    const left = space({ forbid: ['minutes<15'] }, { durationEdge: 'ge' });
    expect([...left.candidates]).toEqual([...space({ forbid: ['minutes<=15'] }).candidates]);
    expect([...space({ require: ['minutes>=20 attenuation<=63'] }, { durationEdge: 'ge' }).candidates]).toEqual(
      filtered((flagged) => cells.every(([D, A]) => D < 6 || A < 3 || flagged(D, A))),
    );
  });

  // Exactly 30 min is D7 and 0 min is D1 under every --duration-edge (src/risk/scale.ts).
  it('cut no time and more than 30 minutes alike under every edge', () => {
    const expected = filtered((flagged) => cells.every(([D, A]) => D === 8 || !flagged(D, A)));
    for (const durationEdge of ['bucket', 'gt', 'ge'] as const)
      expect([...space({ forbid: ['minutes<=30'] }, { durationEdge }).candidates]).toEqual(expected);
  });
});

describe('fixed values', () => {
  const small = buildLattice(3, 3);
  const tables = nonDecreasing(3);

  it('other than 0 leave what brute force over all tables 0..8 leaves', () => {
    const names = ['D1', 'D2', 'D3', 'A1', 'A2', 'A3'] as const;
    const pair = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(pair, fc.array(fc.integer({ min: 1, max: 8 }), { minLength: 3, maxLength: 3 }), (fixed, values) => {
        const fix = fixed.map((name, k) => `${name}=${values[k]}`);
        const keeps =
          (prefix: string) =>
          (table: readonly number[]): boolean =>
            fixed.every((name, k) => !name.startsWith(prefix) || table[Number(name[1]) - 1] === values[k]);
        const found = new Set<string>();
        for (const D of tables.filter(keeps('D')))
          for (const A of tables.filter(keeps('A')))
            for (const product of new Set([0, ...D.flatMap((d) => A.map((a) => d * a))])) {
              // Another decision can begin just above a product only; 1 is the smallest threshold.
              const decided = (limit: number): string =>
                D.map((d) => A.map((a) => Number(d * a > limit)).join('')).join();
              if (decided(product + 1) === decided(product)) found.add(decided(product + 1));
            }
        if (found.size === 0) {
          expect(() => space({ fix }, {}, small)).toThrow(EnlabError);
          return;
        }
        const own = [...space({ fix }, {}, small).candidates].map((rule) =>
          [0, 1, 2].map((row) => [0, 1, 2].map((column) => Number(flags(small, rule, row, column))).join('')).join(),
        );
        expect(own.toSorted()).toEqual([...found].toSorted());
      }),
      { numRuns: 25 },
    );
  });

  it('appear in the tables of every rule that is left', () => {
    const { candidates, tables: tablesOf } = space({ fix: ['A2=5', 'D5=5', 'threshold=20'] });
    expect(candidates.length).toBeGreaterThan(0);
    for (const rule of candidates) {
      const { D, A, threshold } = tablesOf(rule);
      expect([D[4], A[1], threshold]).toEqual([5, 5, 20]);
      for (const [row, d] of D.entries())
        for (const [column, a] of A.entries()) {
          expect(d * a > threshold).toBe(flags(lattice, rule, row, column));
          expect(d * a).not.toBe(threshold);
        }
    }
  });

  // The production set of Immuni has D5 x A2 = 25 and threshold 20 (risk-models.md 1.3).
  it('of the production set of Immuni leave its rule', () => {
    const { candidates } = space({ fix: ['A1=0', 'A2=5', 'D4=0', 'D5=5', 'D8=5', 'A8=5', 'threshold=20'] });
    const immuni = filtered((flagged) => cells.every(([D, A]) => flagged(D, A) === (D > 4 && A > 1)));
    expect([...candidates]).toEqual(immuni);
  });
});

describe('contradictions', () => {
  it.each<[string, Partial<ConstraintOptions>, readonly string[]]>([
    [
      'a pair of regions',
      { forbid: ['minutes<=15', 'attenuation>73'], require: ['minutes>10 attenuation<=63'] },
      ['--forbid "minutes<=15"', '--require "minutes>10 attenuation<=63"'],
    ],
    [
      'a region and a fixed value',
      { forbid: ['minutes<=0'], require: ['minutes>25 attenuation<=10'], fix: ['D7=0'] },
      ['--require "minutes>25 attenuation<=10"', '--fix D7=0'],
    ],
    ['two values of one parameter', { fix: ['A1=0', 'A1=3'] }, ['A1=0', 'A1=3']],
    ['values that would decrease', { fix: ['D2=5', 'D3=4'] }, ['--fix D2=5', '--fix D3=4']],
    ['a value that no rule can have', { fix: ['threshold=0'] }, ['--fix threshold=0']],
    [
      'a cap and a region',
      { durationCap: 30, require: ['minutes>30'], forbid: ['minutes<=30'] },
      ['--forbid "minutes<=30"', '--require "minutes>30"', '--duration-cap 30'],
    ],
  ])('%s are named', (_, options, names) => {
    const error = failure(options);
    expect(error.code).toBe('E-CONSTRAINTS');
    for (const name of names) expect(error.message).toContain(name);
  });

  it('name nothing that has no part in them', () => {
    const { message } = failure({ forbid: ['attenuation>73', 'minutes<=15'], require: ['minutes>10 attenuation<=63'] });
    expect(message).not.toContain('attenuation>73');
  });
});

describe('bad constraints', () => {
  it.each<[string, Partial<ConstraintOptions>]>([
    ['an edge that is none', { forbid: ['minutes<=12'] }],
    ['an attenuation that is no edge', { require: ['attenuation<=60'] }],
    ['the wrong side of an edge', { forbid: ['minutes<15'] }],
    ['the wrong side of an attenuation', { require: ['attenuation<63'] }],
    ['spaces inside', { forbid: ['minutes <= 15'] }],
    ['an unknown quantity', { forbid: ['distance<=2'] }],
    ['nothing', { forbid: [''] }],
    ['conditions that exclude each other', { forbid: ['minutes<=5 minutes>10'] }],
    ['an unknown parameter', { fix: ['D9=0'] }],
    ['a value above 8', { fix: ['A1=9'] }],
    ['a fraction', { fix: ['A1=0.5'] }],
    ['a negative value', { fix: ['A1=-1'] }],
    ['no value', { fix: ['A1'] }],
  ])('%s', (_, options) => {
    const error = failure(options);
    expect(error.code).toBe('E-USAGE');
    expect(error.message).toContain(Object.values(options).flat()[0]!.toString());
    expect(error.hint).not.toBe('');
  });

  it('the right side of an edge under the wrong --duration-edge', () => {
    expect(failure({ forbid: ['minutes<=15'] }, { durationEdge: 'ge' }).hint).toContain('< and >=');
    expect(failure({ forbid: ['minutes<30'] }, { durationEdge: 'ge' }).hint).toContain('<= and >');
  });
});
