/** What may be where: nothing in the files of Immuni tells whose keys or exposures are whose, or lives longer than it may. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { isoDay } from '../../../src/core/time.ts';
import { deviceToken } from '../../../src/protocol/wire/immuni/deviceToken.ts';
import { newOtp, otpToken } from '../../../src/protocol/wire/immuni/otp.ts';
import {
  askForToken,
  authorise,
  type Backend,
  NOON,
  openBackend,
  sendInfo,
  summaryOf,
  TODAY,
  tek,
  temporaryFolder,
  upload,
} from '../../helpers/immuniBackend.ts';

const UPLOADS = 1000;
const entropy = keyedEntropy(9, 'passwords');
const otps = Array.from({ length: UPLOADS }, () => newOtp(entropy));
const keyOf = (k: number) => tek(1 + (k % 7), k);

/** Of the same phone, operational info; its exposure was so many days ago as k says, so that a join can be checked. */
const DAYS = 150;
const phoneOf = (k: number) => {
  const own = keyedEntropy(10, 'phone', k);
  return { token: Buffer.from(own(64)).toString('hex'), hardware: own(16), entropy: own };
};

let place: ReturnType<typeof temporaryFolder>;
let backend: Backend;
const files = (folder = place.folder) =>
  new Map(
    readdirSync(folder)
      .filter((name) => name.includes('.sqlite'))
      .map((name) => [name, readFileSync(join(folder, name))]),
  );
const containing = (needle: string | Buffer): readonly string[] =>
  [...files()].filter(([, bytes]) => bytes.includes(needle)).map(([name]) => name);

/** Rows of a table of a copy, in the order in which they lie in the file. */
function rowsOf(folder: string, file: string, table: string): readonly Record<string, unknown>[] {
  const database = new Database(join(folder, file), { readonly: true });
  const rows = database.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[];
  database.close();
  return rows;
}

beforeAll(async () => {
  place = temporaryFolder();
  backend = await openBackend(place.folder);
  for (const [k, otp] of otps.entries()) {
    backend.clock.moveTo(NOON + k);
    await authorise(backend, otp);
    // The exposure of upload k says k in its fields, so that a join can be checked.
    await upload(backend, [keyOf(k)], { otp, summaries: [summaryOf(k)] });
    const phone = phoneOf(k);
    await askForToken(backend, { token: phone.token, device: deviceToken(phone.hardware, phone.entropy) });
    await sendInfo(backend, { token: phone.token, exposed: 1, day: isoDay(TODAY - (k % DAYS)) });
  }
});
afterAll(async () => {
  await backend.close();
  place.remove();
});

