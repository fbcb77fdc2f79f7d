/**
 * Inverted matching, for whole populations: the identifiers of a UTC day are computed once and made searchable, and the
 * sightings of all phones look themselves up there. Each identifier is in the table of one day only, that of its own
 * interval, so the days together find what device-exact matching finds, and nothing twice.
 */
import type { UtcDay } from '../../../core/units.ts';
import { IDENTIFIER_BYTES } from '../identifiers.ts';
import { type ENInterval, INTERVALS_PER_DAY, intervalOfDay, utcDayOfInterval } from '../intervals.ts';
import { columnOf } from './columns.ts';
import type { Expander, KeyColumns } from './expander.ts';
import { findPlace, type IdentifierIndex, indexIdentifiers, isSameAt, mayHold, wordsOf } from './identifierIndex.ts';
import { type Matches, MatchList } from './matches.ts';
import type { Sightings } from './sightings.ts';

/** Identifiers whose interval lies in one UTC day. */
export interface InvertedDay {
  readonly day: UtcDay;
  readonly index: IdentifierIndex;
  /** Of each identifier: row of its key, and interval since the begin of the day, 0..143. */
  readonly keyRow: Uint32Array;
  readonly intervalOfDay: Uint8Array;
}

/** Part of a key's identifiers that lie in the day: [from, to) of 0..rollingPeriod. */
function partInDay({ rollingStart, rollingPeriod }: KeyColumns, row: number, begin: ENInterval): [number, number] {
  const from = Math.max(begin - rollingStart[row]!, 0);
  const to = Math.min(begin + INTERVALS_PER_DAY - rollingStart[row]!, rollingPeriod[row]!, INTERVALS_PER_DAY);
  return [from, Math.max(from, to)];
}

/** Table of a day from the keys in `rows` that are valid in it; about 30 bytes an identifier. */
export function invertDay(keys: KeyColumns, rows: Uint32Array, day: UtcDay, expander: Expander): InvertedDay {
  const begin = intervalOfDay(day);
  let length = 0;
  const valid = rows.filter((row) => {
    const [from, to] = partInDay(keys, row, begin);
    length += to - from;
    return to > from;
  });
  const identifiers = columnOf(Uint8Array, length * IDENTIFIER_BYTES);
  const keyRow = columnOf(Uint32Array, length);
  const interval = columnOf(Uint8Array, length);
  let at = 0;
  expander.expand(keys, valid, (row) => {
    const [from, to] = partInDay(keys, row, begin);
    identifiers.set(
      expander.identifiers.subarray(from * IDENTIFIER_BYTES, to * IDENTIFIER_BYTES),
      at * IDENTIFIER_BYTES,
    );
    for (let k = from; k < to; k++, at++) {
      keyRow[at] = row;
      interval[at] = keys.rollingStart[row]! + k - begin;
    }
  });
  return { day, index: indexIdentifiers(identifiers), keyRow, intervalOfDay: interval };
}

/** Adds the matches of sightings [from, to) with the identifiers of a day. */
export function probeDay(
  { day, index, keyRow, intervalOfDay: ofDay }: InvertedDay,
  sightings: Sightings,
  tolerance: number,
  found: MatchList,
  from = 0,
  to = sightings.length,
): void {
  const begin = intervalOfDay(day);
  const words = wordsOf(sightings.identifiers);
  for (let row = from; row < to; row++) {
    const heard = sightings.intervals[row]!;
    if (heard < begin - tolerance || heard >= begin + INTERVALS_PER_DAY + tolerance) continue;
    if (!mayHold(index, words[row * 4]!)) continue;
    const place = findPlace(index, words, row * 4);
    if (place < 0) continue;
    for (let at = place; isSameAt(index, at, words, row * 4); at++) {
      const entry = index.order[at]!;
      const interval = begin + ofDay[entry]!;
      if (Math.abs(heard - interval) <= tolerance) found.add(keyRow[entry]!, row, interval);
    }
  }
}

/** All days one after the other: the same matches as `matchRows`. */
export function matchInverted(
  keys: KeyColumns,
  rows: Uint32Array,
  sightings: Sightings,
  tolerance: number,
  expander: Expander,
): Matches {
  const days = new Set<UtcDay>();
  for (const row of rows) {
    const start = keys.rollingStart[row]!;
    days.add(utcDayOfInterval(start)).add(utcDayOfInterval(start + keys.rollingPeriod[row]! - 1));
  }
  const found = new MatchList();
  for (const day of days) probeDay(invertDay(keys, rows, day, expander), sightings, tolerance, found);
  return found.sorted();
}
