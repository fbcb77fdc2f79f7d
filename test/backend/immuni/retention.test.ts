/** Every row of the retention table on the virtual clock, in both columns: there until its time, then in no file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { immuniRetention } from '../../../src/backend/immuni/retention.ts';
import { type Behaviour, behaviours } from '../../../src/backend/rules.ts';
import { hidden } from '../../../src/backend/secrets.ts';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { SECONDS_PER_DAY } from '../../../src/core/units.ts';
import { deviceToken } from '../../../src/protocol/wire/immuni/deviceToken.ts';
import {
  ANALYTICS_TOKEN,
  askForToken,
  authorise,
  type Backend,
  HARDWARE,
  NOON,
  openBackend,
  sendInfo,
  summaryOf,
  TODAY,
  tek,
  temporaryFolder,
  upload,
} from '../../helpers/immuniBackend.ts';

const DAY = SECONDS_PER_DAY;
const YEAR = 365 * DAY;
const SUMMARY = summaryOf(987_654_321);
/** No other number of these tests looks like it. */
const CLIENT_CLOCK = NOON + 77;
const KEY = Buffer.from(tek(1).key_data, 'base64');

let open: { backend: Backend; remove: () => void } | undefined;
afterEach(async () => {
  await open?.backend.close();
  open?.remove();
  open = undefined;
});

async function started(behaviour: Behaviour) {
  const place = temporaryFolder();
  const backend = await openBackend(place.folder, behaviour);
  open = { backend, remove: place.remove };
  const inFiles = (needle: string | Buffer): boolean =>
    readdirSync(place.folder)
      .map((name) => readFileSync(join(place.folder, name)))
      .some((bytes) => bytes.includes(needle));
  return { backend, inFiles };
}

type Started = Awaited<ReturnType<typeof started>>;

const uploaded = async ({ backend }: Started): Promise<void> => {
  await authorise(backend);
  await upload(backend, [tek(1)], { clientClock: CLIENT_CLOCK, summaries: [SUMMARY] });
};

const DEVICE_TOKEN = deviceToken(HARDWARE, keyedEntropy(4, 'nonce'));

const authorised = async ({ backend }: Started): Promise<void> => {
  await askForToken(backend, { device: DEVICE_TOKEN });
  // Longer than both waits of the deployed task.
  backend.clock.moveTo(NOON + 13);
  expect((await askForToken(backend)).status).toBe(201);
};

interface Probe {
  /** Stores the datum. */
  readonly store: (started: Started) => Promise<unknown>;
  readonly isThere: (started: Started) => Promise<boolean> | boolean;
  /** First second without it, by behaviour; infinity: until it is purged. */
  readonly until: Readonly<Record<Behaviour, number>>;
}

const count =
  (name: string) =>
  async ({ backend }: Started) =>
    (await backend.service.status())[name] === 1;
const both = (until: number): Probe['until'] => ({ documented: until, deployed: until });
const beginOfToday = TODAY * DAY;

const probes: Readonly<Record<string, Probe>> = {
  'one-time password': {
    store: ({ backend }) => authorise(backend),
    isThere: count('passwords'),
    until: both(NOON + 150),
  },
  'day of the first symptoms': {
    store: ({ backend }) => authorise(backend),
    isThere: count('passwords'),
    until: both(NOON + 150),
  },
  'temporary exposure keys that wait': {
    store: uploaded,
    isThere: ({ inFiles }) => inFiles(KEY),
    until: both(beginOfToday + 14 * DAY),
  },
  'published keys': {
    store: async (one) => {
      await uploaded(one);
      await one.backend.service.publish();
    },
    isThere: count('batches'),
    until: both(NOON + 14 * DAY),
  },
  'exposure detection summaries and province': {
    store: uploaded,
    isThere: ({ inFiles }) => inFiles(String(SUMMARY.matched_key_count)),
    until: { documented: Number.POSITIVE_INFINITY, deployed: beginOfToday + 14 * DAY },
  },
  'operational info and province': {
    store: async (one) => {
      await authorised(one);
      await sendInfo(one.backend);
    },
    isThere: count('operationalInfo'),
    until: { documented: Number.POSITIVE_INFINITY, deployed: beginOfToday + 30 * DAY },
  },
  'analytics token': {
    store: authorised,
    isThere: count('analyticsTokens'),
    until: both(beginOfToday + 62 * DAY),
  },
  'two bits of a device (kept by Apple in production)': {
    store: authorised,
    isThere: ({ backend, inFiles }) =>
      inFiles(Buffer.from(hidden(backend.secrets, `device ${Buffer.from(HARDWARE).toString('hex')}`))),
    until: both(Number.POSITIVE_INFINITY),
  },
  'device token': {
    store: authorised,
    isThere: ({ inFiles }) =>
      inFiles(DEVICE_TOKEN) || inFiles(ANALYTICS_TOKEN) || inFiles(Buffer.from(DEVICE_TOKEN, 'base64')),
    until: both(NOON),
  },
  'clock of the phone': {
    store: uploaded,
    isThere: ({ inFiles }) => inFiles(String(CLIENT_CLOCK)) || inFiles(doubleOf(CLIENT_CLOCK)),
    until: both(NOON),
  },
};

/** As SQLite stores a number with a fraction: big-endian. */
function doubleOf(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(value);
  return bytes;
}

describe.each(behaviours)('%s', (behaviour) => {
  it.each(Object.keys(probes))('%s', async (datum) => {
    const { store, isThere, until } = probes[datum]!;
    const one = await started(behaviour);
    const { clock, service } = one.backend;
    await store(one);
    const end = Math.min(until[behaviour], NOON + YEAR);
    if (end > NOON) {
      clock.moveTo(end - 1);
      await service.expire();
      expect(await isThere(one), 'a second before').toBe(true);
      clock.moveTo(end);
      await service.expire();
    }
    expect(await isThere(one)).toBe(until[behaviour] === Number.POSITIVE_INFINITY);
    await service.purge();
    expect(await isThere(one), 'after the purge').toBe(false);
  });
});

it('every row has a probe, but for what no server could store', () => {
  // Services get no address; test/backend/start.test.ts searches the logs for it.
  expect(immuniRetention.map(({ datum }) => datum)).toEqual([...Object.keys(probes), 'address of the phone']);
});

it('batches go on with their numbers after a purge', async () => {
  const one = await started('documented');
  await uploaded(one);
  await one.backend.service.publish();
  expect(await one.backend.service.purge()).toEqual({
    passwords: 0,
    keys: 0,
    batches: 1,
    reports: 1,
    operationalInfo: 0,
    analyticsTokens: 0,
  });
  await uploaded(one);
  expect(await one.backend.service.publish()).toEqual({ keys: 1, batch: 2 });
});
