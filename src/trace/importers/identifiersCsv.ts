/**
 * identifiers-csv: what a scanner heard of exposure notification, one advertisement a row: time and rolling proximity
 * identifier, and the encrypted metadata, RSSI and receiver where the scanner wrote them. "enlab match" finds out whose
 * they were; until then each identifier is a transmitter of its own.
 */
import { parseBytes, toHex } from '../../core/bytes.ts';
import { beaconBytes, type Sighting } from '../../core/records.ts';
import type { UnixSeconds } from '../../core/units.ts';
import { type ColumnSpec, type Columns, findColumns, hasRequired, resolveColumns } from '../columns.ts';
import { dialectOf } from '../csvDialect.ts';
import { type CsvTable, openCsv, type Row, recordsOf } from '../csvTable.ts';
import { type DateOrder, DateOrderSurvey, parseMoment } from '../dates.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { timeProblem } from '../timeRange.ts';
import { isUnknown, parseNumber } from '../values.ts';
import { rssiProblem } from './rssi.ts';

const specs: readonly ColumnSpec[] = [
  { name: 'time', aliases: ['timestamp', 't'], required: true },
  { name: 'rpi', aliases: ['rolling_proximity_identifier'], required: true },
  { name: 'aem', aliases: ['associated_encrypted_metadata'] },
  { name: 'rssi' },
  { name: 'receiver' },
  { name: 'receiverModel' },
];

export const identifiersCsv: Importer = {
  name: 'identifiers-csv',
  title: 'scanned identifiers of exposure notification (time, rpi, aem, rssi)',
  reads: ['columns', 'dateOrder'],
  units: [],
  detect: (probe, options) => hasRequired(specs, findColumns(specs, dialectOf(probe)?.header ?? [], options.columns)),
  read,
};

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const table = await openCsv(file);
  const columns = resolveColumns(specs, table.header, options.columns, table.headerPlace);
  const reader = new IdentifierReader(table, columns);
  await reader.survey(options.dateOrder);
  yield* recordsOf(table, tally, 'reject', (row) => reader.sightingOf(row, tally));
}

class IdentifierReader {
  readonly #table: CsvTable;
  readonly #columns: Columns;
  #dateOrder: DateOrder = 'dmy';

  constructor(table: CsvTable, columns: Columns) {
    this.#table = table;
    this.#columns = columns;
  }

  /** Throws E-DATE-AMBIGUOUS. */
  async survey(declaredOrder: DateOrder | undefined): Promise<void> {
    const dates = new DateOrderSurvey();
    for await (const rows of this.#table.rows()) for (const row of rows) dates.look(this.#cell(row, 'time'), row.line);
    this.#dateOrder = dates.order(declaredOrder, this.#table.file.path);
  }

  /** The sighting, or why the row is rejected. */
  sightingOf(row: Row, tally: Tally): Sighting | string {
    const moment = parseMoment(this.#cell(row, 'time'), this.#dateOrder);
    if (moment === null) return 'time not understood';
    const problem = timeProblem(moment.time);
    if (problem) return problem;
    const rpi = hexOf(this.#cell(row, 'rpi'), beaconBytes.rpi);
    if (rpi === undefined) return 'rpi is not 16 bytes in hex or base64';
    const aemCell = this.#cell(row, 'aem');
    const aem = hexOf(aemCell, beaconBytes.aem);
    if (aem === undefined && !isUnknown(aemCell)) return 'aem is not 4 bytes in hex or base64';
    const rssi = rssiOf(this.#cell(row, 'rssi'));
    if (typeof rssi === 'string') return rssi;
    return this.#sighting(row, tally, { rpi, ...(aem !== undefined && { aem }), rssi }, moment);
  }

  #sighting(
    row: Row,
    tally: Tally,
    heard: { readonly rpi: string; readonly aem?: string; readonly rssi: number | null },
    { time, form }: { readonly time: UnixSeconds; readonly form: string },
  ): Sighting {
    const [named, model] = [this.#cell(row, 'receiver'), this.#cell(row, 'receiverModel')];
    const receiver = isUnknown(named) ? this.#table.file.scenario : named;
    tally.timeIn(form, time);
    tally.device(receiver, isUnknown(model) ? undefined : model);
    tally.device(heard.rpi);
    return {
      type: 'sighting',
      time,
      receiver,
      transmitter: heard.rpi,
      ...heard,
      ...(!isUnknown(model) && { receiverModel: model }),
    };
  }

  /** Empty, which is unknown, where the table has no such column. */
  #cell({ cells }: Row, name: string): string {
    return cells[this.#columns.get(name) ?? -1] ?? '';
  }
}

/** null where the radio gave none: 127 is what controllers say then (Bluetooth Core 5.2, vol. 4 part E, 7.7.65.2). */
const NOT_AVAILABLE = 127;

function rssiOf(cell: string): number | string | null {
  if (isUnknown(cell)) return null;
  const rssi = parseNumber(cell);
  if (Number.isNaN(rssi)) return 'RSSI not a number';
  return rssi === NOT_AVAILABLE ? null : (rssiProblem(rssi) ?? rssi);
}

/** Lower-case hex of a cell that holds so many bytes in hex or base64. */
function hexOf(cell: string, length: number): string | undefined {
  const bytes = parseBytes(cell, length);
  return bytes && toHex(bytes);
}
