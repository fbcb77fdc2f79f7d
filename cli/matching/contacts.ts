/** Matches as people read them: one row a key, day and receiver; and as a trace for everything that reads sightings. */
import { createHash } from 'node:crypto';
import { toBase64 } from '../../src/core/bytes.ts';
import type { ReportDocument } from '../../src/core/document.ts';
import type { Sighting } from '../../src/core/records.ts';
import { isoDay, isoTime, utcDayOf } from '../../src/core/time.ts';
import { ATTENUATION_UNKNOWN, attenuationsOf, RSSI_UNKNOWN } from '../../src/protocol/gaen/beacons.ts';
import { type KeyTable, keyAt, keyDataAt } from '../../src/protocol/gaen/keyTable.ts';
import type { Matches } from '../../src/protocol/gaen/matching/matches.ts';
import type { MatchResult } from '../schemas.ts';
import type { Heard } from './heard.ts';

type Contact = MatchResult['matches'][number];

/** Rows in the order of their days, then keys. The day is the UTC day of the sightings, by the receiver's clock. */
export function contactsOf(keys: KeyTable, heard: Heard, matches: Matches): readonly Contact[] {
  const attenuations = attenuationsOf(keys, heard.beacons, matches);
  const groups = new Map<string, number[]>();
  for (let m = 0; m < matches.length; m++) {
    const row = matches.sightingRow[m]!;
    const name = `${matches.keyRow[m]} ${utcDayOf(heard.times[row]!)} ${heard.receiver[row]}`;
    const group = groups.get(name);
    if (group) group.push(m);
    else groups.set(name, [m]);
  }
  return [...groups.values()]
    .map((group) => contactOf(keys, heard, matches, attenuations, group))
    .toSorted((a, b) => compare(a.day, b.day) || compare(a.key, b.key) || compare(a.receiver, b.receiver));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function contactOf(
  keys: KeyTable,
  heard: Heard,
  { keyRow, sightingRow }: Matches,
  attenuations: Int16Array,
  group: readonly number[],
): Contact {
  const rows = group.map((m) => sightingRow[m]!);
  const times = rows.map((row) => heard.times[row]!).toSorted((a, b) => a - b);
  const known = group.map((m) => attenuations[m]!).filter((dB) => dB !== ATTENUATION_UNKNOWN);
  const key = keyAt(keys, keyRow[group[0]!]!);
  return {
    key: toBase64(key.keyData),
    day: isoDay(utcDayOf(times[0]!)),
    sightings: rows.length,
    receiver: heard.receivers[heard.receiver[rows[0]!]!]!,
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

/** What stands for a key as a transmitter: its bytes are in the key file for whoever needs them. */
const nameOfKey = (keyData: Uint8Array): string =>
  `key-${createHash('sha256').update(keyData).digest('hex').slice(0, NAME_DIGITS)}`;
/** 64 bits: among a nation's keys no two names are the same. */
const NAME_DIGITS = 16;

/** Matched sightings in the order of time; the transmitter is now the key, as one phone keeps its key for a day. */
export async function* matchedSightings(
  keys: KeyTable,
  heard: Heard,
  matches: Matches,
): AsyncIterable<readonly Sighting[]> {
  const attenuations = attenuationsOf(keys, heard.beacons, matches);
  const order = Array.from({ length: matches.length }, (_, m) => m).toSorted(
    (a, b) => heard.times[matches.sightingRow[a]!]! - heard.times[matches.sightingRow[b]!]!,
  );
  yield order.map((m) => {
    const row = matches.sightingRow[m]!;
    const rssi = heard.beacons.rssi[row]!;
    return {
      type: 'sighting',
      time: heard.times[row]!,
      receiver: heard.receivers[heard.receiver[row]!]!,
      transmitter: nameOfKey(keyDataAt(keys, matches.keyRow[m]!)),
      rssi: rssi === RSSI_UNKNOWN ? null : rssi,
      ...(attenuations[m] !== ATTENUATION_UNKNOWN && { attenuation: attenuations[m]! }),
    };
  });
}

/** "23:50" of "2020-10-01T23:50:00.000Z". */
const timeOfDay = (iso: string): string => iso.slice(11, 16);

const reasonWords: Readonly<Record<keyof MatchResult['rejected'], string>> = {
  revoked: 'keys that were revoked',
  embargo: 'keys that were published before their embargo ended',
  repeated: 'keys that came a second time',
  otherPeriod: 'keys that came again with another rolling period',
  afterPeriod: 'sightings of identifiers after the end of their key',
  outsideTolerance: 'sightings too early or too late for their identifier',
};

export const matchDocument = ({ data, keys, verified, matches, rejected }: MatchResult): ReportDocument => ({
  title: 'Matches',
  summary: [
    `${keys} keys of ${data.keyFiles} ${data.keyFiles === 1 ? 'file' : 'files'} against ${data.sightings} sightings: ` +
      `${data.matched} sightings matched.`,
    verified ? 'The signatures verify.' : 'Signatures not checked: pass --public-key to check them.',
    ...(data.undatedKeyFiles > 0
      ? [`No embargo could be applied to keys of files without a window: ${data.undatedKeyFiles} of ${data.keyFiles}.`]
      : []),
  ],
  sections: [
    {
      id: 'matches',
      title: 'Keys that were heard',
      blocks: [
        {
          kind: 'table',
          name: 'matches',
          caption: 'One row a key, UTC day and receiver; times in UTC, attenuation from the decrypted metadata',
          columns: [
            { key: 'key', label: 'key' },
            { key: 'day', label: 'day' },
            { key: 'receiver', label: 'receiver' },
            { key: 'sightings', label: 'sightings', format: 'number', digits: 0 },
            { key: 'first', label: 'first' },
            { key: 'last', label: 'last' },
            { key: 'mean', label: 'mean dB', format: 'number', digits: 1 },
          ],
          rows: matches.map(({ attenuation, key, day, sightings, receiver, first, last }) => ({
            key,
            day,
            sightings,
            receiver,
            first: timeOfDay(first),
            last: timeOfDay(last),
            mean: attenuation?.mean ?? null,
          })),
        },
      ],
    },
    {
      id: 'rejected',
      title: 'What did not count',
      blocks: [
        {
          kind: 'table',
          name: 'rejected',
          caption: 'Keys and sightings by reason',
          columns: [
            { key: 'what', label: 'what' },
            { key: 'count', label: 'count', format: 'number', digits: 0 },
          ],
          rows: [
            { what: 'keys that are none (enlab backend inspect says why)', count: data.rejectedKeys },
            { what: 'rows of traces that are none (enlab trace inspect says why)', count: data.rejected },
            { what: 'records without an identifier', count: data.withoutIdentifier },
            ...Object.entries(reasonWords).map(([reason, what]) => ({
              what,
              count: rejected[reason as keyof typeof rejected],
            })),
          ],
        },
      ],
    },
  ],
  provenance: {},
});
