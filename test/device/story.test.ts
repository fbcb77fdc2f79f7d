/** The whole way of a key, over HTTP: two phones meet, one is ill, the operator authorises, the other is notified. */
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpClient } from '../../cli/edge.ts';
import { clockEndpoint } from '../../src/backend/operator.ts';
import { VirtualClock } from '../../src/core/clock.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { withDailyKeys } from '../../src/device/broadcasting.ts';
import { sync } from '../../src/device/immuni/sync.ts';
import { upload } from '../../src/device/immuni/upload.ts';
import { forgotten, newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { newProfile, type PhoneProfile } from '../../src/device/profile.ts';
import { readPublicKey } from '../../src/protocol/export/keyPair.ts';
import { authoriseOtp } from '../../src/protocol/wire/immuni/otpService.ts';
import { INGESTION_REQUEST_BYTES } from '../../src/protocol/wire/immuni/padding.ts';
import { productionSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { NOON, OTP, temporaryFolder } from '../helpers/immuniBackend.ts';
import { meet } from '../helpers/phones.ts';
import { runBackend } from '../helpers/runningBackend.ts';

const DAY = 86_400;
/** dBm. */
const http = httpClient(new AbortController().signal);
const settingsOf = (preset: string, changes: object = {}) =>
  settingsWith(
    immuni.parameters.parse({ ...(findPreset(preset).parameters as object), ...changes }),
    productionSettings,
  );

let place: ReturnType<typeof temporaryFolder>;
let backend: Awaited<ReturnType<typeof runBackend>>;
const clock = () => new VirtualClock(now);
let now = NOON;

async function started(settings = settingsOf('immuni-2020-06-05')) {
  backend = await runBackend(place.folder, { settings });
}
beforeEach(async () => {
  now = NOON;
  place = temporaryFolder();
  await started();
});
afterEach(async () => {
  await backend.close();
  place.remove();
});

const ports = () => ({ clock: clock(), entropy: keyedEntropy(8, 'phone'), http });
const servers = () => ({ get: backend.url, upload: backend.url });
const profile = newProfile(
  { platform: 'android', build: 1, province: 'MI', background: 'ideal' },
  keyedEntropy(8, 'hardware'),
);
const options = (changed: Partial<PhoneProfile['on']> = {}) => ({
  servers: servers(),
  profile: { ...profile, on: { ...profile.on, ...changed } },
  publicKeys: [{ key: readPublicKey(backend.publicKey) }],
});
const authorise = () =>
  backend.ask(authoriseOtp, { body: { otp: OTP, symptoms_started_on: '2020-06-21' } }, backend.operator);
const send = (memory: PhoneMemory) => upload(memory, { servers: servers(), otp: OTP, province: 'MI' }, ports());

async function pass(seconds: number): Promise<void> {
  now += seconds;
  await backend.ask(clockEndpoint, { body: { to: now } }, backend.operator);
}

/** Meet today, upload tomorrow, publish; the other phone's memory after its next sync. */
async function story(encounter: Parameters<typeof meet>[2] = {}): Promise<PhoneMemory> {
  const { ill, other } = meet(newMemory(), newMemory(), encounter);
  await pass(DAY);
  await authorise();
  expect(await send(ill)).toBe('sent');
  await pass(1800);
  const synced = await sync(other, options(), ports());
  expect(synced).toMatchObject({ batches: [1], refused: [] });
  return synced.memory;
}

describe('the other phone', () => {
  it('is notified with the reason', async () => {
    const { notification, exposures, lastSync } = await story();
    expect(lastSync).toBe(now);
    expect(exposures).toEqual([
      {
        day: NOON / DAY - 0.5,
        minutes: 25,
        attenuation: 50,
        attenuationDurations: [1500, 0, 0],
        transmissionLevel: 8,
        score: 25,
        found: now,
      },
    ]);
    expect(notification).toMatchObject({ time: now, score: 25, threshold: 20, operator: '>=' });
    expect(notification!.action).toBe('stay-home-call-doctor');
    expect(notification!.reason.at(-1)).toEqual({
      what: 'decision',
      value: 'alert',
      because: 'score 25 is >= threshold 20',
    });
  });

  it.each([
    ['they met for five minutes', { minutes: 5 }],
    ['the signal was weak', { attenuation: 80 }],
  ])('is not notified when %s', async (_, encounter) => {
    const { notification, exposures } = await story(encounter);
    expect(notification).toBeNull();
    expect(exposures).toHaveLength(1);
  });

  it('decides by the settings that the server serves', async () => {
    await backend.close();
    // A threshold above the highest product.
    await started(settingsOf('immuni-2020-06-05', { threshold: 26 }));
    expect((await story()).notification).toBeNull();
  });

  it('shows no notification when they are switched off, but keeps it', async () => {
    const { heard } = await story();
    const { memory } = await sync({ ...newMemory(), heard }, options({ notifications: false }), ports());
    expect(memory.notification).toMatchObject({ shown: false, score: 25 });
  });

  it('looks at nothing without the permission, and catches up with it', async () => {
    const { heard } = await story();
    const held = await sync({ ...newMemory(), heard }, options({ permission: false }), ports());
    expect(held).toMatchObject({ held: 'exposure notifications are switched off', batches: [] });
    expect(held.memory).toMatchObject({ immuni: { lastBatch: 0 }, notification: null });
    expect((await sync(held.memory, options(), ports())).memory.notification).not.toBeNull();
  });

  it('does not look at a batch twice, and catches up after days', async () => {
    const first = await story();
    const again = await sync(first, options(), ports());
    expect(again.batches).toEqual([]);
    expect(again.memory.exposures).toEqual(first.exposures);
    const late = await sync({ ...newMemory(), heard: first.heard }, options(), ports());
    expect(late.batches).toEqual([1]);
    expect(late.memory.notification).toEqual(first.notification);
  });

  it('takes no file of another signer', async () => {
    const { heard } = await story();
    const foreign = await runBackend(`${place.folder}/foreign`, {}, 99);
    const publicKeys = [{ key: readPublicKey(foreign.publicKey) }];
    await foreign.close();
    const synced = await sync({ ...newMemory(), heard }, { ...options(), publicKeys }, ports());
    expect(synced.batches).toEqual([]);
    expect(synced.refused).toEqual([{ batch: 1, reason: expect.stringMatching(/\S/) }]);
    expect(synced.memory).toMatchObject({ immuni: { lastBatch: 0 }, exposures: [], notification: null });
  });

  it('knows nothing that ties two days to one person', async () => {
    const first = meet(newMemory(), newMemory(), { at: NOON - DAY });
    const second = meet(first.ill, first.other, { at: NOON });
    await pass(DAY);
    await authorise();
    await send(second.ill);
    await pass(1800);
    const { memory } = await sync(second.other, options(), ports());
    expect(memory.exposures).toHaveLength(2);
    const [one, two] = memory.exposures;
    expect({ ...one, day: 0 }).toEqual({ ...two, day: 0 });
    const keys = second.ill.keys.map(({ keyData }) => Buffer.from(keyData));
    const stored = JSON.stringify(memory);
    for (const key of keys)
      for (const form of ['hex', 'base64'] as const) expect(stored).not.toContain(key.toString(form));
  });
});

describe('the ill phone', () => {
  it('sends nothing without an authorised password, and may try again', async () => {
    const { ill } = meet(newMemory(), newMemory());
    await pass(DAY);
    expect(await send(ill)).toBe('not authorised');
    await authorise();
    expect(await send(ill)).toBe('sent');
    expect(await send(ill)).toBe('not authorised');
  });

  it('has all requests to the upload server of one size, headers included', async () => {
    const sizes: number[] = [];
    const server: Server = createServer((socket) => {
      let size = 0;
      socket.on('data', (chunk) => {
        size += chunk.length;
        if (size < INGESTION_REQUEST_BYTES) return;
        sizes.push(size);
        size = 0;
        socket.write('HTTP/1.1 204 No Content\r\ncontent-type: application/json; charset=utf-8\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
    const { ill } = meet(newMemory(), newMemory());
    const sent = await upload(ill, { servers: { get: url, upload: url }, otp: OTP, province: 'MI' }, ports());
    server.close();
    expect(sent).toBe('sent');
    expect(sizes).toEqual([INGESTION_REQUEST_BYTES, INGESTION_REQUEST_BYTES]);
  });
});

it('makes a key a day while it is in the air, and none twice', () => {
  const entropy = keyedEntropy(4, 'daily keys');
  const at = (day: number) => NOON + day * DAY;
  const starts = ({ keys }: PhoneMemory) =>
    keys.map((key) => key.rollingStartIntervalNumber / 144 - Math.floor(NOON / DAY));
  const week = withDailyKeys(newMemory(), { from: at(0), to: at(6) }, entropy);
  expect(starts(week)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(withDailyKeys(week, { from: at(6), to: at(6.2) }, entropy)).toEqual(week);
  const gap = withDailyKeys(week, { from: at(9), to: at(10) }, entropy);
  expect(starts(gap)).toEqual([0, 1, 2, 3, 4, 5, 6, 9, 10]);
  expect(new Set(gap.keys.map(({ keyData }) => Buffer.from(keyData).toString('hex'))).size).toBe(9);
  const year = forgotten(withDailyKeys(week, { from: at(6), to: at(365) }, entropy), at(365));
  expect(starts(year)).toEqual(Array.from({ length: 15 }, (_, k) => 351 + k));
});

it('forgets everything after 14 days', async () => {
  const memory = await story();
  const own = meet(memory, newMemory()).ill;
  expect(forgotten(own, NOON + 14 * DAY)).toEqual(own);
  const old = forgotten(own, NOON + 15 * DAY);
  const { keys, heard, exposures, windows, notification } = old;
  expect([keys, heard.length, exposures, windows, notification, old.immuni.lastBatch]).toEqual([
    [],
    0,
    [],
    [],
    null,
    1,
  ]);
});
