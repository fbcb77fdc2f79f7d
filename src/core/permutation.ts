/**
 * Keyed permutations of 0..n - 1 whose value and inverse are computed, never stored: of a nation as well as of a village. A
 * Feistel network over pairs of digits (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002, method 3), so that
 * nearly every value is found at once; those that fall behind n are walked on to the next.
 */
import { drawUint32, purposeHash } from './random.ts';

/** Four rounds of a random function are a random permutation for all who do not try hard (Luby and Rackoff 1988). */
const ROUNDS = 4;
/** Two lines of digits of 16 bits. */
const MOST = 4_294_967_296;

/** One step of murmur3's fmix32 (public domain, Austin Appleby), to 31 bits: more is no small integer, and slow. */
function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 1;
}

export class Permutation {
  readonly #n: number;
  /** Values are high * low numbers: a few more than n. */
  readonly #high: number;
  readonly #low: number;
  /** Signed, as the mixer takes them: unsigned ones would be doubles. */
  readonly #keys: Int32Array;

  /** Of n = 1..2^32 numbers, by (seed, purpose, ids) as draws are. RangeError for another n. */
  constructor(n: number, seed: number, purpose: string, ...ids: readonly number[]) {
    if (!(Number.isInteger(n) && n >= 1 && n <= MOST)) throw new RangeError(`no permutation of ${n} numbers`);
    this.#n = n;
    this.#low = Math.ceil(Math.sqrt(n));
    this.#high = Math.ceil(n / this.#low);
    const hash = purposeHash(purpose);
    this.#keys = Int32Array.from({ length: ROUNDS }, (_, round) => drawUint32(seed, hash, ...ids, round));
  }

  /** Where `index`, 0..n - 1, goes. */
  at(index: number): number {
    let value = index;
    do value = this.#once(value);
    while (value >= this.#n);
    return value;
  }

  /** What goes to `value`. */
  indexOf(value: number): number {
    let index = value;
    do index = this.#back(index);
    while (index >= this.#n);
    return index;
  }

  #once(value: number): number {
    let high = Math.floor(value / this.#low);
    let low = value - high * this.#low;
    for (let round = 0; round < ROUNDS; round += 2) {
      high = more(high, mix(low ^ this.#keys[round]!), this.#high);
      low = more(low, mix(high ^ this.#keys[round + 1]!), this.#low);
    }
    return high * this.#low + low;
  }

  #back(value: number): number {
    let high = Math.floor(value / this.#low);
    let low = value - high * this.#low;
    for (let round = ROUNDS - 2; round >= 0; round -= 2) {
      low = less(low, mix(high ^ this.#keys[round + 1]!), this.#low);
      high = less(high, mix(low ^ this.#keys[round]!), this.#high);
    }
    return high * this.#low + low;
  }
}

/** (value + step) mod n, for value below n. */
const more = (value: number, step: number, n: number): number => wrapped(value + (step % n) - n, n);

/** (value - step) mod n, for value below n. */
const less = (value: number, step: number, n: number): number => wrapped(value - (step % n), n);

/** `value`, or value + n where it is below 0: a branch would be mispredicted half of the time. */
const wrapped = (value: number, n: number): number => value + (n & (value >> 31));
