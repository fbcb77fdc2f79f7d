/** Every row of the retention table of the Corona-Warn-App on the virtual clock: there until its time, then in no file. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cwaRetention } from '../../../src/backend/cwa/retention.ts';
import { hidden } from '../../../src/backend/secrets.ts';
import { SECONDS_PER_DAY } from '../../../src/core/units.ts';
import {
  askTan,
  type CwaBackend,
  jsonOf,
  keyOf,
  NOON,
  newTeleTan,
  openCwaBackend,
  report,
  submit,
  TODAY,
  tanOf,
  testHashOf,
  tokenOf,
} from '../../helpers/cwaBackend.ts';
import { temporaryFolder } from '../../helpers/immuniBackend.ts';

const DAY = SECONDS_PER_DAY;
const midnight = TODAY * DAY;
const ANNA = testHashOf('anna');
const KEY = keyOf(1);

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function started() {
  const { folder, remove } = temporaryFolder();
  const backend = await openCwaBackend(folder, 'documented', { leastKeys: 1 });
  closing.push(() => backend.close(), remove);
  const inFiles = (needle: Uint8Array): boolean =>
    readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(Buffer.from(needle)));
  return { backend, inFiles };
}

type Started = Awaited<ReturnType<typeof started>>;

const hashOf = ({ backend }: Started, kind: string, text: string): Uint8Array =>
  hidden(backend.secrets, `${kind}:${text.toLowerCase()}`);

const counted =
  (name: string) =>
  async ({ backend }: Started): Promise<boolean> =>
    ((await backend.service.status())[name] ?? 0) > 0;

const submitted = async (backend: CwaBackend): Promise<void> => {
  await submit(backend, await tanOf(backend, 'bruno'), [KEY]);
};

interface Probe {
  /** Stores the datum; what it returns is handed to `isThere`. */
  readonly store: (started: Started) => Promise<unknown>;
  readonly isThere: (started: Started, stored: unknown) => Promise<boolean> | boolean;
  /** First second without it; infinity: until it is purged. */
  readonly until: number;
}

const probes: Readonly<Record<string, Probe>> = {
  'test result': {
    store: ({ backend }) => report(backend, ANNA, 2),
    isThere: (one) => one.inFiles(hashOf(one, 'test', ANNA)),
    until: midnight + 60 * DAY,
  },
  'registration token': {
    store: ({ backend }) => tokenOf(backend, ANNA),
    isThere: (one, token) => one.inFiles(hashOf(one, 'token', token as string)),
    until: midnight + 14 * DAY,
  },
  'used test or teleTAN': {
    store: ({ backend }) => tokenOf(backend, ANNA),
    isThere: (one) => one.inFiles(hashOf(one, 'test', ANNA)),
    until: Number.POSITIVE_INFINITY,
  },
  teleTAN: {
    store: ({ backend }) => newTeleTan(backend),
    isThere: (one, code) => one.inFiles(hashOf(one, 'teletan', code as string)),
    until: NOON + 3600,
  },
  'time at which a teleTAN was issued': {
    store: ({ backend }) => newTeleTan(backend, 'EVENT'),
    isThere: ({ inFiles }) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleBE(NOON);
      // Whole numbers are stored as such.
      const whole = Buffer.alloc(4);
      whole.writeUInt32BE(NOON);
      return inFiles(bytes) || inFiles(whole);
    },
    until: NOON + 3600,
  },
  TAN: {
    store: async ({ backend }) => {
      const token = await tokenOf(backend, ANNA);
      await report(backend, ANNA, 2);
      return jsonOf(await askTan(backend, token))['tan'];
    },
    isThere: (one, made) => one.inFiles(hashOf(one, 'tan', made as string)),
    until: midnight + 14 * DAY,
  },
  'submitted key': {
    store: ({ backend }) => submitted(backend),
    isThere: counted('keys'),
    until: midnight + 14 * DAY,
  },
  'package of a day': {
    store: async ({ backend }) => {
      await submitted(backend);
      await backend.moveTo(midnight + DAY);
    },
    isThere: counted('packages'),
    until: midnight + 14 * DAY,
  },
  'package of an hour': {
    store: async ({ backend }) => {
      await submitted(backend);
      await backend.service.publish();
    },
    // That of the day is there as well from midnight on; nobody submitted to the hour but one.
    isThere: ({ backend }) =>
      backend.service.ready(`/version/v1/diagnosis-keys/country/DE/date/2020-06-22/hour/12`) !== undefined,
    until: midnight + 2 * DAY,
  },
};

it('has a row for each of these, and these for each row', () => {
  expect(Object.keys(probes).toSorted()).toEqual(cwaRetention.map(({ datum }) => datum).toSorted());
});

it.each(Object.entries(probes))('%s', async (_datum, { store, isThere, until }) => {
  const one = await started();
  const stored = await store(one);
  const end = Number.isFinite(until) ? until : NOON + 90 * DAY;
  // Jobs that delete run on whole minutes.
  await one.backend.moveTo(end - 60);
  expect(await isThere(one, stored)).toBe(true);
  await one.backend.moveTo(end);
  expect(await isThere(one, stored)).toBe(!Number.isFinite(until));
  await one.backend.service.purge();
  expect(await isThere(one, stored)).toBe(false);
});
