/** Text forms of times. The only file that may use Date: everything else takes and gives numbers. */
import { SECONDS_PER_DAY, type UnixSeconds, type UtcDay } from './units.ts';

export const utcDayOf = (time: UnixSeconds): UtcDay => Math.floor(time / SECONDS_PER_DAY);

/** "2020-07-30" */
export const isoDay = (day: UtcDay): string => isoTime(day * SECONDS_PER_DAY).slice(0, 10);

/** "2020-07-30T12:51:29.281Z" */
export const isoTime = (time: UnixSeconds): string => new Date(Math.round(time * 1000)).toISOString();

/** Unix seconds of an ISO 8601 date or time with a zone (a bare date is UTC midnight); null when it is none. */
export function parseIsoTime(text: string): UnixSeconds | null {
  if (!/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(text)) return null;
  const zoned = /[T ]/.test(text) && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : text;
  const milliseconds = Date.parse(zoned.replace(' ', 'T'));
  // Date.parse accepts 2020-02-31 as March: a date must survive the round trip.
  if (Number.isNaN(milliseconds) || !isCalendarDay(text.slice(0, 10))) return null;
  return milliseconds / 1000;
}

/** UTC day of a "YYYY-MM-DD" that exists in the calendar; null otherwise. */
export function parseIsoDay(text: string): UtcDay | null {
  return isCalendarDay(text) ? Date.parse(text) / 1000 / SECONDS_PER_DAY : null;
}

function isCalendarDay(text: string): boolean {
  const milliseconds = Date.parse(text);
  return !Number.isNaN(milliseconds) && new Date(milliseconds).toISOString().slice(0, 10) === text;
}
