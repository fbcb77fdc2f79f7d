/**
 * Normal values, and how far the lowest of n of them lies below their mean, from tables of quantiles: one uniform draw each and
 * no logarithm, which is what most of the time of a scan would go into.
 */

/** Values of a table, and points at which a distribution function is known. */
const NODES = 4096;
/** The lowest of 64 lies further below the mean once in 10^9 times. */
const FURTHEST = 8;
const STEP = FURTHEST / NODES;

/** By n. */
const tables: (Float64Array | undefined)[] = Array.from({ length: 65 });
const means = new Map<number, number>();

/**
 * (mean - lowest) / standard deviation of n independent normal values, n = 1..64, at u in [0, 1). It is independent of the mean
 * (Basu's theorem), so that mean and lowest value of n advertisements are two draws. Monotone in u.
 */
export function depthBelowMean(n: number, u: number): number {
  return n === 1 ? 0 : quantile(tableOf(n), u);
}

/** Mean of the same. */
export const meanDepth = (n: number): number => (n === 1 ? 0 : knownMean(n));

function knownMean(n: number): number {
  const known = means.get(n);
  if (known !== undefined) return known;
  const table = tableOf(n);
  const mean = table.reduce((sum, value) => sum + value, 0) / table.length;
  means.set(n, mean);
  return mean;
}

/** Of a table of the middles of NODES equal parts; the outermost half parts have the values of their middles. */
function quantile(table: Float64Array, u: number): number {
  // Comparisons: three of these are a part of every scan.
  const wanted = u * NODES - 0.5;
  const place = wanted < 0 ? 0 : wanted > NODES - 1 ? NODES - 1 : wanted;
  const below = place < NODES - 2 ? place | 0 : NODES - 2;
  return table[below]! + (place - below) * (table[below + 1]! - table[below]!);
}

let halfNormal: Float64Array | undefined;

/** Standard normal value at u in [0, 1), at most 3.8 away from 0, which one in 8,000 values would exceed. Odd around 1/2. */
export function normalAt(u: number): number {
  halfNormal ??= halfNormalTable();
  // -1 below 1/2, else 1, by whole numbers: a branch would be mispredicted half of the time.
  const side = 2 * ((2 * u) | 0) - 1;
  return side * quantile(halfNormal, Math.abs(2 * u - 1));
}

const halfNormalTable = (): Float64Array =>
  quantiles(integrated((x) => Math.sqrt(2 / Math.PI) * Math.exp((-x * x) / 2)));

function tableOf(n: number): Float64Array {
  const known = tables[n];
  if (known) return known;
  if (!(Number.isInteger(n) && n >= 2 && n <= 64)) throw new RangeError(`no table of the lowest of ${n} values`);
  const made = quantiles(distribution(n));
  tables[n] = made;
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
  return integrated((x) => scale * Math.exp((-n * x * x) / (2 * (n - 1))) * at(before, (x / STEP) * (n / (n - 1))));
}

/** From a density on 0..FURTHEST to its distribution function, which ends at 1. */
function integrated(density: (x: number) => number): Float64Array {
  const grid = new Float64Array(NODES + 1);
  for (let k = 1; k <= NODES; k++)
    // Simpson's rule; the point between two nodes is evaluated as well.
    grid[k] = grid[k - 1]! + (STEP / 6) * (density((k - 1) * STEP) + 4 * density((k - 0.5) * STEP) + density(k * STEP));
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
