/** The D x A grid of ENv1: which cells an exposure falls into, and how its edges are written (risk-models.md 1.1). */
import { type Exposure, minutesOf } from '../core/exposure.ts';
import type { Db, Minutes } from '../core/units.ts';
import {
  ATTENUATION_EDGES,
  DURATION_EDGES,
  isCumulative,
  meanAttenuation,
  minutesBelow,
  type Reading,
  totalMinutes,
} from './reading.ts';

const SIZE = 8;

/** 0-based: [duration index, attenuation index]; [4, 2] is (D5, A3). */
export type Cell = readonly [number, number];

export interface Scale {
  /** Upper edges of A2..A8, dB; A1 is above the first. */
  readonly attenuationEdges: readonly Db[];
  /** Exactly 30 min is D8 ("30+", as the DPIA prints it) instead of D7. */
  readonly thirtyPlus: boolean;
}

/** What a parameter set may say about its grid. */
export interface ScaleOptions {
  /** Edge between A5 and A6: 27 dB in the framework and both apps, 23 as the DPIA prints it (risk-models.md 0.3). */
  readonly a5Edge: 27 | 23;
  readonly thirtyPlus: boolean;
}

const scalesWith = (a5Edge: ScaleOptions['a5Edge']): readonly [Scale, Scale] => {
  const attenuationEdges = ATTENUATION_EDGES.map((edge) => (edge === 27 ? a5Edge : edge));
  return [
    { attenuationEdges, thirtyPlus: false },
    { attenuationEdges, thirtyPlus: true },
  ];
};
const scales = { 27: scalesWith(27), 23: scalesWith(23) };

export const scaleOf = ({ a5Edge, thirtyPlus }: ScaleOptions): Scale => scales[a5Edge][thirtyPlus ? 1 : 0];

/** The grid of the framework itself. */
export const ENV1_SCALE: Scale = scaleOf({ a5Edge: 27, thirtyPlus: false });

/** Whole where it differs from a whole number by rounding only: 16.9 + 4.1 is 20.999999999999996, and is 21 min. */
function snapped(minutes: Minutes): Minutes {
  const whole = Math.round(minutes);
  return Math.abs(minutes - whole) < 1e-9 ? whole : minutes;
}

/** As far as they are full: 15.9 min are 15, and what is 16 but for rounding is 16. */
export const wholeMinutes = (minutes: Minutes): Minutes => Math.floor(snapped(minutes));

/**
 * 0 = D1 .. 7 = D8. bucket: whole minutes, closed on the right (15.9 min is D4); gt: closed on the right, no floor;
 * ge: closed on the left (exactly 15 min is D5). No minutes are D1 and more than 30 are D8 in each of them.
 */
export function durationIndex(minutes: Minutes, scale: Scale, durationEdge: Reading['durationEdge']): number {
  const value = durationEdge === 'bucket' ? wholeMinutes(minutes) : snapped(minutes);
  const last = SIZE - 1;
  if (scale.thirtyPlus && value >= DURATION_EDGES[last - 1]!) return last;
  let index = 0;
  if (durationEdge === 'ge' && value > 0) while (index < last - 1 && value >= DURATION_EDGES[index]!) index++;
  while (index < last && value > DURATION_EDGES[index]!) index++;
  return index;
}

/** 0 = A1 (farthest) .. 7 = A8 (closest). */
export function attenuationIndex(attenuation: Db, { attenuationEdges }: Scale): number {
  let index = 0;
  while (index < attenuationEdges.length && attenuation <= attenuationEdges[index]!) index++;
  return index;
}

// Every cell exists once, so that judging an exposure allocates at most one array.
const cells: readonly Cell[] = Array.from({ length: SIZE * SIZE }, (_, k) => [Math.floor(k / SIZE), k % SIZE]);
const singles: readonly (readonly Cell[])[] = cells.map((cell) => [cell]);

/**
 * The cells of an exposure. Mean reading: one, from the total minutes and the mean attenuation rounded to whole dB, as
 * ENv1 does. Cumulative reading: for each A_j the minutes at or below its upper edge (A1: all minutes), in the order
 * A1..A8 (contract.md 1). A row of an aggregated table has its fixed cell; an exposure without slices has none.
 */
export function cellsOf(exposure: Exposure, scale: Scale, reading: Reading): readonly Cell[] {
  const { cell, slices } = exposure;
  if (cell) return singles[cell[0] * SIZE + cell[1]]!;
  if (slices.length === 0) return [];
  if (isCumulative(exposure, reading)) return cumulativeCells(exposure, scale, reading);
  const row = durationIndex(totalMinutes(exposure, reading), scale, reading.durationEdge);
  return singles[row * SIZE + attenuationIndex(Math.round(meanAttenuation(exposure, reading)), scale)]!;
}

function cumulativeCells(exposure: Exposure, scale: Scale, reading: Reading): readonly Cell[] {
  const found: Cell[] = [];
  for (let column = 0; column < SIZE; column++) {
    const minutes = cumulativeMinutes(exposure, column, scale, reading);
    found.push(cells[durationIndex(minutes, scale, reading.durationEdge) * SIZE + column]!);
  }
  return found;
}

/** Minutes at or below the upper edge of an attenuation bucket, 0 = A1: all minutes. */
export const cumulativeMinutes = (exposure: Exposure, column: number, scale: Scale, reading: Reading): Minutes =>
  column === 0 ? minutesOf(exposure) : minutesBelow(exposure, scale.attenuationEdges[column - 1]!, true, reading);

/** "(15, 20] min", "[15, 20) min" with closed-left edges, "> 30 min". */
export function durationText(index: number, scale: Scale, durationEdge: Reading['durationEdge']): string {
  const lower = DURATION_EDGES[index - 1];
  const upper = DURATION_EDGES[index];
  if (lower === undefined) return '0 min';
  if (upper === undefined) return `${scale.thirtyPlus ? '>=' : '>'} ${lower} min`;
  const isLast = index === SIZE - 2;
  if (durationEdge !== 'ge') return `(${lower}, ${upper}${isLast && scale.thirtyPlus ? ')' : ']'} min`;
  return `${lower === 0 ? '(' : '['}${lower}, ${upper}${isLast && !scale.thirtyPlus ? ']' : ')'} min`;
}

/** "(51, 63] dB", "> 73 dB", "<= 10 dB" */
export function attenuationText(index: number, { attenuationEdges }: Scale): string {
  const upper = attenuationEdges[index - 1];
  const lower = attenuationEdges[index];
  if (upper === undefined) return `> ${lower} dB`;
  return lower === undefined ? `<= ${upper} dB` : `(${lower}, ${upper}] dB`;
}
