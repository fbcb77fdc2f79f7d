/**
 * AES-128-ECB through koffi: the EVP functions of OpenSSL with one context for all keys. Such calls know no types: a
 * wrong length overwrites memory. So this is used only on request, all buffers are of one fixed length, and answers are
 * compared with node:crypto before the first use (identifiers.md 3).
 */
import type { LibraryHandle } from 'koffi';
import { paddedData } from '../identifiers.ts';
import { INTERVALS_PER_DAY } from '../intervals.ts';
import { KEY_BYTES } from '../keys.ts';
import { type Encrypt, EXPANDED_BYTES, nodeEncrypt } from './cipher.ts';

/** Where EVP_* may be: in the node binary itself, or in OpenSSL 3 of the system where node was built against that. */
export const nativeLibraries: readonly (string | null)[] = [null, 'libcrypto.so.3', 'libcrypto.3.dylib'];

/** What the self-test looks behind the target for: a call that writes too much changes it. */
const GUARD_BYTES = 64;
const GUARD = 0xa5;
/** Two keys, so that a context that keeps its first one is found. */
const testKeys = [0x00, 0x5a].map((first) => Uint8Array.from({ length: KEY_BYTES }, (_, k) => first + k));
/** Start of 2020-04-02, the day of the test vectors. */
const TEST_INTERVAL = 2_642_976;

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** The cipher, tested, or why there is none. */
export async function openNativeCipher(libraries = nativeLibraries): Promise<Encrypt | string> {
  const reasons: string[] = [];
  try {
    const { load } = await import('koffi');
    for (const library of libraries) {
      const encrypt = tryLibrary(() => load(library));
      if (typeof encrypt !== 'string') return encrypt;
      reasons.push(`${library ?? 'node itself'}: ${encrypt}`);
    }
  } catch (cause) {
    return `koffi does not load: ${messageOf(cause)}`;
  }
  return `no AES through koffi (${reasons.join('; ')})`;
}

function tryLibrary(open: () => LibraryHandle): Encrypt | string {
  try {
    const encrypt = cipherOf(open());
    return selfTest(encrypt) ?? encrypt;
  } catch (cause) {
    return messageOf(cause);
  }
}

/** The context lives as long as the process: one for each thread that matches. */
function cipherOf(library: LibraryHandle): Encrypt {
  const init = library.func('int EVP_EncryptInit_ex(void *ctx, void *type, void *engine, const void *key, void *iv)');
  const update = library.func(
    'int EVP_EncryptUpdate(void *ctx, void *out, void *length, const void *in, int inLength)',
  );
  const context: unknown = library.func('void *EVP_CIPHER_CTX_new()')();
  const algorithm: unknown = library.func('void *EVP_aes_128_ecb()')();
  const written = new Int32Array(1);
  if (init(context, algorithm, null, testKeys[0], null) !== 1) throw new Error('EVP_EncryptInit_ex failed');
  return (identifierKey, plain, target) => {
    if (identifierKey.length !== KEY_BYTES || plain.length !== EXPANDED_BYTES || target.length !== EXPANDED_BYTES)
      throw new RangeError(
        `${identifierKey.length}, ${plain.length} and ${target.length} bytes: 16, 2304, 2304 wanted`,
      );
    // Without a type the context keeps its cipher and takes the new key only.
    const done =
      init(context, null, null, identifierKey, null) === 1 &&
      update(context, target, written, plain, EXPANDED_BYTES) === 1;
    if (!done || written[0] !== EXPANDED_BYTES) throw new Error('EVP_EncryptUpdate failed');
  };
}

/** Undefined when `encrypt` gives what node:crypto gives and touches nothing else; otherwise what is wrong. */
export function selfTest(encrypt: Encrypt): string | undefined {
  const plain = paddedData(TEST_INTERVAL, INTERVALS_PER_DAY);
  const expected = new Uint8Array(EXPANDED_BYTES);
  for (const key of testKeys) {
    const space = new Uint8Array(EXPANDED_BYTES + 2 * GUARD_BYTES).fill(GUARD);
    const target = space.subarray(GUARD_BYTES, GUARD_BYTES + EXPANDED_BYTES);
    encrypt(key, plain, target);
    nodeEncrypt(key, plain, expected);
    if (!expected.every((byte, k) => byte === target[k])) return 'the self-test found a wrong answer';
    const outside = [...space.subarray(0, GUARD_BYTES), ...space.subarray(GUARD_BYTES + EXPANDED_BYTES)];
    if (outside.some((byte) => byte !== GUARD)) return 'the self-test found bytes written outside the buffer';
  }
  return undefined;
}
