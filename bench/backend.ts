/**
 * Backend: uploads of Immuni's size and small ones, and key files, beside a bare node:http server in the same run. Server
 * and client are processes of their own; on two cores the client is part of what is measured, in all rows alike.
 */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyedEntropy } from '../src/core/entropy.ts';
import { newOtp, otpToken } from '../src/protocol/wire/immuni/otp.ts';
import { CONNECTIONS, file, operator, rate, type Server, type Shot, startBackend, started } from './serving.ts';

const NOON = 1_592_827_200;
const TODAY_START = Math.floor(NOON / 86_400) * 144;
const entropy = keyedEntropy(1, 'bench');
/** Of an upload: days from two before the symptoms on. */
const KEYS = 5;
/** 18.5 bytes a key in a signed archive. */
const KEYS_OF_10_KB = 510;

const authorisations = (otps: readonly string[], server: Server): readonly Shot[] =>
  otps.map((otp) => ({
    method: 'POST',
    path: '/v1/otp',
    headers: { 'content-type': 'application/json', ...operator(server) },
    body: Buffer.from(JSON.stringify({ otp, symptoms_started_on: '2020-06-15' })),
  }));

/** One upload with five keys a password, padded to `bytes`. */
const uploads = (otps: readonly string[], bytes: number): readonly Shot[] =>
  otps.map((otp) => {
    const teks = Array.from({ length: KEYS }, (_, k) => ({
      key_data: Buffer.from(entropy(16)).toString('base64'),
      rolling_start_number: TODAY_START - 144 * (k + 1),
      rolling_period: 144,
    }));
    const body = JSON.stringify({ teks, province: 'MI', exposure_detection_summaries: [], padding: '' });
    const padded = `${body.slice(0, -2)}${'a'.repeat(Math.max(0, bytes - body.length))}"}`;
    return {
      method: 'POST',
      path: '/v1/ingestion/upload',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${otpToken(otp)}`,
        'immuni-dummy-data': '0',
        'immuni-client-clock': String(NOON),
      },
      body: Buffer.from(padded),
    };
  });

const otpsOf = (count: number): readonly string[] => Array.from({ length: count }, () => newOtp(entropy));
const show = (what: string, ours: number, bare: number): void =>
  console.log(
    `${what.padEnd(44)} ${ours.toFixed(0).padStart(7)}/s  bare ${bare.toFixed(0).padStart(7)}/s  ${(ours / bare).toFixed(2)}`,
  );

/** Requests a second as wrk counts them (Debian's package), a client that costs less than ours; without it, as ours. */
async function getRate(server: Server, path: string): Promise<number> {
  const { stdout, error } = spawnSync('wrk', ['-t1', `-c${CONNECTIONS}`, '-d5s', server.url + path], {
    encoding: 'utf8',
  });
  const counted = /Requests\/sec:\s+([\d.]+)/.exec(stdout ?? '')?.[1];
  if (!error && counted !== undefined) return Number(counted);
  console.log('wrk is missing: counted by our own client');
  return rate(
    server,
    Array.from({ length: 20_000 }, (): Shot => ({ method: 'GET', path, headers: {} })),
    200,
  );
}

/** The second batch beside the 10,000 bytes of the bare server. */
async function keyFiles(bareServer: Server, server: Server): Promise<void> {
  const { length } = Buffer.from(await (await fetch(`${server.url}/v1/keys/2`)).arrayBuffer());
  const plain = await getRate(bareServer, '/');
  show(`key files of ${length} bytes`, await getRate(server, '/v1/keys/2'), plain);
}

const folder = mkdtempSync(join(tmpdir(), 'enlab-bench-'));
const bare = await started([file('bareServer.mjs')]);
const backend = await startBackend(folder, 'immuni', NOON);
try {
  const warm = otpsOf(500);
  await rate(backend, authorisations(warm, backend), 204);
  await rate(backend, uploads(warm, 1000), 204);
  await rate(bare, uploads(warm, 1000), 204);

  const publish = { method: 'POST', path: '/enlab/publish', headers: operator(backend) } as const;
  await rate(backend, [publish], 200);
  const few = otpsOf(KEYS_OF_10_KB / KEYS);
  await rate(backend, authorisations(few, backend), 204);
  await rate(backend, uploads(few, 0), 204);
  await rate(backend, [publish], 200);
  await keyFiles(bare, backend);

  const large = otpsOf(4000);
  console.log(`authorised ${(await rate(backend, authorisations(large, backend), 204)).toFixed(0)} passwords/s`);
  const shots = uploads(large, 110_000);
  const plain = await rate(bare, shots, 204);
  show('uploads of 110,000 bytes, durable', await rate(backend, shots, 204), plain);

  const small = otpsOf(20_000);
  await rate(backend, authorisations(small, backend), 204);
  const smallShots = uploads(small, 0);
  const smallPlain = await rate(bare, smallShots, 204);
  show('small uploads of 5 keys, durable', await rate(backend, smallShots, 204), smallPlain);
} finally {
  backend.child.kill('SIGTERM');
  bare.child.kill('SIGTERM');
  await once(backend.child, 'exit');
  rmSync(folder, { recursive: true });
}
