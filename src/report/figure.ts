/** Figures of a document as SVG. The plotting library is loaded when the first one is drawn. */
import type { Figure, ReportDocument } from '../core/document.ts';
import { figuresOf } from './blocks.ts';

/** Standalone SVG (XML) of a figure: the same bytes for the same figure. */
export async function renderFigure(figure: Figure): Promise<string> {
  const { drawFigure } = await import('./plots/draw.ts');
  return drawFigure(figure);
}

/** File name -> SVG of every figure. */
export async function renderSvgs(document: ReportDocument): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const figure of figuresOf(document)) files.set(`${figure.name}.svg`, `${await renderFigure(figure)}\n`);
  return files;
}
