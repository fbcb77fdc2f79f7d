/**
 * The code on the sheet of a test: a GUID with six hexadecimal digits before it, as an address that only the app opens.
 * Servers know its SHA-256 alone (seed 004, Figure 3; qrcode of cwa-app-android).
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { toHex } from '../../../core/bytes.ts';
import type { Entropy } from '../../../core/entropy.ts';
import { testHash } from './parts.ts';

const CODE = /^(?:https:\/\/localhost\/\?)?([0-9A-F]{6}(?:-[0-9A-F]{8})(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})$/i;
/** A guid alone, as on sheets without the six digits. */
const GUID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/i;

/** A new one, as a laboratory prints it. */
export function newTestCode(entropy: Entropy): string {
  const digits = toHex(entropy(19)).toUpperCase();
  const guid = [6, 14, 18, 22, 26].map((from, k, starts) => digits.slice(from, starts[k + 1] ?? 38));
  return [digits.slice(0, 6), ...guid].join('-');
}

/** What the servers know the test by, 64 hexadecimal digits; undefined: this is no code of a test. */
export function testKeyOf(text: string): string | undefined {
  const typed = text.trim();
  const guid = CODE.exec(typed)?.[1] ?? (GUID.test(typed) ? typed : undefined);
  if (guid !== undefined) return createHash('sha256').update(guid, 'ascii').digest('hex');
  return z.safeParse(testHash, typed).success ? typed : undefined;
}
