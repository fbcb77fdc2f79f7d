/** Diagnosis key -> its 144 rolling proximity identifiers, in the three ways that a match may use. */
import { paddedData } from '../identifiers.ts';
import { type ENInterval, INTERVALS_PER_DAY } from '../intervals.ts';
import type { KeyTable } from '../keyTable.ts';
import { type Encrypt, EXPANDED_BYTES, nodeEncrypt } from './cipher.ts';
import { type DeriveIdentifierKeys, hmacIdentifierKeys, KEYS_AT_ONCE, wasmIdentifierKeys } from './identifierKeys.ts';
import { openNativeCipher } from './nativeCipher.ts';

/**
 * wasm: WebAssembly for HKDF, node:crypto for AES. hmac: node:crypto for both. native: WebAssembly for HKDF and the
 * functions of OpenSSL itself for AES, called through the optional package koffi; only on request.
 */
export const expanderNames = ['wasm', 'hmac', 'native'] as const;
export type ExpanderName = (typeof expanderNames)[number];

/** What an expander reads of a key table. */
export type KeyColumns = Pick<KeyTable, 'keyData' | 'rollingStart' | 'rollingPeriod'>;

export interface Expander {
  readonly name: ExpanderName;
  /** Why this is not the expander that was asked for. */
  readonly reason?: string;
  /** Identifiers of one key, 144 x 16 bytes: always a whole day, whatever its rolling period. */
  readonly identifiers: Uint8Array;
  /** Fills `identifiers` for one key after the other and calls `visit` each time. RangeError for a row beyond the table. */
  expand(keys: KeyColumns, rows: Uint32Array, visit: (row: number) => void): void;
}

/** A file has keys of some 14 days, in mixed order: their plain texts are kept. More starts than that come from tests. */
const MOST_PLAIN_TEXTS = 64;

function plainTexts(): (start: ENInterval) => Uint8Array {
  const kept = new Map<ENInterval, Uint8Array>();
  return (start) => {
    const known = kept.get(start);
    if (known) return known;
    if (kept.size === MOST_PLAIN_TEXTS) kept.clear();
    const plain = paddedData(start, INTERVALS_PER_DAY);
    kept.set(start, plain);
    return plain;
  };
}

function expanderOf(name: ExpanderName, derive: DeriveIdentifierKeys, encrypt: Encrypt): Expander {
  // Never on the heap of JavaScript, where typed arrays up to 64 bytes may lie: native code writes into it.
  const identifiers = new Uint8Array(EXPANDED_BYTES);
  const plainAt = plainTexts();
  const expandOne = (keys: KeyColumns, row: number, identifierKey: Uint8Array): void => {
    encrypt(identifierKey, plainAt(keys.rollingStart[row]!), identifiers);
  };
  return {
    name,
    identifiers,
    expand(keys, rows, visit) {
      for (let from = 0; from < rows.length; from += KEYS_AT_ONCE) {
        const batch = rows.subarray(from, from + KEYS_AT_ONCE);
        const missing = batch.find((row) => row >= keys.rollingStart.length);
        if (missing !== undefined) throw new RangeError(`no key in row ${missing} of ${keys.rollingStart.length}`);
        const identifierKeys = derive(keys, batch);
        for (let k = 0; k < batch.length; k++) {
          expandOne(keys, batch[k]!, identifierKeys[k]!);
          visit(batch[k]!);
        }
      }
    },
  };
}

/**
 * The expander `wanted`, or the next one that this machine can run; `reason` then says why. Never throws: each gives
 * the same identifiers.
 */
export async function openExpander(wanted: ExpanderName): Promise<Expander> {
  const wasm = wanted === 'hmac' ? undefined : wasmIdentifierKeys();
  const derive = wasm ?? hmacIdentifierKeys;
  const name = wasm ? 'wasm' : 'hmac';
  if (wanted !== 'native') {
    const other = expanderOf(name, derive, nodeEncrypt);
    return name === wanted ? other : { ...other, reason: 'this engine has no WebAssembly SIMD' };
  }
  const encrypt = await openNativeCipher();
  return typeof encrypt === 'string'
    ? { ...expanderOf(name, derive, nodeEncrypt), reason: encrypt }
    : expanderOf('native', derive, encrypt);
}
