/** A backend over HTTP: what the server adds to its services, what a restart keeps, what nobody may find in a log. */
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backupEndpoint, clockEndpoint, publishEndpoint, statusEndpoint } from '../../src/backend/operator.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import type { EnlabError } from '../../src/core/errors.ts';
import { readPublicKey } from '../../src/protocol/export/keyPair.ts';
import { readExport } from '../../src/protocol/export/reader.ts';
import { immuniEndpoints } from '../../src/protocol/wire/immuni/endpoints.ts';
import { checkOtpEndpoint, uploadEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysIndex } from '../../src/protocol/wire/immuni/keys.ts';
import { newOtp, otpToken } from '../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../src/protocol/wire/immuni/otpService.ts';
import { bearer, immuniError } from '../../src/protocol/wire/immuni/parts.ts';
import { settings } from '../../src/protocol/wire/immuni/settings.ts';
import { buildPath } from '../../src/protocol/wire/paths.ts';
import { NOON, OTP, tek, temporaryFolder } from '../helpers/immuniBackend.ts';
import { runBackend } from '../helpers/runningBackend.ts';

type Running = Awaited<ReturnType<typeof runBackend>>;

let place: ReturnType<typeof temporaryFolder>;
let backend: Running;
beforeEach(async () => {
  place = temporaryFolder();
  backend = await runBackend(place.folder);
});
afterEach(async () => {
  await backend.close();
  place.remove();
});

const authorise = (otp = OTP) =>
  backend.ask(authoriseOtp, { body: { otp, symptoms_started_on: '2020-06-15' } }, backend.operator);

const upload = (otp: string, teks: readonly object[]) =>
  backend.ask(uploadEndpoint, {
    headers: { authorization: bearer(otpToken(otp)), 'immuni-dummy-data': '0', 'immuni-client-clock': String(NOON) },
    body: { teks, province: 'MI', exposure_detection_summaries: [], padding: 'abc' } as never,
  });

const publish = () => backend.ask(publishEndpoint, {}, backend.operator);
const status = async () => JSON.parse((await backend.ask(statusEndpoint, {}, backend.operator)).text);

describe('what it says of itself', () => {
  it('stands in server.json while it runs, for its owner only', async () => {
    const path = join(place.folder, 'server.json');
    const { url, operatorToken: token } = backend;
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ url, pid: 4711, token });
    for (const name of ['server.json', 'secrets.json', 'keys.sqlite', 'epidemiology.sqlite'])
      expect(statSync(join(place.folder, name)).mode & 0o777, name).toBe(0o600);
    await backend.close();
    expect(existsSync(path)).toBe(false);
    backend = await runBackend(place.folder, {}, 2);
    expect(backend.operatorToken).not.toBe(token);
  });

  it('is a public key with which its files verify', async () => {
    await authorise();
    await upload(OTP, [tek(1)]);
    await publish();
    const reply = await fetch(`${backend.url}/v1/keys/1`);
    expect(reply.headers.get('content-type')).toBe('application/zip');
    const publicKeys = [{ name: 'public key', key: readPublicKey(backend.publicKey) }];
    const { keys } = readExport(new Uint8Array(await reply.arrayBuffer()), { publicKeys });
    expect(keys.table.length).toBe(1);
  });
});

