/** Who may submit: codes are good once, TANs too, limits hold on the second, and fake requests are told nothing else. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RESULT_DAYS } from '../../../src/backend/cwa/retention.ts';
import { TAN_DAYS } from '../../../src/backend/cwa/verification.ts';
import { registrationToken, tan, testResult, verifyTan } from '../../../src/protocol/wire/cwa/verification.ts';
import {
  askResult,
  askTan,
  type CwaBackend,
  jsonOf,
  keyOf,
  NOON,
  newTeleTan,
  openCwaBackend,
  register,
  report,
  submit,
  tanOf,
  testHashOf,
  tokenOf,
} from '../../helpers/cwaBackend.ts';
import { temporaryFolder } from '../../helpers/immuniBackend.ts';

const DAY = 86_400;
const ANNA = testHashOf('anna');
let place: ReturnType<typeof temporaryFolder>;
let backend: CwaBackend;
beforeEach(async () => {
  place = temporaryFolder();
  backend = await openCwaBackend(place.folder);
});
afterEach(async () => {
  await backend.close();
  place.remove();
});

const resultFor = async (token: string) => jsonOf(await askResult(backend, token))['testResult'];

describe('a test', () => {
  it('becomes one registration token, also in other letters, and after the session is gone', async () => {
    expect((await register(backend, ANNA)).status).toBe(201);
    expect((await register(backend, ANNA)).status).toBe(400);
    expect((await register(backend, ANNA.toUpperCase())).status).toBe(400);
    await backend.moveTo(NOON + 15 * DAY);
    expect(await backend.service.status()).toMatchObject({ sessions: 0 });
    expect((await register(backend, ANNA)).status).toBe(400);
  });

  it('registered by many at once becomes one', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => register(backend, ANNA)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('is pending until a laboratory reports, and redeemed after 21 days', async () => {
    const token = await tokenOf(backend, ANNA);
    expect(await resultFor(token)).toBe(0);
    await report(backend, ANNA, 1);
    expect(await resultFor(token)).toBe(1);
    expect((await askTan(backend, token)).status).toBe(400);
    await report(backend, ANNA, 2);
    expect(await resultFor(token)).toBe(2);
    await backend.moveTo(NOON + 13 * DAY);
    expect(await resultFor(token)).toBe(2);
    // By then its session is over; another test of the same day shows the rule.
    const late = testHashOf('late');
    await report(backend, late, 2);
    await backend.moveTo(NOON + 34 * DAY);
    expect(await resultFor(await tokenOf(backend, late))).toBe(4);
  });

  it(`is forgotten after ${RESULT_DAYS} days, and pending again`, async () => {
    await report(backend, ANNA, 2);
    await backend.moveTo(NOON + (RESULT_DAYS + 1) * DAY);
    expect(await resultFor(await tokenOf(backend, ANNA))).toBe(0);
    expect(await backend.service.status()).toMatchObject({ results: 0 });
  });

  it('with another date of birth is told to nobody', async () => {
    const [right, wrong] = [testHashOf('anna 1980-01-01'), testHashOf('anna 1980-01-02')];
    await report(backend, ANNA, 2);
    await report(backend, right, 2);
    const reply = await register(backend, ANNA, 'GUID', { keyDob: wrong });
    const token = jsonOf(reply)['registrationToken'] as string;
    expect((await askResult(backend, token)).status).toBe(403);
    expect((await askTan(backend, token)).status).toBe(400);
  });

  it('with the right one is told', async () => {
    const right = testHashOf('anna 1980-01-01');
    await report(backend, ANNA, 2);
    await report(backend, right, 2);
    const token = jsonOf(await register(backend, ANNA, 'GUID', { keyDob: right }))['registrationToken'] as string;
    expect(await resultFor(token)).toBe(2);
  });
});

describe('a teleTAN', () => {
  it('becomes a token that is positive, once', async () => {
    const code = await newTeleTan(backend);
    const token = await tokenOf(backend, code, 'TELETAN');
    expect(await resultFor(token)).toBe(2);
    expect((await askTan(backend, token)).status).toBe(201);
    expect((await register(backend, code, 'TELETAN')).status).toBe(400);
  });

  it.each([
    ['TEST', 3600],
    ['EVENT', 2 * DAY],
  ] as const)('of type %s lives for %i s', async (type, seconds) => {
    const [early, late] = [await newTeleTan(backend, type), await newTeleTan(backend, type)];
    await backend.moveTo(NOON + seconds - 1);
    expect((await register(backend, early, 'TELETAN')).status).toBe(201);
    await backend.moveTo(NOON + seconds);
    expect((await register(backend, late, 'TELETAN')).status).toBe(400);
  });

  it('that nobody issued is good for nothing', async () => {
    expect((await register(backend, '2222222222', 'TELETAN')).status).toBe(400);
  });

  it('is issued a thousand times in an hour, and again when the first is an hour old', async () => {
    for (let k = 0; k < 1000; k++) expect(await newTeleTan(backend)).toHaveLength(10);
    await expect(newTeleTan(backend)).rejects.toThrow();
    await backend.moveTo(NOON + 3600);
    expect(await newTeleTan(backend)).toHaveLength(10);
  });

  it('tells of what kind it was when its TAN is redeemed', async () => {
    for (const [type, expected] of [
      ['TEST', 'TEST'],
      ['EVENT', 'EVENT'],
    ] as const) {
      const token = await tokenOf(backend, await newTeleTan(backend, type), 'TELETAN');
      const made = jsonOf(await askTan(backend, token))['tan'] as string;
      const verified = await backend.ask(verifyTan, { body: { tan: made } });
      expect([verified.status, verified.headers['x-cwa-teletan-type']]).toEqual([200, expected]);
    }
    const verified = await backend.ask(verifyTan, { body: { tan: await tanOf(backend, 'bruno') } });
    expect([verified.status, verified.headers['x-cwa-teletan-type']]).toEqual([200, undefined]);
  });
});

describe('a TAN', () => {
  it.each([
    ['documented', [201, 201, 400]],
    ['deployed', [201, 400, 400]],
  ] as const)('%s: is given so often', async (behaviour, expected) => {
    await backend.close();
    place.remove();
    place = temporaryFolder();
    backend = await openCwaBackend(place.folder, behaviour);
    const token = await tokenOf(backend, ANNA);
    await report(backend, ANNA, 2);
    const statuses: number[] = [];
    for (const _ of expected) statuses.push((await askTan(backend, token)).status);
    expect(statuses).toEqual(expected);
  });

  it('is not given for a token that nobody has', async () => {
    expect((await askTan(backend, '3fa85f64-5717-4562-b3fc-2c963f66afa6')).status).toBe(400);
    expect((await askResult(backend, '3fa85f64-5717-4562-b3fc-2c963f66afa6')).status).toBe(400);
  });

  it('is good for one submission, whoever asks at once', async () => {
    const made = await tanOf(backend, 'anna');
    const replies = await Promise.all(Array.from({ length: 50 }, (_, k) => submit(backend, made, [keyOf(1, k)])));
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array.from({ length: 49 }, () => 403),
    ]);
    expect(await backend.service.status()).toMatchObject({ keys: 1, tans: 0 });
  });

  it(`is good for ${TAN_DAYS} days`, async () => {
    const [early, late] = [await tanOf(backend, 'anna'), await tanOf(backend, 'bruno')];
    await backend.moveTo(NOON + 11.5 * DAY + DAY);
    expect((await submit(backend, early, [keyOf(1)])).status).toBe(200);
    await backend.moveTo(NOON + 14 * DAY);
    expect((await submit(backend, late, [keyOf(0)])).status).toBe(403);
  });

  it('that nobody was given is refused', async () => {
    expect((await submit(backend, '3fa85f64-5717-4562-b3fc-2c963f66afa6', [keyOf(1)])).status).toBe(403);
  });
});

describe('fake requests', () => {
  const fake = { 'cwa-fake': '1' };
  it('change nothing, and look like genuine ones', async () => {
    const before = await backend.service.status();
    const token = '11111111-2222-4444-8888-161616161616';
    const replies = [
      await backend.ask(registrationToken, { headers: fake, body: { key: ANNA, keyType: 'GUID' } }),
      await backend.ask(testResult, { headers: fake, body: { registrationToken: token } }),
      await backend.ask(tan, { headers: fake, body: { registrationToken: token } }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([201, 200, 201]);
    expect(new Set(replies.map(({ body }) => body.length)).size).toBe(1);
    expect(await backend.service.status()).toEqual(before);
    const genuine = await backend.ask(registrationToken, {
      headers: { 'cwa-fake': '0' },
      body: { key: ANNA, keyType: 'GUID' },
    });
    expect(genuine.body.length).toBe(replies[0]!.body.length);
    expect(Object.keys(jsonOf(genuine))).toEqual(Object.keys(jsonOf(replies[0]!)));
  });
});
