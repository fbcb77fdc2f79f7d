/** Flows of the Corona-Warn-App: always two calls of verification and one submission, all of a kind equally long. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { withDailyKeys } from '../../src/device/broadcasting.ts';
import { askFlow, dummyFlow, keysBefore, keysOf, registerFlow, submitFlow } from '../../src/device/cwa/flows.ts';
import { newMemory } from '../../src/device/memory.ts';
import { type Asked, cwaServer, positiveTest, type Replies, TAN, TOKEN, wordsOf } from '../helpers/cwaServer.ts';
import { NOON, TODAY } from '../helpers/immuniBackend.ts';

const DAY = 86_400;
const TEST = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const TELETAN = 'FE9-A5M-AK6C';
const entropy = keyedEntropy(1, 'flows');
const { keys } = withDailyKeys(newMemory(), { from: NOON - 13 * DAY, to: NOON }, keyedEntropy(2, 'keys of flows'));
const registered = positiveTest;

function phone(replies: Replies = {}) {
  const server = cwaServer(replies);
  const servers = { get: 'http://cwa.example', upload: 'http://cwa.example' };
  return { ...server, ports: { servers, entropy, http: server.http, now: NOON } };
}

/** Sizes by kind of call, each once. */
const sizesOf = (asked: readonly Asked[]) => {
  const isSubmission = ({ call }: Asked): boolean => call === 'diagnosis-keys';
  const sizes = (calls: readonly Asked[]) => [...new Set(calls.map(({ bytes }) => bytes))];
  return {
    verification: sizes(asked.filter((one) => !isSubmission(one))).length,
    submission: sizes(asked.filter(isSubmission)).length,
  };
};

describe('what goes over the line', () => {
  it('of a registration', async () => {
    const { asked, ports } = phone();
    const test = await registerFlow(TEST, ports);
    expect(wordsOf(asked)).toEqual(['registrationToken', 'testresult', '(diagnosis-keys)']);
    expect(test).toEqual({ token: TOKEN, registered: NOON, state: 'pending', asked: NOON, submitted: null, tan: null });
  });

  it('of a registration that is refused', async () => {
    const { asked, ports } = phone({ registers: 400 });
    await expect(registerFlow(TEST, ports)).rejects.toMatchObject({ code: 'E-SERVER' });
    expect(wordsOf(asked)).toEqual(['registrationToken', '(tan)', '(diagnosis-keys)']);
  });

  it('of a question for the result', async () => {
    const { asked, ports } = phone({ result: 2 });
    const later = { ...ports, now: NOON + 7200 };
    const test = await askFlow({ ...registered, state: 'pending' }, later);
    expect(wordsOf(asked)).toEqual(['testresult', '(tan)', '(diagnosis-keys)']);
    expect(test).toMatchObject({ state: 'positive', asked: NOON + 7200, registered: NOON });
  });

  it('of a submission', async () => {
    const { asked, ports } = phone();
    expect(await submitFlow(registered, { keys, symptoms: 'unknown' }, ports)).toEqual({ what: 'sent' });
    expect(wordsOf(asked)).toEqual(['tan', '(tan)', 'diagnosis-keys']);
  });

  it('of a submission for which there is no TAN', async () => {
    const { asked, ports } = phone({ tans: 0 });
    expect(await submitFlow(registered, { keys, symptoms: 'unknown' }, ports)).toMatchObject({
      what: 'no TAN',
      tan: null,
    });
    expect(wordsOf(asked)).toEqual(['tan', '(tan)', '(diagnosis-keys)']);
  });

  it('of a dummy', async () => {
    const { asked, ports } = phone();
    await dummyFlow(ports);
    expect(wordsOf(asked)).toEqual(['(tan)', '(tan)', '(diagnosis-keys)']);
  });

  it('has one size for verification and one for submission, whatever it is', async () => {
    const { asked, ports } = phone({ result: 2 });
    await registerFlow(TEST, ports);
    await registerFlow(TELETAN, ports);
    await askFlow(registered, ports);
    await dummyFlow(ports);
    await submitFlow(registered, { keys, symptoms: TODAY - 3 }, ports);
    await submitFlow(registered, { keys: keys.slice(0, 1), symptoms: 'none' }, ports);
    expect(asked).toHaveLength(18);
    expect(sizesOf(asked)).toEqual({ verification: 1, submission: 1 });
  });
});