describe('requests', () => {
  it.each([
    ['GET', '/nothing', 404],
    ['GET', '/v1/keys/', 400],
    ['GET', '/v1/keys/0', 400],
    ['GET', '/v1/keys/x', 400],
    ['GET', `/v1/keys/${'9'.repeat(300)}`, 400],
    ['GET', '/v1/keys/%', 400],
    ['GET', '/v1/settings', 400],
    ['GET', '/v1/settings?platform=ios&build=1&build=2', 400],
    ['POST', '/v1/settings?platform=ios&build=1', 405],
    ['PUT', '/v1/ingestion/upload', 405],
    ['GET', '/', 200],
    ['GET', '/health', 200],
    ['GET', '/metrics', 200],
    ['GET', '/v1/keys/eu/DE/index', 404],
  ])('%s %s is %i', async (method, path, expected) => {
    const reply = await backend.send(method, path, {});
    expect(reply.status).toBe(expected);
    if (expected >= 400)
      expect(JSON.parse(reply.text)).toEqual({ error_code: expect.any(Number), message: expect.any(String) });
  });

  it.each([
    ['', 401],
    ['Bearer ', 401],
    ['Bearer wrong', 401],
  ])('of an operator with the token "%s" are %i', async (authorization, expected) => {
    const body = { otp: OTP, symptoms_started_on: '2020-06-15' };
    expect((await backend.ask(authoriseOtp, { body }, { authorization })).status).toBe(expected);
    for (const endpoint of [statusEndpoint, publishEndpoint])
      expect((await backend.ask(endpoint, {}, { authorization })).status).toBe(expected);
    expect((await status()).passwords).toBe(0);
  });

  it('that are too large are refused before they are read', async () => {
    const reply = await rawRequest([
      'POST /v1/ingestion/upload HTTP/1.1',
      'host: localhost',
      'content-type: application/json',
      'content-length: 100000001',
    ]);
    expect(reply).toMatch(/^HTTP\/1\.1 413 /);
    expect(reply).toContain(JSON.stringify(immuniError('unknown')));
  });

  it('that are no HTTP are refused', async () => {
    expect(await rawRequest(['HELO', 'x'])).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('with the tag of what did not change get 304 and no body', async () => {
    const asked = { query: { platform: 'ios', build: '1' } } as const;
    const first = await backend.ask(settings, asked);
    const tag = String(first.headers['etag']);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const again = await backend.ask(settings, asked, { 'if-none-match': known });
      expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', tag]);
      expect(again.headers['cache-control']).toBe('public, max-age=3600');
    }
    expect((await backend.ask(settings, asked, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('are counted by endpoint and status', async () => {
    await backend.ask(keysIndex, {});
    await backend.send('GET', '/nothing', {});
    const { text } = await backend.send('GET', '/metrics', {});
    expect(text).toContain('enlab_requests_total{endpoint="immuni.keys-index",status="404"} 1');
    expect(text).toContain('enlab_requests_total{endpoint="other",status="404"} 1');
  });

  it('for a key file get the same on the short way and on the long one, until it is deleted', async () => {
    await backend.close();
    backend = await runBackend(place.folder, { logLevel: 'info' });
    await authorise();
    await upload(OTP, [tek(1)]);
    await publish();
    const file = (headers: Record<string, string> = {}) => backend.send('GET', '/v1/keys/1', headers);
    const short = await file();
    const long = await file({ 'if-none-match': '"another"' });
    expect(short.headers['etag']).toMatch(/^"/);
    expect({ ...short, headers: { ...short.headers, date: '' } }).toEqual({
      ...long,
      headers: { ...long.headers, date: '' },
    });
    expect((await file({ 'if-none-match': String(short.headers['etag']) })).status).toBe(304);
    const { text } = await backend.send('GET', '/metrics', {});
    expect(text).toContain('enlab_requests_total{endpoint="immuni.keys",status="200"} 2');
    await backend.ask(clockEndpoint, { body: { to: NOON + 15 * 86_400 } }, backend.operator);
    expect((await file()).status).toBe(404);
  });

  /** Lines and an empty one on a connection of their own; what came back until it closed. */
  async function rawRequest(lines: readonly string[]): Promise<string> {
    const socket = connect(Number(new URL(backend.url).port), '127.0.0.1');
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  }
});

describe('junk', () => {
  const anyHeader = fc.constantFrom<Record<string, string>>(
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'text/plain', authorization: 'x' },
    {
      'content-type': 'application/json',
      authorization: bearer(otpToken(OTP)),
      'immuni-dummy-data': '0',
      'immuni-client-clock': '-1',
    },
  );
  const anyBody = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json().map((text) => Buffer.from(text)),
  );

  it('is never a failure of the server', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...immuniEndpoints), anyHeader, anyBody, async (endpoint, headers, body) => {
        const path = buildPath(endpoint, { index: '1', country: 'DE' });
        const reply = await backend.send(endpoint.method, path, headers, endpoint.method === 'POST' ? body : undefined);
        expect(reply.status).toBeLessThan(500);
      }),
      { numRuns: 400 },
    );
  });

  it('in the fields of a genuine upload is refused or dropped, and the server goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), fc.jsonValue(), async (teks, province, summaries) => {
        const body = { teks, province, exposure_detection_summaries: summaries, padding: '' };
        const headers = { authorization: bearer(otpToken(OTP)), 'immuni-dummy-data': '0', 'immuni-client-clock': '0' };
        const typed = { ...headers, 'content-type': 'application/json' };
        const reply = await backend.send('POST', '/v1/ingestion/upload', typed, Buffer.from(JSON.stringify(body)));
        expect([204, 400, 401]).toContain(reply.status);
      }),
      { numRuns: 300 },
    );
    expect((await backend.send('GET', '/health', {})).status).toBe(200);
  });
});

