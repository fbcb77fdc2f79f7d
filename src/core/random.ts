/**
 * Keyed randomness: every draw is a pure function of (seed, purpose, ids, counter), so results do not depend on
 * the order of evaluation, on the number of workers or on what other modules draw (simulation.md 2).
 *
 * Construction: a permutation of two 32-bit lanes. One round is x = f(x) + rot13(y), y = g(y) + rot13(x), where f and
 * g are one step of murmur3's fmix32 (xor-shift by 16, odd multiplier; public domain, Austin Appleby) with its two
 * multipliers. Seed, purpose and each id are xored into x, one round after each; three more rounds finish. Avalanche
 * is complete after two (test/core/randomQuality.test.ts, docs/statistics.md). Not for secrets: keys can be recovered.
 */

/** First 32 bits of the fractional parts of the golden ratio and of sqrt(3): no seed starts at the fixed point 0, 0. */
const START_X = 0x9e3779b9;
const START_Y = 0xbb67ae85;
/** Multipliers of murmur3 fmix32. */
const MULTIPLIER_X = 0x85ebca6b;
const MULTIPLIER_Y = 0xc2b2ae35;
const FINAL_ROUNDS = 3;

const TWO_TO_21 = 2_097_152;
const TWO_TO_32 = 4_294_967_296;
const TWO_TO_53 = 9_007_199_254_740_992;

/** Half a round: a bijection of `lane` for every `other`. */
const stir = (lane: number, other: number, multiplier: number): number =>
  (Math.imul(lane ^ (lane >>> 16), multiplier) + ((other << 13) | (other >>> 19))) | 0;

/** 53 bits, all of x above the upper 21 of y: what a double holds exactly. */
function finish(x: number, y: number): number {
  for (let round = 0; round < FINAL_ROUNDS; round++) {
    x = stir(x, y, MULTIPLIER_X);
    y = stir(y, x, MULTIPLIER_Y);
  }
  return (x >>> 0) * TWO_TO_21 + (y >>> 11);
}

const upper32 = (bits53: number): number => (bits53 / TWO_TO_21) >>> 0;

