/** Which keys of an upload are published (backend spec A1 and A2). */
import { utcDayOf } from '../../core/time.ts';
import type { UnixSeconds, UtcDay } from '../../core/units.ts';
import {
  CLOCK_TOLERANCE_INTERVALS,
  type ENInterval,
  INTERVALS_PER_DAY,
  intervalOf,
  intervalOfDay,
  LAST_INTERVAL,
  SECONDS_PER_INTERVAL,
} from '../../protocol/gaen/intervals.ts';
import type { DiagnosisKey } from '../../protocol/gaen/keys.ts';
import type { ImmuniUpload } from '../../protocol/wire/immuni/ingestion.ts';
import { tekListProblem } from '../../protocol/wire/immuni/tekList.ts';
import { type TransmissionRisks, transmissionRisk } from '../transmissionRisk.ts';

/** Keys are published from so many days before the first symptoms on (DAYS_BEFORE_SYMPTOMS). */
export const INFECTIOUS_DAYS_BEFORE_SYMPTOMS = 2;
/** Days for which phones and servers keep keys. */
export const KEY_DAYS = 14;

export interface FilterOptions {
  /** Of the server. */
  readonly now: UnixSeconds;
  /** Of the phone, where the rules listen to it. */
  readonly clientClock?: UnixSeconds;
  readonly onset: UtcDay;
  readonly transmissionRisks: TransmissionRisks;
  /** Default true; false: keys that are still in use are published too. */
  readonly embargo?: boolean;
}

export interface Filtered {
  readonly keys: readonly DiagnosisKey[];
  /** How many were left out, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
}

export function publishableKeys({ teks }: Pick<ImmuniUpload, 'teks'>, options: FilterOptions): Filtered {
  const { transmissionRisks, onset } = options;
  const clock = believable(options);
  const problem = tekListProblem(teks, intervalOf(clock));
  // One bad key spoils the list: a phone makes them all by the same rule.
  if (problem !== undefined) return { keys: [], dropped: { 'the list breaks a rule': teks.length } };
  const bounds = boundsOf(options, clock);
  const keys: DiagnosisKey[] = [];
  const dropped: Record<string, number> = {};
  for (const { key_data, rolling_start_number: start, rolling_period: period = INTERVALS_PER_DAY } of teks) {
    const reason = reasonToDrop(start, start + period, bounds);
    if (reason === undefined) {
      const keyData = Buffer.from(key_data, 'base64');
      keys.push({
        keyData,
        rollingStartIntervalNumber: start,
        rollingPeriod: period,
        transmissionRiskLevel: transmissionRisk(transmissionRisks, dayOf(start), onset),
      });
    } else dropped[reason] = (dropped[reason] ?? 0) + 1;
  }
  return { keys, dropped };
}

const dayOf = (start: ENInterval): UtcDay => Math.floor(start / INTERVALS_PER_DAY);

/**
 * The clock by which keys are judged. Only judged: identifiers are made from the times that stand in the keys, so that
 * keys with corrected times would match nobody. Beyond two hours nobody matches them anyway.
 */
function believable({ now, clientClock = now }: FilterOptions): UnixSeconds {
  const tolerance = CLOCK_TOLERANCE_INTERVALS * SECONDS_PER_INTERVAL;
  return Math.min(Math.max(clientClock, now - tolerance, 0), now + tolerance);
}

interface Bounds {
  /** Keys that begin earlier are left out, for one of two reasons. */
  readonly infectious: ENInterval;
  readonly kept: ENInterval;
  /** Keys that end later may still be in use, or replayed while somebody accepts them. */
  readonly over: ENInterval;
}

/** The key of today is left out even where its period has ended early (EXCLUDE_CURRENT_DAY_TEK). */
function boundsOf({ now, onset, embargo = true }: FilterOptions, clock: UnixSeconds): Bounds {
  const today = utcDayOf(clock);
  return {
    infectious: intervalOfDay(onset - INFECTIOUS_DAYS_BEFORE_SYMPTOMS),
    kept: intervalOfDay(today - KEY_DAYS),
    over: embargo ? Math.min(intervalOfDay(today), intervalOf(Math.max(now, clock))) : LAST_INTERVAL,
  };
}

function reasonToDrop(start: ENInterval, end: ENInterval, { infectious, kept, over }: Bounds): string | undefined {
  if (end > over) return 'still in use today';
  if (start < kept) return `more than ${KEY_DAYS} days old`;
  if (start < infectious) return `more than ${INFECTIOUS_DAYS_BEFORE_SYMPTOMS} days before the first symptoms`;
  return undefined;
}
