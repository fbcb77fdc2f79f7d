/** Operational info: which phones may send it, how often, and that no reply tells what became of it. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Authorisation } from '../../../src/backend/immuni/analytics/authorisation.ts';
import type { DeviceCheck, DeviceState } from '../../../src/backend/immuni/analytics/deviceCheck.ts';
import { usedAfter } from '../../../src/backend/immuni/analytics/rights.ts';
import type { Behaviour } from '../../../src/backend/rules.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { monthOf } from '../../../src/core/time.ts';
import { googleOperationalInfo } from '../../../src/protocol/wire/immuni/analytics.ts';
import { attestation } from '../../../src/protocol/wire/immuni/attestation.ts';
import { deviceOf, deviceToken } from '../../../src/protocol/wire/immuni/deviceToken.ts';
import {
  askForToken,
  type Backend,
  HARDWARE,
  INFO,
  NOON,
  openBackend,
  sendInfo,
  temporaryFolder,
} from '../../helpers/immuniBackend.ts';

const DAY = 86_400;
/** From NOON, which is 22 June. */
const JULY = 11 * DAY;
const AUGUST = 39.6 * DAY;
const OTHER_TOKEN = 'cd'.repeat(64);

let open: { backend: Backend; remove: () => void } | undefined;
afterEach(async () => {
  await open?.backend.close();
  open?.remove();
  open = undefined;
});

async function started(behaviour: Behaviour): Promise<Backend> {
  const place = temporaryFolder();
  const backend = await openBackend(place.folder, behaviour);
  open = { backend, remove: place.remove };
  return backend;
}
const infos = async ({ service }: Backend) => (await service.status())['operationalInfo'];
const at = ({ clock }: Backend, seconds: number): void => clock.moveTo(NOON + seconds);
let nonce = 0;
const shownBy = (hardware = HARDWARE): string => deviceToken(hardware, keyedEntropy(3, 'nonce', nonce++));

describe('a device token', () => {
  it('tells the device to the double only, and never looks the same', () => {
    const [one, other] = [shownBy(), shownBy()];
    expect(one).not.toBe(other);
    expect([deviceOf(one), deviceOf(other)]).toEqual([Buffer.from(HARDWARE), Buffer.from(HARDWARE)]);
  });

  it.each([
    ['another byte', (bytes: Buffer) => bytes.fill(bytes[20]! ^ 1, 20, 21)],
    ['less', (bytes: Buffer) => bytes.subarray(1)],
    ['nothing', () => Buffer.alloc(0)],
  ])('is of no device with %s', (_, change) => {
    expect(deviceOf(change(Buffer.from(shownBy(), 'base64')).toString('base64'))).toBeUndefined();
  });
});

describe('rights', () => {
  const claims = fc.array(fc.record({ month: fc.integer({ min: 0, max: 4 }), exposed: fc.boolean() }));

  it.each([
    ['dpia', 2],
    ['deployed', 2],
  ] as const)('of %s: never more than %i uploads in a month', (mode, most) => {
    fc.assert(
      fc.property(claims, (all) => {
        let used = 0;
        const counted = new Map<number, number>();
        for (const claim of all.toSorted((a, b) => a.month - b.month)) {
          const after = usedAfter(mode, { month: 1, used }, claim);
          if (after === undefined) continue;
          used = after;
          counted.set(claim.month, (counted.get(claim.month) ?? 0) + 1);
        }
        const months = mode === 'dpia' ? [1] : [1, 2];
        expect([...counted.keys()].every((month) => months.includes(month))).toBe(true);
        expect(Math.max(0, ...counted.values())).toBeLessThanOrEqual(most);
      }),
    );
  });
});

describe('as in the impact assessment', () => {
  it('a token is good at once, for two uploads in its month', async () => {
    const backend = await started('documented');
    expect((await askForToken(backend)).status).toBe(201);
    for (const exposed of [0, 0, 0, 1] as const) expect((await sendInfo(backend, { exposed })).status).toBe(204);
    expect(await infos(backend)).toBe(2);
  });

  it('a device gets one token a month, also after a new installation', async () => {
    const backend = await started('documented');
    await askForToken(backend);
    expect((await askForToken(backend, { token: OTHER_TOKEN, device: shownBy() })).status).toBe(202);
    at(backend, JULY);
    expect((await sendInfo(backend, { day: '2020-06-30' })).status).toBe(204);
    expect(await infos(backend), 'the token was of June').toBe(0);
    expect((await askForToken(backend, { token: OTHER_TOKEN, device: shownBy() })).status).toBe(201);
  });

  it('Android phones send in vain', async () => {
    const backend = await started('documented');
    await sendGoogle(backend);
    expect(await infos(backend)).toBe(0);
  });
});

describe('two tokens of one device, asked for a second apart', () => {
  /** Draws: wait of the first for its second and third look, and of the second. Which tokens were authorised. */
  async function raced(draws: readonly [number, number, number]): Promise<readonly number[]> {
    let state: DeviceState = { bits: [false, false], lastUpdate: null };
    const deviceCheck: DeviceCheck = {
      query: async () => state,
      update: async (_token, bits, now) => {
        state = { bits, lastUpdate: monthOf(now) };
      },
    };
    const good: number[] = [];
    // In the order in which the waits begin.
    const left = [draws[0], draws[2], draws[1], 0];
    const authorise = async (hash: Uint8Array) => void good.push(hash[0]!);
    const authorisation = new Authorisation({
      mode: 'deployed',
      deviceCheck,
      authorise,
      draw: () => left.shift() ?? 0,
    });
    const ask = (token: number, time: number) =>
      authorisation.begin({ hash: new Uint8Array([token]), deviceToken: 'any' }, time);
    await ask(1, NOON);
    await ask(2, NOON + 1);
    await authorisation.catchUp(NOON + 60);
    await ask(3, NOON + AUGUST);
    await authorisation.catchUp(NOON + AUGUST + 60);
    return good;
  }

  it('neither is good where their looks overlap, and no later one', async () => {
    expect(await raced([0, 1, 0])).toEqual([]);
  });

  it('both are where they do not: the deployed task does not see it', async () => {
    expect(await raced([0, 0, 1])).toEqual([1, 2, 3]);
  });
});

