/** A network of contacts that somebody observed, as CSV: columns, units, what is refused and where it stands. */
import { CsvError, parse } from 'csv-parse/sync';
import { EnlabError, type Place } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { SECONDS_PER_DAY, type Seconds } from '../core/units.ts';
import { type MeetingColumns, type NetworkTable, networkTable } from '../population/network.ts';
import { distance as plausible } from '../trace/quantities.ts';
import { Decimals, delimiterOf } from './networkDecimals.ts';

/** Some four million rows; while they are read they take up to twenty times that in memory. */
export const MOST_NETWORK_BYTES = 100_000_000;
/** As many as a run may have: more are times in milliseconds. */
const MOST_DAYS = 1000;
/** Rows by day and person, each four bytes. */
const MOST_STARTS = 100_000_000;
/** A row that does not end is a quote that is never closed. */
const MOST_ROW_CHARACTERS = 10_000;

/** What a scenario says about a file, beside its name. */
export interface NetworkOptions {
  /** A row lasts so long where the file does not say it, s. */
  readonly rowSeconds?: Seconds | undefined;
  /** After which it begins again; absent: after the day of its last row. */
  readonly days?: number | undefined;
  /** Of what was sent, dBm: attenuation = this - rssi. */
  readonly transmitPower?: number | undefined;
}

/** Names of a column: ours, then those of data that are published (SocioPatterns, Copenhagen Networks Study, OpenABM). */
const COLUMNS = {
  time: ['time', 'timestamp', 't'],
  a: ['a', 'user_a', 'id_1', 'i'],
  b: ['b', 'user_b', 'id_2', 'j'],
  distance: ['distance'],
  rssi: ['rssi'],
  seconds: ['seconds'],
  minutes: ['minutes'],
} as const;
type Column = keyof typeof COLUMNS;
const columnNames = Object.keys(COLUMNS) as readonly Column[];

/** Where values stand in a row. */
type Header = Readonly<Partial<Record<Column, number>>>;

/** Rows as they were written, in columns: objects of some millions would take gigabytes. */
interface Rows {
  /** Numbers of ids, in the order in which they are seen. */
  readonly ids: Map<string, number>;
  readonly a: number[];
  readonly b: number[];
  readonly time: Seconds[];
  readonly seconds: Seconds[];
  readonly value: number[];
  readonly line: number[];
}

/** Throws E-FILE-FORMAT, E-FILE-EMPTY, E-FILE-INVALID with line and column, E-LIMIT. */
export function parseNetwork(text: string, file: string, options: NetworkOptions): NetworkTable {
  const delimiter = delimiterOf(text);
  const reader = new RowReader(file, options, delimiter);
  try {
    parse(text, {
      bom: true,
      delimiter,
      max_record_size: MOST_ROW_CHARACTERS,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      on_record: (record: unknown, { lines }) => {
        reader.read(record as readonly string[], lines);
        // Nothing is kept by the parser.
        return null;
      },
    });
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = Number((cause as { lines?: number }).lines);
    const place = { file, ...(line > 0 && { line }) };
    throw new EnlabError('E-FILE-INVALID', `this is no table: ${cause.message}`, { place, cause });
  }
  const { rows } = reader;
  if (rows.time.length === 0) throw new EnlabError('E-FILE-EMPTY', 'the network has no contacts', { place: { file } });
  if (reader.measure === 'metres') assertMetres(rows, file);
  return tableOf(rows, reader.measure, file, options.days);
}

/** Throws E-UNITS as traces do, where most are farther than phones hear each other: whoever meets does not. */
function assertMetres({ value }: Rows, file: string): void {
  const odd = value.filter(plausible.isOdd).length;
  if (2 * odd <= value.length) return;
  throw new EnlabError('E-UNITS', `${odd} of ${value.length} ${plausible.oddity}`, {
    place: { file },
    hint: 'write them in metres: centimetres divided by 100',
  });
}

