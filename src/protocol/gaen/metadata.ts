/**
 * Associated encrypted metadata: protocol version and transmit power, four bytes that travel with each identifier
 * (Exposure Notification Bluetooth Specification v1.2, "Associated Encrypted Metadata"). They are encrypted but not
 * authenticated: whoever flips a bit of the cipher text flips it in the power (identifiers.md 5, S3).
 */
import { createCipheriv } from 'node:crypto';
import type { Db, Dbm } from '../../core/units.ts';

export const METADATA_BYTES = 4;

export interface Metadata {
  /** 0..3; 1 in all deployed phones. */
  readonly majorVersion: number;
  /** 0..3. */
  readonly minorVersion: number;
  /** Calibration confidence 0 (lowest) .. 3 (high); reserved, so 0, before version 1.1. */
  readonly calibrationConfidence: number;
  /** Power at which the identifier was sent, -128..127 dBm. */
  readonly transmitPower: Dbm;
}

/** Version 1.0 (0x40): what the test vectors and the first phones of 2020 sent. */
export const version10 = (transmitPower: Dbm): Metadata => ({
  majorVersion: 1,
  minorVersion: 0,
  calibrationConfidence: 0,
  transmitPower,
});

const twoBits = (value: number, what: string): number => {
  if (!(Number.isInteger(value) && value >= 0 && value <= 3)) throw new RangeError(`${what} ${value} is not 0..3`);
  return value;
};

/** Four bytes: version and confidence, power as int8, two reserved. RangeError for what does not fit. */
export function encodeMetadata(metadata: Metadata): Uint8Array {
  const { majorVersion, minorVersion, calibrationConfidence, transmitPower } = metadata;
  if (!(Number.isInteger(transmitPower) && transmitPower >= -128 && transmitPower <= 127))
    throw new RangeError(`transmit power ${transmitPower} dBm is not a whole number from -128 to 127`);
  const version =
    (twoBits(majorVersion, 'major version') << 6) |
    (twoBits(minorVersion, 'minor version') << 4) |
    (twoBits(calibrationConfidence, 'calibration confidence') << 2);
  return Uint8Array.of(version, transmitPower & 0xff, 0, 0);
}

/** Reads any four bytes: reserved bits and bytes are ignored, as later versions may use them. */
export const decodeMetadata = (bytes: Uint8Array): Metadata => ({
  // Unsigned: read as a signed byte, major versions 2 and 3 would be negative (a bug that microG has).
  majorVersion: (bytes[0]! >> 6) & 3,
  minorVersion: (bytes[0]! >> 4) & 3,
  calibrationConfidence: (bytes[0]! >> 2) & 3,
  transmitPower: (bytes[1]! << 24) >> 24,
});

/**
 * AES-128-CTR with the identifier as first counter block: encrypts and decrypts alike. `metadataKey`: AEMK, 16 bytes;
 * `identifier`: RPI, 16 bytes; 4 bytes in, 4 bytes out.
 */
export function cryptMetadata(metadataKey: Uint8Array, identifier: Uint8Array, metadata: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ctr', metadataKey, identifier);
  return new Uint8Array(cipher.update(metadata));
}

/** Loss on the air, never negative: a signal stronger than it was sent is an error of calibration (ENv1, ENv2). */
export const attenuationOf = (transmitPower: Dbm, rssi: Dbm): Db => Math.max(0, transmitPower - rssi);