describe('as deployed', () => {
  it('a token is good after both waits, once with and once without an exposure, this month and the next', async () => {
    const backend = await started('deployed');
    expect((await askForToken(backend)).status).toBe(202);
    at(backend, 6.9);
    expect((await askForToken(backend)).status, 'the shortest wait is not over').toBe(202);
    at(backend, 13);
    expect((await askForToken(backend)).status).toBe(201);
    const sent: [number, unknown][] = [];
    for (const seconds of [13, JULY, AUGUST]) {
      at(backend, seconds);
      for (const exposed of [0, 0, 1, 1] as const) await sendInfo(backend, { exposed, day: '2020-06-22' });
      sent.push([seconds, await infos(backend)]);
    }
    // What came in June is 30 days old in August.
    await backend.service.expire();
    expect(sent).toEqual([
      [13, 2],
      [JULY, 4],
      [AUGUST, 4],
    ]);
    expect(await infos(backend)).toBe(2);
  });

  it('a phone that asks again about one token is no race', async () => {
    const backend = await started('deployed');
    for (const seconds of [0, 1, 5]) {
      at(backend, seconds);
      expect((await askForToken(backend, { device: shownBy() })).status).toBe(202);
    }
    at(backend, 13);
    expect((await askForToken(backend, { device: shownBy() })).status).toBe(201);
  });

  it('a token of no device is never good', async () => {
    const backend = await started('deployed');
    await askForToken(backend, { device: 'AAAA' });
    at(backend, 60);
    expect((await askForToken(backend, { device: 'AAAA' })).status).toBe(202);
  });

  it('Android phones send with an attestation, and each counts once', async () => {
    const backend = await started('deployed');
    await sendGoogle(backend);
    await sendGoogle(backend);
    expect(await infos(backend)).toBe(1);
    await sendGoogle(backend, { salt: SALT.replace('A', 'B') });
    expect(await infos(backend)).toBe(2);
  });

  it.each([
    ['a dummy', { dummy: '1' }],
    ['one that is too old', { time: NOON - 601 }],
    ['one of the future', { time: NOON + 601 }],
    ['another app', { stated: { apkPackageName: 'it.example' } }],
    ['a phone that was opened', { stated: { basicIntegrity: false } }],
    ['a phone that was changed', { stated: { ctsProfileMatch: false } }],
    ['keys in software', { stated: { evaluationType: 'BASIC' } }],
    ['other content', { sent: { province: 'RM' } }],
    ['no JWS', { sent: { signed_attestation: 'no' } }],
  ])('%s counts for nothing', async (_, change) => {
    const backend = await started('deployed');
    expect((await sendGoogle(backend, change)).status).toBe(204);
    expect(await infos(backend)).toBe(0);
  });
});

const SALT = `A${'b'.repeat(23)}`;

function sendGoogle(
  { ask }: Backend,
  {
    salt = SALT,
    time = NOON,
    stated = {},
    sent = {},
    dummy = '0',
  }: {
    salt?: string;
    time?: number;
    stated?: object;
    sent?: object;
    dummy?: string;
  } = {},
) {
  const body = { ...INFO, salt };
  const signed_attestation = attestation(body, time, { ...stated });
  return ask(googleOperationalInfo, {
    headers: { 'immuni-dummy-data': dummy },
    body: { ...body, signed_attestation, ...sent },
  });
}

describe('open to everybody', () => {
  const opened = async () => {
    const place = temporaryFolder();
    const backend = await openBackend(place.folder, 'documented', undefined, { analytics: 'open' });
    open = { backend, remove: place.remove };
    return backend;
  };

  it('info counts without a token, as often as it comes', async () => {
    const backend = await opened();
    for (let k = 0; k < 5; k++) expect((await sendInfo(backend)).status).toBe(204);
    expect(await infos(backend)).toBe(5);
  });

  it('and without an attestation, but the same only once', async () => {
    const backend = await opened();
    await sendGoogle(backend, { sent: { signed_attestation: 'no' } });
    await sendGoogle(backend, { sent: { signed_attestation: 'no' } });
    await sendGoogle(backend, { salt: SALT.replace('A', 'B'), stated: { basicIntegrity: false } });
    expect(await infos(backend)).toBe(2);
  });

  it('dummies count for nothing there either', async () => {
    const backend = await opened();
    await sendInfo(backend, { dummy: 1 });
    await sendGoogle(backend, { dummy: '1' });
    expect(await infos(backend)).toBe(0);
  });
});

it.each(['2020-06-23', '2019-12-01'])('a date that cannot be, %s, is refused', async (day) => {
  const backend = await started('documented');
  expect((await sendInfo(backend, { day })).status).toBe(400);
});

it('a dummy counts for nothing, and is told the same', async () => {
  const backend = await started('documented');
  await askForToken(backend);
  expect((await sendInfo(backend, { dummy: 1 })).status).toBe(204);
  expect(await infos(backend)).toBe(0);
  await sendInfo(backend);
  expect(await infos(backend)).toBe(1);
});
