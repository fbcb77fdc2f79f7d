/**
 * Which keys of a file are used. A phone that takes what is not a key computes nonsense or crashes, so bad keys are
 * dropped one by one and counted by reason, as servers drop them (docs/key-files.md has the reason of each rule).
 */
import { INTERVALS_PER_DAY, SECONDS_PER_INTERVAL } from '../gaen/intervals.ts';
import { KEY_BYTES, reportTypes } from '../gaen/keys.ts';
import { ABSENT, copyRow, firstRows, type KeyTable } from '../gaen/keyTable.ts';
import type { ExportWindow } from './format.ts';
import { compareKeys, sortedRows } from './keyOrder.ts';

export interface PlausibleDays {
  /** Before the window. Default 30: no server may keep a key for longer (Apple, "Setting Up a Key Server"). */
  readonly before: number;
  /** Beyond the end of the window. Default 2: the DP-3T server takes keys up to the day after tomorrow. */
  readonly after: number;
}

export const plausibleDays: PlausibleDays = { before: 30, after: 2 };

export const reasons = {
  length: 'key data is not 16 bytes',
  zero: 'key data is all zero',
  period: 'rolling period outside 1..144',
  start: 'rolling start is missing, 0 or negative',
  ancient: 'rolling start is long before the window',
  future: 'rolling start is after the window',
  risk: 'transmission risk level outside 0..8',
  duplicate: 'the same key a second time',
  seenAgain: 'the same key data with another start or period',
} as const;

/** Values that are no reason to drop a key: it is used without them, and they are counted. */
export const unread = {
  risk: 'transmission risk level 0x7fffffff (EFGS: not used)',
  reportType: 'unknown report type',
  days: 'days since onset of symptoms beyond 16 bits',
} as const;

/** Counts by reason, with the first few rows (positions in the list of the file, from 1). */
export class Rejections {
  readonly counts: Record<string, number> = {};
  readonly rows: Record<string, number[]> = {};

  add(reason: string, row: number): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    const rows = (this.rows[reason] ??= []);
    if (rows.length < MOST_ROWS_SHOWN) rows.push(row);
  }
}

const MOST_ROWS_SHOWN = 5;

/** A key as it stands in a file; one object is used for all of them. */
export interface RawKey {
  /** Where the key data begins in export.bin, and its length. */
  at: number;
  length: number;
  risk: number | null;
  start: number;
  period: number;
  reportType: number | null;
  days: number | null;
}

/** What EFGS writes where a level is not used (efgs-federation-gateway, "Diagnosis key": 0..8 or 0x7fffffff). */
const UNUSED_RISK = 0x7fff_ffff;
const HIGHEST_RISK = 8;
const LAST_DAYS = 32_767;

export interface StartBounds {
  readonly first: number;
  readonly last: number;
}

/** Rolling starts that are plausible for a window; all of them where a file names no window. */
export function startBounds(window: ExportWindow | null, { before, after }: PlausibleDays): StartBounds {
  if (window === null) return { first: 1, last: Number.MAX_SAFE_INTEGER };
  return {
    first: Math.floor(window.start / SECONDS_PER_INTERVAL) - before * INTERVALS_PER_DAY,
    last: Math.floor(window.end / SECONDS_PER_INTERVAL) + after * INTERVALS_PER_DAY,
  };
}

/** Why the key is not used; null when it is. */
export function faultOf(
  { at, length, risk, start, period }: RawKey,
  binary: Uint8Array,
  bounds: StartBounds,
): string | null {
  // The reference matcher pads short keys with zeros and never looks at the length (cpp/matching_helper.cc).
  if (length !== KEY_BYTES) return reasons.length;
  if (isZero(binary, at)) return reasons.zero;
  // A period above 144 makes the reference's second pass throw.
  if (period < 1 || period > INTERVALS_PER_DAY) return reasons.period;
  if (start <= 0) return reasons.start;
  if (start < bounds.first) return reasons.ancient;
  if (start > bounds.last) return reasons.future;
  if (risk !== null && (risk < 0 || risk > HIGHEST_RISK) && risk !== UNUSED_RISK) return reasons.risk;
  return null;
}

function isZero(bytes: Uint8Array, at: number): boolean {
  for (let k = 0; k < KEY_BYTES; k++) if (bytes[at + k] !== 0) return false;
  return true;
}

/** Writes a key without fault into a row; `count` hears of values that the row cannot hold. */
export function storeKey(
  raw: RawKey,
  binary: Uint8Array,
  table: KeyTable,
  row: number,
  count: (what: string) => void,
): void {
  const { at, risk, reportType, days } = raw;
  for (let k = 0, to = row * KEY_BYTES; k < KEY_BYTES; k++) table.keyData[to + k] = binary[at + k]!;
  table.rollingStart[row] = raw.start;
  table.rollingPeriod[row] = raw.period;
  const hasRisk = risk !== null && risk !== UNUSED_RISK;
  const hasType = reportType !== null && reportType >= 0 && reportType < reportTypes.length;
  const hasDays = days !== null && Math.abs(days) <= LAST_DAYS;
  table.transmissionRiskLevel[row] = hasRisk ? risk : ABSENT.level;
  table.reportType[row] = hasType ? reportType : ABSENT.reportType;
  table.daysSinceOnset[row] = hasDays ? days : ABSENT.days;
  if (!hasRisk && risk !== null) count(unread.risk);
  if (!hasType && reportType !== null) count(unread.reportType);
  if (!hasDays && days !== null) count(unread.days);
}

/**
 * The table without keys that came before; `positions[row]` is the place in the file. The first of equal keys stays. A
 * key that returns with another period is dropped like any other repetition: the reference does that too, so the second
 * period never takes effect (ExposureMatchingTracer).
 */
export function withoutRepeats(table: KeyTable, positions: Uint32Array, rejections: Rejections): KeyTable {
  if (isAscending(table)) return table;
  const order = sortedRows(table);
  const dropped = new Uint8Array(table.length);
  let first = 0;
  for (let k = 1; k < order.length; k++) {
    const [kept, row] = [order[first]!, order[k]!];
    if (compareKeys(table, kept, row) === 0) dropped[row] = 1;
    else first = k;
    if (dropped[row] === 1)
      rejections.add(sameTimes(table, kept, row) ? reasons.duplicate : reasons.seenAgain, positions[row]!);
  }
  let rows = 0;
  for (let row = 0; row < table.length; row++) {
    if (dropped[row] === 1) continue;
    if (rows !== row) copyRow(table, row, table, rows);
    rows++;
  }
  return firstRows(table, rows);
}

/** Most files come sorted, and then no key is there twice. */
function isAscending(table: KeyTable): boolean {
  for (let row = 1; row < table.length; row++) if (compareKeys(table, row - 1, row) >= 0) return false;
  return true;
}

const sameTimes = ({ rollingStart, rollingPeriod }: KeyTable, a: number, b: number): boolean =>
  rollingStart[a] === rollingStart[b] && rollingPeriod[a] === rollingPeriod[b];
