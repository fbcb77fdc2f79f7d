/** Matches as people count them: one row a key, day and receiver. */
import { toBase64 } from '../../src/core/bytes.ts';
import type { Sighting } from '../../src/core/records.ts';
import { isoDay, isoTime, utcDayOf } from '../../src/core/time.ts';
import type { Db } from '../../src/core/units.ts';
import { attenuationsOf } from '../../src/protocol/gaen/beacons.ts';
import { type KeyTable, keyAt } from '../../src/protocol/gaen/keyTable.ts';
import type { Matches } from '../../src/protocol/gaen/matching/matches.ts';
import type { MatchResult } from '../schemas.ts';
import type { Heard } from './heard.ts';

type Contact = MatchResult['matches'][number];

/** A sighting whose key is known. */
export interface Matched {
  readonly keyRow: number;
  readonly sighting: Sighting;
  /** From the decrypted metadata, else what the record says; undefined: unknown. */
  readonly attenuation: Db | undefined;
}

/** In the order of the matches. */
export function matchedOf(keys: KeyTable, { beacons, sightings }: Heard, matches: Matches): readonly Matched[] {
  const attenuations = attenuationsOf(keys, beacons, matches);
  return Array.from(attenuations, (dB, m) => {
    const sighting = sightings[matches.sightingRow[m]!]!;
    const attenuation = Number.isNaN(dB) ? sighting.attenuation : dB;
    return { keyRow: matches.keyRow[m]!, sighting, attenuation };
  });
}

/** Rows in the order of their days, then keys. The day is the UTC day of the sightings, by the receiver's clock. */
export function contactsOf(keys: KeyTable, matched: readonly Matched[]): readonly Contact[] {
  const groups = new Map<string, Matched[]>();
  for (const each of matched) {
    const name = `${each.keyRow} ${utcDayOf(each.sighting.time)} ${each.sighting.receiver}`;
    const group = groups.get(name);
    if (group) group.push(each);
    else groups.set(name, [each]);
  }
  return [...groups.values()]
    .map((group) => contactOf(keys, group))
    .toSorted((a, b) => compare(a.day, b.day) || compare(a.key, b.key) || compare(a.receiver, b.receiver));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function contactOf(keys: KeyTable, group: readonly Matched[]): Contact {
  const times = group.map(({ sighting }) => sighting.time).toSorted((a, b) => a - b);
  const known = group.flatMap(({ attenuation }) => attenuation ?? []);
  const { keyRow, sighting } = group[0]!;
  const key = keyAt(keys, keyRow);
  return {
    key: toBase64(key.keyData),
    day: isoDay(utcDayOf(times[0]!)),
    sightings: group.length,
    receiver: sighting.receiver,
    first: isoTime(times[0]!),
    last: isoTime(times.at(-1)!),
    attenuation:
      known.length === 0
        ? null
        : {
            n: known.length,
            min: known.reduce((least, dB) => Math.min(least, dB), Number.POSITIVE_INFINITY),
            mean: known.reduce((sum, dB) => sum + dB, 0) / known.length,
          },
    transmissionRiskLevel: key.transmissionRiskLevel ?? null,
    reportType: key.reportType ?? null,
    daysSinceOnsetOfSymptoms: key.daysSinceOnsetOfSymptoms ?? null,
  };
}
