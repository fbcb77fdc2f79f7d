/**
 * Finds identifiers of 16 bytes among very many: a filter of one bit answers nearly all questions, a directory of the
 * leading bits the rest, and the whole identifier is compared before anything counts as found. No hash table: whoever
 * sends beacons chooses their bytes, and could let a table degenerate; here the worst search is a binary one.
 */
import { IDENTIFIER_BYTES } from '../identifiers.ts';
import { columnOf } from './columns.ts';

const WORDS = IDENTIFIER_BYTES / Uint32Array.BYTES_PER_ELEMENT;

/**
 * Typed arrays only, so that workers get it as it is. Words are read in the order of bytes of the machine: any order
 * serves, as both sides use the same.
 */
export interface IdentifierIndex {
  readonly length: number;
  /** Identifiers in the order in which they were given, 4 words each. */
  readonly words: Uint32Array;
  /** Bit b is set when an identifier has b as the upper bits of its first word. */
  readonly filter: Uint8Array;
  readonly filterShift: number;
  /** Places in `order` where identifiers begin that have this number as upper bits of their first word. */
  readonly directory: Uint32Array;
  readonly directoryShift: number;
  /** Rows, sorted by identifier, then by row. */
  readonly order: Uint32Array;
  /** First words in that order. */
  readonly prefixes: Uint32Array;
}

/** Identifiers as words, 4 each; a view, or a copy where the bytes do not begin at a word. */
export const wordsOf = ({ buffer, byteOffset, length }: Uint8Array): Uint32Array =>
  byteOffset % Uint32Array.BYTES_PER_ELEMENT === 0
    ? new Uint32Array(buffer, byteOffset, length / Uint32Array.BYTES_PER_ELEMENT)
    : new Uint32Array(buffer.slice(byteOffset, byteOffset + length));

/** 32 to 64 bits of filter an identifier; with half of that twice as many searches remain (docs/matching.md, "Speed"). */
const FILTER_BITS = 6;
/** Below 1,024 identifiers the smallest arrays do; above 2^25 they stop growing, long after memory would. */
const LEAST_BITS = 10;
const MOST_BITS = 25;

const bitsFor = (count: number): number => Math.min(Math.max(31 - Math.clz32(count), LEAST_BITS), MOST_BITS);

/** Index of `identifiers`, 16 bytes each; equal ones may occur many times. `shared`: arrays that workers can see too. */
export function indexIdentifiers(identifiers: Uint8Array, { shared = false } = {}): IdentifierIndex {
  const length = identifiers.length / IDENTIFIER_BYTES;
  if (!Number.isInteger(length)) throw new RangeError(`${identifiers.length} bytes are no whole identifiers`);
  const filterBits = bitsFor(length) + FILTER_BITS;
  const directoryBits = bitsFor(length) + 1;
  const words = columnOf(Uint32Array, length * WORDS, shared);
  new Uint8Array(words.buffer).set(identifiers);
  const index: IdentifierIndex = {
    length,
    words,
    filter: columnOf(Uint8Array, 1 << (filterBits - 3), shared),
    filterShift: 32 - filterBits,
    directory: columnOf(Uint32Array, (1 << directoryBits) + 1, shared),
    directoryShift: 32 - directoryBits,
    order: columnOf(Uint32Array, length, shared),
    prefixes: columnOf(Uint32Array, length, shared),
  };
  fill(index);
  return index;
}

/** Counting sort by the leading bits, then each of the small groups by the rest. */
function fill(index: IdentifierIndex): void {
  const { length, words, filter, filterShift, directory, directoryShift, order, prefixes } = index;
  for (let row = 0; row < length; row++) {
    const word = words[row * WORDS]!;
    const bit = word >>> filterShift;
    filter[bit >>> 3]! |= 1 << (bit & 7);
    directory[(word >>> directoryShift) + 1]!++;
  }
  for (let group = 1; group < directory.length; group++) directory[group]! += directory[group - 1]!;
  const next = directory.slice();
  for (let row = 0; row < length; row++) order[next[words[row * WORDS]! >>> directoryShift]!++] = row;
  for (let group = 1; group < directory.length; group++) sortGroup(index, directory[group - 1]!, directory[group]!);
  for (let place = 0; place < length; place++) prefixes[place] = words[order[place]! * WORDS]!;
}

/** Groups have one or two members, unless somebody floods the air with chosen identifiers. */
const SMALL_GROUP = 16;

function sortGroup({ words, order }: IdentifierIndex, from: number, to: number): void {
  if (to - from > SMALL_GROUP) {
    order.subarray(from, to).sort((a, b) => compare(words, a * WORDS, words, b * WORDS) || a - b);
    return;
  }
  for (let place = from + 1; place < to; place++) {
    const row = order[place]!;
    let hole = place;
    // Rows come in ascending order, so equal ones need no exchange.
    for (; hole > from && compare(words, order[hole - 1]! * WORDS, words, row * WORDS) > 0; hole--)
      order[hole] = order[hole - 1]!;
    order[hole] = row;
  }
}

function compare(a: Uint32Array, atA: number, b: Uint32Array, atB: number): number {
  for (let word = 0; word < WORDS; word++) {
    const difference = a[atA + word]! - b[atB + word]!;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether an identifier that begins with `word` may be there; wrong once in 32 to 64 times when it is not. */
export function mayHold({ filter, filterShift }: IdentifierIndex, word: number): boolean {
  const bit = word >>> filterShift;
  return (filter[bit >>> 3]! & (1 << (bit & 7))) !== 0;
}

/**
 * The same for a run of identifiers, 4 words each: numbers of those that may be there go to `into`, their count is
 * returned. A branch that is seldom taken costs half of what arithmetic without branches does here.
 */
export function sift({ filter, filterShift }: IdentifierIndex, words: Uint32Array, into: Uint8Array): number {
  let count = 0;
  for (let k = 0, at = 0; at < words.length; k++, at += WORDS) {
    const bit = words[at]! >>> filterShift;
    if ((filter[bit >>> 3]! & (1 << (bit & 7))) !== 0) into[count++] = k;
  }
  return count;
}

/** First place in `order` of the identifier at `words[at]`, or -1. Equal ones follow; `isSameAt` tells where they end. */
export function findPlace(index: IdentifierIndex, words: Uint32Array, at: number): number {
  const { directory, directoryShift, prefixes, order } = index;
  const prefix = words[at]!;
  const group = prefix >>> directoryShift;
  const end = directory[group + 1]!;
  let low = directory[group]!;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const found = prefixes[middle]! - prefix || compare(index.words, order[middle]! * WORDS, words, at);
    if (found < 0) low = middle + 1;
    else high = middle;
  }
  return low < end && isSameAt(index, low, words, at) ? low : -1;
}

/** Whether the identifier at a place in `order` is the one at `words[at]`. */
export const isSameAt = (index: IdentifierIndex, place: number, words: Uint32Array, at: number): boolean =>
  place < index.length && compare(index.words, index.order[place]! * WORDS, words, at) === 0;
