/**
 * What the ministry gets every day: counts by day and province, in which no single phone shows (seed 002, 4.3: the
 * province is what data are aggregated by).
 */
import { isoDay } from '../../core/time.ts';
import type { UtcDay } from '../../core/units.ts';

export interface InfoCounts {
  readonly day: UtcDay;
  readonly province: string;
  /** Phones that sent operational info. */
  readonly phones: number;
  readonly exposurePermission: number;
  readonly bluetoothActive: number;
  readonly notificationPermission: number;
  readonly warned: number;
}

export interface ReportCounts {
  readonly day: UtcDay;
  readonly province: string;
  /** Uploads of keys in which the user had been exposed before. */
  readonly reports: number;
}

const COLUMNS =
  'day,province,phones,exposure_permission,bluetooth_active,notification_permission,warned,reports' as const;

/** A count that is small, or whose complement is, tells about single phones; so does a share of none or of all. */
const share = (count: number, of: number, below: number): string =>
  Math.min(count, of - count) < below ? '' : String(count);

const shown = (count: number | undefined, below: number): string =>
  count === undefined || count < below ? '' : String(count);

/**
 * CSV, a line a day and province of which something is left. Cells below `below` are empty, and so are shares that
 * differ from none or all of a row by less. No sums are given, so that nothing can be found by subtraction.
 */
export function aggregatesCsv(infos: readonly InfoCounts[], reports: readonly ReportCounts[], below: number): string {
  const infosByRow = new Map(infos.map((counts) => [rowOf(counts), counts]));
  const reportsByRow = new Map(reports.map((counts) => [rowOf(counts), counts.reports]));
  const rows = [...new Set([...infosByRow.keys(), ...reportsByRow.keys()])].toSorted();
  const lines = rows.flatMap((row) => {
    const cells = [...infoCells(infosByRow.get(row), below), shown(reportsByRow.get(row), below)];
    return cells.some((cell) => cell !== '') ? [`${row},${cells.join(',')}`] : [];
  });
  return `${[COLUMNS, ...lines].join('\n')}\n`;
}

const rowOf = ({ day, province }: Pick<InfoCounts, 'day' | 'province'>): string => `${isoDay(day)},${province}`;

function infoCells(counts: InfoCounts | undefined, below: number): readonly string[] {
  if (!counts || counts.phones < below) return ['', '', '', '', ''];
  const { phones, exposurePermission, bluetoothActive, notificationPermission, warned } = counts;
  const shares = [exposurePermission, bluetoothActive, notificationPermission, warned];
  return [String(phones), ...shares.map((count) => share(count, phones, below))];
}
