/**
 * Temporary exposure keys and what is derived from them (Exposure Notification Cryptography Specification v1.2; names
 * and labels are those of the specification). node:crypto is the engine; the tests hold it against a second library.
 */
import { createHmac } from 'node:crypto';
import type { Entropy } from '../../core/entropy.ts';
import { dayStart, type ENInterval, INTERVALS_PER_DAY } from './intervals.ts';

export const KEY_BYTES = 16;

export interface TemporaryExposureKey {
  /** 16 bytes. */
  readonly keyData: Uint8Array;
  readonly rollingStartIntervalNumber: ENInterval;
  /** Intervals for which the key is valid, 1..144. */
  readonly rollingPeriod: number;
}

/** Number on the wire -> name (Exposure Key export file format, TemporaryExposureKey.ReportType). */
export const reportTypes = [
  'UNKNOWN',
  'CONFIRMED_TEST',
  'CONFIRMED_CLINICAL_DIAGNOSIS',
  'SELF_REPORT',
  'RECURSIVE',
  'REVOKED',
] as const;
export type ReportType = (typeof reportTypes)[number];

/** A temporary exposure key of somebody who is ill, as published. */
export interface DiagnosisKey extends TemporaryExposureKey {
  /** 0..8; absent in files of servers that have moved on to report types. */
  readonly transmissionRiskLevel?: number;
  readonly reportType?: ReportType;
  /** -14..14 days; Corona-Warn-App encodes symptom states in larger numbers. */
  readonly daysSinceOnsetOfSymptoms?: number;
}

/** HKDF with an empty salt uses HashLen zeros as the key of its first HMAC (RFC 5869 2.2). */
const EMPTY_SALT = new Uint8Array(32);

/** HKDF-SHA256 with an empty salt and 16 bytes of output: one round of expansion (RFC 5869 2.3). */
function derive(keyData: Uint8Array, info: string): Uint8Array {
  const pseudorandomKey = createHmac('sha256', EMPTY_SALT).update(keyData).digest();
  const output = createHmac('sha256', pseudorandomKey).update(info, 'utf8').update(Uint8Array.of(1)).digest();
  return Uint8Array.prototype.slice.call(output, 0, KEY_BYTES);
}

/** RPIK, 16 bytes, of a key of 16 bytes. */
export const rollingProximityIdentifierKey = (keyData: Uint8Array): Uint8Array => derive(keyData, 'EN-RPIK');

/** AEMK, 16 bytes, of a key of 16 bytes. */
export const associatedEncryptedMetadataKey = (keyData: Uint8Array): Uint8Array => derive(keyData, 'EN-AEMK');

/** The key of the day of `interval`, aligned to UTC midnight and valid to its end. */
export const newKey = (interval: ENInterval, entropy: Entropy): TemporaryExposureKey => ({
  keyData: entropy(KEY_BYTES),
  rollingStartIntervalNumber: dayStart(interval),
  rollingPeriod: INTERVALS_PER_DAY,
});

/** Whether the key is the one to broadcast with. */
export const isValidAt = (key: TemporaryExposureKey, interval: ENInterval): boolean =>
  interval >= key.rollingStartIntervalNumber && interval < key.rollingStartIntervalNumber + key.rollingPeriod;
