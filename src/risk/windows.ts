/** Exposure windows of ENv2 (risk-models.md 1.2). */
import type { Exposure, Slice } from '../core/exposure.ts';
import type { Seconds } from '../core/units.ts';

/** A scan this long after the window's first one starts the next window. */
const WINDOW_SECONDS: Seconds = 1800;

/**
 * The windows of an exposure: its scans up to less than 30 min from the first, and so on. What already is a window, or
 * has no times (histograms, sums), is one window.
 */
export function windowsOf({ slices, isWindow }: Exposure): readonly (readonly Slice[])[] {
  const first = slices[0]?.time;
  const last = slices.at(-1)?.time;
  if (isWindow || first === undefined || last === undefined || last - first < WINDOW_SECONDS) return [slices];
  const windows: Slice[][] = [];
  let start = Number.NEGATIVE_INFINITY;
  for (const slice of slices) {
    const time = slice.time ?? start;
    if (time - start >= WINDOW_SECONDS) {
      windows.push([]);
      start = time;
    }
    windows.at(-1)!.push(slice);
  }
  return windows;
}
