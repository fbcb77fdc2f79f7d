/**
 * What a simulated Android phone sends in place of an attestation of Google's SafetyNet: a JWS (RFC 7515) with the same
 * statements. Its key is no secret; genuine ones end in a certificate of Google, and the service has been shut down.
 */
import { createHash, createHmac } from 'node:crypto';
import { z } from 'zod';
import type { Seconds, UnixSeconds } from '../../../core/units.ts';
import type { GoogleInfo } from './analytics.ts';

const KEY = 'enlab: double of SafetyNet';
const HEADER = Buffer.from('{"alg":"HS256"}').toString('base64url');
const PACKAGE = 'it.ministerodellasalute.immuni';
/** Beyond it an attestation is too old, or the clock too wrong (backend spec A5). */
export const ATTESTATION_SKEW: Seconds = 600;

const statements = z.object({
  nonce: z.string(),
  timestampMs: z.number(),
  apkPackageName: z.literal(PACKAGE),
  basicIntegrity: z.literal(true),
  ctsProfileMatch: z.literal(true),
  evaluationType: z.string().refine((types) => types.split(',').includes('HARDWARE_BACKED')),
});

type Attested = Omit<GoogleInfo, 'signed_attestation'>;

/** Binds the attestation to what is sent: SHA-256 of province, four flags, date and salt, base64. */
const nonceOf = (info: Attested): string => {
  const { province, exposure_permission, bluetooth_active, notification_permission, exposure_notification } = info;
  const flags = `${exposure_permission}${bluetooth_active}${notification_permission}${exposure_notification}`;
  const text = `${province}${flags}${info.last_risky_exposure_on}${info.salt}`;
  return createHash('sha256').update(text).digest('base64');
};

const signed = (content: string): string =>
  `${content}.${createHmac('sha256', KEY).update(content).digest('base64url')}`;

/** `changes`: what a phone that is not as it should be would state. */
export function attestation(info: Attested, now: UnixSeconds, changes: Readonly<Record<string, unknown>> = {}): string {
  const stated = {
    nonce: nonceOf(info),
    timestampMs: Math.round(now * 1000),
    apkPackageName: PACKAGE,
    basicIntegrity: true,
    ctsProfileMatch: true,
    evaluationType: 'BASIC,HARDWARE_BACKED',
    ...changes,
  };
  return signed(`${HEADER}.${Buffer.from(JSON.stringify(stated)).toString('base64url')}`);
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Whether a genuine phone with a genuine app stated it, of this content, within ten minutes. */
export function isAttested(info: GoogleInfo, now: UnixSeconds): boolean {
  const [header, payload = ''] = info.signed_attestation.split('.');
  if (signed(`${header}.${payload}`) !== info.signed_attestation) return false;
  const stated = statements.safeParse(parsed(payload));
  if (!stated.success) return false;
  const { nonce, timestampMs } = stated.data;
  return nonce === nonceOf(info) && Math.abs(timestampMs / 1000 - now) <= ATTESTATION_SKEW;
}
