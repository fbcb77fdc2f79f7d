/** From a figure to one SVG. Loads Observable Plot and linkedom: reach it through src/report/figure.ts only. */
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Figure } from '../../core/document.ts';
import { coordinate, element, escapeXml } from '../../core/xml.ts';
import { sketchBars } from './bars.ts';
import { sketchFlow } from './flow.ts';
import { sketchHeat } from './heat.ts';
import { drawLegend } from './legend.ts';
import { sketchLines } from './lines.ts';
import { colours } from './palette.ts';
import { fontSize, type Sketch } from './sketch.ts';

/** The part of the DOM that is read back from linkedom. */
interface Node {
  readonly nodeType: number;
  readonly localName: string;
  readonly textContent: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<Node>;
}
// Node.ELEMENT_NODE and Node.TEXT_NODE of the DOM standard.
const elementNode = 1;
const textNode = 3;

/** Standalone SVG text of a figure: white ground, title and description inside, ids that start with its name. */
export function drawFigure(figure: Figure): string {
  const { name } = figure;
  const sketch = sketchOf(figure);
  const legend = drawLegend(sketch.legend, sketch.width, sketch.height);
  const { width } = sketch;
  const height = Math.ceil(sketch.height + legend.height);
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${name}-title ${name}-desc`,
      color: colours.ink,
      fill: 'currentColor',
      'font-family': 'system-ui, sans-serif',
      'font-size': fontSize,
      'text-anchor': 'middle',
    },
    element('title', { id: `${name}-title` }, escapeXml(figure.title)),
    element('desc', { id: `${name}-desc` }, escapeXml(figure.description)),
    ...(sketch.defs ? [element('defs', {}, sketch.defs)] : []),
    // Dark pages and image viewers: the figure brings its own paper.
    element('rect', { width, height, fill: 'white' }),
    ...plotMarkup(sketch),
    ...sketch.overlay,
    legend.markup,
  );
}

/** Each kind of figure prepares its own sketch; everything after that is the same for all. */
function sketchOf({ plot, name }: Figure): Sketch {
  switch (plot.kind) {
    case 'lines':
      return sketchLines(plot);
    case 'heat':
      return sketchHeat(plot, name);
    case 'bars':
      return sketchBars(plot);
    case 'flow':
      return sketchFlow(plot);
  }
}

/** Content of the SVG that Plot draws; its outer element, class and style sheet are replaced by ours. */
function plotMarkup({ plot, width, height }: Sketch): string[] {
  if (!plot) return [];
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const svg = Plot.plot({ ...plot, width, height, document }) as unknown as Node;
  return [...svg.childNodes].map(markupOf);
}

/** linkedom writes HTML; a file of its own must be XML, with short numbers and without Plot's page-wide style. */
function markupOf(node: Node): string {
  if (node.nodeType === textNode) return escapeXml(node.textContent);
  if (node.nodeType !== elementNode || node.localName === 'style') return '';
  const attributes = [...node.attributes].toReversed().map(({ name, value }) => [name, shortNumbers(name, value)]);
  return element(node.localName, Object.fromEntries(attributes), ...[...node.childNodes].map(markupOf));
}

/** Attributes with pixels in them. Others may hold text (aria-label), which must stay as it is. */
const geometry = new Set(['d', 'transform', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height', 'cx', 'cy', 'r']);

const shortNumbers = (name: string, value: string): string =>
  geometry.has(name) ? value.replace(/\d*\.\d+(e-?\d+)?|\d+e-?\d+/g, (number) => coordinate(Number(number))) : value;
