import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Block, ReportDocument, Table } from '../../src/core/document.ts';
import { renderFigure } from '../../src/report/figure.ts';
import { renderHtml } from '../../src/report/html.ts';
import { demoDocument } from '../helpers/demoDocument.ts';
import { sourceFiles } from '../helpers/sourceFiles.ts';
import { descendants, parseXml, select, type XmlElement } from '../helpers/xml.ts';

/** The body: HTML that is written as XML, so that the strict reader can judge it. */
const bodyOf = (html: string): XmlElement => parseXml(html.slice(html.indexOf('<body'), html.indexOf('</html>')));

const documentWith = (...blocks: Block[]): ReportDocument => ({
  title: 'Title',
  summary: ['One sentence.'],
  sections: [{ id: 'one', title: 'One', blocks }],
  provenance: { seed: '7' },
});

const table: Table = {
  kind: 'table',
  caption: 'Rules',
  columns: [
    { key: 'rule', label: 'Rule' },
    { key: 'n', label: 'n', format: 'number' },
    { key: 'j', label: 'J', format: 'proportion' },
  ],
  rows: [
    { rule: 'a', n: -3, j: { value: 0.471, low: 0.314, high: 0.633 } },
    { rule: 'b', n: null, j: { value: null, low: null, high: null, reason: '0 negatives' } },
    { rule: 'c', n: 1, j: 0.5 },
  ],
};