describe('after a thousand uploads', () => {
  it('passwords and what phones show of them stand in no file', () => {
    for (const otp of [...otps.slice(0, 20), ...otps.slice(-20)])
      for (const needle of [otp, otpToken(otp), Buffer.from(otpToken(otp), 'hex')])
        expect(containing(needle)).toEqual([]);
  });

  it('nor do tokens of analytics and what their makers know phones by', () => {
    for (const k of [0, 1, 2, 500, 998, 999]) {
      const { token, hardware } = phoneOf(k);
      for (const needle of [token, Buffer.from(token, 'hex'), Buffer.from(hardware)])
        expect(containing(needle)).toEqual([]);
    }
  });

  it('keys stand in the file of keys only, exposures in the other only', () => {
    const key = Buffer.from(keyOf(3).key_data, 'base64');
    for (const name of containing(key)) expect(name).toMatch(/^keys/);
    for (const name of containing('matched_key_count')) expect(name).toMatch(/^epidemiology/);
    expect(containing(key).length).toBeGreaterThan(0);
    expect(containing('matched_key_count').length).toBeGreaterThan(0);
  });

  it('no order of rows joins exposures to keys better than chance', async () => {
    const copy = temporaryFolder();
    await backend.store.backup(join(copy.folder, 'copy'));
    const keys = rowsOf(join(copy.folder, 'copy'), 'keys.sqlite', 'waiting_key');
    const summaries = rowsOf(join(copy.folder, 'copy'), 'epidemiology.sqlite', 'report');
    copy.remove();
    expect([keys.length, summaries.length]).toEqual([UPLOADS, UPLOADS]);
    const uploadOfKey = new Map(otps.map((_, k) => [keyOf(k).key_data, k]));
    const byKey = keys.map(({ key_data }) => uploadOfKey.get(Buffer.from(key_data as Uint8Array).toString('base64'))!);
    const bySummary = summaries.map(
      ({ summaries: document }) => JSON.parse(document as string)[0].matched_key_count as number,
    );
    // Rows paired by place, forwards and backwards: one is right by chance on average, ten never (p < 1e-7).
    const right = (order: readonly number[]) => order.filter((k, row) => k === bySummary[row]).length;
    expect(right(byKey)).toBeLessThan(10);
    expect(right(byKey.toReversed())).toBeLessThan(10);
    // Nor do the places of either tell the order of the uploads: |r| of 1,000 random pairs is below .16 (p < 1e-6).
    for (const order of [byKey, bySummary]) expect(Math.abs(rankCorrelation(order))).toBeLessThan(0.16);
  });

  it('nor operational info to keys, nor to exposures', async () => {
    const copy = temporaryFolder();
    const folder = join(copy.folder, 'copy');
    await backend.store.backup(folder);
    const keys = rowsOf(folder, 'keys.sqlite', 'waiting_key');
    const reports = rowsOf(folder, 'epidemiology.sqlite', 'report');
    const infos = rowsOf(folder, 'epidemiology.sqlite', 'operational_info');
    const tokens = rowsOf(folder, 'epidemiology.sqlite', 'analytics_token');
    copy.remove();
    expect([infos.length, tokens.length]).toEqual([UPLOADS, UPLOADS]);
    const uploadOfKey = new Map(otps.map((_, k) => [keyOf(k).key_data, k]));
    const others = [
      keys.map(({ key_data }) => uploadOfKey.get(Buffer.from(key_data as Uint8Array).toString('base64'))!),
      reports.map(({ summaries }) => JSON.parse(summaries as string)[0].matched_key_count as number),
    ];
    const byInfo = infos.map(({ last_exposure: day }) => TODAY - (day as number));
    // Seven of a thousand are right by chance; more than 25 with a probability below 1e-7.
    const right = (order: readonly number[]) => order.filter((k, row) => k % DAYS === byInfo[row]).length;
    for (const order of others) for (const way of [order, order.toReversed()]) expect(right(way)).toBeLessThan(26);
    for (const { day } of [...infos, ...tokens]) expect(day).toBe(TODAY);
    expect(Object.keys(infos[0]!)).not.toContain('hash');
  });

  it('no time is finer than a day', async () => {
    const copy = temporaryFolder();
    await backend.store.backup(join(copy.folder, 'copy'));
    const rows = [
      ...rowsOf(join(copy.folder, 'copy'), 'keys.sqlite', 'waiting_key'),
      ...rowsOf(join(copy.folder, 'copy'), 'epidemiology.sqlite', 'report'),
    ];
    copy.remove();
    for (const { day } of rows) expect(day).toBe(TODAY);
    expect(Object.keys(rows[0]!)).toEqual(['key_data', 'start', 'period', 'level', 'day']);
    expect(Object.keys(rows.at(-1)!)).toEqual(['id', 'day', 'province', 'summaries']);
  });

  it('what is published leaves the waiting keys, and nothing of it is left after 14 days', async () => {
    await backend.service.publish();
    backend.clock.moveTo(NOON + 15 * 86_400);
    await backend.service.expire();
    for (let k = 0; k < 50; k++) expect(containing(Buffer.from(keyOf(k).key_data, 'base64'))).toEqual([]);
    expect(await backend.service.status()).toMatchObject({
      waitingKeys: 0,
      batches: 0,
      passwords: 0,
      reports: UPLOADS,
    });
  });
});

/** Spearman's rank correlation of a permutation of 0..n-1 with its places. */
function rankCorrelation(order: readonly number[]): number {
  const n = order.length;
  const squares = order.reduce((sum, value, place_) => sum + (value - place_) * (value - place_), 0);
  return 1 - (6 * squares) / (n * (n * n - 1));
}
