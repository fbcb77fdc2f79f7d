/** How results reach people and programs: one place for --format and --out. */
import { type Command, Option } from 'commander';
import type { ReportDocument } from '../src/core/document.ts';
import type { Edge } from './edge.ts';
import { type Destination } from './files.ts';

export const formats = ['table', 'json', 'csv'] as const;
export type Format = (typeof formats)[number];

export interface ShowFlags {
  /** Absent: table on a stream, JSON in a file. */
  readonly format?: Format;
  readonly out?: string;
}

export const addShowOptions = (command: Command): Command =>
  command
    .optionsGroup('Output:')
    .addOption(new Option('--format <format>', 'form of the result (default: table; json with --out)').choices(formats))
    .option('--out <file>', 'where it goes; "-" = stdout');

/**
 * Writes a result. With --out FILE and no --format the file gets JSON and stdout the table, so that a person sees
 * what was saved.
 */
export async function show(
  edge: Edge,
  { format, out }: ShowFlags,
  destination: Destination | undefined,
  result: unknown,
  document: ReportDocument,
): Promise<void> {
  const toFile = out !== undefined && out !== '-';
  const written = await rendered(edge, format ?? (toFile ? 'json' : 'table'), result, document, toFile);
  if (destination) destination.write(written);
  else edge.stdout.write(written);
  if (toFile && format === undefined) edge.stdout.write(await rendered(edge, 'table', result, document, false));
}

async function rendered(
  edge: Edge,
  format: Format,
  result: unknown,
  document: ReportDocument,
  toFile: boolean,
): Promise<string> {
  if (format === 'json') return `${JSON.stringify(result, null, 2)}\n`;
  if (format === 'csv') {
    const { renderCsvTables } = await import('../src/report/csv.ts');
    // The first table is the result; --tables writes the others, and the data dictionary, which comes last.
    return [...renderCsvTables(document).values()][0]!;
  }
  const { renderText } = await import('../src/report/text.ts');
  return renderText(document, { width: edge.stdout.width, color: !toFile && wantsColor(edge) });
}

/** https://no-color.org; a dumb terminal and a pipe get none either. */
export const wantsColor = ({ environment, stdout }: Edge): boolean =>
  stdout.isTerminal && !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