describe('the page', () => {
  it('reads from the summary to the provenance', async () => {
    const body = bodyOf(await renderHtml(demoDocument));
    const heads = descendants(body).filter(({ name }) => /^h[12]$/.test(name));
    expect(heads.map(({ text }) => text)).toEqual([
      demoDocument.title,
      'Summary',
      'Contents',
      ...demoDocument.sections.map(({ title }) => title),
      'Provenance',
    ]);
    const summary = descendants(body).find(({ attributes }) => attributes.id === 'summary')!;
    expect(select(summary, 'p').map(({ text }) => text)).toEqual(demoDocument.summary);
    const provenance = descendants(body).find(({ attributes }) => attributes.id === 'provenance')!;
    const rows = select(provenance, 'tr').map(({ children }) => children.map(({ text }) => text));
    expect(Object.fromEntries(rows)).toEqual(demoDocument.provenance);
  });

  it('says below the title where it is from, if that is known', async () => {
    const header = async (document: ReportDocument) =>
      descendants(bodyOf(await renderHtml(document)))
        .find(({ name }) => name === 'header')!
        .children.map(({ name, text }) => [name, text])
        .slice(0, -1);
    expect(await header({ ...documentWith(), subtitle: 'Data: <a>.csv' })).toEqual([
      ['h1', 'Title'],
      ['p', 'Data: <a>.csv'],
    ]);
    expect(await header(documentWith())).toEqual([['h1', 'Title']]);
  });

  it('numbers its pages in print', async () => {
    expect(await renderHtml(demoDocument)).toMatch(/@page {[^}]*@bottom-center { content: counter\(page\)/);
  });

  it('links only to places on itself, each of which exists once', async () => {
    const all = descendants(bodyOf(await renderHtml(demoDocument)));
    const ids = all.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const targets = all.flatMap(({ attributes }) => attributes.href ?? []);
    expect(targets.length).toBeGreaterThan(demoDocument.sections.length);
    expect(ids.map((id) => `#${id}`)).toEqual(expect.arrayContaining(targets));
  });

  it('needs nothing from outside', async () => {
    const html = await renderHtml(demoDocument);
    expect(html).not.toMatch(/<script|@import|<iframe|<img|url\((?!#)/);
    const addresses = html.match(/https?:[^"' )]*/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(html).toContain(`default-src 'none'`);
  });

  it('has the same bytes for the same document', async () => {
    expect(await renderHtml(structuredClone(demoDocument))).toBe(await renderHtml(demoDocument));
  });

  it('shows texts of the document as they are, never as markup', async () => {
    const evil = `<img src=x onerror=alert(1)>&"'`;
    const figure = {
      kind: 'bars',
      x: { label: evil },
      bars: [{ name: evil, group: evil, estimate: { value: 1, low: 0, high: 2 } }],
    } as const;
    const html = await renderHtml({
      title: evil,
      summary: [evil],
      sections: [
        {
          id: 'one',
          title: evil,
          blocks: [
            { kind: 'text', paragraphs: [evil] },
            { kind: 'table', caption: evil, columns: [{ key: 'k', label: evil }], rows: [{ k: evil }] },
            { kind: 'figure', name: 'f', title: evil, description: evil, plot: figure },
          ],
        },
      ],
      provenance: { [evil]: evil },
    });
    expect(html).not.toContain('<img');
    const texts = descendants(bodyOf(html)).map(({ text }) => text);
    expect(texts.filter((text) => text === evil).length).toBeGreaterThanOrEqual(10);
  });

  it.each([['summary'], ['provenance']])('refuses a section with the id %s, which the page uses', async (id) => {
    const document = { ...documentWith(), sections: [{ id, title: 't', blocks: [] }] };
    await expect(renderHtml(document)).rejects.toThrow(`"${id}"`);
  });

  it('refuses two figures of one name', async () => {
    const [figure] = demoDocument.sections[0]!.blocks.filter((block) => block.kind === 'figure');
    await expect(renderHtml(documentWith(figure!, figure!))).rejects.toThrow('"flow"');
  });
});

describe('tables', () => {
  const rowsOf = (html: string) =>
    select(select(bodyOf(html), 'tbody')[0]!, 'tr').map(({ children }) =>
      children.map(({ name, text, attributes }) => [name, attributes.class ?? '', attributes.colspan ?? '1', text]),
    );

  it('aligns values and intervals in cells of their own and says what is undefined', async () => {
    expect(rowsOf(await renderHtml(documentWith(table)))).toEqual([
      [
        ['th', 'brief', '1', 'a'],
        ['td', 'number', '1', '\u22123'],
        ['td', 'number', '1', '0.471'],
        ['td', 'note', '1', '(0.314\u20130.633)'],
      ],
      [
        ['th', 'brief', '1', 'b'],
        ['td', 'number missing', '1', '-'],
        ['td', 'number missing', '2', 'undefined (0 negatives)'],
      ],
      [
        ['th', 'brief', '1', 'c'],
        ['td', 'number', '1', '1'],
        ['td', 'number', '2', '0.500'],
      ],
    ]);
  });

  it('sets intervals below values where many columns have some, so that the page holds them', async () => {
    const keys = ['p', 'q', 'r', 's', 't'];
    const wide: Table = {
      kind: 'table',
      caption: 'wide',
      columns: [
        { key: 'a', label: 'a' },
        ...keys.map((key) => ({ key, label: key, format: 'number' as const })),
        { key: 'words', label: 'words' },
      ],
      rows: [
        {
          a: 'x',
          ...Object.fromEntries(keys.map((key) => [key, { value: 2, low: 1, high: 3 }])),
          words: 'one thing;\nand another that makes the cell long',
        },
      ],
    };
    const html = await renderHtml(documentWith(wide));
    const [cells] = rowsOf(html);
    expect(cells!.map(([, classes, span]) => [classes, span])).toEqual([
      ['brief', '1'],
      ...keys.map(() => ['number', '1']),
      ['long', '1'],
    ]);
    expect(cells![1]![3]).toBe('2(1\u20133)');
    expect(select(bodyOf(html), 'table')[0]!.attributes.class).toBe('wide');
  });

  it('gives every row as many columns as the head', async () => {
    const body = bodyOf(await renderHtml(demoDocument));
    const width = ({ children }: XmlElement) =>
      children.reduce((sum, { attributes }) => sum + Number(attributes.colspan ?? 1), 0);
    const tables = select(body, 'table').filter((each) => select(each, 'thead').length > 0);
    expect(tables).toHaveLength(2);
    for (const each of tables) {
      const [head, ...rows] = select(each, 'tr').map(width);
      expect(new Set(rows)).toEqual(new Set([head]));
    }
  });

  it('numbers tables and figures that are shown, and names them for those who cannot see them', async () => {
    const body = bodyOf(await renderHtml(demoDocument));
    const captions = select(body, 'figcaption').map(({ text }) => text);
    expect(captions.filter((text) => text.startsWith('Table')).map((text) => text.slice(0, 8))).toEqual([
      'Table 1.',
      'Table 2.',
    ]);
    expect(captions.filter((text) => text.startsWith('Figure'))).toHaveLength(8);
    expect(captions.join()).not.toContain('All rules');
    for (const region of select(body, 'div', { role: 'region' })) {
      const id = region.attributes['aria-labelledby'];
      expect(descendants(body).some(({ attributes }) => attributes.id === id)).toBe(true);
    }
  });

  it('says that a table is empty', async () => {
    expect(rowsOf(await renderHtml(documentWith({ ...table, rows: [] })))).toEqual([
      [['td', 'missing', '1', 'no rows']],
    ]);
  });

  it('ends captions with one full stop', async () => {
    const [figure] = demoDocument.sections[0]!.blocks.filter((block) => block.kind === 'figure');
    const titled = (title: string) => ({ ...figure!, name: `f${title.length}`, title, description: 'More.' });
    const body = bodyOf(await renderHtml(documentWith(titled('Plain'), titled('Is it?'))));
    expect(select(body, 'figcaption').map(({ text }) => text)).toEqual([
      'Figure 1. Plain. More.',
      'Figure 2. Is it? More.',
    ]);
  });

  it('holds the figures as they are drawn alone', async () => {
    const html = await renderHtml(demoDocument);
    const figures = demoDocument.sections.flatMap(({ blocks }) => blocks.filter((block) => block.kind === 'figure'));
    for (const figure of figures) expect(html).toContain(await renderFigure(figure));
  });
});

describe('loading', () => {
  /** Modules of ours and packages that a module loads before it is asked to do anything. */
  function loadedBy(path: string, seen = new Set<string>()): Set<string> {
    if (seen.has(path)) return seen;
    seen.add(path);
    const files = new Map(sourceFiles('src').map((file) => [file.path, file.text]));
    for (const [, names, from] of files.get(path)?.matchAll(/^(?:import|export) ([^;]*?) from '([^']+)';$/gms) ?? [])
      if (!names!.startsWith('type '))
        loadedBy(from!.startsWith('.') ? posix.join(posix.dirname(path), from!) : from!, seen);
    return seen;
  }

  it.each(['html', 'text', 'csv'])('src/report/%s.ts loads no plotting library before a figure is drawn', (name) => {
    const loaded = [...loadedBy(`src/report/${name}.ts`)];
    expect(loaded).toContain('src/report/values.ts');
    expect(loaded.filter((each) => /plot|linkedom/.test(each))).toEqual([]);
  });

  it('finds the library where it is used', () => {
    expect([...loadedBy('src/report/plots/draw.ts')]).toEqual(
      expect.arrayContaining(['@observablehq/plot', 'linkedom', 'src/report/plots/axes.ts']),
    );
  });
});
