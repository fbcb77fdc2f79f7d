/**
 * Whether a fitted path loss is one: what is left of measurements, in standard deviations of the fit, between pairs and between
 * scans of a pair, against the normal values that the model says they are (Pinheiro and Bates, Mixed-Effects Models, 4.3).
 */
import { quantileSorted } from 'simple-statistics';
import type { PairObservations, PathLoss } from './fit.ts';

/** A residual, and for how many it stands. */
interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** `between`: one a pair, of its mean; `within`: of scans from the mean of their pair, for pairs with more than one. */
export const residualKinds = ['between', 'within'] as const;
export type ResidualKind = (typeof residualKinds)[number];
export type Residuals = Readonly<Record<ResidualKind, readonly Weighted[]>>;

/** Standardised: of variance 1 where the model holds. None within pairs where the fit has no noise. Pure. */
export function residualsOf(pairs: readonly PairObservations[], loss: PathLoss): Residuals {
  const [shadowing, noise] = [loss.shadowing * loss.shadowing, loss.noise * loss.noise];
  const between: Weighted[] = [];
  const within: Weighted[] = [];
  for (const pair of pairs) {
    const scans = pair.reduce((sum, one) => sum + one.scans, 0);
    if (scans <= 0) continue;
    const left = pair.map(
      ({ distance, attenuation }) => attenuation - loss.atOneMetre - 10 * loss.exponent * Math.log10(distance),
    );
    const mean = left.reduce((sum, value, k) => sum + value * pair[k]!.scans, 0) / scans;
    const spread = Math.sqrt(shadowing + noise / scans);
    if (spread > 0) between.push({ value: mean / spread, weight: 1 });
    // A scan lies nearer to a mean that it is part of.
    const own = Math.sqrt(noise * (1 - 1 / scans));
    if (own > 0) within.push(...left.map((value, k) => ({ value: (value - mean) / own, weight: pair[k]!.scans })));
  }
  return { between, within };
}

/**
 * Quantiles at the shares (k + 1/2) / count, k from 0: the n-th of equal weights lies at its own middle (Hazen), between two by a
 * straight line. At least one residual.
 */
export function weightedQuantiles(residuals: readonly Weighted[], count: number): readonly number[] {
  const sorted = residuals
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => one.value - other.value || one.weight - other.weight);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  let before = 0;
  const places = sorted.map(({ weight }) => {
    before += weight;
    return (before - weight / 2) / total;
  });
  let above = 0;
  return Array.from({ length: count }, (_, k) => {
    const share = (k + 0.5) / count;
    while (above < places.length && places[above]! < share) above++;
    const [high, low] = [Math.min(above, sorted.length - 1), Math.max(0, above - 1)];
    const [from, to] = [places[low]!, places[high]!];
    const part = to > from ? Math.min(1, Math.max(0, (share - from) / (to - from))) : 0;
    return sorted[low]!.value + part * (sorted[high]!.value - sorted[low]!.value);
  });
}

/** Of quantiles, all at once: where the model holds, all of them lie in it in 95 of 100 samples. */
export interface Envelope {
  readonly low: readonly number[];
  readonly high: readonly number[];
  /** How often a sample of the model strays as far somewhere as the measured one; below 0.05 the model is refuted. */
  readonly p: number;
}

/**
 * Studentised envelope of the largest deviation over all quantiles (Myllymäki et al., J. R. Statist. Soc. B 79 (2017) 381-404):
 * as wide at each quantile as samples of the model scatter there. `simulated`: quantiles of such samples, two at least.
 */
export function envelopeOf(measured: readonly number[], simulated: readonly (readonly number[])[]): Envelope {
  const means = measured.map((_, k) => simulated.reduce((sum, one) => sum + one[k]!, 0) / simulated.length);
  const spreads = measured.map((_, k) => {
    const squares = simulated.reduce((sum, one) => sum + (one[k]! - means[k]!) * (one[k]! - means[k]!), 0);
    return Math.sqrt(squares / (simulated.length - 1));
  });
  const furthest = (one: readonly number[]): number =>
    one.reduce((most, value, k) => {
      const away = Math.abs(value - means[k]!);
      return away === 0 ? most : Math.max(most, away / spreads[k]!);
    }, 0);
  const reaches = simulated.map(furthest).toSorted((one, other) => one - other);
  const reach = quantileSorted(reaches, 0.95);
  const own = furthest(measured);
  return {
    low: means.map((mean, k) => mean - reach * spreads[k]!),
    high: means.map((mean, k) => mean + reach * spreads[k]!),
    p: (1 + reaches.filter((one) => one >= own).length) / (1 + reaches.length),
  };
}
