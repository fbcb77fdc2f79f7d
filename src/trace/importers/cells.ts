/**
 * cells: an aggregated table D,A,positives,negatives, for places that rows may not leave. It is small and every figure
 * in it stands for many people, so a bad row is an error, not a rejection.
 */
import { EnlabError, type Place } from '../../core/errors.ts';
import { type CellCount, MOST_COUNTED } from '../../core/records.ts';
import { type ColumnSpec, findColumns, hasRequired, resolveColumns } from '../columns.ts';
import { dialectOf } from '../csvDialect.ts';
import { openCsv } from '../csvTable.ts';
import type { TraceFile } from '../files.ts';
import { type Importer, type ImportOptions, linesOf, type RecordBatches, type Tally } from '../importer.ts';
import { shown } from '../shown.ts';
import { isUnknown } from '../values.ts';

const specs: readonly ColumnSpec[] = [
  { name: 'D', required: true },
  { name: 'A', required: true },
  { name: 'positives', aliases: ['positive', 'pos'], required: true },
  { name: 'negatives', aliases: ['negative', 'neg'], required: true },
  { name: 'scenario' },
];

export const cells: Importer = {
  name: 'cells',
  title: 'counts of positives and negatives by duration and attenuation bucket (D, A)',
  reads: ['columns'],
  units: [],
  detect: (probe, { columns }) => hasRequired(specs, findColumns(specs, dialectOf(probe)?.header ?? [], columns)),
  read,
};

async function* read(file: TraceFile, options: ImportOptions, tally: Tally): RecordBatches {
  const table = await openCsv(file);
  const columns = resolveColumns(specs, table.header, options.columns, table.headerPlace);
  const lines = new Map<string, number>();
  for await (const rows of table.rows()) {
    const records = rows.map(({ line, cells: row }): CellCount => {
      const place = { file: file.path, line };
      const cell = (name: string): string => row[columns.get(name) ?? -1] ?? '';
      const [D, A] = [bucketOf('D', cell('D'), place), bucketOf('A', cell('A'), place)];
      const scenario = isUnknown(cell('scenario')) ? '' : cell('scenario');
      assertOnce(lines, [`D${D} A${A}`, scenario].filter(Boolean).join(' of '), place);
      return {
        type: 'cell',
        D,
        A,
        positives: countOf('positives', cell('positives'), place),
        negatives: countOf('negatives', cell('negatives'), place),
        ...(scenario !== '' && { scenario }),
      };
    });
    tally.rows += records.length;
    tally.used += records.length;
    linesOf.set(
      records,
      rows.map(({ line }) => line),
    );
    yield records;
  }
}

/** 5 or D5 -> 5. */
function bucketOf(axis: 'D' | 'A', cell: string, place: Place): number {
  const [, digit] = new RegExp(`^${axis}?\\s*([1-8])$`, 'i').exec(cell) ?? [];
  if (digit !== undefined) return Number(digit);
  throw invalid(`${axis} is "${shown(cell)}", not 1..8 or ${axis}1..${axis}8`, place);
}

function countOf(column: string, cell: string, place: Place): number {
  // Digits alone: "1.000" is a thousand to some senders and one to others, and both are whole numbers.
  if (/^\d+$/.test(cell) && Number(cell) <= MOST_COUNTED) return Number(cell);
  const hint = /^\d{1,3}(?:[.,'\s]\d{3})+$/.test(cell)
    ? 'write counts without signs between thousands'
    : 'suppressed counts such as "<5" cannot be used: put 0 or the expected count and say so in your report';
  throw invalid(`${column} is "${shown(cell)}", not a whole number from 0 to ${MOST_COUNTED}`, place, hint);
}

function assertOnce(lines: Map<string, number>, name: string, place: Place & { line: number }): void {
  const first = lines.get(name);
  if (first !== undefined) throw invalid(`${name} stands on line ${first} and again on line ${place.line}`, place);
  lines.set(name, place.line);
}

const invalid = (message: string, place: Place, hint?: string): EnlabError =>
  new EnlabError('E-FILE-INVALID', message, { place, ...(hint && { hint }) });
