/**
 * Path loss fitted to measured attenuations of pairs of phones: a line over the logarithm of distance, with a constant of each
 * pair (shadowing, posture, phones) and noise from scan to scan. This is a mixed model with random intercepts (Laird and Ware,
 * Biometrics 38 (1982) 963-974), fitted by restricted maximum likelihood, which in one parameter is left to search for:
 * the ratio of the two variances. Everything else follows from it in closed form.
 */
import { keyed } from '../core/random.ts';
import type { Db, Metres } from '../core/units.ts';
import { percentileInterval } from '../stats/intervals.ts';

export interface Observation {
  readonly distance: Metres;
  readonly attenuation: Db;
  /** Scans that it stands for. */
  readonly scans: number;
}

/** Of one pair; what comes from one pair is alike and counts as one in intervals. */
export type PairObservations = readonly Observation[];

export interface PathLoss {
  readonly atOneMetre: Db;
  /** n of 10 n log10(distance). */
  readonly exponent: number;
  /** Standard deviations between pairs and between scans of a pair. */
  readonly shadowing: Db;
  readonly noise: Db;
}

export const pathLossNames = ['atOneMetre', 'exponent', 'shadowing', 'noise'] as const satisfies (keyof PathLoss)[];

/** Sums of w, w x, w y, w x x, w x y, w y y of a pair; x = 10 log10(distance), y = attenuation. */
interface Sums {
  readonly w: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

function sumsOf(pair: PairObservations): Sums {
  let [w, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  for (const { distance, attenuation, scans } of pair) {
    const far = 10 * Math.log10(distance);
    w += scans;
    x += scans * far;
    y += scans * attenuation;
    xx += scans * far * far;
    xy += scans * far * attenuation;
    yy += scans * attenuation * attenuation;
  }
  return { w, x, y, xx, xy, yy };
}

interface Solution extends PathLoss {
  /** Restricted log-likelihood but for a constant. */
  readonly logLikelihood: number;
}

/** The best line and noise where shadowing has `ratio` times the variance of the noise. */
function solve(pairs: readonly Sums[], ratio: number): Solution {
  let [w, x, y, xx, xy, yy] = [0, 0, 0, 0, 0, 0];
  let scans = 0;
  let logs = 0;
  for (const pair of pairs) {
    // The inverse of the covariance of a pair is (1 - share 11') / noise^2.
    const share = ratio / (1 + pair.w * ratio);
    w += pair.w - share * pair.w * pair.w;
    x += pair.x - share * pair.w * pair.x;
    y += pair.y - share * pair.w * pair.y;
    xx += pair.xx - share * pair.x * pair.x;
    xy += pair.xy - share * pair.x * pair.y;
    yy += pair.yy - share * pair.y * pair.y;
    scans += pair.w;
    logs += Math.log(1 + pair.w * ratio);
  }
  const determinant = w * xx - x * x;
  const exponent = (w * xy - x * y) / determinant;
  const atOneMetre = (y - exponent * x) / w;
  const freedom = scans - 2;
  const variance = Math.max(TINY, (yy - atOneMetre * y - exponent * xy) / freedom);
  const logLikelihood = -(freedom * Math.log(variance) + logs + Math.log(determinant)) / 2;
  return { atOneMetre, exponent, shadowing: Math.sqrt(ratio * variance), noise: Math.sqrt(variance), logLikelihood };
}

/** Where a line goes through all points there is no noise, and the logarithm of none is infinite. */
const TINY = 1e-12;
/** Steps over the share of shadowing in all variance, and halvings of the best of them. */
const STEPS = 50;
const HALVINGS = 25;
/** All variance would be shadowing, and the ratio infinite. */
const MOST_SHARE = 1 - 1e-9;

/**
 * Needs two distances at least, and two pairs. Distances are above 0. Throws RangeError where there is less: an exponent would
 * be made up. Noise contains the width of bins, if attenuations are middles of bins. Pure.
 */
export function fitPathLoss(observations: readonly PairObservations[]): PathLoss {
  const pairs = observations.map(sumsOf);
  assertFittable(pairs);
  return fitted(pairs);
}

function fitted(pairs: readonly Sums[]): PathLoss {
  const at = (share: number) => ({ share, ...solve(pairs, share / (1 - share)) });
  const better = (one: ReturnType<typeof at>, other: ReturnType<typeof at>) =>
    other.logLikelihood > one.logLikelihood ? other : one;
  // The likelihood has one hill in practice; the grid finds it, halving climbs it.
  let best = Array.from({ length: STEPS }, (_, k) => at(k / STEPS)).reduce(better);
  for (let k = 1, step = 0.5 / STEPS; k <= HALVINGS; k++, step /= 2) {
    best = better(best, at(Math.max(0, best.share - step)));
    best = better(best, at(Math.min(MOST_SHARE, best.share + step)));
  }
  const { atOneMetre, exponent, shadowing, noise } = best;
  return { atOneMetre, exponent, shadowing, noise };
}

function assertFittable(pairs: readonly Sums[]): void {
  const problem = problemOf(pairs);
  if (problem !== undefined) throw new RangeError(problem);
}

function problemOf(pairs: readonly Sums[]): string | undefined {
  const heard = pairs.filter(({ w }) => w > 0);
  const [w, x, xx] = (['w', 'x', 'xx'] as const).map((name) => heard.reduce((sum, pair) => sum + pair[name], 0));
  if (heard.length < 2) return 'path loss needs two pairs of phones at least';
  return w! * xx! - x! * x! > 1e-9 * w! * w! ? undefined : 'path loss needs two distances at least';
}

export interface Redrawing {
  readonly seed: number;
  readonly replicates: number;
}

/**
 * Fits to pairs that are drawn again, whole, as in the bootstrap of calibrations: what else the parameters could have been.
 * Draws without two distances are drawn anew. The same seed gives the same fits.
 */
export function redrawnFits(
  observations: readonly PairObservations[],
  { seed, replicates }: Redrawing,
): readonly PathLoss[] {
  const pairs = observations.map(sumsOf);
  const fits: PathLoss[] = [];
  for (let draw = 0; fits.length < replicates && draw < 10 * replicates; draw++) {
    const stream = keyed(seed, 'path loss', draw);
    const drawn = pairs.map(() => pairs[stream.below(pairs.length)]!);
    if (problemOf(drawn) === undefined) fits.push(fitted(drawn));
  }
  return fits;
}

export type PathLossInterval = Readonly<Record<keyof PathLoss, readonly [low: number, high: number]>>;

/** 95 % of fits. Throws RangeError as `fitPathLoss`. */
export function pathLossIntervals(observations: readonly PairObservations[], redrawing: Redrawing): PathLossInterval {
  assertFittable(observations.map(sumsOf));
  const fits = redrawnFits(observations, redrawing);
  const interval = (name: keyof PathLoss) => percentileInterval(fits.map((fit) => fit[name]));
  return {
    atOneMetre: interval('atOneMetre'),
    exponent: interval('exponent'),
    shadowing: interval('shadowing'),
    noise: interval('noise'),
  };
}
