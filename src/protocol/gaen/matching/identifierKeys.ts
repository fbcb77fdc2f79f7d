/**
 * Identifier keys (RPIK) of many diagnosis keys. With a call of node:crypto for each hash, HKDF takes longer than AES;
 * the module of wasm/hkdf.ts takes a sixth of that for four keys at a time (docs/matching.md, "Speed").
 */
import { KEY_BYTES, rollingProximityIdentifierKey } from '../keys.ts';
import type { KeyTable } from '../keyTable.ts';
import moduleBase64 from './hkdf.generated.ts';

/** RPIKs of the keys in `rows`, at most `KEYS_AT_ONCE`, 16 bytes each; overwritten by the next call. */
export type DeriveIdentifierKeys = (keys: Pick<KeyTable, 'keyData'>, rows: Uint32Array) => readonly Uint8Array[];

/** Capacity of the module: enough that a call costs nothing, few enough to stay in the first-level cache. */
export const KEYS_AT_ONCE = 128;

/** The part of WebAssembly that we use; the types of Node 20 do not have it. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: HkdfModule };
};

/** Exports of wasm/hkdf.ts. */
interface HkdfModule {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly KEYS: { readonly value: number };
  readonly CAPACITY: { readonly value: number };
  derive(count: number): void;
}

/** Made once a thread: phones match small files very often. null: this engine cannot. */
let made: DeriveIdentifierKeys | null | undefined;

/** With WebAssembly; undefined where the processor or the engine has no SIMD, which the module cannot do without. */
export const wasmIdentifierKeys = (): DeriveIdentifierKeys | undefined => (made ??= makeWasm()) ?? undefined;

function makeWasm(): DeriveIdentifierKeys | null {
  const bytes = Buffer.from(moduleBase64, 'base64');
  if (!WebAssembly.validate(bytes)) return null;
  const hkdf = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  if (hkdf.CAPACITY.value !== KEYS_AT_ONCE) throw new Error('hkdf.generated.ts is not of this version: npm run wasm');
  const space = new Uint8Array(hkdf.memory.buffer, hkdf.KEYS.value, KEYS_AT_ONCE * KEY_BYTES);
  // Views are made once: making one for each key would cost a tenth of the whole match.
  const derived = Array.from({ length: KEYS_AT_ONCE }, (_, k) => space.subarray(k * KEY_BYTES, (k + 1) * KEY_BYTES));
  return (keys, rows) => {
    for (let k = 0; k < rows.length; k++) copyKey(keys.keyData, rows[k]!, space, k);
    hkdf.derive(rows.length);
    return derived;
  };
}

/** Byte by byte: a view for `set` costs more than sixteen assignments. */
function copyKey(keyData: Uint8Array, row: number, space: Uint8Array, place: number): void {
  const from = row * KEY_BYTES;
  const to = place * KEY_BYTES;
  for (let byte = 0; byte < KEY_BYTES; byte++) space[to + byte] = keyData[from + byte]!;
}

/** With two HMACs of node:crypto a key: where there is no WebAssembly SIMD. */
export const hmacIdentifierKeys: DeriveIdentifierKeys = ({ keyData }, rows) =>
  Array.from(rows, (row) => rollingProximityIdentifierKey(keyData.subarray(row * KEY_BYTES, (row + 1) * KEY_BYTES)));
