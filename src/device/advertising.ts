/** What somebody sees who listens to a phone all the time: which identifier it sent from which address. */
import { toHex } from '../core/bytes.ts';
import { type Entropy, uniformFrom } from '../core/entropy.ts';
import type { Minutes, Seconds } from '../core/units.ts';
import { gaen } from '../protocol/gaen/gaen.ts';
import { broadcast } from './broadcasting.ts';
import { type Near, POWER } from './meeting.ts';
import type { PhoneMemory } from './memory.ts';

/** One identifier from one address, as long as neither changes. */
export interface Pseudonym {
  /** Of the advertiser, 6 bytes in hex. */
  readonly address: string;
  /** RPI in hex. */
  readonly identifier: string;
}

export interface AdvertisingOptions {
  readonly minutes: Minutes;
  /** From a new identifier to the new address; 0: both change between the same two advertisements. Below ten minutes. */
  readonly addressLag: Seconds;
}

/** 200 to 270 ms (Exposure Notification Bluetooth Specification v1.2, "Advertising Interval"). */
const ADVERTISING_INTERVAL: Seconds = 0.25;
const ADDRESS_BYTES = 6;
/** The two highest bits of a non-resolvable private address are 0 (Bluetooth Core 5.2, vol. 6 part B, 1.3.2.2). */
const NON_RESOLVABLE = 0x3f;
const [SHORTEST, LONGEST] = gaen().rotation;

/**
 * The pseudonyms of a phone in their order, and its memory, with the keys of the days. Identifiers change after ten to
 * twenty minutes, uniformly; what was in the air for less than the time between two advertisements may not have been sent.
 */
export function advertised(
  { memory: before, time: begin }: Near,
  { minutes, addressLag }: AdvertisingOptions,
  entropy: Entropy,
): { readonly memory: PhoneMemory; readonly seen: readonly Pseudonym[] } {
  const end = minutes * 60;
  let memory = before;
  let address = newAddress(entropy);
  const seen: Pseudonym[] = [];
  const add = (from: Seconds, to: Seconds, identifier: string): void => {
    if (isSent(from, Math.min(to, end))) seen.push({ address, identifier });
  };
  for (let from = 0, to = 0; from < end; from = to) {
    to = from + SHORTEST + (LONGEST - SHORTEST) * uniformFrom(entropy);
    const sent = broadcast(memory, begin + from, POWER, entropy);
    memory = sent.memory;
    const identifier = toHex(sent.identifier);
    const changes = from === 0 ? 0 : from + addressLag;
    add(from, changes, identifier);
    if (from > 0) address = newAddress(entropy);
    add(Math.max(from, changes), to, identifier);
  }
  return { memory, seen };
}

/** Whether there is an advertisement from `from` on and before `to`; the first is at 0. */
const isSent = (from: Seconds, to: Seconds): boolean =>
  Math.ceil(from / ADVERTISING_INTERVAL) * ADVERTISING_INTERVAL < to;

function newAddress(entropy: Entropy): string {
  const bytes = entropy(ADDRESS_BYTES);
  return toHex(Uint8Array.from(bytes, (byte, k) => (k === 0 ? byte & NON_RESOLVABLE : byte)));
}
