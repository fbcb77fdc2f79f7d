/** Operational info, the tokens that allow it, and the bits of the double of DeviceCheck. */
import type { Database } from 'better-sqlite3';
import { monthOf, utcDayOf } from '../../../core/time.ts';
import type { Seconds, UnixSeconds, UtcDay } from '../../../core/units.ts';
import type { InfoCounts, ReportCounts } from '../aggregates.ts';
import { type AnalyticsMode, type TokenState, usedAfter } from '../analytics/rights.ts';

export interface OperationalInfo {
  readonly province: string;
  readonly platform: 'ios' | 'android';
  readonly exposurePermission: 0 | 1;
  readonly bluetoothActive: 0 | 1;
  readonly notificationPermission: 0 | 1;
  readonly exposureNotification: 0 | 1;
  /** Of the last risky exposure. */
  readonly lastExposure: UtcDay;
}

/** `id`: 16 random bytes, the place of the row. */
export interface InfoInput {
  readonly id: Uint8Array;
  readonly now: UnixSeconds;
  readonly info: OperationalInfo;
}

/** How long an analytics token is kept (seed 002: two months). */
export const TOKEN_KEPT: Seconds = 62 * 86_400;

export const analyticsOperations = (epidemiology: Database, deviceCheck: Database) => {
  const authorise = epidemiology.prepare('INSERT OR IGNORE INTO analytics_token VALUES (?, ?, ?, 0)');
  const token = epidemiology.prepare<[Uint8Array, number], TokenState>(
    'SELECT month, used FROM analytics_token WHERE hash = ? AND day * 86400 > ?',
  );
  const use = epidemiology.prepare('UPDATE analytics_token SET used = ? WHERE hash = ?');
  const insert = epidemiology.prepare('INSERT INTO operational_info VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const infoCounts = epidemiology.prepare<[number], InfoCounts>(`
    SELECT day, province, count(*) AS phones, sum(exposure_permission) AS exposurePermission,
      sum(bluetooth_active) AS bluetoothActive, sum(notification_permission) AS notificationPermission,
      sum(exposure_notification) AS warned
    FROM operational_info WHERE day < ? GROUP BY day, province`);
  const reportCounts = epidemiology.prepare<[number], ReportCounts>(
    'SELECT day, province, count(*) AS reports FROM report WHERE day < ? GROUP BY day, province',
  );
  const bits = deviceCheck.prepare<[Uint8Array], { bits: number; month: number }>(
    'SELECT bits, month FROM device WHERE name = ?',
  );
  const setBits = deviceCheck.prepare(
    'INSERT INTO device VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET bits = excluded.bits, month = excluded.month',
  );
  const addInfo = ({ id, now, info }: InfoInput): void => {
    const { province, platform, exposurePermission, bluetoothActive, notificationPermission } = info;
    const flags = [exposurePermission, bluetoothActive, notificationPermission, info.exposureNotification];
    insert.run(id, utcDayOf(now), province, platform, ...flags, info.lastExposure);
  };
  return {
    authoriseToken: ({ hash, now }: { hash: Uint8Array; now: UnixSeconds }): void =>
      void authorise.run(hash, utcDayOf(now), monthOf(now)),
    isTokenAuthorised: ({ hash, now }: { hash: Uint8Array; now: UnixSeconds }): boolean =>
      token.get(hash, now - TOKEN_KEPT) !== undefined,
    /** False: the token has no right to it, and nothing was kept. */
    claimInfo({
      hash,
      mode,
      ...input
    }: InfoInput & { hash: Uint8Array; mode: Exclude<AnalyticsMode, 'open'> }): boolean {
      const { now, info } = input;
      const state = token.get(hash, now - TOKEN_KEPT);
      const claim = { month: monthOf(now), exposed: info.exposureNotification === 1 };
      const used = state && usedAfter(mode, state, claim);
      if (used === undefined) return false;
      use.run(used, hash);
      addInfo(input);
      return true;
    },
    addInfo,
    /** Of days before `today`: a day that goes on would tell its last phones by the difference of two extracts. */
    countsByProvince: ({ today }: { today: UtcDay }) => ({
      infos: infoCounts.all(today),
      reports: reportCounts.all(today),
    }),
    deviceBits: ({ device }: { device: Uint8Array }) => bits.get(device),
    setDeviceBits: ({ device, bits: value, month }: { device: Uint8Array; bits: number; month: number }): void =>
      void setBits.run(device, value, month),
  };
};
