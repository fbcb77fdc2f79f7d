/** A document as plain text for a terminal or a log. */
import stringWidth from 'string-width';
import type { Block, ReportDocument, Table } from '../core/document.ts';
import { printable } from '../core/xml.ts';
import { isNumeric, valueText } from './values.ts';

export interface TextOptions {
  /** Columns of the terminal; less than 20 is taken as 20, where lines are long enough to be read. */
  readonly width: number;
  /** Bold headings and dim rules (ANSI); the caller decides by NO_COLOR, TERM and whether there is a terminal. */
  readonly color: boolean;
}

const gap = '  ';
/** No column is wrapped to less than this; a table that still does not fit is written as one list a row. */
const narrowest = 10;
const narrowestTerminal = 20;

/** Columns that a text takes; of plain ASCII without the package, which takes microseconds, and a table has many cells. */
const columnsOf = (text: string): number => (/^[\x20-\x7e]*$/.test(text) ? text.length : stringWidth(text));

/** Text that ends in a line feed; no line is wider than `width`. */
export function renderText(document: ReportDocument, { width, color }: TextOptions): string {
  const options = { width: Math.max(width, narrowestTerminal), color };
  const { bold } = styles(options);
  const heading = (text: string) => wrapText(text, options.width).map(bold);
  const wrapped = (texts: readonly string[]) => texts.flatMap((text) => wrapText(text, options.width));
  const provenance = wrapped(Object.entries(document.provenance).map(([name, value]) => `${name}: ${value}`));
  const lines = [
    ...heading(document.title),
    ...(document.subtitle === undefined ? [] : wrapped([document.subtitle])),
    ...(document.summary.length > 0 ? ['', ...wrapped(document.summary)] : []),
    ...document.sections.flatMap(({ title, blocks }) => [
      '',
      ...heading(title),
      ...blocks.flatMap((block) => blockLines(block, options)),
    ]),
    ...(provenance.length > 0 ? ['', ...heading('Provenance'), ...provenance] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** SGR sequences: 1 bold, 2 faint. Nothing else, so that themes of terminals stay in charge. */
function styles({ color }: TextOptions) {
  const style = (code: number) => (text: string) => (color ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: style(1), dim: style(2) };
}

/** Each block starts with an empty line. A figure is one sentence: what it shows, for logs and screen readers. */
function blockLines(block: Block, options: TextOptions): string[] {
  switch (block.kind) {
    case 'text':
      return block.paragraphs.flatMap((paragraph) => ['', ...wrapText(paragraph, options.width)]);
    case 'figure':
      return ['', ...wrapText(`[figure] ${block.title}: ${block.description}`, options.width)];
    case 'table':
      return block.fileOnly ? [] : ['', ...tableLines(block, options)];
  }
}

/** Caption, heads, a rule and the rows; or one list a row where the terminal is too narrow for that. */
function tableLines(table: Table, options: TextOptions): string[] {
  const { bold, dim } = styles(options);
  const caption = wrapText(table.caption, options.width).map(bold);
  if (table.rows.length === 0) return [...caption, 'no rows'];
  const rows = table.rows.map((row) => table.columns.map((column) => oneLine(valueText(row[column.key], column))));
  const heads = table.columns.map(({ label }) => oneLine(label));
  const widths = columnWidths(table, [heads, ...rows], options.width);
  if (!widths) return [...caption, ...listLines(heads, rows, options.width)];
  const right = table.columns.map(isNumeric);
  const line = dim(widths.map((width) => '-'.repeat(width)).join(gap));
  return [
    ...caption,
    ...rowLines(heads, widths, right).map(bold),
    line,
    ...rows.flatMap((row) => rowLines(row, widths, right)),
  ];
}

/** Control characters from files could steer the terminal; line breaks would break the table. */
const oneLine = (text: string): string => printable(text).replace(/\s+/g, ' ');

/**
 * Natural widths where they fit. Else the widest columns give way (headings may wrap everywhere, cells of text columns
 * too; numbers and intervals never break); null where even that is not enough.
 */
function columnWidths(table: Table, lines: readonly (readonly string[])[], width: number): number[] | null {
  const room = width - gap.length * (table.columns.length - 1);
  const widest = (from: number, index: number): number =>
    lines.slice(from).reduce((most, line) => Math.max(most, columnsOf(line[index]!)), 0);
  const least = table.columns.map((column, index) =>
    isNumeric(column) ? Math.max(longestWord(lines[0]![index]!), widest(1, index)) : narrowest,
  );
  const widths = table.columns.map((_, index) => widest(0, index));
  const minimum = least.map((each, index) => Math.min(each, widths[index]!));
  let excess = sum(widths) - room;
  if (sum(minimum) > room) return null;
  while (excess > 0) {
    const slack = widths.map((each, index) => each - minimum[index]!);
    const giving = widths.reduce(
      (best, each, k) => (slack[k]! > 0 && (best < 0 || each > widths[best]!) ? k : best),
      -1,
    );
    widths[giving]!--;
    excess--;
  }
  return widths;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const longestWord = (text: string): number => Math.max(0, ...text.split(' ').map((word) => columnsOf(word)));

/** One row of a table as one or more lines; a cell that wraps continues below itself. */
function rowLines(cells: readonly string[], widths: readonly number[], right: readonly boolean[]): string[] {
  const wrapped = cells.map((cell, index) => wrapText(cell, widths[index]!));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, k) =>
    wrapped
      .map((lines, index) => pad(lines[k] ?? '', widths[index]!, right[index]!))
      .join(gap)
      .trimEnd(),
  );
}

function pad(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - columnsOf(text)));
  return right ? blanks + text : text + blanks;
}

/** A row a paragraph, "heading: value" a line: for terminals too narrow for the table. */
function listLines(heads: readonly string[], rows: readonly (readonly string[])[], width: number): string[] {
  const [first] = heads;
  return rows.flatMap((row) => [
    ...wrapText(`${first}: ${row[0]}`, width),
    ...heads
      .slice(1)
      .flatMap((head, index) => wrapText(`${head}: ${row[index + 1]}`, width - gap.length).map((line) => gap + line)),
  ]);
}

/** Breaks at blanks, and inside words that are wider than a line. */
function wrapText(text: string, width: number): string[] {
  const lines = [''];
  for (const word of oneLine(text)
    .split(' ')
    .flatMap((each) => pieces(each, width))) {
    const last = lines.at(-1)!;
    if (last === '') lines[lines.length - 1] = word;
    else if (columnsOf(last) + 1 + columnsOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/**
 * A word in parts that fit, cut behind a hyphen or slash where there is one ("immuni-2020-" "06-05"). One character a
 * part where the width holds none.
 */
function pieces(word: string, width: number): string[] {
  const parts: string[] = [];
  let rest = word;
  while (rest !== '' && columnsOf(rest) > width) {
    const end = fittingLength(rest, width);
    const soft = /^.*[-/_]/su.exec(rest.slice(0, end))?.[0].length ?? end;
    parts.push(rest.slice(0, soft));
    rest = rest.slice(soft);
  }
  return [...parts, rest];
}

/** Code units of the longest start that is at most `width` columns wide, and at least one character. */
function fittingLength(text: string, width: number): number {
  const [first = '', ...characters] = text;
  let start = first;
  for (const character of characters) {
    if (columnsOf(start + character) > width) break;
    start += character;
  }
  return start.length;
}
