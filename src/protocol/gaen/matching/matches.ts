/** The result of a match: which key was heard in which sighting. */
import { createHash } from 'node:crypto';
import type { ENInterval } from '../intervals.ts';
import { columnOf } from './columns.ts';

/** Row m: an identifier of key `keyRow[m]`, made for `interval[m]`, is that of sighting `sightingRow[m]`. */
export interface Matches {
  readonly length: number;
  readonly keyRow: Uint32Array;
  readonly sightingRow: Uint32Array;
  readonly interval: Uint32Array;
}

/** Columns that grow: nobody knows before how many matches there will be. */
export class MatchList {
  #rows = columnOf(Uint32Array, 3 * 256);
  #end = 0;

  add(keyRow: number, sightingRow: number, interval: ENInterval): void {
    if (this.#end === this.#rows.length) this.#grow();
    this.#rows[this.#end] = keyRow;
    this.#rows[this.#end + 1] = sightingRow;
    this.#rows[this.#end + 2] = interval;
    this.#end += 3;
  }

  #grow(): void {
    const rows = columnOf(Uint32Array, this.#rows.length * 2);
    rows.set(this.#rows);
    this.#rows = rows;
  }

  /** The matches in canonical order: by key, then interval, then sighting; none twice. */
  sorted(): Matches {
    const rows = this.#rows;
    const order = new Uint32Array(this.#end / 3).map((_, m) => m * 3);
    const before = (a: number, b: number): number =>
      rows[a]! - rows[b]! || rows[a + 2]! - rows[b + 2]! || rows[a + 1]! - rows[b + 1]!;
    // A comparing sort costs more than the match; device-exact matching finds them in order already.
    if (order.some((at, m) => m > 0 && before(order[m - 1]!, at) > 0)) order.sort(before);
    return {
      length: order.length,
      keyRow: order.map((at) => rows[at]!),
      sightingRow: order.map((at) => rows[at + 1]!),
      interval: order.map((at) => rows[at + 2]!),
    };
  }
}

const joined = (parts: readonly Uint32Array[]): Uint32Array => {
  const whole = columnOf(
    Uint32Array,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

/** Lists of ascending keys behind one another. */
export const joinMatches = (parts: readonly Matches[]): Matches => ({
  length: parts.reduce((sum, { length }) => sum + length, 0),
  keyRow: joined(parts.map(({ keyRow }) => keyRow)),
  sightingRow: joined(parts.map(({ sightingRow }) => sightingRow)),
  interval: joined(parts.map(({ interval }) => interval)),
});

/** SHA-256, hexadecimal, over the matches in canonical order: three 32-bit numbers each, little-endian. */
export function matchDigest({ length, keyRow, sightingRow, interval }: Matches): string {
  const bytes = new DataView(new ArrayBuffer(length * 12));
  for (let m = 0; m < length; m++) {
    bytes.setUint32(m * 12, keyRow[m]!, true);
    bytes.setUint32(m * 12 + 4, interval[m]!, true);
    bytes.setUint32(m * 12 + 8, sightingRow[m]!, true);
  }
  return createHash('sha256').update(bytes).digest('hex');
}
