/**
 * Two days with one person and two days with two people leave the same behind on a phone: nothing that it keeps, shows or
 * uploads of its exposures tells them apart. Times of what it heard, and which files it has read, are the same for everybody.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { signedFile } from '../../src/backend/immuni/keyFiles.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { broadcast, hear } from '../../src/device/broadcasting.ts';
import { sync } from '../../src/device/immuni/sync.ts';
import { upload } from '../../src/device/immuni/upload.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { newProfile } from '../../src/device/profile.ts';
import { checkOtpEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysIndex } from '../../src/protocol/wire/immuni/keys.ts';
import { settings } from '../../src/protocol/wire/immuni/settings.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { productionSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { NOON } from '../helpers/immuniBackend.ts';
import { pair } from '../helpers/keyExports.ts';

const DAY = 86_400;
const NOW = NOON + 3 * DAY;
const POWER = -20;
const document = settingsWith(immuni.parameters.parse(findPreset('immuni-2020-06-05').parameters), productionSettings);
const profile = newProfile(
  { platform: 'ios', build: 1, province: 'MI', background: 'ideal' },
  keyedEntropy(1, 'hardware'),
);

interface Encounter {
  readonly minutes: number;
  readonly attenuation: number;
}

/** The phone after it has heard `people[k]` in encounter k, which are days apart; keys of all of them. */
function heardFrom(encounters: readonly Encounter[], people: readonly number[], apart = DAY) {
  const others = new Map<number, PhoneMemory>();
  let phone = newMemory();
  for (const [day, { minutes, attenuation }] of encounters.entries()) {
    const person = people[day]!;
    const entropy = keyedEntropy(7, 'key', person, day);
    let other = others.get(person) ?? newMemory();
    const frames = Array.from({ length: Math.floor(minutes / 5) + 1 }, (_, k) => {
      const time = NOON + day * apart + k * 300;
      const sent = broadcast(other, time, POWER, entropy);
      other = sent.memory;
      return { time, frame: sent.frame, rssi: POWER - attenuation };
    });
    others.set(person, other);
    phone = hear(phone, frames);
  }
  return { phone, keys: [...others.values()].map(({ keys }) => keys) };
}

/** What is left after a sync with a server that has these batches of keys, and what an upload then says. */
async function leftBehind(phone: PhoneMemory, batches: readonly PhoneMemory['keys'][]) {
  const files = batches.map((keys, k) => {
    const end = NOW - (batches.length - 1 - k) * 1800;
    const published = { start: end - 1800, end };
    return signedFile(
      keys.map((key) => ({ ...key, transmissionRiskLevel: 8 })),
      published,
      pair,
    );
  });
  const bodies: { exposure_detection_summaries?: unknown }[] = [];
  const http = async (url: string, { body }: HttpRequest) => {
    const { pathname } = new URL(url);
    if (pathname === settings.path) return buildReply(settings, 200, document as never);
    if (pathname === keysIndex.path) return buildReply(keysIndex, 200, { oldest: 1, newest: files.length });
    const [, number] = /keys\/(\d+)$/.exec(pathname) ?? [];
    if (number !== undefined) return buildReply(keysBatch, 200, files[Number(number) - 1]!);
    bodies.push(JSON.parse(Buffer.from(body).toString()));
    return buildReply(checkOtpEndpoint, 204, undefined);
  };
  const ports = { clock: { now: () => NOW }, entropy: keyedEntropy(9, 'phone'), http };
  const servers = { get: 'http://get.example', upload: 'http://upload.example' };
  const { memory } = await sync(phone, { servers, profile }, ports);
  await upload(memory, { servers, otp: '9K2RAY8UUQ', province: 'MI' }, ports);
  const { exposures, windows, notification, lastSync, background } = memory;
  const { analytics, dummies } = memory.immuni;
  return {
    kept: { exposures, windows, notification, lastSync, background, analytics, dummies },
    uploaded: bodies.map(({ exposure_detection_summaries: summaries }) => summaries),
  };
}

const encounter = fc.record({
  minutes: fc.integer({ min: 5, max: 60 }),
  attenuation: fc.integer({ min: 30, max: 80 }),
});

it('nothing ties two days to one person', async () => {
  await fc.assert(
    fc.asyncProperty(encounter, encounter, async (first, second) => {
      const encounters = [first, second];
      const one = heardFrom(encounters, [1, 1]);
      const two = heardFrom(encounters, [1, 2]);
      const ofOne = await leftBehind(one.phone, one.keys);
      // Whether they are published together or not, and which of them first.
      const [a, b] = [two.keys[0]!, two.keys[1]!];
      for (const batches of [[[...a, ...b]], [a, b], [b, a]])
        expect(await leftBehind(two.phone, batches)).toEqual(ofOne);
      expect(ofOne.kept.exposures).toHaveLength(2);
      expect(ofOne.uploaded).toHaveLength(2);
    }),
    { numRuns: 25 },
  );
});

it('nor do windows tell whether they were in the morning or in the evening', async () => {
  const evening = 5 * 3600;
  const windowsOf = async (encounters: readonly Encounter[]) => {
    // Before, it has heard somebody who is not ill.
    const { phone, keys } = heardFrom([{ minutes: 5, attenuation: 70 }, ...encounters], [0, 1, 2], evening);
    return (await leftBehind(phone, keys.slice(1))).kept.windows;
  };
  const [near, far] = [
    { minutes: 20, attenuation: 40 },
    { minutes: 45, attenuation: 60 },
  ];
  const windows = await windowsOf([near, far]);
  expect(windows.map(({ scans }) => scans.length)).toEqual([5, 6, 4]);
  expect(await windowsOf([far, near])).toEqual(windows);
});
