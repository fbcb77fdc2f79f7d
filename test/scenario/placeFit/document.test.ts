/** The report of a fitted path loss says what the fit says. */
import { describe, expect, it } from 'vitest';
import type { Figure, LineFigure } from '../../../src/core/document.ts';
import { renderHtml } from '../../../src/report/html.ts';
import { fitPathLossDocument } from '../../../src/scenario/placeFit/document.ts';
import { fitPlace, type PlaceFit } from '../../../src/scenario/placeFit/fit.ts';
import { hall, pairsIn } from '../../helpers/pathLoss.ts';

const fit = fitPlace(pairsIn(hall, 60), { seed: 1, replicates: 100, file: 'hall.ndjson' });
const documentOf = (own: PlaceFit, judgedOn?: string) =>
  fitPathLossDocument(own, { provenance: {}, ...(judgedOn !== undefined && { judgedOn }) });
const figureOf = (own: PlaceFit, name: string): LineFigure => {
  const blocks = documentOf(own).sections.flatMap((section) => section.blocks);
  const figure = blocks.find((block): block is Figure => block.kind === 'figure' && block.name === name)!;
  return figure.plot as LineFigure;
};

describe('the report of a fit', () => {
  it('tells parameters, residuals and presets in its summary', () => {
    const [parameters, between, within, alerts] = documentOf(fit, 'bus.txt').summary;
    expect(parameters).toMatch(/^5\d\.\d dB at 1 m \(.*\), n 1\.\d+ /);
    expect(between).toMatch(/between pairs .* does not speak against the model \(p = /);
    expect(within).toMatch(/between scans of a pair/);
    expect(alerts).toMatch(/^Alerts on bus\.txt: \d+ of 29 presets inside/);
    const refuted = { ...fit, residuals: { between: { ...fit.residuals.between!, p: 0.004 } } };
    expect(documentOf(refuted).summary[1]).toBe(
      'What is left between pairs (shadowing) is not normal (p = 0.004): the model is an approximation.',
    );
  });

  it('draws the line with its interval from the nearest to the furthest pair', () => {
    const [means, line, above, below] = figureOf(fit, 'path-loss').series;
    expect(means!.points).toHaveLength(60);
    const { atOneMetre, exponent, shadowing, noise } = fit.parameters;
    const last = line!.points.at(-1)!;
    expect([line!.points[0]!.x, last.x]).toEqual([0.5, 5]);
    expect(last.y).toBeCloseTo(atOneMetre.value + 10 * exponent.value * Math.log10(5), 9);
    expect(last.low!).toBeLessThan(last.y);
    expect(last.high!).toBeGreaterThan(last.y);
    const reach = 1.96 * Math.hypot(shadowing.value, noise.value);
    expect(above!.points.at(-1)!.y - last.y).toBeCloseTo(reach, 9);
    expect(last.y - below!.points.at(-1)!.y).toBeCloseTo(reach, 9);
  });

  it('tells residuals inside and outside of the envelope apart', () => {
    const plot = fit.residuals.within!;
    const inside = plot.measured.filter((value, k) => plot.low[k]! <= value && value <= plot.high[k]!).length;
    const counts = figureOf(fit, 'residuals-within').series.map(({ name, points }) => [name, points.length]);
    expect(counts).toEqual([
      ['as the model has it', plot.normal.length],
      ['measured', inside],
      ...(inside < plot.normal.length ? [['measured, outside of the band', plot.normal.length - inside]] : []),
    ]);
    const shifted = { ...plot, measured: plot.measured.map((value) => value + 10) };
    const moved = figureOf({ ...fit, residuals: { within: shifted } }, 'residuals-within');
    expect(moved.series.map(({ name }) => name)).toEqual(['as the model has it', 'measured, outside of the band']);
  });

  it('names presets whose measured alerts lie outside', () => {
    const [first, ...others] = fit.alerts;
    const miss = { ...first!, measured: 40, predicted: { value: 10, low: 5, high: 15 }, isInside: false };
    const own = { ...fit, alerts: [miss, ...others.map((one) => ({ ...one, isInside: true }))] };
    const [inside, outside] = figureOf(own, 'alerts').series;
    expect(inside!.points).toHaveLength(28);
    expect(outside!.points).toEqual([{ x: 10 / 60, xLow: 5 / 60, xHigh: 15 / 60, y: 40 / 60, label: first!.preset }]);
    expect(documentOf(own).summary.at(-1)).toMatch(new RegExp(`28 of 29 .*; outside: ${first!.preset}\\.$`));
  });

  it('without noise says that nothing is left, and still is a page', async () => {
    const page = await renderHtml(documentOf({ ...fit, residuals: {} }));
    expect(page).toContain('The fit has no noise');
    expect(page.match(/<svg/g)).toHaveLength(2);
  });
});
