/** Rows of a delimited table, streamed, and the loop that every table importer shares: count, convert, reject. */
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { EnlabError, type Place } from '../core/errors.ts';
import type { TraceRecord } from '../core/records.ts';
import { type Dialect, dialectOf, encodingOf } from './csvDialect.ts';
import type { Encoding, TraceFile } from './files.ts';
import { linesOf, type RecordBatches, type Tally } from './importer.ts';
import { parseNumber } from './values.ts';

const BATCH_ROWS = 2_000;
/** A quote that is never closed swallows rows: stop before it swallows the file. */
const MAX_ROW_CHARACTERS = 1_000_000;
/** Rows that are remembered to find exact duplicates: enough for neighbours and overlapping exports, and bounded. */
const REMEMBERED_ROWS = 100_000;

export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

export class CsvTable {
  readonly file: TraceFile;
  /** Names of the columns; empty when the first row holds numbers only. */
  readonly header: readonly string[];
  readonly width: number;
  readonly #dialect: Dialect;
  readonly #encoding: Encoding;

  constructor(file: TraceFile, dialect: Dialect, encoding: Encoding) {
    const isData = dialect.header.every((cell) => !Number.isNaN(parseNumber(cell)));
    this.file = file;
    this.header = isData ? [] : dialect.header;
    this.width = dialect.header.length;
    this.#dialect = dialect;
    this.#encoding = encoding;
  }

  get headerPlace(): Place {
    return { file: this.file.path, line: this.#dialect.firstLine };
  }

  /** Every row after the header, in batches; blank lines are left out. Throws E-FILE-INVALID with the line. */
  async *rows(): AsyncIterable<readonly Row[]> {
    let batch: Row[] = [];
    let line = this.#firstDataLine;
    try {
      for await (const cells of this.#parsed()) {
        if (cells.length > 1 || cells[0] !== '') batch.push({ line, cells });
        line += 1 + newlinesIn(cells);
        if (batch.length < BATCH_ROWS) continue;
        yield batch;
        batch = [];
      }
    } catch (error) {
      throw error instanceof CsvError ? this.#invalid(error) : error;
    }
    yield batch;
  }

  get #firstDataLine(): number {
    return this.#dialect.firstLine + (this.header.length > 0 ? this.#dialect.lines : 0);
  }

  /** Lines are counted above because csv-parse's own count (info: true) more than doubles its time. */
  #parsed(): AsyncIterable<string[]> {
    const parser = parse({
      delimiter: this.#dialect.delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      from_line: this.#firstDataLine,
      trim: true,
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: MAX_ROW_CHARACTERS,
    });
    // pipeline hands a reading error on to the parser, whose iterator reports it.
    return pipeline(Readable.from(this.file.text(this.#encoding)), parser, () => {});
  }

  #invalid(cause: CsvError): EnlabError {
    const isQuote = cause.code === 'CSV_QUOTE_NOT_CLOSED' || cause.code === 'CSV_MAX_RECORD_SIZE';
    const message = isQuote ? 'a row does not end: a quote is never closed, or this is no table' : cause.message;
    const line = Number((cause as { lines?: number }).lines);
    const place = { file: this.file.path, ...(line > 0 && { line }) };
    return new EnlabError('E-FILE-INVALID', message, { place, cause });
  }
}

/** Line ends inside quoted cells. */
function newlinesIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) if (/[\r\n]/.test(cell)) count += cell.split(/\r\n|\n|\r/).length - 1;
  return count;
}

/** Throws E-FILE-FORMAT when the file has a single column. */
export async function openCsv(file: TraceFile): Promise<CsvTable> {
  const dialect = dialectOf(await file.probe());
  if (dialect) return new CsvTable(file, dialect, await encodingOf(file));
  const hint = 'the columns of a table stand between ";", tab or ","';
  throw new EnlabError('E-FILE-FORMAT', 'the first line has a single column', { place: { file: file.path }, hint });
}

/**
 * Records of all rows; `convert` gives a record or the reason why a row is rejected. Exact duplicates among the rows
 * remembered are rejected where a row names an instant, and kept but noticed where equal rows can be two contacts.
 */
export async function* recordsOf(
  table: CsvTable,
  tally: Tally,
  duplicates: 'reject' | 'notice',
  convert: (row: Row) => TraceRecord | string,
): RecordBatches {
  const isRepeated = repetitions();
  for await (const rows of table.rows()) {
    const records: TraceRecord[] = [];
    const lines: number[] = [];
    for (const row of rows) {
      tally.rows++;
      const repeated = isRepeated(row);
      if (repeated && duplicates === 'notice') tally.notice('row equal to an earlier row, kept');
      const record = repeated && duplicates === 'reject' ? 'exact duplicate of an earlier row' : widthChecked(row);
      if (typeof record === 'string') {
        tally.reject(record, row.line);
        continue;
      }
      records.push(record);
      lines.push(row.line);
    }
    tally.used += records.length;
    linesOf.set(records, lines);
    yield records;
  }

  function widthChecked(row: Row): TraceRecord | string {
    return row.cells.length === table.width ? convert(row) : 'another number of columns than the first row';
  }
}

/** Two generations: when the younger is full, the older is forgotten. */
function repetitions(): (row: Row) => boolean {
  let older = new Set<string>();
  let younger = new Set<string>();
  return ({ cells }) => {
    const text = cells.join('\u001F');
    if (younger.has(text) || older.has(text)) return true;
    if (younger.size >= REMEMBERED_ROWS) {
      older = younger;
      younger = new Set();
    }
    younger.add(text);
    return false;
  };
}
