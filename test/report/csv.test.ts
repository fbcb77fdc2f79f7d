import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table, Value } from '../../src/core/document.ts';
import { renderCsvTables } from '../../src/report/csv.ts';
import { demoDocument } from '../helpers/demoDocument.ts';

const documentWith = (...tables: Table[]) => ({
  title: 't',
  summary: [],
  sections: [{ id: 's', title: 's', blocks: tables }],
  provenance: {},
});
const table = (name: string, columns: Table['columns'], rows: Table['rows']): Table => ({
  kind: 'table',
  name,
  caption: 'c',
  columns,
  rows,
});

/** RFC 4180, by its grammar. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    row.push(match[1]?.replaceAll('""', '"') ?? match[2]!);
    if (match[3] === '\r\n') rows.push(row.splice(0));
    if (field.lastIndex === text.length) return rows;
  }
  throw new Error(`not CSV: ${text.slice(field.lastIndex)}`);
}

const columns: Table['columns'] = [
  { key: 'name', label: 'Name' },
  { key: 'j', label: "Youden's J", format: 'proportion', meaning: 'sensitivity + specificity - 1' },
  { key: 'n', label: 'n', format: 'number', unit: 'exposures' },
];

describe('tidy CSV', () => {
  it('spreads estimates over four columns with full precision', () => {
    const rows = [
      { name: 'a', j: { value: 1 / 3, low: -0.1, high: 0.7 }, n: 72 },
      { name: 'b', j: { value: null, low: null, high: null, reason: '0 negatives' }, n: null },
      { name: 'c', j: 0.25 },
      { name: 'd', j: null, n: 1e-7 },
    ];
    expect(parseCsv(renderCsvTables(documentWith(table('t', columns, rows))).get('t.csv')!)).toEqual([
      ['name', 'j', 'j_low', 'j_high', 'j_reason', 'n'],
      ['a', '0.3333333333333333', '-0.1', '0.7', '', '72'],
      ['b', '', '', '', '0 negatives', ''],
      ['c', '0.25', '', '', '', ''],
      ['d', '', '', '', '', '1e-7'],
    ]);
  });

  it('reads back every text and number', () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('a,b', '"', '\r\n', ' x', 'x\n', '""'),
      fc.double(),
      fc.boolean(),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 1 }), (pairs) => {
        const rows = pairs.map(([a, b]): Record<string, Value> => ({ a, b }));
        const plain = [
          { key: 'a', label: 'A' },
          { key: 'b', label: 'B' },
        ];
        const text = renderCsvTables(documentWith(table('t', plain, rows))).get('t.csv')!;
        expect(parseCsv(text).slice(1)).toEqual(pairs.map((pair) => pair.map(String)));
      }),
    );
  });

  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "x"', '"say ""x"""'],
    ['two\nlines', '"two\nlines"'],
    ['old\rMac', '"old\rMac"'],
    [' padded', '" padded"'],
    ['<= 5', '<= 5'],
  ])('quotes %j only where it must', (value, field) => {
    const text = renderCsvTables(documentWith(table('t', [{ key: 'a', label: 'A' }], [{ a: value }]))).get('t.csv');
    expect(text).toBe(`a\r\n${field}\r\n`);
  });

  it('describes every column of every file in the dictionary', () => {
    const files = renderCsvTables(demoDocument);
    const dictionary = parseCsv(files.get('data-dictionary.csv')!);
    expect(dictionary[0]).toEqual(['file', 'column', 'meaning', 'unit']);
    const described = dictionary.slice(1).map(([file, column]) => `${file} ${column}`);
    const written = [...files]
      .filter(([file]) => file !== 'data-dictionary.csv')
      .flatMap(([file, text]) => parseCsv(text)[0]!.map((column) => `${file} ${column}`));
    expect(described).toEqual(written);
    expect(dictionary).toContainEqual(['presets.csv', 'tp', 'true positives', 'exposures']);
    expect(dictionary).toContainEqual(['presets.csv', 'youden', "Youden's J", 'proportion']);
    expect(dictionary).toContainEqual([
      'leave-one-out.csv',
      'tuned_low',
      'Tuned J: lower end of the 95 % interval',
      'proportion',
    ]);
    expect(dictionary.find(([, column]) => column === 'tuned_reason')?.[3]).toBe('');
  });

  it('writes tables that are only for files, and none without a name', () => {
    const anonymous: Table = { kind: 'table', caption: 'shown', columns, rows: [] };
    const names = [...renderCsvTables(documentWith(anonymous, table('t', columns, []))).keys()];
    expect(names).toEqual(['t.csv', 'data-dictionary.csv']);
    expect([...renderCsvTables(demoDocument).keys()]).toContain('rules.csv');
  });

  it('refuses two tables of one name', () => {
    expect(() => renderCsvTables(documentWith(table('t', columns, []), table('t', columns, [])))).toThrow('"t"');
  });
});
