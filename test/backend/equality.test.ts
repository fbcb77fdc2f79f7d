/** Replies that must not tell genuine from dummy: the bytes on the wire, and when they leave. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FakeDelay } from '../../src/backend/cwa/fakeDelay.ts';
import { clockEndpoint, statusEndpoint } from '../../src/backend/operator.ts';
import type { BackendOptions } from '../../src/backend/start.ts';
import { keyedEntropy, poissonFrom } from '../../src/core/entropy.ts';
import { registrationToken, tan, testResult } from '../../src/protocol/wire/cwa/verification.ts';
import { appleOperationalInfo } from '../../src/protocol/wire/immuni/analytics.ts';
import { checkOtpEndpoint, uploadEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { newOtp, otpToken } from '../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../src/protocol/wire/immuni/otpService.ts';
import { bearer } from '../../src/protocol/wire/immuni/parts.ts';
import { buildRequest, type RequestMessage } from '../../src/protocol/wire/messages.ts';
import { NOON, temporaryFolder } from '../helpers/immuniBackend.ts';
import { runBackend } from '../helpers/runningBackend.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** On the clock of the machine; every wait is remembered, and over at once or when it is told. */
async function running(changes: Partial<BackendOptions> = {}, held?: (() => void)[]) {
  const { folder, remove } = temporaryFolder();
  const waits: number[] = [];
  const backend = await runBackend(folder, { clock: 'real', ...changes }, 1, (seconds, work) => {
    // The server looks at its jobs every second.
    if (seconds < 1) {
      waits.push(seconds);
      if (held) held.push(work);
      else work();
    }
    return () => {};
  });
  closing.push(() => backend.close(), remove);
  /** A reply as it goes over the line. */
  const raw = async ({ method, path, headers, body }: RequestMessage): Promise<string> => {
    const { hostname, port } = new URL(backend.url);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    const lines = Object.entries({ ...headers, host: 'h', connection: 'close', 'content-length': String(body.length) });
    socket.write(
      `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n`,
    );
    socket.write(body);
    await once(socket, 'close');
    return Buffer.concat(chunks).toString('latin1');
  };
  const missed = async () =>
    Number(/enlab_deadline_missed_total (\d+)/.exec((await backend.send('GET', '/metrics', {})).text)?.[1] ?? 0);
  return { backend, raw, waits, missed };
}

/** Names of headers, in their order. */
const namesOf = (reply: string): readonly string[] =>
  reply
    .split('\r\n\r\n', 1)[0]!
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(':', 1)[0]!.toLowerCase())
    .filter((name) => name !== 'content-length');
const statusOf = (reply: string): number => Number(reply.slice(9, 12));

const otp = newOtp(keyedEntropy(3, 'otp'));
const check = (token: string, dummy: '0' | '1') =>
  buildRequest(checkOtpEndpoint, {
    headers: { authorization: bearer(token), 'immuni-dummy-data': dummy },
    body: { padding: 'ab' },
  });
const upload = (token: string, dummy: '0' | '1', province = 'MI') =>
  buildRequest(uploadEndpoint, {
    headers: { authorization: bearer(token), 'immuni-dummy-data': dummy, 'immuni-client-clock': String(NOON) },
    body: { teks: [], province, exposure_detection_summaries: [], padding: 'ab' },
  });

