/**
 * AssemblyScript: RPIK = HKDF-SHA256(TEK, no salt, "EN-RPIK", 16 bytes) of four keys at a time, one in each 32-bit lane
 * (RFC 5869; FIPS 180-4; Exposure Notification Cryptography Specification v1.2, "RPIK").
 * HKDF is two HMACs here and an HMAC four compressions of SHA-256; the two over the pad of the empty salt are the same
 * for every key and are made once, so that six are left.
 */

/** FIPS 180-4, 4.2.2. */
const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);
/** FIPS 180-4, 5.3.3. */
const INITIAL = memory.data<u32>([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);

/** Pads of HMAC (RFC 2104), as words. */
const INNER_PAD: i32 = 0x36363636;
const OUTER_PAD: i32 = 0x5c5c5c5c;
/** First bit behind a message (FIPS 180-4, 5.1.1). */
const END: i32 = <i32>0x80000000;
/** "EN-R", "PIK" and the counter of the first round of HKDF-Expand. */
const INFO_0: i32 = 0x454e2d52;
const INFO_1: i32 = 0x50494b01;
/** Bits hashed: a block of pad, then a key, a digest, or info and counter. */
const BITS_KEY: i32 = (64 + 16) * 8;
const BITS_DIGEST: i32 = (64 + 32) * 8;
const BITS_INFO: i32 = (64 + 8) * 8;

const VECTOR: usize = 16;
const STATE_BYTES: i32 = 8 * 16;
/** Keys that fit between two calls of `derive`. */
export const CAPACITY: i32 = 128;
/** Where they lie, 16 bytes each. */
export const KEYS = memory.data(128 * 16, 16);
/** States of SHA-256, 8 vectors each. */
const saltInner = memory.data(STATE_BYTES, 16);
const saltOuter = memory.data(STATE_BYTES, 16);
const first = memory.data(STATE_BYTES, 16);
const second = memory.data(STATE_BYTES, 16);
/** The block that is hashed, 16 vectors; the schedule overwrites it. */
const block = memory.data(16 * 16, 16);

// @ts-ignore: decorator
@inline
function word(value: i32): v128 {
  return i32x4.splat(value);
}

// @ts-ignore: decorator
@inline
function at(base: usize, index: i32): usize {
  return base + (<usize>index) * VECTOR;
}

// @ts-ignore: decorator
@inline
function rotate(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shr_u(x, bits), i32x4.shl(x, 32 - bits));
}

// @ts-ignore: decorator
@inline
function xor3(a: v128, b: v128, c: v128): v128 {
  return v128.xor(v128.xor(a, b), c);
}

/** Message schedule: the next 16 words in place of the last 16 (FIPS 180-4, 6.2.2 step 1). */
function extend(): void {
  for (let t = 0; t < 16; t++) {
    const near = v128.load(at(block, (t + 1) & 15));
    const far = v128.load(at(block, (t + 14) & 15));
    const sigma0 = xor3(rotate(near, 7), rotate(near, 18), i32x4.shr_u(near, 3));
    const sigma1 = xor3(rotate(far, 17), rotate(far, 19), i32x4.shr_u(far, 10));
    const rest = i32x4.add(v128.load(at(block, t)), v128.load(at(block, (t + 9) & 15)));
    v128.store(at(block, t), i32x4.add(rest, i32x4.add(sigma0, sigma1)));
  }
}

/** T1 of round `t`. */
// @ts-ignore: decorator
@inline
function temporary1(e: v128, f: v128, g: v128, h: v128, t: i32): v128 {
  const sigma = xor3(rotate(e, 6), rotate(e, 11), rotate(e, 25));
  const key = v128.load32_splat(K + (<usize>t) * 4);
  const scheduled = i32x4.add(key, v128.load(at(block, t & 15)));
  return i32x4.add(i32x4.add(h, scheduled), i32x4.add(sigma, v128.bitselect(f, g, e)));
}

/** T2; the majority of a, b and c is c where a and b differ, and b elsewhere. */
// @ts-ignore: decorator
@inline
function temporary2(a: v128, b: v128, c: v128): v128 {
  const sigma = xor3(rotate(a, 2), rotate(a, 13), rotate(a, 22));
  return i32x4.add(sigma, v128.bitselect(c, b, v128.xor(a, b)));
}

// @ts-ignore: decorator
@inline
function accumulate(state: usize, index: i32, value: v128): void {
  v128.store(at(state, index), i32x4.add(v128.load(at(state, index)), value));
}

