/**
 * Statistical tests of keyed randomness. They are seeded, so they either always pass or never do; the bounds are
 * 5 standard deviations or p = 1e-6 unless said otherwise, and what can fool a test is tried on Philox as well.
 */
import { errorFunction, sampleCorrelation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { drawUint32, drawUniform, keyed, purposeHash } from '../../src/core/random.ts';
import { ks } from '../../src/stats/ranks.ts';
import { philox4x32 } from '../helpers/philox.ts';

const SEED = 20_200_613;
const PURPOSE = purposeHash('quality');
const TWO_TO_21 = 2 ** 21;

const first = (count: number, draw: (index: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => draw(i));

/** What is tested: sequences of 32-bit words, by how the key changes from one to the next. */
const sources: Readonly<Record<string, (index: number) => number>> = {
  'last id counts': (i) => drawUint32(SEED, PURPOSE, i),
  'lower lane, last id counts': (i) => (((drawUniform(SEED, PURPOSE, i) * 2 ** 53) % 2 ** 21) << 11) >>> 0,
  'first of three ids counts': (i) => drawUint32(SEED, PURPOSE, i, 0, 0),
  'pairs of a thousand people': (i) => drawUint32(SEED, PURPOSE, Math.floor(i / 1000), i % 1000),
  'highest bits of an id': (i) => drawUint32(SEED, PURPOSE, Math.imul(i, 2 ** 14)),
  'seed counts': (i) => drawUint32(i, PURPOSE, 1),
  'purpose counts': (i) => drawUint32(SEED, i, 1),
  'Philox4x32-10 (oracle)': (i) => philox4x32([i, 0, 0, 0], [SEED, PURPOSE])[0],
};
const named = Object.entries(sources);

describe('Philox4x32-10, the oracle', () => {
  // kat_vectors of Random123.
  it.each([
    [[0, 0, 0, 0], [0, 0], '6627e8d5 e169c58d bc57ac4c 9b00dbd8'],
    [[-1, -1, -1, -1], [-1, -1], '408f276d 41c83b0e a20bc7c6 6d5451fd'],
    [[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0], 'd16cfe09 94fdcceb 5001e420 24126ea1'],
  ] as const)('counter %j, key %j', (counter, key, expected) => {
    const words = philox4x32(counter, key).map((word) => word.toString(16).padStart(8, '0'));
    expect(words.join(' ')).toBe(expected);
  });
});

describe('avalanche: each input bit flips each of the 53 output bits with probability 0.46..0.54', () => {
  const KEYS = 4096;
  type Key = readonly number[];
  /** Words of a key: lower and upper half of the seed, purpose, five ids. */
  const bits53 = (key: Key): number => {
    const [lower, upper, purpose, ...ids] = key as [number, number, number];
    return drawUniform((upper % TWO_TO_21) * 2 ** 32 + (lower >>> 0), purpose, ...ids) * 2 ** 53;
  };
  const random = (i: number): Key =>
    [0, 1]
      .flatMap((half) => [...philox4x32([i, half, 0, 0], [1, 2])])
      .map((word, k) => (k === 1 ? word % TWO_TO_21 : word));
  /** As they are in simulations: one seed, one purpose, small ids. */
  const small = (i: number): Key => [SEED, 0, PURPOSE, i % 14, i % 100, 100 + (i >> 3), i & 3, i & 1];

  /** Share of keys for which flipping input bit `bit` of word `word` flips output bit k. */
  function flipShares(keyOf: (i: number) => Key, word: number, bit: number): number[] {
    const flips = new Uint32Array(53);
    for (let i = 0; i < KEYS; i++) {
      const key = keyOf(i);
      const one = bits53(key);
      const other = bits53(key.with(word, (key[word]! ^ (1 << bit)) >>> 0));
      const upper = Math.floor(one / TWO_TO_21) ^ Math.floor(other / TWO_TO_21);
      const lower = (one % TWO_TO_21) ^ (other % TWO_TO_21);
      for (let k = 0; k < 32; k++) flips[k]! += (upper >>> k) & 1;
      for (let k = 0; k < 21; k++) flips[32 + k]! += (lower >>> k) & 1;
    }
    return Array.from(flips, (count) => count / KEYS);
  }

  const words = ['seed', 'upper seed', 'purpose', 'id 1', 'id 2', 'id 3', 'id 4', 'id 5'] as const;
  it.each(
    words.flatMap((name, word) => [[name, word, 'random', random] as const, [name, word, 'small', small] as const]),
  )('%s (word %i), %s keys', (_, word, _kind, keyOf) => {
    const bits = word === 1 ? 20 : 32;
    const shares = first(bits, (bit) => bit).flatMap((bit) => flipShares(keyOf, word, bit));
    // 0.04 is 5.1 standard deviations of one share; the mean of all is 40 times narrower.
    expect(Math.min(...shares)).toBeGreaterThan(0.46);
    expect(Math.max(...shares)).toBeLessThan(0.54);
    expect(Math.abs(shares.reduce((sum, share) => sum + share, 0) / shares.length - 0.5)).toBeLessThan(0.001);
  });
});

/** Pearson's chi-square of counts against equal expectation, as standard deviations from its mean. */
function excess(counts: ArrayLike<number>, total: number): number {
  const expected = total / counts.length;
  const freedom = counts.length - 1;
  let sum = 0;
  for (let k = 0; k < counts.length; k++) sum += (counts[k]! - expected) * (counts[k]! - expected);
  return (sum / expected - freedom) / Math.sqrt(2 * freedom);
}

describe.each(named)('distribution: %s', (name, source) => {
  const DRAWS = 2 ** 18;
  const draws = Uint32Array.from({ length: DRAWS }, (_, i) => source(i));
  const upperOnly = name.startsWith('lower lane');

  it('bytes are equally frequent', () => {
    // The lower lane shows its upper 21 bits: two bytes.
    for (const shift of upperOnly ? [24, 16] : [24, 16, 8, 0]) {
      const counts = new Uint32Array(256);
      for (const draw of draws) counts[(draw >>> shift) & 255]! += 1;
      expect(Math.abs(excess(counts, DRAWS))).toBeLessThan(5);
    }
  });

  it('consecutive draws fill the plane equally (64 x 64)', () => {
    for (const lag of [1, 2, 3, 1000]) {
      const counts = new Uint32Array(4096);
      for (let i = 0; i + lag < DRAWS; i++) counts[((draws[i]! >>> 26) << 6) | (draws[i + lag]! >>> 26)]! += 1;
      expect(Math.abs(excess(counts, DRAWS - lag))).toBeLessThan(5);
    }
  });

  it('no serial correlation', () => {
    const values = Array.from(draws);
    for (const lag of [1, 2, 7, 1000]) {
      const correlation = sampleCorrelation(values.slice(lag), values.slice(0, -lag));
      expect(Math.abs(correlation)).toBeLessThan(5 / Math.sqrt(DRAWS - lag));
    }
  });

  it('collides as often as chance has it', () => {
    // Upper 21 bits of all sources alike: n - m (1 - (1 - 1/m)^n) collisions, close to Poisson with small variance.
    const cells = 2 ** 21;
    const seen = new Uint8Array(cells);
    for (const draw of draws) seen[draw >>> 11] = 1;
    const distinct = seen.reduce((sum, one) => sum + one, 0);
    const empty = Math.exp(-DRAWS / cells);
    const spread = Math.sqrt(cells * empty * (1 - (1 + DRAWS / cells) * empty));
    expect(Math.abs(distinct - cells * (1 - empty))).toBeLessThan(5 * spread);
  });

  it('birthday spacings (Marsaglia): as many equal ones as chance has it', () => {
    // 512 birthdays in a year of 2^21 days: lambda = m^3 / (4 n) = 16 equal spacings a year, Poisson.
    const [birthdays, days] = [512, 2 ** 21];
    let equal = 0;
    for (let start = 0; start < DRAWS; start += birthdays) {
      const dates = draws
        .slice(start, start + birthdays)
        .map((draw) => draw >>> 11)
        .toSorted();
      const spacings = dates.map((date, k) => (k === 0 ? date : date - dates[k - 1]!)).toSorted();
      equal += spacings.filter((spacing, k) => k > 0 && spacing === spacings[k - 1]).length;
    }
    const expected = (DRAWS / birthdays) * (birthdays ** 3 / (4 * days));
    // The approximation itself is good to half a percent.
    expect(Math.abs(equal - expected)).toBeLessThan(5 * Math.sqrt(expected) + 0.005 * expected);
  });
});

describe('64-bit class', () => {
  it('a million keys on a grid of pairs: no two draws have the same 53 bits (chance: 6e-5)', () => {
    const draws = Float64Array.from({ length: 2 ** 20 }, (_, i) =>
      drawUniform(SEED, PURPOSE, i >>> 10, i & 1023),
    ).toSorted();
    expect(draws.findIndex((draw, k) => k > 0 && draw === draws[k - 1])).toBe(-1);
  });

  it('no overlap between purposes, streams and seeds', () => {
    const streams = ['bootstrap', 'bootstraq', 'a', 'b', ''].flatMap((purpose) =>
      [SEED, SEED + 1].flatMap((seed) => [keyed(seed, purpose), keyed(seed, purpose, 0), keyed(seed, purpose, 1)]),
    );
    const draws = Float64Array.from(streams.flatMap((stream) => first(20_000, () => stream.uniform()))).toSorted();
    expect(draws).toHaveLength(30 * 20_000);
    expect(draws.findIndex((draw, k) => k > 0 && draw === draws[k - 1])).toBe(-1);
  });

  it.each([
    ['next id', keyed(SEED, 'x', 1), keyed(SEED, 'x', 2)],
    ['ids exchanged', keyed(SEED, 'x', 1, 2), keyed(SEED, 'x', 2, 1)],
    ['next seed', keyed(SEED, 'x'), keyed(SEED + 1, 'x')],
    ['other purpose', keyed(SEED, 'x'), keyed(SEED, 'y')],
    ['one id more', keyed(SEED, 'x', 1), keyed(SEED, 'x', 1, 0)],
  ])('no correlation between neighbouring streams: %s', (_, one, other) => {
    const [left, right] = [one, other].map((stream) => first(100_000, () => stream.uniform()));
    expect(Math.abs(sampleCorrelation(left!, right!))).toBeLessThan(5 / Math.sqrt(100_000));
  });
});

describe('shapes', () => {
  /** Kolmogorov-Smirnov distance to a distribution function, times sqrt(n): below 1.36 in 95 %, 1.95 in 99.9 %. */
  function scaledDistance(values: readonly number[], distribution: (value: number) => number): number {
    const n = values.length;
    const gaps = values
      .toSorted((a, b) => a - b)
      .map((value, k) => {
        const share = distribution(value);
        return Math.max(share - k / n, (k + 1) / n - share);
      });
    return Math.sqrt(n) * Math.max(...gaps);
  }

  it.each([
    ['uniform', 1],
    ['uniform', 2],
    ['uniform', 3],
  ])('%s is uniform (stream %i)', (_, id) => {
    const stream = keyed(SEED, 'uniform', id);
    expect(
      scaledDistance(
        first(100_000, () => stream.uniform()),
        (value) => value,
      ),
    ).toBeLessThan(1.95);
  });

  it('normal is normal', () => {
    const stream = keyed(SEED, 'normal');
    const values = first(100_000, () => stream.normal());
    const normal = (value: number): number => (1 + errorFunction(value / Math.SQRT2)) / 2;
    expect(scaledDistance(values, normal)).toBeLessThan(1.95);
    const fourth = values.reduce((sum, value) => sum + value ** 4, 0) / values.length;
    // Kurtosis 3, with variance 96 / n.
    expect(Math.abs(fourth - 3)).toBeLessThan(5 * Math.sqrt(96 / values.length));
  });

  it('bootstraps look like those drawn by Philox: units met at least once', () => {
    const [units, replicates] = [400, 1000];
    const met = (below: (replicate: number, draw: number) => number): number[] =>
      first(replicates, (replicate) => new Set(first(units, (draw) => below(replicate, draw))).size);
    const streams = first(replicates, (b) => b).map((b) => keyed(SEED, 'bootstrap', b));
    const ours = met((replicate) => streams[replicate]!.below(units));
    const theirs = met((b, draw) => Math.floor((philox4x32([draw, b, 0, 0], [SEED, 0])[0] / 2 ** 32) * units));
    const expected = units * (1 - (1 - 1 / units) ** units);
    const mean = ours.reduce((sum, size) => sum + size, 0) / replicates;
    // Variance of the number met: units (e^-1 - 2 e^-2), up to O(1).
    expect(Math.abs(mean - expected)).toBeLessThan(5 * Math.sqrt((units * 0.0972) / replicates));
    expect(ks(ours, theirs).p).toBeGreaterThan(0.001);
  });
});
