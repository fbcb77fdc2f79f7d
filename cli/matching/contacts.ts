/** Matches as people read them: one row a key, day and receiver; and as a trace for everything that reads sightings. */
import { createHash } from 'node:crypto';
import { toBase64 } from '../../src/core/bytes.ts';
import type { ReportDocument } from '../../src/core/document.ts';
import type { GroundTruth, Sighting, TraceRecord } from '../../src/core/records.ts';
import { isoDay, isoTime, utcDayOf } from '../../src/core/time.ts';
import type { Db } from '../../src/core/units.ts';
import { attenuationsOf } from '../../src/protocol/gaen/beacons.ts';
import { type KeyTable, keyAt, keyDataAt } from '../../src/protocol/gaen/keyTable.ts';
import type { Matches } from '../../src/protocol/gaen/matching/matches.ts';
import type { MatchResult } from '../schemas.ts';
import type { Heard } from './heard.ts';

type Contact = MatchResult['matches'][number];

/** A sighting whose key is known. */
interface Matched {
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

/** What stands for a key as a transmitter: its bytes are in the key file for whoever needs them. */
const nameOfKey = (keyData: Uint8Array): string =>
  `key-${createHash('sha256').update(keyData).digest('hex').slice(0, NAME_DIGITS)}`;
/** 64 bits: among a nation's keys no two names are the same. */
const NAME_DIGITS = 16;

/** Text of a batch is one string: a nation's matches in one would be longer than a string can be. */
const BATCH_RECORDS = 10_000;

/**
 * A trace of what matched: truth, then sightings in the order of time. The transmitter is now the key, as one phone
 * keeps its key for a day; everything else of a record stays, so that what was known of it is known after the match.
 */
export async function* matchedTrace(
  keys: KeyTable,
  matched: readonly Matched[],
  truths: readonly GroundTruth[],
): AsyncIterable<readonly TraceRecord[]> {
  const names = new Map<number, string>();
  for (const { keyRow } of matched) if (!names.has(keyRow)) names.set(keyRow, nameOfKey(keyDataAt(keys, keyRow)));
  yield truthsByKey(matched, names, truths);
  const inOrder = matched.toSorted((a, b) => a.sighting.time - b.sighting.time);
  for (let from = 0; from < inOrder.length; from += BATCH_RECORDS)
    yield inOrder.slice(from, from + BATCH_RECORDS).map(({ keyRow, sighting, attenuation }) => ({
      ...sighting,
      transmitter: names.get(keyRow)!,
      ...(attenuation !== undefined && { attenuation }),
    }));
}

/** Truth about a transmitter is truth about each of its keys that the receiver heard, on the day where it names one. */
function truthsByKey(
  matched: readonly Matched[],
  names: ReadonlyMap<number, string>,
  truths: readonly GroundTruth[],
): readonly GroundTruth[] {
  const wanted = new Set(truths.map(({ transmitter }) => transmitter));
  const heard = new Map<string, Map<string, { receiver: string; day: number; name: string }>>();
  for (const { keyRow, sighting } of matched) {
    const { transmitter, receiver, time } = sighting;
    if (!wanted.has(transmitter)) continue;
    const entry = { receiver, day: utcDayOf(time), name: names.get(keyRow)! };
    const entries = heard.get(transmitter) ?? new Map();
    heard.set(transmitter, entries.set(JSON.stringify(entry), entry));
  }
  return truths.flatMap((truth) => {
    if (truth.transmitter === undefined) return truth;
    const about = [...(heard.get(truth.transmitter)?.values() ?? [])].filter(
      ({ receiver, day }) => (truth.receiver ?? receiver) === receiver && (truth.day ?? day) === day,
    );
    return [...new Set(about.map(({ name }) => name))].map((name) => ({ ...truth, transmitter: name }));
  });
}

/** "23:50" of "2020-10-01T23:50:00.000Z". */
const timeOfDay = (iso: string): string => iso.slice(11, 16);

const reasonWords: Readonly<Record<keyof MatchResult['rejected'], string>> = {
  revoked: 'keys that were revoked',
  embargo: 'keys that were published before their embargo ended',
  repeated: 'keys that came a second time',
  otherPeriod: 'keys that came again with another start or rolling period',
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
