/**
 * A second reader of protobuf, from the rules of the wire format alone (protobuf.dev/programming-guides/encoding): it
 * knows no message and no library, so that a field at the wrong number or of the wrong type shows.
 */

export interface WireField {
  readonly number: number;
  /** 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. */
  readonly wire: number;
  /** Where it stands in the message around it. */
  readonly bytes: Uint8Array;
  /** Of wire type 0. */
  readonly varint: bigint;
}

function varintAt(bytes: Uint8Array, start: number): [value: bigint, next: number] {
  let value = 0n;
  for (let k = 0; k < 10; k++) {
    const byte = bytes[start + k];
    if (byte === undefined) throw new Error(`the varint at ${start} ends too early`);
    value |= BigInt(byte & 0x7f) << BigInt(7 * k);
    if (byte < 0x80) return [value, start + k + 1];
  }
  throw new Error(`the varint at ${start} is too long`);
}

/** Every field of a message in the order of the bytes. Throws where they are no message. */
export function wireFields(bytes: Uint8Array): readonly WireField[] {
  const fields: WireField[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [tag, afterTag] = varintAt(bytes, at);
    const wire = Number(tag & 7n);
    let varint = 0n;
    let [start, end] = [afterTag, afterTag];
    if (wire === 0) [varint, end] = varintAt(bytes, afterTag);
    else if (wire === 1) end += 8;
    else if (wire === 5) end += 4;
    else if (wire === 2) {
      const [length, afterLength] = varintAt(bytes, afterTag);
      start = afterLength;
      end = start + Number(length);
    } else throw new Error(`wire type ${wire} at ${at}`);
    if (end > bytes.length) throw new Error(`the field at ${at} ends too late`);
    fields.push({ number: Number(tag >> 3n), wire, bytes: bytes.subarray(start, end), varint });
    at = end;
  }
  return fields;
}

/** Fields with the numbers of a path, one below the other. */
export function fieldsAt(bytes: Uint8Array, ...path: readonly number[]): readonly WireField[] {
  const [number, ...rest] = path;
  const found = wireFields(bytes).filter((field) => field.number === number);
  return rest.length === 0 ? found : found.flatMap((field) => fieldsAt(field.bytes, ...rest));
}

/** The varint at a path; 0 where there is none, as in proto3. */
export const varint = (bytes: Uint8Array, ...path: readonly number[]): number =>
  Number(BigInt.asIntN(64, fieldsAt(bytes, ...path).at(-1)?.varint ?? 0n));

/** The doubles at a path, little-endian IEEE 754. */
export const doubles = (bytes: Uint8Array, ...path: readonly number[]): readonly number[] =>
  fieldsAt(bytes, ...path).map((field) => {
    if (field.wire !== 1) throw new Error(`field ${path.join('.')} is no double`);
    return new DataView(field.bytes.buffer, field.bytes.byteOffset, 8).getFloat64(0, true);
  });

export const texts = (bytes: Uint8Array, ...path: readonly number[]): readonly string[] =>
  fieldsAt(bytes, ...path).map((field) => Buffer.from(field.bytes).toString('utf8'));
