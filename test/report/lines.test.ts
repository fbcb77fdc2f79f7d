import { describe, expect, it } from 'vitest';
import { axes, draw, pixel, ticks } from '../helpers/figures.ts';
import { descendants, labelled, pathPoints, select, translation, type XmlElement } from '../helpers/xml.ts';

describe('lines', () => {
  it('draws a point where the axes say', async () => {
    const points = [{ x: 0.2, y: 0.8, xLow: 0.1, xHigh: 0.4, low: 0.7, high: 0.85 }];
    const svg = await draw({ kind: 'lines', ...axes, series: [{ name: 's', draw: 'points', points }] });
    const [dot] = select(labelled(svg, 'dot'), 'path').concat(select(labelled(svg, 'dot'), 'circle'));
    const at = dot!.name === 'circle' ? [Number(dot!.attributes.cx), Number(dot!.attributes.cy)] : translation(dot!);
    expect(at[0]).toBeCloseTo(ticks(svg, 'x').get(0.2)!, 1);
    expect(at[1]).toBeCloseTo(ticks(svg, 'y').get(0.8)!, 1);
    const rules = descendants(svg).filter((each) => each.attributes['aria-label'] === 'rule');
    const [upright, level] = rules.flatMap((each) => select(each, 'line')).map(({ attributes }) => attributes);
    expect([Number(upright!.y1), Number(upright!.y2)].toSorted((a, b) => a - b)).toEqual([
      expect.closeTo(pixel(svg, 'y', 0.85), 1),
      expect.closeTo(pixel(svg, 'y', 0.7), 1),
    ]);
    expect([Number(level!.x1), Number(level!.x2)]).toEqual([
      expect.closeTo(pixel(svg, 'x', 0.1), 1),
      expect.closeTo(pixel(svg, 'x', 0.4), 1),
    ]);
  });

  it('draws a line through its points and a staircase that holds y until the next x', async () => {
    const points = [
      { x: 0, y: 0.2 },
      { x: 0.4, y: 0.6 },
      { x: 1, y: 1 },
    ];
    const at = (svg: XmlElement, x: number, y: number) => [
      expect.closeTo(pixel(svg, 'x', x), 1),
      expect.closeTo(pixel(svg, 'y', y), 1),
    ];
    const straight = await draw({ kind: 'lines', ...axes, series: [{ name: 's', points }] });
    expect(pathPoints(select(labelled(straight, 'line'), 'path')[0]!.attributes.d!)).toEqual(
      points.map(({ x, y }) => at(straight, x, y)),
    );
    const step = await draw({ kind: 'lines', ...axes, series: [{ name: 's', draw: 'step', points }] });
    expect(pathPoints(select(labelled(step, 'line'), 'path')[0]!.attributes.d!)).toEqual([
      at(step, 0, 0.2),
      at(step, 0.4, 0.2),
      at(step, 0.4, 0.6),
      at(step, 1, 0.6),
      at(step, 1, 1),
    ]);
  });

  it('draws a band between low and high, cut at the axes, and says what it is', async () => {
    const points = [
      { x: 0, y: 0.5, low: -0.2, high: 0.6 },
      { x: 1, y: 0.5, low: 0.3, high: 1.4 },
    ];
    const svg = await draw({ kind: 'lines', ...axes, series: [{ name: 'curve', band: true, points }] });
    const outline = pathPoints(select(labelled(svg, 'area'), 'path')[0]!.attributes.d!);
    const heights = outline.map(([, y]) => y).toSorted((a, b) => a - b);
    expect(heights).toEqual([1, 0.6, 0.3, 0].map((value) => expect.closeTo(pixel(svg, 'y', value), 1)));
    expect(descendants(svg).map(({ text }) => text)).toContain('curve (band: 95 % interval)');
  });

  it('makes both axes of a ROC equally long and draws the chance line from corner to corner', async () => {
    const svg = await draw({ kind: 'lines', ...axes, diagonal: true, series: [] });
    const [x, y] = [ticks(svg, 'x'), ticks(svg, 'y')];
    expect(x.get(1)! - x.get(0)!).toBeCloseTo(y.get(0)! - y.get(1)!, 1);
    const chance = pathPoints(select(labelled(svg, 'line'), 'path')[0]!.attributes.d!);
    expect(chance).toEqual(
      [
        [x.get(0), y.get(0)],
        [x.get(1), y.get(1)],
      ].map((p) => p.map((v) => expect.closeTo(v!, 1))),
    );
  });

  it('spaces a log axis by ratio and numbers 1, 2, 5', async () => {
    const points = [1, 1000].map((y) => ({ x: y, y }));
    const svg = await draw({
      kind: 'lines',
      x: { label: 'x' },
      y: { label: 'y', log: true, domain: [1, 100] },
      series: [{ name: 's', points }],
    });
    const y = ticks(svg, 'y');
    expect([...y.keys()]).toEqual([1, 2, 5, 10, 20, 50, 100]);
    expect(y.get(1)! - y.get(10)!).toBeCloseTo(y.get(10)! - y.get(100)!, 1);
    expect(descendants(svg).map(({ text }) => text)).toContain('outside the axes, not drawn: 1');
  });

  it.each([
    ['NaN', { x: Number.NaN, y: 0.5 }, axes],
    ['infinite', { x: 0.5, y: Number.POSITIVE_INFINITY }, axes],
    ['outside', { x: 1.5, y: 0.5 }, axes],
    ['zero on a log axis', { x: 0, y: 1 }, { x: { label: 'x', log: true }, y: { label: 'y' } }],
  ])('leaves out a point that is %s and counts it', async (_, bad, both) => {
    const good = [0.4, 0.5].map((x) => ({ x, y: 0.5 }));
    const svg = await draw({ kind: 'lines', ...both, series: [{ name: 's', draw: 'points', points: [...good, bad] }] });
    expect(labelled(svg, 'dot').children).toHaveLength(2);
    expect(descendants(svg).map(({ text }) => text)).toContain('outside the axes, not drawn: 1');
  });

  it.each([
    ['no series', []],
    ['no points', [{ name: 's', points: [] }]],
  ])('says "no data" for %s', async (_, series) => {
    const svg = await draw({ kind: 'lines', x: { label: 'x' }, y: { label: 'y', log: true }, series });
    expect(descendants(svg).map(({ text }) => text)).toContain('no data');
  });

  it('names few points beside them and numbers many', async () => {
    const points = [0.1, 0.3, 0.5, 0.7, 0.9].map((x, k) => ({ x, y: x, label: `preset-${k}` }));
    const few = await draw({
      kind: 'lines',
      ...axes,
      series: [{ name: 's', draw: 'points', points: points.slice(0, 4) }],
    });
    const many = await draw({ kind: 'lines', ...axes, series: [{ name: 's', draw: 'points', points }] });
    const haloed = (svg: XmlElement) => select(svg, 'text', { 'paint-order': 'stroke' }).map(({ text }) => text);
    expect(haloed(few)).toEqual(['preset-0', 'preset-1', 'preset-2', 'preset-3']);
    expect(haloed(many)).toEqual(['1', '2', '3', '4', '5']);
    const listed = select(many, 'g', { 'text-anchor': 'start' }).map(({ text }) => text);
    expect(listed).toEqual(points.map(({ label }, k) => `${k + 1}${label}`));
    expect(Number(many.attributes.height)).toBeGreaterThan(Number(few.attributes.height));
  });

  it('names a diagonal that is not chance', async () => {
    const svg = await draw({ kind: 'lines', ...axes, diagonal: true, diagonalName: 'both are equal', series: [] });
    const legend = select(svg, 'g', { 'text-anchor': 'start' }).map(({ text }) => text);
    expect(legend).toEqual(['both are equal']);
  });

  it('puts the groups of the legend below each other, inside the figure', async () => {
    const points = [0.1, 0.3, 0.5, 0.7, 0.9].map((x, k) => ({ x, y: x, label: `preset-${k}` }));
    const series = [{ name: 's', draw: 'points', points: [...points, { x: 7, y: 7 }] } as const];
    const svg = await draw({ kind: 'lines', ...axes, diagonal: true, series });
    const entries = select(svg, 'g', { 'text-anchor': 'start' });
    expect(entries.map(({ text }) => text)).toEqual([
      'no better than chance',
      ...points.map(({ label }, k) => `${k + 1}${label}`),
      'outside the axes, not drawn: 1',
    ]);
    const heights = entries.map((entry) => translation(entry)[1]);
    const below = Math.max(...ticks(svg, 'y').values());
    const groups = [heights.slice(0, 1), heights.slice(1, -1), heights.slice(-1)];
    for (const [k, group] of groups.entries())
      expect(Math.min(...group)).toBeGreaterThan(k === 0 ? below : Math.max(...groups[k - 1]!) + 12);
    expect(heights.at(-1)! + 6).toBeLessThan(Number(svg.attributes.height));
  });

  it('numbers coinciding points once', async () => {
    const points = [0, 0, 0, 0.5, 0.9].map((x, k) => ({ x, y: x, label: `preset-${k}` }));
    const svg = await draw({ kind: 'lines', ...axes, series: [{ name: 's', draw: 'points', points }] });
    expect(select(svg, 'text', { 'paint-order': 'stroke' }).map(({ text }) => text)).toEqual(['1-3', '4', '5']);
  });

  it('names lines at their ends, or in a list where the ends meet', async () => {
    const lines = (ends: readonly number[]) =>
      ends.map((end, k) => ({ name: `arm ${k}`, points: [0, 1].map((x) => ({ x, y: x * end })) }));
    const apart = await draw({ kind: 'lines', ...axes, series: lines([0.2, 0.9]) });
    const [low, high] = ['arm 0', 'arm 1'].map(
      (text) => select(apart, 'text').find((each) => each.text === text)!.attributes,
    );
    expect(Number(low!.y)).toBeCloseTo(pixel(apart, 'y', 0.2), 1);
    expect(Number(high!.y)).toBeCloseTo(pixel(apart, 'y', 0.9), 1);
    expect(select(apart, 'g', { 'text-anchor': 'start' })).toEqual([]);
    const meeting = await draw({ kind: 'lines', ...axes, series: lines([1, 1, 1]) });
    expect(select(meeting, 'g', { 'text-anchor': 'start' }).map(({ text }) => text)).toEqual([
      'arm 0',
      'arm 1',
      'arm 2',
    ]);
  });

  it('tells series apart without colour', async () => {
    const series = Array.from({ length: 8 }, (_, k) => ({
      name: `${k}`,
      points: [0, 1].map((x) => ({ x, y: (x * k) / 8 })),
    }));
    const svg = await draw({ kind: 'lines', ...axes, series });
    const styles = descendants(svg)
      .filter((each) => each.attributes['aria-label'] === 'line')
      .map(({ attributes }) => [attributes['stroke-dasharray'], attributes.stroke]);
    expect(new Set(styles.map(String)).size).toBe(8);
    expect(new Set(styles.slice(0, 4).map(([dash]) => dash)).size).toBe(4);
  });

  it('makes room for long numbers on both axes', async () => {
    const points = [0, 40_000_000].map((x) => ({ x, y: x }));
    const svg = await draw({ kind: 'lines', x: { label: 'x' }, y: { label: 'y' }, series: [{ name: 's', points }] });
    const width = '40,000,000'.length * 13 * 0.58;
    expect(Math.max(...ticks(svg, 'x').values()) + width / 2).toBeLessThanOrEqual(Number(svg.attributes.width));
    expect(ticks(svg, 'y').size).toBeGreaterThan(2);
    expect(Math.min(...ticks(svg, 'x').values())).toBeGreaterThan(width);
  });
});
