/** Background runs: when they come, how they go on after failures, and what the framework allows. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { parseIsoTime } from '../../src/core/time.ts';
import { type BackgroundName, DETECTIONS_A_DAY, retryWait, wakeUp } from '../../src/device/background.ts';
import { liveUntil } from '../../src/device/immuni/live.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { newProfile } from '../../src/device/profile.ts';
import { keysIndex } from '../../src/protocol/wire/immuni/keys.ts';
import { immuniError } from '../../src/protocol/wire/immuni/parts.ts';
import { settings } from '../../src/protocol/wire/immuni/settings.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { productionSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';

const BEGIN = parseIsoTime('2020-09-01T00:00Z')!;
const HOUR = 3600;
const DAY = 24 * HOUR;
const document = settingsWith(immuni.parameters.parse(findPreset('immuni-2020-06-05').parameters), productionSettings);

/** A server without batches, that does not answer while `isDown`. */
const http = (isDown = (_asked: number) => false) => {
  let asked = 0;
  return async (url: string, _request: HttpRequest) => {
    if (isDown(asked++)) throw new EnlabError('E-SERVER', 'no answer');
    return new URL(url).pathname === settings.path
      ? buildReply(settings, 200, document as never)
      : buildReply(keysIndex, 404, immuniError('noBatches'));
  };
};

async function lived(
  background: BackgroundName,
  { days = 14, server = http(), before = newMemory() } = {},
): Promise<PhoneMemory> {
  const entropy = keyedEntropy(1, 'phone');
  const profile = newProfile({ platform: 'android', build: 1, province: 'MI', background }, entropy);
  const servers = { get: 'http://get.example', upload: 'http://upload.example' };
  return liveUntil(before, { from: BEGIN, to: BEGIN + days * DAY }, { servers, profile }, { entropy, http: server });
}

describe('a phone that nothing hinders', () => {
  it('runs every four hours', async () => {
    const { background, lastSync } = await lived('ideal');
    expect(background.runs.map(({ time }) => time)).toEqual(
      Array.from({ length: 84 }, (_, k) => BEGIN + (k + 1) * 4 * HOUR),
    );
    expect(new Set(background.runs.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    expect(lastSync).toBe(BEGIN + 14 * DAY);
  });

  it('runs the same whether it lives in one piece or in many', async () => {
    const whole = await lived('ideal', { days: 3 });
    let memory = newMemory();
    for (let day = 1; day <= 3; day++) memory = await lived('ideal', { days: day, before: memory });
    expect(memory.background).toEqual(whole.background);
  });

  it('remembers its runs for 14 days', async () => {
    const { background } = await lived('ideal', { days: 40 });
    expect(background.runs[0]!.time).toBeGreaterThanOrEqual(BEGIN + 26 * DAY);
    expect(background.runs.length).toBeLessThanOrEqual(15 * 6);
  });
});

describe('after a failure', () => {
  it('waits twice as long each time, up to a period, never all phones alike', () => {
    const waits = Array.from({ length: 40 }, (_, k) => retryWait(k + 1, 4 * HOUR, keyedEntropy(2, 'retry', k)));
    for (const [k, wait] of waits.entries()) {
      const middle = Math.min(4 * HOUR, 30 * 2 ** k);
      expect(wait).toBeGreaterThanOrEqual(middle / 2);
      expect(wait).toBeLessThan(middle * 1.5);
    }
    expect(new Set(waits).size).toBe(waits.length);
  });

  it('tries again soon, says why, and goes on as before when the server is back', async () => {
    const { background } = await lived('ideal', { days: 1, server: http((asked) => asked < 5) });
    const outcomes = background.runs.map(({ outcome }) => outcome);
    expect(outcomes.slice(0, 6)).toEqual([...Array.from({ length: 5 }, () => 'failed'), 'done']);
    expect(background.runs[0]!.why).toBe('no answer');
    expect(background.runs[5]!.time - background.runs[0]!.time).toBeLessThan(0.5 * HOUR);
    expect(background.failures).toBe(0);
    expect(background.runs.length).toBeGreaterThanOrEqual(9);
  });
});

describe('profiles', () => {
  const late = (name: BackgroundName) =>
    Array.from({ length: 4000 }, (_, k) => {
      const earliest = BEGIN + ((k * 37) % 24) * HOUR;
      return wakeUp[name](earliest, keyedEntropy(3, name, k)) - earliest;
    });

  it.each(['ideal', 'ios', 'android-killed'] as const)('%s never comes early, nor more than four days late', (name) => {
    for (const delay of late(name)) {
      expect(delay).toBeGreaterThanOrEqual(0);
      expect(delay).toBeLessThan(4 * DAY);
    }
  });

  it('ios comes within an hour or so by day, and skips half of the nights', () => {
    const delays = late('ios');
    const skipped = delays.filter((delay) => delay > HOUR);
    expect(delays.filter((delay) => delay > 7 * HOUR)).toEqual([]);
    // A quarter of the hours are night, half of which is skipped: .125; five standard errors are .026.
    expect(skipped.length / delays.length).toBeGreaterThan(0.09);
    expect(skipped.length / delays.length).toBeLessThan(0.15);
  });

  it('android-killed comes hours or days late in three of ten runs', () => {
    const delays = late('android-killed');
    const hours = delays.filter((delay) => delay > HOUR).length / delays.length;
    expect(hours).toBeGreaterThan(0.24);
    expect(hours).toBeLessThan(0.31);
    expect(delays.some((delay) => delay > DAY)).toBe(true);
  });
});

it('the framework is called twenty times a day at most', async () => {
  const time = BEGIN + HOUR;
  const run = { due: time, time, outcome: 'done', why: null, batches: 1 } as const;
  const runs = Array.from({ length: DETECTIONS_A_DAY }, () => run);
  const background = { due: BEGIN + 2 * HOUR, next: BEGIN + 2 * HOUR, failures: 0, runs };
  const { background: after } = await lived('ideal', { days: 2, before: { ...newMemory(), background } });
  const fresh = after.runs.slice(DETECTIONS_A_DAY);
  expect(fresh[0]).toMatchObject({ outcome: 'held', why: 'the system allows 20 detections a day' });
  expect(fresh.find(({ time: at }) => at >= BEGIN + DAY)).toMatchObject({ outcome: 'done' });
});