/** From cells to rows; the first is the header. */
class RowReader {
  readonly rows: Rows = { ids: new Map(), a: [], b: [], time: [], seconds: [], value: [], line: [] };
  readonly #file: string;
  readonly #options: NetworkOptions;
  readonly #decimals: Decimals;
  #header: Header | undefined;
  #width = 0;

  constructor(file: string, options: NetworkOptions, delimiter: string) {
    this.#file = file;
    this.#decimals = new Decimals(delimiter);
    this.#options = options;
  }

  get measure(): NetworkTable['measure'] {
    return this.#header?.rssi === undefined ? 'metres' : 'attenuation';
  }

  read(cells: readonly string[], line: number): void {
    if (!this.#header) {
      this.#header = this.#headerOf(cells, { file: this.#file, line });
      this.#width = cells.length;
      return;
    }
    const { time, a, b, distance, rssi } = this.#header;
    const placeOf = placesIn(cells, { file: this.#file, line });
    if (cells.length !== this.#width)
      throw invalid(
        `${cells.length} values in a table of ${this.#width} columns`,
        placeOf(0),
        cells.length > this.#width ? COMMA_HINT : undefined,
      );
    for (const column of [a!, b!]) assertSomebody(cells[column]!, () => placeOf(column));
    if (cells[a!] === cells[b!]) throw invalid(`${cells[a!]} meets themselves`, placeOf(b!));
    const number = (column: number, low: number, high: number, unit: string): number =>
      numberIn(
        this.#decimals.pointed(cells[column]!, () => placeOf(column)),
        [low, high],
        unit,
        () => placeOf(column),
      );
    const { rows } = this;
    rows.a.push(this.#numberOf(cells[a!]!));
    rows.b.push(this.#numberOf(cells[b!]!));
    rows.time.push(number(time!, 0, Number.MAX_SAFE_INTEGER, 's'));
    rows.seconds.push(this.#secondsOf(number));
    rows.value.push(
      rssi === undefined
        ? number(distance!, 0, 1000, 'm')
        : this.#options.transmitPower! - number(rssi, -127, 20, 'dBm'),
    );
    rows.line.push(line);
  }

  #numberOf(id: string): number {
    const { ids } = this.rows;
    const known = ids.get(id);
    if (known !== undefined) return known;
    ids.set(id, ids.size);
    return ids.size - 1;
  }

  #secondsOf(number: (column: number, low: number, high: number, unit: string) => number): Seconds {
    const { seconds, minutes } = this.#header!;
    if (seconds !== undefined) return number(seconds, LEAST_SECONDS, SECONDS_PER_DAY, 's');
    if (minutes !== undefined) return 60 * number(minutes, LEAST_SECONDS / 60, SECONDS_PER_DAY / 60, 'minutes');
    return this.#options.rowSeconds!;
  }

  #headerOf(cells: readonly string[], place: Place): Header {
    const placeOf = placesIn(cells, place);
    const header: Partial<Record<Column, number>> = {};
    for (const [k, cell] of cells.entries()) {
      const name = cell.replace(/^#\s*/, '').toLowerCase();
      const column = columnNames.find((one) => COLUMNS[one].some((known) => known === name));
      if (column === undefined) throw unknownColumn(cell, placeOf(k));
      if (header[column] !== undefined) throw invalid(`two columns say ${column}`, placeOf(k));
      header[column] = k;
    }
    const missing = (['time', 'a', 'b'] as const).find((column) => header[column] === undefined);
    if (missing) throw format(`there is no column ${missing}`, place, COLUMNS_HINT);
    assertOneOf(header, ['distance', 'rssi'], place, COLUMNS_HINT);
    if (this.#options.rowSeconds === undefined) assertOneOf(header, ['seconds', 'minutes'], place, DURATION_HINT);
    else if (header.seconds !== undefined && header.minutes !== undefined)
      assertOneOf(header, ['seconds', 'minutes'], place, '');
    if (header.rssi !== undefined && this.#options.transmitPower === undefined)
      throw format('rssi says nothing without the power that was sent', place, POWER_HINT);
    return header;
  }
}

/** Shorter is nothing. */
const LEAST_SECONDS: Seconds = 1e-3;
const COLUMNS_HINT = 'columns: time (s), a, b, distance (m) or rssi (dBm), seconds or minutes; docs/scenarios.md';
const DURATION_HINT = 'add one, or say contacts.network.rowSeconds: how long a row lasts';
const POWER_HINT =
  'say contacts.network.transmitPower, dBm: attenuation = transmitPower - rssi; phones of 2020 have -29 to -23';
const COMMA_HINT = 'a comma is no decimal sign where it separates columns: write points, or columns with ";"';
const NOBODY = 'leave out rows that name no second person of the study';

const invalid = (message: string, place: Place, hint?: string): EnlabError =>
  new EnlabError('E-FILE-INVALID', message, { place, ...(hint !== undefined && { hint }) });
const format = (message: string, place: Place, hint: string): EnlabError =>
  new EnlabError('E-FILE-FORMAT', message, { place, hint });

function unknownColumn(cell: string, place: Place): EnlabError {
  const guess = nearest(cell.toLowerCase(), Object.values(COLUMNS).flat());
  return format(
    `a network has no column ${cell}`,
    place,
    guess === undefined ? COLUMNS_HINT : `did you mean ${guess}?`,
  );
}

/** Exactly one of two columns. */
function assertOneOf(header: Header, [one, other]: readonly [Column, Column], place: Place, hint: string): void {
  const count = [one, other].filter((column) => header[column] !== undefined).length;
  if (count === 0) throw format(`there is no column ${one} or ${other}`, place, hint);
  if (count === 2) throw format(`there are columns ${one} and ${other}`, place, 'leave one of them out');
}

function assertSomebody(id: string, placeOf: () => Place): void {
  if (id === '') throw invalid('nobody stands here', placeOf());
  if (id.startsWith('-')) throw invalid(`${id} is nobody`, placeOf(), NOBODY);
}

/** Columns of characters, from 1, in a row without quotes and blanks; about right in others. */
const placesIn =
  (cells: readonly string[], place: Place) =>
  (cell: number): Place => ({
    ...place,
    column: cells.slice(0, cell).reduce((before, { length }) => before + length + 1, 1),
  });

function numberIn(cell: string, [low, high]: readonly [number, number], unit: string, placeOf: () => Place): number {
  const value = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(cell) ? Number(cell) : Number.NaN;
  if (Number.isNaN(value)) throw invalid(`"${cell}" is no number, ${unit}`, placeOf());
  if (value < low || value > high) throw invalid(`${cell} ${unit} is not from ${low} to ${high}`, placeOf());
  return value;
}

/** Ids become numbers in their order, so that it does not matter which row comes first. */
function tableOf(rows: Rows, measure: NetworkTable['measure'], file: string, asked: number | undefined): NetworkTable {
  const places = placesOf(rows.ids);
  const [first, last] = rows.time.reduce<readonly [Seconds, Seconds]>(
    ([least, most], time) => [Math.min(least, time), Math.max(most, time)],
    [Number.POSITIVE_INFINITY, 0],
  );
  const midnight = Math.floor(first / SECONDS_PER_DAY) * SECONDS_PER_DAY;
  assertSize(places.length, Math.floor((last - midnight) / SECONDS_PER_DAY) + 1, file);
  const contacts = {
    ...rows,
    low: rows.a.map((a, k) => Math.min(places[a]!, places[rows.b[k]!]!)),
    high: rows.a.map((a, k) => Math.max(places[a]!, places[rows.b[k]!]!)),
    begin: rows.time.map((time) => time - midnight),
  };
  const table = networkTable(places.length, measure, joined(contacts, file), asked);
  if (asked !== undefined && table.days > asked)
    throw new EnlabError('E-FILE-INVALID', `the network has ${table.days} days, more than ${asked}`, {
      place: { file },
      hint: 'leave out rows, or contacts.network.days',
    });
  return table;
}

const byCode = (one: string, other: string): number => (one < other ? -1 : 1);

/** Place of each id among all: numbers by value, others by code; "7" and "07" are two people. */
function placesOf(ids: Rows['ids']): readonly number[] {
  const areNumbers = [...ids.keys()].every((id) => /^\d+$/.test(id));
  const ordered = [...ids.keys()].toSorted(
    (one, other) => (areNumbers && Number(one) - Number(other)) || byCode(one, other),
  );
  const places = ordered.map(() => 0);
  for (const [place, id] of ordered.entries()) places[ids.get(id)!] = place;
  return places;
}

function assertSize(people: number, days: number, file: string): void {
  const place = { file };
  if (days > MOST_DAYS)
    throw new EnlabError('E-LIMIT', `the network has ${days} days, more than ${MOST_DAYS}`, {
      place,
      hint: 'times are in seconds',
    });
  if (days * people > MOST_STARTS)
    throw new EnlabError('E-LIMIT', `the network has ${people} people on ${days} days`, {
      place,
      hint: `people times days are at most ${MOST_STARTS}: take fewer days`,
    });
}

/** Rows with numbers for ids; `begin` counts from the midnight before the first day. */
type Contacts = MeetingColumns & Pick<Rows, 'line'>;

/** Meetings that grow. */
class Meetings implements MeetingColumns {
  readonly low: number[] = [];
  readonly high: number[] = [];
  readonly begin: Seconds[] = [];
  readonly seconds: Seconds[] = [];
  readonly value: number[] = [];

  /** Adds one; what is after midnight is of the next day. */
  add([low, high]: readonly [number, number], begin: Seconds, seconds: Seconds, value: number): void {
    for (let from = begin; from < begin + seconds; ) {
      const midnight = (Math.floor(from / SECONDS_PER_DAY) + 1) * SECONDS_PER_DAY;
      const to = Math.min(midnight, begin + seconds);
      this.low.push(low);
      this.high.push(high);
      this.begin.push(from);
      this.seconds.push(to - from);
      this.value.push(value);
      from = to;
    }
  }
}

/**
 * Rows of a pair that follow each other without a gap, with one value, are one meeting: phones scan on through it. Two at a
 * time are refused: their minutes would count twice.
 */
function joined(rows: Contacts, file: string): MeetingColumns {
  const { low, high, begin, seconds, value } = rows;
  const order = Uint32Array.from(begin, (_, k) => k).toSorted(
    (one, other) => low[one]! - low[other]! || high[one]! - high[other]! || begin[one]! - begin[other]!,
  );
  const meetings = new Meetings();
  let first = 0;
  for (let at = 1; at <= order.length; at++) {
    const [before, row] = [order[at - 1]!, order[at]];
    const isPair = row !== undefined && low[row] === low[before] && high[row] === high[before];
    if (isPair) assertAfter(rows, before, row, file);
    if (isPair && value[row] === value[before] && begin[row] === begin[before]! + seconds[before]!) continue;
    const start = order[first]!;
    const lasts = begin[before]! + seconds[before]! - begin[start]!;
    meetings.add([low[start]!, high[start]!], begin[start]!, lasts, value[start]!);
    first = at;
  }
  return meetings;
}

/** The one that stands later in the file is the one that is wrong. */
function assertAfter({ begin, seconds, line }: Contacts, before: number, row: number, file: string): void {
  const place = { file, line: Math.max(line[before]!, line[row]!), column: 1 };
  const other = Math.min(line[before]!, line[row]!);
  if (begin[row] === begin[before]) throw invalid(`the same two at the same time as in line ${other}`, place);
  if (begin[row]! < begin[before]! + seconds[before]!)
    throw invalid(
      `the same two meet already, by line ${other}`,
      place,
      'rows of a pair must not overlap: do they last too long?',
    );
}
