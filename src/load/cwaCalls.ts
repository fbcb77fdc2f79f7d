/** The calls of the Corona-Warn-App that have dummies: registration, result, TAN, submission; built as by its phones. */
import { toHex } from '../core/bytes.ts';
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import type { HttpClient } from '../core/httpClient.ts';
import { utcDayOf } from '../core/time.ts';
import type { UnixSeconds } from '../core/units.ts';
import {
  askRegistration,
  askTan,
  fakeSubmissionMessage,
  submissionMessage,
  verificationMessage,
} from '../device/cwa/calls.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../protocol/gaen/intervals.ts';
import { DUMMY_TOKEN } from '../protocol/wire/cwa/padding.ts';
import type { SubmittedKey } from '../protocol/wire/cwa/submissionPayload.ts';
import { registrationToken, tan, testResult } from '../protocol/wire/cwa/verification.ts';
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

export function cwaCalls(traffic: CwaTraffic): readonly Call[] {
  const { url, entropy, http } = traffic;
  const ports = { servers: { get: url, upload: url }, entropy, http };
  const newTest = (): string => toHex(entropy(32));
  const register = (isFake: boolean) =>
    verificationMessage(registrationToken, { key: newTest(), keyType: 'GUID' }, { entropy, isFake });
  const asked = (endpoint: typeof testResult | typeof tan, token: string, isFake = false) =>
    verificationMessage(endpoint, { registrationToken: token }, { entropy, isFake });
  const tokenOf = async (test: string): Promise<string> => {
    const { status, body } = await askRegistration({ key: test, keyType: 'GUID' }, ports);
    return body?.registrationToken ?? missing('registration token', status);
  };
  const call = (name: string, prepare: Call['prepare']): Call => ({ name, url, prepare });
  const open = [
    call('registration', async () => ({ genuine: register(false), dummy: register(true) })),
    call('test result', async () => {
      const token = await tokenOf(newTest());
      return { genuine: asked(testResult, token), dummy: asked(testResult, DUMMY_TOKEN, true) };
    }),
  ];
  const { reportPositive } = traffic;
  if (!reportPositive) return open;
  const positive = async (): Promise<string> => {
    const test = newTest();
    const token = await tokenOf(test);
    await reportPositive(test);
    return token;
  };
  return [
    ...open,
    call('TAN', async () => ({
      genuine: asked(tan, await positive()),
      dummy: asked(tan, DUMMY_TOKEN, true),
    })),
    call('submission', async () => {
      const { status, body } = await askTan(await positive(), ports);
      const made = body?.tan ?? missing('TAN', status);
      return { genuine: submissionMessage(made, keys(traffic), entropy), dummy: fakeSubmissionMessage(entropy) };
    }),
  ];
}

function missing(what: string, status: number): never {
  throw new EnlabError('E-SERVER', `the server answered ${status} and gave no ${what}`);
}

const keys = ({ entropy, now }: CwaTraffic): readonly SubmittedKey[] =>
  Array.from({ length: KEY_DAYS }, (_, k) => ({
    keyData: Uint8Array.from(entropy(16)),
    transmissionRiskLevel: 5,
    rollingStartIntervalNumber: intervalOfDay(utcDayOf(now()) - 1 - k),
    rollingPeriod: INTERVALS_PER_DAY,
  }));
