/** The tables of a document as tidy CSV (RFC 4180) with a data dictionary, for R, Python and spreadsheets. */
import type { Column, ReportDocument, Table, Value } from '../core/document.ts';
import { tablesOf } from './blocks.ts';
import { isEstimate } from './values.ts';

/** One column of a file: a column of the table, or one of the parts of an estimate. */
interface Field {
  /** Of the table's column. */
  readonly key: string;
  readonly name: string;
  readonly meaning: string;
  readonly unit: string;
  readonly read: (value: Value | undefined) => Value | undefined;
}

/**
 * File name -> text, for each table that has a name, and "data-dictionary.csv" (file, column, meaning, unit).
 * An estimate column k becomes k, k_low, k_high (bounds of the 95 % interval) and k_reason (why k is empty).
 * Numbers have full precision; null is an empty field; lines end in CR LF.
 */
export function renderCsvTables(document: ReportDocument): Map<string, string> {
  const named = tablesOf(document).filter((table) => table.name !== undefined);
  const files = new Map<string, string>();
  const dictionary = [['file', 'column', 'meaning', 'unit']];
  for (const table of named) {
    const fields = table.columns.flatMap((column) => fieldsOf(table, column));
    const file = `${table.name}.csv`;
    files.set(
      file,
      csvText([
        fields.map((field) => field.name),
        ...table.rows.map((row) => fields.map((field) => field.read(row[field.key]))),
      ]),
    );
    dictionary.push(...fields.map((field) => [file, field.name, field.meaning, field.unit]));
  }
  return files.set('data-dictionary.csv', csvText(dictionary));
}

function fieldsOf(table: Table, column: Column): Field[] {
  const meaning = column.meaning ?? column.label;
  const unit = column.unit ?? (column.format === 'proportion' ? 'proportion' : '');
  const whole: Field = { key: column.key, name: column.key, meaning, unit, read: (value) => value };
  if (!table.rows.some((row) => isEstimate(row[column.key]))) return [whole];
  const part = (key: 'low' | 'high' | 'reason', text: string, partUnit = unit): Field => ({
    key: column.key,
    name: `${column.key}_${key}`,
    meaning: `${meaning}: ${text}`,
    unit: partUnit,
    read: (value) => (isEstimate(value) ? value[key] : null),
  });
  return [
    { ...whole, read: (value) => (isEstimate(value) ? value.value : value) },
    part('low', 'lower end of the 95 % interval'),
    part('high', 'upper end of the 95 % interval'),
    part('reason', 'why the value or its interval is undefined', ''),
  ];
}

/** RFC 4180; null and undefined are empty fields. */
export const csvText = (rows: readonly (readonly (Value | undefined)[])[]): string =>
  rows.map((row) => `${row.map(csvField).join(',')}\r\n`).join('');

/** RFC 4180: quoted where a separator, quote or line break occurs, and where outer blanks could be trimmed. */
function csvField(value: Value | undefined): string {
  const text = value === null || value === undefined || isEstimate(value) ? '' : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
