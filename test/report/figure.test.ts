import { describe, expect, it } from 'vitest';
import { renderFigure, renderSvgs } from '../../src/report/figure.ts';
import { demoDocument } from '../helpers/demoDocument.ts';
import { axes, type Drawing, draw, pixel } from '../helpers/figures.ts';
import { descendants, labelled, parseXml, select, translation } from '../helpers/xml.ts';

const demoFigures = demoDocument.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'figure'));

describe('every figure', () => {
  it.each(demoFigures.map((figure) => [figure.name, figure] as const))('%s is clean XML', async (_, figure) => {
    const source = await renderFigure(figure);
    const svg = parseXml(source);
    expect(svg.attributes.xmlns).toBe('http://www.w3.org/2000/svg');
    for (const { attributes } of descendants(svg))
      for (const [name, value] of Object.entries(attributes)) {
        expect(`${name}=${value}`).not.toMatch(/NaN|undefined|Infinity/);
        // Nothing that a browser would fetch: the namespace is a name only.
        if (name !== 'xmlns') expect(value).not.toMatch(/^https?:|\/\/|javascript/);
      }
    expect(source).not.toContain('\u26a0');
    expect(source).not.toMatch(/<(script|style|image|foreignObject)/);
  });

  it.each(demoFigures.map((figure) => [figure.name, figure] as const))(
    '%s has title, description and paper',
    async (_, figure) => {
      const svg = parseXml(await renderFigure(figure));
      const { role, 'aria-labelledby': names } = svg.attributes;
      expect(role).toBe('img');
      const texts = names!.split(' ').map((id) => descendants(svg).find((each) => each.attributes.id === id)!.text);
      expect(texts).toEqual([figure.title, figure.description]);
      const [paper] = select(svg, 'rect');
      expect(paper!.attributes).toMatchObject({
        fill: 'white',
        width: svg.attributes.width,
        height: svg.attributes.height,
      });
    },
  );

  it.each(demoFigures.map((figure) => [figure.name, figure] as const))(
    '%s has the same bytes again',
    async (_, figure) => {
      const first = await renderFigure(figure);
      await renderFigure(demoFigures[0]!);
      expect(await renderFigure(figure)).toBe(first);
    },
  );

  it('uses its name in all ids, so that figures can share a page', async () => {
    const svgs = [...(await renderSvgs(demoDocument)).values()].map(parseXml);
    const ids = svgs.flatMap((svg) => descendants(svg).flatMap(({ attributes }) => attributes.id ?? []));
    expect(new Set(ids).size).toBe(ids.length);
    const references = svgs.flatMap((svg) =>
      descendants(svg).flatMap(({ attributes }) =>
        [...JSON.stringify(attributes).matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id),
      ),
    );
    expect(references.length).toBeGreaterThan(0);
    expect(ids).toEqual(expect.arrayContaining(references));
  });

  it('is one file each', async () => {
    expect([...(await renderSvgs(demoDocument)).keys()]).toEqual(demoFigures.map(({ name }) => `${name}.svg`));
  });

  it('escapes texts', async () => {
    const plot: Drawing<'bars'> = { kind: 'bars', x: { label: '<x> & "y"' }, bars: [] };
    const title = '<script>alert("1")</script>';
    const source = await renderFigure({ kind: 'figure', name: 'e', title, description: '&amp;', plot });
    expect(source).not.toContain('<script');
    const texts = descendants(parseXml(source)).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining([title, '&amp;', '<x> & "y"']));
  });
});

