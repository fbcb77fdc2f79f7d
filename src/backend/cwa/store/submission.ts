/** What was submitted, and the packages in which it is published. */
import type { Database } from 'better-sqlite3';
import type { UtcDay } from '../../../core/units.ts';
import type { ENInterval } from '../../../protocol/gaen/intervals.ts';
import type { DiagnosisKey, ReportType } from '../../../protocol/gaen/keys.ts';
import { emptyKeyTable, type KeyTable, setKey } from '../../../protocol/gaen/keyTable.ts';

/** The hour of a package that has the keys of a whole day. */
export const WHOLE_DAY = 24;

export interface Package {
  readonly country: string;
  readonly day: UtcDay;
  /** 0..23, or WHOLE_DAY. */
  readonly hour: number;
  readonly keys: number;
  /** cwa-hash. */
  readonly hash: string;
  readonly file: Uint8Array;
}

type Row = readonly [Uint8Array, number, number, number, ReportType | null, number | null];

const COLUMNS = 'key_data, start, period, level, report, onset';

const keyOf = ([keyData, start, period, level, report, onset]: Row): DiagnosisKey => ({
  keyData,
  rollingStartIntervalNumber: start,
  rollingPeriod: period,
  transmissionRiskLevel: level,
  ...(report !== null && { reportType: report }),
  ...(onset !== null && { daysSinceOnsetOfSymptoms: onset }),
});

/** Which keys go into the package of an hour. */
export interface Taking {
  /** Since 1970. */
  readonly hour: number;
  /** They have ended by then. */
  readonly over: ENInterval;
  /** Of at least this level. */
  readonly level: number;
  /** Fewer are not taken. */
  readonly least: number;
  readonly most: number;
}

export const submissionOperations = (submission: Database) => {
  // A key that is there stays as it is, also where it is published: nobody changes the times of somebody else's key.
  const add = submission.prepare('INSERT OR IGNORE INTO submitted_key VALUES (?, ?, ?, ?, ?, ?, ?, NULL)');
  const READY = 'hour IS NULL AND start + period <= ? AND level >= ?';
  const countReady = submission.prepare(`SELECT count(*) FROM submitted_key WHERE ${READY}`).pluck();
  const countTaken = submission.prepare('SELECT count(*) FROM submitted_key WHERE hour BETWEEN ? AND ?').pluck();
  const takeAll = submission.prepare(`UPDATE submitted_key SET hour = ? WHERE ${READY}`);
  const takeSome = submission.prepare(`
    UPDATE submitted_key SET hour = ?
    WHERE key_data IN (SELECT key_data FROM submitted_key WHERE ${READY} ORDER BY key_data LIMIT ?)`);
  const between = submission
    .prepare(`SELECT ${COLUMNS} FROM submitted_key WHERE hour BETWEEN ? AND ? ORDER BY key_data`)
    .raw();
  const addPackage = submission.prepare('INSERT OR REPLACE INTO package VALUES (?, ?, ?, ?, ?, ?)');
  const packages = submission.prepare(
    'SELECT country, day, hour, keys, hash, file FROM package ORDER BY day, hour, country',
  );
  const newest = submission.prepare(
    'SELECT country, day, hour, keys FROM package ORDER BY day DESC, hour DESC, country LIMIT ?',
  );
  /** In columns, because there may be hundreds of thousands. */
  const keysBetween = (first: number, last: number): KeyTable => {
    const table = emptyKeyTable(countTaken.get(first, last) as number);
    let row = 0;
    for (const found of between.iterate(first, last)) setKey(table, row++, keyOf(found as Row));
    return table;
  };
  return {
    newestPackages: ({ limit }: { limit: number }) =>
      newest.all(limit) as readonly { country: string; day: UtcDay; hour: number; keys: number }[],
    addKeys: (keys: readonly DiagnosisKey[], day: UtcDay): void => {
      for (const key of keys) {
        const { keyData, rollingStartIntervalNumber: start, rollingPeriod: period, transmissionRiskLevel } = key;
        const { reportType = null, daysSinceOnsetOfSymptoms = null } = key;
        add.run(keyData, start, period, transmissionRiskLevel, reportType, daysSinceOnsetOfSymptoms, day);
      }
    },
    /** The keys of an hour, in the order of their bytes; asked again, the same, so that a crash loses none. */
    takeKeys({ hour, over, level, least, most }: Taking): KeyTable {
      const taken = countTaken.get(hour, hour) as number;
      const ready = countReady.get(over, level) as number;
      const room = most - taken;
      if (taken + ready < least) return keysBetween(hour, hour);
      if (ready <= room) takeAll.run(hour, over, level);
      else takeSome.run(hour, over, level, room);
      return keysBetween(hour, hour);
    },
    keysOfDay: ({ day }: { day: UtcDay }): KeyTable => keysBetween(day * 24, day * 24 + 23),
    addPackages({ packages: made }: { packages: readonly Package[] }): void {
      for (const { country, day, hour, keys, hash, file } of made) addPackage.run(country, day, hour, keys, hash, file);
    },
    packages: (): readonly Package[] => packages.all() as Package[],
  };
};
