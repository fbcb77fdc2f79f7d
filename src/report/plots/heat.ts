/** Grid of cells with numbers in them (8 x 8 cells of duration and attenuation). */
import * as Plot from '@observablehq/plot';
import type { HeatFigure } from '../../core/document.ts';
import { coordinate, element } from '../../core/xml.ts';
import { numberText, typographic } from '../values.ts';
import { rampKey, swatchKey } from './legend.ts';
import { colours, inkOn, tint } from './palette.ts';
import {
  figureWidth,
  fitted,
  fontSize,
  type LegendItem,
  lineHeight,
  type Sketch,
  textAt,
  textWidth,
} from './sketch.ts';

/** Pixels; room for the name of the vertical axis. */
const top = 30;
const right = 10;

type Cell = HeatFigure['cells'][number][number];
interface Placed extends Cell {
  readonly column: number;
  readonly row: number;
  readonly fill: string;
}

/**
 * Cells as rectangles on two linear scales that count columns and rows: band scales would leave gaps that the rule's
 * outline cannot follow. Colour scales of Plot are not used: their legends need a canvas (spec/plots.md).
 */
export function sketchHeat(figure: HeatFigure, name: string): Sketch {
  const { xNames, yNames } = figure;
  const left = Math.min(170, Math.max(40, ...yNames.map((text) => textWidth(text) + 14)));
  const cellWidth = (figureWidth - left - right) / Math.max(1, xNames.length);
  const cellHeight = Math.min(40, Math.max(26, cellWidth));
  const lines = namesInLines(xNames, cellWidth);
  const depth = Math.max(1, ...lines.map((each) => each.length));
  const height = top + cellHeight * yNames.length + 8 + depth * lineHeight + 24;
  const cells = placedCells(figure);
  const hatch = `${name}-hatch`;
  const corner = (column: number, row: number) => [left + column * cellWidth, top + row * cellHeight] as const;
  return {
    width: figureWidth,
    height,
    plot: {
      marginLeft: left,
      marginRight: right,
      marginTop: top,
      marginBottom: height - top - cellHeight * yNames.length,
      x: { domain: [0, xNames.length], axis: null },
      y: { domain: [yNames.length, 0], axis: null },
      marks: cellMarks(cells, hatch, cellWidth),
    },
    overlay: [
      ...yNames.map((text, row) =>
        textAt(left - 7, top + (row + 0.5) * cellHeight, fitted(text, left - 10), {
          dy: '0.32em',
          'text-anchor': 'end',
        }),
      ),
      ...lines.flatMap((each, column) =>
        each.map((line, k) => textAt(...corner(column + 0.5, yNames.length), line, { dy: 16 + k * (lineHeight - 3) })),
      ),
      textAt((left + figureWidth - right) / 2, height - 8, figure.xLabel),
      textAt(4, 14, figure.yLabel, { 'text-anchor': 'start' }),
      ...outline(figure, corner),
    ],
    legend: [legendOf(figure, cells, hatch)],
    defs: hatchPattern(hatch),
  };
}

/** Where one name is wider than its cell, all are broken at their first blank ("A2" over "<= 73 dB"). */
function namesInLines(names: readonly string[], width: number): string[][] {
  const wide = names.some((name) => textWidth(name) > width - 4);
  return names.map((name) => (wide ? name.split(/ (.*)/s, 2) : [name]).map((line) => fitted(line, width)));
}

/** Darkest value of a sequential scale; whatever is not a number does not count. */
const largest = (figure: HeatFigure): number =>
  Math.max(0, ...figure.cells.flat().map(({ value }) => (Number.isFinite(value) ? Math.abs(value!) : 0)));

/** All cells with their place and colour; a diverging scale is always -1..1, so that figures can be compared. */
function placedCells(figure: HeatFigure): Placed[] {
  const most = figure.scale === 'diverging' ? 1 : largest(figure);
  return figure.cells.flatMap((cells, row) =>
    cells.map((cell, column) => ({ ...cell, column, row, fill: fillOf(cell.value, most) })),
  );
}

/** Blue for more, vermillion for less than zero: sign and size also stand in the cell. */
function fillOf(value: number | null, most: number): string {
  if (value === null || !Number.isFinite(value) || most === 0) return '#ffffff';
  return tint(value < 0 ? colours.vermillion : colours.blue, Math.abs(value) / most);
}

