/** How the Corona-Warn-App judges: the worked example of version 1, windows of version 2, signed configurations. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { judgeFor } from '../../src/device/cwa/configuration.ts';
import { withFound } from '../../src/device/found.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { type AppName, newProfile } from '../../src/device/profile.ts';
import { newKeyPair } from '../../src/protocol/export/keyPair.ts';
import { exportZip } from '../../src/protocol/export/writer.ts';
import { configurationV1, configurationV2 } from '../../src/protocol/wire/cwa/distribution.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { encodeMessage } from '../../src/risk/config/protobuf.ts';
import { encodeConfiguration, targetNamed } from '../../src/risk/config/registry.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { NOON, TODAY } from '../helpers/immuniBackend.ts';

const pair = newKeyPair(keyedEntropy(1, 'configuration'));
const foreign = newKeyPair(keyedEntropy(2, 'configuration'));

/** A configuration as the server delivers it. */
function served(kind: string, preset: string, more: object = {}): Uint8Array {
  const parameters = { ...(findPreset(preset).parameters as object), ...more };
  const binary = encodeMessage(targetNamed(kind).protobuf!, encodeConfiguration(kind, parameters));
  return exportZip(binary, {
    signers: [{ privateKey: pair.privateKey, keyId: '262', keyVersion: 'v1' }],
  });
}
const files: Readonly<Record<AppName, Uint8Array>> = {
  immuni: new Uint8Array(),
  'cwa-v1': served('cwa-v1', 'cwa-v1-2020-06-15'),
  'cwa-v2': served('cwa-v2-android', 'cwa-v2-2021-04-15', { platform: 'android' }),
};

const judge = (app: AppName, file: Uint8Array = files[app], key = pair) =>
  judgeFor(
    {
      servers: { get: 'http://cwa.example', upload: 'http://cwa.example' },
      profile: newProfile(
        { app, platform: 'android', build: 1, province: 'MI', background: 'ideal' },
        keyedEntropy(3, 'phone'),
      ),
      publicKeys: [{ key: key.publicKey }],
    },
    {
      clock: { now: () => NOON },
      entropy: keyedEntropy(4, 'phone'),
      http: async (url) =>
        file.length === 0
          ? buildReply(configurationV1, 404, undefined)
          : buildReply(url.includes('/v2/') ? configurationV2 : configurationV1, 200, file),
    },
  );

/** Scans of five minutes at one attenuation. */
const exposure = (minutes: number, attenuation: number, more: Partial<Exposure> = {}): Exposure => ({
  slices: Array.from({ length: minutes / 5 }, (_, k) => ({
    seconds: 300,
    low: attenuation,
    high: attenuation,
    min: attenuation,
    time: NOON - 86_400 + k * 300,
  })),
  day: TODAY - 1,
  daysSinceExposure: 1,
  transmissionLevel: 8,
  weight: 1,
  ...more,
});

async function found(app: AppName, exposures: readonly Exposure[], before: PhoneMemory = newMemory()) {
  const own = await judge(app);
  return withFound(
    before,
    exposures.map((one) => own.encoded(one)),
    own,
    { now: NOON, shown: true },
  );
}

describe('version 1', () => {
  it('adds up the minutes of all exposures and multiplies with the highest score', async () => {
    const one = await found('cwa-v1', [exposure(15, 45)]);
    // 1 x 1 x 5 x 8 = 40 a score; 15 min below 55 dB, some more as the framework rounds: 40 / 25 x 20.
    expect(one.notification).toMatchObject({ operator: '>=', threshold: 15, lastExposure: TODAY - 1 });
    const two = await found('cwa-v1', [exposure(15, 45), exposure(15, 60, { transmissionLevel: 5 })]);
    expect(two.notification!.score).toBeGreaterThan(one.notification!.score);
  });

  it.each([
    [5, 45, 1],
    [10, 45, 1],
    [30, 90, 8],
  ])('%d min at %d dB of level %d are not enough', async (minutes, attenuation, transmissionLevel) => {
    expect((await found('cwa-v1', [exposure(minutes, attenuation, { transmissionLevel })])).notification).toBeNull();
  });

  it('counts what was found before', async () => {
    const first = await found('cwa-v1', [exposure(10, 60, { transmissionLevel: 3 })]);
    expect(first.notification).toBeNull();
    const second = await found('cwa-v1', [exposure(30, 60, { transmissionLevel: 8 })], first);
    expect(second.exposures).toHaveLength(2);
    expect(second.notification).not.toBeNull();
  });

  it('warns once: what comes later brings the warning up to date', async () => {
    const first = await found('cwa-v1', [exposure(15, 45)]);
    const own = await judge('cwa-v1');
    const later = withFound(first, [exposure(30, 45, { day: TODAY })], own, { now: NOON + 7200, shown: false });
    expect(later.notification).toMatchObject({ time: NOON, shown: true, lastExposure: TODAY });
    expect(later.notification!.score).toBeGreaterThan(first.notification!.score);
  });
});

describe('version 2', () => {
  it('writes levels as report type and infectiousness, and reads them again', async () => {
    const own = await judge('cwa-v2');
    const levels = [1, 2, 3, 4, 5, 6, 7, 8];
    const codes = levels.map((transmissionLevel) => own.encoded(exposure(15, 45, { transmissionLevel })));
    const pairs = codes.map(({ reportType, infectiousness }) => `${reportType} ${infectiousness}`);
    expect(new Set(pairs).size).toBe(8);
    for (const { infectiousness } of codes) expect([1, 2]).toContain(infectiousness);
  });

  it('keeps windows, and warns from them', async () => {
    const { windows, notification } = await found('cwa-v2', [exposure(30, 45)]);
    expect(windows).toMatchObject([{ day: TODAY - 1 }]);
    expect(notification).toMatchObject({ lastExposure: TODAY - 1 });
    expect((await found('cwa-v2', [exposure(5, 70)])).notification).toBeNull();
  });
});

describe('a configuration', () => {
  it.each([
    ['that is not there', 'cwa-v1', new Uint8Array(), /refused with 404/],
    ['of the other version', 'cwa-v1', files['cwa-v2'], /is of cwa-v2, and the app is cwa-v1/],
    ['of the older version', 'cwa-v2', files['cwa-v1'], /is of cwa-v1, and the app is cwa-v2/],
    ['that is no zip', 'cwa-v1', Buffer.from('hello'), /not usable/],
    ['that is cut', 'cwa-v1', files['cwa-v1'].subarray(0, 100), /not usable/],
  ] as const)('%s is an error of the server', async (_what, app, file, message) => {
    await expect(judge(app, file)).rejects.toMatchObject({
      code: 'E-SERVER',
      message: expect.stringMatching(message) as string,
    });
  });

  it.each(['cwa-v1', 'cwa-v2'] as const)('of somebody else is not believed by %s', async (app) => {
    await expect(judge(app, files[app], foreign)).rejects.toThrow(/not usable/);
  });
});
