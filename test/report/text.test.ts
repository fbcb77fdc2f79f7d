import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Block, ReportDocument, Table } from '../../src/core/document.ts';
import { renderText } from '../../src/report/text.ts';
import { demoDocument } from '../helpers/demoDocument.ts';

const documentWith = (...blocks: Block[]): ReportDocument => ({
  title: 'Title',
  summary: [],
  sections: [{ id: 's', title: 'Section', blocks }],
  provenance: {},
});
const plain = (document: ReportDocument, width: number) => renderText(document, { width, color: false });
/** Lines after the section's heading; there is no provenance after it. */
const bodyOf = (document: ReportDocument, width: number): string[] => {
  const lines = plain(document, width).split('\n');
  return lines.slice(lines.indexOf('Section') + 2, -1);
};

const table: Table = {
  kind: 'table',
  caption: 'Rules',
  columns: [
    { key: 'rule', label: 'Rule' },
    { key: 'n', label: 'n', format: 'number' },
    { key: 'j', label: "Youden's J", format: 'proportion' },
  ],
  rows: [
    { rule: 'immuni-2020-06-05', n: 12_021, j: { value: 0.471, low: 0.314, high: 0.633 } },
    { rule: 'né 名', n: 3, j: { value: null, low: null, high: null, reason: '0 negatives' } },
  ],
};

describe('terminal text', () => {
  it('has no heading for a provenance, and no gap for a summary, that is empty', () => {
    expect(plain(documentWith({ kind: 'text', paragraphs: ['words'] }), 80)).toBe('Title\n\nSection\n\nwords\n');
    const full = { ...documentWith(), summary: ['short'], provenance: { seed: '1' } };
    expect(plain(full, 80)).toBe('Title\n\nshort\n\nSection\n\nProvenance\nseed: 1\n');
  });

  it('aligns columns: text left, numbers right, wide characters by what they take', () => {
    expect(bodyOf(documentWith(table), 80)).toEqual([
      'Rules',
      "Rule                    n               Youden's J",
      '-----------------  ------  -----------------------',
      'immuni-2020-06-05  12,021      0.471 (0.314-0.633)',
      'né 名                   3  undefined (0 negatives)',
    ]);
  });

  it('wraps text columns at hyphens before it gives up the table', () => {
    expect(bodyOf(documentWith(table), 47)).toEqual([
      'Rules',
      "Rule                 n               Youden's J",
      '--------------  ------  -----------------------',
      'immuni-2020-    12,021      0.471 (0.314-0.633)',
      '06-05',
      'né 名                3  undefined (0 negatives)',
    ]);
  });

  it('takes width from the widest text column first', () => {
    const columns = [
      { key: 'a', label: 'A' },
      { key: 'b', label: 'B' },
    ];
    const rows = [{ a: 'one two three four five', b: 'six seven eight' }];
    expect(bodyOf(documentWith({ ...table, columns, rows }), 33)).toEqual([
      'Rules',
      'A                 B',
      '----------------  ---------------',
      'one two three     six seven eight',
      'four five',
    ]);
  });

  it('writes one list a row where numbers would have to break', () => {
    expect(bodyOf(documentWith(table), 40)).toEqual([
      'Rules',
      'Rule: immuni-2020-06-05',
      '  n: 12,021',
      "  Youden's J: 0.471 (0.314-0.633)",
      'Rule: né 名',
      '  n: 3',
      "  Youden's J: undefined (0 negatives)",
    ]);
  });

  it('shows more rows than a function can have arguments', () => {
    const rows = Array.from({ length: 130_000 }, () => ({ rule: 'x' }));
    const lines = bodyOf(documentWith({ ...table, columns: [{ key: 'rule', label: 'Rule' }], rows }), 80);
    expect(lines.length).toBe(3 + rows.length);
  });

  it('says that a table has no rows, and shows no table that is only for files', () => {
    expect(bodyOf(documentWith({ ...table, rows: [] }), 80)).toEqual(['Rules', 'no rows']);
    expect(plain(documentWith({ ...table, fileOnly: true }), 80)).not.toContain('Rules');
  });

  it('never writes a line wider than asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 140 }), fc.string({ unit: 'grapheme', maxLength: 60 }), (width, name) => {
        const rows = [{ rule: name, n: 5, j: 0.5 }];
        for (const text of [plain(documentWith({ ...table, rows }), width), plain(demoDocument, width)])
          for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 25 },
    );
  });

  it.each([0, 1, 19, -5])('takes a width of %i as 20', (width) => {
    for (const document of [documentWith(table), demoDocument])
      expect(plain(document, width)).toBe(plain(document, 20));
  });

  it('gives figures one sentence', () => {
    const figure = demoDocument.sections[1]!.blocks.find((block) => block.kind === 'figure')!;
    const lines = bodyOf(documentWith(figure), 4000);
    expect(lines).toEqual([`[figure] ${figure.title}: ${figure.description}`]);
  });

  it('has title, summary, sections and provenance in this order', () => {
    const text = plain(demoDocument, 100);
    const places = [
      demoDocument.title,
      'All numbers on this page are invented',
      ...demoDocument.sections.map(({ title }) => `\n${title}\n`),
      '\nProvenance\n',
      'seed: 7',
    ].map((part) => text.indexOf(part));
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('uses escape sequences only where colour is asked for, and none from the data', () => {
    const hostile = documentWith({ ...table, rows: [{ rule: '\u001b[2Jgone\u0007', n: 1, j: 0.1 }] });
    const escape = '\u001b';
    expect(plain(hostile, 80)).not.toContain(escape);
    expect(plain(hostile, 80)).toContain('\ufffd[2Jgone\ufffd');
    const coloured = renderText(hostile, { width: 80, color: true });
    expect(coloured).toContain(`${escape}[1mTitle${escape}[0m`);
    expect(coloured.replace(/\p{Cc}\[\d+m/gu, '')).toBe(plain(hostile, 80));
  });
});
