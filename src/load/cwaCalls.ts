/** The calls of the Corona-Warn-App that have dummies: registration, result, TAN, submission. */
import { z } from 'zod';
import { toHex } from '../core/bytes.ts';
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import type { HttpClient } from '../core/httpClient.ts';
import { utcDayOf } from '../core/time.ts';
import type { UnixSeconds } from '../core/units.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../protocol/gaen/intervals.ts';
import { json } from '../protocol/wire/bodies.ts';
import { DUMMY_TOKEN, equalSubmission, paddedVerification } from '../protocol/wire/cwa/padding.ts';
import { submitFake, submitKeys } from '../protocol/wire/cwa/submission.ts';
import { encodeSubmission } from '../protocol/wire/cwa/submissionPayload.ts';
import { registrationToken, tan, testResult } from '../protocol/wire/cwa/verification.ts';
import { buildRequest, type RequestMessage } from '../protocol/wire/messages.ts';
import type { Call } from './leak.ts';

export interface CwaTraffic {
  /** Of verification and submission. */
  readonly url: string;
  readonly entropy: Entropy;
  readonly now: () => UnixSeconds;
  readonly http: HttpClient;
  /** Has a laboratory report a positive result; absent: no TANs, and no submissions. */
  readonly reportPositive?: (test: string) => Promise<void>;
}

const KEY_DAYS = 5;
const MOST_BYTES = 10_000;
const genuine = { 'cwa-fake': '0' };
const fake = { 'cwa-fake': '1' };

export function cwaCalls(traffic: CwaTraffic): readonly Call[] {
  const { url, entropy } = traffic;
  const newTest = (): string => toHex(entropy(32));
  const register = (headers: typeof genuine | typeof fake) =>
    buildRequest(registrationToken, {
      headers,
      body: paddedVerification(registrationToken, { key: newTest(), keyType: 'GUID' as const }, entropy),
    });
  const asked = (
    endpoint: typeof testResult | typeof tan,
    headers: typeof genuine | typeof fake,
    token: string,
  ): RequestMessage =>
    buildRequest(endpoint, { headers, body: paddedVerification(endpoint, { registrationToken: token }, entropy) });
  const call = (name: string, prepare: Call['prepare']): Call => ({ name, url, prepare });
  const open = [
    call('registration', async () => ({ genuine: register(genuine), dummy: register(fake) })),
    call('test result', async () => {
      const token = await tokenOf(traffic, newTest());
      return { genuine: asked(testResult, genuine, token), dummy: asked(testResult, fake, DUMMY_TOKEN) };
    }),
  ];
  const { reportPositive } = traffic;
  if (!reportPositive) return open;
  const positive = async (): Promise<string> => {
    const test = newTest();
    const token = await tokenOf(traffic, test);
    await reportPositive(test);
    return token;
  };
  return [
    ...open,
    call('TAN', async () => ({
      genuine: asked(tan, genuine, await positive()),
      dummy: asked(tan, fake, DUMMY_TOKEN),
    })),
    call('submission', async () => {
      const made = await said(traffic, asked(tan, genuine, await positive()), 'tan');
      return { genuine: submission(traffic, made), dummy: fakeSubmission(traffic) };
    }),
  ];
}

const tokenOf = (traffic: CwaTraffic, test: string): Promise<string> =>
  said(
    traffic,
    buildRequest(registrationToken, {
      headers: genuine,
      body: paddedVerification(registrationToken, { key: test, keyType: 'GUID' as const }, traffic.entropy),
    }),
    'registrationToken',
  );

const saidSchema = z.record(z.string(), z.string());

/** Throws E-SERVER where the field is not there. */
async function said({ url, http }: CwaTraffic, { path, ...message }: RequestMessage, field: string): Promise<string> {
  const { status, body } = await http(new URL(path, url).href, message);
  const read = json(saidSchema, { limit: MOST_BYTES }).read(body);
  const value = read.ok ? read.value[field] : undefined;
  if (value === undefined) throw new EnlabError('E-SERVER', `${path} answered ${status} without ${field}`);
  return value;
}

/** Both have the same size, as an app could have sent them. */
const payload = ({ entropy, now }: CwaTraffic) =>
  equalSubmission(
    {
      keys: Array.from({ length: KEY_DAYS }, (_, k) => ({
        keyData: Uint8Array.from(entropy(16)),
        transmissionRiskLevel: 5,
        rollingStartIntervalNumber: intervalOfDay(utcDayOf(now()) - 1 - k),
        rollingPeriod: INTERVALS_PER_DAY,
      })),
    },
    entropy,
  );

const submission = (traffic: CwaTraffic, authorization: string): RequestMessage =>
  buildRequest(submitKeys, {
    headers: { 'cwa-fake': '0', 'cwa-authorization': authorization },
    body: payload(traffic) as never,
  });

const fakeSubmission = (traffic: CwaTraffic): RequestMessage =>
  buildRequest(submitFake, {
    headers: { ...fake, 'cwa-header-padding': 'x'.repeat(DUMMY_TOKEN.length) },
    body: encodeSubmission(payload(traffic)),
  });
