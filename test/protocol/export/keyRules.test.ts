/** Bad keys are dropped one by one and counted; the others of the file are read. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { reasons } from '../../../src/protocol/export/keyRules.ts';
import { type ReadOptions, readExport } from '../../../src/protocol/export/reader.ts';
import { keyAt, keyDataAt } from '../../../src/protocol/gaen/keyTable.ts';
import {
  bytes,
  DAY_BEFORE,
  dataField,
  exportMessage,
  type ForeignKey,
  integerField,
  varint,
  WINDOW,
} from '../../helpers/foreignKeyFiles.ts';
import { keysOf, zipOf } from '../../helpers/keyExports.ts';

const file = (keys: readonly ForeignKey[], extra?: Uint8Array): Buffer =>
  zipOf(exportMessage({ keys, ...(extra && { extra }) }), new Uint8Array());
const read = (keys: readonly ForeignKey[], options?: ReadOptions) => readExport(file(keys), options).keys;

const good: ForeignKey = { data: Buffer.from('0123456789abcdef'), start: DAY_BEFORE, period: 144, level: 1 };
const neighbours = keysOf(2).map(({ keyData }): ForeignKey => ({ ...good, data: keyData }));
const windowStart = Math.floor(WINDOW[0] / 600);
const windowEnd = Math.floor(WINDOW[1] / 600);

const bad: readonly (readonly [string, ForeignKey, string])[] = [
  ['key data of 15 bytes', { ...good, data: Buffer.alloc(15, 1) }, reasons.length],
  ['key data of 17 bytes', { ...good, data: Buffer.alloc(17, 1) }, reasons.length],
  ['empty key data', { ...good, data: Buffer.alloc(0) }, reasons.length],
  ['no key data', { start: DAY_BEFORE }, reasons.length],
  ['key data of zeros', { ...good, data: Buffer.alloc(16) }, reasons.zero],
  ['period 0', { ...good, period: 0 }, reasons.period],
  ['period 145', { ...good, period: 145 }, reasons.period],
  ['a negative period', { ...good, period: -1 }, reasons.period],
  ['no start', { data: good.data! }, reasons.start],
  ['start 0', { ...good, start: 0 }, reasons.start],
  ['a negative start', { ...good, start: -DAY_BEFORE }, reasons.start],
  ['a start beyond 31 bits', { ...good, start: 0x8000_0000 }, reasons.start],
  ['a start in seconds', { ...good, start: WINDOW[0] }, reasons.future],
  ['a start 31 days before the window', { ...good, start: windowStart - 30 * 144 - 1 }, reasons.ancient],
  ['a start three days after the window', { ...good, start: windowEnd + 2 * 144 + 1 }, reasons.future],
  ['level 9', { ...good, level: 9 }, reasons.risk],
  ['level -1', { ...good, level: -1 }, reasons.risk],
];

describe('a key is dropped', () => {
  it.each(bad)('%s', (_, key, reason) => {
    const { table, count, rejected, rejectedRows } = read([neighbours[0]!, key, neighbours[1]!]);
    expect(rejected).toEqual({ [reason]: 1 });
    expect(rejectedRows).toEqual({ [reason]: [2] });
    expect([table.length, count]).toEqual([2, 3]);
    expect([0, 1].map((row) => toHex(keyDataAt(table, row)))).toEqual(neighbours.map(({ data }) => toHex(data!)));
  });

  it('with the places of the first five only, however many there are', () => {
    const { rejected, rejectedRows } = read(Array.from({ length: 9 }, () => ({ ...good, period: 0 })));
    expect(rejected).toEqual({ [reasons.period]: 9 });
    expect(rejectedRows).toEqual({ [reasons.period]: [1, 2, 3, 4, 5] });
  });
});

describe('a key is used', () => {
  it.each([
    ['period 1', { ...good, period: 1 }],
    ['level 0', { ...good, level: 0 }],
    ['level 8', { ...good, level: 8 }],
    ['the earliest start', { ...good, start: windowStart - 30 * 144 }],
    ['the latest start', { ...good, start: windowEnd + 2 * 144 }],
    ['a start in the middle of a day', { ...good, start: DAY_BEFORE + 77 }],
    ['one byte that is not zero', { ...good, data: Buffer.from('00'.repeat(15) + '01', 'hex') }],
  ])('%s', (_, key) => {
    expect(read([key])).toMatchObject({ table: { length: 1 }, rejected: {} });
  });

  it('with other days than the default where they are given', () => {
    const old = { ...good, start: windowStart - 50 * 144 };
    expect(read([old], { plausibleDays: { before: 60, after: 0 } }).rejected).toEqual({});
    expect(read([{ ...good, start: windowEnd + 1 }], { plausibleDays: { before: 60, after: 0 } }).rejected).toEqual({
      [reasons.future]: 1,
    });
  });
});

describe('the same key again', () => {
  it('is dropped, and the first one stays', () => {
    const { table, rejected, rejectedRows } = read([good, neighbours[0]!, good, good]);
    expect(table.length).toBe(2);
    expect([rejected, rejectedRows]).toEqual([{ [reasons.duplicate]: 2 }, { [reasons.duplicate]: [3, 4] }]);
  });

  it('with another period or start has a reason of its own, and never takes effect', () => {
    const { table, rejected } = read([{ ...good, period: 50 }, good, { ...good, start: DAY_BEFORE - 144, period: 50 }]);
    expect(rejected).toEqual({ [reasons.seenAgain]: 2 });
    expect(keyAt(table, 0)).toMatchObject({ rollingPeriod: 50, rollingStartIntervalNumber: DAY_BEFORE });
  });

  it('is found wherever it stands: the same as looking every key up', () => {
    const few = fc.array(fc.record({ which: fc.integer({ min: 0, max: 5 }), period: fc.integer({ min: 0, max: 3 }) }), {
      maxLength: 40,
    });
    const pool = keysOf(6).map(({ keyData }) => keyData);
    fc.assert(
      fc.property(few, (choices) => {
        const kept: string[] = [];
        const seen = new Set<number>();
        for (const { which, period } of choices) {
          if (period === 0 || seen.has(which)) continue;
          seen.add(which);
          kept.push(`${toHex(pool[which]!)} ${period}`);
        }
        const { table } = read(choices.map(({ which, period }) => ({ data: pool[which]!, start: DAY_BEFORE, period })));
        const rows = Array.from(
          { length: table.length },
          (_, row) => `${toHex(keyDataAt(table, row))} ${table.rollingPeriod[row]}`,
        );
        expect(rows).toEqual(kept);
      }),
      { numRuns: 200 },
    );
  });

  it('takes no longer where somebody chose keys that begin alike', () => {
    const keys = Array.from({ length: 20_000 }, (_, k) => {
      const data = Buffer.alloc(16, 7);
      data.writeUInt32BE(20_000 - k, 12);
      return { ...good, data };
    });
    expect(read([...keys, keys[0]!], { maxRatio: 100 })).toMatchObject({
      table: { length: 20_000 },
      rejected: { [reasons.duplicate]: 1 },
    });
  });
});

describe('export.bin is refused', () => {
  const body = (extra: Uint8Array) => file([], extra);
  it.each([
    [
      'another version',
      zipOf(exportMessage({ header: 'EK Export v2    ' }), new Uint8Array()),
      /begins with "EK Export v2 {4}"/,
    ],
    [
      'a header without its spaces',
      zipOf(exportMessage({ header: 'EK Export v1' }), new Uint8Array()),
      /instead of "EK Export v1 {4}"/,
    ],
    ['nothing', zipOf(new Uint8Array(), new Uint8Array()), /begins with ""/],
    ['a key that is cut', body(Buffer.from('3a1c0a10', 'hex')), /damaged near byte \d+ of \d+/],
    ['key data beyond its key', body(Buffer.from('3a040a10aaaa0000000000000000000000000000', 'hex')), /damaged/],
    ['a start with a length', body(dataField(7, dataField(3, 'x'))), /damaged/],
    ['key data as a number', body(dataField(7, integerField(1, 5))), /damaged/],
    ['keys as a number', body(integerField(7, 5)), /damaged/],
    ['a varint without an end', body(Buffer.alloc(11, 0xff)), /damaged/],
    ['a group without an end', body(varint((20 << 3) | 3)), /damaged/],
    [
      'groups in groups without end',
      body(Buffer.concat(Array.from({ length: 5000 }, () => varint((20 << 3) | 3)))),
      /damaged/,
    ],
    ['field number 0', body(Buffer.from('0001', 'hex')), /damaged/],
    ['a region of a thousand letters', zipOf(exportMessage({ region: 'x'.repeat(1000) }), new Uint8Array()), /damaged/],
    [
      'a window that ends first',
      zipOf(exportMessage({ window: [WINDOW[1], WINDOW[0]] }), new Uint8Array()),
      /ends at .* and begins at/,
    ],
    [
      '17 signers',
      zipOf(exportMessage({ infos: Array.from({ length: 17 }, () => ({})) }), new Uint8Array()),
      /more than 16 signatures/,
    ],
  ])('%s', (_, zip, message) => {
    // The ratio of such files gives them away before they are parsed, which is not what is looked at here.
    const work = () => readExport(zip, { maxRatio: 10_000 });
    expect(work).toThrow(EnlabError);
    expect(work).toThrow(message);
  });

  it('more keys than allowed, before memory is set aside for them', () => {
    expect(() => readExport(file([good, ...neighbours]), { maxKeys: 2 })).toThrow(/3 keys, more than 2/);
    // Ten million empty keys, stored: 20 MB that would claim 300 MB of columns.
    const many = zipOf(
      bytes(exportMessage({}), Buffer.alloc(20_000_000, Buffer.from('3a00', 'hex'))),
      new Uint8Array(),
    );
    expect(() => readExport(many, { maxRatio: 5_000 })).toThrow(/10,000,000 keys, more than 1,000,000/);
    expect(() => readExport(many)).toThrow(/would expand/);
  });
});
