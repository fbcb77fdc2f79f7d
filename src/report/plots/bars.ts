/** Estimates with their intervals, one row each, with the numbers beside them (forest plot). */
import * as Plot from '@observablehq/plot';
import type { BarFigure, Estimate } from '../../core/document.ts';
import { estimateText, typographic, valueText } from '../values.ts';
import { gridStyle, type Scale, scaleOf, xAxis } from './axes.ts';
import { colours, grey, styleOf } from './palette.ts';
import { figureWidth, fitted, type Sketch, textAt, textWidth } from './sketch.ts';

/** Pixels. */
const rowHeight = 24;
const top = 10;
const bottom = 48;

type Bar = BarFigure['bars'][number];
/** A row of the figure: the heading of a group, or a bar. */
type Row = { readonly y: number; readonly heading: string } | { readonly y: number; readonly bar: Bar };

/** What has no interval and no reason for that is exact. */
const numbersText = (own: Estimate, format: 'proportion' | 'number'): string =>
  own.low === null && own.reason === undefined ? valueText(own.value, { format }) : estimateText(own, { format });

/**
 * Names left, intervals in the middle, numbers right: a forest plot. Rows have a fixed height, so the figure grows with
 * them; names and numbers that would leave no room for the axis are shortened (the table next to it has them in full).
 */
export function sketchBars(figure: BarFigure): Sketch {
  const rows = rowsOf(figure.bars);
  const bars = rows.flatMap((row) => ('bar' in row ? [row] : []));
  const height = top + rows.length * rowHeight + bottom;
  const values = bars.flatMap(({ bar: { estimate } }) => numbersOf(estimate));
  // Proportions, and differences of proportions, have three digits.
  const format = values.every((value) => Math.abs(value) <= 1) ? 'proportion' : 'number';
  const numbers = bars.map(({ bar }) => typographic(numbersText(bar.estimate, format)));
  const left = Math.min(205, Math.max(40, ...bars.map(({ bar }) => textWidth(bar.name) + 24)));
  const right = Math.min(195, Math.max(40, ...numbers.map((text) => textWidth(text) + 14)));
  const x = scaleOf(figure.x, values, [left, figureWidth - right]);
  const middle = (y: number) => top + (y + 0.5) * rowHeight;
  return {
    width: figureWidth,
    height,
    plot: {
      marginLeft: left,
      marginRight: right,
      marginTop: top,
      marginBottom: bottom,
      x: { type: x.log ? 'log' : 'linear', domain: [...x.domain] },
      y: { domain: [rows.length, 0], axis: null },
      marks: barMarks(bars, x, rows.length),
    },
    overlay: [
      ...rows.map((row) =>
        'bar' in row
          ? textAt(left - 10, middle(row.y), fitted(row.bar.name, left - 14), { dy: '0.32em', 'text-anchor': 'end' })
          : textAt(4, middle(row.y), row.heading, { dy: '0.32em', 'text-anchor': 'start', 'font-weight': 600 }),
      ),
      ...bars.map(({ y }, index) =>
        textAt(figureWidth - 4, middle(y), fitted(numbers[index]!, right - 8), { dy: '0.32em', 'text-anchor': 'end' }),
      ),
      textAt((left + figureWidth - right) / 2, height - 8, figure.x.label),
    ],
    legend: [],
  };
}

/** What the axis must hold; undefined estimates take no part. */
const numbersOf = ({ value, low, high }: Estimate): number[] => [value, low, high].filter((each) => each !== null);

/** Bars in their order; a heading before the first bar of each group. */
function rowsOf(bars: readonly Bar[]): Row[] {
  const rows: Row[] = [];
  let group: string | undefined;
  for (const bar of bars) {
    if (bar.group !== undefined && bar.group !== group) rows.push({ y: rows.length, heading: bar.group });
    group = bar.group;
    rows.push({ y: rows.length, bar });
  }
  return rows;
}

/** A mark a name, because colour and symbol are constants of a Plot mark; zero is marked where it lies inside. */
function barMarks(bars: readonly { y: number; bar: Bar }[], x: Scale, rows: number): Plot.Markish[] {
  const names = [...new Set(bars.map(({ bar }) => bar.name))];
  const grouped = names.length < bars.length;
  const zero = x.domain[0] < 0 && x.domain[1] > 0 ? [Plot.ruleX([0], { stroke: grey.frame, strokeWidth: 1.5 })] : [];
  return [
    Plot.gridX([...x.ticks], gridStyle),
    ...zero,
    Plot.ruleY([rows], { stroke: grey.frame }),
    xAxis(x),
    ...names.flatMap((name, index) => {
      const style = styleOf(grouped ? index : 0);
      const named = bars
        .filter(({ bar }) => bar.name === name)
        .map(({ y, bar: { estimate } }) => ({ y: y + 0.5, ...estimate }));
      const ranged = named.filter(({ low, high }) => low !== null && high !== null);
      const dots = named.filter(({ value }) => value !== null && x.holds(value));
      return [
        Plot.ruleY(ranged, {
          y: 'y',
          x1: ({ low }) => x.clamp(low),
          x2: ({ high }) => x.clamp(high),
          stroke: grouped ? style.colour : colours.blue,
          strokeWidth: 2,
        }),
        Plot.dot(dots, { x: 'value', y: 'y', r: 4.5, symbol: style.symbol, fill: style.colour, stroke: 'white' }),
      ];
    }),
  ];
}