/** FNV-1a of an ASCII name, as a signed 32-bit integer. Hash a purpose once, outside the loop. */
export function purposeHash(purpose: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < purpose.length; index++) {
    hash = Math.imul(hash ^ purpose.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}

/**
 * Uniform integer 0..2^32 - 1 of a key. Seed: any safe integer; purpose: its `purposeHash`; ids: integers, of which
 * the lower 32 bits count. Pure.
 */
export const drawUint32 = (seed: number, purpose: number, ...ids: readonly number[]): number =>
  upper32(drawBits(seed, purpose, ids));

/** Uniform in [0, 1), a multiple of 2^-53; its upper 32 bits are `drawUint32` of the same key. Pure. */
export const drawUniform = (seed: number, purpose: number, ...ids: readonly number[]): number =>
  drawBits(seed, purpose, ids) / TWO_TO_53;

function drawBits(seed: number, purpose: number, ids: readonly number[]): number {
  const upperSeed = Math.floor(seed / TWO_TO_32) ^ START_Y;
  let x = stir(seed ^ START_X, upperSeed, MULTIPLIER_X);
  let y = stir(upperSeed, x, MULTIPLIER_Y);
  x = stir(x ^ purpose, y, MULTIPLIER_X);
  y = stir(y, x, MULTIPLIER_Y);
  // By index: with for-of the whole draw takes almost twice as long (bench/random.ts).
  for (let index = 0; index < ids.length; index++) {
    x = stir(x ^ ids[index]!, y, MULTIPLIER_X);
    y = stir(y, x, MULTIPLIER_Y);
  }
  return finish(x, y);
}

/** The begin of a key, for many draws that share it. */
export class KeyBegin {
  readonly #x: number;
  readonly #y: number;

  /** Use `begun`. */
  constructor(x: number, y: number) {
    this.#x = x | 0;
    this.#y = y | 0;
  }

  /** The begin with one more id. */
  with(id: number): KeyBegin {
    const x = stir(this.#x ^ id, this.#y, MULTIPLIER_X);
    return new KeyBegin(x, stir(this.#y, x, MULTIPLIER_Y));
  }

  /** `keyed` of the key, which counts from anew. */
  stream(): Stream {
    return new Stream(this.#upper32(), this.with(1).#upper32());
  }

  #upper32(): number {
    return upper32(finish(this.#x, this.#y));
  }

  /** `drawUniform` of the key with one more id. */
  uniform(id: number): number {
    const x = stir(this.#x ^ id, this.#y, MULTIPLIER_X);
    return finish(x, stir(this.#y, x, MULTIPLIER_Y)) / TWO_TO_53;
  }

  /** `drawUniform` of the key with two more ids. */
  uniform2(one: number, other: number): number {
    let x = stir(this.#x ^ one, this.#y, MULTIPLIER_X);
    let y = stir(this.#y, x, MULTIPLIER_Y);
    x = stir(x ^ other, y, MULTIPLIER_X);
    y = stir(y, x, MULTIPLIER_Y);
    return finish(x, y) / TWO_TO_53;
  }

  /** `drawUniform` of the key with four more ids. */
  uniform4(a: number, b: number, c: number, d: number): number {
    let x = stir(this.#x ^ a, this.#y, MULTIPLIER_X);
    let y = stir(this.#y, x, MULTIPLIER_Y);
    x = stir(x ^ b, y, MULTIPLIER_X);
    y = stir(y, x, MULTIPLIER_Y);
    x = stir(x ^ c, y, MULTIPLIER_X);
    y = stir(y, x, MULTIPLIER_Y);
    x = stir(x ^ d, y, MULTIPLIER_X);
    y = stir(y, x, MULTIPLIER_Y);
    return finish(x, y) / TWO_TO_53;
  }
}

/** Begin of the key (seed, purpose, ids), as in `drawUniform`. */
export function begun(seed: number, purpose: number, ...ids: readonly number[]): KeyBegin {
  const upperSeed = Math.floor(seed / TWO_TO_32) ^ START_Y;
  const x = stir(seed ^ START_X, upperSeed, MULTIPLIER_X);
  let begin = new KeyBegin(x, stir(upperSeed, x, MULTIPLIER_Y)).with(purpose);
  for (const id of ids) begin = begin.with(id);
  return begin;
}

/** 2^32 mod n. Nearly every draw does without it, as it is below n. */
function surplus(n: number): number {
  if (!(n >= 1 && n <= TWO_TO_32)) throw new RangeError(`no integer is below ${n} and at least 0`);
  return (TWO_TO_32 - n) % n;
}

/**
 * A sequence of draws: the counter is xored into x, then rounds as for an id. Two lanes of 32 bits are its key.
 * It repeats after 2^32 draws: give each worker, replicate or person a stream of its own.
 */
export class Stream {
  readonly #x: number;
  readonly #y: number;
  #counter = 0;

  /** Use `keyed`. */
  constructor(x: number, y: number) {
    this.#x = x | 0;
    this.#y = y | 0;
  }

  #draw(): number {
    const counter = this.#counter;
    this.#counter = (counter + 1) | 0;
    const x = stir(this.#x ^ counter, this.#y, MULTIPLIER_X);
    return finish(x, stir(this.#y, x, MULTIPLIER_Y));
  }

  /** Uniform integer 0..2^32 - 1. */
  uint32(): number {
    return upper32(this.#draw());
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    return this.#draw() / TWO_TO_53;
  }

  /**
   * Uniform integer 0..n - 1 without bias, n = 1..2^32: upper word of uint32 * n, redrawn while the lower word is one
   * of the 2^32 mod n surplus values (Lemire, "Fast random integer generation in an interval", 2019, algorithm 5).
   * RangeError for 0 and for more than 2^32.
   */
  below(n: number): number {
    for (;;) {
      const draw = this.uint32();
      const lower = Math.imul(draw, n) >>> 0;
      // draw * n is rounded to 53 bits, at most 2^10 off; the upper word is whole, so rounding to nearest is exact.
      if (lower > n || lower >= surplus(n)) return ((draw * n - lower) / TWO_TO_32 + 0.5) >>> 0;
    }
  }

  /** Standard normal (Box-Muller, cosine branch; two draws), |value| <= 8.6. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }
}

/** Stream of (seed, purpose, ids): `keyed(seed, 'bootstrap', replicate)`. Seed: any safe integer. */
export const keyed = (seed: number, purpose: string, ...ids: readonly number[]): Stream =>
  begun(seed, purposeHash(purpose), ...ids).stream();
