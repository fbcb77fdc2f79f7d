import { describe, expect, it } from 'vitest';
import { buildLattice, closureRank } from '../../calibration/lattice.ts';
import { distance, ordered, type TieBreak } from '../../calibration/tieBreak.ts';

const lattice = buildLattice();
const rule = (...lengths: readonly number[]): number => closureRank(lattice, Uint8Array.from(lengths));

/** Two corners, one corner, and one corner elsewhere. */
const stairs = rule(8, 8, 8, 8, 5, 5, 2, 2);
const box = rule(8, 8, 8, 8, 3, 3, 3, 3);
const narrow = rule(8, 8, 8, 8, 8, 8, 7, 7);
const rules = [narrow, stairs, box];

const undecided: TieBreak = { lattice, mean: null, regret: null, near: null };
const by = (values: ReadonlyMap<number, number>) => (own: number) => values.get(own)!;
const equal = () => 0.5;

describe('tie-break', () => {
  it('takes the highest bootstrap mean first, whatever else says otherwise', () => {
    const mean = by(
      new Map([
        [narrow, 0.2],
        [stairs, 0.9],
        [box, 0.5],
      ]),
    );
    const regret = by(
      new Map([
        [narrow, 0.1],
        [stairs, 0.9],
        [box, 0.2],
      ]),
    );
    expect(ordered(rules, { lattice, mean, regret, near: narrow })).toEqual([stairs, box, narrow]);
  });

  it('then the smallest worst regret', () => {
    const regret = by(
      new Map([
        [narrow, 0.3],
        [stairs, 0.1],
        [box, 0.2],
      ]),
    );
    expect(ordered(rules, { lattice, mean: equal, regret, near: narrow })).toEqual([stairs, box, narrow]);
  });

  it('then the fewest corners', () => {
    expect(ordered(rules, { lattice, mean: equal, regret: equal, near: stairs }).at(-1)).toBe(stairs);
  });

  it('then the nearest to the compared rule', () => {
    expect(ordered([narrow, box], { ...undecided, near: rule(8, 8, 8, 8, 4, 4, 4, 4) })).toEqual([box, narrow]);
    expect(ordered([narrow, box], { ...undecided, near: rule(8, 8, 8, 8, 8, 8, 7, 6) })).toEqual([narrow, box]);
  });

  it('and last the smallest rank, so that the order of the input never matters', () => {
    const ranks = [box, narrow].toSorted((a, b) => a - b);
    expect(ordered([box, narrow], undecided)).toEqual(ranks);
    expect(ordered([narrow, box], undecided)).toEqual(ranks);
  });

  it('does not take the rounding of a sum for a difference', () => {
    const mean = by(
      new Map([
        [narrow, 0.1 + 0.2],
        [box, 0.3],
      ]),
    );
    const regret = by(
      new Map([
        [narrow, 0.2],
        [box, 0.1],
      ]),
    );
    expect(ordered([narrow, box], { ...undecided, mean, regret })).toEqual([box, narrow]);
  });

  it('keeps a single rule', () => {
    expect(ordered([box], undecided)).toEqual([box]);
  });
});

describe('distance', () => {
  it('is the number of cells that two rules decide differently', () => {
    expect(distance(lattice, box, box)).toBe(0);
    expect(distance(lattice, box, stairs)).toBe(2 + 2 + 1 + 1);
    expect(distance(lattice, narrow, box)).toBe(5 + 5 + 4 + 4);
    expect(distance(lattice, 0, lattice.size - 1)).toBe(64);
  });
});
