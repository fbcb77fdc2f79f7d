/** What every kind of figure hands to draw.ts, and the looks that all share. Lengths are pixels of the SVG. */
import type { PlotOptions } from '@observablehq/plot';
import { type Attributes, element, escapeXml } from '../../core/xml.ts';

export interface Sketch {
  readonly width: number;
  readonly height: number;
  /** Drawn by Observable Plot; absent = the overlay is the whole figure. */
  readonly plot?: PlotOptions;
  /** Markup over the plot, in pixels: labels that must not collide, outlines. */
  readonly overlay: readonly string[];
  /** Groups of entries, one below the other; columns are as wide as a group's longest entry. */
  readonly legend: readonly (readonly LegendItem[])[];
  /** Content of <defs>; ids are global in a page, so they start with the figure's name. */
  readonly defs?: string;
}

export interface LegendItem {
  /** Markup in a box of keyWidth x lineHeight whose left end is at 0 and whose vertical middle is at 0. */
  readonly key: string;
  readonly text: string;
}

/** Wide enough for 8 columns of counts, small enough to be readable on a phone (0.7 of its size there). */
export const figureWidth = 520;
export const fontSize = 13;
export const lineHeight = 18;
export const keyWidth = 38;

/** Pixels that a text takes: 0.58 em a character is the wide end of common sans-serif fonts (DejaVu Sans). */
export const textWidth = (text: string, size = fontSize): number => text.length * size * 0.58;

/** <text> whose content is escaped; middle anchored unless the attributes say otherwise. */
export const textAt = (x: number, y: number, text: string, attributes: Attributes = {}): string =>
  element('text', { x, y, ...attributes }, escapeXml(text));

/** The text, shortened with an ellipsis to fit. */
export function fitted(text: string, width: number): string {
  const room = Math.max(2, Math.floor(width / textWidth('x')));
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** Words broken into lines of at most `width` pixels; a longer word gets a line of its own. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
