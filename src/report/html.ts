/** One self-contained HTML page from a document: no script, no network, nothing outside the file. */
import type { Block, Column, Figure, ReportDocument, Section, Table, Value } from '../core/document.ts';
import { element, escapeXml } from '../core/xml.ts';
import { figuresOf, sectionsOf, tablesOf } from './blocks.ts';
import { renderFigure } from './figure.ts';
import { styleSheet } from './style.ts';
import { estimateParts, isEstimate, isNumeric, typographic, valueText } from './values.ts';

/** Forbids what the page must not do even if a text should ever slip through unescaped. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/**
 * The whole page as text; the same bytes for the same document. Asynchronous because the plotting library is loaded
 * only when there is a figure. Everything but <head> is written as XML, so that a strict reader can check it.
 * Throws where sections, tables or figures share a name (a mistake of the document's maker, not of the user).
 */
export async function renderHtml(document: ReportDocument): Promise<string> {
  const sections = sectionsOf(document);
  const shown = tablesOf(document).filter((table) => !table.fileOnly);
  const figures = figuresOf(document);
  const svgs = new Map<Figure, string>();
  for (const figure of figures) svgs.set(figure, await renderFigure(figure));
  const blockMarkup = (block: Block): string => {
    switch (block.kind) {
      case 'text':
        return paragraphs(block.paragraphs);
      case 'table':
        return block.fileOnly ? '' : tableMarkup(block, shown.indexOf(block) + 1);
      case 'figure':
        return figureMarkup(block, svgs.get(block) ?? '', figures.indexOf(block) + 1);
    }
  };
  const body = [
    element(
      'header',
      {},
      element('h1', {}, escapeXml(document.title)),
      document.subtitle === undefined ? '' : element('p', { class: 'subtitle' }, escapeXml(document.subtitle)),
      summaryMarkup(document.summary),
    ),
    contentsMarkup(sections),
    element(
      'main',
      {},
      ...sections.map((section) => sectionMarkup(section.id, section.title, section.blocks.map(blockMarkup))),
      sectionMarkup('provenance', 'Provenance', [provenanceMarkup(document.provenance)]),
    ),
  ];
  return `<!doctype html>\n${element('html', { lang: 'en' }, headMarkup(document.title), '\n', element('body', {}, body.join('\n')))}\n`;
}

/** The empty icon keeps browsers from asking a server for one. */
const headMarkup = (title: string): string =>
  element(
    'head',
    {},
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light">',
    '<link rel="icon" href="data:,">',
    element('title', {}, escapeXml(title)),
    `\n<style>\n${styleSheet}</style>`,
  );

/** Line feeds in the source keep diffs of two reports readable. */
const paragraphs = (texts: readonly string[]): string =>
  texts.map((text) => `${element('p', {}, escapeXml(text))}\n`).join('');

/** First on the page: for someone who reads nothing else. */
const summaryMarkup = (sentences: readonly string[]): string =>
  element('section', { id: 'summary', 'aria-label': 'Summary' }, element('h2', {}, 'Summary'), paragraphs(sentences));

function contentsMarkup(sections: readonly Section[]): string {
  const entries = [...sections, { id: 'provenance', title: 'Provenance' }].map(({ id, title }) =>
    element('li', {}, element('a', { href: `#${id}` }, escapeXml(title))),
  );
  return element('nav', { 'aria-label': 'Contents' }, element('h2', {}, 'Contents'), element('ol', {}, ...entries));
}

/** The heading links to itself, so that its address can be copied and sent. */
const sectionMarkup = (id: string, title: string, content: readonly string[]): string =>
  element(
    'section',
    { id },
    element('h2', {}, element('a', { href: `#${id}`, class: 'anchor' }, escapeXml(title))),
    '\n',
    ...content,
  );

/** The caption stands outside of the SVG: it wraps with the page, and the SVG file of --tables has its own title. */
const figureMarkup = (figure: Figure, svg: string, number: number): string =>
  element(
    'figure',
    { id: `figure-${figure.name}` },
    svg,
    captionMarkup(`Figure ${number}`, figure.title, figure.description),
  );

