/** What a backend can be started with: levels of published keys, waits of dummies, documents beside the settings. */
import { afterEach, describe, expect, it } from 'vitest';
import { delays } from '../../../src/backend/immuni/delays.ts';
import { publishableKeys } from '../../../src/backend/immuni/keyFilter.ts';
import { clockEndpoint } from '../../../src/backend/operator.ts';
import type { Behaviour } from '../../../src/backend/rules.ts';
import { exponentialFrom, keyedEntropy, normalFrom } from '../../../src/core/entropy.ts';
import { uploadEndpoint } from '../../../src/protocol/wire/immuni/ingestion.ts';
import { keysIndex } from '../../../src/protocol/wire/immuni/keys.ts';
import { otpToken } from '../../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../../../src/protocol/wire/immuni/otpService.ts';
import { bearer } from '../../../src/protocol/wire/immuni/parts.ts';
import { settings } from '../../../src/protocol/wire/immuni/settings.ts';
import { productionSettings } from '../../../src/risk/config/immuniSettings.ts';
import {
  authorise,
  check,
  NOON,
  OTP,
  openBackend,
  TODAY,
  tek,
  temporaryFolder,
  upload,
} from '../../helpers/immuniBackend.ts';
import { runBackend } from '../../helpers/runningBackend.ts';

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function opened(behaviour: Behaviour) {
  const { folder, remove } = temporaryFolder();
  const backend = await openBackend(folder, behaviour);
  closing.push(() => backend.close(), remove);
  return backend;
}

const moments = (values: readonly number[]) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
};

describe('levels by days since the first symptoms', () => {
  it('are those of the mapping, and 8 where it names none', () => {
    const teks = [1, 2, 3, 4].map((daysAgo) => tek(daysAgo));
    const filter = { now: NOON, onset: TODAY - 2 };
    const levelsOf = (transmissionRisks: Record<number, number>) =>
      publishableKeys({ teks }, { ...filter, transmissionRisks }).keys.map((key) => key.transmissionRiskLevel);
    expect(levelsOf({})).toEqual([8, 8, 8, 8]);
    // Keys of one, two, three and four days ago: a day after the onset, its day, and two before.
    expect(levelsOf({ 1: 7, 0: 6, [-1]: 5 })).toEqual([7, 6, 5, 8]);
  });
});

describe('keys that are still in use', () => {
  const teks = [0, 1, 2].map((daysAgo) => tek(daysAgo));
  const filter = { now: NOON, onset: TODAY, transmissionRisks: {} };

  it.each([
    ['wait', undefined, [1, 2], { 'still in use today': 1 }],
    ['wait where somebody says so', true, [1, 2], { 'still in use today': 1 }],
    ['are published without the embargo', false, [0, 1, 2], {}],
  ])('%s', (_, embargo, days, dropped) => {
    const filtered = publishableKeys({ teks }, { ...filter, ...(embargo !== undefined && { embargo }) });
    expect(filtered.keys.map(({ rollingStartIntervalNumber: start }) => TODAY - start / 144)).toEqual(days);
    expect(filtered.dropped).toEqual(dropped);
  });

  it('are published without it, but those of long ago are not', () => {
    const old = { teks: [tek(0), tek(3), tek(20)] };
    expect(publishableKeys(old, { ...filter, embargo: false })).toMatchObject({
      keys: [{ rollingStartIntervalNumber: TODAY * 144 }],
      dropped: { 'more than 2 days before the first symptoms': 1, 'more than 14 days old': 1 },
    });
  });
});

it('the time between two batches is as chosen', async () => {
  const { folder, remove } = temporaryFolder();
  const backend = await runBackend(folder, { choices: { batchPeriod: 6 * 3600 } });
  const { operator } = backend;
  closing.push(() => backend.close(), remove);
  await backend.ask(authoriseOtp, { body: { otp: OTP, symptoms_started_on: '2020-06-20' } }, operator);
  await backend.ask(uploadEndpoint, {
    headers: { authorization: bearer(otpToken(OTP)), 'immuni-dummy-data': '0', 'immuni-client-clock': String(NOON) },
    body: { teks: [tek(1)], province: 'MI', exposure_detection_summaries: [], padding: '' },
  });
  const batchesAt = async (to: number) => {
    await backend.ask(clockEndpoint, { body: { to } }, operator);
    return (await backend.ask(keysIndex, {})).status;
  };
  // From noon on, six hours lead to six in the evening.
  expect(await batchesAt(NOON + 6 * 3600 - 1)).toBe(404);
  expect(await batchesAt(NOON + 6 * 3600)).toBe(200);
});

