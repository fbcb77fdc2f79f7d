import { describe, expect, it } from 'vitest';
import { type Drawing, draw } from '../helpers/figures.ts';
import { descendants, labelled, pathPoints, select, translation, type XmlElement } from '../helpers/xml.ts';

describe('heat maps', () => {
  const cell = (value: number | null, extra: object = {}) => ({ value, text: String(value ?? ''), ...extra });
  const heat = (cells: Drawing<'heat'>['cells'], extra: Partial<Drawing<'heat'>> = {}): Drawing<'heat'> => ({
    kind: 'heat',
    xLabel: 'x',
    yLabel: 'y',
    xNames: (cells[0] ?? []).map((_, k) => `A${k + 1}`),
    yNames: cells.map((_, k) => `D${k + 1}`),
    legend: 'n',
    cells,
    ...extra,
  });
  const rectsOf = (svg: XmlElement) =>
    descendants(svg)
      .filter((each) => each.attributes['aria-label'] === 'rect')
      .map((group) => select(group, 'rect').map(({ attributes }) => attributes));

  it('puts each number into its cell, first row on top, in ink that can be read', async () => {
    const svg = await draw(
      heat([
        [cell(0), cell(5)],
        [cell(10), cell(2)],
      ]),
    );
    const [rects] = rectsOf(svg);
    const texts = select(labelled(svg, 'text'), 'text');
    expect(texts.map(({ text }) => text)).toEqual(['0', '5', '10', '2']);
    for (const [k, text] of texts.entries()) {
      const [x, y] = translation(text);
      expect(x).toBeCloseTo(Number(rects![k]!.x) + Number(rects![k]!.width) / 2, 1);
      expect(y).toBeCloseTo(Number(rects![k]!.y) + Number(rects![k]!.height) / 2, 1);
    }
    expect(Number(rects![0]!.y)).toBeLessThan(Number(rects![2]!.y));
    expect(rects!.map(({ fill }) => fill)).toEqual(['#ffffff', '#80b9d9', '#0072b2', '#cce3f0']);
    expect(texts.map(({ attributes }) => attributes.fill)).toEqual(['#000000', '#000000', '#ffffff', '#000000']);
  });

  it('shows the text of a suppressed cell as it is', async () => {
    const svg = await draw(heat([[{ value: null, text: '<5 & "few"' }]]));
    expect(select(labelled(svg, 'text'), 'text').map(({ text }) => text)).toEqual(['<5 & "few"']);
  });

  it('colours by sign on a diverging scale', async () => {
    const [rects] = rectsOf(await draw(heat([[cell(-1), cell(-0.5), cell(0), cell(1)]], { scale: 'diverging' })));
    expect(rects!.map(({ fill }) => fill)).toEqual(['#d55e00', '#eaaf80', '#ffffff', '#0072b2']);
  });

  it('hatches what is unknown, with a pattern of its own', async () => {
    const svg = await draw(heat([[cell(1), cell(null, { hatched: true })]], { hatchLegend: 'nothing known' }), 'mine');
    const [all, hatched] = rectsOf(svg);
    expect(hatched).toHaveLength(1);
    expect(hatched![0]!.x).toBe(all![1]!.x);
    expect(labelledFill(svg)).toContain('url(#mine-hatch)');
    expect(select(svg, 'pattern')[0]!.attributes.id).toBe('mine-hatch');
    expect(descendants(svg).map(({ text }) => text)).toContain('nothing known');
  });
  const labelledFill = (svg: XmlElement) => descendants(svg).map(({ attributes }) => attributes.fill);

  it('draws the staircase of a rule, not boxes', async () => {
    // Top row: columns 1 and 2; below: column 2 only. Eight unit edges around three cells.
    const out = { outlined: true };
    const svg = await draw(
      heat([
        [cell(1), cell(2, out), cell(3, out)],
        [cell(4), cell(5), cell(6, out)],
      ]),
    );
    const [rects] = rectsOf(svg);
    const [x1, x2] = [Number(rects![1]!.x), Number(rects![2]!.x)];
    const x3 = x2 + Number(rects![2]!.width);
    const [y0, y1] = [Number(rects![0]!.y), Number(rects![3]!.y)];
    const y2 = y1 + Number(rects![3]!.height);
    const points = pathPoints(labelled(svg, 'rule boundary').attributes.d!);
    const segments = Array.from({ length: points.length / 2 }, (_, k) => points.slice(2 * k, 2 * k + 2));
    const near = (x: number, y: number) => [expect.closeTo(x, 1), expect.closeTo(y, 1)];
    expect(segments).toEqual([
      [near(x1, y0), near(x3, y0)],
      [near(x1, y1), near(x2, y1)],
      [near(x2, y2), near(x3, y2)],
      [near(x1, y0), near(x1, y1)],
      [near(x2, y1), near(x2, y2)],
      [near(x3, y0), near(x3, y2)],
    ]);
  });

  it('has no outline and no legend of it where no cell is outlined', async () => {
    const svg = await draw(heat([[cell(1)]], { outlineLegend: 'alerted' }));
    expect(descendants(svg).some(({ attributes }) => attributes['aria-label'] === 'rule boundary')).toBe(false);
    expect(descendants(svg).map(({ text }) => text)).not.toContain('alerted');
  });

  it('survives values that are not numbers, and no cells', async () => {
    const [rects] = rectsOf(await draw(heat([[cell(Number.NaN), cell(Number.POSITIVE_INFINITY), cell(null)]])));
    expect(rects!.map(({ fill }) => fill)).toEqual(['#ffffff', '#ffffff', '#ffffff']);
    expect((await draw(heat([]))).name).toBe('svg');
  });

  it('breaks all names where one is too wide', async () => {
    const cells = [Array.from({ length: 8 }, () => cell(1))];
    const xNames = ['A1 > 73', 'A2 at most 73 dB', ...Array.from({ length: 6 }, (_, k) => `A${k + 3}`)];
    const texts = descendants(await draw(heat(cells, { xNames }))).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['A1', '> 73', 'A2', 'A8']));
    expect(texts).not.toContain('A1 > 73');
  });
});
