/** Rolling proximity identifiers of a key (Exposure Notification Cryptography Specification v1.2, "RPI"). */
import { createCipheriv } from 'node:crypto';
import { type ENInterval, INTERVALS_PER_DAY } from './intervals.ts';

export const IDENTIFIER_BYTES = 16;

/** PaddedData: 0..5 "EN-RPI", 6..11 zero, 12..15 the interval, little-endian. */
const LABEL = new TextEncoder().encode('EN-RPI');
const INTERVAL_AT = 12;

/**
 * Plain texts of `count` intervals from `first` on, 16 bytes each: what AES turns into identifiers. `into` saves an
 * allocation where one buffer serves many keys; only its numbers are rewritten then.
 */
export function paddedData(first: ENInterval, count: number, into?: Uint8Array): Uint8Array {
  const blocks = into ?? new Uint8Array(count * IDENTIFIER_BYTES);
  const view = new DataView(blocks.buffer, blocks.byteOffset, blocks.byteLength);
  for (let k = 0; k < count; k++) {
    if (into === undefined) blocks.set(LABEL, k * IDENTIFIER_BYTES);
    // setUint32 wraps at 2^32, as the arithmetic of the specification does.
    view.setUint32(k * IDENTIFIER_BYTES + INTERVAL_AT, first + k, true);
  }
  return blocks;
}

/** AES-128-ECB without padding. Key: 16 bytes; data: a multiple of 16 bytes. */
function encryptBlocks(key: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-ecb', key, null);
  cipher.setAutoPadding(false);
  return new Uint8Array(cipher.update(data));
}

/** The identifier of one interval, 16 bytes. `identifierKey`: RPIK. */
export const rollingProximityIdentifier = (identifierKey: Uint8Array, interval: ENInterval): Uint8Array =>
  encryptBlocks(identifierKey, paddedData(interval, 1));

/** The identifiers of `count` intervals from `first` on, one after another, 16 bytes each. `identifierKey`: RPIK. */
export const rollingProximityIdentifiers = (
  identifierKey: Uint8Array,
  first: ENInterval,
  count = INTERVALS_PER_DAY,
): Uint8Array => encryptBlocks(identifierKey, paddedData(first, count));
