/** What a model would have had phones measure in contacts that took place: as many scans at the same distances. */
import type { Exposure, Slice } from '../core/exposure.ts';
import type { Stream } from '../core/random.ts';
import type { Db } from '../core/units.ts';
import type { PathLoss } from './fit.ts';
import { GAP, metresOf } from './observations.ts';

export type Bin = Pick<Slice, 'low' | 'high'>;

/** Bins that any of the exposures has, from the lowest up; none where all are scans. */
export function binsOf(exposures: readonly Exposure[]): readonly Bin[] {
  const bins = new Map<Db, Db>();
  for (const { slices } of exposures) for (const { low, high } of slices) if (low !== high) bins.set(low, high);
  return [...bins].map(([low, high]) => ({ low, high })).toSorted((one, other) => one.low - other.low);
}

/** Without scans whose distance is unknown, of which a model can say nothing: what is compared must lack them as well. */
export const withDistances = (exposure: Exposure): Exposure => ({
  ...exposure,
  slices: exposure.slices.filter((slice) => metresOf(slice, exposure) !== undefined),
});

/**
 * An exposure with the attenuations of a model in place of those that were measured. Scans stay scans, how far the lowest
 * advertisement lies below the typical one as measured; of bins all time becomes scans of 255 s, which are counted in `bins`
 * again, because models read bins in another way than scans. Below the first bin is in the first, above the last is not heard.
 */
export function predicted(exposure: Exposure, bins: readonly Bin[], loss: PathLoss, stream: Stream): Exposure {
  const own = loss.shadowing * stream.normal();
  const drawn = (slice: Slice): Db => {
    const far = 10 * loss.exponent * Math.log10(metresOf(slice, exposure)!);
    return loss.atOneMetre + far + own + loss.noise * stream.normal();
  };
  const { slices } = exposure;
  const [first] = slices;
  if (first && first.low !== first.high) return { ...exposure, slices: counted(slices, bins, drawn) };
  return {
    ...exposure,
    slices: slices.map((slice) => {
      const typical = drawn(slice);
      const { min } = slice;
      return { ...slice, low: typical, high: typical, ...(min !== undefined && { min: typical - (slice.low - min) }) };
    }),
  };
}

function counted(slices: readonly Slice[], bins: readonly Bin[], drawn: (slice: Slice) => Db): readonly Slice[] {
  const seconds = slices.reduce((sum, slice) => sum + slice.seconds, 0);
  const scans = Math.round(seconds / GAP);
  const times = bins.map(() => 0);
  for (let scan = 0; scan < scans; scan++) {
    const attenuation = drawn(slices[0]!);
    const bin = bins.findIndex(({ high }) => attenuation <= high);
    if (bin >= 0) times[bin]! += seconds / scans;
  }
  return bins.map((bin, k) => ({ ...bin, seconds: times[k]! })).filter((slice) => slice.seconds > 0);
}
