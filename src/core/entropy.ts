/** Where unpredictable bytes come from: the system's generator at the edge, a keyed stream in simulations and tests. */
import { keyed } from './random.ts';

/** `length` bytes, each 0..255. */
export type Entropy = (length: number) => Uint8Array;

/** 0 <= x < 1 in steps of 2^-32. */
export const uniformFrom = (entropy: Entropy): number =>
  new DataView(entropy(4).slice().buffer).getUint32(0, true) / 0x1_0000_0000;

/** Exponentially distributed with this mean: a waiting time that says nothing about the one before. */
export const exponentialFrom = (entropy: Entropy, mean: number): number => -Math.log(1 - uniformFrom(entropy)) * mean;

/** Poisson distributed, by exponential waits until they exceed the mean; takes as many draws as it gives. */
export function poissonFrom(entropy: Entropy, mean: number): number {
  let count = -1;
  for (let sum = 0; sum <= mean; count++) sum += exponentialFrom(entropy, 1);
  return count;
}

/** Normally distributed (Box and Muller 1958). */
export const normalFrom = (entropy: Entropy, mean: number, deviation: number): number =>
  mean + deviation * Math.sqrt(-2 * Math.log(1 - uniformFrom(entropy))) * Math.cos(2 * Math.PI * uniformFrom(entropy));

/**
 * Bytes of a keyed stream: the same for the same (seed, purpose, ids). Not for secrets: whoever knows the seed knows
 * them, which is what a simulation wants. Seed: any safe integer.
 */
export function keyedEntropy(seed: number, purpose: string, ...ids: readonly number[]): Entropy {
  const stream = keyed(seed, purpose, ...ids);
  return (length) => {
    const bytes = new Uint8Array(length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (; at + 4 <= length; at += 4) view.setUint32(at, stream.uint32(), true);
    for (let rest = at < length ? stream.uint32() : 0; at < length; at++, rest >>>= 8) bytes[at] = rest;
    return bytes;
  };
}
