/** Submissions and packages of the Corona-Warn-App, for crashes. */
import { z } from 'zod';
import { toBase64, toHex } from '../core/bytes.ts';
import { uniformFrom } from '../core/entropy.ts';
import { isoDay, utcDayOf } from '../core/time.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../protocol/gaen/intervals.ts';
import { json } from '../protocol/wire/bodies.ts';
import { hourPackage, hours } from '../protocol/wire/cwa/distribution.ts';
import { submitKeys } from '../protocol/wire/cwa/submission.ts';
import { labResults } from '../protocol/wire/cwa/testResultServer.ts';
import { registrationToken, tan } from '../protocol/wire/cwa/verification.ts';
import { buildRequest, parseReply, type RequestMessage } from '../protocol/wire/messages.ts';
import type { Crashable, CrashPorts, CrashServer, Exports } from './crash.ts';
import { get, keysOf, replyOf } from './crashReplies.ts';

const said = json(z.record(z.string(), z.string()), { limit: 10_000 });

/** A field of a reply; undefined: the server was killed meanwhile. */
async function fieldOf(server: CrashServer, message: RequestMessage, field: string, { http }: CrashPorts) {
  const reply = await replyOf(server, message, http);
  const read = reply && said.read(reply.body);
  return read?.ok ? read.value[field] : undefined;
}

async function upload(server: CrashServer, ports: CrashPorts): Promise<string | undefined> {
  const { http, entropy, begin } = ports;
  const test = toHex(entropy(32));
  const registration = buildRequest(registrationToken, { body: { key: test, keyType: 'GUID' } });
  const token = await fieldOf(server, registration, 'registrationToken', ports);
  if (token === undefined) return undefined;
  const report = buildRequest(labResults, { body: { testResults: [{ id: test, result: 2 }] } });
  const authorization = `Bearer ${server.token}`;
  await replyOf(server, { ...report, headers: { ...report.headers, authorization } }, http);
  const made = await fieldOf(server, buildRequest(tan, { body: { registrationToken: token } }), 'tan', ports);
  if (made === undefined) return undefined;
  const keyData = Uint8Array.from(entropy(16));
  const key = {
    keyData,
    transmissionRiskLevel: 5,
    rollingStartIntervalNumber: intervalOfDay(utcDayOf(begin) - 1 - Math.floor(uniformFrom(entropy) * 7)),
    rollingPeriod: INTERVALS_PER_DAY,
  };
  const submission = buildRequest(submitKeys, {
    headers: { 'cwa-fake': '0', 'cwa-authorization': made },
    body: { keys: [key] } as never,
  });
  const reply = await replyOf(server, submission, http);
  return reply?.status === 200 ? toBase64(keyData) : undefined;
}

/** Packages of all hours of the days that may still have some: of yesterday and today by the clock of the server. */
async function published(server: CrashServer, { http, now }: CrashPorts): Promise<Exports> {
  const keys = new Map<string, readonly string[]>();
  const today = utcDayOf(await now(server));
  for (const day of [today - 1, today]) {
    const parameters = { country: 'DE', date: isoDay(day) };
    const answer = parseReply(hours, await get(server, buildRequest(hours, { parameters }), http));
    if (!answer.ok || answer.value.status !== 200) return { keys, problem: `no index of ${parameters.date}` };
    for (const hour of answer.value.body) {
      const message = buildRequest(hourPackage, { parameters: { ...parameters, hour: String(hour) } });
      const found = keysOf(await get(server, message, http), server);
      const place = `${parameters.date} ${hour}`;
      if (typeof found === 'string') return { keys, problem: `the package of ${place}: ${found}` };
      keys.set(place, found);
    }
  }
  return { keys, problem: '' };
}

export const cwaCrash: Crashable = {
  options: ['--least-keys', '1'],
  upload,
  // The next hour begins, so that the next round has a package of its own.
  publish: (server, ports) => ports.operate(server, '/enlab/clock', { seconds: 3600 }),
  exports: published,
};
