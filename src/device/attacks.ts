/** Frames that a phone hears though no phone sent them. */
import type { Entropy } from '../core/entropy.ts';
import { encodeFrame } from '../protocol/gaen/frame.ts';
import { gaen } from '../protocol/gaen/gaen.ts';
import { IDENTIFIER_BYTES } from '../protocol/gaen/identifiers.ts';
import { intervalOf } from '../protocol/gaen/intervals.ts';
import { isValidAt, type TemporaryExposureKey } from '../protocol/gaen/keys.ts';
import { METADATA_BYTES } from '../protocol/gaen/metadata.ts';
import { hear, type ReceivedFrame } from './broadcasting.ts';
import { type MeetingOptions, type Near, POWER, SCAN_INTERVAL, stampOf } from './meeting.ts';
import type { PhoneMemory } from './memory.ts';

type Times = Omit<MeetingOptions, 'firstScan'>;

const system = gaen();

/** Frames for each scan, by its time on the clock of the phone. */
function heardAll({ minutes, attenuation }: Times, to: Near, framesAt: (time: number) => readonly Uint8Array[]) {
  const received: ReceivedFrame[] = [];
  const rssi = Math.round(POWER - attenuation);
  for (let elapsed = 0; elapsed <= minutes * 60; elapsed += SCAN_INTERVAL)
    for (const frame of framesAt(to.time + elapsed)) received.push({ time: stampOf(to) + elapsed, frame, rssi });
  return hear(to.memory, received);
}

/**
 * Whoever knows a key can send as its owner did: identifiers, and metadata encrypted as it must be. Of each key only what
 * is valid when the clock of the phone says so; nothing where none is. The memory of the phone afterwards.
 */
export const impersonated = (to: Near, keys: readonly TemporaryExposureKey[], times: Times): PhoneMemory =>
  heardAll(times, to, (time) =>
    keys.filter((key) => isValidAt(key, intervalOf(time))).map((key) => system.broadcast(key, time, POWER).frame),
  );

/** Random identifiers, so many in each scan, that belong to no key: they only fill the memory. */
export const flooded = (
  to: Near,
  { identifiers, ...times }: Times & { readonly identifiers: number },
  entropy: Entropy,
): PhoneMemory =>
  heardAll(times, to, () =>
    Array.from({ length: identifiers }, () =>
      encodeFrame({ identifier: entropy(IDENTIFIER_BYTES), encryptedMetadata: entropy(METADATA_BYTES) }, 'android'),
    ),
  );
