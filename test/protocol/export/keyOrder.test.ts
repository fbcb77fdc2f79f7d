/** The orders of keys in a file, against the plain way to sort. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortedRows } from '../../../src/protocol/export/keyOrder.ts';
import { keyDataAt, keyTableOf } from '../../../src/protocol/gaen/keyTable.ts';

/** Keys of few different bytes, so that beginnings and whole keys repeat. */
const tables = fc
  .array(fc.array(fc.constantFrom<number[]>(0, 1, 62, 63, 64, 127, 128, 251, 255), { minLength: 16, maxLength: 16 }), {
    maxLength: 60,
  })
  .map((keys) =>
    keyTableOf(
      keys.map((data, k) => ({
        keyData: Uint8Array.from(k % 3 === 0 ? [...Array<number>(15).fill(5), data[15]!] : data),
        rollingStartIntervalNumber: 1,
        rollingPeriod: 1,
      })),
    ),
  );

it.each(['bytes', 'base64'] as const)(
  '%s: as a comparison of texts orders them, equal keys in their own order',
  (order) => {
    fc.assert(
      fc.property(tables, (table) => {
        const text = (row: number): string =>
          Buffer.from(keyDataAt(table, row)).toString(order === 'bytes' ? 'hex' : 'base64');
        const plain = Array.from({ length: table.length }, (_, row) => row).toSorted((a, b) =>
          text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : a - b,
        );
        expect([...sortedRows(table, order)]).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  },
);

it('sorts many keys as it sorts few', () => {
  const keys = Array.from({ length: 5000 }, (_, k) => ({
    // Multiples of a prime, so that they come in no order; every tenth begins like its neighbour.
    keyData: Uint8Array.from(
      { length: 16 },
      (__, byte) => ((k - (k % 10 === 9 ? 1 : 0)) * 7919 * (byte + 1) + (byte === 15 ? k : 0)) & 255,
    ),
    rollingStartIntervalNumber: 1,
    rollingPeriod: 1,
  }));
  const table = keyTableOf(keys);
  const text = (row: number): string => Buffer.from(keyDataAt(table, row)).toString('hex');
  const plain = keys.map((_, row) => row).toSorted((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : a - b));
  expect([...sortedRows(table)]).toEqual(plain);
});
