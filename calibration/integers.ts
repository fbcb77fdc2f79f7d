/**
 * Integers for a rule: tables D and A (0..8) and a threshold T that flag exactly its cells, with the widest margin,
 * so that "> T" and ">= T" decide alike (calibration.md 1, max-margin integers).
 */
import type { Lattice, RuleId } from './lattice.ts';

export interface Tables {
  /** Index 0 = D1. */
  readonly D: readonly number[];
  /** Index 0 = A1. */
  readonly A: readonly number[];
  readonly threshold: number;
}

/** Parameters that must keep a given value: "D5" -> 3, "A1" -> 0, "threshold" -> 20. */
export type Fixes = ReadonlyMap<string, number>;

const LARGEST = 8;
/** Threshold of the rule that flags nothing: above no product under ">", and never reached by zeros under ">=". */
const NEVER = 64;

/** Class of every row and column: 0 is never flagged; a cell is flagged iff row class + column class > classes. */
interface Classes {
  readonly count: number;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
}

function classesOf({ rows, columns, lengths }: Lattice, rule: RuleId): Classes {
  const own = [...lengths.subarray(rule * rows, (rule + 1) * rows)];
  const distinct = [...new Set(own.filter((length) => length < columns))].toSorted((a, b) => b - a);
  return {
    count: distinct.length,
    rows: own.map((length) => distinct.indexOf(length) + 1),
    columns: Array.from({ length: columns }, (_, column) => distinct.filter((length) => length <= column).length),
  };
}

/** Lowest and highest value of each class, index = class. */
type Assignment = readonly (readonly [number, number])[];

/**
 * All ways to give the classes values 0..8, strictly increasing from class to class. A class with fixed members spans
 * their values; the others have one value.
 */
function assignments(count: number, fixed: ReadonlyMap<number, readonly [number, number]>): readonly Assignment[] {
  const found: Assignment[] = [];
  const extend = (chosen: Assignment): void => {
    if (chosen.length > count) {
      found.push(chosen);
      return;
    }
    const least = chosen.length === 0 ? 0 : chosen.at(-1)![1] + 1;
    const span = fixed.get(chosen.length);
    if (span) {
      if (span[0] >= least) extend([...chosen, span]);
      return;
    }
    for (let value = least; value <= LARGEST; value++) extend([...chosen, [value, value]]);
  };
  extend([]);
  return found;
}

/** Values fixed for members of each class, as a span; null when they decrease along the table. */
function spans(
  prefix: string,
  classes: readonly number[],
  fixes: Fixes,
): Map<number, readonly [number, number]> | null {
  const result = new Map<number, readonly [number, number]>();
  let last = 0;
  for (const [index, own] of classes.entries()) {
    const value = fixes.get(`${prefix}${index + 1}`);
    if (value === undefined) continue;
    if (value < last) return null;
    last = value;
    result.set(own, [result.get(own)?.[0] ?? value, value]);
  }
  return result;
}

interface Margin {
  readonly rows: Assignment;
  readonly columns: Assignment;
  /** Smallest flagged and largest unflagged product. */
  readonly flagged: number;
  readonly unflagged: number;
}

function widest(
  count: number,
  rows: readonly Assignment[],
  columns: readonly Assignment[],
  threshold?: number,
): Margin | null {
  let best: Margin | null = null;
  for (const row of rows)
    for (const column of columns) {
      const margin = marginOf(count, row, column);
      if (!separates(margin, threshold)) continue;
      if (!best || isWider(margin, best)) best = margin;
    }
  return best;
}

function marginOf(count: number, rows: Assignment, columns: Assignment): Margin {
  let flagged = Number.POSITIVE_INFINITY;
  let unflagged = 0;
  // Products grow with the class, so only the two diagonals at the border of the staircase matter.
  for (let row = 0; row <= count; row++) {
    const opposite = count - row;
    unflagged = Math.max(unflagged, rows[row]![1] * columns[opposite]![1]);
    if (row > 0) flagged = Math.min(flagged, rows[row]![0] * columns[opposite + 1]![0]);
  }
  return { rows, columns, flagged, unflagged };
}

/** An integer lies strictly between the two products: then ">" and ">=" agree. */
const separates = ({ flagged, unflagged }: Margin, threshold?: number): boolean =>
  threshold === undefined ? flagged - unflagged >= 2 : unflagged < threshold && threshold < flagged;

/** Relative margin first, then absolute. */
function isWider(a: Margin, b: Margin): boolean {
  const difference = relative(a) - relative(b);
  return difference > 1e-12 || (Math.abs(difference) <= 1e-12 && a.flagged - a.unflagged > b.flagged - b.unflagged);
}

const relative = ({ flagged, unflagged }: Margin): number =>
  flagged === Number.POSITIVE_INFINITY ? -unflagged : (flagged - unflagged) / (flagged + unflagged);

/** Solves rules one by one; answers are shared between rules whose classes and fixed values are alike. */
export class IntegerSolver {
  readonly #lattice: Lattice;
  readonly #fixes: Fixes;
  readonly #solved = new Map<string, Margin | null>();

  constructor(lattice: Lattice, fixes: Fixes = new Map()) {
    this.#lattice = lattice;
    this.#fixes = fixes;
  }

  /** Tables of a rule, or null when no integers 0..8 with the fixed values produce it. */
  tables(rule: RuleId): Tables | null {
    const classes = classesOf(this.#lattice, rule);
    const margin = this.#margin(classes);
    if (!margin) return null;
    const value = (prefix: string, assignment: Assignment, own: readonly number[]): readonly number[] =>
      filled(own.map((index, k) => this.#fixes.get(`${prefix}${k + 1}`) ?? assignment[index]![0]));
    return {
      D: value('D', margin.rows, classes.rows),
      A: value('A', margin.columns, classes.columns),
      threshold: this.#fixes.get('threshold') ?? thresholdOf(margin),
    };
  }

  #margin({ count, rows, columns }: Classes): Margin | null {
    const row = spans('D', rows, this.#fixes);
    const column = spans('A', columns, this.#fixes);
    if (!row || !column) return null;
    const key = JSON.stringify([count, [...row], [...column]]);
    let margin = this.#solved.get(key);
    if (margin === undefined) {
      margin = widest(count, assignments(count, row), assignments(count, column), this.#fixes.get('threshold'));
      this.#solved.set(key, margin);
    }
    return margin;
  }
}

const thresholdOf = ({ flagged, unflagged }: Margin): number =>
  flagged === Number.POSITIVE_INFINITY ? Math.max(NEVER, unflagged + 1) : Math.floor((flagged + unflagged) / 2);

/** Free members between fixed ones of the same class follow their neighbour, so that tables never decrease. */
function filled(values: readonly number[]): readonly number[] {
  let last = 0;
  return values.map((value) => (last = Math.max(last, value)));
}
