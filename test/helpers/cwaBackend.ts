/** The Corona-Warn-App's servers with a store in this thread and a virtual clock at noon. */
import { createHash } from 'node:crypto';
import { answer } from '../../src/backend/answer.ts';
import { type CwaChoices, cwaRules } from '../../src/backend/cwa/rules.ts';
import { openCwa } from '../../src/backend/cwa/service.ts';
import { cwaStore } from '../../src/backend/cwa/store/operations.ts';
import type { Behaviour } from '../../src/backend/rules.ts';
import { newSecrets } from '../../src/backend/secrets.ts';
import { openLocalStore } from '../../src/backend/store/local.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { submitKeys } from '../../src/protocol/wire/cwa/submission.ts';
import type { SubmittedKey } from '../../src/protocol/wire/cwa/submissionPayload.ts';
import { labResults } from '../../src/protocol/wire/cwa/testResultServer.ts';
import { registrationToken, tan, teleTan, testResult } from '../../src/protocol/wire/cwa/verification.ts';
import type { Endpoint } from '../../src/protocol/wire/endpoint.ts';
import { type Asked, buildRequest, type ReplyMessage } from '../../src/protocol/wire/messages.ts';

/** 2020-06-22, a Monday. */
export const NOON = 1_592_827_200;
export const TODAY = Math.floor(NOON / 86_400);

export const testHashOf = (name: string): string => createHash('sha256').update(name).digest('hex');

export async function openCwaBackend(folder: string, behaviour: Behaviour = 'documented', choices: CwaChoices = {}) {
  const store = openLocalStore(folder, cwaStore);
  const clock = new VirtualClock(NOON);
  const secrets = newSecrets(keyedEntropy(1, 'secrets'));
  const service = await openCwa({
    clock,
    store,
    secrets,
    entropy: keyedEntropy(2, 'server'),
    rules: { ...cwaRules[behaviour], ...choices },
    settings: {},
    stopwatch: () => () => 0.03,
    scheme: 'http',
    wait: async () => {},
  });
  const ask = async <E extends Endpoint>(endpoint: E, asked: Asked<E>): Promise<ReplyMessage> => {
    const message = buildRequest(endpoint, asked);
    const { method, path } = endpoint;
    const sharing = service.routes.filter((one) => one.endpoint.method === method && one.endpoint.path === path);
    return answer(service, sharing.find(({ takes }) => takes?.(message.headers) ?? true)!, message);
  };
  const jobs = service.jobs.map((job) => ({ job, due: job.next(NOON) }));
  /** Runs what is due on the way. */
  const moveTo = async (to: number): Promise<void> => {
    for (;;) {
      const next = jobs.reduce((first, one) => (one.due < first.due ? one : first));
      if (next.due > to) break;
      clock.moveTo(next.due);
      await next.job.run(next.due);
      next.due = next.job.next(next.due);
    }
    clock.moveTo(to);
  };
  return { clock, store, service, secrets, ask, moveTo, close: () => store.close() };
}

export type CwaBackend = Awaited<ReturnType<typeof openCwaBackend>>;

/** Body of a reply as JSON. */
export const jsonOf = ({ body }: ReplyMessage): Readonly<Record<string, unknown>> =>
  JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;

type KeyType = 'GUID' | 'TELETAN';

export const register = ({ ask }: CwaBackend, key: string, keyType: KeyType = 'GUID', more: { keyDob?: string } = {}) =>
  ask(registrationToken, { body: { key, keyType, ...more } });

export async function tokenOf(backend: CwaBackend, key: string, keyType: KeyType = 'GUID'): Promise<string> {
  return jsonOf(await register(backend, key, keyType))['registrationToken'] as string;
}

export const report = ({ ask }: CwaBackend, test: string, result: number) =>
  ask(labResults, { body: { testResults: [{ id: test, result }] } });

export const askResult = ({ ask }: CwaBackend, token: string) =>
  ask(testResult, { body: { registrationToken: token } });

export const askTan = ({ ask }: CwaBackend, token: string) => ask(tan, { body: { registrationToken: token } });

export async function newTeleTan({ ask }: CwaBackend, type?: 'TEST' | 'EVENT'): Promise<string> {
  const headers = { authorization: 'operator', ...(type && { 'x-cwa-teletan-type': type }) };
  return jsonOf(await ask(teleTan, { headers }))['value'] as string;
}

/** A TAN of somebody who is ill. */
export async function tanOf(backend: CwaBackend, name: string): Promise<string> {
  const test = testHashOf(name);
  const token = await tokenOf(backend, test);
  await report(backend, test, 2);
  return jsonOf(await askTan(backend, token))['tan'] as string;
}

export const keyOf = (daysAgo: number, mark = 0, more: Partial<SubmittedKey> = {}): SubmittedKey => ({
  keyData: Uint8Array.from(keyedEntropy(4, 'keys', daysAgo, mark)(16)),
  transmissionRiskLevel: 5,
  rollingStartIntervalNumber: (TODAY - daysAgo) * 144,
  rollingPeriod: 144,
  ...more,
});

export const submit = ({ ask }: CwaBackend, authorization: string, keys: readonly SubmittedKey[]) =>
  ask(submitKeys, {
    headers: { 'cwa-fake': '0', 'cwa-authorization': authorization },
    body: { keys: [...keys] } as never,
  });
