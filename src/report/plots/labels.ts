/** Where labels go: no plotting library moves labels that collide (spec/plots.md), so it is done here, in pixels. */
import { fontSize, textWidth } from './sketch.ts';

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A point that wants a label, in pixels. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface Placed extends Spot {
  readonly anchor: 'start' | 'middle' | 'end';
  /** The labelled point, where the label stands so far off that a line must lead to it. */
  readonly from: readonly [x: number, y: number] | null;
  /** False where every position covers another label, a point or the frame. */
  readonly clear: boolean;
}

/** What a label would cover: a line is passable, a point or another label is not. */
export interface Obstacle {
  readonly box: Box;
  readonly passable: boolean;
}

const radius = 5;
/** Cost of one covered point or label: more than any crowd of lines. */
const covering = 100;
const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const inside = (a: Box, frame: Box): boolean =>
  a.left >= frame.left && a.right <= frame.right && a.top >= frame.top && a.bottom <= frame.bottom;
export const boxAround = (x: number, y: number, reach: number): Box => ({
  left: x - reach,
  right: x + reach,
  top: y - reach,
  bottom: y + reach,
});

/** Room about a label, pixels: "25" beside "27" would read "2527". */
const apart = { x: 5, y: 1 } as const;
const around = ({ left, right, top, bottom }: Box): Box => ({
  left: left - apart.x,
  right: right + apart.x,
  top: top - apart.y,
  bottom: bottom + apart.y,
});

interface Position {
  readonly dx: number;
  readonly dy: number;
  readonly anchor: Placed['anchor'];
}

/** Beside the point, then above or below, then the same further away, in order of preference. */
const directions = [
  [1, 0, 'start'],
  [0.9, -0.75, 'start'],
  [0.9, 0.75, 'start'],
  [0, -1, 'middle'],
  [0, 1, 'middle'],
  [-1, 0, 'end'],
  [-0.9, -0.75, 'end'],
  [-0.9, 0.75, 'end'],
] as const;
const near: readonly Position[] = directions.map(([x, y, anchor]) => ({ dx: x * 8, dy: y * 14, anchor }));
const far: readonly Position[] = [24, 36, 50].flatMap((reach) =>
  directions.map(([x, y, anchor]) => ({ dx: x * reach, dy: y * reach, anchor })),
);

/** One label a spot, one after the other, each where it covers least. Spots are points and obstacles themselves. */
export function placeLabels(spots: readonly Spot[], lines: readonly Obstacle[], frame: Box): Placed[] {
  const obstacles = [...lines, ...spots.map(({ x, y }) => ({ box: boxAround(x, y, radius), passable: false }))];
  return spots.map((spot) => {
    const beside = bestOf(spot, near, obstacles, frame);
    const best = beside.cost < covering ? beside : bestOf(spot, [...near, ...far], obstacles, frame);
    obstacles.push({ box: around(best.box), passable: false });
    const from = near.includes(best.position) ? null : ([spot.x, spot.y] as const);
    const { x, y, position } = best;
    return { x, y, text: spot.text, anchor: position.anchor, from, clear: best.cost < covering };
  });
}

function bestOf(spot: Spot, positions: readonly Position[], obstacles: readonly Obstacle[], frame: Box) {
  const candidates = positions.map((position) => candidate(spot, position, obstacles, frame));
  return candidates.reduce((a, b) => (b.cost < a.cost ? b : a));
}

/** A label at a position: its box and how much it would cover. Outside of the frame is worse than ten points. */
function candidate(spot: Spot, position: Position, obstacles: readonly Obstacle[], frame: Box) {
  const x = spot.x + position.dx;
  const y = spot.y + position.dy;
  const width = textWidth(spot.text) + 3;
  const left = { start: x, middle: x - width / 2, end: x - width }[position.anchor];
  const box = { left, right: left + width, top: y - fontSize / 2, bottom: y + fontSize / 2 };
  const covered = obstacles.filter((obstacle) => overlap(box, obstacle.box));
  const lines = covered.filter((obstacle) => obstacle.passable).length;
  const outside = inside(box, frame) ? 0 : 10;
  const cost = covering * (covered.length - lines + outside) + Math.min(lines, covering - 1);
  return { x, y, position, box, cost };
}

/** Spots closer than a point's size as one, their texts joined: they would lie on each other. */
export function mergeSpots(spots: readonly Spot[], join: (texts: readonly string[]) => string): Spot[] {
  const groups: { x: number; y: number; texts: string[] }[] = [];
  for (const { x, y, text } of spots) {
    const group = groups.find((each) => Math.hypot(each.x - x, each.y - y) <= radius);
    if (group) group.texts.push(text);
    else groups.push({ x, y, texts: [text] });
  }
  return groups.map(({ x, y, texts }) => ({ x, y, text: join(texts) }));
}

/** "1, 3-5" */
export function numberRanges(texts: readonly string[]): string {
  const runs: number[][] = [];
  for (const number of texts.map(Number).toSorted((a, b) => a - b)) {
    if (runs.at(-1)?.at(-1) === number - 1) runs.at(-1)!.push(number);
    else runs.push([number]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0]}-${run.at(-1)}` : run.join(', '))).join(', ');
}

/** Heights moved apart to the line height, top first; null where one would have to move further than `reach`. */
export function spreadLabels(heights: readonly number[], gap: number, reach: number): number[] | null {
  const order = heights.map((_, index) => index).toSorted((a, b) => heights[a]! - heights[b]!);
  const result = [...heights];
  let free = Number.NEGATIVE_INFINITY;
  for (const index of order) {
    result[index] = Math.max(heights[index]!, free);
    free = result[index] + gap;
  }
  return result.every((height, index) => height - heights[index]! <= reach) ? result : null;
}
