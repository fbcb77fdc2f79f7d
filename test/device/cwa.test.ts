/** The Corona-Warn-App on phones, against its servers: both stories of seed 004, by QR code and by teleTAN. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpClient } from '../../cli/edge.ts';
import { clockEndpoint } from '../../src/backend/operator.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { withDailyKeys } from '../../src/device/broadcasting.ts';
import type { TrafficName } from '../../src/device/cover.ts';
import { liveUntil } from '../../src/device/live.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { type AppName, newProfile } from '../../src/device/profile.ts';
import { phoneText, readPhone } from '../../src/device/saved.ts';
import { systemOf } from '../../src/device/systems.ts';
import { readPublicKey } from '../../src/protocol/export/keyPair.ts';
import { testKeyOf } from '../../src/protocol/wire/cwa/testCode.ts';
import { labResults } from '../../src/protocol/wire/cwa/testResultServer.ts';
import type { Symptoms } from '../../src/protocol/wire/cwa/transmissionRisk.ts';
import { teleTan } from '../../src/protocol/wire/cwa/verification.ts';
import { encodeConfiguration } from '../../src/risk/config/registry.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { NOON, temporaryFolder } from '../helpers/immuniBackend.ts';
import { meet } from '../helpers/phones.ts';
import { runBackend } from '../helpers/runningBackend.ts';

const DAY = 86_400;
const HOUR = 3600;
const CODE = 'https://localhost/?3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA';
const http = httpClient(new AbortController().signal);
const v2 = findPreset('cwa-v2-2021-04-15').parameters as object;
const settings = {
  'cwa-v1': encodeConfiguration('cwa-v1', findPreset('cwa-v1-2020-06-15').parameters),
  'cwa-v2-android': encodeConfiguration('cwa-v2-android', { ...v2, platform: 'android' }),
  'cwa-v2-ios': encodeConfiguration('cwa-v2-ios', { ...v2, platform: 'ios' }),
};

let place: ReturnType<typeof temporaryFolder>;
let backend: Awaited<ReturnType<typeof runBackend>>;
let now = NOON;

const started = async (choices: object = {}) => {
  backend = await runBackend(place.folder, { system: 'cwa', settings, choices: { leastKeys: 1, ...choices } });
};
beforeEach(async () => {
  now = NOON;
  place = temporaryFolder();
  await started();
});
afterEach(async () => {
  await backend.close();
  place.remove();
});

const entropy = keyedEntropy(8, 'phones of the CWA');
const ports = () => ({ clock: new VirtualClock(now), entropy, http });
const optionsOf = (app: AppName = 'cwa-v1', traffic: TrafficName = 'deployed') => ({
  servers: { get: backend.url, upload: backend.url },
  profile: newProfile(
    { app, traffic, platform: 'android', build: 1, province: 'MI', background: 'ideal', schedule: 'cwa' },
    entropy,
  ),
  publicKeys: [{ key: readPublicKey(backend.publicKey) }],
});
const system = systemOf({ app: 'cwa-v1' });
const register = (memory: PhoneMemory, code: string) => system.register(memory, code, optionsOf(), ports());
const sync = (memory: PhoneMemory, app?: AppName) => system.sync(memory, optionsOf(app), ports());
const upload = (memory: PhoneMemory, symptoms: Symptoms = 'unknown') =>
  system.upload(memory, { ...optionsOf(), symptoms }, ports());
const reportPositive = (code = CODE) =>
  backend.ask(labResults, { body: { testResults: [{ id: testKeyOf(code)!, result: 2 }] } }, backend.operator);
const issueTeleTan = async (): Promise<string> =>
  JSON.parse((await backend.ask(teleTan, { headers: { authorization: '' } }, backend.operator)).text).value;

async function pass(seconds: number): Promise<void> {
  now += seconds;
  await backend.ask(clockEndpoint, { body: { to: now } }, backend.operator);
}

/** Ill and near another phone on the first day, at both ends of a day, for a week before. */
function met(minutes = 30) {
  const keys = withDailyKeys(newMemory(), { from: NOON - 6 * DAY, to: NOON - DAY }, keyedEntropy(5, 'keys'));
  return meet(keys, newMemory(), { minutes, attenuation: 45 });
}

describe('by QR code', () => {
  it('the user learns the result, shares keys on two days, and the other is warned', async () => {
    const { ill, other } = met();
    const registered = await register(ill, CODE);
    expect(registered.cwa.test).toMatchObject({ state: 'pending', submitted: null });
    await pass(HOUR);
    await reportPositive();
    const asked = await sync(registered);
    expect(asked.remarks).toEqual([]);
    expect(system.news(registered, asked.memory)).toEqual(['the result of the test is positive']);
    expect(system.news(asked.memory, asked.memory)).toEqual([]);
    const first = await upload(asked.memory);
    // The key of today is still in use.
    expect([first.refusal, first.keys]).toEqual([undefined, 6]);
    await pass(DAY);
    const followed = await liveUntil(first.memory, { from: now - DAY, to: now }, optionsOf(), { entropy, http });
    expect(followed.cwa.test!.submitted!.followUp).toBe('done');
    expect((await sync(other)).memory.notification).toBeNull();
    // The key of the day of the encounter ended at midnight; it is published two hours later at the earliest.
    await pass(DAY);
    const { memory, files } = await sync(other);
    expect(files).toContain('package 2020-06-23');
    expect(memory.exposures).toHaveLength(1);
    expect(memory.exposures[0]).toMatchObject({ day: Math.floor(NOON / DAY), transmissionLevel: 6 });
    expect(memory.notification).toMatchObject({ operator: '>=', threshold: 15 });
  });

  it('a second TAN is refused where a test has one: the key of the day is never sent', async () => {
    await backend.close();
    await started({ tansPerToken: 1 });
    const { ill, other } = met();
    await reportPositive();
    const first = await upload((await sync(await register(ill, CODE))).memory);
    await pass(DAY);
    const { cwa } = await liveUntil(first.memory, { from: now - DAY, to: now }, optionsOf(), { entropy, http });
    expect(cwa.test!.submitted!.followUp).toBe('refused');
    await pass(DAY);
    expect((await sync(other)).memory.exposures).toEqual([]);
  });

  it('the consent runs out: a phone that was off for two days does not send the key of the day', async () => {
    const { ill } = met();
    await reportPositive();
    const { memory } = await upload((await sync(await register(ill, CODE))).memory);
    await pass(2 * DAY);
    const { cwa } = await liveUntil(memory, { from: now, to: now + 5 * HOUR }, optionsOf(), { entropy, http });
    expect(cwa.test!.submitted!.followUp).toBe('late');
  });
});

