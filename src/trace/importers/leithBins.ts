/**
 * leith-bins: minutes per attenuation bin for pairs of phones on a tram and a bus in Dublin (datasets.md 1).
 * Three text files in the same row order: PREFIX_attenuations.txt (the trace), PREFIX_distances.txt (metres) and,
 * for the tram, PREFIX_pairs.txt. Numbers like 4.0000000e+00 between blanks; `#` lines and blank lines are skipped.
 */
import { join } from 'node:path';
import { EnlabError, type Place } from '../../core/errors.ts';
import type { AttenuationHistogram } from '../../core/records.ts';
import type { Db, Metres } from '../../core/units.ts';
import { TraceFile } from '../files.ts';
import type { Importer, ImportOptions, RecordBatches, Tally } from '../importer.ts';
import { distance as distanceQuantity, Measured } from '../quantities.ts';
import { shown } from '../shown.ts';

const TRACE_NAME = /_attenuations(\.txt(?:\.gz)?)$/i;
/** The bins of both sets, for a file that came without its header. */
const PUBLISHED_EDGES: readonly Db[] = [
  48, 50, 52, 54, 56, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 85, 90, 100,
];
/** No phone hears another from further away inside a vehicle: such figures are centimetres. */
const FARTHEST: Metres = 100;
const MINUTES_OF_A_DAY = 1440;
const ONE_BYTE: Db = 255;

export const leithBins: Importer = {
  name: 'leith-bins',
  title: 'attenuation durations of the Dublin tram and bus sets',
  reads: ['distances'],
  units: ['distance'],
  detect: (probe) => TRACE_NAME.test(probe.name) && firstRow(probe.text).length >= 2,
  resolve: (folder, names) => {
    const traces = names.filter((name) => TRACE_NAME.test(name));
    if (traces.length > 1) {
      const hint = `name one of them: ${traces.join(', ')}`;
      throw new EnlabError('E-FILE-FORMAT', 'more than one trace in this folder', { place: { file: folder }, hint });
    }
    return traces[0] === undefined ? null : join(folder, traces[0]);
  },
  read,
};

/** The cells of the first line of numbers; empty where the first line that is no comment holds anything else. */
function firstRow(text: string): readonly string[] {
  const line = text.split('\n').find((candidate) => !isSkipped(candidate)) ?? '';
  const cells = line.trim().split(/\s+/);
  return cells.every((cell) => NUMBER.test(cell)) ? cells : [];
}

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const edges = await edgesOf(file, tally);
  const attenuations = { file, columns: edges.length - 1, quantity: 'minutes', max: MINUTES_OF_A_DAY };
  const rowCount = await count(rowsOf(attenuations));
  const distances = await readDistances(file, options, rowCount);
  const pairs = await readPairs(file, rowCount, tally);
  let row = 0;
  for await (const batch of rowsOf(attenuations)) {
    yield batch.map((minutes) => {
      const record = histogramOf({ edges, minutes, distance: distances[row]?.[0], phones: pairs[row] }, tally);
      row++;
      return record;
    });
  }
}

interface Pair {
  readonly edges: readonly Db[];
  readonly minutes: Row;
  readonly distance: Metres | undefined;
  /** Receiver and transmitter, where the set names them. */
  readonly phones: Row | undefined;
}

function histogramOf({ edges, minutes, distance, phones }: Pair, tally: Tally): AttenuationHistogram {
  tally.rows++;
  tally.used++;
  if (minutes.every((value) => value === 0)) tally.notice('row of zeros: nothing was received');
  const record: AttenuationHistogram = { type: 'histogram', edges: [...edges], minutes: [...minutes], distance };
  if (!phones) return record;
  const [receiver, transmitter] = phones.map(String);
  for (const phone of [receiver, transmitter]) if (phone !== undefined) tally.device(phone);
  return { ...record, receiver, transmitter };
}

/**
 * Bin edges from the list "48-50, 50-52, ..." of the header. Both published headers end with an example that calls
 * the second bin 50-54: the list wins, and a range that is not in it is noticed.
 */
async function edgesOf(file: TraceFile, tally: Tally): Promise<readonly Db[]> {
  const lines = (await file.probe()).text.split('\n');
  const header = lines.filter((line) => line.startsWith('#')).join(' ');
  const list = /\d+-\d+(?:\s*,\s*\d+-\d+)+/.exec(header)?.[0];
  if (!list) return PUBLISHED_EDGES;
  const bins = rangesOf(list);
  if (bins.some(([low, high], k) => low >= high || (k > 0 && low !== bins[k - 1]?.[1]))) {
    throw invalid(`the bins of the header do not join: ${list}`, { file: file.path });
  }
  const highest = bins.at(-1)?.[1] ?? 0;
  if (highest > ONE_BYTE) throw invalid(`a bin of the header ends at ${highest}, above 255 dB`, { file: file.path });
  const isInList = ([low, high]: Range): boolean => bins.some((bin) => bin[0] === low && bin[1] === high);
  for (const range of rangesOf(header).filter((candidate) => !isInList(candidate))) {
    tally.notice(`the header also speaks of a bin ${range.join('-')} dB, which its list lacks: the list is used`);
  }
  return [...bins.map(([low]) => low), ...bins.slice(-1).map(([, high]) => high)];
}

