/** Participant flow: boxes from all records read down to those used, with what left beside each step (STROBE). */
import type { FlowFigure } from '../../core/document.ts';
import { element } from '../../core/xml.ts';
import { numberText } from '../values.ts';
import { colours, grey } from './palette.ts';
import { figureWidth, lineHeight, type Sketch, textAt, wrapped } from './sketch.ts';

/** Pixels: the steps stand left, what leaves them right. */
const main = { x: 8, width: 236 } as const;
const side = { x: 282, width: figureWidth - 282 - 8 } as const;
const padding = 9;
const gap = 16;

type Step = FlowFigure['steps'][number];

/**
 * Drawn without Plot: there are no scales. A box of removed records hangs between its step and the next one, so the
 * arrow down passes it and an arrow leads to it.
 */
export function sketchFlow(figure: FlowFigure): Sketch {
  const overlay: string[] = [];
  let y = 8;
  for (const [index, step] of figure.steps.entries()) {
    const box = drawBox(main, y, [...wrapped(step.label, main.width - 2 * padding), `n = ${numberText(step.count)}`]);
    overlay.push(box.markup);
    y += box.height;
    if (index === figure.steps.length - 1) break;
    const beside = removedBox(step, y + gap);
    const next = y + gap + (beside?.height ?? 0) + (beside ? gap : gap / 2);
    overlay.push(arrow(main.x + main.width / 2, y, 0, next - y));
    if (beside) {
      const middle = y + gap + beside.height / 2;
      overlay.push(beside.markup, arrow(main.x + main.width / 2, middle, side.x - main.x - main.width / 2, 0));
    }
    y = next;
  }
  return { width: figureWidth, height: y + 8, overlay, legend: [] };
}

/** One line a reason, in the order given; null where nothing left. */
function removedBox(step: Step, y: number): { markup: string; height: number } | null {
  if (!step.removed?.length) return null;
  const lines = step.removed.flatMap(({ label, count }) =>
    wrapped(`${numberText(count)} ${label}`, side.width - 2 * padding),
  );
  return drawBox(side, y, lines, grey.frame);
}

/** Box as high as its lines; its markup and height in pixels. */
function drawBox(
  { x, width }: { x: number; width: number },
  y: number,
  lines: readonly string[],
  stroke: string = colours.ink,
) {
  const height = lines.length * lineHeight + 2 * padding - 4;
  const markup =
    element('rect', { x, y, width, height, rx: 3, fill: 'white', stroke, 'stroke-width': 1.2 }) +
    lines
      .map((line, k) => textAt(x + padding, y + padding + 9 + k * lineHeight, line, { 'text-anchor': 'start' }))
      .join('');
  return { markup, height };
}

/** A line of dx or dy (one of them 0) that ends in a head just before the box. */
function arrow(x: number, y: number, dx: number, dy: number): string {
  const head = dx > 0 ? 'l-6,-3.5v7Z' : 'l-3.5,-6h7Z';
  const line = element('path', { d: `M${x},${y}l${dx},${dy}`, stroke: grey.text, 'stroke-width': 1.2 });
  return line + element('path', { d: `M${x + dx},${y + dy}${head}`, fill: grey.text });
}
