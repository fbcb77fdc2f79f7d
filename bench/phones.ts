/**
 * Phones: so many of them (default 10,000) live for 16 days beside a backend in a process of its own. Both clocks are virtual
 * and move four hours at a time; every phone meets three others a day, twenty people a day turn out to be ill and upload.
 * What grows with time would show in the memory of either process: sightings do, until the first are 14 days old.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Pool } from 'undici';
import { keyedEntropy } from '../src/core/entropy.ts';
import type { HttpClient } from '../src/core/httpClient.ts';
import { keyed } from '../src/core/random.ts';
import { isoDay } from '../src/core/time.ts';
import { broadcast, hear } from '../src/device/broadcasting.ts';
import { upload } from '../src/device/immuni/upload.ts';
import { liveUntil } from '../src/device/live.ts';
import { newMemory, type PhoneMemory } from '../src/device/memory.ts';
import { newProfile } from '../src/device/profile.ts';
import { newOtp } from '../src/protocol/wire/immuni/otp.ts';
import { CONNECTIONS, operator as operatorOf, startBackend } from './serving.ts';

const MIDNIGHT = 1_592_784_000;
const DAY = 86_400;
const STEP = 4 * 3600;
/** Two more than everything is kept: what it holds then comes and goes. */
const DAYS = 16;
const MEETINGS_A_DAY = 3;
const ILL_A_DAY = 20;
const count = Number(process.argv[2] ?? 10_000);

const folder = mkdtempSync(join(tmpdir(), 'enlab-bench-'));
const server = await startBackend(folder, 'immuni', MIDNIGHT);
const { child, url } = server;

const pool = new Pool(url, { connections: CONNECTIONS });
let requests = 0;
const http: HttpClient = async (address, { method, headers, body }) => {
  requests++;
  const { host: _, connection: __, ...rest } = headers;
  const reply = await pool.request({
    path: new URL(address).pathname + new URL(address).search,
    method: method,
    headers: rest as Record<string, string>,
    body: body.length > 0 ? body : null,
  });
  const bytes = new Uint8Array(await reply.body.arrayBuffer());
  return { status: reply.statusCode, headers: reply.headers as Record<string, string>, body: bytes };
};
const operator = async (path: string, content: object): Promise<void> => {
  const headers = { 'content-type': 'application/json', ...operatorOf(server) };
  const reply = await pool.request({ path, method: 'POST', headers, body: JSON.stringify(content) });
  await reply.body.dump();
  if (reply.statusCode >= 300) throw new Error(`${path} answered ${reply.statusCode}`);
};

const phones = Array.from({ length: count }, (_, k) => {
  const entropy = keyedEntropy(1, 'phone', k);
  const platform = k % 2 === 0 ? ('ios' as const) : ('android' as const);
  return { entropy, profile: newProfile({ platform, build: 1, province: 'MI', background: 'ideal' }, entropy) };
});
const memories: PhoneMemory[] = phones.map(() => newMemory());
const servers = { get: url, upload: url, analytics: url };
const draws = keyed(1, 'encounters');
const anybody = (): number => Math.floor(draws.uniform() * count);

/** Twenty minutes, both ways. */
function meet(a: number, b: number, at: number): void {
  const frames = { a: [] as Parameters<typeof hear>[1][number][], b: [] as Parameters<typeof hear>[1][number][] };
  for (let time = at; time <= at + 1200; time += 300) {
    for (const [one, to] of [
      [a, 'b'],
      [b, 'a'],
    ] as const) {
      const { memory, frame } = broadcast(memories[one]!, time, -20, phones[one]!.entropy);
      memories[one] = memory;
      frames[to].push({ time, frame, rssi: -70 });
    }
  }
  memories[a] = hear(memories[a]!, frames.a);
  memories[b] = hear(memories[b]!, frames.b);
}

/** In parallel, as many as there are connections. */
async function each(work: (k: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let k = next++; k < count; k = next++) await work(k);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

setFlagsFromString('--expose_gc');
const collect = runInNewContext('gc') as () => void;
/** What is in use after everything that is not has been collected, MiB. */
function usedHere(): number {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return Math.round((heapUsed + arrayBuffers) / (1 << 20));
}

const residentOf = (pid: number): number =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024);

console.log(`${count} phones, ${DAYS} days, ${MEETINGS_A_DAY} encounters and six runs a day`);
console.log('day  requests  req/s  phones MiB  backend MiB (resident)  notified');
try {
  for (let day = 0; day < DAYS; day++) {
    const begin = performance.now();
    requests = 0;
    const midnight = MIDNIGHT + day * DAY;
    for (let encounter = 0; encounter < (count * MEETINGS_A_DAY) / 2; encounter++) {
      const [a, b] = [anybody(), anybody()];
      if (a !== b) meet(a, b, midnight + Math.floor(draws.uniform() * (DAY - 1200)));
    }
    // On the first day nobody has keys that are over.
    for (let ill = day === 0 ? ILL_A_DAY : 0; ill < ILL_A_DAY; ill++) {
      const k = anybody();
      const otp = newOtp(phones[k]!.entropy);
      await operator('/v1/otp', { otp, symptoms_started_on: isoDay(midnight / DAY - 1) });
      const ports = { clock: { now: () => midnight }, entropy: phones[k]!.entropy, http };
      await upload(memories[k]!, { servers, otp, province: 'MI' }, ports);
    }
    for (let from = midnight; from < midnight + DAY; from += STEP) {
      const to = from + STEP;
      await operator('/enlab/clock', { to });
      await each(async (k) => {
        const { profile, entropy } = phones[k]!;
        memories[k] = await liveUntil(memories[k]!, { from, to }, { servers, profile }, { entropy, http });
      });
    }
    const seconds = (performance.now() - begin) / 1000;
    const notified = memories.filter(({ notification }) => notification !== null).length;
    const figures = [requests, Math.round(requests / seconds), usedHere(), residentOf(child.pid!), notified];
    console.log([String(day + 1).padStart(3), ...figures.map((figure) => String(figure).padStart(9))].join(' '));
  }
} finally {
  await pool.close();
  child.kill('SIGTERM');
  await once(child, 'exit');
  rmSync(folder, { recursive: true });
}
