/** Text forms of times. The only file that may use Date: everything else takes and gives numbers. */
import { SECONDS_PER_DAY, type UnixSeconds, type UtcDay } from './units.ts';

export const utcDayOf = (time: UnixSeconds): UtcDay => Math.floor(time / SECONDS_PER_DAY);

/** Months since January 1970, UTC. */
export function monthOf(time: UnixSeconds): number {
  const date = new Date(time * 1000);
  return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
}

/** Milliseconds from 1970 that Date covers, both ways (ECMA-262 21.4.1.1). */
const LAST_MILLISECOND = 8.64e15;

/** "2020-07-30"; beyond the calendar of Date, as isoTime. */
export function isoDay(day: UtcDay): string {
  const text = isoTime(day * SECONDS_PER_DAY);
  return text.endsWith('Z') ? text.slice(0, text.indexOf('T')) : text;
}

/** "2020-07-30T12:51:29.281Z"; "1e+21 s" beyond the calendar of Date, so that an odd number is shown, not thrown. */
export function isoTime(time: UnixSeconds): string {
  const milliseconds = Math.round(time * 1000);
  return Math.abs(milliseconds) <= LAST_MILLISECOND ? new Date(milliseconds).toISOString() : `${time} s`;
}

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
