/** Version 4 UUIDs (RFC 9562 5.4): registration tokens and TANs. */
import { toHex } from '../../core/bytes.ts';
import type { Entropy } from '../../core/entropy.ts';

export function newUuid4(entropy: Entropy): string {
  const bytes = Uint8Array.from(entropy(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
