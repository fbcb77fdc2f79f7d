/**
 * contacts-csv: contact lists (time, a, b, distance | rssi), such as the Copenhagen Networks Study and Haslemere
 * (datasets.md 3). A row says that a saw b: a receives, b transmits, and nothing is said about the other direction.
 */
import { EnlabError } from '../../core/errors.ts';
import type { Sighting } from '../../core/records.ts';
import type { UnixSeconds } from '../../core/units.ts';
import { type ColumnSpec, type Columns, findColumns, hasRequired, resolveColumns } from '../columns.ts';
import { dialectOf } from '../csvDialect.ts';
import { type CsvTable, openCsv, type Row, recordsOf } from '../csvTable.ts';
import { type DateOrder, DateOrderSurvey, parseMoment } from '../dates.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { distance, Measured } from '../quantities.ts';
import { shownList } from '../shown.ts';
import { timeProblem } from '../timeRange.ts';
import { isUnknown, parseNumber, readNumber } from '../values.ts';
import { rssiProblem } from './rssi.ts';

const specs: readonly ColumnSpec[] = [
  { name: 'time', aliases: ['timestamp', 't'], required: true },
  { name: 'a', aliases: ['user_a', 'id_a', 'person_a', 'user1', 'person1', 'id1'], required: true },
  { name: 'b', aliases: ['user_b', 'id_b', 'person_b', 'user2', 'person2', 'id2'], required: true },
  { name: 'distance' },
  { name: 'rssi' },
];

/** Seconds per unit of --units time=. Haslemere counts steps of five minutes. */
const timeUnits: ReadonlyMap<string, number> = new Map([
  ['s', 1],
  ['ms', 0.001],
  ['min', 60],
  ['5min', 300],
]);

export const contactsCsv: Importer = {
  name: 'contacts-csv',
  title: 'contact list (time, a, b, distance or rssi)',
  reads: ['columns', 'dateOrder'],
  units: ['time', 'distance'],
  detect: (probe, options) => {
    const columns = findColumns(specs, dialectOf(probe)?.header ?? [], options.columns);
    return hasRequired(specs, columns) && (columns.has('distance') || columns.has('rssi'));
  },
  read,
};

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const table = await openCsv(file);
  const reader = new ContactReader(table, columnsOf(table, options), options);
  await reader.survey(options.dateOrder);
  yield* recordsOf(table, tally, 'reject', (row) => reader.sightingOf(row, tally));
}

/** Haslemere comes without a header: four columns of numbers are time, a, b, distance. */
function columnsOf(table: CsvTable, { columns }: ImportOptions): Columns {
  if (table.header.length === 0 && table.width === 4) {
    return new Map(['time', 'a', 'b', 'distance'].map((name, index) => [name, index]));
  }
  const found = resolveColumns(specs, table.header, columns, table.headerPlace);
  if (found.has('distance') || found.has('rssi')) return found;
  const message = `there is neither a column distance nor a column rssi; found: ${shownList(table.header)}`;
  const hint = 'say which it is with --columns rssi=THEIRS';
  throw new EnlabError('E-FILE-INVALID', message, { place: table.headerPlace, hint });
}

class ContactReader {
  readonly #table: CsvTable;
  readonly #columns: Columns;
  readonly #secondsPerUnit: number | undefined;
  readonly #distance: Measured;
  #dateOrder: DateOrder = 'dmy';

  constructor(table: CsvTable, columns: Columns, options: ImportOptions) {
    this.#table = table;
    this.#columns = columns;
    this.#secondsPerUnit = declaredTimeUnit(options);
    const header = table.header[columns.get('distance') ?? -1] ?? '';
    this.#distance = new Measured(distance, header, options, table.headerPlace);
  }

