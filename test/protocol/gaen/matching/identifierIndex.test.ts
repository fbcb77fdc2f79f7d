import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import {
  findPlace,
  type IdentifierIndex,
  indexIdentifiers,
  isSameAt,
  mayHold,
  sift,
  wordsOf,
} from '../../../../src/protocol/gaen/matching/identifierIndex.ts';

/** Rows of an identifier, as the engine finds them. */
function rowsOf(index: IdentifierIndex, identifier: Uint8Array): readonly number[] {
  const words = wordsOf(identifier);
  const place = findPlace(index, words, 0);
  const rows: number[] = [];
  if (place >= 0) for (let at = place; isSameAt(index, at, words, 0); at++) rows.push(index.order[at]!);
  return rows;
}

const concatenated = (identifiers: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(identifiers));
const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
const bruteForce = (identifiers: readonly Uint8Array[], wanted: Uint8Array): readonly number[] =>
  [...identifiers.keys()].filter((row) => equal(identifiers[row]!, wanted));

/** Few different bytes, so that identifiers and parts of them coincide. */
const similar = fc
  .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.nat(2))
  .map((words) => new Uint8Array(Uint32Array.from(words, (word) => [0, 1, 0xffff_ffff][word]!).buffer));
const anyIdentifier = fc.oneof(similar, fc.uint8Array({ minLength: 16, maxLength: 16 }));

describe('an index of identifiers', () => {
  it('finds all rows of an identifier, ascending, as brute force does', () => {
    fc.assert(
      fc.property(fc.array(anyIdentifier, { maxLength: 60 }), anyIdentifier, (identifiers, other) => {
        const index = indexIdentifiers(concatenated(identifiers));
        for (const wanted of [...identifiers, other])
          expect(rowsOf(index, wanted)).toEqual(bruteForce(identifiers, wanted));
      }),
    );
  });

  it('never sifts out what is there, and little of what is not', () => {
    const stored = keyedEntropy(1, 'stored')(100_000 * 16);
    const index = indexIdentifiers(stored);
    const into = new Uint8Array(144);
    expect(sift(index, wordsOf(stored.slice(0, 2304)), into)).toBe(144);
    expect([...into]).toEqual(Array.from({ length: 144 }, (_, k) => k));
    let passed = 0;
    const strangers = keyedEntropy(2, 'strangers')(144 * 100 * 16);
    for (let day = 0; day < 100; day++) {
      const words = wordsOf(strangers.slice(day * 2304, (day + 1) * 2304));
      const count = sift(index, words, into);
      expect([...into.subarray(0, count)].every((k) => mayHold(index, words[k * 4]!))).toBe(true);
      passed += count;
    }
    expect(passed / 14_400).toBeLessThan(1 / 32);
    expect(passed).toBeGreaterThan(0);
  });

  it('compares all 16 bytes: a flood of one prefix is no match', () => {
    const flood = Array.from({ length: 5_000 }, (_, k) =>
      Uint8Array.from({ length: 16 }, (_byte, at) => (at < 4 ? 7 : at === 15 ? k : k >> 8)),
    );
    const index = indexIdentifiers(concatenated(flood));
    for (const row of [0, 1, 255, 256, 4_999])
      expect(rowsOf(index, flood[row]!)).toEqual(bruteForce(flood, flood[row]!));
    for (let byte = 0; byte < 16; byte++) {
      const other = Uint8Array.from(flood[300]!, (value, at) => (at === byte ? value ^ 0x80 : value));
      expect(rowsOf(index, other)).toEqual(bruteForce(flood, other));
    }
  });

  it('finds one identifier that was heard ten thousand times', () => {
    const heard = new Uint8Array(10_000 * 16).fill(3);
    expect(rowsOf(indexIdentifiers(heard), new Uint8Array(16).fill(3))).toEqual(
      Array.from({ length: 10_000 }, (_, row) => row),
    );
  });

  it('holds nothing when nothing was stored', () => {
    const index = indexIdentifiers(new Uint8Array());
    expect(rowsOf(index, new Uint8Array(16))).toEqual([]);
  });

  it('lies in shared memory on request', () => {
    const { words, filter, directory, order, prefixes } = indexIdentifiers(new Uint8Array(32), { shared: true });
    for (const column of [words, filter, directory, order, prefixes])
      expect(column.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('refuses bytes that are no whole identifiers', () => {
    expect(() => indexIdentifiers(new Uint8Array(17))).toThrow('17 bytes are no whole identifiers');
  });

  it('reads identifiers that do not begin at a word', () => {
    const bytes = keyedEntropy(3, 'unaligned')(49);
    expect([...wordsOf(bytes.subarray(1))]).toEqual([...wordsOf(bytes.slice(1))]);
    expect(rowsOf(indexIdentifiers(bytes.subarray(1)), bytes.subarray(17, 33))).toEqual([1]);
  });
});
