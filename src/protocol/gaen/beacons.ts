/** Beacons that phones heard, in columns, and the attenuation of those whose key is known. */
import type { Dbm } from '../../core/units.ts';
import { IDENTIFIER_BYTES } from './identifiers.ts';
import type { ENInterval } from './intervals.ts';
import { associatedEncryptedMetadataKey } from './keys.ts';
import { type KeyTable, keyDataAt } from './keyTable.ts';
import type { Matches } from './matching/matches.ts';
import type { Sightings } from './matching/sightings.ts';
import { attenuationOf, cryptMetadata, decodeMetadata, METADATA_BYTES } from './metadata.ts';

/** Row k is one sighting. */
export interface HeardBeacons extends Sightings {
  /** AEM as received, 4 bytes a row. */
  readonly metadata: Uint8Array;
  /** 1 where the receiver wrote the metadata down. */
  readonly hasMetadata: Uint8Array;
  /** dBm, NaN unknown. Traces average over packets, so that it need not be whole. */
  readonly rssi: Float64Array;
}

export interface Beacon {
  readonly identifier: Uint8Array;
  readonly encryptedMetadata?: Uint8Array | undefined;
  /** By the receiver's clock. */
  readonly interval: ENInterval;
  readonly rssi: Dbm | null;
}

/** Columns that grow: a trace does not say how long it is. */
export class BeaconColumns {
  #capacity = 0;
  #length = 0;
  #identifiers = new Uint8Array();
  #intervals = new Uint32Array();
  #metadata = new Uint8Array();
  #hasMetadata = new Uint8Array();
  #rssi = new Float64Array();

  /** Identifier: 16 bytes; metadata: 4 bytes. */
  add({ identifier, encryptedMetadata, interval, rssi }: Beacon): void {
    if (this.#length === this.#capacity) this.#grow();
    const row = this.#length++;
    this.#identifiers.set(identifier, row * IDENTIFIER_BYTES);
    this.#intervals[row] = interval;
    this.#rssi[row] = rssi ?? Number.NaN;
    if (encryptedMetadata === undefined) return;
    this.#metadata.set(encryptedMetadata, row * METADATA_BYTES);
    this.#hasMetadata[row] = 1;
  }

  #grow(): void {
    this.#capacity = Math.max(1_024, this.#capacity * 2);
    const grown = <T extends Uint8Array | Uint32Array | Float64Array>(column: T, bytesARow = 1): T => {
      const larger = new (column.constructor as new (length: number) => T)(this.#capacity * bytesARow);
      larger.set(column);
      return larger;
    };
    this.#identifiers = grown(this.#identifiers, IDENTIFIER_BYTES);
    this.#intervals = grown(this.#intervals);
    this.#metadata = grown(this.#metadata, METADATA_BYTES);
    this.#hasMetadata = grown(this.#hasMetadata);
    this.#rssi = grown(this.#rssi);
  }

  /** Views of the rows so far. */
  columns(): HeardBeacons {
    const length = this.#length;
    return {
      length,
      identifiers: this.#identifiers.subarray(0, length * IDENTIFIER_BYTES),
      intervals: this.#intervals.subarray(0, length),
      metadata: this.#metadata.subarray(0, length * METADATA_BYTES),
      hasMetadata: this.#hasMetadata.subarray(0, length),
      rssi: this.#rssi.subarray(0, length),
    };
  }
}

/**
 * Attenuation of each match, dB from 0 on; NaN where RSSI or metadata are unknown. The transmit power is what the sender
 * encrypted with its key, and anybody in between could have changed (metadata.ts).
 */
export function attenuationsOf(keys: KeyTable, heard: HeardBeacons, matches: Matches): Float64Array {
  const attenuations = new Float64Array(matches.length).fill(Number.NaN);
  let keyRow = -1;
  let metadataKey = new Uint8Array();
  for (let m = 0; m < matches.length; m++) {
    const row = matches.sightingRow[m]!;
    const rssi = heard.rssi[row]!;
    if (Number.isNaN(rssi) || heard.hasMetadata[row] === 0) continue;
    // Matches are in the order of their keys: each key is expanded once.
    if (matches.keyRow[m] !== keyRow) {
      keyRow = matches.keyRow[m]!;
      metadataKey = new Uint8Array(associatedEncryptedMetadataKey(keyDataAt(keys, keyRow)));
    }
    const identifier = heard.identifiers.subarray(row * IDENTIFIER_BYTES, (row + 1) * IDENTIFIER_BYTES);
    const metadata = heard.metadata.subarray(row * METADATA_BYTES, (row + 1) * METADATA_BYTES);
    const { transmitPower } = decodeMetadata(cryptMetadata(metadataKey, identifier, metadata));
    attenuations[m] = attenuationOf(transmitPower, rssi);
  }
  return attenuations;
}
