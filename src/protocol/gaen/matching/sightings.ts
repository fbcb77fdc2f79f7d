/** What phones stored of the beacons they heard, in columns; row k is one sighting. */
import { IDENTIFIER_BYTES } from '../identifiers.ts';
import type { ENInterval } from '../intervals.ts';

export interface Sightings {
  readonly length: number;
  /** RPIs as received, 16 bytes a row; the same one occurs as often as it was heard. */
  readonly identifiers: Uint8Array;
  /** ENIntervalNumbers by the clock of the receiver. */
  readonly intervals: Uint32Array;
}

/** Columns from rows. RangeError for an identifier of another length than 16. */
export function sightingsOf(rows: readonly { identifier: Uint8Array; interval: ENInterval }[]): Sightings {
  const identifiers = new Uint8Array(rows.length * IDENTIFIER_BYTES);
  for (const [row, { identifier }] of rows.entries()) {
    if (identifier.length !== IDENTIFIER_BYTES) throw new RangeError(`identifier of ${identifier.length} bytes`);
    identifiers.set(identifier, row * IDENTIFIER_BYTES);
  }
  return { length: rows.length, identifiers, intervals: Uint32Array.from(rows, ({ interval }) => interval) };
}
