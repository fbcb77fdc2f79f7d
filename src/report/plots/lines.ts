/** Lines, bands and points on two axes. */
import * as Plot from '@observablehq/plot';
import type { LineFigure, Point } from '../../core/document.ts';
import { numberText } from '../values.ts';
import { axisMarks, axisTitles, type Scale, scaleOf } from './axes.ts';
import { spreadLabels } from './labels.ts';
import { lineKey, symbolKey } from './legend.ts';
import { grey, styleOf } from './palette.ts';
import { pointLabels, type Series } from './pointLabels.ts';
import { figureWidth, type LegendItem, lineHeight, type Sketch, textAt, textWidth } from './sketch.ts';

/** Pixels; the left and right margins grow with the texts that stand there. */
const margin = { left: 52, right: 16, top: 30, bottom: 46 } as const;

/**
 * Points outside given axes, and on log axes those <= 0, are left out and counted in the legend: clipping would need
 * ids that Plot counts through a whole process, so that files would depend on the order of drawing.
 */
export function sketchLines(figure: LineFigure): Sketch {
  const { x, y, series, ends, height } = layoutOf(figure);
  const [left, right] = [x.range[0], figureWidth - x.range[1]];
  const labels = pointLabels(series, x, y);
  const missing = figure.series.reduce((sum, { points }, k) => sum + points.length - series[k]!.points.length, 0);
  const empty = series.every(({ points }) => points.length === 0);
  return {
    width: figureWidth,
    height,
    plot: {
      marginLeft: left,
      marginRight: right,
      marginTop: margin.top,
      marginBottom: margin.bottom,
      x: { type: x.log ? 'log' : 'linear', domain: [...x.domain] },
      y: { type: y.log ? 'log' : 'linear', domain: [...y.domain] },
      marks: [...axisMarks(x, y), ...diagonalMark(figure, x, y), ...series.flatMap((each) => seriesMarks(each, x, y))],
    },
    overlay: [
      ...axisTitles({ label: figure.x.label, scale: x }, figure.y.label, height),
      ...(empty ? [textAt((left + figureWidth - right) / 2, height / 2, 'no data')] : []),
      ...(ends ?? []).map(({ text, at, colour }) =>
        textAt(x.range[1] + 8, at, text, { dy: '0.32em', 'text-anchor': 'start', fill: colour }),
      ),
      ...labels.overlay,
    ],
    legend: [
      seriesKeys(figure, series, ends !== null),
      labels.legend,
      missing > 0 ? [{ key: '', text: `outside the axes, not drawn: ${missing}` }] : [],
    ],
  };
}

/** Margins follow from the texts beside the axes, so y comes first: its numbers stand left, its series' names right. */
function layoutOf(figure: LineFigure) {
  // Curves against a chance diagonal are read by their shape: both axes get the same length.
  const height = figure.diagonal ? figureWidth - margin.left - margin.right + margin.top + margin.bottom : 340;
  const points = figure.series.flatMap((series) => series.points);
  const y = scaleOf(figure.y, points.flatMap(yValues), [height - margin.bottom, margin.top]);
  const left = Math.max(margin.left, widest(y.tickTexts) + 16);
  const xOf = (right: number) => scaleOf(figure.x, points.flatMap(xValues), [left, figureWidth - right]);
  const draft = xOf(margin.right);
  const series = seriesOf(figure, draft, y);
  const ends = endLabels(series, y);
  const right = Math.max(margin.right, widest(draft.tickTexts) / 2 + 2, ends ? widest(ends.map(textOf)) + 14 : 0);
  return { x: xOf(right), y, series, ends, height };
}

const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => textWidth(text)));
const textOf = ({ text }: { text: string }): string => text;

const known = (values: readonly (number | null | undefined)[]): number[] =>
  values.filter((value) => value !== null && value !== undefined);
const xValues = (point: Point): number[] => known([point.x, point.xLow, point.xHigh]);
const yValues = (point: Point): number[] => known([point.y, point.low, point.high]);

