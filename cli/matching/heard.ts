/** Sightings of traces that carry identifiers, in the columns that matching reads. */

import { interruptible } from '../../calibration/load.ts';
import { parseBytes } from '../../src/core/bytes.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { UnixSeconds } from '../../src/core/units.ts';
import { BeaconColumns, type HeardBeacons } from '../../src/protocol/gaen/beacons.ts';
import { IDENTIFIER_BYTES } from '../../src/protocol/gaen/identifiers.ts';
import { intervalOf } from '../../src/protocol/gaen/intervals.ts';
import { METADATA_BYTES } from '../../src/protocol/gaen/metadata.ts';
import type { OpenTrace } from '../../src/trace/open.ts';

export interface Heard {
  readonly beacons: HeardBeacons;
  /** Of each row. */
  readonly times: readonly UnixSeconds[];
  /** Of each row, by number in `receivers`. */
  readonly receiver: readonly number[];
  readonly receivers: readonly string[];
  /** Records that are no sighting, or name no identifier. */
  readonly others: number;
  /** What was read. */
  readonly traces: readonly OpenTrace[];
}

/** Throws E-FILE-INVALID where no record carries an identifier, and what reading a trace throws. */
export async function readHeard(traces: AsyncIterable<OpenTrace>, interrupt: AbortSignal): Promise<Heard> {
  const columns = new BeaconColumns();
  const times: UnixSeconds[] = [];
  const receiver: number[] = [];
  const numbers = new Map<string, number>();
  const read: OpenTrace[] = [];
  let others = 0;
  for await (const trace of traces) {
    read.push(trace);
    for await (const batch of interruptible(trace.batches, interrupt))
      for (const record of batch) {
        if (record.type !== 'sighting' || record.rpi === undefined) {
          others++;
          continue;
        }
        columns.add({
          identifier: parseBytes(record.rpi, IDENTIFIER_BYTES)!,
          encryptedMetadata: record.aem === undefined ? undefined : parseBytes(record.aem, METADATA_BYTES),
          interval: intervalOf(record.time),
          rssi: record.rssi === undefined || record.rssi === null ? null : Math.round(record.rssi),
        });
        times.push(record.time);
        if (!numbers.has(record.receiver)) numbers.set(record.receiver, numbers.size);
        receiver.push(numbers.get(record.receiver)!);
      }
  }
  if (times.length === 0)
    throw new EnlabError('E-FILE-INVALID', `none of the ${others} records carries an identifier`, {
      place: { file: read.map(({ file }) => file.path).join(', ') },
      hint: 'sightings to match have an rpi: a table with the columns time and rpi, or sightings of a trace with rpi',
    });
  return { beacons: columns.columns(), times, receiver, receivers: [...numbers.keys()], others, traces: read };
}
