/** What a phone sends: one key a day, an identifier every ten minutes. */
import type { Entropy } from '../core/entropy.ts';
import { utcDayOf } from '../core/time.ts';
import { type Dbm, SECONDS_PER_DAY, type Seconds, type UnixSeconds } from '../core/units.ts';
import { parseFrame } from '../protocol/gaen/frame.ts';
import { gaen } from '../protocol/gaen/gaen.ts';
import type { TemporaryExposureKey } from '../protocol/gaen/keys.ts';
import { type HeardBeacon, withBeacons } from './heard.ts';
import { KEPT_DAYS, type PhoneMemory } from './memory.ts';

const system = gaen();

export interface Sent {
  /** With the key of the day, if it was new. */
  readonly memory: PhoneMemory;
  /** RPI, 16 bytes. */
  readonly identifier: Uint8Array;
  /** AD structures. */
  readonly frame: Uint8Array;
}

/** The key of the day, new where there is none. */
const keyAt = ({ keys }: PhoneMemory, time: UnixSeconds, entropy: Entropy): TemporaryExposureKey =>
  system.setUpIdentifiers({ registration: null, secrets: keys, heard: [] }, time, entropy);

const keysWith = ({ keys }: PhoneMemory, key: TemporaryExposureKey): PhoneMemory['keys'] =>
  keys.includes(key) ? keys : [...keys, key];

export function broadcast(memory: PhoneMemory, time: UnixSeconds, transmitPower: Dbm, entropy: Entropy): Sent {
  const key = keyAt(memory, time, entropy);
  return {
    memory: { ...memory, keys: keysWith(memory, key) },
    ...system.broadcast(key, time, transmitPower),
  };
}

/** The memory with a key for every day from `from` to `to`, as of a phone that is in the air all the time. */
export function withDailyKeys(
  memory: PhoneMemory,
  { from, to }: { readonly from: UnixSeconds; readonly to: UnixSeconds },
  entropy: Entropy,
): PhoneMemory {
  // Older ones would be forgotten at once.
  const first = Math.max(from, (utcDayOf(to) - KEPT_DAYS) * SECONDS_PER_DAY);
  let kept = memory;
  for (let time = first; time <= to; time = (utcDayOf(time) + 1) * SECONDS_PER_DAY)
    kept = { ...kept, keys: keysWith(kept, keyAt(kept, time, entropy)) };
  return kept;
}

/** A frame as a radio gave it. */
export interface ReceivedFrame {
  readonly time: UnixSeconds;
  readonly frame: Uint8Array;
  readonly rssi: Dbm | null;
  /** From the scan before to this one, whole; absent: it is not known. */
  readonly sinceScan?: Seconds;
}

/** The memory with what was heard; frames of other systems change nothing. */
export function hear(memory: PhoneMemory, received: readonly ReceivedFrame[]): PhoneMemory {
  const beacons = received.flatMap(({ time, frame, rssi, sinceScan }): readonly HeardBeacon[] => {
    const beacon = parseFrame(frame);
    return typeof beacon === 'string' ? [] : [{ time, rssi, sinceScan, ...beacon }];
  });
  return { ...memory, heard: withBeacons(memory.heard, beacons) };
}
