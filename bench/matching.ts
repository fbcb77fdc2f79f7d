/**
 * Matching: 60,000 diagnosis keys x 144 identifiers against stored ones, by each expander, in one thread and in two
 * workers, beside the naive way (hkdfSync, a hex string for each identifier, a Map) in the same run:
 *   npm run build && npx tsx bench/matching.ts [STORED...]          (default: 10000 100000 1000000)
 * Rounds alternate between the ways; a yardstick (SHA-256 of 8 MB) shows how fast the machine is just then, and two
 * processes that share nothing how much of a second core one gets.
 */
import { execFile } from 'node:child_process';
import { createCipheriv, createHash, hkdfSync } from 'node:crypto';
import { promisify } from 'node:util';
import { keyedEntropy } from '../src/core/entropy.ts';
import { IDENTIFIER_BYTES, paddedData, rollingProximityIdentifier } from '../src/protocol/gaen/identifiers.ts';
import { INTERVALS_PER_DAY } from '../src/protocol/gaen/intervals.ts';
import { rollingProximityIdentifierKey } from '../src/protocol/gaen/keys.ts';
import { emptyKeyTable, type KeyTable, keyDataAt, setKey } from '../src/protocol/gaen/keyTable.ts';
import { matchRows, type StoredSightings, storeSightings } from '../src/protocol/gaen/matching/deviceExact.ts';
import { type Expander, expanderNames, openExpander } from '../src/protocol/gaen/matching/expander.ts';
import type { Sightings } from '../src/protocol/gaen/matching/sightings.ts';
import { MatchingWorkers } from '../src/protocol/gaen/matching/workers.ts';

/** A nation's day (identifiers.md 4). */
const KEYS = 60_000;
/** The naive way asks so many keys only and is scaled up. */
const NAIVE_KEYS = 500;
const ROUNDS = 7;
const DAYS = 14;
const START = 2_642_976;
const TOLERANCE = 12;
/** Every so many keys were heard once. */
const HEARD = 1_000;

const rows = Uint32Array.from({ length: KEYS }, (_, row) => row);

/** Keys of two weeks, as a day's export has them. */
function makeKeys(): KeyTable {
  const entropy = keyedEntropy(1, 'bench matching keys');
  const keys = emptyKeyTable(KEYS, { shared: true });
  for (let row = 0; row < KEYS; row++) {
    const rollingStartIntervalNumber = START + (row % DAYS) * INTERVALS_PER_DAY;
    setKey(keys, row, { keyData: entropy(16), rollingStartIntervalNumber, rollingPeriod: INTERVALS_PER_DAY });
  }
  return keys;
}

function makeSightings(keys: KeyTable, length: number): Sightings {
  const identifiers = keyedEntropy(2, 'bench matching sightings')(length * IDENTIFIER_BYTES);
  const intervals = new Uint32Array(length).map((_, k) => START + (k % (DAYS * INTERVALS_PER_DAY)));
  for (let row = 0; row < KEYS; row += HEARD) {
    const interval = keys.rollingStart[row]! + 77;
    const identifier = rollingProximityIdentifier(rollingProximityIdentifierKey(keyDataAt(keys, row)), interval);
    const place = (row / HEARD) * 100;
    identifiers.set(identifier, place * IDENTIFIER_BYTES);
    intervals[place] = interval;
  }
  return { length, identifiers, intervals };
}

function naive(keys: KeyTable, stored: ReadonlyMap<string, number>): number {
  let found = 0;
  for (let row = 0; row < NAIVE_KEYS; row++) {
    const key = hkdfSync('sha256', keyDataAt(keys, row), new Uint8Array(0), 'EN-RPIK', 16);
    const cipher = createCipheriv('aes-128-ecb', new Uint8Array(key), null).setAutoPadding(false);
    const identifiers = cipher.update(paddedData(keys.rollingStart[row]!, INTERVALS_PER_DAY));
    for (let at = 0; at < identifiers.length; at += IDENTIFIER_BYTES)
      if (stored.has(identifiers.toString('hex', at, at + IDENTIFIER_BYTES))) found++;
  }
  return found;
}

interface Way {
  readonly name: string;
  /** Keys of one run. */
  readonly keys: number;
  readonly run: () => number | Promise<number>;
  readonly times: number[];
}

function inThread(keys: KeyTable, stored: StoredSightings, expander: Expander): Way {
  const run = (): number => matchRows(keys, rows, stored, TOLERANCE, expander).matches.length;
  return { name: expander.name, keys: KEYS, run, times: [] };
}

function inWorkers(keys: KeyTable, stored: StoredSightings, expander: Expander, workers: MatchingWorkers): Way {
  const job = { keys, rows, stored, tolerance: TOLERANCE, expander: expander.name };
  const run = async (): Promise<number> => (await workers.match(job)).matches.length;
  return { name: `${expander.name}, 2 workers`, keys: KEYS, run, times: [] };
}