describe('bars with intervals', () => {
  const bar = (name: string, value: number | null, low: number | null, high: number | null, group?: string) => ({
    name,
    estimate: { value, low, high, ...(value === null && { reason: '0 positives' }) },
    ...(group !== undefined && { group }),
  });

  it('draws point and interval where the axis says, and the numbers beside them', async () => {
    const svg = await draw({ kind: 'bars', x: axes.x, bars: [bar('a', 0.5, 0.2, 0.9)] });
    const dot = labelled(svg, 'dot').children[0]!;
    const x = dot.name === 'circle' ? Number(dot.attributes.cx) : translation(dot)[0];
    expect(x).toBeCloseTo(pixel(svg, 'x', 0.5), 1);
    const interval = descendants(svg)
      .filter((each) => each.attributes['aria-label'] === 'rule' && each.attributes['stroke-width'] === '2')
      .flatMap(({ children, attributes }) =>
        children.length > 0 ? children.map((child) => child.attributes) : [attributes],
      );
    expect([Number(interval[0]!.x1), Number(interval[0]!.x2)]).toEqual(
      [0.2, 0.9].map((value) => expect.closeTo(pixel(svg, 'x', value), 1)),
    );
    expect(descendants(svg).map(({ text }) => text)).toContain('0.500 (0.200\u20130.900)');
  });

  it('says "undefined" with the reason and draws nothing there', async () => {
    const exact = await draw({ kind: 'bars', x: axes.x, bars: [bar('a', 0.5, null, null)] });
    expect(descendants(exact).map(({ text }) => text)).toContain('0.500');
    const svg = await draw({ kind: 'bars', x: axes.x, bars: [bar('a', null, null, null)] });
    expect(descendants(svg).map(({ text }) => text)).toContain('undefined (0 positives)');
    expect(descendants(svg).filter(({ attributes }) => attributes['aria-label'] === 'dot')).toEqual([]);
  });

  it('heads each group once and gives equal names equal looks', async () => {
    const bars = ['lunch', 'office'].flatMap((group) => [
      bar('tuned', 0.5, 0.4, 0.6, group),
      bar('default', 0.2, 0.1, 0.3, group),
    ]);
    const svg = await draw({ kind: 'bars', x: axes.x, bars });
    expect(select(svg, 'text', { 'font-weight': '600' }).map(({ text }) => text)).toEqual(['lunch', 'office']);
    const dots = descendants(svg).filter(({ attributes }) => attributes['aria-label'] === 'dot');
    expect(dots.map(({ children }) => children.length)).toEqual([2, 2]);
    expect(new Set(dots.map(({ attributes }) => attributes.fill)).size).toBe(2);
  });

  it('marks zero where differences have both signs', async () => {
    const lines = async (low: number) => {
      const svg = await draw({ kind: 'bars', x: { label: 'x', domain: [low, 1] }, bars: [] });
      return descendants(svg).filter(({ attributes }) => attributes['aria-label'] === 'rule').length;
    };
    expect((await lines(-1)) - (await lines(0))).toBe(1);
  });

  it('shortens names that do not fit', async () => {
    const svg = await draw({ kind: 'bars', x: axes.x, bars: [bar('x'.repeat(90), 0.5, 0.4, 0.6)] });
    const [name] = select(svg, 'text').filter(({ text }) => text.startsWith('xxx'));
    expect(name!.text).toMatch(/^x{15,30}…$/);
  });
});

describe('flow', () => {
  it('stacks the steps and puts what left between them, with counts', async () => {
    const svg = await draw({
      kind: 'flow',
      steps: [
        { label: 'rows read', count: 12_340, removed: [{ label: 'broken', count: 40 }] },
        { label: 'rows used', count: 12_300 },
      ],
    });
    const boxes = select(svg, 'rect')
      .slice(1)
      .map(({ attributes }) => ({ y: Number(attributes.y), end: Number(attributes.y) + Number(attributes.height) }));
    expect(boxes).toHaveLength(3);
    const [read, broken, used] = boxes;
    expect(read!.end).toBeLessThan(broken!.y);
    expect(broken!.end).toBeLessThan(used!.y);
    const texts = select(svg, 'text').map(({ text }) => text);
    expect(texts).toEqual(['rows read', 'n = 12,340', '40 broken', 'rows used', 'n = 12,300']);
  });
});
