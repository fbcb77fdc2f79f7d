/** AES-128-ECB over the padded data of one day: 144 blocks with a new key each time. */
import { createCipheriv } from 'node:crypto';
import { IDENTIFIER_BYTES } from '../identifiers.ts';
import { INTERVALS_PER_DAY } from '../intervals.ts';

/** Identifiers of one key: always a whole day, whatever its rolling period. */
export const EXPANDED_BYTES = INTERVALS_PER_DAY * IDENTIFIER_BYTES;

/** Key: 16 bytes; `plain` and `target`: EXPANDED_BYTES. */
export type Encrypt = (identifierKey: Uint8Array, plain: Uint8Array, target: Uint8Array) => void;

/**
 * A cipher object for each key, as node:crypto can give none a new key. Padding needs no switching off, because it
 * comes with `final`, which is never called. Copying into one buffer is as fast as making a view of each result.
 */
export const nodeEncrypt: Encrypt = (identifierKey, plain, target) => {
  target.set(createCipheriv('aes-128-ecb', identifierKey, null).update(plain));
};
