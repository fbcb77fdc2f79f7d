/**
 * Time as exposure notification counts it: ENIntervalNumbers, ten-minute intervals since 1970 (Exposure Notification
 * Cryptography Specification v1.2, "ENIntervalNumber" and "TEKRollingPeriod").
 */
import { SECONDS_PER_DAY, type UnixSeconds, type UtcDay } from '../../core/units.ts';

/** Ten-minute intervals since 1970-01-01T00:00Z, an unsigned 32-bit integer. */
export type ENInterval = number;

export const SECONDS_PER_INTERVAL = 600;
/** TEKRollingPeriod: a key is valid for a day, unless it was replaced earlier. */
export const INTERVALS_PER_DAY = 144;
export const LAST_INTERVAL: ENInterval = 0xffff_ffff;

/**
 * Clocks of two phones may differ by two hours: a sighting counts when its interval is at most 12 away from that of the
 * identifier, both ends included (exposure-notifications-internals, RollingProximityIdValidator). microG uses 6.
 */
export const CLOCK_TOLERANCE_INTERVALS = 12;
/**
 * A key is released two hours after its end at the earliest, when no phone accepts its identifiers any more
 * (exposure-notifications-internals, TemporaryExposureKeySupport).
 */
export const EMBARGO_INTERVALS = 12;

/** Interval of a time. RangeError before 1970 and beyond 32 bits (year 83631). */
export function intervalOf(time: UnixSeconds): ENInterval {
  const interval = Math.floor(time / SECONDS_PER_INTERVAL);
  if (!(interval >= 0 && interval <= LAST_INTERVAL)) throw new RangeError(`no ENIntervalNumber at ${time} s`);
  return interval;
}

/** Begin of an interval. */
export const timeOf = (interval: ENInterval): UnixSeconds => interval * SECONDS_PER_INTERVAL;

/** First interval of the UTC day: where the key begins that is valid at `interval`. */
export const dayStart = (interval: ENInterval): ENInterval => interval - (interval % INTERVALS_PER_DAY);

export const utcDayOfInterval = (interval: ENInterval): UtcDay => Math.floor(interval / INTERVALS_PER_DAY);

export const intervalOfDay = (day: UtcDay): ENInterval => (day * SECONDS_PER_DAY) / SECONDS_PER_INTERVAL;
