/** Everything that the servers of the Corona-Warn-App do with their tables; each function is a transaction (store.ts). */
import type { Database } from 'better-sqlite3';
import type { UnixSeconds, UtcDay } from '../../../core/units.ts';
import type { DiagnosisKey } from '../../../protocol/gaen/keys.ts';
import type { StoreDefinition } from '../../store/store.ts';
import { emptied, rowsIn } from '../../store/whole.ts';
import { submissionOperations, WHOLE_DAY } from './submission.ts';
import { tables } from './tables.ts';
import { verificationOperations } from './verification.ts';

export interface TestReport {
  /** Keyed hash. */
  readonly test: Uint8Array;
  /** As the laboratory reports it: 1..3, 5..9 or 10..14. */
  readonly result: number;
  /** Unix seconds. */
  readonly sampled: number | null;
  readonly lab: string | null;
}

export interface StoredResult extends Omit<TestReport, 'test'> {
  /** Of the report. */
  readonly day: UtcDay;
}

type Databases = Readonly<Record<keyof typeof tables, Database>>;

const resultOperations = (results: Database) => {
  const put = results.prepare(`
    INSERT INTO result VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET result = excluded.result, sampled = excluded.sampled, lab = excluded.lab, day = excluded.day`);
  const get = results.prepare('SELECT result, sampled, lab, day FROM result WHERE test = ?');
  return {
    reportResults({ reports, today }: { reports: readonly TestReport[]; today: UtcDay }): void {
      for (const { test, result, sampled, lab } of reports) put.run(test, result, sampled, lab, today);
    },
    result: ({ test }: { test: Uint8Array }): StoredResult | undefined => get.get(test) as StoredResult | undefined,
  };
};

/** What is deleted when; days are whole, counted from their begin. */
export interface ExpireInput {
  readonly now: UnixSeconds;
  readonly today: UtcDay;
  readonly sessions: number;
  readonly results: number;
  readonly keys: number;
  readonly hours: number;
}

const careOperations = ({ verification, submission, results }: Databases) => {
  const sessions = verification.prepare('DELETE FROM session WHERE day <= ?');
  const teleTans = verification.prepare('DELETE FROM teletan WHERE expires <= ?');
  const issues = verification.prepare('DELETE FROM issue WHERE time <= ?');
  const tans = verification.prepare('DELETE FROM tan WHERE expires <= ?');
  const old = results.prepare('DELETE FROM result WHERE day <= ?');
  const keys = submission.prepare('DELETE FROM submitted_key WHERE day <= ?');
  const days = submission.prepare('DELETE FROM package WHERE day <= ?');
  const hours = submission.prepare(`DELETE FROM package WHERE day <= ? AND hour < ${WHOLE_DAY}`);
  return {
    expire: (input: ExpireInput) => ({
      sessions: sessions.run(input.today - input.sessions).changes,
      teleTans: teleTans.run(input.now).changes + issues.run(input.now - 3600).changes,
      tans: tans.run(input.today).changes,
      results: old.run(input.today - input.results).changes,
      keys: keys.run(input.today - input.keys).changes,
      packages: days.run(input.today - input.keys).changes + hours.run(input.today - input.hours).changes,
    }),
    purge: () => ({
      sessions: emptied(verification, 'registered', 'session', 'teletan', 'issue', 'tan'),
      results: emptied(results, 'result'),
      keys: emptied(submission, 'submitted_key'),
      packages: emptied(submission, 'package'),
    }),
    counts: () => ({
      sessions: rowsIn(verification, 'session'),
      teleTans: rowsIn(verification, 'teletan'),
      tans: rowsIn(verification, 'tan'),
      results: rowsIn(results, 'result'),
      keys: rowsIn(submission, 'submitted_key'),
      packages: rowsIn(submission, 'package'),
    }),
  };
};

const operationsOf = (databases: Databases) => {
  const { verification, submission, results } = databases;
  const tokens = verificationOperations(verification);
  const { addKeys, ...publishing } = submissionOperations(submission);
  return {
    ...tokens,
    ...publishing,
    ...resultOperations(results),
    ...careOperations(databases),
    /** Keys are stored where the TAN is good; it is used up then. false: it is not. */
    submit({ tan, today, keys }: { tan: Uint8Array; today: UtcDay; keys: readonly DiagnosisKey[] }): boolean {
      if (tokens.redeemTan({ tan, today }) === undefined) return false;
      addKeys(keys, today);
      return true;
    },
  };
};

export type CwaOperations = ReturnType<typeof operationsOf>;
export const cwaStore: StoreDefinition<CwaOperations, keyof typeof tables> = {
  schemas: tables,
  operations: operationsOf,
};