type Range = readonly [Db, Db];

const rangesOf = (text: string): readonly Range[] =>
  [...text.matchAll(/(\d+)-(\d+)/g)].map(([, low, high]) => [Number(low), Number(high)]);

async function readDistances(trace: TraceFile, options: ImportOptions, expected: number): Promise<Table> {
  const { toOurs } = new Measured(distanceQuantity, 'distance', options, { file: trace.path });
  const file = options.distances === undefined ? beside(trace, 'distances') : new TraceFile(options.distances);
  const hint = 'name the file of distances with --distances FILE';
  if (!file)
    throw new EnlabError('E-FILE-MISSING', 'no distances to this trace', { place: { file: trace.path }, hint });
  const table = await readTable({ file, columns: 1, quantity: 'distance', max: Number.MAX_VALUE }, expected, trace);
  if (!table) throw new EnlabError('E-FILE-MISSING', 'there are no distances', { place: { file: file.path }, hint });
  const scaled = table.map((row) => row.map(toOurs));
  const farthest = scaled.reduce((far, [distance = 0]) => Math.max(far, distance), 0);
  if (farthest <= FARTHEST) return scaled;
  throw new EnlabError('E-UNITS', `a pair of phones ${farthest} m apart: these look like centimetres`, {
    place: { file: file.path },
    hint: 'declare the unit with --units distance=cm',
  });
}

/** Phones of each row, where the set has them; the source does not say which of the two received. */
async function readPairs(trace: TraceFile, expected: number, tally: Tally): Promise<Table> {
  const file = beside(trace, 'pairs');
  const table = file && (await readTable({ file, columns: 2, quantity: 'phone', max: 1e6 }, expected, trace));
  if (!table) return [];
  tally.notice('first phone of the pairs file taken as the receiver (the source does not say)', table.length);
  return table;
}

const beside = ({ path }: TraceFile, what: string): TraceFile | null =>
  TRACE_NAME.test(path) ? new TraceFile(path.replace(TRACE_NAME, `_${what}$1`)) : null;

type Row = readonly number[];
type Table = readonly Row[];

interface Layout {
  readonly file: TraceFile;
  readonly columns: number;
  /** What a number is, for messages. */
  readonly quantity: string;
  readonly max: number;
}

/** A whole companion file; null when there is none. Its rows must be as many as the trace's. */
async function readTable(layout: Layout, expected: number, trace: TraceFile): Promise<Table | null> {
  const table: Row[] = [];
  try {
    for await (const rows of rowsOf(layout)) for (const row of rows) table.push(row);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-FILE-MISSING') return null;
    throw error;
  }
  if (table.length === expected) return table;
  const message = `${table.length} rows, but ${expected} rows in ${trace.path}`;
  throw new EnlabError('E-FILE-INVALID', message, {
    place: { file: layout.file.path },
    hint: 'the files belong together row by row: take all of them from the same copy of the data set',
  });
}

async function count(batches: AsyncIterable<Table>): Promise<number> {
  let rows = 0;
  for await (const batch of batches) rows += batch.length;
  return rows;
}

const isSkipped = (line: string): boolean => line.startsWith('#') || line.trim() === '';

async function* rowsOf(layout: Layout): AsyncIterable<Table> {
  let line = 0;
  for await (const lines of layout.file.lines()) {
    const rows: Row[] = [];
    for (const text of lines) {
      line++;
      if (!isSkipped(text)) rows.push(parseRow(text, layout, line));
    }
    yield rows;
  }
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function parseRow(text: string, { file, columns, quantity, max }: Layout, line: number): Row {
  const row = [...text.matchAll(/\S+/g)].map(({ 0: cell, index }) => {
    const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
    if (value >= 0 && value <= max) return value;
    throw invalid(`"${shown(cell)}" is not a ${quantity} figure`, { file: file.path, line, column: index + 1 });
  });
  if (row.length === columns) return row;
  throw invalid(`${row.length} columns where ${columns} were expected`, { file: file.path, line });
}

const invalid = (message: string, place: Place): EnlabError => new EnlabError('E-FILE-INVALID', message, { place });
