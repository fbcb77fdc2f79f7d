/** Scales, ticks and axis titles, the same in every figure that has axes. */
import * as Plot from '@observablehq/plot';
import type { Axis } from '../../core/document.ts';
import { numberText, typographic } from '../values.ts';
import { colours, grey } from './palette.ts';
import { fontSize, textAt } from './sketch.ts';

export interface Scale {
  readonly domain: readonly [number, number];
  readonly range: readonly [number, number];
  readonly log: boolean;
  /** Data to pixels. */
  readonly at: (value: number) => number;
  /** Whether a value can be drawn: finite and inside the domain (so > 0 on a log axis). */
  readonly holds: (value: number) => boolean;
  readonly clamp: (value: number) => number;
  readonly ticks: readonly number[];
  readonly tickTexts: readonly string[];
}

/** Scale over the axis' domain, or a rounded one around the values; range is [pixel of low, pixel of high]. */
export function scaleOf(axis: Axis, values: readonly number[], range: readonly [number, number]): Scale {
  const log = axis.log ?? false;
  const options = { type: log ? 'log' : 'linear', range: [...range] } as const;
  const wanted =
    axis.domain ??
    around(
      values.filter((value) => Number.isFinite(value) && (!log || value > 0)),
      log,
    );
  const scale = Plot.scale({ x: { ...options, domain: [...wanted], nice: axis.domain === undefined } });
  const [low, high] = [...(scale.domain as Iterable<number>)] as [number, number];
  const ticks = log ? logTicks(low, high) : linearTicks(low, high, Math.abs(range[1] - range[0]) / 50);
  return {
    domain: [low, high],
    range,
    log,
    at: (value) => scale.apply(value) as number,
    holds: (value) => value >= low && value <= high,
    clamp: (value) => Math.min(high, Math.max(low, value)),
    ticks,
    tickTexts: textsOf(ticks, log),
  };
}

/** Smallest domain with the values inside; without values, or with only one, something that can be drawn. */
function around(values: readonly number[], log: boolean): readonly [number, number] {
  if (values.length === 0) return log ? [1, 10] : [0, 1];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  if (low < high) return [low, high];
  return log ? [low / 2, high * 2] : [low - (Math.abs(low) || 1) / 2, high + (Math.abs(high) || 1) / 2];
}

/** Multiples of 1, 2 or 5 times a power of ten, about `count` of them. */
function linearTicks(low: number, high: number, count: number): number[] {
  const step = [...steps(-15, 15)].find((candidate) => (high - low) / candidate <= Math.max(2, count)) ?? high - low;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Dividing by a whole number keeps 0.3 from becoming 0.30000000000000004.
  const tick = (k: number) => (step < 1 ? k / Math.round(1 / step) : k * step);
  return Array.from({ length: last - first + 1 }, (_, k) => tick(first + k) + 0);
}

/** Powers of ten; 1, 2, 5 in between where fewer than three decades are shown. */
function logTicks(low: number, high: number): number[] {
  const inside = [...steps(-15, 15)].filter((value) => value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9));
  return high / low < 1000 ? inside : inside.filter((value) => /^(1e.*|10*|0\.0*1)$/.test(String(value)));
}

function* steps(from: number, to: number): Generator<number> {
  for (let power = from; power <= to; power++) for (const digit of [1, 2, 5]) yield Number(`${digit}e${power}`);
}

/** Grid lines, ticks and their numbers for a plot; axis titles are drawn by axisTitles. */
export const axisMarks = (x: Scale, y: Scale): Plot.Markish[] => [
  Plot.gridX([...x.ticks], gridStyle),
  Plot.gridY([...y.ticks], gridStyle),
  xAxis(x),
  Plot.axisY([...y.ticks], axisStyle(y)),
];

export const gridStyle = { stroke: grey.grid, strokeOpacity: 1 } as const;

export const xAxis = (x: Scale): Plot.Markish => Plot.axisX([...x.ticks], axisStyle(x));

/** Texts, not a format: on log axes Plot leaves out the numbers of 5, 50, ... */
const axisStyle = ({ tickTexts }: Scale) =>
  ({ text: [...tickTexts], label: null, tickSize: 4, fontSize, color: colours.ink }) as const;

/** All with the same number of decimals, except on log axes (0.1, 1, 10). */
function textsOf(ticks: readonly number[], log: boolean): string[] {
  const decimals = Math.max(0, ...ticks.map((tick) => numberText(tick).split('.')[1]?.length ?? 0));
  return ticks.map((tick) => typographic(numberText(tick, log ? undefined : decimals)));
}

/** x: centred below the ticks; y: upright above the axis, where it can be read without turning the head. */
export const axisTitles = (x: { label: string; scale: Scale }, yLabel: string, height: number): string[] => [
  textAt((x.scale.range[0] + x.scale.range[1]) / 2, height - 8, x.label),
  textAt(4, 14, yLabel, { 'text-anchor': 'start' }),
];