describe('Immuni', () => {
  it('answers checks, uploads and analytics with as many bytes, whatever it says, and after the same time', async () => {
    const { backend, raw, waits, missed } = await running();
    await backend.ask(authoriseOtp, { body: { otp, symptoms_started_on: '2020-06-20' } }, backend.operator);
    const [good, bad] = [otpToken(otp), 'ab'.repeat(32)];
    const info = buildRequest(appleOperationalInfo, {
      headers: { authorization: bearer('ab'.repeat(64)), 'immuni-dummy-data': '0' },
      body: {
        province: 'MI',
        exposure_permission: 1,
        bluetooth_active: 1,
        notification_permission: 1,
        exposure_notification: 0,
        last_risky_exposure_on: '2020-06-21',
      },
    });
    const replies: string[] = [];
    for (const request of [
      check(good, '0'),
      check(bad, '0'),
      check(bad, '1'),
      upload(good, '0', 'milan'),
      upload(good, '0'),
      upload(good, '0'),
      upload(bad, '1'),
      info,
    ])
      replies.push(await raw(request));
    expect(replies.map(statusOf)).toEqual([204, 401, 204, 400, 204, 401, 204, 204]);
    expect(new Set(replies.map((reply) => reply.length)).size).toBe(1);
    // Genuine and dummy ones of one outcome have the same headers, too.
    expect(namesOf(replies[2]!)).toEqual(namesOf(replies[0]!));
    expect(namesOf(replies[6]!)).toEqual(namesOf(replies[4]!));
    // Each for the rest of its quarter of a second, whatever it was.
    expect(waits).toHaveLength(replies.length);
    expect(waits.every((seconds) => seconds >= 0 && seconds <= 0.25)).toBe(true);
    // These waits are over at once, so that what needs the store comes later, and is counted.
    expect(await missed()).toBeGreaterThan(0);
  });

  it('does not let a reply go before its time, though it is known', async () => {
    const held: (() => void)[] = [];
    const { backend, raw, missed } = await running({}, held);
    await backend.ask(authoriseOtp, { body: { otp, symptoms_started_on: '2020-06-20' } }, backend.operator);
    let hasCome = false;
    const reply = raw(upload(otpToken(otp), '0')).then((text) => {
      hasCome = true;
      return text;
    });
    const passwords = async () => JSON.parse((await backend.ask(statusEndpoint, {}, backend.operator)).text).passwords;
    // The password is used up: the answer is known.
    for (let tries = 0; tries < 1000 && (await passwords()) > 0; tries++);
    expect([await passwords(), hasCome]).toEqual([0, false]);
    for (const go of held) go();
    expect(statusOf(await reply)).toBe(204);
    expect(await missed()).toBe(0);
  });

  it.each([
    ['no-equalisation', 'none'],
    ['immuni-double-delay', 'double'],
  ] as const)('does not under %s', async (_fault, delays) => {
    const { raw } = await running({ choices: { delays } });
    const bad = 'ab'.repeat(32);
    const [refused, dummy] = [await raw(check(bad, '0')), await raw(check(bad, '1'))];
    expect(refused.length).not.toBe(dummy.length);
  });
});

describe('the Corona-Warn-App', () => {
  const fake = { 'cwa-fake': '1' };
  const genuine = { 'cwa-fake': '0' };
  const token = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
  it('answers fake and genuine requests of verification with as many bytes, refusals too', async () => {
    const { raw } = await running({ system: 'cwa', settings: {} });
    const key = 'ab'.repeat(32);
    const replies: string[] = [];
    for (const request of [
      buildRequest(registrationToken, { headers: genuine, body: { key, keyType: 'GUID' } }),
      buildRequest(registrationToken, { headers: genuine, body: { key, keyType: 'GUID' } }),
      buildRequest(registrationToken, { headers: fake, body: { key, keyType: 'GUID' } }),
      buildRequest(testResult, { headers: fake, body: { registrationToken: token } }),
      buildRequest(testResult, { headers: genuine, body: { registrationToken: token } }),
      buildRequest(tan, { headers: fake, body: { registrationToken: token } }),
    ])
      replies.push(await raw(request));
    expect(replies.map(statusOf)).toEqual([201, 400, 201, 200, 400, 201]);
    expect(new Set(replies.map((reply) => reply.length)).size).toBe(1);
  });

  it('as deployed keeps the averages of registrations and results at ten milliseconds', () => {
    const delay = new FakeDelay();
    const mean = (kind: Parameters<FakeDelay['draw']>[0]) => {
      const entropy = keyedEntropy(1, 'fake delay');
      return Array.from({ length: 2000 }, () => delay.draw(kind, entropy)).reduce((sum, one) => sum + one, 0) / 2000;
    };
    for (let k = 0; k < 100; k++) for (const kind of ['token', 'test', 'submission'] as const) delay.observe(kind, 0.1);
    // Five standard errors of a Poisson mean of 10 or 100 ms are .4 and 1.2 ms.
    expect(Math.abs(mean('token') - 0.01)).toBeLessThan(0.0004);
    expect(Math.abs(mean('test') - 0.01)).toBeLessThan(0.0004);
    // Whole numbers stop four and nine milliseconds short.
    expect(Math.abs(mean('tan') - 0.096)).toBeLessThan(0.0012);
    expect(Math.abs(mean('submission') - 0.091)).toBeLessThan(0.0012);
  });
});

it('under a virtual clock nothing waits', async () => {
  const { folder, remove } = temporaryFolder();
  const backend = await runBackend(folder);
  closing.push(() => backend.close(), remove);
  const reply = await backend.ask(checkOtpEndpoint, {
    headers: { authorization: bearer('ab'.repeat(32)), 'immuni-dummy-data': '0' },
    body: { padding: '' },
  });
  expect([reply.status, String(reply.headers['padding']).length > 0]).toEqual([401, true]);
  expect((await backend.ask(clockEndpoint, { body: { seconds: 1 } }, backend.operator)).status).toBe(200);
});

it('a Poisson number has its mean for its variance', () => {
  const entropy = keyedEntropy(1, 'poisson');
  const draws = Array.from({ length: 10_000 }, () => poissonFrom(entropy, 10));
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) * (draw - mean), 0) / draws.length;
  expect(Math.abs(mean - 10)).toBeLessThan(0.16);
  expect(Math.abs(variance - 10)).toBeLessThan(0.75);
});
