/** What was submitted, and the packages in which it is published. */
import type { Database } from 'better-sqlite3';
import type { UtcDay } from '../../../core/units.ts';
import type { ENInterval } from '../../../protocol/gaen/intervals.ts';
import type { DiagnosisKey, ReportType } from '../../../protocol/gaen/keys.ts';

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

interface Row {
  readonly key_data: Uint8Array;
  readonly start: number;
  readonly period: number;
  readonly level: number;
  readonly report: ReportType | null;
  readonly onset: number | null;
}

const COLUMNS = 'key_data, start, period, level, report, onset';

const keyOf = ({ key_data: keyData, start, period, level, report, onset }: Row): DiagnosisKey => ({
  keyData,
  rollingStartIntervalNumber: start,
  rollingPeriod: period,
  transmissionRiskLevel: level,
  ...(report !== null && { reportType: report }),
  ...(onset !== null && { daysSinceOnsetOfSymptoms: onset }),
});

export const submissionOperations = (submission: Database) => {
  // A key that is there stays as it is, also where it is published: nobody changes the times of somebody else's key.
  const add = submission.prepare(`
    INSERT OR IGNORE INTO waiting_key SELECT ?, ?, ?, ?, ?, ?, ?
    WHERE NOT EXISTS (SELECT 1 FROM published_key WHERE key_data = ?)`);
  const waiting = submission.prepare(
    `SELECT ${COLUMNS} FROM waiting_key WHERE start + period <= ? AND level >= ? ORDER BY key_data LIMIT ?`,
  );
  const move = submission.prepare(`INSERT INTO published_key SELECT ${COLUMNS}, ? FROM waiting_key WHERE key_data = ?`);
  const remove = submission.prepare('DELETE FROM waiting_key WHERE key_data = ?');
  const ofDay = submission.prepare(`SELECT ${COLUMNS} FROM published_key WHERE day = ? ORDER BY key_data`);
  const addPackage = submission.prepare('INSERT OR REPLACE INTO package VALUES (?, ?, ?, ?, ?, ?)');
  const packages = submission.prepare(
    'SELECT country, day, hour, keys, hash, file FROM package ORDER BY day, hour, country',
  );
  return {
    addKeys: (keys: readonly DiagnosisKey[], day: UtcDay): void => {
      for (const key of keys) {
        const { keyData, rollingStartIntervalNumber, rollingPeriod, transmissionRiskLevel } = key;
        const { reportType = null, daysSinceOnsetOfSymptoms = null } = key;
        add.run(
          keyData,
          rollingStartIntervalNumber,
          rollingPeriod,
          transmissionRiskLevel,
          reportType,
          daysSinceOnsetOfSymptoms,
          day,
          keyData,
        );
      }
    },
    /** Keys that were over at `over`, of at least this level, in the order of their bytes. */
    keysToPublish: ({
      over,
      level,
      limit,
    }: {
      over: ENInterval;
      level: number;
      limit: number;
    }): readonly DiagnosisKey[] => (waiting.all(over, level, limit) as Row[]).map(keyOf),
    keysOfDay: ({ day }: { day: UtcDay }): readonly DiagnosisKey[] => (ofDay.all(day) as Row[]).map(keyOf),
    /** Packages and, at once, the keys that wait no more. */
    publish({ keyData, packages: made }: { keyData: readonly Uint8Array[]; packages: readonly Package[] }): void {
      const [first] = made;
      for (const data of keyData) {
        move.run(first!.day, data);
        remove.run(data);
      }
      for (const { country, day, hour, keys, hash, file } of made) addPackage.run(country, day, hour, keys, hash, file);
    },
    packages: (): readonly Package[] => packages.all() as Package[],
  };
};
