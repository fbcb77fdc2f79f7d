/** What a backend must not lose and nobody else may see: the key that signs files, and the key that hides codes. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Entropy } from '../core/entropy.ts';
import { type KeyPair, newKeyPair, privateKeyPem, readKeyPair } from '../protocol/export/keyPair.ts';

const HIDING_KEY_BYTES = 32;

export interface Secrets {
  readonly signing: KeyPair;
  /** Key of `hidden`, 32 bytes. */
  readonly hiding: Uint8Array;
}

export const newSecrets = (entropy: Entropy): Secrets => ({
  signing: newKeyPair(entropy),
  hiding: entropy(HIDING_KEY_BYTES),
});

/**
 * A code as it may be stored, 32 bytes. Without the key, which is in no database and no backup of one, the 25^9 codes
 * could be tried in minutes.
 */
export const hidden = ({ hiding }: Pick<Secrets, 'hiding'>, code: string): Uint8Array =>
  createHmac('sha256', hiding).update(code, 'utf8').digest();

const digest = (text: string): Uint8Array => createHmac('sha256', 'enlab').update(text, 'utf8').digest();

/** Compares in a time that does not depend on where two texts differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

const form = z.strictObject({ signingKey: z.string(), hidingKey: z.base64().length(44) });

export const secretsText = ({ signing, hiding }: Secrets): string =>
  `${JSON.stringify({ signingKey: privateKeyPem(signing.privateKey), hidingKey: Buffer.from(hiding).toString('base64') }, null, 2)}\n`;

/** Throws what JSON.parse, zod and readKeyPair throw. */
export function readSecrets(text: string): Secrets {
  const { signingKey, hidingKey } = form.parse(JSON.parse(text));
  return { signing: readKeyPair(signingKey), hiding: Buffer.from(hidingKey, 'base64') };
}
