/** A phone as text: what it keeps, its clock, and where its servers are. */
import { z } from 'zod';
import { toBase64 } from '../core/bytes.ts';
import { EnlabError } from '../core/errors.ts';
import type { UnixSeconds } from '../core/units.ts';
import type { PhoneMemory } from './memory.ts';

export interface SavedPhone {
  /** Time on the phone; null: that of the machine. */
  readonly clock: UnixSeconds | null;
  readonly memory: PhoneMemory;
}

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const number = z.number();
const step = z.object({ what: z.string(), value: z.union([number, z.string()]), because: z.string() });

const memory = z.strictObject({
  keys: z.array(z.strictObject({ keyData: bytes, rollingStartIntervalNumber: number, rollingPeriod: number })),
  heard: z.array(
    z.strictObject({ time: number, identifier: bytes, encryptedMetadata: bytes, rssi: number.nullable() }),
  ),
  lastBatch: number,
  history: z.record(z.string(), z.strictObject({ end: number, hashes: z.record(z.string(), z.string()) })),
  lastSync: number.nullable(),
  exposures: z.array(
    z.strictObject({
      day: number,
      minutes: number,
      attenuation: number,
      attenuationDurations: z.tuple([number, number, number]),
      transmissionLevel: number.nullable(),
      score: number,
      found: number,
    }),
  ),
  notification: z
    .strictObject({
      time: number,
      lastExposure: number,
      score: number,
      threshold: number,
      operator: z.string(),
      reason: z.array(step),
    })
    .nullable(),
});
const form = z.strictObject({ version: z.literal(1), clock: number.nullable(), memory });

export function phoneText({ clock, memory: { keys, heard, ...rest } }: SavedPhone): string {
  const text = {
    keys: keys.map((key) => ({ ...key, keyData: toBase64(key.keyData) })),
    heard: heard.map(({ identifier, encryptedMetadata, ...beacon }) => ({
      ...beacon,
      identifier: toBase64(identifier),
      encryptedMetadata: toBase64(encryptedMetadata),
    })),
  };
  return JSON.stringify({ version: 1, clock, memory: { ...rest, ...text } });
}

/** Throws E-STORE for a phone of another version. */
export function readPhone(text: string, file: string): SavedPhone {
  const { success, data } = form.safeParse(JSON.parse(text));
  if (success) return data;
  throw new EnlabError('E-STORE', 'this phone was made by another version of enlab', {
    place: { file },
    hint: 'erase it and make a new one',
  });
}
