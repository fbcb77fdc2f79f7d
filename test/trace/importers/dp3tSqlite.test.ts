import { cpSync, existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { builtInDeviceTable } from '../../../src/core/deviceTable.ts';
import type { Sighting } from '../../../src/core/records.ts';
import { TraceFile } from '../../../src/trace/files.ts';
import { Tally } from '../../../src/trace/importer.ts';
import { dp3tSqlite } from '../../../src/trace/importers/dp3tSqlite.ts';
import { fileWith, fixture, folderWith, hasRealData, importAll, importError, realData } from '../../helpers/imports.ts';

const lunch = realData('dp3t-exp34/scenario01-lunch.sqlite');
const office = realData('dp3t-exp34/scenario03-office.sqlite');
const CONTRADICTS = 'transmitter model contradicts the id map';
const NO_TRUTH = 'rows without true distance';

/** Packets at or below t dB that are true contacts (<= 1.5 m), as the published figure counts them. */
function precisionAndRecall(sightings: readonly Sighting[], threshold: number): number[] {
  const table = builtInDeviceTable('200813');
  const packets = sightings.flatMap(({ rssi, receiverModel, transmitterModel, distance }) =>
    distance == null
      ? []
      : [
          {
            detected: table.attenuationOf(rssi!, receiverModel, transmitterModel)! <= threshold,
            near: distance <= 1.5,
          },
        ],
  );
  table.assertAllKnown();
  const detected = packets.filter((packet) => packet.detected).length;
  const near = packets.filter((packet) => packet.near).length;
  const both = packets.filter((packet) => packet.detected && packet.near).length;
  return [packets.length, near, detected, both / detected, both / near].map((x) => Math.round(x * 1e4) / 1e4);
}

describe.skipIf(!hasRealData)('the published experiments', () => {
  it.each([
    ['lunch', lunch, 6177, 2823, 4009],
    ['office', office, 6309, 4522, 4010],
  ])('%s: rows, rows without truth, contradicting models', async (_name, path, rows, withoutTruth, contradicting) => {
    const { records, tally } = await importAll(dp3tSqlite, 'sighting', path);
    expect(records).toHaveLength(rows);
    expect(records.filter(({ distance }) => distance === null)).toHaveLength(withoutTruth);
    expect(tally.notices).toEqual(
      new Map([
        [NO_TRUTH, withoutTruth],
        [CONTRADICTS, contradicting],
      ]),
    );
    expect(tally.rejected.size).toBe(0);
    expect(tally.timeUnit).toBe('unix s');
    expect(records.every(({ time }, k) => k === 0 || time >= records[k - 1]!.time)).toBe(true);
    expect(tally.devices.size).toBe(18);
    expect(tally.devices.get('6')).toBe('SM-G981B/DS');
  });

  it('lunch and office give the packet-level figures of datasets.md', async () => {
    const files = await Promise.all([lunch, office].map((path) => importAll(dp3tSqlite, 'sighting', path)));
    const sightings = files.flatMap(({ records }) => records);
    expect([50, 55, 60, 63, 70].map((t) => precisionAndRecall(sightings, t))).toEqual([
      [5141, 1662, 1014, 0.6016, 0.367],
      [5141, 1662, 2019, 0.4869, 0.5915],
      [5141, 1662, 3386, 0.4067, 0.8285],
      [5141, 1662, 4308, 0.3556, 0.9218],
      [5141, 1662, 5110, 0.3245, 0.9976],
    ]);
    expect(files.map(({ records }) => precisionAndRecall(records, 55).slice(3))).toEqual([
      [0.5314, 0.5987],
      [0.3997, 0.5735],
    ]);
  });
});

describe('the older experiments (synthetic)', () => {
  it('milliseconds, INTEGER ids, the 6 dB step and walls are handled and counted', async () => {
    const { records, tally } = await importAll(dp3tSqlite, 'sighting', fixture('dp3t-exp05.sqlite'));
    expect(records).toHaveLength(60);
    expect(tally.timeUnit).toBe('unix ms');
    expect(tally.first).toBeCloseTo(1_590_000_000, -1);
    expect(tally.last! - tally.first!).toBeLessThan(100);
    expect(records.every(({ time }, k) => k === 0 || time >= records[k - 1]!.time)).toBe(true);
    expect([...tally.devices.keys()].toSorted()).toEqual(['10', '11', '2']);
    expect(tally.notices).toEqual(
      new Map([
        ['transmit power -20/-21: 6 dB added to the RSSI', 40],
        [NO_TRUTH, 12],
        ['distance -1: behind a wall, taken as unknown', 12],
      ]),
    );
    expect(records.filter(({ distance }) => distance === null)).toHaveLength(12);
    const stepped = 'SELECT rssi + 6 * (tx_power IN (-20, -21)) AS rssi FROM results ORDER BY timestamp, receiver_id';
    const database = new Database(fixture('dp3t-exp05.sqlite'), { readonly: true });
    expect(records.map(({ rssi }) => rssi)).toEqual(database.prepare(stepped).pluck().all());
    database.close();
  });

  it('each value that is no measurement is rejected or unknown, by reason', async () => {
    const { records, tally } = await importAll(dp3tSqlite, 'sighting', fixture('dp3t-special-rssi.sqlite'));
    expect(records.map(({ rssi }) => rssi)).toEqual([-60, -20, -110, -60, -60, -60]);
    expect(tally.rejected).toEqual(
      new Map([
        ['no timestamp', 1],
        ['RSSI above -20 dBm is a special value', 2],
        ['RSSI outside -110..0 dBm', 2],
        ['no RSSI', 1],
        ['no receiver or transmitter id', 1],
      ]),
    );
    expect(tally.notices.get('distance outside 0..1000 m, taken as unknown')).toBe(3);
    expect(records.slice(3).every(({ distance }) => distance === null)).toBe(true);
  });
});

const rows = (models: readonly (readonly [string, string, string, string])[]): string =>
  models
    .map(([rx, rxModel, tx, txModel], k) => `('${rx}','${rxModel}','${tx}','${txModel}',${1_596_000_000 + k},-60,0,1)`)
    .join();

function databaseWith(sql: string): string {
  const memory = new Database(':memory:');
  memory.exec(sql);
  const path = fileWith('t.sqlite', memory.serialize());
  memory.close();
  return path;
}

const TABLE = `CREATE TABLE results (receiver_id TEXT, receiver_model TEXT, transmitter_id TEXT, transmitter_model TEXT,
  timestamp REAL, rssi INTEGER, tx_power INTEGER, ground_truth_distance REAL); INSERT INTO results VALUES `;

const modelOf = async (models: readonly (readonly [string, string, string, string])[]) => {
  const { records, tally } = await importAll(dp3tSqlite, 'sighting', databaseWith(TABLE + rows(models)));
  return [records.map(({ transmitterModel }) => transmitterModel), Object.fromEntries(tally.notices)];
};

const row = (rx: string, tx: string, time: string, distance: number): string =>
  `('${rx}','m','${tx}','m',${time},-60,0,${distance})`;
const readRows = (...own: readonly string[]) => importAll(dp3tSqlite, 'sighting', databaseWith(TABLE + own.join()));

describe('the edges', () => {
  it('a distance of 1000 m is one, more is unknown', async () => {
    const { records } = await readRows(row('a', 'b', '1596000000', 1000), row('a', 'b', '1596000001', 1000.1));
    expect(records.map(({ distance }) => distance)).toEqual([1000, null]);
  });

  it('a time before 1970 is no time of a phone, a text is no time', async () => {
    const times = ['1596000000', '-1', "'noon'"];
    const { records, tally } = await readRows(...times.map((time) => row('a', 'b', time, 1)));
    expect(records).toHaveLength(1);
    expect([...tally.rejected.keys()].toSorted()).toEqual(['date outside 1970..2100', 'no timestamp']);
  });

  it('rows of one instant come by receiver and transmitter, whatever their order in the table', async () => {
    const ids = [
      ['b', 'c'],
      ['a', 'c'],
      ['b', 'a'],
      ['a', 'b'],
    ] as const;
    const { records } = await readRows(...ids.map(([rx, tx]) => row(rx, tx, '1596000000', 1)));
    expect(records.map(({ receiver, transmitter }) => receiver + transmitter)).toEqual(['ab', 'ac', 'ba', 'bc']);
  });
});

describe('the model of a transmitter', () => {
  it.each([
    ['SM-G973F', [1, 2, 7, 9, 11, 12]],
    ['SM-G970F', [3, 4]],
    ['SM-A405FN', [5, 13, 14, 15, 16, 17, 18, 19, 20]],
    ['SM-G981B/DS', [6]],
    ['SM-A908B', [8]],
    ['SM-A515F', [10]],
  ])('of exp34 is %s for the ids %j', async (model, ids) => {
    const [models] = await modelOf(ids.map((id) => ['6', 'SM-G981B/DS', String(id), 'SM-G981B/DS']));
    expect(models).toEqual(ids.map(() => model));
  });

  it('is what the phone says of itself when it receives', async () => {
    expect(
      await modelOf([
        ['a', 'A', 'b', 'A'],
        ['b', 'B', 'a', 'B'],
      ]),
    ).toEqual([['B', 'A'], { [CONTRADICTS]: 2 }]);
  });

  it('is the documented one for phones of exp34 that never receive, where all receivers agree with it', async () => {
    const exp34: [string, string, string, string][] = [['6', 'SM-G981B/DS', '5', 'SM-G981B/DS']];
    expect(await modelOf(exp34)).toEqual([['SM-A405FN'], { [CONTRADICTS]: 1 }]);
  });

  it('stays as written in another experiment with the same ids', async () => {
    expect(await modelOf([['6', 'Pixel 2', '5', 'Pixel 3']])).toEqual([['Pixel 3'], {}]);
  });

  it('stays as written where a phone contradicts itself', async () => {
    expect(
      await modelOf([
        ['a', 'A', 'b', 'X'],
        ['b', 'B', 'a', 'A'],
        ['b', 'C', 'a', 'A'],
      ]),
    ).toEqual([['X', 'A', 'A'], { 'receiver id with more than one model': 1 }]);
  });
});

describe('a packet that was logged twice', () => {
  const packet = (more: object = {}) => {
    const all = {
      rx: 'a',
      rxModel: 'A',
      tx: 'b',
      txModel: 'B',
      time: 1_596_000_000,
      rssi: -60,
      power: 0,
      distance: 1,
      ...more,
    };
    return `(${Object.values(all)
      .map((value) => (typeof value === 'string' ? `'${value}'` : String(value)))
      .join()})`;
  };
  const importPackets = (...packets: readonly string[]) =>
    importAll(dp3tSqlite, 'sighting', databaseWith(TABLE + packets.join()));

  it('is rejected and counted', async () => {
    const { records, tally } = await importPackets(packet(), packet({ rssi: -70 }), packet(), packet(), packet());
    expect(records.map(({ rssi }) => rssi)).toEqual([-60, -70]);
    expect([...tally.rejected]).toEqual([['exact duplicate of an earlier row', 3]]);
    expect([tally.rows, tally.used]).toEqual([5, 2]);
  });

  it.each([{ rx: 'c' }, { tx: 'c' }, { time: 1_596_000_000.5 }, { rssi: -61 }, { distance: 2 }, { distance: null }])(
    'is another one that differs in %j',
    async (more) => {
      expect((await importPackets(packet(), packet(more))).records).toHaveLength(2);
    },
  );
});

describe('bad input', () => {
  it.each([
    ['dp3t-empty-table.sqlite', 'E-FILE-EMPTY', /no rows/],
    ['empty.sqlite', 'E-FILE-EMPTY', /is empty/],
    ['foreign.sqlite', 'E-FILE-FORMAT', /^no table "results"; the file has visits$/],
    ['dp3t-wrong-columns.sqlite', 'E-FILE-FORMAT', /lacks receiver_model, .*; it has receiver_id, day$/],
    ['dp3t-mixed-times.sqlite', 'E-UNITS', /mix seconds and milliseconds/],
    ['pact-log.txt', 'E-FILE-FORMAT', /not a SQLite database/],
    ['missing.sqlite', 'E-FILE-MISSING', /no such file/],
  ])('%s: %s', async (name, code, message) => {
    const error = await importError(dp3tSqlite, fixture(name));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.place?.file).toBe(fixture(name));
    expect(error.exitCode).toBe(2);
  });

  it('a folder is no database', async () => {
    expect((await importError(dp3tSqlite, folderWith({}))).code).toBe('E-FILE-READ');
  });

  it('a compressed database is refused with a hint', async () => {
    const error = await importError(
      dp3tSqlite,
      fileWith('x.sqlite.gz', gzipSync(readFileSync(fixture('dp3t-exp05.sqlite')))),
    );
    expect(error.code).toBe('E-FILE-FORMAT');
    expect(error.hint).toContain('gunzip');
  });

  it.each(['-wal', '-journal'])('changes left in a %s file are not overlooked', async (suffix) => {
    const path = join(folderWith({}), 'x.sqlite');
    cpSync(fixture('dp3t-exp05.sqlite'), path);
    writeFileSync(path + suffix, 'not yet in the file');
    const error = await importError(dp3tSqlite, path);
    expect(error.message).toContain(path + suffix);
    writeFileSync(path + suffix, '');
    expect((await importAll(dp3tSqlite, 'sighting', path)).records).toHaveLength(60);
  });

  it('a database in WAL mode is read without leaving files beside it', async () => {
    const path = join(folderWith({ 'x.sqlite': readFileSync(fixture('dp3t-exp05.sqlite')) }), 'x.sqlite');
    const writer = new Database(path);
    expect(writer.pragma('journal_mode = WAL', { simple: true })).toBe('wal');
    writer.close();
    expect((await importAll(dp3tSqlite, 'sighting', path)).records).toHaveLength(60);
    expect(readdirSync(dirname(path))).toEqual(['x.sqlite']);
  });

  it('a damaged database is an error of the file, not a bug', async () => {
    const bytes = Buffer.from(readFileSync(fixture('dp3t-exp05.sqlite')));
    const error = await importError(dp3tSqlite, fileWith('x.sqlite', bytes.fill(0xff, 2048)));
    expect(error.code).toBe('E-FILE-READ');
    expect(error.message).toMatch(/^SQLite: /);
  });

  it.skipIf(!existsSync('/proc/self/fd'))('closes the file when the reader stops early', async () => {
    const path = fileWith('x.sqlite', readFileSync(fixture('dp3t-exp05.sqlite')));
    const isOpen = () => readdirSync('/proc/self/fd').some((fd) => linkOf(`/proc/self/fd/${fd}`) === path);
    for await (const batch of dp3tSqlite.read(new TraceFile(path), {}, new Tally())) {
      expect(batch).toHaveLength(60);
      expect(isOpen()).toBe(true);
      break;
    }
    expect(isOpen()).toBe(false);
  });
});

/** Null for a descriptor that was closed since the folder was read. */
function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}
