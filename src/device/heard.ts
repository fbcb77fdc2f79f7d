/** What a phone hears, in columns: 31 bytes a beacon, so that many phones fit into one process. */
import { defined } from '../core/object.ts';
import type { Dbm, Seconds, UnixSeconds } from '../core/units.ts';
import type { HeardBeacons } from '../protocol/gaen/beacons.ts';
import { IDENTIFIER_BYTES } from '../protocol/gaen/identifiers.ts';
import { intervalOf } from '../protocol/gaen/intervals.ts';
import { METADATA_BYTES } from '../protocol/gaen/metadata.ts';

/** One beacon as it was heard; the key that it belongs to is not known yet. */
export interface HeardBeacon {
  /** By the clock of the phone. */
  readonly time: UnixSeconds;
  /** RPI, 16 bytes. */
  readonly identifier: Uint8Array;
  /** AEM, 4 bytes. */
  readonly encryptedMetadata: Uint8Array;
  /** Whole. */
  readonly rssi: Dbm | null;
  /** From the scan before to this one, as the framework notes it with each sighting; absent: it is not known. */
  readonly sinceScan?: Seconds | undefined;
}

/** Row k is one beacon. Never changed: `withBeacons` makes a new one. */
export interface Heard {
  readonly length: number;
  readonly times: Float64Array;
  /** 16 bytes a row. */
  readonly identifiers: Uint8Array;
  /** 4 bytes a row. */
  readonly metadata: Uint8Array;
  readonly rssi: Int8Array;
  /** Whole seconds; 0 where it is not known. */
  readonly sinceScan: Uint16Array;
}

/** Not available, as in HCI events (Bluetooth Core 4.E, 7.7.65.2). */
const NO_RSSI = 127;
/** Of a column of two bytes, 18 hours. */
const LONGEST_SINCE: Seconds = 65_535;

export const nothingHeard: Heard = {
  length: 0,
  times: new Float64Array(),
  identifiers: new Uint8Array(),
  metadata: new Uint8Array(),
  rssi: new Int8Array(),
  sinceScan: new Uint16Array(),
};

const emptyHeard = (length: number): Heard => ({
  length,
  times: new Float64Array(length),
  identifiers: new Uint8Array(length * IDENTIFIER_BYTES),
  metadata: new Uint8Array(length * METADATA_BYTES),
  rssi: new Int8Array(length),
  sinceScan: new Uint16Array(length),
});

export function withBeacons(heard: Heard, beacons: readonly HeardBeacon[]): Heard {
  if (beacons.length === 0) return heard;
  const all = emptyHeard(heard.length + beacons.length);
  all.times.set(heard.times);
  all.identifiers.set(heard.identifiers);
  all.metadata.set(heard.metadata);
  all.rssi.set(heard.rssi);
  all.sinceScan.set(heard.sinceScan);
  for (const [k, { time, identifier, encryptedMetadata, rssi, sinceScan = 0 }] of beacons.entries()) {
    const row = heard.length + k;
    all.times[row] = time;
    all.identifiers.set(identifier, row * IDENTIFIER_BYTES);
    all.metadata.set(encryptedMetadata, row * METADATA_BYTES);
    all.rssi[row] = rssi ?? NO_RSSI;
    all.sinceScan[row] = Math.min(LONGEST_SINCE, sinceScan);
  }
  return all;
}

export const rssiAt = ({ rssi }: Heard, row: number): Dbm | null => (rssi[row] === NO_RSSI ? null : rssi[row]!);

export const sinceScanAt = ({ sinceScan }: Heard, row: number): Seconds | undefined => sinceScan[row] || undefined;

export const beaconAt = (heard: Heard, row: number): HeardBeacon =>
  defined({
    time: heard.times[row]!,
    identifier: heard.identifiers.subarray(row * IDENTIFIER_BYTES, (row + 1) * IDENTIFIER_BYTES),
    encryptedMetadata: heard.metadata.subarray(row * METADATA_BYTES, (row + 1) * METADATA_BYTES),
    rssi: rssiAt(heard, row),
    sinceScan: sinceScanAt(heard, row),
  });

/** Without what was heard before `first`. */
export function heardSince(heard: Heard, first: UnixSeconds): Heard {
  if (heard.times.every((time) => time >= first)) return heard;
  const rows = Array.from(heard.times.keys()).filter((row) => heard.times[row]! >= first);
  return withBeacons(
    nothingHeard,
    rows.map((row) => beaconAt(heard, row)),
  );
}

/** For matching. Made once for what was heard, as several files are looked at before the phone hears more. */
export function beaconColumns(heard: Heard): HeardBeacons {
  const known = columns.get(heard);
  if (known) return known;
  const made = newColumns(heard);
  columns.set(heard, made);
  return made;
}

const columns = new WeakMap<Heard, HeardBeacons>();

const newColumns = ({ length, times, identifiers, metadata, rssi }: Heard): HeardBeacons => ({
  length,
  identifiers,
  intervals: Uint32Array.from(times, intervalOf),
  metadata,
  hasMetadata: new Uint8Array(length).fill(1),
  rssi: Float64Array.from(rssi, (value) => (value === NO_RSSI ? Number.NaN : value)),
});
