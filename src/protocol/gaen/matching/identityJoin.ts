/**
 * Matching without cryptography, for simulations that know whose identifier a phone heard: an encounter matches when
 * its identifier's owner has a key that was valid then. It gives what the other two levels give as long as nobody
 * computes an identifier of somebody else, which is what the cryptography is for.
 */
import type { UtcDay } from '../../../core/units.ts';
import { intervalOfDay } from '../intervals.ts';
import { columnOf } from './columns.ts';
import type { KeyColumns } from './expander.ts';
import type { MatchList } from './matches.ts';

/**
 * What was heard of the identifiers of one UTC day (of their owners' clocks), 7 bytes a row. The owner of an identifier
 * and who emitted it are two people when it was recorded and sent again (relay, replay); only the owner counts here.
 * Who received it stands beside, in the caller's columns.
 */
export interface Encounters {
  readonly length: number;
  readonly day: UtcDay;
  /** Person whose key made the identifier. */
  readonly rpiOwner: Uint32Array;
  /** Interval for which it was made, by the owner's clock, since the begin of the day: 0..143. */
  readonly txInterval: Uint8Array;
  /** Interval of reception by the receiver's clock, minus that of the identifier; further away: the nearest Int16. */
  readonly clockDifference: Int16Array;
}

/** Keys of people, by person. */
export interface OwnedKeys {
  /** Bit p is set when person p has a key that takes part. */
  readonly infected: Uint32Array;
  /** Keys of person p: `rows` from start[p] to start[p + 1]. */
  readonly start: Uint32Array;
  readonly rows: Uint32Array;
}

/**
 * Keys in `rows` by owner; `owner`: one person for each row of the table, 0..people - 1. RangeError when two keys of a
 * person overlap: an identifier of that time could be from either, and only its bytes would tell.
 */
export function keysByOwner(keys: KeyColumns, rows: Uint32Array, owner: Uint32Array, people: number): OwnedKeys {
  const owned: OwnedKeys = {
    infected: columnOf(Uint32Array, Math.ceil(people / 32)),
    start: columnOf(Uint32Array, people + 1),
    rows: rows.toSorted((a, b) => owner[a]! - owner[b]! || keys.rollingStart[a]! - keys.rollingStart[b]! || a - b),
  };
  for (const [k, row] of owned.rows.entries()) {
    const person = owner[row]!;
    if (!(person < people)) throw new RangeError(`key ${row} belongs to person ${person} of ${people}`);
    const before = owned.rows[k - 1];
    if (before !== undefined && owner[before] === person && overlap(keys, before, row))
      throw new RangeError(`keys ${before} and ${row} of person ${person} overlap`);
    owned.infected[person >>> 5]! |= 1 << (person & 31);
    owned.start[person + 1]!++;
  }
  for (let person = 0; person < people; person++) owned.start[person + 1]! += owned.start[person]!;
  return owned;
}

const overlap = ({ rollingStart, rollingPeriod }: KeyColumns, first: number, second: number): boolean =>
  rollingStart[first]! + rollingPeriod[first]! > rollingStart[second]!;

/** Adds the matches of a day's encounters; row k is sighting `firstSighting` + k. */
export function joinByIdentity(
  keys: KeyColumns,
  { infected, start, rows }: OwnedKeys,
  encounters: Encounters,
  tolerance: number,
  found: MatchList,
  firstSighting = 0,
): void {
  const { length, rpiOwner, txInterval, clockDifference } = encounters;
  const begin = intervalOfDay(encounters.day);
  for (let k = 0; k < length; k++) {
    const owner = rpiOwner[k]!;
    if ((infected[owner >>> 5]! & (1 << (owner & 31))) === 0) continue;
    if (Math.abs(clockDifference[k]!) > tolerance) continue;
    const interval = begin + txInterval[k]!;
    for (let at = start[owner]!; at < start[owner + 1]!; at++) {
      const row = rows[at]!;
      const place = interval - keys.rollingStart[row]!;
      if (place >= 0 && place < keys.rollingPeriod[row]!) found.add(row, firstSighting + k, interval);
    }
  }
}
