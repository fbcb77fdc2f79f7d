/** Everything that Immuni does with its tables; each function is a transaction (store.ts). */
import type { Database } from 'better-sqlite3';
import { SECONDS_PER_DAY, type Seconds, type UnixSeconds, type UtcDay } from '../../../core/units.ts';
import type { DiagnosisKey } from '../../../protocol/gaen/keys.ts';
import type { StoreDefinition } from '../../store/store.ts';
import { emptied, rowsIn } from '../../store/whole.ts';
import type { TransmissionRisks } from '../../transmissionRisk.ts';
import { type FilterOptions, publishableKeys } from '../keyFilter.ts';
import { analyticsOperations, TOKEN_KEPT } from './analytics.ts';
import { tables } from './tables.ts';

export interface UploadInput {
  /** Keyed hash of the password, 32 bytes. */
  readonly hash: Uint8Array;
  readonly now: UnixSeconds;
  readonly clientClock?: UnixSeconds;
  readonly teks: Parameters<typeof publishableKeys>[0]['teks'];
  readonly transmissionRisks: TransmissionRisks;
  readonly embargo?: boolean;
  /** Where the phone knows of exposures; `id`: 16 random bytes, the place of the row. */
  readonly report?: { readonly id: Uint8Array; readonly province: string; readonly summaries: string };
}

/** What the health service learns of the exposures of somebody. */
export interface Report {
  readonly day: UtcDay;
  readonly province: string;
  /** JSON: exposure detection summaries. */
  readonly summaries: string;
}

/** `unauthorised`: the password is unknown, used or too old, and nothing was kept. */
export type UploadOutcome =
  | { readonly kept: number; readonly dropped: Readonly<Record<string, number>> }
  | 'unauthorised';

export interface StoredBatch {
  readonly number: number;
  readonly published: UnixSeconds;
  readonly keys: number;
  readonly file: Uint8Array;
}

export interface Expiry {
  readonly now: UnixSeconds;
  /** How long batches and keys are kept. */
  readonly keys: Seconds;
  /** How long reports are kept; absent: until the end of the emergency. */
  readonly epidemiology?: Seconds;
  /** How long operational info is kept; absent: until the end of the emergency. */
  readonly analytics?: Seconds;
}

/** Rows that were deleted. */
export interface Expired {
  readonly passwords: number;
  readonly keys: number;
  readonly batches: number;
  readonly reports: number;
  readonly operationalInfo: number;
  readonly analyticsTokens: number;
}

export interface Counts {
  readonly passwords: number;
  readonly waitingKeys: number;
  readonly batches: number;
  readonly reports: number;
  readonly operationalInfo: number;
  readonly analyticsTokens: number;
}

type Databases = Readonly<Record<keyof typeof tables, Database>>;

const passwordOperations = ({ keys }: Databases) => {
  const insert = keys.prepare('INSERT INTO otp VALUES (?, ?, ?)');
  const valid = keys.prepare('SELECT onset FROM otp WHERE hash = ? AND expires > ?').pluck();
  const remove = keys.prepare('DELETE FROM otp WHERE hash = ? AND expires <= ?');
  const redeem = keys.prepare('DELETE FROM otp WHERE hash = ? AND expires > ? RETURNING onset').pluck();
  return {
    /** False: it is authorised already. */
    authorise({
      hash,
      onset,
      now,
      expires,
    }: {
      hash: Uint8Array;
      onset: UtcDay;
      now: UnixSeconds;
      expires: UnixSeconds;
    }) {
      remove.run(hash, now);
      if (valid.get(hash, now) !== undefined) return false;
      insert.run(hash, onset, expires);
      return true;
    },
    isAuthorised: ({ hash, now }: { hash: Uint8Array; now: UnixSeconds }): boolean =>
      valid.get(hash, now) !== undefined,
    /** The day of the first symptoms; the password is used up. */
    redeem: ({ hash, now }: { hash: Uint8Array; now: UnixSeconds }): UtcDay | undefined =>
      redeem.get(hash, now) as UtcDay | undefined,
  };
};

const keyOperations = ({ keys, epidemiology }: Databases, redeem: ReturnType<typeof passwordOperations>['redeem']) => {
  // A key that is there stays as it is: whoever sends the key data of somebody else cannot change its times.
  const insertKey = keys.prepare('INSERT OR IGNORE INTO waiting_key VALUES (?, ?, ?, ?, ?)');
  const insertReport = epidemiology.prepare('INSERT INTO report VALUES (?, ?, ?, ?)');
  return {
    upload(input: UploadInput): UploadOutcome {
      const { hash, now, clientClock, teks, transmissionRisks, embargo = true, report } = input;
      const onset = redeem({ hash, now });
      if (onset === undefined) return 'unauthorised';
      const day = Math.floor(now / SECONDS_PER_DAY);
      const options: FilterOptions = {
        now,
        onset,
        transmissionRisks,
        embargo,
        ...(clientClock !== undefined && { clientClock }),
      };
      const { keys: published, dropped } = publishableKeys({ teks }, options);
      for (const { keyData, rollingStartIntervalNumber, rollingPeriod, transmissionRiskLevel } of published)
        insertKey.run(keyData, rollingStartIntervalNumber, rollingPeriod, transmissionRiskLevel, day);
      if (report) insertReport.run(report.id, day, report.province, report.summaries);
      return { kept: published.length, dropped };
    },
  };
};

