/** Names or numbers beside the labelled points of a line figure. */
import type { Point } from '../../core/document.ts';
import { coordinate, element } from '../../core/xml.ts';
import type { Scale } from './axes.ts';
import { boxAround, mergeSpots, numberRanges, type Obstacle, type Placed, placeLabels } from './labels.ts';
import { numberedKey } from './legend.ts';
import { grey, type SeriesStyle } from './palette.ts';
import { type LegendItem, textAt } from './sketch.ts';

/** More labelled points than this are numbered and listed under the figure. */
const mostLabels = 4;

/** A series ready to be drawn: only points that lie inside the axes. */
export interface Series {
  readonly name: string;
  readonly draw: 'line' | 'step' | 'points';
  readonly band: boolean;
  readonly style: SeriesStyle;
  readonly points: readonly Point[];
}

/** Labels beside their points where few fit, else numbers and their list. */
export function pointLabels(
  series: readonly Series[],
  x: Scale,
  y: Scale,
): { overlay: string[]; legend: LegendItem[] } {
  const labelled = series.flatMap(({ points, style }) =>
    points.flatMap((point) => (point.label === undefined ? [] : [{ point, label: point.label, style }])),
  );
  const spots = labelled.map(({ point, label }) => ({ x: x.at(point.x), y: y.at(point.y), text: label }));
  const frame = { left: x.range[0], right: x.range[1] + 10, top: y.range[1] - 6, bottom: y.range[0] };
  const obstacles = series.flatMap((each) => lineObstacles(each, x, y));
  const direct = placeLabels(
    mergeSpots(spots, (texts) => texts.join(', ')),
    obstacles,
    frame,
  );
  if (labelled.length <= mostLabels && direct.every(({ clear }) => clear))
    return { overlay: drawn(direct), legend: [] };
  const numbers = spots.map((spot, index) => ({ ...spot, text: String(index + 1) }));
  return {
    overlay: drawn(placeLabels(mergeSpots(numbers, numberRanges), obstacles, frame)),
    legend: labelled.map(({ label, style }, index) => ({ key: numberedKey(index + 1, style), text: label })),
  };
}

const leader = ({ x, y, from }: Placed): string =>
  from ? `M${from.map(coordinate).join()}L${coordinate(x)},${coordinate(y)}` : '';

/** Texts with a white edge, readable where a line passes under them, over the lines to points that are far. */
function drawn(labels: readonly Placed[]): string[] {
  const leaders = labels.map(leader).join('');
  const edge = { stroke: 'white', 'stroke-width': 3.5, 'stroke-linejoin': 'round', 'paint-order': 'stroke' };
  return [
    ...(leaders === '' ? [] : [element('path', { d: leaders, stroke: grey.text, 'stroke-width': 0.8, fill: 'none' })]),
    ...labels.map(({ x, y, text, anchor }) => textAt(x, y, text, { dy: '0.32em', 'text-anchor': anchor, ...edge })),
  ];
}

/** Small boxes along the line and the intervals, 8 px apart. */
function lineObstacles({ points, draw }: Series, x: Scale, y: Scale): Obstacle[] {
  const at = (point: Point) => [x.at(point.x), y.at(point.y)] as const;
  const legs = points.flatMap((point, index) => {
    if (draw === 'points') return intervalLegs(point, x, y);
    const next = points[index + 1];
    if (!next) return [];
    const corner = [x.at(next.x), y.at(point.y)] as const;
    return draw === 'step'
      ? [[at(point), corner] as const, [corner, at(next)] as const]
      : [[at(point), at(next)] as const];
  });
  return legs.flatMap(([from, to]) => {
    const count = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 8);
    return Array.from({ length: count }, (_, k) => {
      const share = (k + 0.5) / count;
      const box = boxAround(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share, 2);
      return { box, passable: true };
    });
  });
}

/** The cross of a point's two intervals, cut at the axes. */
function intervalLegs(point: Point, x: Scale, y: Scale) {
  const [px, py] = [x.at(point.x), y.at(point.y)];
  const [left, right] = [point.xLow ?? point.x, point.xHigh ?? point.x].map((value) => x.at(x.clamp(value)));
  const [low, high] = [point.low ?? point.y, point.high ?? point.y].map((value) => y.at(y.clamp(value)));
  return [[[left!, py] as const, [right!, py] as const] as const, [[px, low!] as const, [px, high!] as const] as const];
}
