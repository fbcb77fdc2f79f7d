/**
 * csv: a table of exposures, one a row, as authorities send them: minutes, attenuation, label, and what else is known.
 * The file is read three times (encoding; dates, decimals and units; records): what the last row says may decide how
 * the first is read, and memory stays that of a few rows.
 */
import type { ExposureSummary } from '../../core/records.ts';
import { utcDayOf } from '../../core/time.ts';
import { type ColumnSpec, type Columns, findColumns, hasRequired, resolveColumns } from '../columns.ts';
import { dialectOf } from '../csvDialect.ts';
import { type CsvTable, openCsv, type Row, recordsOf } from '../csvTable.ts';
import { type DateOrder, DateOrderSurvey, parseMoment } from '../dates.ts';
import { DecimalSurvey } from '../decimals.ts';
import type { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { RunSurvey } from '../pooled.ts';
import { attenuation, distance, duration, Measured } from '../quantities.ts';
import { timeProblem } from '../timeRange.ts';
import { isUnknown, type NumberRule, parseLabel, parseNumber, readNumber } from '../values.ts';
import { cells } from './cells.ts';
import { contactsCsv } from './contactsCsv.ts';
import { robertHello } from './robertHello.ts';

const specs: readonly ColumnSpec[] = [
  { name: 'minutes', aliases: ['duration'], required: true },
  { name: 'attenuation', required: true },
  { name: 'label' },
  { name: 'user' },
  { name: 'day', aliases: ['date', 'time'] },
  { name: 'scenario' },
  { name: 'receiver' },
  { name: 'transmitter' },
  { name: 'distance' },
  { name: 'weight' },
  { name: 'days' },
  { name: 'level' },
];

/** Ranges of src/core/records.ts. */
const rules = {
  minutes: { name: 'minutes', min: 0, max: 1440 },
  attenuation: { name: 'attenuation', min: 0, max: 255 },
  distance: { name: 'distance', min: 0, max: 1000 },
  weight: { name: 'weight', min: 0, max: Number.MAX_VALUE },
  days: { name: 'days', min: 0, max: 60, whole: true },
  level: { name: 'level', min: 0, max: 8, whole: true },
} as const satisfies Record<string, NumberRule>;

const quantities = { minutes: duration, attenuation, distance } as const;

/** Tables that may have columns of ours too: their own required columns say more than a mapping of one of ours. */
const special: readonly Importer[] = [cells, contactsCsv, robertHello];

export const csv: Importer = {
  name: 'csv',
  title: 'table of exposures (minutes, attenuation, label, ...), one a row',
  reads: ['columns', 'weight', 'dateOrder'],
  units: ['duration', 'distance', 'attenuation'],
  detect: (probe, options) => {
    const header = dialectOf(probe)?.header ?? [];
    const mapping = mappingOf(options);
    if (hasRequired(specs, findColumns(specs, header, mapping))) return true;
    return isMeant(mapping, header) && !special.some((importer) => importer.detect(probe, options));
  },
  read,
};

/** --weight COLUMN is one more mapping. */
const mappingOf = ({ columns, weight }: ImportOptions): Readonly<Record<string, string>> =>
  weight === undefined ? (columns ?? {}) : { ...columns, weight };

/** Somebody mapped columns of ours to this header: an error about a column that is missing helps more than "unknown". */
const isMeant = (mapping: Readonly<Record<string, string>>, header: readonly string[]): boolean =>
  Object.keys(mapping).every((our) => specs.some(({ name, aliases }) => name === our || aliases?.includes(our))) &&
  Object.values(mapping).some((theirs) => header.includes(theirs));

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const table = await openCsv(file);
  const reader = new ExposureReader(table, options, tally);
  await reader.survey(options.dateOrder);
  yield* recordsOf(table, tally, 'notice', (row) => reader.exposureOf(row));
}

/** Turns rows into exposures, after a survey of the whole table has told how they are to be read. */
class ExposureReader {
  readonly #table: CsvTable;
  readonly #tally: Tally;
  readonly #columns: Columns;
  readonly #measured: ReadonlyMap<string, Measured>;
  #dateOrder: DateOrder = 'dmy';

  constructor(table: CsvTable, options: ImportOptions, tally: Tally) {
    this.#table = table;
    this.#tally = tally;
    this.#columns = resolveColumns(specs, table.header, mappingOf(options), table.headerPlace);
    this.#measured = new Map(
      Object.entries(quantities).flatMap(([name, quantity]) => {
        const header = table.header[this.#columns.get(name) ?? -1];
        return header === undefined ? [] : [[name, new Measured(quantity, header, options, table.headerPlace)]];
      }),
    );
  }

