/** What becomes of submitted keys: which are kept, when they are published, in what packages, and for how long. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CwaChoices } from '../../../src/backend/cwa/rules.ts';
import type { Behaviour } from '../../../src/backend/rules.ts';
import { isoDay } from '../../../src/core/time.ts';
import { readExport } from '../../../src/protocol/export/reader.ts';
import { keyAt, keyDataAt } from '../../../src/protocol/gaen/keyTable.ts';
import {
  countries,
  dayPackage,
  days,
  hourPackage,
  hours,
  versions,
} from '../../../src/protocol/wire/cwa/distribution.ts';
import { submitFake, submitKeys } from '../../../src/protocol/wire/cwa/submission.ts';
import {
  type CwaBackend,
  jsonOf,
  keyOf,
  NOON,
  openCwaBackend,
  submit,
  TODAY,
  tanOf,
} from '../../helpers/cwaBackend.ts';
import { temporaryFolder } from '../../helpers/immuniBackend.ts';

const HOUR = 3600;
const DAY = 86_400;
let place: ReturnType<typeof temporaryFolder>;
let backend: CwaBackend;
async function opened(behaviour: Behaviour = 'documented', choices: CwaChoices = {}) {
  place = temporaryFolder();
  backend = await openCwaBackend(place.folder, behaviour, choices);
}
beforeEach(() => opened());
afterEach(async () => {
  await backend.close();
  place.remove();
});
async function reopened(behaviour: Behaviour, choices: CwaChoices = {}) {
  await backend.close();
  place.remove();
  await opened(behaviour, choices);
}

let people = 0;
/** Each key from somebody else. */
async function submitAll(keys: readonly ReturnType<typeof keyOf>[]): Promise<void> {
  for (const key of keys)
    expect((await submit(backend, await tanOf(backend, `person ${people++}`), [key])).status).toBe(200);
}
const many = (count: number, daysAgo = 1) => Array.from({ length: count }, (_, k) => keyOf(daysAgo, k));

const hourAt = (hour: number, day = TODAY, country = 'DE') =>
  backend.ask(hourPackage, { parameters: { country, date: isoDay(day), hour: String(hour) } });
const dayAt = (day: number, country = 'DE') => backend.ask(dayPackage, { parameters: { country, date: isoDay(day) } });
const hoursOf = async (day = TODAY) =>
  jsonOf(await backend.ask(hours, { parameters: { country: 'DE', date: isoDay(day) } }));
const daysOf = async () => jsonOf(await backend.ask(days, { parameters: { country: 'DE' } }));

/** Keys of a package, Base64, as they stand in it. */
function keysOf({ body }: { readonly body: Uint8Array }): readonly string[] {
  const publicKeys = [{ key: backend.secrets.signing.publicKey }];
  const { table } = readExport(body, { publicKeys }).keys;
  return Array.from({ length: table.length }, (_, row) => Buffer.from(keyDataAt(table, row)).toString('base64'));
}
const data = (keys: readonly ReturnType<typeof keyOf>[]) =>
  keys.map(({ keyData }) => Buffer.from(keyData).toString('base64'));

describe('an hour', () => {
  it('is published when it is over, with at least 140 keys, in the order of their bytes', async () => {
    const keys = many(140);
    await submitAll(keys);
    await backend.moveTo(NOON + HOUR - 1);
    expect((await hourAt(12)).status).toBe(404);
    await backend.moveTo(NOON + HOUR);
    const reply = await hourAt(12);
    expect(reply.status).toBe(200);
    const published = keysOf(reply);
    expect(published.toSorted()).toEqual(data(keys).toSorted());
    const bytes = published.map((text) => Buffer.from(text, 'base64').toString('hex'));
    expect(bytes).toEqual(bytes.toSorted());
    expect(await hoursOf()).toEqual([12]);
    expect(keysOf(await hourAt(12, TODAY, 'EUR'))).toEqual(published);
    expect(reply.headers['cwa-hash']).toMatch(/^[0-9a-f]{32}$/);
  });

  it('with fewer waits for the next that has enough', async () => {
    await submitAll(many(139));
    await backend.moveTo(NOON + HOUR);
    expect((await hourAt(12)).status).toBe(404);
    await submitAll([keyOf(2, 1000)]);
    await backend.moveTo(NOON + 2 * HOUR);
    expect(keysOf(await hourAt(13))).toHaveLength(140);
    expect(await hoursOf()).toEqual([13]);
  });

  it('with too few has an empty signed file as deployed', async () => {
    await reopened('deployed');
    await submitAll(many(3));
    await backend.moveTo(NOON + 2 * HOUR);
    expect(keysOf(await hourAt(12))).toEqual([]);
    expect(keysOf(await hourAt(13))).toEqual([]);
    expect(await hoursOf()).toEqual([12, 13]);
  });

  it('has no key that phones may still send: two hours after its end', async () => {
    await reopened('documented', { leastKeys: 1 });
    // Ended at noon.
    await submitAll([keyOf(0, 1, { rollingPeriod: 72 })]);
    await backend.moveTo(NOON + HOUR);
    expect((await hourAt(12)).status).toBe(404);
    await backend.moveTo(NOON + 2 * HOUR);
    expect(keysOf(await hourAt(13))).toHaveLength(1);
  });

  it('has no key of a level below 3', async () => {
    await reopened('documented', { leastKeys: 1 });
    await submitAll([2, 3].map((level) => keyOf(1, level, { transmissionRiskLevel: level })));
    await backend.moveTo(NOON + HOUR);
    expect(keysOf(await hourAt(12))).toEqual(data([keyOf(1, 3)]));
  });
});

