/**
 * Orders of keys in a file. Sorting is how servers shuffle: keys are random, so their order says nothing about who
 * uploaded what (Exposure Notification FAQ; Corona-Warn-App and Google sort by bytes, Immuni by base64 text).
 */
import { KEY_BYTES } from '../gaen/keys.ts';
import { type KeyTable, keyDataAt } from '../gaen/keyTable.ts';

export const keyOrders = ['bytes', 'base64'] as const;
export type KeyOrder = (typeof keyOrders)[number];

/** Rank of each of the 64 digits in ASCII: "+" and "/" come before figures, those before letters (RFC 4648 4). */
const base64Rank = Uint8Array.from({ length: 64 }, (_, digit) =>
  digit < 52 ? digit + 12 : digit < 62 ? digit - 50 : digit - 62,
);

/** Four base64 digits of three bytes as a number of 24 bits that compares as their text does. */
function ranked(bytes: Uint8Array, at: number): number {
  const three = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
  const upper = (base64Rank[three >> 18]! << 6) | base64Rank[(three >> 12) & 63]!;
  return (upper << 12) | (base64Rank[(three >> 6) & 63]! << 6) | base64Rank[three & 63]!;
}

/** The first 32 bits of each key, in the order that is wanted; few keys of a file share them. */
function leadingBits({ keyData, length }: KeyTable, order: KeyOrder): Uint32Array {
  const view = new DataView(keyData.buffer, keyData.byteOffset, keyData.byteLength);
  const bits = new Uint32Array(length);
  for (let row = 0; row < length; row++) {
    const at = row * KEY_BYTES;
    bits[row] = order === 'bytes' ? view.getUint32(at) : ranked(keyData, at) * 256 + (ranked(keyData, at + 3) >>> 16);
  }
  return bits;
}

/** With fewer keys, making the counters of a radix sort takes longer than comparing. */
const FEWEST_FOR_RADIX = 4096;

/** Rows by their leading bits: a radix sort of two passes of 16 bits, twenty times as fast as comparing. Stable. */
function rowsByBits(bits: Uint32Array): Uint32Array {
  let rows = Uint32Array.from(bits, (_, row) => row);
  if (bits.length < FEWEST_FOR_RADIX) return rows.toSorted((one, other) => bits[one]! - bits[other]! || one - other);
  for (const shift of [0, 16]) {
    const next = new Uint32Array(65_536);
    for (const value of bits) next[(value >>> shift) & 0xffff]!++;
    for (let digit = 0, sum = 0; digit < next.length; digit++) {
      const count = next[digit]!;
      next[digit] = sum;
      sum += count;
    }
    const sorted = new Uint32Array(rows.length);
    for (const row of rows) sorted[next[(bits[row]! >>> shift) & 0xffff]!++] = row;
    rows = sorted;
  }
  return rows;
}

/** Negative where the key of row `a` comes before that of row `b` as bytes, 0 where they are the same. */
export function compareKeys({ keyData }: KeyTable, a: number, b: number): number {
  const [left, right] = [a * KEY_BYTES, b * KEY_BYTES];
  for (let k = 0; k < KEY_BYTES; k++) {
    const difference = keyData[left + k]! - keyData[right + k]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareTexts(table: KeyTable, a: number, b: number): number {
  const [left, right] = [a, b].map((row) => Buffer.from(keyDataAt(table, row)).toString('base64')) as [string, string];
  return left < right ? -1 : left > right ? 1 : 0;
}

/**
 * Row numbers in the order of the keys; rows of equal keys keep theirs. Time grows as n log n whatever the keys are,
 * also where somebody chose them.
 */
export function sortedRows(table: KeyTable, order: KeyOrder = 'bytes'): Uint32Array {
  const bits = leadingBits(table, order);
  const rows = rowsByBits(bits);
  const compare = order === 'bytes' ? compareKeys : compareTexts;
  for (let first = 0, end = 1; first < rows.length; first = end++) {
    while (end < rows.length && bits[rows[end]!] === bits[rows[first]!]) end++;
    if (end - first > 1) rows.subarray(first, end).sort((a, b) => compare(table, a, b));
  }
  return rows;
}
