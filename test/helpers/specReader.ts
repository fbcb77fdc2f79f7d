/**
 * A second reader of key export files, from the specification alone (PKWARE APPNOTE 4.3, Protocol Buffers "Encoding",
 * Google "Exposure Key export file format"): it shares no line with the product, and no library beyond node's own.
 */
import { type KeyObject, verify } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

export interface SpecKey {
  /** Hex. */
  readonly data: string;
  readonly level?: number;
  readonly start?: number;
  readonly period?: number;
  readonly reportType?: number;
  readonly days?: number;
}

export interface SpecExport {
  readonly header: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly region: string;
  readonly batch: readonly [number, number];
  readonly infos: readonly (readonly string[])[];
  readonly keys: readonly SpecKey[];
  readonly revised: readonly SpecKey[];
  readonly verifies: boolean;
}

type Value = bigint | Uint8Array;
type Fields = Map<number, Value[]>;

/** Fields of a message: varints and fixed64 as integers, everything with a length as bytes. */
function fieldsOf(bytes: Uint8Array): Fields {
  const fields: Fields = new Map();
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    let value: Value;
    if ((tag & 7) === 0) value = varint();
    else if ((tag & 7) === 1) {
      value = Buffer.from(bytes.subarray(at, at + 8)).readBigUInt64LE();
      at += 8;
    } else if ((tag & 7) === 2) {
      const length = Number(varint());
      value = bytes.subarray(at, at + length);
      at += length;
    } else throw new Error(`wire type ${tag & 7}`);
    fields.set(tag >> 3, [...(fields.get(tag >> 3) ?? []), value]);
  }
  return fields;
}

const all = (fields: Fields, number: number): readonly Uint8Array[] => (fields.get(number) ?? []) as Uint8Array[];
const text = (value: Value | undefined): string => Buffer.from((value as Uint8Array) ?? []).toString('utf8');
const integer = (fields: Fields, number: number): number | undefined => {
  const value = fields.get(number)?.at(-1) as bigint | undefined;
  return value === undefined ? undefined : Number(value);
};

function keyOf(bytes: Uint8Array): SpecKey {
  const fields = fieldsOf(bytes);
  const zigzag = integer(fields, 6);
  return {
    data: Buffer.from(all(fields, 1)[0]!).toString('hex'),
    level: integer(fields, 2),
    start: integer(fields, 3),
    period: integer(fields, 4),
    reportType: integer(fields, 5),
    days: zigzag === undefined ? undefined : zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2,
  } as SpecKey;
}

/** Members by name, found through the directory at the end. */
function membersOf(zip: Buffer): ReadonlyMap<string, Buffer> {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const members = new Map<string, Buffer>();
  let at = zip.readUInt32LE(end + 16);
  for (let count = zip.readUInt16LE(end + 10); count > 0; count--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => zip.readUInt16LE(at + field)) as [
      number,
      number,
      number,
    ];
    const name = zip.toString('latin1', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(begin, begin + zip.readUInt32LE(at + 20));
    members.set(name, zip.readUInt16LE(at + 10) === 8 ? inflateRawSync(packed) : packed);
    at += 46 + nameLength + extra + comment;
  }
  return members;
}

/** Reads a file that is meant to be right; anything else throws or shows in the result. */
export function readBySpec(zip: Uint8Array, publicKey: KeyObject): SpecExport {
  const members = membersOf(Buffer.from(zip));
  if ([...members.keys()].join() !== 'export.bin,export.sig') throw new Error([...members.keys()].join());
  const binary = members.get('export.bin')!;
  const fields = fieldsOf(binary.subarray(16));
  const signatures = all(fieldsOf(members.get('export.sig')!), 1).map(fieldsOf);
  const infoOf = (bytes: Uint8Array): readonly string[] =>
    [3, 4, 5, 1].map((number) => text(fieldsOf(bytes).get(number)?.[0]));
  return {
    header: binary.toString('latin1', 0, 16),
    start: fields.get(1)![0] as bigint,
    end: fields.get(2)![0] as bigint,
    region: text(fields.get(3)![0]),
    batch: [integer(fields, 4)!, integer(fields, 5)!],
    infos: all(fields, 6).map(infoOf),
    keys: all(fields, 7).map(keyOf),
    revised: all(fields, 8).map(keyOf),
    verifies: signatures.every(
      (signature) =>
        JSON.stringify(infoOf(all(signature, 1)[0]!)).includes('1.2.840.10045.4.3.2') &&
        verify('sha256', binary, publicKey, all(signature, 4)[0]!),
    ),
  };
}
