/** Bytes as people and tools write them. */

export const toHex = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

export const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/**
 * `length` bytes of a text in hex ("8be6..", "8B:E6:..", "0x8be6..") or base64 (standard or URL alphabet, with or without
 * padding); undefined where it is neither or has another length. The two cannot be confused: for the same number of
 * bytes their texts differ in length.
 */
export function parseBytes(text: string, length: number): Uint8Array | undefined {
  const hex = text.replace(/^0x/i, '').replaceAll(/[:\s-]/g, '');
  if (hex.length === 2 * length && /^[0-9a-f]*$/i.test(hex)) return new Uint8Array(Buffer.from(hex, 'hex'));
  if (!/^[\w+/-]+={0,2}$/.test(text)) return undefined;
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  return bytes.length === length ? bytes : undefined;
}
