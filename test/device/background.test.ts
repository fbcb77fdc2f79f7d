/** Background runs: when they come, how they go on after failures, and what the framework allows. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { parseIsoTime } from '../../src/core/time.ts';
import {
  type BackgroundName,
  DETECTIONS_A_DAY,
  newBackground,
  retryWait,
  wakeUp,
} from '../../src/device/background.ts';
import { liveUntil } from '../../src/device/live.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { networkOf, newProfile, type PhoneProfile, switches } from '../../src/device/profile.ts';
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
const http = (isDown = (_asked: number) => false, served: object = document) => {
  let asked = 0;
  return async (url: string, _request: HttpRequest) => {
    if (isDown(asked++)) throw new EnlabError('E-SERVER', 'no answer');
    return new URL(url).pathname === settings.path
      ? buildReply(settings, 200, served as never)
      : buildReply(keysIndex, 404, immuniError('noBatches'));
  };
};

interface Living {
  readonly days?: number;
  readonly server?: ReturnType<typeof http>;
  readonly before?: PhoneMemory;
  readonly changes?: Partial<PhoneProfile>;
}

async function lived(
  background: BackgroundName,
  { days = 14, server = http(), before = newMemory(), changes = {} }: Living = {},
): Promise<PhoneMemory> {
  const entropy = keyedEntropy(1, 'phone');
  const made = newProfile({ platform: 'android', build: 1, province: 'MI', background }, entropy);
  const profile = { ...made, ...changes };
  const servers = { get: 'http://get.example', upload: 'http://upload.example' };
  return liveUntil(
    before,
    { from: BEGIN, to: BEGIN + days * DAY },
    { servers, profile },
    { entropy, http: networkOf(profile, server) },
  );
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
  const background = { ...newBackground(), due: BEGIN + 2 * HOUR, next: BEGIN + 2 * HOUR, runs };
  const { background: after } = await lived('ideal', { days: 2, before: { ...newMemory(), background } });
  const fresh = after.runs.slice(DETECTIONS_A_DAY);
  expect(fresh[0]).toMatchObject({ outcome: 'held', why: 'the system allows 20 detections a day' });
  expect(fresh.find(({ time: at }) => at >= BEGIN + DAY)).toMatchObject({ outcome: 'done' });
});

describe('an app that asks to be run', () => {
  it('after the period that settings say', async () => {
    const server = http(undefined, { ...document, exposure_detection_period: HOUR });
    const { background } = await lived('ideal', { days: 1, server });
    // The first comes before any settings.
    expect(background.runs.map(({ time }) => (time - BEGIN) / HOUR)).toEqual(
      Array.from({ length: 21 }, (_, k) => 4 + k),
    );
  });

  it('not more than once a minute, whatever they say', async () => {
    const server = http(undefined, { ...document, exposure_detection_period: 0 });
    const { background } = await lived('ideal', { days: 5 / 24, server });
    expect(background.runs).toHaveLength(61);
  });

  it('as that of the Corona-Warn-App, within an hour of each whole period', async () => {
    const { background } = await lived('ideal', { changes: { schedule: 'cwa' } });
    const [, ...runs] = background.runs.map(({ time }) => (time - BEGIN) / HOUR);
    expect(runs.length).toBeGreaterThan(70);
    const after = runs.map((hours) => hours % 4);
    expect(Math.max(...after)).toBeLessThan(1);
    expect(Math.max(...after) - Math.min(...after)).toBeGreaterThan(0.8);
  });

  it('where the system allows one detection a day', async () => {
    const time = BEGIN + HOUR;
    const run = { due: time, time, outcome: 'done', why: null, batches: 1 } as const;
    const before = { ...newMemory(), background: { ...newBackground(), due: time, next: time, runs: [run] } };
    const { background } = await lived('ideal', { days: 1, before, changes: { detectionsADay: 1 } });
    expect(background.runs.slice(1, -1).map(({ why }) => why)).toEqual(
      background.runs.slice(1, -1).map(() => 'the system allows 1 detections a day'),
    );
  });
});

describe('a phone', () => {
  const on = Object.fromEntries(switches.map((name) => [name, true])) as PhoneProfile['on'];

  it('offline for days fails, and asks less and less often', async () => {
    const { background, lastSync } = await lived('ideal', { days: 3, changes: { on: { ...on, network: false } } });
    expect(lastSync).toBeNull();
    expect(new Set(background.runs.map(({ outcome, why }) => `${outcome}: ${why}`))).toEqual(
      new Set(['failed: the phone is offline']),
    );
    expect(background.failures).toBe(background.runs.length);
    expect(background.runs.length).toBeLessThan(40);
  });

  it.each([
    ['framework', 'the operating system has no exposure notifications'],
    ['permission', 'exposure notifications are switched off'],
  ] as const)('without %s is held', async (name, why) => {
    const { background, lastSync } = await lived('ideal', { days: 1, changes: { on: { ...on, [name]: false } } });
    expect(lastSync).not.toBeNull();
    expect(background.runs.map((run) => run.why)).toEqual(background.runs.map(() => why));
  });
});
