/** Nanoseconds a draw, beside Philox4x32-10 in the same run: `npx tsx bench/random.ts` (docs/statistics.md). */
import { drawUint32, drawUniform, keyed, purposeHash } from '../src/core/random.ts';
import { philox4x32 } from '../test/helpers/philox.ts';

const DRAWS = 10_000_000;
const ROUNDS = 5;
const seed = 20_200_613;
const purpose = purposeHash('bench');
const stream = keyed(seed, 'bench');
const counts = new Uint32Array(40_000);

/** One loop a row; each returns something made of all draws, so that none can be optimised away. */
const loops: Readonly<Record<string, (draws: number) => number>> = {
  'stream.uint32()': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum ^= stream.uint32();
    return sum;
  },
  'stream.uniform()': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += stream.uniform();
    return sum;
  },
  'stream.below(40000)': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum ^= stream.below(40_000);
    return sum;
  },
  'bootstrap count': (draws) => {
    for (let i = 0; i < draws; i++) counts[stream.below(40_000)]! += 1;
    return counts[0]!;
  },
  'stream.normal()': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += stream.normal();
    return sum;
  },
  'drawUint32, 3 ids': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum ^= drawUint32(seed, purpose, 3, i, i + 5);
    return sum;
  },
  'drawUint32, 5 ids': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum ^= drawUint32(seed, purpose, 3, i, i + 5, 2, 1);
    return sum;
  },
  'drawUniform, 5 ids': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum += drawUniform(seed, purpose, 3, i, i + 5, 2, 1);
    return sum;
  },
  'Philox4x32-10': (draws) => {
    let sum = 0;
    for (let i = 0; i < draws; i++) sum ^= philox4x32([i, 0, 0, 0], [seed, purpose])[0];
    return sum;
  },
};

/** Keeps what the loops return. */
const results: number[] = [];

function fastestNs(loop: (draws: number) => number): number {
  let fastest = Number.POSITIVE_INFINITY;
  results.push(loop(DRAWS / 10));
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    results.push(loop(DRAWS));
    fastest = Math.min(fastest, ((performance.now() - start) * 1e6) / DRAWS);
  }
  return fastest;
}

const times = Object.entries(loops).map(([name, loop]) => ({ name, ns: fastestNs(loop) }));
const philox = times.at(-1)!.ns;
for (const { name, ns } of times) {
  console.log(`${name.padEnd(20)} ${ns.toFixed(1).padStart(6)} ns/draw   ${(philox / ns).toFixed(1)}x Philox`);
}
console.log(`Node ${process.version}, fastest of ${ROUNDS} x ${DRAWS} draws`);