it('a background run tells why the key of the day was not sent, and the next tries again', async () => {
  const { ill } = met();
  await reportPositive();
  const { memory } = await upload((await sync(await register(ill, CODE))).memory);
  await pass(DAY);
  const deaf: typeof http = (url, request) =>
    url.endsWith('/diagnosis-keys') ? Promise.reject(new EnlabError('E-SERVER', 'nobody listens')) : http(url, request);
  const span = { from: now - DAY, to: now };
  const tired = await liveUntil(memory, span, optionsOf(), { entropy, http: deaf });
  const { background, cwa } = tired;
  expect(cwa.test!.submitted!.followUp).toBe('due');
  expect(background.runs.map(({ outcome }) => outcome)).toEqual(background.runs.map(() => 'done'));
  expect(background.runs.map(({ why }) => why)).toContain('nobody listens');
  // With the TAN that it was given, which is the last.
  const rested = await liveUntil(tired, { from: now, to: now + 5 * HOUR }, optionsOf(), { entropy, http });
  expect(rested.cwa.test).toMatchObject({ tan: null, submitted: { followUp: 'done' } });
});

describe('by telephone', () => {
  it('after a new installation the test is lost, and a teleTAN of the hotline helps', async () => {
    const { ill } = met();
    await reportPositive();
    await register(ill, CODE);
    const again: PhoneMemory = { ...newMemory(), keys: ill.keys };
    await expect(upload(again)).rejects.toMatchObject({ code: 'E-USAGE' });
    await expect(register(again, CODE)).rejects.toMatchObject({ code: 'E-SERVER' });
    const registered = await register(again, await issueTeleTan());
    expect(registered.cwa.test!.state).toBe('positive');
    expect(await upload(registered)).toMatchObject({ keys: 6 });
  });

  it.each([
    ['FE9A5MAK6D', 'check'],
    ['hello', 'neither'],
  ])('%s is no code', async (code) => {
    await expect(register(newMemory(), code)).rejects.toMatchObject({ code: 'E-USAGE' });
  });
});

describe('version 2', () => {
  it('warns from windows, with the levels that the server configured', async () => {
    const { ill, other } = met();
    await reportPositive();
    const { memory } = await upload((await sync(await register(ill, CODE))).memory, Math.floor(NOON / DAY));
    await pass(DAY);
    await liveUntil(memory, { from: now - DAY, to: now }, optionsOf('cwa-v2'), { entropy, http });
    await pass(DAY);
    const synced = await sync(other, 'cwa-v2');
    expect(synced.memory.exposures[0]).toMatchObject({ transmissionLevel: 8 });
    expect(synced.memory.windows.length).toBeGreaterThan(0);
    expect(synced.memory.notification).toMatchObject({ lastExposure: Math.floor(NOON / DAY) });
  });

  it('an hour and its day hold the same keys: the exposure is found once', async () => {
    const { ill, other } = met();
    await reportPositive();
    const { memory } = await upload((await sync(await register(ill, CODE))).memory);
    await pass(DAY);
    await liveUntil(memory, { from: now - DAY, to: now }, optionsOf(), { entropy, http });
    await pass(2 * HOUR);
    const hourly = await sync(other, 'cwa-v2');
    expect(hourly.files.some((file) => file.startsWith('package 2020-06-23/'))).toBe(true);
    expect(hourly.memory.exposures).toHaveLength(1);
    await pass(DAY);
    const daily = await sync(hourly.memory, 'cwa-v2');
    expect(daily.files).toContain('package 2020-06-23');
    expect(daily.memory.exposures).toHaveLength(1);
  });
});

it('a configuration of somebody else is not believed', async () => {
  const foreign = await runBackend(`${place.folder}/foreign`, { system: 'cwa', settings }, 99);
  const options = { ...optionsOf(), publicKeys: [{ key: readPublicKey(foreign.publicKey) }] };
  await foreign.close();
  await expect(system.sync(newMemory(), options, ports())).rejects.toThrow('the configuration is not usable');
});

it('a phone that is saved is the same phone', async () => {
  await reportPositive();
  const { memory } = await upload((await sync(await register(met().ill, CODE))).memory, 'none');
  const phone = { clock: now, profile: optionsOf().profile, memory };
  const read = readPhone(phoneText(phone), 'phone');
  expect(readPhone(phoneText(read), 'phone')).toEqual(read);
  expect(read.memory).toEqual(memory);
});