  /** Throws E-UNITS, E-DATE-AMBIGUOUS, and E-FILE-INVALID for two kinds of decimal sign, or rows of several runs. */
  async survey(declaredOrder: DateOrder | undefined): Promise<void> {
    const dates = new DateOrderSurvey();
    const decimals = new DecimalSurvey(this.#table.file.path);
    const runs = new RunSurvey(this.#table.file.path, this.#table.header, [...this.#columns.values()]);
    for await (const rows of this.#table.rows()) {
      for (const row of rows) {
        runs.look(row.cells, row.line);
        dates.look(this.#cell(row, 'day') ?? '', row.line);
        for (const [name, rule] of Object.entries(rules)) {
          decimals.look(rule, this.#cell(row, name) ?? '', row.line, this.#toOurs(name));
        }
        for (const [name, measured] of this.#measured) {
          measured.look(measured.toOurs(parseNumber(this.#cell(row, name) ?? '')));
        }
      }
    }
    decimals.assertNoThousands();
    for (const measured of this.#measured.values()) measured.assertPlausible(this.#table.file.path);
    this.#dateOrder = dates.order(declaredOrder, this.#table.file.path);
  }

  /** The exposure, or why the row is rejected. */
  exposureOf(row: Row): ExposureSummary | string {
    const numbers = this.#numbers(row);
    if (typeof numbers === 'string') return numbers;
    const { minutes, attenuation: dB, days, level, ...others } = numbers;
    if (minutes === undefined) return 'minutes unknown';
    if (dB === undefined) return 'attenuation unknown';
    const text = this.#cell(row, 'label');
    const label = text === undefined ? undefined : parseLabel(text);
    if (text !== undefined && label === undefined) return 'label is neither yes nor no';
    const day = this.#dayOf(row);
    if (typeof day === 'string') return day;
    return {
      type: 'exposure',
      minutes,
      attenuation: dB,
      ...(label !== undefined && { label }),
      ...(day !== undefined && { day }),
      ...(days !== undefined && { daysSinceExposure: days }),
      ...(level !== undefined && { transmissionLevel: level }),
      ...others,
      ...this.#texts(row),
    };
  }

  #numbers(row: Row): Partial<Record<keyof typeof rules, number>> | string {
    const numbers: Partial<Record<keyof typeof rules, number>> = {};
    for (const [name, rule] of Object.entries(rules)) {
      const cell = this.#cell(row, name);
      if (cell === undefined) continue;
      const value = readNumber(cell, rule, this.#toOurs(name));
      if (typeof value === 'string') return value;
      // A row whose weight is missing cannot stand for a known number of people: 1 would be a guess.
      if (rule.name === 'weight' && (value === undefined || value === 0)) return 'weight unknown or 0';
      if (value !== undefined) numbers[rule.name] = value;
    }
    return numbers;
  }

  #toOurs(name: string): (value: number) => number {
    return this.#measured.get(name)?.toOurs ?? ((value) => value);
  }

  #dayOf(row: Row): number | string | undefined {
    const cell = this.#cell(row, 'day');
    if (cell === undefined || isUnknown(cell)) return undefined;
    const moment = parseMoment(cell, this.#dateOrder);
    if (moment === null) return 'date not understood';
    const problem = timeProblem(moment.time);
    if (problem) return problem;
    this.#tally.timeIn(moment.form, moment.time);
    return utcDayOf(moment.time);
  }

  #texts(row: Row): Pick<ExposureSummary, 'user' | 'scenario' | 'receiver' | 'transmitter'> {
    const texts: Partial<Record<'user' | 'scenario' | 'receiver' | 'transmitter', string>> = {};
    for (const name of ['user', 'scenario', 'receiver', 'transmitter'] as const) {
      const cell = this.#cell(row, name);
      if (cell === undefined) continue;
      if (isUnknown(cell)) this.#tally.notice(`row without ${name}`);
      else texts[name] = cell;
    }
    if (texts.receiver !== undefined) this.#tally.device(texts.receiver);
    if (texts.transmitter !== undefined) this.#tally.device(texts.transmitter);
    return texts;
  }

  /** Undefined where the table has no such column. */
  #cell(row: Row, name: string): string | undefined {
    const index = this.#columns.get(name);
    return index === undefined ? undefined : row.cells[index];
  }
}
