/**
 * Protobuf bytes of configuration messages, by reflection on proto/*.proto. Objects have the JSON form: enums by name,
 * 64-bit integers as text, fields at their default absent (protobuf.dev/programming-guides/json).
 */
import protobuf from 'protobufjs';
import { EnlabError } from '../../core/errors.ts';
import { packageText } from '../../core/files.ts';
import type { Path } from './path.ts';

/** A message type of a file in proto/. */
export interface MessageName {
  /** "cwaV1" stands for proto/cwaV1.proto. */
  readonly file: string;
  readonly message: string;
}

const roots = new Map<string, protobuf.Root>();

/** Parsed once a run; keepCase, because the names are those of the JSON form. */
function messageType({ file, message }: MessageName): protobuf.Type {
  const known = roots.get(file);
  if (known) return known.lookupType(message);
  const text = packageText(`src/risk/config/proto/${file}.proto`);
  const { root } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
  root.resolveAll();
  roots.set(file, root);
  return root.lookupType(message);
}

/** What the server delivered has 0.5 to 10 KB; anything near this is no configuration. */
const MOST_BYTES = 1_048_576;

/** Of one list. 1 MiB holds 500,000 empty messages; the longest list that CWA sent has a few hundred (revoked hours). */
const MOST_ENTRIES = 10_000;

export interface DecodedMessage {
  readonly value: Readonly<Record<string, unknown>>;
  /** Fields that the message does not have, or has with another wire type: "field 12" in the message around it. */
  readonly unknownFields: readonly Path[];
}

/** Null where the bytes are not a message of this type: any junk ends here. Nesting ends at 100 levels (protobufjs). */
export function decodeMessage(name: MessageName, bytes: Uint8Array): DecodedMessage | null {
  if (bytes.length > MOST_BYTES) return null;
  const type = messageType(name);
  try {
    const reader = protobuf.Reader.create(bytes);
    reader.discardUnknown = false;
    const message = type.decode(reader);
    const value = type.toObject(message, { enums: String, longs: String }) as DecodedMessage['value'];
    return hasLongList(value) ? null : { value, unknownFields: unknownFields(type, message, []) };
  } catch {
    // Wire errors are of several classes (RangeError, Error, TypeError for text that is no UTF-8).
    return null;
  }
}

function hasLongList(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > MOST_ENTRIES || value.some(hasLongList);
  return isObject(value) && Object.values(value).some(hasLongList);
}

/** Each path once, however often the field stands there. */
function unknownFields(type: protobuf.Type, message: object, at: Path): readonly Path[] {
  const { $unknowns: raw = [] } = message as { readonly $unknowns?: readonly Uint8Array[] };
  const numbers = new Set(raw.map((bytes) => protobuf.Reader.create(bytes).uint32() >>> 3));
  const inner = type.fieldsArray.flatMap((field) => {
    const value = (message as Readonly<Record<string, unknown>>)[field.name];
    if (!(field.resolvedType instanceof protobuf.Type) || !Object.hasOwn(message, field.name)) return [];
    const below = field.resolvedType;
    if (!Array.isArray(value)) return unknownFields(below, value as object, [...at, field.name]);
    return value.flatMap((one: object, k) => unknownFields(below, one, [...at, field.name, k]));
  });
  return [...[...numbers].map((number) => [...at, `field ${number}`]), ...inner];
}

/**
 * The bytes of a document, canonical: fields by ascending number, none at its default, numbers packed. Throws
 * E-FILE-INVALID, naming the value, where the message cannot hold all of the document. `_enlab` is left out.
 */
export function encodeMessage(name: MessageName, document: object): Uint8Array {
  const type = messageType(name);
  const { _enlab: _, ...value } = document as Readonly<Record<string, unknown>>;
  requireHeld(type, value, []);
  return type.encode(type.fromObject(value)).finish();
}

/** protobufjs drops keys it does not know and cuts numbers to fit; this looks first. */
function requireHeld(type: protobuf.Type, value: unknown, at: Path): void {
  if (!isObject(value)) throw notHeld(at, 'must be an object');
  for (const [key, own] of Object.entries(value)) {
    if (own === undefined) continue;
    const field = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined;
    if (!field) throw notHeld([...at, key], 'has no field in the protobuf message');
    if (!field.repeated) requireField(field, own, [...at, key]);
    else if (Array.isArray(own)) for (const [k, one] of own.entries()) requireField(field, one, [...at, key, k]);
    else throw notHeld([...at, key], 'must be a list');
  }
}

function requireField({ resolvedType, type }: protobuf.Field, value: unknown, at: Path): void {
  if (resolvedType instanceof protobuf.Type) requireHeld(resolvedType, value, at);
  else if (resolvedType instanceof protobuf.Enum) {
    const { values, valuesById } = resolvedType;
    const isKnown = typeof value === 'number' ? Object.hasOwn(valuesById, value) : Object.hasOwn(values, String(value));
    if (!isKnown) throw notHeld(at, `must be one of ${Object.keys(values).join(', ')}`);
  } else {
    const rule = scalars[type];
    if (!rule?.holds(value)) throw notHeld(at, `must be ${rule?.what ?? type}`);
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (low: number, high: number) => (value: unknown) =>
  Number.isInteger(value) && (value as number) >= low && (value as number) <= high;

const isLong = (value: unknown): boolean =>
  Number.isSafeInteger(value) ||
  // What fits into 64 bits comes back the same.
  (typeof value === 'string' && /^-?\d{1,19}$/.test(value) && String(BigInt.asIntN(64, BigInt(value))) === value);

/** Scalar types that proto/*.proto use. */
const scalars: Readonly<Record<string, { readonly what: string; readonly holds: (value: unknown) => boolean }>> = {
  int32: { what: 'a whole number of 32 bits', holds: isWhole(-2_147_483_648, 2_147_483_647) },
  uint32: { what: 'a whole number from 0 on, of 32 bits', holds: isWhole(0, 4_294_967_295) },
  int64: { what: 'a whole number of 64 bits', holds: isLong },
  double: { what: 'a number', holds: (value) => typeof value === 'number' },
  bool: { what: 'true or false', holds: (value) => typeof value === 'boolean' },
  string: { what: 'text', holds: (value) => typeof value === 'string' },
};

const notHeld = (at: Path, what: string): EnlabError =>
  new EnlabError('E-FILE-INVALID', `${at.join('.') || 'the document'} ${what}`, {
    hint: 'the protobuf form holds the fields of src/risk/config/proto and nothing else; the JSON form is free',
  });