const seriesOf = (figure: LineFigure, x: Scale, y: Scale): Series[] =>
  figure.series.map(({ name, points, draw = 'line', band = false, look }, index) => ({
    name,
    draw,
    band,
    style: styleOf(look ?? index),
    points: points.filter((point) => x.holds(point.x) && y.holds(point.y)),
  }));

/** Chance line: a rule on it alerts contacts and others alike. */
const diagonalMark = (figure: LineFigure, x: Scale, y: Scale): Plot.Markish[] =>
  figure.diagonal
    ? [
        Plot.line(
          [0, 1].map((end) => [x.domain[end], y.domain[end]]),
          { stroke: grey.frame, strokeDasharray: '2 4' },
        ),
      ]
    : [];

/** End of an interval or band, cut at the axis; null where the point has none. */
const within = (scale: Scale, key: 'low' | 'high' | 'xLow' | 'xHigh') => (point: Point) => {
  const bound = point[key];
  return bound === null || bound === undefined ? null : scale.clamp(bound);
};

/** Band, line or intervals, and dots, from back to front. */
function seriesMarks(series: Series, x: Scale, y: Scale): Plot.Markish[] {
  const { style, points, draw } = series;
  const curve = draw === 'step' ? 'step-after' : 'linear';
  const stroke = style.colour;
  const [y1, y2, x1, x2] = [within(y, 'low'), within(y, 'high'), within(x, 'xLow'), within(x, 'xHigh')];
  if (draw === 'points') {
    const intervals = { stroke, strokeOpacity: points.length > 12 ? 0.25 : 0.45, strokeWidth: 1.2 };
    return [
      Plot.ruleX(points, { x: 'x', y1, y2, ...intervals }),
      Plot.ruleY(points, { y: 'y', x1, x2, ...intervals }),
      dots(points, series),
    ];
  }
  return [
    ...(series.band ? [Plot.areaY(points, { x: 'x', y1, y2, curve, fill: stroke, fillOpacity: 0.14 })] : []),
    Plot.lineY(points, { x: 'x', y: 'y', curve, stroke, strokeWidth: 2, strokeDasharray: style.dash }),
    dots(
      points.filter((point) => point.label !== undefined),
      series,
    ),
  ];
}

/** The tooltip (a <title>, no script) has the numbers that the label lacks. */
function dots(points: readonly Point[], { style, name }: Series): Plot.Markish {
  const title = ({ x, y, label = name }: Point) => `${label}: ${numberText(x)}, ${numberText(y)}`;
  return Plot.dot(points, { x: 'x', y: 'y', r: 4.5, symbol: style.symbol, fill: style.colour, stroke: 'white', title });
}

/** Names at the right ends of lines; null where they would not stand beside their ends (all ROC curves end in 1, 1). */
function endLabels(series: readonly Series[], y: Scale): { text: string; at: number; colour: string }[] | null {
  const lines = series.filter(({ draw, points }) => draw !== 'points' && points.length > 1);
  if (lines.length < 2 || lines.some(({ name }) => textWidth(name) > figureWidth / 4)) return null;
  const heights = spreadLabels(
    lines.map(({ points }) => y.at(points.at(-1)!.y)),
    lineHeight - 3,
    8,
  );
  return heights?.map((at, index) => ({ text: lines[index]!.name, at, colour: lines[index]!.style.colour })) ?? null;
}

/** A single line or set of points needs no key; a band always says what it is. */
function seriesKeys(figure: LineFigure, series: readonly Series[], endsNamed: boolean): LegendItem[] {
  const keys = series
    .filter(({ draw }) => !(endsNamed && draw !== 'points'))
    .map(({ name, draw, band, style }) => ({
      key: draw === 'points' ? symbolKey(style) : lineKey(style.colour, style.dash, band),
      text: band ? `${name} (band: 95 % interval)` : name,
    }));
  return [
    ...(series.length > 1 || keys.some(({ text }) => text.includes('(band')) ? keys : []),
    ...(figure.diagonal
      ? [{ key: lineKey(grey.frame, '2 4', false), text: figure.diagonalName ?? 'no better than chance' }]
      : []),
  ];
}
