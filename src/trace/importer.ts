/**
 * What an importer is: it recognises a file and streams its records. It decides nothing about risk:
 * RSSI stays RSSI (the device table is applied later), unknown stays unknown, and every row that is not used
 * is counted under a reason.
 */
import type { TraceHeader, TraceRecord } from '../core/records.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';
import type { Probe, TraceFile } from './files.ts';

export interface ImportOptions {
  /** Our column -> theirs, as in --columns user=person_id,minutes=durata. */
  readonly columns?: Readonly<Record<string, string>>;
  /** --weight COLUMN. */
  readonly weight?: string;
  /** --units distance=cm,duration=s for formats that name no unit. */
  readonly units?: Readonly<Record<string, string>>;
  /** --date-order, where day and month cannot be told apart. */
  readonly dateOrder?: 'dmy' | 'mdy';
  /** leith-bins: the file of distances, when it is not beside the trace. */
  readonly distances?: string;
  /** immuni-epidemiological: comparison group of people who were not infected. */
  readonly controls?: string;
}

/** Enough to look at what is wrong, few enough to print. */
const LISTED_LINES = 5;

/** Identifiers change every quarter of an hour in the field: more of them are not kept apart. */
const MOST_DEVICES = 100_000;

/** Running account of one import (docs: "Every import ends with a summary"). Importers fill it, inspect prints it. */
export class Tally {
  rows = 0;
  used = 0;
  readonly rejected = new Map<string, number>();
  /** Reason -> the first lines that were rejected for it, where the format has lines. */
  readonly rejectedLines = new Map<string, number[]>();
  /** Defects that were met and handled: "transmitter model contradicts the id map" -> rows. */
  readonly notices = new Map<string, number>();
  readonly devices = new Map<string, string | undefined>();
  /** True where there are more devices than are kept. */
  hasMoreDevices = false;
  first: UnixSeconds | undefined;
  last: UnixSeconds | undefined;
  /** How the file wrote its times: "unix s", "unix ms", "ISO 8601", "none"; "ISO 8601, unix s" where it mixes them. */
  timeUnit = 'none';
  /** True once a sighting came that has RSSI and needs the device table. */
  needsTable = false;
  /** What an enlab trace says about its origin. */
  provenance: TraceHeader['provenance'] | undefined;

  reject(reason: string, line?: number): void {
    this.rejected.set(reason, (this.rejected.get(reason) ?? 0) + 1);
    if (line === undefined) return;
    const lines = this.rejectedLines.get(reason);
    if (lines === undefined) this.rejectedLines.set(reason, [line]);
    else if (lines.length < LISTED_LINES) lines.push(line);
  }

  notice(what: string, rows = 1): void {
    this.notices.set(what, (this.notices.get(what) ?? 0) + rows);
  }

  device(id: string, model?: string): void {
    if (this.devices.size >= MOST_DEVICES && !this.devices.has(id)) {
      this.hasMoreDevices = true;
      return;
    }
    if (model !== undefined ? this.devices.get(id) === undefined : !this.devices.has(id)) this.devices.set(id, model);
  }

  time(seconds: UnixSeconds): void {
    if (this.first === undefined || seconds < this.first) this.first = seconds;
    if (this.last === undefined || seconds > this.last) this.last = seconds;
  }

  /** A time in a file that may write times in more than one form. */
  timeIn(form: string, seconds: UnixSeconds): void {
    if (this.timeUnit === 'none') this.timeUnit = form;
    else if (!this.timeUnit.includes(form)) this.timeUnit += `, ${form}`;
    this.time(seconds);
  }
}

/** What --units can be about. */
export const quantityNames = ['duration', 'distance', 'attenuation', 'time'] as const;

/** Records arrive in batches: one asynchronous step per record would cost more than parsing it. */
export type RecordBatches = AsyncIterable<readonly TraceRecord[]>;

/** Lines of the records of a batch, from formats that have lines: what is found wrong later can still say where. */
export const linesOf = new WeakMap<readonly TraceRecord[], readonly number[]>();

/** Default of --scan-gap, s (contract.md 1). */
const SCAN_GAP: Seconds = 25.5;

export const scanGapOf = ({ scanGap = SCAN_GAP }: Importer): Seconds => scanGap;

export interface Importer {
  /** Value of --from. */
  readonly name: string;
  readonly title: string;
  /** Silence that ends a scan in sightings of this format, s; absent = SCAN_GAP, or no sightings. */
  readonly scanGap?: Seconds;
  /** Options that decide how this format is read; any other is refused, for it would do nothing (together.ts). */
  readonly reads: readonly Exclude<keyof ImportOptions, 'units'>[];
  /** Quantities whose unit --units may declare. */
  readonly units: readonly (typeof quantityNames)[number][];
  /**
   * True when the file is certainly of this format: exactly one importer may claim a file, so a generic format
   * leaves alone what a special one reads. csv looks at options.columns, the others at the probe alone.
   */
  detect(probe: Probe, options: ImportOptions): boolean;
  /**
   * For formats of several files: the file to read when TRACE is a folder (`names`: its sorted entries), null when
   * nothing in it is of this format. Throws E-FILE-FORMAT when there is more than one.
   */
  resolve?(folder: string, names: readonly string[]): string | null;
  /** Streams the records of one file; errors carry file and line. Counts go to the tally as rows are read. */
  read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches;
}
