/** What a phone sends: one key a day, an identifier every ten minutes. */
import type { Entropy } from '../core/entropy.ts';
import type { Dbm, UnixSeconds } from '../core/units.ts';
import { parseFrame } from '../protocol/gaen/frame.ts';
import { gaen } from '../protocol/gaen/gaen.ts';
import type { HeardBeacon, PhoneMemory } from './memory.ts';

const system = gaen();

export interface Sent {
  /** With the key of the day, if it was new. */
  readonly memory: PhoneMemory;
  /** AD structures. */
  readonly frame: Uint8Array;
}

export function broadcast(memory: PhoneMemory, time: UnixSeconds, transmitPower: Dbm, entropy: Entropy): Sent {
  const key = system.setUpIdentifiers({ registration: null, secrets: memory.keys, heard: [] }, time, entropy);
  const keys = memory.keys.includes(key) ? memory.keys : [...memory.keys, key];
  return { memory: { ...memory, keys }, frame: system.broadcast(key, time, transmitPower).frame };
}

/** A frame as a radio gave it. */
export interface ReceivedFrame {
  readonly time: UnixSeconds;
  readonly frame: Uint8Array;
  readonly rssi: Dbm | null;
}

/** The memory with what was heard; frames of other systems change nothing. */
export function hear(memory: PhoneMemory, received: readonly ReceivedFrame[]): PhoneMemory {
  const heard = received.flatMap(({ time, frame, rssi }): readonly HeardBeacon[] => {
    const beacon = parseFrame(frame);
    return typeof beacon === 'string' ? [] : [{ time, rssi, ...beacon }];
  });
  return { ...memory, heard: [...memory.heard, ...heard] };
}