const block = new Uint8Array(1 << 23);
const yardstick: Way = {
  name: 'yardstick',
  keys: 1,
  run: () => createHash('sha256').update(block).digest().length,
  times: [],
};

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

async function measure(way: Way): Promise<void> {
  const begin = performance.now();
  const found = await way.run();
  way.times.push(((performance.now() - begin) * 1000) / way.keys);
  if (way.keys === KEYS && found !== KEYS / HEARD) throw new Error(`${way.name}: ${found} matches`);
}

async function compare(keys: KeyTable, length: number, expanders: readonly Expander[]): Promise<void> {
  const sightings = makeSightings(keys, length);
  const begin = performance.now();
  const stored = storeSightings(sightings, { shared: true });
  console.log(`\n${length} stored identifiers, made searchable in ${(performance.now() - begin).toFixed(0)} ms`);
  const hex = new Map<string, number>();
  const bytes = Buffer.from(sightings.identifiers.buffer);
  for (let k = 0; k < length; k++) hex.set(bytes.toString('hex', k * IDENTIFIER_BYTES, (k + 1) * IDENTIFIER_BYTES), k);
  const naiveWay: Way = { name: 'naive', keys: NAIVE_KEYS, run: () => naive(keys, hex), times: [] };
  const pools = expanders.map(() => new MatchingWorkers(2));
  const ways = expanders.flatMap((expander, k) => [
    inThread(keys, stored, expander),
    inWorkers(keys, stored, expander, pools[k]!),
  ]);
  const all = [...ways, naiveWay, { ...yardstick, times: [] }];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const way of all) {
      await measure(way);
      // The first round compiles and starts the workers.
      if (round === 0) way.times.length = 0;
    }
  }
  await Promise.all(pools.map((pool) => pool.close()));
  print(all);
}

/** Median of the ratios of each round: what else runs on the machine slows both. */
const against = (times: readonly number[], others: readonly number[]): string =>
  median(others.map((other, round) => other / times[round]!)).toFixed(2);

const perSecond = (us: number): string => Math.round(1e6 / us).toLocaleString('en');

function print(ways: readonly Way[]): void {
  const naiveTimes = ways.find(({ name }) => name === 'naive')!.times;
  for (const [k, { name, times }] of ways.entries()) {
    const us = median(times);
    if (name === 'yardstick') {
      console.log(
        `  yardstick ${(block.length / us).toFixed(0)} MB/s, ${(us / median(naiveTimes)).toFixed(0)} naive keys`,
      );
      continue;
    }
    const one = ways[k - 1]?.times ?? times;
    const best = (Math.min(...one) / Math.min(...times)).toFixed(2);
    const twice = name.endsWith('workers') ? `, ${against(times, one)}x one thread (best ${best}x)` : '';
    console.log(
      [
        `  ${name.padEnd(18)} ${us.toFixed(2).padStart(6)} us/key`,
        `${perSecond(us).padStart(8)} keys/s (best ${perSecond(Math.min(...times))})`,
        `${against(times, naiveTimes).padStart(6)}x naive${twice}`,
      ].join('  '),
    );
  }
}

/**
 * What two cores of this machine are good for: the cipher of the wasm expander in one process, and in two that share
 * nothing, by keys in the same time. More than this no division of the work can reach.
 */
async function twoCores(): Promise<string> {
  const script = `
    const { createCipheriv } = require('node:crypto');
    const [key, plain, begin] = [new Uint8Array(16), new Uint8Array(2304), performance.now()];
    let keys = 0;
    for (; performance.now() - begin < 2000; keys++) createCipheriv('aes-128-ecb', key, null).update(plain);
    console.log(keys);`;
  const run = async (): Promise<number> => Number((await promisify(execFile)(process.execPath, ['-e', script])).stdout);
  const one = await run();
  const [first, second] = await Promise.all([run(), run()]);
  return ((first + second) / one).toFixed(2);
}

const keys = makeKeys();
const opened = await Promise.all(expanderNames.map(openExpander));
for (const { reason } of opened) if (reason !== undefined) console.log(reason);
const usable = opened.filter(({ reason }) => reason === undefined);
const sizes = process.argv.slice(2).map(Number);
console.log(`${KEYS} keys x ${INTERVALS_PER_DAY}, medians of ${ROUNDS} rounds (Node ${process.version})`);
console.log(`ciphers of two processes that share nothing: ${await twoCores()}x one process`);
for (const size of sizes.length > 0 ? sizes : [10_000, 100_000, 1_000_000]) {
  await compare(keys, size, usable);
}
