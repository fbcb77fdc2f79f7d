/** Phones of tests, and encounters between them. */
import { keyedEntropy } from '../../src/core/entropy.ts';
import { broadcast, hear } from '../../src/device/broadcasting.ts';
import type { PhoneMemory } from '../../src/device/memory.ts';
import { NOON } from './immuniBackend.ts';

const DAY = 86_400;
const POWER = -20;

/** Two phones near each other: a scan every five minutes, at the same attenuation. */
export function meet(ill: PhoneMemory, other: PhoneMemory, { at = NOON, minutes = 20, attenuation = 50 } = {}) {
  const entropy = keyedEntropy(7, 'keys of the ill', Math.floor(at / DAY));
  let memory = ill;
  const received = Array.from({ length: Math.floor(minutes / 5) + 1 }, (_, k) => {
    const time = at + k * 300;
    const sent = broadcast(memory, time, POWER, entropy);
    ({ memory } = sent);
    return { time, frame: sent.frame, rssi: POWER - attenuation };
  });
  return { ill: memory, other: hear(other, received) };
}