  /** Throws E-UNITS, E-DATE-AMBIGUOUS. */
  async survey(declaredOrder: DateOrder | undefined): Promise<void> {
    const dates = new DateOrderSurvey();
    const times = { numbers: 0, inRange: 0 };
    for await (const rows of this.#table.rows()) {
      for (const row of rows) {
        const time = this.#cell(row, 'time');
        dates.look(time, row.line);
        const seconds = parseNumber(time) * (this.#secondsPerUnit ?? Number.NaN);
        if (!Number.isNaN(seconds)) times.numbers++;
        if (timeProblem(seconds) === undefined) times.inRange++;
        if (this.#secondsPerUnit === undefined && isStep(time)) throw stepsOrSeconds(time, this.#table, row.line);
        this.#distance.look(this.#distance.toOurs(parseNumber(this.#cell(row, 'distance'))));
      }
    }
    if (times.numbers > 0 && times.inRange === 0) throw anotherTimeUnit(this.#table);
    this.#distance.assertPlausible(this.#table.file.path);
    this.#dateOrder = dates.order(declaredOrder, this.#table.file.path);
  }

  /** The sighting, or why the row is rejected. */
  sightingOf(row: Row, tally: Tally): Sighting | string {
    const [receiver, transmitter] = [this.#cell(row, 'a'), this.#cell(row, 'b')];
    if (isUnknown(receiver) || isUnknown(transmitter)) return 'a or b unknown';
    // Copenhagen: -1 = an empty scan, -2 = a device outside the study.
    if (/^-\d+$/.test(transmitter)) return 'no contact (negative b)';
    const time = this.#timeOf(row);
    if (time === null) return 'time not understood';
    const problem = timeProblem(time.seconds);
    if (problem) return problem;
    const metres = readNumber(this.#cell(row, 'distance'), METRES, this.#distance.toOurs);
    if (typeof metres === 'string') return metres;
    const rssi = this.#rssiOf(row);
    if (typeof rssi === 'string') return rssi;
    if (metres === undefined && rssi === undefined) return 'neither distance nor RSSI';
    tally.timeIn(time.form, time.seconds);
    tally.device(receiver);
    tally.device(transmitter);
    return {
      type: 'sighting',
      time: time.seconds,
      receiver,
      transmitter,
      ...(rssi !== undefined && { rssi }),
      ...(metres !== undefined && { distance: metres }),
    };
  }

  #timeOf(row: Row): { form: string; seconds: UnixSeconds } | null {
    const cell = this.#cell(row, 'time');
    const value = parseNumber(cell);
    const unit = this.#secondsPerUnit ?? (value < SMALLEST_INSTANT ? 1 : undefined);
    if (unit !== undefined && value >= 0) {
      return { form: unit === 300 ? 'steps of 5 min from the start' : 's from the start', seconds: value * unit };
    }
    const moment = parseMoment(cell, this.#dateOrder);
    return moment && { form: moment.form, seconds: moment.time };
  }

  #rssiOf(row: Row): number | string | undefined {
    const cell = this.#cell(row, 'rssi');
    if (isUnknown(cell)) return undefined;
    const rssi = parseNumber(cell);
    if (Number.isNaN(rssi)) return 'RSSI not a number';
    return rssi >= 0 ? 'RSSI 0 or above (special value)' : (rssiProblem(rssi) ?? rssi);
  }

  /** Empty, which is unknown, where the table has no such column. */
  #cell({ cells }: Row, name: string): string {
    return cells[this.#columns.get(name) ?? -1] ?? '';
  }
}

const METRES = { name: 'distance', min: 0, max: 1000 } as const;
/** Numbers below count from the start of the study, not from 1970. */
const SMALLEST_INSTANT = 1e9;
/** Scans of contact studies are binned to 300 s: a number that is no multiple of it may be a step or a second. */
const BIN_SECONDS = 300;

const isStep = (cell: string): boolean => parseNumber(cell) < SMALLEST_INSTANT && parseNumber(cell) % BIN_SECONDS !== 0;

function stepsOrSeconds(time: string, table: CsvTable, line: number): EnlabError {
  const message = `time ${time} may be a step of 5 minutes or a second`;
  const hint = 'declare the unit with --units time=5min, or time=s';
  return new EnlabError('E-UNITS', message, { place: { file: table.file.path, line }, hint });
}

function anotherTimeUnit(table: CsvTable): EnlabError {
  const message = 'no time lies in 1970..2100 in the unit that was declared';
  const hint = 'declare the unit of the file, such as --units time=ms';
  return new EnlabError('E-UNITS', message, { place: { file: table.file.path }, hint });
}

function declaredTimeUnit({ units }: ImportOptions): number | undefined {
  const unit = units?.['time'];
  if (unit === undefined) return undefined;
  const seconds = timeUnits.get(unit);
  if (seconds !== undefined) return seconds;
  const hint = `use one of ${[...timeUnits.keys()].join(', ')}`;
  throw new EnlabError('E-UNITS', `time=${unit} is no unit of time`, { hint });
}
