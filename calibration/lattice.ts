/**
 * The rules of the D x A model as a lattice. With non-decreasing tables a rule leaves a staircase of the grid
 * unflagged; row i (duration class) has `length(i)` unflagged columns (attenuation classes), and lengths do not
 * increase with i. There are C(16,8) = 12,870 staircases on 8 x 8, of which 12,021 are reachable with integers 0..8:
 * those with at most 5 distinct non-empty flagged rows (calibration.md 1; both proven in the tests by brute force).
 */

/** A rule is named by its rank among all staircases; ranks are dense, 0 = flags everything. */
export type RuleId = number;

export interface Lattice {
  /** Duration classes. */
  readonly rows: number;
  /** Attenuation classes. */
  readonly columns: number;
  /** Number of staircases. */
  readonly size: number;
  /** size x rows: unflagged columns of every row of every staircase. */
  readonly lengths: Uint8Array;
  /** Distinct non-empty flagged rows of every staircase: 0 = flags nothing. */
  readonly classes: Uint8Array;
  /** Zeta transform: for k in order, f[to[k]] += f[from[k]]. */
  readonly to: Int32Array;
  readonly from: Int32Array;
  /** binomial[i * (columns + 1) + u]: what a row i of length u adds to the rank. */
  readonly rankOf: Int32Array;
}

/** The rule that flags nothing: every row unflagged. */
export const flagsNothing = (lattice: Lattice): RuleId => lattice.size - 1;
export const FLAGS_EVERYTHING: RuleId = 0;

export function buildLattice(rows = 8, columns = 8): Lattice {
  const size = binomial(rows + columns, rows);
  const rankOf = rankTable(rows, columns);
  const lengths = new Uint8Array(size * rows);
  const classes = new Uint8Array(size);
  const current = new Uint8Array(rows);
  let next = 0;
  const enumerate = (row: number, longest: number): void => {
    if (row === rows) {
      lengths.set(current, next * rows);
      classes[next++] = new Set(current.filter((length) => length < columns)).size;
      return;
    }
    for (let length = 0; length <= longest; length++) {
      current[row] = length;
      enumerate(row + 1, length);
    }
  };
  enumerate(0, columns);
  return { rows, columns, size, lengths, classes, rankOf, ...cornerRemovals(rows, columns, lengths, rankOf) };
}

/**
 * Edges of the lattice, grouped by the cell that a staircase loses, cells in row-major order (a linear extension
 * of the grid): that order makes one pass over the edges a zeta transform (calibration.md 1).
 */
function cornerRemovals(
  rows: number,
  columns: number,
  lengths: Uint8Array,
  rankOf: Int32Array,
): { to: Int32Array; from: Int32Array } {
  const to: number[] = [];
  const from: number[] = [];
  const size = lengths.length / rows;
  for (let row = 0; row < rows; row++) {
    const stride = row * (columns + 1);
    for (let length = 1; length <= columns; length++) {
      for (let rule = 0; rule < size; rule++) {
        const at = rule * rows + row;
        const isCorner = lengths[at] === length && (row === rows - 1 || lengths[at + 1]! < length);
        if (!isCorner) continue;
        to.push(rule);
        from.push(rule - rankOf[stride + length]! + rankOf[stride + length - 1]!);
      }
    }
  }
  return { to: Int32Array.from(to), from: Int32Array.from(from) };
}

/** Rank of a staircase: sum over rows of C(length + rows - 1 - row, rows - row) (hockey-stick identity). */
function rankTable(rows: number, columns: number): Int32Array {
  const table = new Int32Array(rows * (columns + 1));
  for (let row = 0; row < rows; row++)
    for (let length = 0; length <= columns; length++)
      table[row * (columns + 1) + length] = binomial(length + rows - 1 - row, rows - row);
  return table;
}

function binomial(n: number, k: number): number {
  let result = 1;
  for (let i = 1; i <= k; i++) result = (result * (n - k + i)) / i;
  return Math.round(result);
}

/**
 * Rank of the smallest staircase that holds the given reach: reach[row] = columns that must be unflagged there.
 * Longer rows above are implied. `reach` is closed in place, so the caller can reuse the buffer.
 */
export function closureRank(lattice: Lattice, reach: Uint8Array): RuleId {
  const { rows, columns, rankOf } = lattice;
  let rank = 0;
  let longest = 0;
  for (let row = rows - 1; row >= 0; row--) {
    if (reach[row]! > longest) longest = reach[row]!;
    reach[row] = longest;
    rank += rankOf[row * (columns + 1) + longest]!;
  }
  return rank;
}

/** Rank of the smallest staircase that holds two others. */
export function joinRank({ rows, columns, lengths, rankOf }: Lattice, one: RuleId, other: RuleId): RuleId {
  let rank = 0;
  for (let row = 0; row < rows; row++) {
    const longest = Math.max(lengths[one * rows + row]!, lengths[other * rows + row]!);
    rank += rankOf[row * (columns + 1) + longest]!;
  }
  return rank;
}

/** Whether a rule flags the cell (row, column), 0-based. */
export const flags = (lattice: Lattice, rule: RuleId, row: number, column: number): boolean =>
  lattice.lengths[rule * lattice.rows + row]! <= column;

/**
 * For every staircase S the sum of f over the staircases inside S. With f[g] = how many subjects have exposures
 * that generate g, the result is how many subjects the rule S does not alert: exact for persons with many exposures.
 */
export function zeta(lattice: Lattice, f: Float64Array): Float64Array {
  const { to, from } = lattice;
  for (let k = 0; k < to.length; k++) f[to[k]!]! += f[from[k]!]!;
  return f;
}
