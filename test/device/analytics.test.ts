/** What a phone sends about itself in a year of months: not often, not always, and dummies between. */
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../src/core/clock.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { isoDay, monthOf, parseIsoTime, utcDayOf } from '../../src/core/time.ts';
import { type AnalyticsMemory, newAnalytics, reportOperation } from '../../src/device/immuni/analytics.ts';
import { newProfile, type PhoneProfile } from '../../src/device/profile.ts';
import { googleOperationalInfo } from '../../src/protocol/wire/immuni/analytics.ts';
import { immuniError } from '../../src/protocol/wire/immuni/parts.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { productionSettings, readSettings, settingsWith } from '../../src/risk/config/immuniSettings.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { findPreset } from '../../src/risk/presets.ts';

const BEGIN = parseIsoTime('2020-01-01T00:00Z')!;
const RUN = 4 * 3600;
const DAY = 86_400;
const document = settingsWith(immuni.parameters.parse(findPreset('immuni-2020-06-05').parameters), productionSettings);
const settings = readSettings(JSON.stringify(document), 'settings');

interface Sent {
  readonly time: number;
  readonly path: string;
  readonly dummy: boolean;
  readonly body: Record<string, unknown>;
}

/** Runs every four hours for `days`; `warned` says which run follows a detection that warned. */
async function lived(
  platform: PhoneProfile['platform'],
  days: number,
  {
    phone = 0,
    warned = () => false,
    tokenReply = 201,
  }: { phone?: number; warned?: (run: number) => boolean; tokenReply?: number } = {},
): Promise<readonly Sent[]> {
  const clock = new VirtualClock(BEGIN);
  const entropy = keyedEntropy(1, 'analytics phone', phone);
  const profile = newProfile({ platform, build: 1, province: 'MI', background: 'ideal' }, entropy);
  const sent: Sent[] = [];
  const http = async (url: string, request: HttpRequest) => {
    const { pathname } = new URL(url);
    const dummy = request.headers['immuni-dummy-data'] === '1';
    sent.push({ time: clock.now(), path: pathname, dummy, body: JSON.parse(Buffer.from(request.body).toString()) });
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    return { status: pathname.endsWith('token') ? tokenReply : 204, headers, body: new Uint8Array() };
  };
  let memory = newAnalytics();
  for (let run = 0; run < (days * DAY) / RUN; run++) {
    clock.moveTo(BEGIN + run * RUN);
    const warnedOf = warned(run) ? utcDayOf(clock.now()) - 2 : null;
    const operation = {
      url: 'http://analytics.example',
      profile,
      settings,
      warned: warnedOf,
      way: 'deployed' as const,
    };
    ({ memory } = await reportOperation(memory, operation, { clock, entropy, http }));
  }
  return sent;
}

const INFO = /operational-info$/;
const genuine = (sent: readonly Sent[]) => sent.filter(({ path, dummy }) => INFO.test(path) && !dummy);
const months = (sent: readonly Sent[]): readonly number[] => sent.map(({ time }) => monthOf(time));
const phones = Array.from({ length: 60 }, (_, phone) => phone);

describe.each(['ios', 'android'] as const)('%s', (platform) => {
  it('sends at most once a month without an exposure, in six months of ten', async () => {
    const all = await Promise.all(phones.map((phone) => lived(platform, 366, { phone })));
    const sent = all.map(genuine);
    for (const one of sent) expect(new Set(months(one)).size).toBe(one.length);
    const rate = sent.flat().length / (phones.length * 12);
    // 720 draws at .6: five standard errors are .091.
    expect(Math.abs(rate - 0.6)).toBeLessThan(0.091);
    // Nor on the same day of the month by everybody.
    expect(new Set(sent.flat().map(({ time }) => isoDay(time / DAY).slice(-2))).size).toBeGreaterThan(20);
  });

  it('sends the first exposure of each month, always', async () => {
    const sent = genuine(await lived(platform, 91, { warned: (run) => run % 30 === 7 }));
    const exposed = sent.filter(({ body }) => body['exposure_notification'] === 1);
    expect(months(exposed).map((month) => month - monthOf(BEGIN))).toEqual([0, 1, 2]);
  });

  it('sends dummies about every thirty days', async () => {
    const all = await Promise.all(phones.map((phone) => lived(platform, 366, { phone })));
    const dummies = all.flat().filter(({ dummy }) => dummy);
    // 60 phones, 12.2 each: five standard errors of 732 are 135.
    expect(Math.abs(dummies.length - 732)).toBeLessThan(135);
  });
});

it('an iPhone asks for one token a month, until it is told that it is good', async () => {
  const tokens = (sent: readonly Sent[]) => sent.filter(({ path }) => path.endsWith('/token'));
  expect(months(tokens(await lived('ios', 91))).map((month) => month - monthOf(BEGIN))).toEqual([0, 1, 2]);
  const waiting = tokens(await lived('ios', 1, { tokenReply: 202 }));
  expect(new Set(waiting.map(({ body }) => body['analytics_token'])).size).toBe(1);
  expect(new Set(waiting.map(({ body }) => body['device_token'])).size).toBe(6);
  expect(tokens(await lived('android', 91))).toEqual([]);
});

describe('info with an exposure', () => {
  const clock = new VirtualClock(BEGIN);
  const entropy = keyedEntropy(1, 'analytics phone');
  const profile = newProfile({ platform: 'android', build: 1, province: 'MI', background: 'ideal' }, entropy);
  const day = utcDayOf(BEGIN) - 3;
  const run = async (before: AnalyticsMemory, warned: number | null, status: number) => {
    const bodies: Record<string, unknown>[] = [];
    const http = async (_url: string, { body }: HttpRequest) => {
      bodies.push(JSON.parse(Buffer.from(body).toString()));
      return status === 204
        ? buildReply(googleOperationalInfo, 204, undefined)
        : buildReply(googleOperationalInfo, 400, immuniError('schema'));
    };
    const operation = { url: 'http://analytics.example', profile, settings, warned, way: 'deployed' as const };
    return { ...(await reportOperation(before, operation, { clock, entropy, http })), bodies };
  };

  it('that is refused goes at the next run, once', async () => {
    const refused = await run(newAnalytics(), day, 400);
    expect(refused.failure).toBe('operational info was refused with 400');
    const next = await run(refused.memory, null, 204);
    expect(next.failure).toBeUndefined();
    expect(next.bodies).toMatchObject([{ exposure_notification: 1, last_risky_exposure_on: isoDay(day) }]);
    expect((await run(next.memory, null, 204)).bodies.filter((body) => body['exposure_notification'] === 1)).toEqual(
      [],
    );
  });
});