describe('waits of replies', () => {
  const draws = (rule: keyof typeof delays, isCheck: boolean, isDummy: boolean) => {
    const entropy = keyedEntropy(1, 'delays');
    return moments(Array.from({ length: 4000 }, () => delays[rule]({ isCheck, isDummy }, entropy)));
  };

  // 4,000 draws: five standard errors of a normal are .0016.
  it.each([
    ['deadline', true, true, 0, 0],
    ['none', true, true, 0, 0],
    ['double', true, false, 0.15, 0.02],
    ['double', true, true, 0.3, 0.0283],
    ['double', false, true, 0.15, 0.02],
    ['double', false, false, 0, 0],
  ] as const)('%s, check %s, dummy %s', (rule, isCheck, isDummy, mean, deviation) => {
    const seen = draws(rule, isCheck, isDummy);
    expect(Math.abs(seen.mean - mean)).toBeLessThanOrEqual(mean === 0 ? 0 : 0.0023);
    expect(Math.abs(seen.deviation - deviation)).toBeLessThanOrEqual(deviation === 0 ? 0 : 0.0023);
  });

  it.each([
    ['documented', [0, 0, 0, 0]],
    ['deployed', [1, 1, 1, 0]],
  ] as const)('%s: genuine and dummy check, dummy and genuine upload', async (behaviour, expected) => {
    const backend = await opened(behaviour);
    await authorise(backend);
    const waited: number[] = [];
    const counting = async (work: () => Promise<unknown>) => {
      const before = backend.waits.length;
      await work();
      waited.push(backend.waits.length - before);
    };
    await counting(() => check(backend));
    await counting(() => check(backend, 'AAAAAAAAAA', 1));
    await counting(() => upload(backend, [], { dummy: 1 }));
    await counting(() => upload(backend, [tek(1)]));
    expect(waited).toEqual(expected);
  });
});

it('draws have the moments that their names say', () => {
  const entropy = keyedEntropy(5, 'moments');
  const normal = moments(Array.from({ length: 10_000 }, () => normalFrom(entropy, 3, 2)));
  expect(Math.abs(normal.mean - 3)).toBeLessThan(0.1);
  expect(Math.abs(normal.deviation - 2)).toBeLessThan(0.08);
  const exponential = moments(Array.from({ length: 10_000 }, () => exponentialFrom(entropy, 4)));
  expect(Math.abs(exponential.mean - 4)).toBeLessThan(0.2);
  expect(Math.abs(exponential.deviation - 4)).toBeLessThan(0.3);
});

describe('documents', () => {
  const running = async (more: object = {}) => {
    const { folder, remove } = temporaryFolder();
    const backend = await runBackend(folder, { settings: { ...productionSettings }, ...more });
    closing.push(() => backend.close(), remove);
    return backend;
  };
  interface Served {
    readonly faq_url: Record<string, string>;
    readonly pn_url: Record<string, string>;
    readonly tou_url: Record<string, string>;
  }

  it('stand where the settings say, by the name by which the server was asked', async () => {
    const { url, send } = await running();
    const path = `${settings.path}?platform=ios&build=1`;
    const served = JSON.parse((await send('GET', path, {})).text) as Served;
    for (const language of ['en', 'it']) {
      const faq = await fetch(served.faq_url[language]!);
      expect(faq.headers.get('content-type')).toContain('application/json');
      const { faqs } = (await faq.json()) as { faqs: { title: string; content: string }[] };
      expect(faqs.every(({ title, content }) => title.endsWith('?') && content.length > 20)).toBe(true);
      for (const address of [served.pn_url[language]!, served.tou_url[language]!]) {
        const page = await fetch(address);
        expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(await page.text()).toContain(`<html lang="${language}">`);
      }
    }
    const named = JSON.parse((await send('GET', path, { host: 'pi.local:8080' })).text) as Served;
    expect(named.pn_url['it']).toBe('http://pi.local:8080/docs/pn/it');
    expect(served.pn_url['it']).toBe(`${url}/docs/pn/it`);
  });

  it.each(['a"b', 'x'.repeat(300), 'a/b', '<script>'])('put no such host into settings: %s', async (host) => {
    const { send } = await running();
    const reply = await send('GET', `${settings.path}?platform=ios&build=1`, { host });
    // Some are refused before; none is repeated.
    expect(reply.text).not.toContain(host);
  });

  it.each(['/docs/faq/de', '/docs/pn/EN', '/docs/secret/en'])('are not there at %s', async (path) => {
    const { send } = await running();
    expect((await send('GET', path, {})).status).toBe(400);
  });
});
