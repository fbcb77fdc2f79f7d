/**
 * The Corona-Warn-App's servers: registrations, TANs and submissions of the app's size, durable, with the client in another
 * process; and the package of an hour with 100,000 keys.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toHex } from '../src/core/bytes.ts';
import { keyedEntropy } from '../src/core/entropy.ts';
import { paddedSubmission } from '../src/protocol/wire/cwa/padding.ts';
import { encodeSubmission } from '../src/protocol/wire/cwa/submissionPayload.ts';
import { operator, rate, type Shot, startBackend } from './serving.ts';

const NOON = 1_592_827_200;
const TODAY = Math.floor(NOON / 86_400);
const entropy = keyedEntropy(1, 'bench');
const SUBMISSIONS = 20_000;
const KEYS = 5;

const folder = mkdtempSync(join(tmpdir(), 'enlab-bench-'));
const server = await startBackend(folder, 'cwa', NOON);

const post = (path: string, body: object | Uint8Array, headers: Record<string, string> = {}): Shot => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: Buffer.from(body instanceof Uint8Array ? body : JSON.stringify(body)),
});

/** What a call answers to each of many, a hundred at a time. */
async function answers(shots: readonly Shot[], field: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (let k = 0; k < shots.length; k += 100) {
    const some = shots.slice(k, k + 100).map(async ({ path, headers, body }) => {
      const reply = await fetch(server.url + path, { method: 'POST', headers, body: new Uint8Array(body!) });
      return ((await reply.json()) as Record<string, string>)[field]!;
    });
    found.push(...(await Promise.all(some)));
  }
  return found;
}

const tests = Array.from({ length: SUBMISSIONS }, () => toHex(entropy(32)));
const registrations = (keys: readonly string[]) =>
  keys.map((key) => post('/version/v1/registrationToken', { key, keyType: 'GUID' }));

const key = (daysAgo: number) => ({
  keyData: Uint8Array.from(entropy(16)),
  transmissionRiskLevel: 5,
  rollingStartIntervalNumber: (TODAY - daysAgo) * 144,
  rollingPeriod: 144,
});
const submissions = (tans: readonly string[], keys: number): readonly Shot[] =>
  tans.map((tan) =>
    post(
      '/version/v1/diagnosis-keys',
      encodeSubmission(paddedSubmission({ keys: Array.from({ length: keys }, (_, k) => key(1 + (k % 14))) }, entropy)),
      { 'content-type': 'application/x-protobuf', 'cwa-fake': '0', 'cwa-authorization': tan },
    ),
  );

try {
  const spare = Array.from({ length: 10_000 }, () => toHex(entropy(32)));
  console.log(`registrations, durable  ${(await rate(server, registrations(spare), 201)).toFixed(0)}/s`);
  const tokens = await answers(registrations(tests), 'registrationToken');
  const results = tests.map((id) => ({ id, result: 2 }));
  await rate(server, [post('/api/v1/lab/results', { testResults: results }, operator(server))], 204);
  const tans = await answers(
    tokens.map((registrationToken) => post('/version/v1/tan', { registrationToken })),
    'tan',
  );
  const shots = submissions(tans, KEYS);
  const bytes = shots[0]!.body!.length;
  console.log(`submissions of ${bytes} bytes, durable  ${(await rate(server, shots, 200)).toFixed(0)}/s`);
  const begin = performance.now();
  const reply = await fetch(`${server.url}/enlab/publish`, { method: 'POST', headers: operator(server) });
  const { keys } = (await reply.json()) as { keys: number };
  console.log(`package of an hour with ${keys} keys  ${((performance.now() - begin) / 1000).toFixed(2)} s`);
} finally {
  server.child.kill('SIGTERM');
  await once(server.child, 'exit');
  rmSync(folder, { recursive: true });
}