const captionMarkup = (label: string, title: string, description: string): string =>
  element(
    'figcaption',
    {},
    element('b', {}, `${label}. ${escapeXml(/[.?!]$/.test(title) ? title : `${title}.`)}`),
    description === '' ? '' : ` ${escapeXml(description)}`,
  );

/** A table scrolls inside its own box where the page is narrow; the box can be reached with the keyboard. */
function tableMarkup(table: Table, number: number): string {
  const columns = table.columns.map((column) => layoutOf(table, column));
  const heads = columns.map(({ column, span, classes }) =>
    element('th', { scope: 'col', colspan: span, class: classes }, escapeXml(column.label)),
  );
  const rows = table.rows.map((row) => {
    const cells = columns.map((layout, index) => cellMarkup(row[layout.column.key], layout, index === 0));
    return `${element('tr', {}, ...cells)}\n`;
  });
  const none = element('tr', {}, element('td', { class: 'missing' }, 'no rows'));
  const id = `table-${number}`;
  return element(
    'figure',
    { class: 'table' },
    element('figcaption', { id }, element('b', {}, `Table ${number}.`), ` ${escapeXml(table.caption)}`),
    element(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': id },
      element(
        'table',
        { 'aria-labelledby': id, class: isWide(table) ? 'wide' : undefined },
        element('thead', {}, element('tr', {}, ...heads)),
        element('tbody', {}, ...(rows.length > 0 ? rows : [none])),
      ),
    ),
  );
}

interface ColumnLayout {
  readonly column: Column;
  /** Intervals have a cell beside values, or stand below them where many columns have some. */
  readonly interval: 'beside' | 'below';
  /** 2 = values and intervals have a cell each, so that values stand below each other. */
  readonly span: 2 | undefined;
  readonly classes: string | undefined;
}

/** More columns of values and intervals side by side are wider than the page. */
const MOST_BESIDE = 4;

const hasEstimates = ({ rows }: Table, { key }: Column): boolean => rows.some((row) => isEstimate(row[key]));
const isWide = (table: Table): boolean =>
  table.columns.filter((column) => hasEstimates(table, column)).length > MOST_BESIDE;

/** Text columns up to 28 characters (the longest preset name has 25) are not wrapped; longer ones are. */
function layoutOf(table: Table, column: Column): ColumnLayout {
  const brief = table.rows.every((row) => valueText(row[column.key], column).length <= 28);
  const classes = isNumeric(column) ? 'number' : brief ? 'brief' : 'long';
  const interval = isWide(table) ? 'below' : 'beside';
  return { column, interval, span: interval === 'beside' && hasEstimates(table, column) ? 2 : undefined, classes };
}

/**
 * One cell, or two for an estimate with an interval. What is undefined says so with its reason, over both cells.
 * The first column names the row, unless it holds numbers.
 */
function cellMarkup(
  value: Value | undefined,
  { column, interval, span, classes }: ColumnLayout,
  first: boolean,
): string {
  const missing = value === null || value === undefined || (isEstimate(value) && value.value === null);
  if (isEstimate(value) && !missing) {
    const { value: text, note } = estimateParts(value, column);
    const noted = escapeXml(typographic(`(${note})`));
    if (interval === 'below')
      return element('td', { class: 'number' }, escapeXml(typographic(text)), element('div', { class: 'note' }, noted));
    const bracket = element('td', { class: 'note' }, noted);
    return element('td', { class: 'number' }, escapeXml(typographic(text))) + bracket;
  }
  const text = valueText(value, column);
  const markup = escapeXml(isNumeric(column) && !missing ? typographic(text) : text);
  const shown = [classes, missing && 'missing'].filter(Boolean).join(' ') || undefined;
  const names = first && !isNumeric(column);
  return element(names ? 'th' : 'td', { scope: names ? 'row' : undefined, colspan: span, class: shown }, markup);
}

/** Names and values as they are: command lines and hashes are there to be copied. */
function provenanceMarkup(provenance: ReportDocument['provenance']): string {
  const rows = Object.entries(provenance).map(
    ([name, value]) =>
      `${element('tr', {}, element('th', { scope: 'row' }, escapeXml(name)), element('td', {}, escapeXml(value)))}\n`,
  );
  return element('table', { class: 'provenance' }, element('tbody', {}, ...rows));
}
