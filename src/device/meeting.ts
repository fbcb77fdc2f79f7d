/** Two phones near each other: each sends its identifiers and hears those of the other, scan by scan. */
import type { Entropy } from '../core/entropy.ts';
import type { Db, Dbm, Minutes, Seconds, UnixSeconds } from '../core/units.ts';
import { broadcast, hear, type ReceivedFrame } from './broadcasting.ts';
import { forgotten, type PhoneMemory } from './memory.ts';

/** What most phones of the device table send at. */
const POWER: Dbm = -20;
/** Between two scans of the framework. */
const SCAN_INTERVAL: Seconds = 300;

/** A phone, and what its clock says at the begin of a meeting: clocks may be wrong. */
export interface Near {
  readonly memory: PhoneMemory;
  readonly time: UnixSeconds;
}

/** Both memories afterwards; they hear each other as many times as `scans` says. `attenuation` is the same all the time. */
export function meeting(
  [one, other]: readonly [Near, Near],
  { minutes, attenuation }: { readonly minutes: Minutes; readonly attenuation: Db },
  entropy: Entropy,
): { readonly memories: readonly [PhoneMemory, PhoneMemory]; readonly scans: number } {
  const rssi = Math.round(POWER - attenuation);
  let [a, b] = [one.memory, other.memory];
  const heardBy: [ReceivedFrame[], ReceivedFrame[]] = [[], []];
  for (let elapsed = 0; elapsed <= minutes * 60; elapsed += SCAN_INTERVAL) {
    const [timeA, timeB] = [one.time + elapsed, other.time + elapsed];
    const [sentA, sentB] = [broadcast(a, timeA, POWER, entropy), broadcast(b, timeB, POWER, entropy)];
    [a, b] = [sentA.memory, sentB.memory];
    heardBy[0].push({ time: timeA, frame: sentB.frame, rssi });
    heardBy[1].push({ time: timeB, frame: sentA.frame, rssi });
  }
  return {
    memories: [hear(forgotten(a, one.time), heardBy[0]), hear(forgotten(b, other.time), heardBy[1])],
    scans: heardBy[0].length,
  };
}
