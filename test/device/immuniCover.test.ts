/** Covered traffic of Immuni: an upload looks like a dummy, and operational info waits for an opportunity. */
import { beforeEach, describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { HttpReply, HttpRequest } from '../../src/core/httpClient.ts';
import { withDailyKeys } from '../../src/device/broadcasting.ts';
import type { PhoneFault, TrafficName } from '../../src/device/cover.ts';
import type { AnalyticsMemory } from '../../src/device/immuni/analytics.ts';
import { liveUntil } from '../../src/device/live.ts';
import { newMemory, type PhoneMemory } from '../../src/device/memory.ts';
import { newProfile } from '../../src/device/profile.ts';
import { systemOf } from '../../src/device/systems.ts';
import { googleOperationalInfo } from '../../src/protocol/wire/immuni/analytics.ts';
import { checkOtpEndpoint, uploadEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { keysIndex } from '../../src/protocol/wire/immuni/keys.ts';
import { immuniError } from '../../src/protocol/wire/immuni/parts.ts';
import { settings } from '../../src/protocol/wire/immuni/settings.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { requestBytes } from '../../src/protocol/wire/sizes.ts';
import { productionSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { NOON, OTP, TODAY } from '../helpers/immuniBackend.ts';

const DAY = 86_400;
const HOUR = 3600;
const document = settingsWith(immuni.parameters.parse(findPreset('immuni-2020-06-05').parameters), productionSettings);

interface Asked {
  readonly time: number;
  /** The last words of the path. */
  readonly call: string;
  readonly isDummy: boolean;
  readonly bytes: number;
}

const asked: Asked[] = [];
let isDown = false;
let isAuthorised = true;
beforeEach(() => {
  asked.length = 0;
  isDown = false;
  isAuthorised = true;
});

function reply(path: string): HttpReply {
  if (path === settings.path) return buildReply(settings, 200, document as never);
  if (path === keysIndex.path) return buildReply(keysIndex, 404, immuniError('noBatches'));
  if (path === googleOperationalInfo.path) return buildReply(googleOperationalInfo, 204, undefined);
  if (path === uploadEndpoint.path) return buildReply(uploadEndpoint, 204, undefined);
  return isAuthorised
    ? buildReply(checkOtpEndpoint, 204, undefined)
    : buildReply(checkOtpEndpoint, 401, immuniError('unauthorisedOtp'));
}

const httpAt = (time: number) => async (url: string, request: HttpRequest) => {
  if (isDown) throw new EnlabError('E-SERVER', 'no answer');
  const { pathname: path } = new URL(url);
  const isDummy = request.headers['immuni-dummy-data'] === '1';
  asked.push({ time, call: path.split('/').at(-1)!, isDummy, bytes: requestBytes({ ...request, path }) });
  return reply(path);
};

const entropy = keyedEntropy(1, 'covered Immuni');
const servers = { get: 'http://a.example', upload: 'http://a.example', analytics: 'http://a.example' };
const profileWith = (traffic: TrafficName) =>
  newProfile({ traffic, platform: 'android', build: 1, province: 'MI', background: 'ideal' }, entropy);
const covered = { servers, profile: profileWith('covered') };
const system = systemOf({ app: 'immuni' });
const portsAtTime = (time: number) => ({ clock: { now: () => time }, entropy, http: httpAt(time), httpAt });

function memoryWith(due: number | null, analytics: Partial<AnalyticsMemory> = {}): PhoneMemory {
  const memory = withDailyKeys(newMemory(), { from: NOON - 3 * DAY, to: NOON }, keyedEntropy(2, 'keys'));
  const { immuni: own } = memory;
  return { ...memory, immuni: { ...own, dummies: { due }, analytics: { ...own.analytics, ...analytics } } };
}

const words = () => asked.map(({ call, isDummy }) => (isDummy ? `(${call})` : call));

describe('on the line', () => {
  it('an upload and a dummy are the same requests of the same size', async () => {
    await system.cover(memoryWith(NOON), covered, portsAtTime(NOON));
    const dummy = asked.splice(0);
    await system.upload(memoryWith(NOON), { ...covered, code: OTP, symptoms: 'unknown' }, portsAtTime(NOON));
    expect(dummy.map(({ call }) => call)).toEqual(['settings', 'check-otp', 'upload']);
    expect(asked.map(({ call }) => call)).toEqual(['settings', 'check-otp', 'upload']);
    expect(asked.map(({ bytes }) => bytes)).toEqual(dummy.map(({ bytes }) => bytes));
    expect(dummy.slice(1).every(({ isDummy }) => isDummy)).toBe(true);
    expect(asked.some(({ isDummy }) => isDummy)).toBe(false);
  });

  it('both wait between two requests, ten seconds on average', async () => {
    const waits = { dummy: 0, upload: 0 };
    for (let k = 0; k < 200; k++) {
      asked.length = 0;
      await system.cover(memoryWith(NOON), covered, portsAtTime(NOON));
      waits.dummy += (asked[2]!.time - asked[1]!.time) / 200;
      asked.length = 0;
      await system.upload(memoryWith(NOON), { ...covered, code: OTP, symptoms: 'unknown' }, portsAtTime(NOON));
      waits.upload += (asked[2]!.time - asked[1]!.time) / 200;
    }
    // Four standard errors of a mean of 200 exponential waits.
    for (const wait of Object.values(waits)) expect(Math.abs(wait - 10)).toBeLessThan(4 * (10 / Math.sqrt(200)));
  });

  it('an upload as deployed goes at once, without settings before it', async () => {
    const options = { servers, profile: profileWith('deployed'), code: OTP, symptoms: 'unknown' } as const;
    await system.upload(memoryWith(null), options, portsAtTime(NOON));
    expect(asked.map(({ call, time }) => [call, time])).toEqual([
      ['check-otp', NOON],
      ['upload', NOON],
    ]);
  });
});

describe('an upload', () => {
  const send = (due: number | null, traffic: TrafficName = 'covered') =>
    system.upload(
      memoryWith(due),
      { servers, profile: profileWith(traffic), code: OTP, symptoms: 'unknown' },
      portsAtTime(NOON),
    );

  it('takes the place of the next opportunity', async () => {
    const { memory, refusal, keys } = await send(NOON + HOUR);
    expect([refusal, keys]).toEqual([undefined, 4]);
    expect(memory.immuni.dummies.due).toBeGreaterThan(NOON + HOUR);
  });

  it('that is refused takes it as well, because the line has seen it', async () => {
    isAuthorised = false;
    const { memory, refusal } = await send(NOON + HOUR);
    expect(refusal).toContain('not authorised');
    expect(memory.immuni.dummies.due).toBeGreaterThan(NOON + HOUR);
  });

  it.each([
    ['deployed', NOON + HOUR],
    ['covered', null],
  ] as const)('with traffic %s and an opportunity at %s moves nothing', async (traffic, due) => {
    expect((await send(due, traffic)).memory.immuni.dummies.due).toBe(due);
  });
});

describe('operational info', () => {
  const due = { dummyDue: NOON } as const;

  it('is a dummy at an opportunity where nothing is owed', async () => {
    const memory = await system.cover(memoryWith(NOON + DAY, due), covered, portsAtTime(NOON));
    expect(words()).toEqual(['settings', '(operational-info)']);
    expect(memory.immuni.analytics.dummyDue).toBeGreaterThan(NOON);
    expect(memory.immuni.dummies.due).toBe(NOON + DAY);
  });

  it('with an exposure waits for an opportunity, and takes the place of its dummy', async () => {
    const memory = await system.cover(memoryWith(NOON + DAY, { ...due, owed: TODAY - 2 }), covered, portsAtTime(NOON));
    expect(words()).toEqual(['settings', 'operational-info']);
    expect(memory.immuni.analytics.owed).toBeNull();
  });

  it('that does not get through is still owed, and tried at the next opportunity', async () => {
    isDown = true;
    const before = memoryWith(NOON + DAY, { ...due, owed: TODAY - 2 });
    const memory = await system.cover(before, covered, portsAtTime(NOON));
    expect(memory.immuni.analytics.owed).toBe(TODAY - 2);
    expect(memory.immuni.analytics.dummyDue).toBeGreaterThan(NOON);
  });

  it.each([
    [undefined, ['settings', 'index']],
    ['no-analytics-dummy', ['settings', 'index', 'operational-info']],
  ] as const)('in a background run with fault %s', async (fault: PhoneFault | undefined, expected) => {
    const before = memoryWith(NOON + DAY, { dummyDue: NOON + DAY, owed: TODAY - 2 });
    await system.run(before, { ...covered, fault }, portsAtTime(NOON));
    expect(words()).toEqual(expected);
  });
});

describe('a phone that lives on', () => {
  const live = (days: number, traffic: TrafficName) =>
    liveUntil(
      newMemory(),
      { from: NOON, to: NOON + days * DAY },
      { servers, profile: profileWith(traffic) },
      { entropy, http: httpAt(0), httpAt },
    );

  it('has an opportunity of each kind a day, in waking hours, and its runs beside', async () => {
    const memory = await live(60, 'covered');
    const checks = asked.filter(({ call }) => call === 'check-otp');
    const infos = asked.filter(({ call, isDummy }) => call === 'operational-info' && isDummy);
    for (const sent of [checks, infos]) {
      // 60 expected; four standard deviations of a Poisson number.
      expect(Math.abs(sent.length - 60)).toBeLessThan(4 * Math.sqrt(60));
      for (const { time } of sent) {
        expect((time % DAY) / HOUR).toBeGreaterThanOrEqual(7);
        expect((time % DAY) / HOUR).toBeLessThanOrEqual(22);
      }
    }
    // Those of the last 14 days: six a day.
    expect(memory.background.runs.length).toBeGreaterThan(14 * 6 - 3);
  });

  it('as deployed sends next to nothing', async () => {
    await live(30, 'deployed');
    expect(asked.filter(({ call }) => call === 'check-otp').length).toBeLessThan(5);
  });

  it('asks in the order of time', async () => {
    await live(5, 'covered');
    const starts = asked.filter(({ call }) => call === 'settings').map(({ time }) => time);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });
});