describe('where no reply comes', () => {
  const register = (ports: Ports) => registerFlow(TEST, ports);
  const submit = (ports: Ports) => submitFlow(registered, { keys, symptoms: 'unknown' }, ports);
  type Ports = ReturnType<typeof phone>['ports'];

  it.each([
    ['registrationToken', register, ['registrationToken', '(tan)', '(diagnosis-keys)']],
    ['testresult', (ports: Ports) => askFlow(registered, ports), ['testresult', '(tan)', '(diagnosis-keys)']],
    ['tan', submit, ['tan', '(tan)', '(diagnosis-keys)']],
  ] as const)('to %s, the rest goes over the line all the same, and the error is told', async (silent, act, words) => {
    const { asked, ports } = phone({ silent: [silent] });
    await expect(act(ports)).rejects.toThrow('no reply');
    expect(wordsOf(asked)).toEqual(words);
  });

  it('to the submission, the TAN is kept for the next time', async () => {
    const { asked, ports, replies } = phone({ silent: ['diagnosis-keys'], tans: 1 });
    const outcome = await submit(ports);
    expect(outcome).toEqual({ what: 'not taken', tan: TAN, why: 'no reply' });
    replies.silent = [];
    expect(await submitFlow({ ...registered, tan: TAN }, { keys, symptoms: 'unknown' }, ports)).toEqual({
      what: 'sent',
    });
    expect(wordsOf(asked)).toEqual(['tan', '(tan)', 'diagnosis-keys', '(tan)', '(tan)', 'diagnosis-keys']);
    expect(sizesOf(asked)).toEqual({ verification: 1, submission: 1 });
  });

  it('to dummies, nothing is lost', async () => {
    const { asked, ports } = phone({ silent: ['(tan)', '(diagnosis-keys)'], result: 2 });
    expect(await registerFlow(TEST, ports)).toMatchObject({ token: TOKEN, state: 'positive' });
    expect((await askFlow(registered, ports)).state).toBe('positive');
    expect(await submit(ports)).toEqual({ what: 'sent' });
    await dummyFlow(ports);
    expect(asked).toHaveLength(12);
  });

  it('to the question for the result, the registration is kept: a code is traded once', async () => {
    const { asked, ports } = phone({ silent: ['testresult'], result: 2 });
    expect(await registerFlow(TEST, ports)).toMatchObject({ token: TOKEN, state: 'pending' });
    expect(wordsOf(asked)).toEqual(['registrationToken', 'testresult', '(diagnosis-keys)']);
  });

  it('because it was interrupted, that is told', async () => {
    const { ports } = phone();
    const http = () => Promise.reject(new DOMException('interrupted', 'AbortError'));
    await expect(dummyFlow({ ...ports, http })).rejects.toThrow('interrupted');
    await expect(register({ ...ports, http })).rejects.toThrow('interrupted');
  });
});

describe('results', () => {
  it.each([
    [0, 'pending'],
    [1, 'negative'],
    [2, 'positive'],
    [3, 'invalid'],
    [4, 'redeemed'],
    [5, 'pending'],
    [6, 'negative'],
    [7, 'positive'],
    [8, 'invalid'],
    [9, 'redeemed'],
    [12, 'positive'],
  ] as const)('%d is %s', async (result, state) => {
    const { ports } = phone({ result });
    expect((await askFlow(registered, ports)).state).toBe(state);
  });
});

describe('keys', () => {
  it('of whole days only are given out, the last fourteen', () => {
    expect(keysBefore(keys, TODAY)).toEqual(keys.slice(0, -1));
    expect(keysBefore([...keys, ...keys, ...keys], TODAY)).toHaveLength(14);
    expect(keysBefore([], TODAY)).toEqual([]);
  });

  it('of a day are those of that day', () => {
    expect(keysOf(keys, TODAY)).toEqual(keys.slice(-1));
    expect(keysOf(keys, TODAY - 1)).toEqual(keys.slice(-2, -1));
    expect(keysOf(keys, TODAY + 1)).toEqual([]);
  });

  it('go with levels by symptoms, and with days since onset where they are known', async () => {
    const own = keysBefore(keys, TODAY);
    const sent = async (symptoms: number | 'none' | 'unknown') => {
      const { asked, ports } = phone();
      await submitFlow(registered, { keys: own, symptoms }, ports);
      return asked.at(-1)!.keys;
    };
    const levels = (submitted: Awaited<ReturnType<typeof sent>>) =>
      submitted.map(({ transmissionRiskLevel: level }) => level).toReversed();
    expect(levels(await sent('unknown')).slice(0, 9)).toEqual([6, 7, 7, 7, 6, 4, 3, 2, 1]);
    expect(levels(await sent('none')).slice(0, 4)).toEqual([4, 3, 2, 1]);
    const since = await sent(TODAY - 5);
    expect(levels(since).slice(0, 9)).toEqual([3, 5, 6, 8, 8, 8, 7, 6, 4]);
    expect(since.at(-1)!.daysSinceOnsetOfSymptoms).toBe(4);
    expect((await sent('none'))[0]!.daysSinceOnsetOfSymptoms).toBeUndefined();
  });

  it('say of what report they are where a tester has changed the client, and in no app', async () => {
    const { asked, ports } = phone();
    const changed = keys.slice(0, 2).map((key, k) => ({ ...key, ...(k === 1 && { reportType: 'REVOKED' as const }) }));
    await submitFlow(registered, { keys: changed, symptoms: 'unknown' }, ports);
    expect(asked.at(-1)!.keys.map(({ reportType }) => reportType)).toEqual([undefined, 5]);
  });

  it('that the server does not take stay on the phone', async () => {
    const { ports } = phone({ submits: 403 });
    expect(await submitFlow(registered, { keys, symptoms: 'none' }, ports)).toEqual({
      what: 'not taken',
      tan: null,
      why: 'the submission was refused with 403',
    });
  });
});

describe('codes', () => {
  it.each([
    ['', /neither/],
    ['FE9A5MAK6D', /neither/],
    ['https://example.org/?3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA', /neither/],
    [TEST.slice(1), /neither/],
  ])('"%s" is none, and nothing is asked', async (code, message) => {
    const { asked, ports } = phone();
    await expect(registerFlow(code, ports)).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  it.each([
    TEST,
    TEST.toUpperCase(),
    `X${TEST.slice(1)}`,
    'fe9a5mak6c',
    TELETAN,
    '3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA',
  ])('"%s" is one', async (code) => {
    const { ports } = phone({ result: 2 });
    expect((await registerFlow(code, ports)).state).toBe('positive');
  });
});
