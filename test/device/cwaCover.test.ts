/** Covered traffic of the Corona-Warn-App: duties wait for opportunities, and what a user does takes the place of one. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { HttpClient } from '../../src/core/httpClient.ts';
import { withDailyKeys } from '../../src/device/broadcasting.ts';
import type { TrafficName } from '../../src/device/cover.ts';
import type { CwaMemory, RegisteredTest } from '../../src/device/cwa/memory.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { newProfile } from '../../src/device/profile.ts';
import { systemOf } from '../../src/device/systems.ts';
import { cwaServer, positiveTest, type Replies, wordsOf } from '../helpers/cwaServer.ts';
import { NOON } from '../helpers/immuniBackend.ts';

const DAY = 86_400;
const TEST = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
const DUE = NOON + 3600;
const entropy = keyedEntropy(1, 'covered phone');
const system = systemOf({ app: 'cwa-v1' });
const optionsOf = (traffic: TrafficName) => ({
  servers: { get: 'http://cwa.example', upload: 'http://cwa.example' },
  profile: newProfile(
    { app: 'cwa-v1', traffic, platform: 'android', build: 1, province: 'MI', background: 'ideal' },
    entropy,
  ),
});
const portsOf = (http: HttpClient, now = NOON) => ({ clock: { now: () => now }, entropy, http });
const test = positiveTest;

function memoryWith(cwa: Partial<CwaMemory>): PhoneMemory {
  const keys = withDailyKeys(newMemory(), { from: NOON - 5 * DAY, to: NOON + DAY }, keyedEntropy(2, 'covered keys'));
  return { ...keys, cwa: { ...keys.cwa, coverDue: DUE, ...cwa } };
}

describe('an opportunity', () => {
  const cover = async (cwa: Partial<CwaMemory>, now = DUE, replies: Replies = {}) => {
    const server = cwaServer(replies);
    const memory = await system.cover(memoryWith(cwa), optionsOf('covered'), portsOf(server.http, now));
    return { memory, words: wordsOf(server.asked), due: memory.cwa.coverDue! };
  };

  it('is a dummy where there is nothing to do, and the next one is later', async () => {
    const { words, due } = await cover({});
    expect(words).toEqual(['(tan)', '(tan)', '(diagnosis-keys)']);
    expect(due).toBeGreaterThan(DUE);
  });

  it('asks for the result of a test that is pending', async () => {
    const { words, memory } = await cover({ test: { ...test, state: 'pending' } }, DUE, { result: 2 });
    expect(words).toEqual(['testresult', '(tan)', '(diagnosis-keys)']);
    expect(memory.cwa.test).toMatchObject({ state: 'positive', asked: DUE });
  });

  it('asks no more when the result is known', async () => {
    expect((await cover({ test })).words).toEqual(['(tan)', '(tan)', '(diagnosis-keys)']);
  });

  it.each([
    ['the same day', NOON + 7200, 2, 'due', ['(tan)', '(tan)', '(diagnosis-keys)']],
    ['the next day', NOON + DAY, 2, 'done', ['tan', '(tan)', 'diagnosis-keys']],
    ['the next day without a second TAN', NOON + DAY, 0, 'refused', ['tan', '(tan)', '(diagnosis-keys)']],
    ['two days later', NOON + 2 * DAY, 2, 'late', ['(tan)', '(tan)', '(diagnosis-keys)']],
  ] as const)('after a submission, on %s', async (_when, now, tans, followUp, expected) => {
    const submitted = { time: NOON, symptoms: 'unknown', followUp: 'due' } as const;
    const { words, memory } = await cover({ test: { ...test, submitted } }, now, { tans });
    expect(memory.cwa.test!.submitted!.followUp).toBe(followUp);
    expect(words).toEqual(expected);
  });

  it('is given up where no server answers: the duty waits for the next', async () => {
    const http = () => Promise.reject(new EnlabError('E-SERVER', 'no answer'));
    const pending: RegisteredTest = { ...test, state: 'pending' };
    const memory = await system.cover(memoryWith({ test: pending }), optionsOf('covered'), portsOf(http, DUE));
    expect(memory.cwa.test).toEqual(pending);
    expect(memory.cwa.coverDue).toBeGreaterThan(DUE);
  });

  it('is none of a phone as deployed', () => {
    const memory = memoryWith({});
    expect(system.coverDue(memory, optionsOf('covered'))).toBe(DUE);
    expect(system.coverDue(memory, optionsOf('deployed'))).toBeNull();
  });
});

describe('what the user does', () => {
  it.each([
    ['covered', true],
    ['deployed', false],
  ] as const)('with traffic %s: the next opportunity falls away: %s', async (traffic, falls) => {
    const { http } = cwaServer({ result: 2 });
    const before = memoryWith({});
    const registered = await system.register(before, TEST, optionsOf(traffic), portsOf(http));
    expect(registered.cwa.coverDue! > DUE).toBe(falls);
    const options = { ...optionsOf(traffic), symptoms: 'none' as const };
    const uploaded = await system.upload(registered, options, portsOf(http));
    expect(uploaded.memory.cwa.coverDue! > registered.cwa.coverDue!).toBe(falls);
    expect(uploaded.memory.cwa.test!.submitted).toEqual({ time: NOON, symptoms: 'none', followUp: 'due' });
  });

  it('without a TAN takes an opportunity as well: the line has seen it', async () => {
    const { http } = cwaServer({ tans: 0 });
    const options = { ...optionsOf('covered'), symptoms: 'none' as const };
    const { memory, refusal, keys } = await system.upload(memoryWith({ test }), options, portsOf(http));
    expect(refusal).toContain('no TAN');
    expect(keys).toBe(0);
    expect(memory.cwa.coverDue).toBeGreaterThan(DUE);
    expect(memory.cwa.test).toEqual(test);
  });

  it.each([
    ['no test', null, undefined, /no test is registered/],
    ['a test that is pending', { ...test, state: 'pending' }, undefined, /is pending/],
    ['a negative test', { ...test, state: 'negative' }, undefined, /is negative/],
    ['a code', test, '9K2RAY8UUQ', /without a code/],
  ] as const)('with %s is refused before anything goes over the line', async (_what, own, code, message) => {
    const { asked, http } = cwaServer();
    const options = { ...optionsOf('covered'), symptoms: 'none' as const, code };
    await expect(system.upload(memoryWith({ test: own }), options, portsOf(http))).rejects.toThrow(message);
    expect(asked).toEqual([]);
  });

  it('on the first day of a phone sends nothing yet', async () => {
    const { asked, http } = cwaServer();
    const young = { ...newMemory(), cwa: memoryWith({ test }).cwa };
    const options = { ...optionsOf('covered'), symptoms: 'none' as const };
    const { refusal } = await system.upload(young, options, portsOf(http));
    expect(refusal).toContain('no key of a whole day');
    expect(asked).toEqual([]);
  });
});
