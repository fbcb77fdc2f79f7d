/** How a table that somebody exported is written: delimiter, encoding, header. Decided by the file, never by a locale. */
import { parse } from 'csv-parse/sync';
import type { Encoding, Probe, TraceFile } from './files.ts';

/** Where two are equally frequent in the header, the first wins: a comma is also a decimal sign and a punctuation mark. */
const DELIMITERS = [';', '\t', ','] as const;
/** First line that spreadsheets write to name the delimiter. */
const SEPARATOR_LINE = /^"?sep=([;,\t])"?\r?\n/i;

export interface Dialect {
  readonly delimiter: (typeof DELIMITERS)[number];
  /** 1-based line of the first row that is not blank. */
  readonly firstLine: number;
  /** Cells of that row, without a leading `#`; empty for a table of one column. */
  readonly header: readonly string[];
}

/** Dialect of a text that may be a table; undefined when its first row has a single column. */
export function dialectOf(probe: Probe): Dialect | undefined {
  const text = textOf(probe.bytes);
  const separator = SEPARATOR_LINE.exec(text);
  const skipped = /^\s*\n/.exec(text.slice(separator?.[0].length ?? 0))?.[0] ?? '';
  const start = (separator?.[0].length ?? 0) + skipped.length;
  const [row = ''] = text.slice(start).split(/\r\n|\n|\r/, 1);
  const delimiter = DELIMITERS.find((candidate) => candidate === separator?.[1]) ?? delimiterOf(row);
  const [cells = []] = parse(row, { delimiter, trim: true, relax_quotes: true, skip_records_with_error: true });
  if (cells.length < 2) return undefined;
  const firstLine = text.slice(0, start).split('\n').length;
  return { delimiter, firstLine, header: cells.map((cell, k) => (k === 0 ? cell.replace(/^#\s*/, '') : cell)) };
}

function delimiterOf(row: string): Dialect['delimiter'] {
  const outsideQuotes = row.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => outsideQuotes.split(delimiter).length - 1;
  return DELIMITERS.reduce((best, candidate) => (count(candidate) > count(best) ? candidate : best));
}

/** A character that the probe's end cuts is no fault. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** UTF-8 when the whole file is, else Windows-1252. One reading of the file. */
export async function encodingOf(file: TraceFile): Promise<Encoding> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const chunk of file.chunks()) {
    try {
      decoder.decode(chunk, { stream: true });
    } catch {
      return 'windows-1252';
    }
  }
  return 'utf-8';
}
