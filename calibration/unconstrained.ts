/**
 * The best D x A rule when neither table has to increase, at exposure level, where every exposure is one cell. Integers
 * 0..8 reach a rule iff its rows flag at most 5 distinct non-empty sets of columns that form a chain (calibration.md 1):
 * 1.3e11 rules on 8 x 8. Still exact, in two steps:
 *
 * 1. For a weight on true and one on false alerts the rows are independent once the chain is known, so the best rule
 *    comes from the 317,520 longest chains; most of them are cut off by a bound.
 * 2. Every objective is quasi-convex above chance, so its best rule is a vertex of the convex hull of all (fp, tp), and
 *    vertices are what step 1 finds. Youden, cost and net benefit are linear and F is a ratio of linear functions; for
 *    Matthews MCC <= c (c >= 0) is tp <= (s P + c sqrt(P N s (P + N - s))) / (P + N) with s alerts, P positives and
 *    N negatives: what lies below a concave curve is convex. Hull edges that cannot hold a better vertex are skipped.
 */
import type { Objective } from './objectives.ts';

/** Largest number of distinct non-empty rows that integers 0..8 express. */
const MOST_SETS = 5;
/** Rounding of sums of weights, relative to the size of the sums. */
const ROUNDING = 1e-13;

/** (Weighted) exposures per cell, row-major; rows are duration classes, columns (at most 8) attenuation classes. */
export interface CellGrid {
  readonly rows: number;
  readonly columns: number;
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

export interface UnconstrainedRule {
  /** [row][column] */
  readonly flagged: readonly (readonly boolean[])[];
  readonly value: number;
}

/** A point of the plane of true and false alerts, or a direction in it. */
interface Plane {
  readonly tp: number;
  readonly fp: number;
}

interface Reached extends Plane {
  /** Flagged columns of every row: bit j = column j. */
  readonly sets: readonly number[];
}

const dot = (a: Plane, b: Plane): number => a.tp * b.tp + a.fp * b.fp;

/** The proven best of all reachable rules. Both classes must be present. */
export function unconstrainedOptimum(grid: CellGrid, target: Objective): UnconstrainedRule {
  const positives = grid.positives.reduce((sum, count) => sum + count, 0);
  const negatives = grid.negatives.reduce((sum, count) => sum + count, 0);
  const valueAt = ({ tp, fp }: Plane): number => target.value(tp, fp, positives, negatives);
  const chains = new ChainSearch(grid);
  const nothing: Reached = { tp: 0, fp: 0, sets: Array.from({ length: grid.rows }, () => 0) };
  const all = (1 << grid.columns) - 1;
  const everything: Reached = { tp: positives, fp: negatives, sets: Array.from({ length: grid.rows }, () => all) };
  let best = valueAt(everything) > valueAt(nothing) ? everything : nothing;

  /** Vertices between a and b; each of them comes with the outer normal of a line that no reachable point crosses. */
  const explore = (a: Reached, normalA: Plane, b: Reached, normalB: Plane): void => {
    const corner = crossing(a, normalA, b, normalB);
    if (corner === null || valueAt(corner) <= valueAt(best)) return;
    const normal = { tp: b.fp - a.fp, fp: a.tp - b.tp };
    const vertex = chains.best(normal);
    const size = Math.abs(normal.tp) * positives + Math.abs(normal.fp) * negatives;
    if (dot(normal, vertex) <= dot(normal, a) + ROUNDING * size) return;
    if (valueAt(vertex) > valueAt(best)) best = vertex;
    explore(a, normalA, vertex, normal);
    explore(vertex, normal, b, normalB);
  };
  // fp >= 0 and tp <= positives hold everywhere.
  explore(nothing, { tp: 0, fp: -1 }, everything, { tp: 1, fp: 0 });
  return {
    flagged: best.sets.map((set) => Array.from({ length: grid.columns }, (_, column) => ((set >> column) & 1) === 1)),
    value: valueAt(best),
  };
}

/** Where the two lines meet: with a and b it spans the triangle that holds all vertices between them. */
function crossing(a: Plane, normalA: Plane, b: Plane, normalB: Plane): Plane | null {
  const determinant = normalA.tp * normalB.fp - normalA.fp * normalB.tp;
  if (determinant === 0) return null;
  const [atA, atB] = [dot(normalA, a), dot(normalB, b)];
  return {
    tp: (atA * normalB.fp - atB * normalA.fp) / determinant,
    fp: (atB * normalA.tp - atA * normalB.tp) / determinant,
  };
}

/** Best rule for weights of true and false alerts, over all chains of column sets. */
class ChainSearch {
  readonly #grid: CellGrid;
  /** Number of column sets, the empty one included. */
  readonly #sets: number;
  /** rows x sets: gain of a row that flags exactly this set, and of the best set within it. */
  readonly #gain: Float64Array;
  readonly #within: Float64Array;
  /** Gain of every row with the best set of the chain so far, one array a chain length. */
  readonly #levels: readonly Float64Array[];
  readonly #chain: number[] = [];
  #best: readonly number[] = [];
  #bestTotal = 0;

