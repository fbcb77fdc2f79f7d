/** The backend as a process that is killed: what a phone was told is stored is stored. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { backendCrashTestSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { keyed } from '../../src/core/random.ts';
import { readExport } from '../../src/protocol/export/reader.ts';
import { keyDataAt } from '../../src/protocol/gaen/keyTable.ts';
import { newOtp, otpToken } from '../../src/protocol/wire/immuni/otp.ts';
import { Workplace } from '../helpers/cli.ts';
import { NOON, tek } from '../helpers/immuniBackend.ts';
import { has } from '../helpers/programs.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const START = `backend start --system immuni --data data --clock virtual --begin ${NOON}`;

interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly operatorToken: string;
}

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

const startIn = (place: Workplace, more: readonly string[] = []): Promise<Server> =>
  serverOf(place, [process.execPath, main, ...START.split(' '), ...more]);

async function serverOf({ folder: cwd }: Workplace, [program, ...words]: readonly string[]): Promise<Server> {
  const child = spawn(program!, words, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, ...(JSON.parse(line) as Omit<Server, 'child'>) };
}

const post = async ({ url }: Server, path: string, headers: Record<string, string>, body: object): Promise<number> => {
  const typed = { 'content-type': 'application/json', ...headers };
  const reply = await fetch(url + path, { method: 'POST', headers: typed, body: JSON.stringify(body) });
  await reply.arrayBuffer();
  return reply.status;
};

/** Authorises and uploads one key; its data when the server said that it is stored. */
async function uploadOne(server: Server, otp: string, mark: number): Promise<string | undefined> {
  const operator = { authorization: `Bearer ${server.operatorToken}` };
  await post(server, '/v1/otp', operator, { otp, symptoms_started_on: '2020-06-15' });
  const key = tek(1 + (mark % 7), mark);
  const phone = {
    authorization: `Bearer ${otpToken(otp)}`,
    'immuni-dummy-data': '0',
    'immuni-client-clock': String(NOON),
  };
  const body = { teks: [key], province: 'MI', exposure_detection_summaries: [], padding: '' };
  return (await post(server, '/v1/ingestion/upload', phone, body)) === 204 ? key.key_data : undefined;
}

/** Key data of all batches. */
async function publishedBy(server: Server): Promise<ReadonlySet<string>> {
  const operator = { authorization: `Bearer ${server.operatorToken}` };
  await post(server, '/enlab/publish', operator, {});
  const reply = await fetch(`${server.url}/v1/keys/index`);
  const { newest } = reply.status === 404 ? { newest: 0 } : ((await reply.json()) as { newest: number });
  const found = new Set<string>();
  for (let number = 1; number <= newest; number++) {
    const file = await fetch(`${server.url}/v1/keys/${number}`);
    const { table } = readExport(new Uint8Array(await file.arrayBuffer())).keys;
    for (let row = 0; row < table.length; row++) found.add(Buffer.from(keyDataAt(table, row)).toString('base64'));
  }
  return found;
}

describe.skipIf(!has('openssl'))('with a certificate (openssl)', () => {
  it('it speaks HTTPS, and its operator reaches it when Node trusts the certificate', async () => {
    const place = new Workplace();
    const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1';
    const files = [
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      place.path('key.pem'),
      '-out',
      place.path('cert.pem'),
    ];
    execFileSync('openssl', [...words.split(' '), ...files], { stdio: 'ignore' });
    const server = await startIn(place, ['--tls-key', 'key.pem', '--tls-cert', 'cert.pem']);
    expect(server.url).toMatch(/^https:/);
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: place.path('cert.pem') };
    const asked = [main, 'backend', 'status', '--data', 'data', '--format', 'json'];
    const text = execFileSync(process.execPath, asked, { cwd: place.folder, env, encoding: 'utf8' });
    expect(JSON.parse(text)).toMatchObject({ data: { batches: 0 } });
    server.child.kill('SIGTERM');
    expect((await once(server.child, 'exit'))[0]).toBe(0);
  });
});

