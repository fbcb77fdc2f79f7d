/** Immuni's backend by its replies: passwords, uploads, batches, on the second at which each rule turns. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../src/backend/rules.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { readExport } from '../../../src/protocol/export/reader.ts';
import { keyDataAt } from '../../../src/protocol/gaen/keyTable.ts';
import { newOtp } from '../../../src/protocol/wire/immuni/otp.ts';
import { immuniError } from '../../../src/protocol/wire/immuni/parts.ts';
import { settings } from '../../../src/protocol/wire/immuni/settings.ts';
import {
  authorise,
  type Backend,
  batch,
  check,
  index,
  NOON,
  OTP,
  openBackend,
  said,
  type Tek,
  TODAY,
  tek,
  temporaryFolder,
  upload,
} from '../../helpers/immuniBackend.ts';

const LIFETIME = 150;
const place = { remove: () => {} };
let backend: Backend;

beforeEach(async () => {
  const { folder, remove } = temporaryFolder();
  place.remove = remove;
  backend = await openBackend(folder);
});
afterEach(async () => {
  await backend.close();
  place.remove();
});

async function reopen(behaviour: Behaviour) {
  await backend.close();
  place.remove();
  const { folder, remove } = temporaryFolder();
  place.remove = remove;
  backend = await openBackend(folder, behaviour);
}

/** Key data (base64) of the newest batch; empty when there is none. */
async function published(): Promise<readonly string[]> {
  const range = await index(backend);
  if (range.status === 404) return [];
  const { newest } = said(range) as { newest: number };
  const publicKeys = [{ name: 'the key of the server', key: backend.secrets.signing.publicKey }];
  const { keys } = readExport((await batch(backend, newest)).body, { publicKeys });
  return Array.from({ length: keys.table.length }, (_, row) =>
    Buffer.from(keyDataAt(keys.table, row)).toString('base64'),
  );
}

/** What becomes of keys that are uploaded with a fresh password. */
async function publishedOf(teks: readonly Tek[], options: { clientClock?: number } = {}) {
  expect((await authorise(backend)).status).toBe(204);
  expect((await upload(backend, teks, options)).status).toBe(204);
  await backend.service.publish();
  return published();
}

describe('a one-time password', () => {
  it('is unknown until it is authorised, then valid up to its last second', async () => {
    expect((await check(backend)).status).toBe(401);
    expect((await authorise(backend)).status).toBe(204);
    backend.clock.moveTo(NOON + LIFETIME - 1);
    expect((await check(backend)).status).toBe(204);
    backend.clock.moveTo(NOON + LIFETIME);
    const late = await check(backend);
    expect(late.status).toBe(401);
    expect(said(late)).toEqual(immuniError('unauthorisedOtp'));
  });

  it('cannot be authorised a second time before it is used or too old', async () => {
    await authorise(backend);
    const again = await authorise(backend);
    expect([again.status, said(again)]).toEqual([409, immuniError('otpCollision')]);
    backend.clock.moveTo(NOON + LIFETIME);
    expect((await authorise(backend)).status).toBe(204);
  });

  it.each([
    ['today', '2020-06-22', 204],
    ['tomorrow', '2020-06-23', 400],
    ['180 days ago', '2019-12-25', 204],
    ['181 days ago', '2019-12-24', 400],
  ])('takes symptoms of the right age only: %s', async (_, date, status) => {
    expect((await authorise(backend, OTP, date)).status).toBe(status);
  });

  it('is used up by one upload, whatever its keys', async () => {
    await authorise(backend);
    expect((await upload(backend, [])).status).toBe(204);
    expect((await check(backend)).status).toBe(401);
    expect((await upload(backend, [tek(1)])).status).toBe(401);
  });

  it('serves one of many uploads at once', async () => {
    await authorise(backend);
    const replies = await Promise.all(Array.from({ length: 200 }, () => upload(backend, [tek(1)])));
    expect(replies.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 401)).toHaveLength(199);
  });

  it('is told apart from every other', async () => {
    await authorise(backend);
    const others = keyedEntropy(3, 'other passwords');
    for (let k = 0; k < 50; k++) expect((await check(backend, newOtp(others))).status).toBe(401);
  });
});

describe('keys of an upload', () => {
  it('are published from two days before the first symptoms until yesterday, in an order that tells nothing', async () => {
    const teks = Array.from({ length: 14 }, (_, daysAgo) => tek(daysAgo));
    // Symptoms on 15 June, a week ago: days 1..9.
    const expected = teks.slice(1, 10).map(({ key_data }) => key_data);
    expect(await publishedOf(teks)).toEqual(expected.toSorted());
  });

  it.each([
    ['of today', [tek(0)], 0],
    ['of today whose period has ended', [tek(0, 0, 60)], 0],
    ['of yesterday', [tek(1)], 1],
    ['of two days before the symptoms', [tek(9)], 1],
    ['of three days before the symptoms', [tek(10)], 0],
    ['twice in the list', [tek(1), tek(1)], 0],
    ['two of one day', [tek(1), tek(1, 1)], 0],
    ['two of one day with other periods', [tek(1, 0, 60), tek(1, 1)], 2],
    ['30 in all', Array.from({ length: 30 }, (_, k) => tek(1, k, 100 + k)), 30],
    ['31 in all', Array.from({ length: 31 }, (_, k) => tek(1, k, 100 + k)), 0],
    ['with a period of 0', [tek(1), tek(2, 0, 0)], 0],
    ['with a period of 145', [tek(1), tek(2, 0, 145)], 0],
    ['that begin in this interval', [{ ...tek(1), rolling_start_number: Math.floor(NOON / 600) }], 0],
    [
      'that do not begin whole days apart',
      [tek(1), { ...tek(2), rolling_start_number: tek(2).rolling_start_number + 1 }],
      0,
    ],
  ])('%s: the reply is the same, and so many are published', async (_, teks, count) => {
    expect(await publishedOf(teks)).toHaveLength(count);
  });

  it('older than 14 days are left out though the symptoms are older still', async () => {
    await authorise(backend, OTP, '2020-06-01');
    await upload(backend, [tek(14), tek(15)]);
    await backend.service.publish();
    expect(await published()).toEqual([tek(14).key_data]);
  });

  it('have transmission risk 8, whoever they are from', async () => {
    await publishedOf([tek(1), tek(5)]);
    const { keys } = readExport((await batch(backend, 1)).body);
    expect([...keys.table.transmissionRiskLevel]).toEqual([8, 8]);
  });

  it('that are there already keep their times', async () => {
    await authorise(backend);
    await upload(backend, [tek(2)]);
    await authorise(backend);
    await upload(backend, [{ ...tek(1), key_data: tek(2).key_data }]);
    await backend.service.publish();
    const { keys } = readExport((await batch(backend, 1)).body);
    expect([...keys.table.rollingStart]).toEqual([tek(2).rolling_start_number]);
  });
});