describe('a day', () => {
  it('has all keys of its hours when it is over', async () => {
    await reopened('documented', { leastKeys: 2 });
    await submitAll(many(2));
    await backend.moveTo(NOON + HOUR);
    await submitAll(many(2, 2));
    await backend.moveTo(NOON + 12 * HOUR - 1);
    expect((await dayAt(TODAY)).status).toBe(404);
    await backend.moveTo(NOON + 12 * HOUR);
    expect(keysOf(await dayAt(TODAY)).toSorted()).toEqual(data([...many(2), ...many(2, 2)]).toSorted());
    expect(await daysOf()).toEqual([isoDay(TODAY)]);
  });

  it('is kept for 14 days, its hours for two', async () => {
    await reopened('documented', { leastKeys: 1 });
    await submitAll(many(1));
    await backend.moveTo(NOON + 12 * HOUR + DAY - 1);
    expect((await hourAt(12)).status).toBe(200);
    await backend.moveTo(NOON + 12 * HOUR + DAY);
    expect([(await hourAt(12)).status, (await dayAt(TODAY)).status]).toEqual([404, 200]);
    await backend.moveTo(NOON + 12 * HOUR + 13 * DAY);
    expect((await dayAt(TODAY)).status).toBe(404);
    expect(await daysOf()).toEqual([]);
    expect(await backend.service.status()).toMatchObject({ keys: 0, packages: 0 });
  });
});

describe('submitted keys', () => {
  it('of the future and of more than 14 days ago are left out silently', async () => {
    await submitAll([keyOf(-1, 1), keyOf(15, 2), keyOf(14, 3), keyOf(0, 4)]);
    expect(await backend.service.status()).toMatchObject({ keys: 2 });
  });

  it('stay as they are when somebody else sends their data, also after they were published', async () => {
    await reopened('documented', { leastKeys: 1 });
    await submitAll([keyOf(1, 7)]);
    await submitAll([keyOf(1, 7, { rollingStartIntervalNumber: (TODAY - 2) * 144 })]);
    expect(await backend.service.status()).toMatchObject({ keys: 1 });
    await backend.moveTo(NOON + HOUR);
    await submitAll([keyOf(1, 7, { rollingStartIntervalNumber: (TODAY - 2) * 144 })]);
    expect(await backend.service.status()).toMatchObject({ keys: 1 });
  });

  it('are stored with others that differ in their data only', async () => {
    await reopened('documented', { leastKeys: 1, keyMultiplier: 10 });
    await submitAll([keyOf(1)]);
    await backend.moveTo(NOON + HOUR);
    const { table } = readExport((await hourAt(12)).body).keys;
    expect(table.length).toBe(10);
    expect(keysOf(await hourAt(12))).toContain(data([keyOf(1)])[0]);
  });

  it('without a level get that of their days since onset', async () => {
    await reopened('documented', { leastKeys: 1, transmissionRisks: { 0: 6, 3: 2 } });
    const { transmissionRiskLevel: _, ...bare } = keyOf(1, 1);
    await submitAll([
      { ...bare, daysSinceOnsetOfSymptoms: 0 },
      { ...bare, keyData: keyOf(1, 2).keyData, daysSinceOnsetOfSymptoms: 3 },
    ]);
    await backend.moveTo(NOON + HOUR);
    // Level 2 is not distributed.
    expect(keysOf(await hourAt(12))).toEqual(data([keyOf(1, 1)]));
  });

  it('and without a table as the app maps them: six days before the first symptoms is too low to be published', async () => {
    await reopened('documented', { leastKeys: 1 });
    const { transmissionRiskLevel: _, ...bare } = keyOf(1, 1);
    await submitAll([
      { ...bare, daysSinceOnsetOfSymptoms: 0 },
      { ...bare, keyData: keyOf(1, 2).keyData, daysSinceOnsetOfSymptoms: -6 },
    ]);
    await backend.moveTo(NOON + HOUR);
    const { table } = readExport((await hourAt(12)).body).keys;
    expect(Array.from({ length: table.length }, (_key, row) => keyAt(table, row).transmissionRiskLevel)).toEqual([8]);
  });

  it('of countries that nobody knows are refused', async () => {
    const tan = await tanOf(backend, 'traveller');
    const headers = { 'cwa-fake': '0', 'cwa-authorization': tan } as const;
    const body = { keys: [keyOf(1)], visitedCountries: ['DE', 'XX'] } as never;
    expect((await backend.ask(submitKeys, { headers, body })).status).toBe(400);
    expect((await submit(backend, tan, [keyOf(1)])).status).toBe(200);
  });

  it('that are fake are not read', async () => {
    const reply = await backend.ask(submitFake, {
      headers: { 'cwa-fake': '1' },
      body: new Uint8Array([1, 2, 3]),
    });
    expect(reply.status).toBe(200);
    expect(await backend.service.status()).toMatchObject({ keys: 0 });
  });
});

it('indexes of versions and countries are JSON lists', async () => {
  expect(jsonOf(await backend.ask(versions, {}))).toEqual(['v1']);
  expect(jsonOf(await backend.ask(countries, {}))).toEqual(['DE']);
});

it('packages are there again after a restart', async () => {
  await reopened('documented', { leastKeys: 1 });
  await submitAll(many(1));
  await backend.moveTo(NOON + HOUR);
  const before = await hourAt(12);
  await backend.close();
  backend = await openCwaBackend(place.folder, 'documented', { leastKeys: 1 });
  expect((await hourAt(12)).headers['etag']).toBe(before.headers['etag']);
});
