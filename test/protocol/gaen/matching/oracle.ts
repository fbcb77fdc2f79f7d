/**
 * Matching as the specification tells it, in the slowest and plainest way: hkdfSync, one block of AES at a time, a Map
 * of hexadecimal strings, rules written down anew. It shares nothing with the product but types.
 */
import { createCipheriv, createHash, hkdfSync } from 'node:crypto';
import type { DiagnosisKey } from '../../../../src/protocol/gaen/keys.ts';
import type { Matches } from '../../../../src/protocol/gaen/matching/matches.ts';

export interface Heard {
  readonly identifier: Uint8Array;
  readonly interval: number;
}

export interface OracleRules {
  readonly tolerance: number;
  readonly embargo?: { readonly intervals: number; readonly publishedAt: readonly number[] };
}

/** [key, interval of the identifier, sighting]. */
export type OracleMatch = readonly [number, number, number];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function oracleIdentifier(keyData: Uint8Array, interval: number): Uint8Array {
  const identifierKey = hkdfSync('sha256', keyData, Buffer.alloc(0), 'EN-RPIK', 16);
  const padded = Buffer.alloc(16);
  padded.write('EN-RPI');
  padded.writeUInt32LE(interval, 12);
  return createCipheriv('aes-128-ecb', Buffer.from(identifierKey), null).setAutoPadding(false).update(padded);
}

/** Why a key takes no part, or undefined. `earlier`: rows before it that do. */
function reasonAgainst(keys: readonly DiagnosisKey[], row: number, earlier: readonly number[], rules: OracleRules) {
  const key = keys[row]!;
  const intervals = ({ rollingStartIntervalNumber: start, rollingPeriod }: DiagnosisKey): readonly number[] =>
    Array.from({ length: rollingPeriod }, (_, k) => start + k);
  // The same key: an interval in which both have the same identifier.
  const isSame = (other: DiagnosisKey): boolean =>
    hex(other.keyData) === hex(key.keyData) && intervals(other).some((at) => intervals(key).includes(at));
  if (keys.some((other) => isSame(other) && other.reportType === 'REVOKED')) return 'revoked';
  const { embargo } = rules;
  const end = key.rollingStartIntervalNumber + key.rollingPeriod;
  if (embargo && end + embargo.intervals > embargo.publishedAt[row]!) return 'embargo';
  const first = earlier.map((at) => keys[at]!).find(isSame);
  if (!first) return undefined;
  const isRepeated =
    first.rollingStartIntervalNumber === key.rollingStartIntervalNumber && first.rollingPeriod === key.rollingPeriod;
  return isRepeated ? 'repeated' : 'otherPeriod';
}

export function oracle(keys: readonly DiagnosisKey[], sightings: readonly Heard[], rules: OracleRules) {
  const stored = new Map<string, number[]>();
  for (const [row, { identifier }] of sightings.entries())
    stored.set(hex(identifier), [...(stored.get(hex(identifier)) ?? []), row]);
  const rejected = { revoked: 0, embargo: 0, repeated: 0, otherPeriod: 0, afterPeriod: 0, outsideTolerance: 0 };
  const used: number[] = [];
  const matches: OracleMatch[] = [];
  for (const [row, key] of keys.entries()) {
    const reason = reasonAgainst(keys, row, used, rules);
    if (reason) {
      rejected[reason]++;
      continue;
    }
    used.push(row);
    for (let k = 0; k < 144; k++) {
      const interval = key.rollingStartIntervalNumber + k;
      for (const sighting of stored.get(hex(oracleIdentifier(key.keyData, interval))) ?? []) {
        const difference = sightings[sighting]!.interval - interval;
        if (k >= key.rollingPeriod) rejected.afterPeriod++;
        else if (difference < -rules.tolerance || difference > rules.tolerance) rejected.outsideTolerance++;
        else matches.push([row, interval, sighting]);
      }
    }
  }
  return { matches, rejected };
}

/** SHA-256 of a list in its order, written without the product's code. */
export function oracleDigest(matches: readonly OracleMatch[]): string {
  const bytes = Buffer.alloc(matches.length * 12);
  for (const [m, numbers] of matches.entries())
    for (const [field, value] of numbers.entries()) bytes.writeUInt32LE(value, m * 12 + field * 4);
  return createHash('sha256').update(bytes).digest('hex');
}

/** The product's result in the oracle's form. */
export const asTuples = ({ keyRow, interval, sightingRow }: Matches): readonly OracleMatch[] =>
  Array.from(keyRow, (row, m) => [row, interval[m]!, sightingRow[m]!] as const);
