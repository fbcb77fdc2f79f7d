/** The list under a figure: what lines, symbols, colours and numbers mean. */
import { type Attributes, coordinate, element, escapeXml } from '../../core/xml.ts';
import type { SeriesStyle } from './palette.ts';
import { grey } from './palette.ts';
import { keyWidth, type LegendItem, lineHeight, type Sketch, textAt, textWidth, wrapped } from './sketch.ts';

/** Pixels. */
const gutter = 12;
const leftEdge = 8;
const groupGap = 6;

/** Markup and height of the groups of a legend, one below the other from `top` on. */
export function drawLegend(groups: Sketch['legend'], width: number, top: number): { markup: string; height: number } {
  let height = 0;
  const drawn = groups
    .filter((items) => items.length > 0)
    .map((items) => {
      const group = drawGroup(items, width, top + height);
      height += group.height + groupGap;
      return group.markup;
    });
  return { markup: drawn.join(''), height };
}

/** Entries in columns that are filled downwards. */
function drawGroup(items: readonly LegendItem[], width: number, top: number): { markup: string; height: number } {
  const room = width - 2 * leftEdge;
  const widest = Math.max(...items.map(({ text }) => textWidth(text))) + keyWidth + gutter;
  const columns = Math.min(items.length, 3, Math.max(1, Math.floor(room / widest)));
  const entries = items.map((item) => ({ ...item, lines: wrapped(item.text, room / columns - keyWidth - gutter) }));
  const perColumn = Math.ceil(items.length / columns);
  let height = 0;
  const drawn = Array.from({ length: columns }, (_, column) => {
    let y = lineHeight / 2 + 2;
    return entries.slice(column * perColumn, (column + 1) * perColumn).map(({ key, lines }) => {
      const at = `translate(${coordinate(leftEdge + (column * room) / columns)},${top + y})`;
      y += lines.length * lineHeight;
      height = Math.max(height, y - lineHeight / 2);
      return element('g', { transform: at, 'text-anchor': 'start' }, key, ...lines.map(entryLine(key === '')));
    });
  });
  return { markup: drawn.flat().join(''), height };
}

const entryLine = (withoutKey: boolean) => (line: string, index: number) =>
  textAt(withoutKey ? 0 : keyWidth, index * lineHeight, line, { dy: '0.32em' });

/** Colour, dashes and band as they are drawn. */
export const lineKey = (stroke: string, dash: string, band: boolean): string =>
  (band ? element('rect', { x: 0, y: -5, width: keyWidth - 8, height: 10, fill: stroke, 'fill-opacity': 0.14 }) : '') +
  element('line', { x1: 0, x2: keyWidth - 8, stroke, 'stroke-width': 2, 'stroke-dasharray': dash });

/** The symbols of Plot's dots in about the same size, around 0, 0. */
const shapes: Readonly<Record<SeriesStyle['symbol'], string>> = {
  circle: 'M-4,0a4,4 0 1,0 8,0a4,4 0 1,0 -8,0Z',
  square: 'M-3.5,-3.5h7v7h-7Z',
  triangle: 'M0,-4.6L4.2,3H-4.2Z',
  diamond: 'M0,-5L3.8,0L0,5L-3.8,0Z',
};

export const symbolKey = ({ colour, symbol }: SeriesStyle, x = (keyWidth - 8) / 2): string =>
  element('path', { d: shapes[symbol], transform: `translate(${x},0)`, fill: colour });

export const numberedKey = (number: number, style: SeriesStyle): string =>
  symbolKey(style, 5) +
  element('text', { x: keyWidth - 8, dy: '0.32em', 'text-anchor': 'end' }, escapeXml(String(number)));

const swatch = { y: -6, height: 12, stroke: grey.frame } as const;

/** A box of the fill, as the cells have it. */
export const swatchKey = (fill: string, attributes: Attributes = {}): string =>
  element('rect', { x: 0, width: keyWidth - 8, fill, ...swatch, ...attributes });

/** Colours of a scale from low to high in one box. */
export function rampKey(fills: readonly string[]): string {
  const width = (keyWidth - 8) / fills.length;
  const steps = fills.map((fill, k) => element('rect', { ...swatch, x: k * width, width, fill, stroke: 'none' }));
  return steps.join('') + swatchKey('none');
}
