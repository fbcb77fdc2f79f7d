/**
 * What a simulated iPhone shows in place of a token of Apple's DeviceCheck: another text each time, from which only the
 * double learns the device (seed 002, 2.1). There is no secret in it; a genuine token is nothing that enlab could check.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import type { Entropy } from '../../../core/entropy.ts';

/** Shared by phones of enlab and the double, in place of Apple's hardware. */
const KEY = createHash('sha256').update('enlab: double of DeviceCheck').digest();
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Identifier of a device in the double; no reinstallation changes it. */
export const HARDWARE_BYTES = 16;

/** What a device shows, base64; unlike any other that it has shown. `hardware`: 16 bytes. */
export function deviceToken(hardware: Uint8Array, entropy: Entropy): string {
  const nonce = entropy(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, KEY, nonce);
  return Buffer.concat([nonce, cipher.update(hardware), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** The device that showed a token; undefined for one that no device made. */
export function deviceOf(token: string): Uint8Array | undefined {
  const bytes = Buffer.from(token, 'base64');
  if (bytes.length !== NONCE_BYTES + HARDWARE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, KEY, bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    return undefined;
  }
}
