import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { begun, drawUint32, drawUniform, keyed, purposeHash, type Stream } from '../../src/core/random.ts';

const SEED = 20_200_613;
const TWO_TO_32 = 2 ** 32;

const first = <T>(count: number, draw: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => draw(i));
const seeds = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const ids = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), { maxLength: 5 });
const purposes = fc.string({ maxLength: 12 });

// A change of any number here changes results of the same seed: CHANGELOG, "Results:".
describe('the sequence never changes', () => {
  it('uint32', () => {
    const stream = keyed(SEED, 'bootstrap', 7);
    expect(first(6, () => stream.uint32())).toEqual([
      1034187967, 154786248, 2239764244, 3457913233, 2077659587, 4101066528,
    ]);
  });

  it('uniform', () => {
    const stream = keyed(SEED, 'bootstrap', 7);
    expect(first(4, () => stream.uniform())).toEqual([
      0.2407906501367182, 0.03603898178038034, 0.5214857506272059, 0.8051081638564079,
    ]);
  });

  it('below', () => {
    const stream = keyed(0, 'below');
    expect(first(8, () => stream.below(1000))).toEqual([4, 743, 723, 578, 806, 338, 891, 491]);
  });

  it('normal, to the last bit', () => {
    const stream = keyed(-1, 'noise', 1, 2, 3);
    expect(first(4, () => stream.normal())).toEqual([
      -2.0675373815398848, 0.12603707059269764, -0.6235573440832172, -1.424070535393436,
    ]);
  });

  it.each([
    [0, '', [], 1105900694],
    [1, 'a', [0], 4229996552],
    [SEED, 'shadowing', [18_400, 12, 4_000_000, 3, 1], 977753409],
    [Number.MAX_SAFE_INTEGER, 'scan', [-1], 1600756097],
  ])('draw of seed %i, purpose "%s", ids %j', (seed, purpose, own, expected) => {
    expect(drawUint32(seed, purposeHash(purpose), ...own)).toBe(expected);
  });
});

describe('keys', () => {
  it.each([
    // Published FNV-1a test values.
    ['', 0x811c9dc5],
    ['a', 0xe40c292c],
    ['foobar', 0xbf9cf968],
  ])('purpose "%s" is hashed by FNV-1a', (purpose, hash) => expect(purposeHash(purpose) >>> 0).toBe(hash));

  it('every draw of a stream is a function of its key and its place in the sequence', () => {
    fc.assert(
      fc.property(seeds, purposes, ids, fc.nat({ max: 20 }), (seed, purpose, own, place) => {
        const stream = keyed(seed, purpose, ...own);
        const same = keyed(seed, purpose, ...own);
        first(place, () => same.uniform());
        expect(same.uint32()).toBe(first(place + 1, () => stream.uint32())[place]);
      }),
    );
  });

  it('draws do not depend on what is drawn between them', () => {
    const alone = keyed(SEED, 'a');
    const between = keyed(SEED, 'a');
    const other = keyed(SEED, 'b');
    const expected = first(100, () => alone.uint32());
    const actual = first(100, (i) => {
      first(i % 7, () => other.normal());
      return between.uint32();
    });
    expect(actual).toEqual(expected);
  });

  it('uint32 is the upper part of uniform', () => {
    fc.assert(
      fc.property(seeds, ids, (seed, own) => {
        const uniform = drawUniform(seed, 1, ...own);
        expect(Math.floor(uniform * TWO_TO_32)).toBe(drawUint32(seed, 1, ...own));
        expect(Number.isInteger(uniform * 2 ** 53)).toBe(true);
        expect(uniform).toBeGreaterThanOrEqual(0);
        expect(uniform).toBeLessThan(1);
      }),
    );
  });

  it.each([
    ['seeds equal in their lower 32 bits', () => [drawUniform(5, 1, 2), drawUniform(5 + TWO_TO_32, 1, 2)]],
    ['seeds of opposite sign', () => [drawUniform(5, 1, 2), drawUniform(-5, 1, 2)]],
    ['order of ids', () => [drawUniform(5, 1, 2, 3), drawUniform(5, 1, 3, 2)]],
    ['a further id 0', () => [drawUniform(5, 1, 2), drawUniform(5, 1, 2, 0)]],
    ['purpose and id exchanged', () => [drawUniform(5, 1, 2), drawUniform(5, 2, 1)]],
    ['seed and purpose exchanged', () => [drawUniform(5, 1, 2), drawUniform(1, 5, 2)]],
  ])('%s: different draws', (_, pair) => {
    const [one, other] = pair();
    expect(one).not.toBe(other);
  });

  it('of an id the lower 32 bits count', () => {
    expect(drawUint32(1, 2, 3 + TWO_TO_32)).toBe(drawUint32(1, 2, 3));
    expect(drawUint32(1, 2, -1)).toBe(drawUint32(1, 2, TWO_TO_32 - 1));
  });
});