it('of 10,000 uploads at once with one password one wins', async () => {
  await authorise();
  const replies = await Promise.all(Array.from({ length: 10_000 }, (_, k) => upload(OTP, [tek(1, k)])));
  const answered = (code: number) => replies.filter((reply) => reply.status === code).length;
  expect([answered(204), answered(401)]).toEqual([1, 9999]);
  expect((await status()).waitingKeys).toBe(1);
});

it('senders that never end keep nobody else waiting, nor the server from stopping', async () => {
  const { port } = new URL(backend.url);
  const head =
    'POST /v1/ingestion/upload HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 110000\r\n\r\n{';
  const sockets = await Promise.all(
    Array.from({ length: 300 }, async () => {
      const socket = connect(Number(port), '127.0.0.1');
      await once(socket, 'connect');
      // The server cuts it off in the end.
      socket.on('error', () => {});
      socket.write(head);
      return socket;
    }),
  );
  await authorise();
  expect((await upload(OTP, [tek(1)])).status).toBe(204);
  const cut = Promise.all(sockets.map((socket) => once(socket, 'close')));
  await backend.close();
  await cut;
  backend = await runBackend(place.folder, {}, 2);
  expect((await status()).waitingKeys).toBe(1);
});

it('no code, token, key or address is in a log, however much it says', async () => {
  const entropy = keyedEntropy(5, 'passwords');
  const otps = Array.from({ length: 200 }, () => newOtp(entropy));
  await Promise.all(
    otps.map(async (otp, k) => {
      await authorise(otp);
      await backend.ask(checkOtpEndpoint, {
        headers: { authorization: bearer(otpToken(otp)), 'immuni-dummy-data': '0' },
        body: { padding: '' },
      });
      await upload(otp, [tek(1, k)]);
    }),
  );
  await backend.send('POST', '/v1/ingestion/upload', { 'content-type': 'application/json' }, Buffer.from('{"teks":'));
  await publish();
  expect(backend.log.length).toBeGreaterThan(600);
  const requests = backend.log.filter((line) => line.includes('"msg":"request"')).join('');
  const log = backend.log.join('');
  for (const [k, otp] of otps.entries())
    for (const secret of [otp, otpToken(otp), tek(1, k).key_data]) expect(log.includes(secret)).toBe(false);
  expect(log).not.toContain(backend.operatorToken);
  expect(requests).not.toMatch(/127\.0\.0\.1|::1|remote|\/v1\//);
});

describe('the virtual clock', () => {
  const move = (body: { seconds: number } | { to: number }) => backend.ask(clockEndpoint, { body }, backend.operator);

  it('runs what is due on the way, at its time: a batch every half hour', async () => {
    await authorise();
    await upload(OTP, [tek(1)]);
    await move({ seconds: 1799 });
    expect((await backend.ask(keysIndex, {})).status).toBe(404);
    await move({ seconds: 1 });
    expect(JSON.parse((await backend.ask(keysIndex, {})).text)).toEqual({ oldest: 1, newest: 1 });
  });

  it('deletes passwords and batches at their times', async () => {
    await authorise();
    await upload(OTP, [tek(1)]);
    await authorise('AAAAAAAAA1');
    await authorise();
    await move({ seconds: 180 });
    expect(await status()).toMatchObject({ passwords: 0, waitingKeys: 1 });
    await move({ seconds: 14 * 86_400 });
    expect(await status()).toMatchObject({ batches: 1 });
    await move({ seconds: 1800 });
    expect(await status()).toMatchObject({ batches: 0, newestBatch: null });
  });

  it.each([
    ['backwards', { to: NOON - 1 }, 'the clock never goes back'],
    ['more than 400 days', { to: NOON + 401 * 86_400 }, 'at most 400 days at a time'],
  ])('does not move %s', async (_, body, message) => {
    const reply = await move(body);
    expect([reply.status, JSON.parse(reply.text)]).toEqual([409, { message }]);
    expect((await status()).now).toBe(NOON);
  });

  it('cannot be moved where the clock is that of the machine', async () => {
    await backend.close();
    backend = await runBackend(place.folder, { clock: 'real' });
    const reply = await move({ seconds: 1 });
    expect([reply.status, reply.text]).toEqual([409, expect.stringContaining('--clock virtual')]);
  });
});

describe('a restart', () => {
  it('keeps passwords, waiting keys, batches, the clock and the signing key', async () => {
    await authorise();
    await upload(OTP, [tek(1)]);
    await publish();
    await authorise();
    await backend.ask(clockEndpoint, { body: { seconds: 60 } }, backend.operator);
    const before = await status();
    const batch = await backend.ask(keysBatch, { parameters: { index: '1' } });
    const { publicKey } = backend;
    await backend.close();
    backend = await runBackend(place.folder, {}, 2);
    expect(await status()).toEqual({ ...before, now: NOON + 60, passwords: 1 });
    expect(backend.publicKey).toBe(publicKey);
    const again = await backend.ask(keysBatch, { parameters: { index: '1' } });
    expect([again.text, again.headers['etag']]).toEqual([batch.text, batch.headers['etag']]);
    expect((await upload(OTP, [tek(2)])).status).toBe(204);
  });
});

describe('starting', () => {
  const refusal = async (changes: Parameters<typeof runBackend>[1], folder = place.folder): Promise<EnlabError> => {
    try {
      await (await runBackend(folder, changes)).close();
    } catch (error) {
      return error as EnlabError;
    }
    throw new Error('it started');
  };

  it('is refused on the folder of a backend that runs, which goes on', async () => {
    const error = await refusal({});
    expect([error.code, error.message]).toEqual(['E-STORE', 'another process uses this database']);
    expect((await backend.send('GET', '/health', {})).status).toBe(200);
    expect(existsSync(join(place.folder, 'server.json'))).toBe(true);
  });

  it('is refused on a port that is in use, and leaves the folder free', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const fresh = temporaryFolder();
    const error = await refusal({ port }, fresh.folder);
    other.close();
    expect([error.code, error.message]).toEqual(['E-LISTEN', `port ${port} of 127.0.0.1 is in use`]);
    await (await runBackend(fresh.folder)).close();
    fresh.remove();
  });

  it('is refused with secrets that cannot be read', async () => {
    await backend.close();
    const path = join(place.folder, 'secrets.json');
    const kept = readFileSync(path);
    writeFileSync(path, '{"signingKey":1}');
    expect(await refusal({})).toMatchObject({ code: 'E-STORE', place: { file: path } });
    expect(readFileSync(path, 'utf8')).toBe('{"signingKey":1}');
    writeFileSync(path, kept);
    backend = await runBackend(place.folder);
  });
});

it('a backup of a running backend starts as a backend', async () => {
  await authorise();
  await upload(OTP, [tek(1)]);
  const copy = join(place.folder, 'copy');
  const ask = () => backend.ask(backupEndpoint, { body: { folder: copy } }, backend.operator);
  expect((await ask()).status).toBe(200);
  const again = await ask();
  expect([again.status, again.text]).toEqual([409, expect.stringContaining('exists')]);
  const restored = await runBackend(copy);
  const { text } = await restored.ask(statusEndpoint, {}, restored.operator);
  expect(JSON.parse(text)).toMatchObject({ waitingKeys: 1 });
  await restored.close();
});
