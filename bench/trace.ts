/**
 * Import of enlab's own trace against bare split + JSON.parse, and the memory of a long import:
 *   npx tsx bench/trace.ts [LINES] [MEGABYTES]
 * The ratio is bare time / import time, medians of alternating rounds in this process.
 */
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TraceRecord } from '../src/core/records.ts';
import { TraceFile } from '../src/trace/files.ts';
import { Tally } from '../src/trace/importer.ts';
import { readNative } from '../src/trace/importers/native.ts';
import { traceText } from '../src/trace/write.ts';

const ROUNDS = 7;
const [lines = 300_000, megabytes = 200] = process.argv.slice(2).map(Number);

const kinds: Readonly<Record<string, (k: number) => TraceRecord>> = {
  sighting: (k) => ({
    type: 'sighting',
    time: 1_596_000_000 + k,
    receiver: `r${k % 100}`,
    transmitter: `t${k % 37}`,
    rssi: -50 - (k % 40),
    receiverModel: 'SM-G973F',
    transmitterModel: 'SM-G970F',
    distance: (k % 50) / 10,
  }),
  exposure: (k) => ({
    type: 'exposure',
    user: `u${k % 39_000}`,
    day: 18_400 + (k % 14),
    minutes: k % 60,
    attenuation: 40 + (k % 50),
    label: k % 3 === 0,
  }),
  window: (k) => ({
    type: 'window',
    user: `u${k % 39_000}`,
    day: 18_400 + (k % 14),
    reportType: 1,
    infectiousness: 1 + (k % 2),
    scans: [0, 1, 2].map((n) => ({ min: 40 + ((k + n) % 40), typical: 45 + ((k + n) % 40), seconds: 240 })),
  }),
};

async function* batches(make: (k: number) => TraceRecord, count: number): AsyncIterable<readonly TraceRecord[]> {
  for (let k = 0; k < count; k += 5_000) {
    yield Array.from({ length: Math.min(5_000, count - k) }, (_, j) => make(k + j));
  }
}

const write = (path: string, make: (k: number) => TraceRecord, count: number): Promise<void> =>
  pipeline(Readable.from(traceText({ synthetic: 'bench/trace.ts' }, batches(make, count))), createWriteStream(path));

function bare(path: string): number {
  let records = 0;
  for (const line of readFileSync(path, 'utf8').split('\n')) if (line !== '' && JSON.parse(line)) records++;
  return records - 1;
}

async function imported(path: string, onBatch: () => void = () => {}): Promise<number> {
  const tally = new Tally();
  for await (const records of readNative(new TraceFile(path), tally)) if (records.length > 0) onBatch();
  return tally.used;
}

async function milliseconds(work: () => number | Promise<number>, expected: number): Promise<number> {
  const start = performance.now();
  const records = await work();
  if (records !== expected) throw new Error(`${records} records instead of ${expected}`);
  return performance.now() - start;
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function speed(path: string, kind: string): Promise<void> {
  await write(path, kinds[kind]!, lines);
  const times = { bare: [] as number[], imported: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.bare.push(await milliseconds(() => bare(path), lines));
    times.imported.push(await milliseconds(() => imported(path), lines));
  }
  const [base, ours] = [median(times.bare), median(times.imported)];
  console.log(
    `${kind}, ${lines} lines: bare ${base.toFixed(0)} ms, import ${ours.toFixed(0)} ms, ` +
      `ratio ${(base / ours).toFixed(2)}`,
  );
}

async function memory(path: string): Promise<void> {
  const bytesPerLine = 168;
  await write(path, kinds['sighting']!, Math.round((megabytes * 1e6) / bytesPerLine));
  const samples: number[] = [];
  await imported(path, () => samples.push(process.memoryUsage.rss() / 1e6));
  const halves = [samples.slice(0, samples.length / 2), samples.slice(samples.length / 2)];
  const [first, second] = halves.map((half) => Math.max(...half).toFixed(0));
  console.log(`${megabytes} MB: highest RSS ${first} MB in the first half, ${second} MB in the second`);
}

const folder = mkdtempSync(join(tmpdir(), 'enlab-bench-'));
try {
  await memory(join(folder, 'large.ndjson'));
  for (const kind of Object.keys(kinds)) await speed(join(folder, `${kind}.ndjson`), kind);
} finally {
  rmSync(folder, { recursive: true });
}