  constructor(grid: CellGrid) {
    this.#grid = grid;
    this.#sets = 1 << grid.columns;
    this.#gain = new Float64Array(grid.rows * this.#sets);
    this.#within = new Float64Array(grid.rows * this.#sets);
    this.#levels = Array.from({ length: MOST_SETS + 1 }, () => new Float64Array(grid.rows));
  }

  best(weights: Plane): Reached {
    this.#fill(weights);
    this.#best = [];
    this.#bestTotal = 0;
    this.#extend(this.#sets - 1, this.#sets - 1, 0);
    return this.#reached();
  }

  #fill(weights: Plane): void {
    const { rows, columns, positives, negatives } = this.#grid;
    for (let row = 0; row < rows; row++)
      for (let set = 1; set < this.#sets; set++) {
        const lowest = 31 - Math.clz32(set & -set);
        const cell = row * columns + lowest;
        const at = row * this.#sets + set;
        const rest = this.#gain[row * this.#sets + (set & (set - 1))]!;
        const gain = rest + weights.tp * positives[cell]! + weights.fp * negatives[cell]!;
        this.#gain[at] = gain;
        let most = Math.max(0, gain);
        for (let left = set; left > 0; left &= left - 1)
          most = Math.max(most, this.#within[row * this.#sets + (set ^ (left & -left))]!);
        this.#within[at] = most;
      }
  }

  /** Tries all chains that go on with a subset of `outer`, from `first` downwards. */
  #extend(first: number, outer: number, length: number): void {
    const own = this.#levels[length]!;
    let total = 0;
    let bound = 0;
    for (let row = 0; row < own.length; row++) {
      total += own[row]!;
      bound += Math.max(own[row]!, this.#within[row * this.#sets + outer]!);
    }
    if (total > this.#bestTotal) {
      this.#bestTotal = total;
      this.#best = [...this.#chain];
    }
    if (length === MOST_SETS || bound <= this.#bestTotal) return;
    const next = this.#levels[length + 1]!;
    for (let set = first; set > 0; set = (set - 1) & outer) {
      for (let row = 0; row < own.length; row++) next[row] = Math.max(own[row]!, this.#gain[row * this.#sets + set]!);
      this.#chain.push(set);
      this.#extend((set - 1) & set, set, length + 1);
      this.#chain.pop();
    }
  }

  /** The rule of the best chain: every row flags the set that gains most, or nothing. */
  #reached(): Reached {
    const { rows, columns, positives, negatives } = this.#grid;
    let tp = 0;
    let fp = 0;
    const sets = Array.from({ length: rows }, (_, row) => {
      const gain = (set: number): number => this.#gain[row * this.#sets + set]!;
      const own = this.#best.reduce((chosen, set) => (gain(set) > gain(chosen) ? set : chosen), 0);
      for (let column = 0; column < columns; column++)
        if ((own >> column) & 1) {
          tp += positives[row * columns + column]!;
          fp += negatives[row * columns + column]!;
        }
      return own;
    });
    return { tp, fp, sets };
  }
}