/** One compression of `block` into `state` (FIPS 180-4, 6.2.2); the letters keep their places, the roles move. */
function compress(state: usize): void {
  let a = v128.load(at(state, 0));
  let b = v128.load(at(state, 1));
  let c = v128.load(at(state, 2));
  let d = v128.load(at(state, 3));
  let e = v128.load(at(state, 4));
  let f = v128.load(at(state, 5));
  let g = v128.load(at(state, 6));
  let h = v128.load(at(state, 7));
  for (let t = 0; t < 64; t += 8) {
    if (t >= 16 && (t & 15) == 0) extend();
    h = temporary1(e, f, g, h, t);
    d = i32x4.add(d, h);
    h = i32x4.add(h, temporary2(a, b, c));
    g = temporary1(d, e, f, g, t + 1);
    c = i32x4.add(c, g);
    g = i32x4.add(g, temporary2(h, a, b));
    f = temporary1(c, d, e, f, t + 2);
    b = i32x4.add(b, f);
    f = i32x4.add(f, temporary2(g, h, a));
    e = temporary1(b, c, d, e, t + 3);
    a = i32x4.add(a, e);
    e = i32x4.add(e, temporary2(f, g, h));
    d = temporary1(a, b, c, d, t + 4);
    h = i32x4.add(h, d);
    d = i32x4.add(d, temporary2(e, f, g));
    c = temporary1(h, a, b, c, t + 5);
    g = i32x4.add(g, c);
    c = i32x4.add(c, temporary2(d, e, f));
    b = temporary1(g, h, a, b, t + 6);
    f = i32x4.add(f, b);
    b = i32x4.add(b, temporary2(c, d, e));
    a = temporary1(f, g, h, a, t + 7);
    e = i32x4.add(e, a);
    a = i32x4.add(a, temporary2(b, c, d));
  }
  accumulate(state, 0, a);
  accumulate(state, 1, b);
  accumulate(state, 2, c);
  accumulate(state, 3, d);
  accumulate(state, 4, e);
  accumulate(state, 5, f);
  accumulate(state, 6, g);
  accumulate(state, 7, h);
}

function begin(state: usize): void {
  for (let k = 0; k < 8; k++) v128.store(at(state, k), v128.load32_splat(INITIAL + (<usize>k) * 4));
}

/** Ends `block` behind `words` words of message: first bit, zeros, length in bits of all that was hashed. */
function pad(words: i32, bits: i32): void {
  v128.store(at(block, words), word(END));
  for (let k = words + 1; k < 15; k++) v128.store(at(block, k), word(0));
  v128.store(at(block, 15), word(bits));
}

/** `state` after one block of pad, xored with a key of `words` words at `key`. */
function absorbPad(state: usize, key: usize, words: i32, value: i32): void {
  for (let k = 0; k < 16; k++) {
    const padded = word(value);
    v128.store(at(block, k), k < words ? v128.xor(v128.load(at(key, k)), padded) : padded);
  }
  begin(state);
  compress(state);
}

/** Hashes a digest of 8 words behind what `state` already holds. */
function absorbDigest(state: usize, digest: usize): void {
  memory.copy(block, digest, STATE_BYTES);
  pad(8, BITS_DIGEST);
  compress(state);
}

absorbPad(saltInner, 0, 0, INNER_PAD);
absorbPad(saltOuter, 0, 0, OUTER_PAD);

/** Words of SHA-256 are big-endian. */
// @ts-ignore: decorator
@inline
function swapBytes(x: v128): v128 {
  return i8x16.shuffle(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

/** Four rows of four words from `source` to `target` with rows and columns exchanged and the bytes of words swapped. */
// @ts-ignore: decorator
@inline
function transpose(source: usize, target: usize): void {
  const a = v128.load(source, 0);
  const b = v128.load(source, 16);
  const c = v128.load(source, 32);
  const d = v128.load(source, 48);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5);
  const AB = i32x4.shuffle(a, b, 2, 6, 3, 7);
  const cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const CD = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(target, swapBytes(i64x2.shuffle(ab, cd, 0, 2)), 0);
  v128.store(target, swapBytes(i64x2.shuffle(ab, cd, 1, 3)), 16);
  v128.store(target, swapBytes(i64x2.shuffle(AB, CD, 0, 2)), 32);
  v128.store(target, swapBytes(i64x2.shuffle(AB, CD, 1, 3)), 48);
}

/** Replaces four keys by their RPIKs. */
function deriveFour(keys: usize): void {
  // Extract (RFC 5869, 2.2): PRK = HMAC(zeros, TEK).
  transpose(keys, block);
  pad(4, BITS_KEY);
  memory.copy(first, saltInner, STATE_BYTES);
  compress(first);
  memory.copy(second, saltOuter, STATE_BYTES);
  absorbDigest(second, first);
  const pseudorandomKey = second;
  // Expand (RFC 5869, 2.3): HMAC(PRK, info || 1). Both pads need the PRK, which lies where the outer one goes.
  absorbPad(first, pseudorandomKey, 8, INNER_PAD);
  v128.store(at(block, 0), word(INFO_0));
  v128.store(at(block, 1), word(INFO_1));
  pad(2, BITS_INFO);
  compress(first);
  absorbPad(second, pseudorandomKey, 8, OUTER_PAD);
  absorbDigest(second, first);
  transpose(second, keys);
}

/** Replaces the first `count` keys at KEYS by their RPIKs; up to three behind them change too. */
export function derive(count: i32): void {
  for (let k = 0; k < count; k += 4) deriveFour(KEYS + (<usize>k) * 16);
}
