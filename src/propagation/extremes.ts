/** How far the lowest of n normal values lies below their mean, as a table of quantiles. */

/** Values of a table, and points at which a distribution function is known. */
const NODES = 4096;
/** The lowest of 64 lies further below the mean once in 10^9 times. */
const FURTHEST = 8;
const STEP = FURTHEST / NODES;

const tables = new Map<number, Float64Array>();

/**
 * (mean - lowest) / standard deviation of n independent normal values, n = 1..64, at u in [0, 1). It is independent of the mean
 * (Basu's theorem), so that mean and lowest value of n advertisements are two draws. Monotone in u.
 */
export function depthBelowMean(n: number, u: number): number {
  if (n === 1) return 0;
  const place = Math.max(0, Math.min(NODES - 1, u * NODES - 0.5));
  const below = Math.min(NODES - 2, Math.floor(place));
  const table = tableOf(n);
  return table[below]! + (place - below) * (table[below + 1]! - table[below]!);
}

function tableOf(n: number): Float64Array {
  const known = tables.get(n);
  if (known) return known;
  if (!(Number.isInteger(n) && n >= 2 && n <= 64)) throw new RangeError(`no table of the lowest of ${n} values`);
  const made = quantiles(distribution(n));
  tables.set(n, made);
  return made;
}

/**
 * Distribution function on the grid k * STEP, by McKay's recursion over n (Biometrika 27 (1935) 466-471): the density at x is
 * n sqrt(n / (2 pi (n - 1))) exp(-n x^2 / (2 (n - 1))) times the distribution function for n - 1 at n x / (n - 1).
 */
function distribution(n: number): Float64Array {
  let before: Float64Array = new Float64Array(NODES + 1).fill(1);
  for (let size = 2; size <= n; size++) before = grown(before, size);
  return before;
}

function grown(before: Float64Array, n: number): Float64Array {
  const scale = n * Math.sqrt(n / (2 * Math.PI * (n - 1)));
  const density = (k: number): number => {
    const x = k * STEP;
    return scale * Math.exp((-n * x * x) / (2 * (n - 1))) * at(before, (k * n) / (n - 1));
  };
  const grid = new Float64Array(NODES + 1);
  for (let k = 1; k <= NODES; k++)
    // Simpson's rule; the point between two nodes is evaluated as well.
    grid[k] = grid[k - 1]! + (STEP / 6) * (density(k - 1) + 4 * density(k - 0.5) + density(k));
  const total = grid[NODES]!;
  return grid.map((value) => value / total);
}

/** Between two nodes by a straight line; beyond the last it is 1. */
function at(grid: Float64Array, place: number): number {
  const below = Math.floor(place);
  if (below >= NODES) return 1;
  return grid[below]! + (place - below) * (grid[below + 1]! - grid[below]!);
}

/** Where the function reaches the middle of each of NODES equal parts. */
function quantiles(grid: Float64Array): Float64Array {
  let k = 0;
  return Float64Array.from({ length: NODES }, (_, node) => {
    const share = (node + 0.5) / NODES;
    while (grid[k + 1]! < share) k++;
    return (k + (share - grid[k]!) / (grid[k + 1]! - grid[k]!)) * STEP;
  });
}