interface WaitingRow {
  readonly key_data: Uint8Array;
  readonly start: number;
  readonly period: number;
  readonly level: number;
}

const batchOperations = ({ keys }: Databases) => {
  // By day, then by bytes: the oldest leave first, and nothing tells which came together.
  const waiting = keys.prepare<[number], WaitingRow>('SELECT * FROM waiting_key ORDER BY day, key_data LIMIT ?');
  const remove = keys.prepare('DELETE FROM waiting_key WHERE key_data = ?');
  const insert = keys.prepare('INSERT INTO batch VALUES (?, ?, ?, ?)');
  const all = keys.prepare<[], StoredBatch>('SELECT * FROM batch ORDER BY number');
  const newest = keys.prepare('SELECT number, keys FROM batch ORDER BY number DESC LIMIT ?');
  const last = keys.prepare("SELECT value FROM fact WHERE name = 'last batch'").pluck();
  const note = keys.prepare('INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  const fact = keys.prepare('SELECT value FROM fact WHERE name = ?').pluck();
  return {
    waitingKeys: ({ limit }: { limit: number }): readonly DiagnosisKey[] =>
      waiting.all(limit).map(({ key_data, start, period, level }) => ({
        keyData: key_data,
        rollingStartIntervalNumber: start,
        rollingPeriod: period,
        transmissionRiskLevel: level,
      })),
    newestBatches: ({ limit }: { limit: number }) => newest.all(limit) as readonly { number: number; keys: number }[],
    /** Numbers are never used twice, even after all batches have been deleted: phones remember the last they had. */
    addBatch({
      published,
      keyData,
      file,
    }: {
      published: UnixSeconds;
      keyData: readonly Uint8Array[];
      file: Uint8Array;
    }) {
      const number = ((last.get() as number | undefined) ?? 0) + 1;
      insert.run(number, published, keyData.length, file);
      for (const data of keyData) remove.run(data);
      note.run('last batch', number);
      return number;
    },
    batches: (): readonly StoredBatch[] => all.all(),
    setFact: ({ name, value }: { name: string; value: number | string }): void => void note.run(name, value),
    fact: ({ name }: { name: string }): number | string | undefined => fact.get(name) as number | string | undefined,
  };
};

const careOperations = ({ keys, epidemiology, deviceCheck }: Databases) => {
  const passwords = keys.prepare('DELETE FROM otp WHERE expires <= ?');
  // Of an upload only the day is known: counted from its begin, nothing stays longer than it may.
  const waiting = keys.prepare('DELETE FROM waiting_key WHERE day * 86400 <= ?');
  const batches = keys.prepare('DELETE FROM batch WHERE published <= ?');
  const reports = epidemiology.prepare('DELETE FROM report WHERE day * 86400 <= ?');
  const infos = epidemiology.prepare('DELETE FROM operational_info WHERE day * 86400 <= ?');
  const tokens = epidemiology.prepare('DELETE FROM analytics_token WHERE day * 86400 <= ?');
  const all = epidemiology.prepare<[], Report>('SELECT day, province, summaries FROM report ORDER BY id');
  return {
    expire: ({ now, keys: keptKeys, epidemiology: kept, analytics }: Expiry): Expired => ({
      passwords: passwords.run(now).changes,
      keys: waiting.run(now - keptKeys).changes,
      batches: batches.run(now - keptKeys).changes,
      reports: kept === undefined ? 0 : reports.run(now - kept).changes,
      operationalInfo: analytics === undefined ? 0 : infos.run(now - analytics).changes,
      analyticsTokens: tokens.run(now - TOKEN_KEPT).changes,
    }),
    counts: (): Counts => ({
      passwords: rowsIn(keys, 'otp'),
      waitingKeys: rowsIn(keys, 'waiting_key'),
      batches: rowsIn(keys, 'batch'),
      reports: rowsIn(epidemiology, 'report'),
      operationalInfo: rowsIn(epidemiology, 'operational_info'),
      analyticsTokens: rowsIn(epidemiology, 'analytics_token'),
    }),
    /** In an order that tells nothing. */
    reports: (): readonly Report[] => all.all(),
    /** Everything about people; numbers of batches go on, and secrets stay. */
    purge: (): Expired => {
      emptied(deviceCheck, 'device');
      return {
        passwords: emptied(keys, 'otp'),
        keys: emptied(keys, 'waiting_key'),
        batches: emptied(keys, 'batch'),
        reports: emptied(epidemiology, 'report'),
        operationalInfo: emptied(epidemiology, 'operational_info'),
        analyticsTokens: emptied(epidemiology, 'analytics_token'),
      };
    },
  };
};

function operations(databases: Databases) {
  const { redeem, ...passwords } = passwordOperations(databases);
  return {
    ...passwords,
    ...keyOperations(databases, redeem),
    ...batchOperations(databases),
    ...careOperations(databases),
    ...analyticsOperations(databases.epidemiology, databases.deviceCheck),
  };
}
export type ImmuniOperations = ReturnType<typeof operations>;

export const immuniStore: StoreDefinition<ImmuniOperations, keyof typeof tables> = { schemas: tables, operations };
