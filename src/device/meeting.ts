/** Two phones near each other: each sends its identifiers and hears those of the other, scan by scan. */
import type { Entropy } from '../core/entropy.ts';
import type { Db, Dbm, Minutes, Seconds, UnixSeconds } from '../core/units.ts';
import { broadcast, hear, type ReceivedFrame } from './broadcasting.ts';
import { forgotten, type PhoneMemory } from './memory.ts';

/** What most phones of the device table send at. */
export const POWER: Dbm = -20;
/** Between two scans of the framework. */
export const SCAN_INTERVAL: Seconds = 300;

/** A phone, and what its clock says at the begin of a meeting: clocks may be wrong. */
export interface Near {
  readonly memory: PhoneMemory;
  readonly time: UnixSeconds;
  /** What it writes beside what it hears then, where that is not what its clock says (steadyClock.ts). */
  readonly stamp?: UnixSeconds;
}

export const stampOf = ({ time, stamp = time }: Near): UnixSeconds => stamp;

/** Same attenuation all the time. */
export interface MeetingOptions {
  readonly minutes: Minutes;
  readonly attenuation: Db;
  /** After the begin, when both listen for the first time; default: at the begin. Then every five minutes. */
  readonly firstScan?: Seconds;
}

/** Both memories afterwards; they hear each other as many times as `scans` says, which may be none. */
export function meeting(
  [one, other]: readonly [Near, Near],
  { minutes, attenuation, firstScan = 0 }: MeetingOptions,
  entropy: Entropy,
): { readonly memories: readonly [PhoneMemory, PhoneMemory]; readonly scans: number } {
  const rssi = Math.round(POWER - attenuation);
  let [a, b] = [one.memory, other.memory];
  const heardBy: [ReceivedFrame[], ReceivedFrame[]] = [[], []];
  for (let elapsed = firstScan; elapsed <= minutes * 60; elapsed += SCAN_INTERVAL) {
    const [timeA, timeB] = [one.time + elapsed, other.time + elapsed];
    const [sentA, sentB] = [broadcast(a, timeA, POWER, entropy), broadcast(b, timeB, POWER, entropy)];
    [a, b] = [sentA.memory, sentB.memory];
    heardBy[0].push({ time: stampOf(one) + elapsed, frame: sentB.frame, rssi });
    heardBy[1].push({ time: stampOf(other) + elapsed, frame: sentA.frame, rssi });
  }
  return {
    memories: [hear(forgotten(a, one.time), heardBy[0]), hear(forgotten(b, other.time), heardBy[1])],
    scans: heardBy[0].length,
  };
}

/** What somebody does with frames that are not theirs. */
export interface RelayOptions extends Omit<MeetingOptions, 'firstScan'> {
  /** From hearing a frame to sending it again; 0: at once, elsewhere. */
  readonly delay: Seconds;
  /** Flipped bits of the encrypted transmit power: metadata is encrypted, but nothing tells whether it was changed. */
  readonly powerBits?: number;
}

/** Transmit power, the second of the four bytes of metadata with which a frame ends. */
const POWER_FROM_END = 3;

/** Frames of the first phone, sent again to the second, which never met it. Both memories afterwards. */
export function relay(
  [from, to]: readonly [Near, Near],
  { minutes, attenuation, delay, powerBits = 0 }: RelayOptions,
  entropy: Entropy,
): readonly [PhoneMemory, PhoneMemory] {
  let { memory } = from;
  const received: ReceivedFrame[] = [];
  for (let elapsed = 0; elapsed <= minutes * 60; elapsed += SCAN_INTERVAL) {
    const sent = broadcast(memory, from.time + elapsed, POWER, entropy);
    ({ memory } = sent);
    const frame = Uint8Array.from(sent.frame);
    frame[frame.length - POWER_FROM_END]! ^= powerBits;
    received.push({ time: stampOf(to) + delay + elapsed, frame, rssi: Math.round(POWER - attenuation) });
  }
  return [memory, hear(to.memory, received)];
}
