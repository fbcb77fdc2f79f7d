/** What somebody can prove who watches: which pseudonyms are of one phone, and which published keys of one person. */
import { toHex } from '../../core/bytes.ts';
import type { Pseudonym } from '../../device/advertising.ts';
import { type ENInterval, utcDayOfInterval } from '../../protocol/gaen/intervals.ts';
import { type KeyTable, keyDataAt } from '../../protocol/gaen/keyTable.ts';

/**
 * How many identifiers each phone is known by, as far as a scanner can tell: two are of one phone where they came from one
 * address, or from addresses that a third one links. 1: nothing links an identifier to another. Longest first.
 */
export function chainsOf(seen: readonly Pseudonym[]): readonly number[] {
  /** An identifier that stands for all that are linked to it. */
  const leaders = new Map<string, string>();
  const leaderOf = (identifier: string): string => {
    let own = identifier;
    for (let next = leaders.get(own); next !== undefined && next !== own; next = leaders.get(own)) own = next;
    return own;
  };
  const firstFrom = new Map<string, string>();
  for (const { address, identifier } of seen) {
    if (!leaders.has(identifier)) leaders.set(identifier, identifier);
    const first = firstFrom.get(address);
    if (first === undefined) firstFrom.set(address, identifier);
    else leaders.set(leaderOf(identifier), leaderOf(first));
  }
  const lengths = new Map<string, number>();
  for (const identifier of leaders.keys()) {
    const leader = leaderOf(identifier);
    lengths.set(leader, (lengths.get(leader) ?? 0) + 1);
  }
  return [...lengths.values()].toSorted((a, b) => b - a);
}

/**
 * Keys of one file that are provably of one person, in hex, in groups of two and more. Who uploads has a key of each day up
 * to the last. So where two days in a row have one key each, both are of whoever has the earlier; where a day has more, any
 * of them may be (cwa-server 620). Holds for files with the keys of one day's uploads, by people whose app was on without a
 * gap. A lower bound: transmission risk levels, which follow tables that are public, may prove more.
 */
export function provenGroups(keys: KeyTable): readonly (readonly string[])[] {
  const days = new Map<number, string[]>();
  for (let row = 0; row < keys.length; row++) {
    const start: ENInterval = keys.rollingStart[row]!;
    const day = utcDayOfInterval(start);
    days.set(day, [...(days.get(day) ?? []), toHex(keyDataAt(keys, row))]);
  }
  const groups: string[][] = [];
  let last = Number.NaN;
  for (const [day, ofDay] of [...days].toSorted(([a], [b]) => a - b)) {
    if (ofDay.length !== 1) continue;
    if (day === last + 1) groups.at(-1)!.push(ofDay[0]!);
    else groups.push([...ofDay]);
    last = day;
  }
  return groups.filter((group) => group.length > 1);
}
