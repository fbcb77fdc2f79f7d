/** Who may submit: tests and teleTANs become registration tokens, those become TANs, and a TAN is good once. */
import type { Database } from 'better-sqlite3';
import type { UnixSeconds, UtcDay } from '../../../core/units.ts';

export type TeleTanType = 'TEST' | 'EVENT';

export interface Registration {
  /** Keyed hash of the new registration token. */
  readonly token: Uint8Array;
  /** Keyed hashes of the test: as its code says, and with the date of birth in it. */
  readonly test?: Uint8Array;
  readonly birth?: Uint8Array;
  /** Keyed hash of a teleTAN. */
  readonly teleTan?: Uint8Array;
  readonly now: UnixSeconds;
  readonly today: UtcDay;
}

export interface Session {
  readonly test: Uint8Array | null;
  readonly birth: Uint8Array | null;
  /** Of the teleTAN that it comes from; null: it comes from a test. */
  readonly type: TeleTanType | null;
  readonly tans: number;
}

/** Seconds in which at most so many teleTANs are issued. */
const ISSUE_WINDOW = 3600;

export const verificationOperations = (verification: Database) => {
  const isRegistered = verification.prepare('SELECT 1 FROM registered WHERE hash = ?').pluck();
  const register = verification.prepare('INSERT INTO registered VALUES (?)');
  const begin = verification.prepare('INSERT INTO session VALUES (?, ?, ?, ?, 0, ?)');
  const session = verification.prepare('SELECT test, birth, type, tans FROM session WHERE token = ?');
  const count = verification.prepare('UPDATE session SET tans = tans + 1 WHERE token = ?');
  const takeTeleTan = verification.prepare('DELETE FROM teletan WHERE hash = ? AND expires > ? RETURNING type').pluck();
  const addTeleTan = verification.prepare('INSERT INTO teletan VALUES (?, ?, ?)');
  const issued = verification.prepare('SELECT count(*) FROM issue WHERE time > ?').pluck();
  const noteIssue = verification.prepare('INSERT INTO issue VALUES (?)');
  const addTan = verification.prepare('INSERT INTO tan VALUES (?, ?, ?)');
  const takeTan = verification.prepare('DELETE FROM tan WHERE hash = ? AND expires > ? RETURNING type').pluck();
  const fact = verification.prepare('SELECT value FROM fact WHERE name = ?').pluck();
  const note = verification.prepare('INSERT INTO fact VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value');
  return {
    /** false: the test or teleTAN is known already, or no teleTAN at all. */
    register({ token, test, birth, teleTan, now, today }: Registration): boolean {
      const hashes = [test, birth, teleTan].filter((hash) => hash !== undefined);
      if (hashes.some((hash) => isRegistered.get(hash) !== undefined)) return false;
      const taken = teleTan && takeTeleTan.get(teleTan, now);
      if (teleTan && taken === undefined) return false;
      for (const hash of hashes) register.run(hash);
      begin.run(token, test ?? null, birth ?? null, taken ?? null, today);
      return true;
    },
    session: ({ token }: { token: Uint8Array }): Session | undefined => session.get(token) as Session | undefined,
    /** false: the token has had as many as it may. */
    issueTan({
      token,
      tan,
      most,
      expires,
    }: {
      token: Uint8Array;
      tan: Uint8Array;
      most: number;
      expires: UtcDay;
    }): boolean {
      const { tans, type } = session.get(token) as Session;
      if (tans >= most) return false;
      count.run(token);
      addTan.run(tan, type, expires);
      return true;
    },
    /** Uses it up, and says what teleTAN it came from (null: a test); undefined: it is unknown, used or too old. */
    redeemTan: ({ tan, today }: { tan: Uint8Array; today: UtcDay }): TeleTanType | null | undefined =>
      takeTan.get(tan, today) as TeleTanType | null | undefined,
    /** false: too many in the last hour. */
    issueTeleTan(input: {
      hash: Uint8Array;
      type: TeleTanType;
      now: UnixSeconds;
      expires: UnixSeconds;
      most: number;
    }): boolean {
      if ((issued.get(input.now - ISSUE_WINDOW) as number) >= input.most) return false;
      noteIssue.run(input.now);
      addTeleTan.run(input.hash, input.type, input.expires);
      return true;
    },
    setFact: ({ name, value }: { name: string; value: number | string }): void => void note.run(name, value),
    fact: ({ name }: { name: string }): number | string | undefined => fact.get(name) as number | string | undefined,
  };
};