/** Numbers shrink together until the longest fits its cell: different sizes would look like different weights. */
function cellMarks(cells: readonly Placed[], hatch: string, cellWidth: number): Plot.Markish[] {
  const sides = {
    x1: (cell: Placed) => cell.column,
    x2: (cell: Placed) => cell.column + 1,
    y1: (cell: Placed) => cell.row,
    y2: (cell: Placed) => cell.row + 1,
  };
  const hatched = cells.filter((cell) => cell.hatched);
  const widest = Math.max(1, ...cells.map(({ text }) => textWidth(text)));
  return [
    Plot.rect(cells, { ...sides, fill: (cell: Placed) => cell.fill, stroke: '#c8c8c8', strokeWidth: 0.75 }),
    Plot.rect(hatched, { ...sides, fill: `url(#${hatch})`, stroke: '#c8c8c8', strokeWidth: 0.75 }),
    Plot.text(cells, {
      x: (cell: Placed) => cell.column + 0.5,
      y: (cell: Placed) => cell.row + 0.5,
      text: 'text',
      fill: (cell: Placed) => inkOn(cell.fill),
      fontSize: Math.min(fontSize, Math.max(7, (fontSize * (cellWidth - 4)) / widest)),
    }),
  ];
}

/** Diagonal lines that stay visible in print and under a number. */
const hatchPattern = (id: string): string =>
  element(
    'pattern',
    { id, width: 7, height: 7, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('line', { x1: 0, y1: 0, x2: 0, y2: 7, stroke: '#b0b0b0', 'stroke-width': 2.5 }),
  );

type Corner = readonly [number, number];
const segment = (from: Corner, to: Corner): string => `M${from.map(coordinate).join()}L${to.map(coordinate).join()}`;

/** One path along every edge between an outlined cell and one that is not, or the border: the staircase of a rule. */
function outline(figure: HeatFigure, corner: (column: number, row: number) => Corner): string[] {
  const marked = (column: number, row: number) => figure.cells[row]?.[column]?.outlined === true;
  const parts = [
    ...edges(figure.yNames.length, figure.xNames.length, (line, k) => marked(k, line - 1) !== marked(k, line)).map(
      ([line, from, to]) => segment(corner(from, line), corner(to, line)),
    ),
    ...edges(figure.xNames.length, figure.yNames.length, (line, k) => marked(line - 1, k) !== marked(line, k)).map(
      ([line, from, to]) => segment(corner(line, from), corner(line, to)),
    ),
  ];
  const stroke = { fill: 'none', stroke: colours.ink, 'stroke-width': 3, 'stroke-linecap': 'square' };
  return parts.length === 0 ? [] : [element('path', { d: parts.join(''), ...stroke, 'aria-label': 'rule boundary' })];
}

/** Longest runs of edges on each of the lines 0..lines of the grid: [line, from, to]. */
function edges(
  lines: number,
  length: number,
  isEdge: (line: number, k: number) => boolean,
): [number, number, number][] {
  const runs: [number, number, number][] = [];
  for (let line = 0; line <= lines; line++)
    for (let k = 0; k < length; k++) {
      if (!isEdge(line, k)) continue;
      const last = runs.at(-1);
      if (last && last[0] === line && last[2] === k) last[2] = k + 1;
      else runs.push([line, k, k + 1]);
    }
  return runs;
}

/** Hatching and outline are explained only where they occur. */
function legendOf(figure: HeatFigure, cells: readonly Placed[], hatch: string): LegendItem[] {
  const diverging = figure.scale === 'diverging';
  const [low, high] = diverging ? [-1, 1] : [0, largest(figure)];
  const ramp = [0, 0.25, 0.5, 0.75, 1].map((share) => fillOf(low + (high - low) * share, high));
  const range = typographic(`${numberText(low)} to ${numberText(high)}`);
  const items = [{ key: rampKey(ramp), text: `${figure.legend}, ${range}` }];
  if (cells.some((cell) => cell.hatched))
    items.push({ key: swatchKey('#ffffff') + swatchKey(`url(#${hatch})`), text: figure.hatchLegend ?? 'no data' });
  const thick = { stroke: colours.ink, 'stroke-width': 3 };
  if (cells.some((cell) => cell.outlined))
    items.push({ key: swatchKey('#ffffff', thick), text: figure.outlineLegend ?? 'alerted by the rule' });
  return items;
}