describe('a phone whose clock is an hour fast', () => {
  const justAfterMidnight = (TODAY + 1) * 86_400 - 1800;
  /** At half past eleven at night, the phone has begun a new day: its list has a key of "tomorrow". */
  const teks = [tek(1), tek(0), tek(-1)];

  it('has its keys published where the rules listen to its clock', async () => {
    backend.clock.moveTo(justAfterMidnight);
    const keys = await publishedOf(teks, { clientClock: justAfterMidnight + 3600 });
    expect(keys).toEqual([tek(1).key_data, tek(0).key_data].toSorted());
  });

  it('loses all of them as deployed', async () => {
    await reopen('deployed');
    backend.clock.moveTo(justAfterMidnight);
    expect(await publishedOf(teks, { clientClock: justAfterMidnight + 3600 })).toEqual([]);
  });

  it('is not believed beyond the two hours after which nobody matches its identifiers', async () => {
    expect(await publishedOf([tek(1), tek(-3)], { clientClock: NOON + 5 * 86_400 })).toEqual([]);
  });
});

describe('batches', () => {
  it('are not there at first', async () => {
    expect([(await index(backend)).status, said(await index(backend))]).toEqual([404, immuniError('noBatches')]);
    expect([(await batch(backend, 1)).status, said(await batch(backend, 1))]).toEqual([
      404,
      immuniError('batchNotFound'),
    ]);
  });

  it('are counted from 1, and are not made where no key waits', async () => {
    await backend.service.publish();
    expect((await index(backend)).status).toBe(404);
    await publishedOf([tek(1)]);
    await backend.service.publish();
    expect(said(await index(backend))).toEqual({ oldest: 1, newest: 1 });
  });

  it('never change: bytes and tag stay', async () => {
    await publishedOf([tek(1)]);
    const first = await batch(backend, 1);
    await publishedOf([tek(2)]);
    expect(await batch(backend, 1)).toEqual(first);
    expect(first.headers['etag']).toMatch(/^"[\w-]{22}"$/);
    expect((await batch(backend, 2)).headers['etag']).not.toBe(first.headers['etag']);
  });

  it('go after 14 days, and their numbers do not come back', async () => {
    await publishedOf([tek(1)]);
    backend.clock.moveTo(NOON + 14 * 86_400 - 1);
    await backend.service.expire();
    expect((await batch(backend, 1)).status).toBe(200);
    backend.clock.moveTo(NOON + 14 * 86_400);
    await backend.service.expire();
    expect((await batch(backend, 1)).status).toBe(404);
    expect((await index(backend)).status).toBe(404);
    await authorise(backend, OTP, '2020-07-01');
    await upload(backend, [tek(-13)]);
    await backend.service.publish();
    expect(said(await index(backend))).toEqual({ oldest: 2, newest: 2 });
  });
});

describe('dummies', () => {
  it('change nothing: the password of a genuine upload is still good', async () => {
    await authorise(backend);
    expect((await upload(backend, [tek(1)], { dummy: 1 })).status).toBe(204);
    expect((await check(backend)).status).toBe(204);
    expect(await backend.service.publish()).toEqual({ keys: 0, batch: 0 });
  });

  it('are refused as genuine ones are when they do not follow the schema', async () => {
    const summary = { date: '2020-06-23', matched_key_count: 1, days_since_last_exposure: 0 };
    const whole = { ...summary, attenuation_durations: [0, 0, 0], maximum_risk_score: 1 };
    for (const dummy of [0, 1]) expect((await upload(backend, [], { dummy, summaries: [whole] })).status).toBe(400);
  });

  it('of the check are told in one of a hundred cases that the password is wrong', async () => {
    const statuses: number[] = [];
    for (let k = 0; k < 4000; k++) statuses.push((await check(backend, OTP, 1)).status);
    const refused = statuses.filter((status) => status === 401).length;
    // 40 expected; five standard deviations.
    expect(refused).toBeGreaterThan(40 - 5 * 6.3);
    expect(refused).toBeLessThan(40 + 5 * 6.3);
    expect(statuses.filter((status) => status === 204)).toHaveLength(4000 - refused);
  });
});

it('serves its settings', async () => {
  const reply = await backend.ask(settings, { query: { platform: 'ios', build: '1' } });
  expect([reply.status, said(reply)]).toEqual([200, { minimum_build_version: 1 }]);
  expect((await backend.ask(settings, { query: { platform: 'ios', build: '0' } as never })).status).toBe(400);
});
