/** Uploads that carry nothing: how often, in what sequences, and of what size. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { parseIsoTime } from '../../src/core/time.ts';
import { type DummyMemory, newDummies, withDummies } from '../../src/device/immuni/dummies.ts';
import { newProfile, type PhoneProfile } from '../../src/device/profile.ts';
import { checkOtpEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { INGESTION_REQUEST_BYTES } from '../../src/protocol/wire/immuni/padding.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { requestBytes } from '../../src/protocol/wire/sizes.ts';
import { productionSettings, readSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';

const BEGIN = parseIsoTime('2020-09-01T00:00Z')!;
const DAY = 86_400;
const document = settingsWith(immuni.parameters.parse(findPreset('immuni-2020-06-05').parameters), productionSettings);
const production = readSettings(JSON.stringify(document), 'settings');

interface Asked {
  readonly path: string;
  readonly clock: number | undefined;
  readonly dummy: string | undefined;
  readonly bytes: number;
}

interface Chances {
  readonly platform?: PhoneProfile['platform'];
  readonly late?: number;
  readonly settings?: typeof production;
  readonly isDown?: boolean;
}

/** One opportunity, at `late` seconds after it was due. */
async function opportunity(
  phone: number,
  { platform = 'android', late = 0, settings = production, isDown = false }: Chances = {},
): Promise<{ readonly asked: readonly Asked[]; readonly memory: DummyMemory }> {
  const entropy = keyedEntropy(1, 'dummies', phone);
  const profile = newProfile({ platform, build: 1, province: 'MI', background: 'ideal' }, entropy);
  const asked: Asked[] = [];
  const http = async (url: string, request: HttpRequest) => {
    if (isDown) throw new EnlabError('E-SERVER', 'no answer');
    const { method, headers, body } = request;
    const path = new URL(url).pathname;
    const clock = headers['immuni-client-clock'];
    asked.push({
      path: path.split('/').at(-1)!,
      clock: clock === undefined ? undefined : Number(clock),
      dummy: headers['immuni-dummy-data'],
      bytes: requestBytes({ method, path, headers, body }),
    });
    return buildReply(checkOtpEndpoint, 204, undefined);
  };
  const dummies = { url: 'http://upload.example', profile, settings };
  const clock = { now: () => BEGIN + late };
  return { memory: await withDummies({ due: BEGIN }, dummies, { clock, entropy, http }), asked };
}

const many = Array.from({ length: 2000 }, (_, phone) => phone);
/** Each request is filled up to its size, which takes a while. */
const phones = many.slice(0, 500);

describe('an opportunity', () => {
  it('is a check first, then uploads, all of one size and marked as dummies', async () => {
    const all = await Promise.all(phones.slice(0, 50).map((phone) => opportunity(phone)));
    for (const { asked } of all) {
      expect(asked.map(({ path }) => path)).toEqual(['check-otp', ...asked.slice(1).map(() => 'upload')]);
      expect(new Set(asked.map(({ bytes, dummy }) => `${bytes} ${dummy}`))).toEqual(
        new Set([`${INGESTION_REQUEST_BYTES} 1`]),
      );
    }
  });

  it('has a second request in 95 % and each further one in 10 % of cases', async () => {
    const lengths = (await Promise.all(phones.map((phone) => opportunity(phone)))).map(({ asked }) => asked.length);
    const share = (n: number) => lengths.filter((length) => length >= n).length / lengths.length;
    expect(share(1)).toBe(1);
    // 500 phones: five standard errors are .049, .066, .022.
    expect(Math.abs(share(2) - 0.95)).toBeLessThan(0.049);
    expect(Math.abs(share(3) - 0.095)).toBeLessThan(0.066);
    expect(Math.abs(share(4) - 0.0095)).toBeLessThan(0.022);
  });

  it('has waits of ten seconds on average between requests, and starts after fifteen on iPhones', async () => {
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const firstUpload = async (platform: PhoneProfile['platform']) => {
      const all = await Promise.all(phones.map((phone) => opportunity(phone, { platform })));
      // The header has whole seconds, rounded down.
      return mean(all.flatMap(({ asked }) => (asked[1] ? [asked[1].clock! - BEGIN + 0.5] : [])));
    };
    // Five standard errors of 475 exponential waits: 2.3 s, and 4.2 s with the start.
    expect(Math.abs((await firstUpload('android')) - 10)).toBeLessThan(2.3);
    expect(Math.abs((await firstUpload('ios')) - 25)).toBeLessThan(4.2);
  });

  it('is lost on an iPhone that wakes up more than 14 days late, and the next one is drawn', async () => {
    const lost = await opportunity(1, { platform: 'ios', late: 14 * DAY });
    expect(lost.asked).toEqual([]);
    expect(lost.memory.due).toBeGreaterThan(BEGIN + 14 * DAY);
    expect((await opportunity(1, { platform: 'ios', late: 14 * DAY - 1 })).asked.length).toBeGreaterThan(0);
    expect((await opportunity(1, { late: 14 * DAY })).asked.length).toBeGreaterThan(0);
  });

  it('is given up where no server answers', async () => {
    const { memory } = await opportunity(1, { isDown: true });
    expect(memory.due).toBeGreaterThan(BEGIN);
  });

  it('ends, whatever the settings say', async () => {
    const settings = { ...production, dummy_teks_request_probabilities: [1] };
    expect((await opportunity(1, { settings })).asked).toHaveLength(100);
  });
});

it('opportunities come every sixty days on average, and none before its time', async () => {
  const http = () => Promise.reject(new Error('nothing is asked'));
  const waits: number[] = [];
  for (const phone of many) {
    const entropy = keyedEntropy(2, 'dummies', phone);
    const profile = newProfile({ platform: 'ios', build: 1, province: 'MI', background: 'ideal' }, entropy);
    const ports = { clock: { now: () => BEGIN }, entropy, http };
    const dummies = { url: 'http://upload.example', profile, settings: production };
    const first = await withDummies(newDummies(), dummies, ports);
    expect(await withDummies(first, dummies, ports)).toEqual(first);
    waits.push((first.due! - BEGIN) / DAY);
  }
  // Five standard errors of 2,000 waits: 6.7 days.
  expect(Math.abs(waits.reduce((sum, wait) => sum + wait, 0) / waits.length - 60)).toBeLessThan(6.7);
});
