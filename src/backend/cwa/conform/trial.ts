/** Tests, tokens and TANs, as rules of the Corona-Warn-App need them. */
import { z } from 'zod';
import { toHex } from '../../../core/bytes.ts';
import { EnlabError } from '../../../core/errors.ts';
import { utcDayOf } from '../../../core/time.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../../../protocol/gaen/intervals.ts';
import { json } from '../../../protocol/wire/bodies.ts';
import { submitKeys } from '../../../protocol/wire/cwa/submission.ts';
import type { SubmittedKey } from '../../../protocol/wire/cwa/submissionPayload.ts';
import { labResults } from '../../../protocol/wire/cwa/testResultServer.ts';
import { registrationToken, tan, teleTan, testResult } from '../../../protocol/wire/cwa/verification.ts';
import { buildRequest, type ReplyMessage, type RequestMessage } from '../../../protocol/wire/messages.ts';
import { saidOf, type Trial } from '../../conform/trial.ts';

/** Nobody registered it. */
export const STRANGER = '3fa85f64-5717-4562-b3fc-2c963f66afa6';
const HASH_BYTES = 32;
const MOST_BYTES = 10_000;
const KEY_BYTES = 16;

export const newTest = ({ entropy }: Trial): string => toHex(entropy(HASH_BYTES));

export const registration = (key: string, keyType: 'GUID' | 'TELETAN' = 'GUID'): RequestMessage =>
  buildRequest(registrationToken, { headers: { 'cwa-fake': '0' }, body: { key, keyType } });

export const resultRequest = (token: string): RequestMessage =>
  buildRequest(testResult, { headers: { 'cwa-fake': '0' }, body: { registrationToken: token } });

export const tanRequest = (token: string): RequestMessage =>
  buildRequest(tan, { headers: { 'cwa-fake': '0' }, body: { registrationToken: token } });

const saidSchema = z.record(z.string(), z.unknown());

/** A field of a reply of verification. Throws E-SERVER where it is none. */
function fieldOf(reply: ReplyMessage, name: string): unknown {
  const said = json(saidSchema, { limit: MOST_BYTES }).read(reply.body);
  if (reply.status < 300 && said.ok) return said.value[name];
  throw new EnlabError('E-SERVER', `answered with ${saidOf(reply)} on the way`);
}

export async function tokenOf(trial: Trial, key: string, keyType: 'GUID' | 'TELETAN' = 'GUID'): Promise<string> {
  return fieldOf(await trial.ask('upload', registration(key, keyType)), 'registrationToken') as string;
}

export async function resultOf(trial: Trial, token: string): Promise<unknown> {
  return fieldOf(await trial.ask('upload', resultRequest(token)), 'testResult');
}

export const report = (trial: Trial, test: string, result: number): Promise<ReplyMessage> =>
  trial.ask('otp', buildRequest(labResults, { body: { testResults: [{ id: test, result }] } }));

export async function newTeleTan(trial: Trial, type: 'TEST' | 'EVENT' = 'TEST'): Promise<string> {
  const headers = { authorization: '', 'x-cwa-teletan-type': type };
  return fieldOf(await trial.ask('otp', buildRequest(teleTan, { headers })), 'value') as string;
}

/** A token of somebody who is ill. */
export async function positiveToken(trial: Trial): Promise<string> {
  const test = newTest(trial);
  const token = await tokenOf(trial, test);
  await report(trial, test, 2);
  return token;
}

export async function newTan(trial: Trial): Promise<string> {
  return fieldOf(await trial.ask('upload', tanRequest(await positiveToken(trial))), 'tan') as string;
}

/** A key of a whole day, so many days ago. */
export const keyOf = ({ entropy, now }: Trial, daysAgo: number, more: Partial<SubmittedKey> = {}): SubmittedKey => ({
  keyData: Uint8Array.from(entropy(KEY_BYTES)),
  transmissionRiskLevel: 5,
  rollingStartIntervalNumber: intervalOfDay(utcDayOf(now()) - daysAgo),
  rollingPeriod: INTERVALS_PER_DAY,
  ...more,
});

export const submission = (authorization: string, keys: readonly SubmittedKey[], more: object = {}): RequestMessage =>
  buildRequest(submitKeys, {
    headers: { 'cwa-fake': '0', 'cwa-authorization': authorization },
    body: { keys: [...keys], ...more } as never,
  });
