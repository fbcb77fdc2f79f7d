/** Sightings of traces that carry identifiers: as records, and in the columns that matching reads. */
import { interruptible } from '../../calibration/load.ts';
import { parseBytes } from '../../src/core/bytes.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { GroundTruth, Sighting } from '../../src/core/records.ts';
import { BeaconColumns, type HeardBeacons } from '../../src/protocol/gaen/beacons.ts';
import { IDENTIFIER_BYTES } from '../../src/protocol/gaen/identifiers.ts';
import { intervalOf } from '../../src/protocol/gaen/intervals.ts';
import { METADATA_BYTES } from '../../src/protocol/gaen/metadata.ts';
import type { OpenTrace } from '../../src/trace/open.ts';

export interface Heard {
  readonly beacons: HeardBeacons;
  /** Of each row; the scenario is that of the trace where the record names none. */
  readonly sightings: readonly Sighting[];
  readonly truths: readonly GroundTruth[];
  /** Records that are neither a sighting with an identifier nor truth. */
  readonly others: number;
  /** What was read. */
  readonly traces: readonly OpenTrace[];
}

/** Throws E-FILE-INVALID where no record carries an identifier, and what reading a trace throws. */
export async function readHeard(traces: AsyncIterable<OpenTrace>, interrupt: AbortSignal): Promise<Heard> {
  const columns = new BeaconColumns();
  const sightings: Sighting[] = [];
  const truths: GroundTruth[] = [];
  const read: OpenTrace[] = [];
  let others = 0;
  for await (const trace of traces) {
    read.push(trace);
    for await (const batch of interruptible(trace.batches, interrupt))
      for (const record of batch) {
        if (record.type === 'sighting' && record.rpi !== undefined) {
          addTo(columns, record);
          sightings.push(record.scenario === undefined ? { ...record, scenario: trace.file.scenario } : record);
        } else if (record.type === 'truth') truths.push(record);
        else others++;
      }
  }
  if (sightings.length === 0)
    throw new EnlabError('E-FILE-INVALID', `none of the ${others + truths.length} records carries an identifier`, {
      place: { file: read.map(({ file }) => file.path).join(', ') },
      hint: 'sightings to match have an rpi: a table with the columns time and rpi, or sightings of a trace with rpi',
    });
  return { beacons: columns.columns(), sightings, truths, others, traces: read };
}

const addTo = (columns: BeaconColumns, { rpi, aem, time, rssi = null }: Sighting): void =>
  columns.add({
    identifier: parseBytes(rpi!, IDENTIFIER_BYTES)!,
    encryptedMetadata: aem === undefined ? undefined : parseBytes(aem, METADATA_BYTES),
    interval: intervalOf(time),
    rssi,
  });
