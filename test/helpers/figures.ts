/** Draws figures and reads numbers back from them. */
import type { Figure } from '../../src/core/document.ts';
import { renderFigure } from '../../src/report/figure.ts';
import { labelled, parseXml, select, translation, type XmlElement } from './xml.ts';

export type Drawing<Kind extends Figure['plot']['kind']> = Extract<Figure['plot'], { kind: Kind }>;

export const draw = async (plot: Figure['plot'], name = 'test'): Promise<XmlElement> =>
  parseXml(await renderFigure({ kind: 'figure', name, title: 'Title', description: 'Description', plot }));

/** Pixel of each number on an axis, as the ticks say. */
export function ticks(svg: XmlElement, axis: 'x' | 'y'): Map<number, number> {
  const texts = select(labelled(svg, `${axis}-axis tick label`), 'text');
  const place = (text: XmlElement) => translation(text)[axis === 'x' ? 0 : 1];
  return new Map(texts.map((text) => [Number(text.text.replace('\u2212', '-').replaceAll(',', '')), place(text)]));
}

/** Pixel of a value on a linear axis, from its first and last tick. */
export function pixel(svg: XmlElement, axis: 'x' | 'y', value: number): number {
  const known = [...ticks(svg, axis)];
  const [[a, pixelA], [b, pixelB]] = [known[0]!, known.at(-1)!];
  return pixelA + ((value - a) / (b - a)) * (pixelB - pixelA);
}

/** Two axes from 0 to 1. */
export const axes = { x: { label: 'x', domain: [0, 1] }, y: { label: 'y', domain: [0, 1] } } as const;
