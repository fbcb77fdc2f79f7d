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
  /** How many lines that row has: more than one where a quoted name holds line ends. */
  readonly lines: number;
  /** Cells of that row in one line each, without a leading `#`. */
  readonly header: readonly string[];
}

/** Dialect of a text that may be a table; undefined when its first row has a single column. */
export function dialectOf(probe: Probe): Dialect | undefined {
  const text = textOf(probe.bytes);
  const separator = SEPARATOR_LINE.exec(text);
  const skipped = /^\s*\n/.exec(text.slice(separator?.[0].length ?? 0))?.[0] ?? '';
  const start = (separator?.[0].length ?? 0) + skipped.length;
  const row = firstRow(text.slice(start));
  const delimiter = DELIMITERS.find((candidate) => candidate === separator?.[1]) ?? delimiterOf(row);
  const [cells = []] = parse(row, { delimiter, trim: true, relax_quotes: true, skip_records_with_error: true });
  if (cells.length < 2) return undefined;
  const firstLine = text.slice(0, start).split('\n').length;
  const names = cells.map((cell) => cell.replaceAll(/\s+/g, ' ').trim());
  const header = names.map((name, k) => (k === 0 ? name.replace(/^# ?/, '') : name));
  return { delimiter, firstLine, lines: row.split(/\r\n|\n|\r/).length, header };
}

/** The first row without its end. A quoted name may hold line ends (Alt-Enter in a spreadsheet). */
function firstRow(text: string): string {
  // A doubled quote stands for a quote; the mask has the same length.
  const masked = text.replaceAll('""', '__');
  let isQuoted = false;
  for (let k = 0; k < masked.length; k++) {
    const character = masked.charAt(k);
    if (character === '"') isQuoted = !isQuoted && isCellStart(masked, k);
    else if (!isQuoted && (character === '\n' || character === '\r')) return text.slice(0, k);
  }
  return text;
}

/** A quote anywhere else belongs to a name: 5" disk. */
const isCellStart = (row: string, at: number): boolean =>
  /(?:^|[;,\t\r\n])[ #]*$/.test(row.slice(Math.max(0, at - 8), at));

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
  const isUtf8 = (chunk?: Buffer): boolean => {
    try {
      decoder.decode(chunk, { stream: chunk !== undefined });
      return true;
    } catch {
      return false;
    }
  };
  for await (const chunk of file.chunks()) if (!isUtf8(chunk)) return 'windows-1252';
  // The last byte may have begun a character that never came.
  return isUtf8() ? 'utf-8' : 'windows-1252';
}
