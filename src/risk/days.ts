/** UTC days of a group of exposures, and how long ago an exposure was. */
import type { Exposure } from '../core/exposure.ts';
import type { UtcDay } from '../core/units.ts';
import type { Reading } from './reading.ts';

/** Whole days between exposure and assessment: what the trace says, else what the reading fills in. */
export const daysAgo = (exposure: Exposure, reading: Reading): number => exposure.daysSinceExposure ?? reading.days;

export interface ExposureDay {
  /** Undefined where the trace has no date. */
  readonly day: UtcDay | undefined;
  readonly exposures: readonly Exposure[];
}

/**
 * The exposures of each UTC day together, days in the order of their first exposure. Without a date, exposures of the
 * same age share a day; an exposure with neither stands alone, so that nothing is added up that may not belong
 * together.
 */
export function byDay(group: readonly Exposure[]): readonly ExposureDay[] {
  if (group.length === 1) return [{ day: group[0]!.day, exposures: group }];
  const days = new Map<string | Exposure, { day: UtcDay | undefined; exposures: Exposure[] }>();
  for (const exposure of group) {
    const key = dayKey(exposure);
    const known = days.get(key);
    if (known) known.exposures.push(exposure);
    else days.set(key, { day: exposure.day, exposures: [exposure] });
  }
  return [...days.values()];
}

function dayKey(exposure: Exposure): string | Exposure {
  const { day, daysSinceExposure } = exposure;
  if (day !== undefined) return `day ${day}`;
  return daysSinceExposure === undefined ? exposure : `${daysSinceExposure} days ago`;
}
