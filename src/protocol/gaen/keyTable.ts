/**
 * Many diagnosis keys in columns: a nation's day has hundreds of thousands, and an object for each would cost ten times
 * the memory and most of the time of reading a file. Workers share the columns where they lie in shared memory.
 */
import { defined } from '../../core/object.ts';
import { type DiagnosisKey, KEY_BYTES, reportTypes } from './keys.ts';

/** Values of the columns that stand for "absent"; no file can hold them. */
export const ABSENT = { level: 255, reportType: 255, days: -32_768 } as const;

/** Row k is one key. All columns have `length` rows. */
export interface KeyTable {
  readonly length: number;
  /** 16 bytes a row. */
  readonly keyData: Uint8Array;
  readonly rollingStart: Uint32Array;
  /** 1..144. */
  readonly rollingPeriod: Uint8Array;
  /** 0..8; 255 absent. */
  readonly transmissionRiskLevel: Uint8Array;
  /** Index in `reportTypes`; 255 absent. */
  readonly reportType: Uint8Array;
  /** -32,768 absent. */
  readonly daysSinceOnset: Int16Array;
}

/** Zeros in keyData and intervals, everything else absent. `shared`: columns that workers can see too. */
export function emptyKeyTable(length: number, { shared = false } = {}): KeyTable {
  const bytes = (size: number): ArrayBuffer =>
    (shared ? new SharedArrayBuffer(size) : new ArrayBuffer(size)) as ArrayBuffer;
  return {
    length,
    keyData: new Uint8Array(bytes(length * KEY_BYTES)),
    rollingStart: new Uint32Array(bytes(length * Uint32Array.BYTES_PER_ELEMENT)),
    rollingPeriod: new Uint8Array(bytes(length)),
    transmissionRiskLevel: new Uint8Array(bytes(length)).fill(ABSENT.level),
    reportType: new Uint8Array(bytes(length)).fill(ABSENT.reportType),
    daysSinceOnset: new Int16Array(bytes(length * Int16Array.BYTES_PER_ELEMENT)).fill(ABSENT.days),
  };
}

/** RangeError for key data of another length than 16. */
export function setKey(table: KeyTable, row: number, key: DiagnosisKey): void {
  if (key.keyData.length !== KEY_BYTES) throw new RangeError(`key data of ${key.keyData.length} bytes instead of 16`);
  table.keyData.set(key.keyData, row * KEY_BYTES);
  table.rollingStart[row] = key.rollingStartIntervalNumber;
  table.rollingPeriod[row] = key.rollingPeriod;
  table.transmissionRiskLevel[row] = key.transmissionRiskLevel ?? ABSENT.level;
  table.reportType[row] = key.reportType === undefined ? ABSENT.reportType : reportTypes.indexOf(key.reportType);
  table.daysSinceOnset[row] = key.daysSinceOnsetOfSymptoms ?? ABSENT.days;
}

/** Copies a row of one table over a row of another, or of the same. */
export function copyRow(from: KeyTable, row: number, to: KeyTable, target: number): void {
  to.keyData.set(from.keyData.subarray(row * KEY_BYTES, (row + 1) * KEY_BYTES), target * KEY_BYTES);
  to.rollingStart[target] = from.rollingStart[row]!;
  to.rollingPeriod[target] = from.rollingPeriod[row]!;
  to.transmissionRiskLevel[target] = from.transmissionRiskLevel[row]!;
  to.reportType[target] = from.reportType[row]!;
  to.daysSinceOnset[target] = from.daysSinceOnset[row]!;
}

/** Copies all rows of `from` into `to`, from row `target` on. */
export function appendKeys(to: KeyTable, target: number, from: KeyTable): void {
  to.keyData.set(from.keyData, target * KEY_BYTES);
  to.rollingStart.set(from.rollingStart, target);
  to.rollingPeriod.set(from.rollingPeriod, target);
  to.transmissionRiskLevel.set(from.transmissionRiskLevel, target);
  to.reportType.set(from.reportType, target);
  to.daysSinceOnset.set(from.daysSinceOnset, target);
}

/** The table cut to its first rows; views of the same memory. */
export const firstRows = (table: KeyTable, length: number): KeyTable => ({
  length,
  keyData: table.keyData.subarray(0, length * KEY_BYTES),
  rollingStart: table.rollingStart.subarray(0, length),
  rollingPeriod: table.rollingPeriod.subarray(0, length),
  transmissionRiskLevel: table.transmissionRiskLevel.subarray(0, length),
  reportType: table.reportType.subarray(0, length),
  daysSinceOnset: table.daysSinceOnset.subarray(0, length),
});

/** The 16 bytes of a row; a view, not a copy. */
export const keyDataAt = ({ keyData }: KeyTable, row: number): Uint8Array =>
  keyData.subarray(row * KEY_BYTES, (row + 1) * KEY_BYTES);

export function keyAt(table: KeyTable, row: number): DiagnosisKey {
  const level = table.transmissionRiskLevel[row]!;
  const days = table.daysSinceOnset[row]!;
  return defined({
    keyData: keyDataAt(table, row),
    rollingStartIntervalNumber: table.rollingStart[row]!,
    rollingPeriod: table.rollingPeriod[row]!,
    transmissionRiskLevel: level === ABSENT.level ? undefined : level,
    reportType: reportTypes[table.reportType[row]!],
    daysSinceOnsetOfSymptoms: days === ABSENT.days ? undefined : days,
  });
}

export function keyTableOf(keys: readonly DiagnosisKey[]): KeyTable {
  const table = emptyKeyTable(keys.length);
  for (const [row, key] of keys.entries()) setKey(table, row, key);
  return table;
}