describe('below', () => {
  const bounds = fc.oneof(
    fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    fc.constantFrom(1, 2, 3, 40_000, 2 ** 21 + 1, 2 ** 31, 2 ** 31 + 1, 3 * 2 ** 30, 2 ** 32 - 1, 2 ** 32),
  );

  /** The definition in whole numbers: upper word of draw * n, for the first draw whose lower word is no surplus. */
  function byDefinition(stream: Stream, n: number): number {
    const modulus = BigInt(TWO_TO_32);
    for (;;) {
      const product = BigInt(stream.uint32()) * BigInt(n);
      if (product % modulus >= modulus % BigInt(n)) return Number(product / modulus);
    }
  }

  it('equals its definition in whole numbers, redraws included', () => {
    fc.assert(
      fc.property(seeds, bounds, (seed, n) => {
        const fast = keyed(seed, 'below');
        const exact = keyed(seed, 'below');
        expect(first(20, () => fast.below(n))).toEqual(first(20, () => byDefinition(exact, n)));
      }),
      { numRuns: 500 },
    );
  });

  it('every value of a small range is met equally often', () => {
    const counts = new Uint32Array(7);
    const stream = keyed(SEED, 'dice');
    for (let i = 0; i < 70_000; i++) counts[stream.below(7)]! += 1;
    // 5 standard deviations of a binomial count of 70,000 with p = 1/7.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(5 * 92.6);
  });

  it('redraws one in four where 2^32 mod n is a quarter of 2^32', () => {
    // 2^30 surplus values: 4/3 draws a value, 40,000 +- 115 for 30,000 values.
    const n = 3 * 2 ** 30;
    const stream = keyed(SEED, 'reject');
    for (let i = 0; i < 30_000; i++) stream.below(n);
    const next = stream.uint32();
    const plain = keyed(SEED, 'reject');
    const used = first(45_000, () => plain.uint32()).indexOf(next);
    expect(used).toBeGreaterThan(39_400);
    expect(used).toBeLessThan(40_600);
  });

  it.each([0, 2 ** 32 + 1, Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (n) => {
    expect(() => keyed(1, 'x').below(n)).toThrow(RangeError);
  });
});

describe('a key that is begun', () => {
  it('draws what the whole key draws', () => {
    const id = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(seeds, ids, id, id, id, id, (seed, own, a, b, c, d) => {
        const purpose = purposeHash('begun');
        const begin = begun(seed, purpose, ...own);
        expect(begin.uniform(a)).toBe(drawUniform(seed, purpose, ...own, a));
        expect(begin.with(a).uniform(b)).toBe(drawUniform(seed, purpose, ...own, a, b));
        expect(begin.uniform2(a, b)).toBe(drawUniform(seed, purpose, ...own, a, b));
        expect(begin.uniform4(a, b, c, d)).toBe(drawUniform(seed, purpose, ...own, a, b, c, d));
        // It is not used up.
        expect(begin.uniform2(a, b)).toBe(drawUniform(seed, purpose, ...own, a, b));
      }),
    );
  });
});