describe('kill -9 in the middle of uploads', () => {
  it('loses no key of which a phone was told that it is stored, ten times over', async () => {
    const place = new Workplace();
    const entropy = keyedEntropy(1, 'passwords');
    const draw = keyed(1, 'when it is killed');
    const told: string[] = [];
    let mark = 0;
    for (let round = 0; round < 10; round++) {
      const server = await startIn(place);
      const dead = once(server.child, 'exit');
      // Killed by the answer to one of the uploads, while others are on their way.
      const last = 5 + (draw.uint32() % 60);
      let answered = 0;
      const workers = Array.from({ length: 8 }, async () => {
        for (;;) {
          const key = await uploadOne(server, newOtp(entropy), mark++).catch(() => 'gone' as const);
          if (key === 'gone') return;
          if (key !== undefined) told.push(key);
          if (++answered === last) server.child.kill('SIGKILL');
        }
      });
      await Promise.all(workers);
      await dead;
    }
    const server = await startIn(place);
    const published = await publishedBy(server);
    expect(told.length).toBeGreaterThan(100);
    expect(told.filter((key) => !published.has(key))).toEqual([]);
    server.child.kill('SIGTERM');
    expect((await once(server.child, 'exit'))[0]).toBe(0);
  });
});

/** Whether this machine lets us have a file system of our own, of one megabyte. */
const canMount = has('unshare') && spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0;

describe.runIf(canMount)('a full disk', () => {
  it('refuses what cannot be stored, keeps what was, and takes more when there is space again', async () => {
    const place = new Workplace();
    const mounted = join(place.folder, 'disk');
    mkdirSync(mounted);
    const enlab = `exec "${process.execPath}" "${main}" ${START.replace('--data data', '--data disk/data')}`;
    const disk = `mount -t tmpfs -o size=1m none "${mounted}" && head -c 400000 /dev/zero > "${mounted}/filler" && ${enlab}`;
    const server = await serverOf(place, ['unshare', '-rm', 'sh', '-c', disk]);
    const entropy = keyedEntropy(3, 'passwords');
    const stored: string[] = [];
    let mark = 0;
    const uploadUntil = async (isEnough: (data: string | undefined) => boolean): Promise<boolean> => {
      for (const last = mark + 5000; mark < last; mark++) {
        const data = await uploadOne(server, newOtp(entropy), mark);
        if (data !== undefined) stored.push(data);
        if (isEnough(data)) return true;
      }
      return false;
    };
    // Authorising fails first, so that the upload after it is refused: 401.
    expect(await uploadUntil((data) => data === undefined)).toBe(true);
    expect(stored.length).toBeGreaterThan(0);
    const operator = { authorization: `Bearer ${server.operatorToken}` };
    const authorised = { otp: newOtp(entropy), symptoms_started_on: '2020-06-15' };
    expect(await post(server, '/v1/otp', operator, authorised)).toBe(500);
    expect((await fetch(`${server.url}/v1/settings?platform=ios&build=1`)).status).toBe(200);
    // The file system of the process, seen from outside.
    rmSync(`/proc/${server.child.pid}/root${mounted}/filler`);
    const before = stored.length;
    expect(await uploadUntil(() => stored.length >= before + 10)).toBe(true);
    const published = await publishedBy(server);
    expect(stored.filter((data) => !published.has(data))).toEqual([]);
    server.child.kill('SIGTERM');
    await once(server.child, 'exit');
  }, 60_000);
});

it.each(['immuni', 'cwa'])(
  '"backend crash-test" kills a real one of %s in every way, and it keeps its word',
  async (system) => {
    const place = new Workplace();
    const ran = await place.enlab(
      `backend crash-test --system ${system} --data out/crash --rounds 5 --junit out/crash.xml --format json`,
    );
    expect(ran.exitCode, ran.stderr).toBe(0);
    const { data } = backendCrashTestSchema.parse(JSON.parse(ran.stdout));
    expect(data.map(({ lost, twice, problem }) => ({ lost, twice, problem }))).toEqual(
      data.map(() => ({ lost: 0, twice: 0, problem: '' })),
    );
    expect(data.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(2);
    expect(ran.stderr).toMatch(/^round 3, killed after a jump of the clock: \d+ acknowledged/m);
    expect(ran.stderr).toMatch(/^round 4, no room on the disk: \d+ acknowledged/m);
    expect(place.text('out/crash.xml')).toContain('tests="5"');
  },
  120_000,
);
