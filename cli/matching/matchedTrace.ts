/** Matches as a trace, for everything that reads sightings. */
import { createHash } from 'node:crypto';
import type { GroundTruth, TraceRecord } from '../../src/core/records.ts';
import { utcDayOf } from '../../src/core/time.ts';
import { type KeyTable, keyDataAt } from '../../src/protocol/gaen/keyTable.ts';
import type { Matched } from './contacts.ts';

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
