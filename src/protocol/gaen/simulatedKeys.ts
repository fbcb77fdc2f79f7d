/**
 * Keys of simulated phones. Everybody who knows the seed knows them, so they must never be mistaken for keys of people:
 * each carries a mark in itself, wherever it is copied to. The last four bytes are a digest of the first twelve; of the
 * keys that real phones draw one in 2^32 looks the same.
 */
import { createHash } from 'node:crypto';
import type { Entropy } from '../../core/entropy.ts';
import { keyedEntropy } from '../../core/entropy.ts';
import { KEY_BYTES } from './keys.ts';

const MARK_AT = 12;
const MARK_LABEL = 'enlab simulated key';

const markOf = (keyData: Uint8Array): Uint8Array =>
  createHash('sha256')
    .update(MARK_LABEL)
    .update(keyData.subarray(0, MARK_AT))
    .digest()
    .subarray(0, KEY_BYTES - MARK_AT);

/** 16 bytes that `isSimulatedKey` recognises. */
export function simulatedKeyData(entropy: Entropy): Uint8Array {
  const keyData = entropy(KEY_BYTES);
  keyData.set(markOf(keyData), MARK_AT);
  return keyData;
}

/** Key data of a person's day: the same for the same (seed, person, day), in whatever order they are asked for. */
export const keyDataOf = (seed: number, person: number, day: number): Uint8Array =>
  simulatedKeyData(keyedEntropy(seed, 'temporary exposure key', person, day));

/** Whether a key of 16 bytes was made by a simulation. A real advertiser refuses it. */
export const isSimulatedKey = (keyData: Uint8Array): boolean =>
  markOf(keyData).every((byte, k) => byte === keyData[MARK_AT + k]);
