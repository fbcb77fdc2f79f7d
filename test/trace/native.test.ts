import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recordSchema, type TraceRecord, traceUnits } from '../../src/core/records.ts';
import { importers } from '../../src/trace/registry.ts';
import { traceHeader, traceText } from '../../src/trace/write.ts';
import { validRecord } from '../helpers/recordArbitraries.ts';
import { headerLine, nativeText, openText, sighting, textError } from '../helpers/traces.ts';

async function* batches(...all: readonly (readonly TraceRecord[])[]): AsyncIterable<readonly TraceRecord[]> {
  for (const batch of all) yield batch;
}

async function written(...records: readonly TraceRecord[]): Promise<string> {
  let text = '';
  for await (const piece of traceText({ importer: 'test' }, batches(records.slice(0, 2), [], records.slice(2))))
    text += piece;
  return text;
}

describe('a trace that is written', () => {
  it('reads back equal, and writes the same bytes again', async () => {
    const nonEmpty = fc.array(validRecord, { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(nonEmpty, async (records) => {
        const text = await written(...records);
        const { records: read, tally, importer } = await openText(text, {}, 'a.ndjson');
        expect(importer.name).toBe('enlab');
        // JSON has no -0.
        expect(read).toEqual(JSON.parse(JSON.stringify(records)));
        expect(tally).toMatchObject({ rows: records.length, used: records.length, provenance: { importer: 'test' } });
        expect(await written(...(read as TraceRecord[]))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it('starts with the header and has one record a line', async () => {
    const text = await written(sighting, { type: 'truth', user: 'u', label: null });
    expect(text.split('\n')).toEqual([
      JSON.stringify(traceHeader({ importer: 'test' })),
      '{"type":"sighting","time":1600000000,"receiver":"r","transmitter":"t","rssi":-60}',
      '{"type":"truth","user":"u","label":null}',
      '',
    ]);
  });

  it('never holds a number that JSON would turn into null', async () => {
    const broken = { ...sighting, rssi: Number.NaN };
    await expect(written(sighting, broken)).rejects.toMatchObject({
      code: 'E-BUG',
      message: expect.stringContaining('rssi'),
    });
  });
});

describe('the reader', () => {
  it.each([
    ['gzip', gzipSync(nativeText(sighting, sighting))],
    ['CRLF', nativeText(sighting, sighting).replaceAll('\n', '\r\n')],
    ['no end of line at the end', nativeText(sighting, sighting).trimEnd()],
    ['blank lines', nativeText('', sighting, '  ', sighting, '')],
    ['a blank line and a byte order mark before the header', `\uFEFF\n${nativeText(sighting, sighting)}`],
  ])('takes %s', async (_name, content) => {
    const { records, tally } = await openText(content, {}, 'a.ndjson');
    expect(records).toEqual([sighting, sighting]);
    expect(tally.rows).toBe(2);
  });

  it('leaves unknown fields out and counts the rows that have them', async () => {
    const { records, tally } = await openText(nativeText({ ...sighting, note: 1 }, { ...sighting, note: 2, x: [] }));
    expect(records).toEqual([sighting, sighting]);
    expect(tally.notices).toEqual(
      new Map([
        ['unknown field "note" left out', 2],
        ['unknown field "x" left out', 1],
      ]),
    );
  });

  it('leaves unknown fields of the header out: that is how versions grow', async () => {
    const text = `${headerLine({ created: '2021', license: 'x' })}\n${JSON.stringify(sighting)}\n`;
    const { records, tally } = await openText(text);
    expect(records).toEqual([sighting]);
    expect(tally.notices.get('unknown field "header.created" left out')).toBe(1);
    expect(tally.notices.size).toBe(2);
  });

  it('names twenty unknown fields, in forty characters each', async () => {
    const rows = Array.from({ length: 30 }, (_, k) => ({ ...sighting, [`field ${k} ${'x'.repeat(100)}`]: k }));
    const { tally } = await openText(nativeText(...rows, rows[0]!));
    expect(tally.notices.size).toBe(21);
    expect(tally.notices.get(`unknown field "field 0 ${'x'.repeat(32)}..." left out`)).toBe(2);
    expect(tally.notices.get('other unknown fields left out')).toBe(10);
  });

  it('accounts for devices, models and times', async () => {
    const exposure = { type: 'exposure', minutes: 5, attenuation: 50, day: 10 };
    const { tally } = await openText(
      nativeText({ ...sighting, receiverModel: 'SM-G973F' }, { ...sighting, time: 1_500_000_000 }, exposure, {
        type: 'histogram',
        receiver: 'h',
        edges: [40, 50],
        minutes: [3],
      }),
    );
    expect([...tally.devices]).toEqual([
      ['r', 'SM-G973F'],
      ['t', undefined],
      ['h', undefined],
    ]);
    expect([tally.first, tally.last, tally.timeUnit]).toEqual([864_000, 1_600_000_000, 'unix s']);
    expect((await openText(nativeText(exposure))).tally.timeUnit).toBe('UTC day');
    const cell = { type: 'cell', D: 1, A: 1, positives: 0, negatives: 1 };
    expect((await openText(nativeText(cell))).tally).toMatchObject({ timeUnit: 'none', first: undefined });
  });
});

describe('a trace that is refused', () => {
  const units = (changes: object): string => `${headerLine({ units: { ...traceUnits, ...changes } })}\n`;
  it.each([
    ['no header', `${JSON.stringify(sighting)}\n`, 'E-FILE-FORMAT', 1, 'not a header'],
    ['another version', `${headerLine({ version: 2 })}\n`, 'E-FILE-FORMAT', 1, 'version 2; this enlab reads version 1'],
    ['a version as text', `${headerLine({ version: '1' })}\n`, 'E-FILE-FORMAT', 1, 'version "1"'],
    ['distance in cm', units({ distance: 'cm' }), 'E-UNITS', 1, 'distance in "cm", not m'],
    ['time in ms', units({ time: 'unix ms' }), 'E-UNITS', 1, 'time in "unix ms", not unix s'],
    ['a unit that is missing', units({ rssi: undefined }), 'E-UNITS', 1, 'rssi in no unit'],
    ['no units', `${headerLine({ units: undefined })}\n`, 'E-UNITS', 1, 'time in no unit'],
    ['an unknown unit', units({ speed: 'm/s' }), 'E-FILE-INVALID', 1, 'header: units'],
    ['no provenance', `${headerLine({ provenance: undefined })}\n`, 'E-FILE-INVALID', 1, 'header: provenance: '],
    ['a long version', `${headerLine({ version: 'v'.repeat(99) })}\n`, 'E-FILE-FORMAT', 1, `v${'v'.repeat(38)}...;`],
    ['NaN', nativeText(sighting, '{"type":"exposure","minutes":NaN}'), 'E-FILE-INVALID', 3, 'not JSON'],
    ['half a line', nativeText(sighting, '{"type":"sight'), 'E-FILE-INVALID', 3, 'not JSON'],
    ['two records on a line', nativeText('{"a":1} {"b":2}'), 'E-FILE-INVALID', 2, 'not JSON'],
    [
      'negative minutes',
      nativeText({ type: 'exposure', minutes: -5, attenuation: 50 }),
      'E-FILE-INVALID',
      2,
      'minutes',
    ],
    ['RSSI out of range', nativeText(sighting, '', { ...sighting, rssi: 127 }), 'E-FILE-INVALID', 4, 'rssi'],
    [
      '1e999',
      nativeText('{"type":"exposure","minutes":1,"attenuation":1,"weight":1e999}'),
      'E-FILE-INVALID',
      2,
      'weight',
    ],
    ['a header and nothing else', nativeText(), 'E-FILE-EMPTY', undefined, 'no records'],
  ])('%s', async (_name, text, code, line, message) => {
    const error = await textError(text, {}, 'a.ndjson');
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
    expect(error.place?.line).toBe(line);
    expect(error.place?.file).toContain('a.ndjson');
  });

  it('the column of a JSON error is told where the parser knows it', async () => {
    const error = await textError(nativeText('{"type":"cell",}'));
    expect(error.place).toMatchObject({ line: 2, column: 16 });
  });

  it('a line far into a large file is named exactly', async () => {
    const lines: string[] = Array(30_000).fill(JSON.stringify(sighting));
    lines[29_990] = '{}';
    const error = await textError(nativeText(...lines), {}, 'a.ndjson');
    expect(error.place?.line).toBe(29_992);
  });

  it('blank lines only, read as a trace of ours', async () => {
    expect(await textError('\n\n', { from: 'enlab' })).toMatchObject({ code: 'E-FILE-EMPTY' });
  });
});

describe('docs/trace-format.md', () => {
  const page = readFileSync(new URL('../../docs/trace-format.md', import.meta.url), 'utf8');

  it('shows an example of every record that can be read', async () => {
    const [, example = ''] = /```ndjson\n(.*?)```/s.exec(page) ?? [];
    const { records, tally } = await openText(example);
    expect(tally.notices.size).toBe(0);
    const types = recordSchema.options.map((schema) => schema.shape.type.value);
    expect([...new Set(records.map(({ type }) => type))].toSorted()).toEqual(types.toSorted());
  });

  it('lists every format', () => {
    const [, table = ''] = /## Formats that are imported\n\n(.*?)\n\n/s.exec(page) ?? [];
    const listed = [...table.matchAll(/^\| `([a-z][a-z0-9-]+)` /gm)].map(([, name]) => name);
    expect(listed).toEqual(importers.map(({ name }) => name));
  });
});

describe('schemas/trace-record.generated.json', () => {
  it('is the schema of a record (update: npx vitest run test/trace/native.test.ts -u)', async () => {
    const text = `${JSON.stringify(z.toJSONSchema(recordSchema), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot('../../schemas/trace-record.generated.json');
  });
});
