/**
 * Members of a zip archive that nobody vouches for. Our own rather than fflate's, because that reader checks no CRC-32,
 * takes the last of two members of one name, and allocates what the archive claims; here every figure is checked before
 * memory is spent. The directory at the end counts (APPNOTE 4.3.12), since writers that stream (Go, Java) give sizes
 * only there and in data descriptors; what the local headers say must not contradict it, so that no other reader of the
 * same file sees other bytes.
 */
import { crc32, inflateRawSync } from 'node:zlib';
import { EnlabError } from '../../core/errors.ts';
import { DEFLATE, zipSignatures } from './zipWriter.ts';

export interface ZipLimits {
  /** Of the archive, bytes. */
  readonly maxBytes: number;
  /** The members that must be there, and the most bytes that each may have uncompressed. */
  readonly members: Readonly<Record<string, number>>;
  /**
   * Uncompressed over compressed size of a member. Keys are random, so real files reach 2:1; 10:1 leaves room for
   * fields we do not know, and a bomb of zeros has 1,028:1.
   */
  readonly maxRatio: number;
}

/** Sizes of the fixed parts of the three records (APPNOTE 4.3.7, 4.3.12, 4.3.16). */
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
const STORED = 0;
/** General purpose bits (APPNOTE 4.4.4): 0, 6 and 13 encryption, 3 sizes in a data descriptor, 5 patched data. */
const REFUSED_FLAGS = 0x0001 | 0x0020 | 0x0040 | 0x2000;
const DESCRIPTOR_FLAG = 0x0008;
/** A size or offset that stands in a zip64 record instead (APPNOTE 4.3.9.2); no key file is that large. */
const ZIP64 = 0xffff_ffff;

interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

const damaged = (message: string, hint = 'download it again'): EnlabError =>
  new EnlabError('E-KEY-FILE', message, { hint });

/**
 * Exactly the members of the limits, in their order. Throws E-KEY-FILE for anything else than a plain archive of just
 * these, and E-LIMIT where it is larger than allowed.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits): readonly Uint8Array[] {
  const names = Object.keys(limits.members);
  if (bytes.length > limits.maxBytes) throw tooLarge('the archive', bytes.length, limits.maxBytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { entries, start } = directoryOf(buffer, names);
  const ranges = entries.map((entry) => dataRange(buffer, entry, start));
  assertApart(entries, ranges);
  for (const entry of entries) assertLimits(entry, limits);
  return names.map((name) => {
    const at = entries.findIndex((entry) => entry.name === name);
    return content(entries[at]!, buffer.subarray(...ranges[at]!));
  });
}

/** The entries of the directory and where it starts. */
function directoryOf(buffer: Buffer, names: readonly string[]): { entries: readonly Entry[]; start: number } {
  const end = buffer.length - END_BYTES;
  if (buffer.length < 4 || buffer.readUInt32LE(0) !== zipSignatures.local)
    throw damaged('this is no zip archive', 'a key export file is a zip archive of export.bin and export.sig');
  // A comment after the record could hold a second one, and then readers disagree: no server writes a comment.
  if (end < 0 || buffer.readUInt32LE(end) !== zipSignatures.end || buffer.readUInt16LE(end + 20) !== 0)
    throw damaged('the archive is cut off, or something follows it: its directory is not at its end');
  const [disk, firstDisk, count, total] = [4, 6, 8, 10].map((at) => buffer.readUInt16LE(end + at));
  const [size, start] = [buffer.readUInt32LE(end + 12), buffer.readUInt32LE(end + 16)];
  if (disk !== 0 || firstDisk !== 0 || count !== total) throw damaged('the archive is one of several parts');
  if (count !== names.length)
    throw damaged(`the archive has ${total} members instead of ${names.length}: ${names.join(' and ')}`);
  if (start + size !== end) throw damaged('the directory of the archive is not where it should be');
  const entries: Entry[] = [];
  let at = start;
  for (let k = 0; k < names.length; k++) {
    const entry = entryAt(buffer, at, end);
    assertMember(entry, names, entries);
    entries.push(entry);
    at += CENTRAL_BYTES + [28, 30, 32].reduce((sum, field) => sum + buffer.readUInt16LE(at + field), 0);
  }
  if (at !== end) throw damaged('the directory of the archive has gaps');
  return { entries, start };
}

function entryAt(buffer: Buffer, at: number, end: number): Entry {
  if (at + CENTRAL_BYTES > end || buffer.readUInt32LE(at) !== zipSignatures.central)
    throw damaged('the directory of the archive is damaged');
  const nameLength = buffer.readUInt16LE(at + 28);
  return {
    name: buffer.toString('latin1', at + CENTRAL_BYTES, Math.min(end, at + CENTRAL_BYTES + nameLength)),
    flags: buffer.readUInt16LE(at + 8),
    method: buffer.readUInt16LE(at + 10),
    crc: buffer.readUInt32LE(at + 16),
    packed: buffer.readUInt32LE(at + 20),
    size: buffer.readUInt32LE(at + 24),
    offset: buffer.readUInt32LE(at + 42),
  };
}

/** Throws for a member that does not belong here, or that plain DEFLATE does not describe. */
function assertMember(
  { name, flags, method, packed, size, offset }: Entry,
  names: readonly string[],
  earlier: readonly Entry[],
): void {
  if (!names.includes(name)) throw damaged(`the archive holds "${printable(name)}", which does not belong there`);
  if (earlier.some((other) => other.name === name)) throw damaged(`the archive holds ${name} twice`);
  if (flags & REFUSED_FLAGS) throw damaged(`${name} is encrypted or patched`);
  if (method !== STORED && method !== DEFLATE)
    throw damaged(`${name} is compressed with method ${method}, not DEFLATE`);
  if ([packed, size, offset].includes(ZIP64)) throw damaged(`${name} has sizes in zip64 form`);
}

/** A name of somebody else, short and without what steers terminals. */
const printable = (name: string): string => name.slice(0, 60).replaceAll(/[^\x20-\x7e]/g, '?');

/** Begin and end of the compressed bytes. Throws where the local header is not there or says something else. */
function dataRange(buffer: Buffer, entry: Entry, directory: number): [begin: number, end: number] {
  const { name, offset } = entry;
  if (offset + LOCAL_BYTES > directory || buffer.readUInt32LE(offset) !== zipSignatures.local)
    throw damaged(`${name} is not where the directory says`);
  const nameLength = buffer.readUInt16LE(offset + 26);
  const begin = offset + LOCAL_BYTES + nameLength + buffer.readUInt16LE(offset + 28);
  const end = begin + entry.packed;
  if (end > directory) throw damaged(`${name} is cut off`);
  const localName = buffer.toString('latin1', offset + LOCAL_BYTES, offset + LOCAL_BYTES + nameLength);
  const isSame =
    localName === name &&
    buffer.readUInt16LE(offset + 8) === entry.method &&
    buffer.readUInt16LE(offset + 6) === entry.flags;
  const local = [14, 18, 22].map((at) => buffer.readUInt32LE(offset + at));
  const central = [entry.crc, entry.packed, entry.size];
  // With a data descriptor the local header has zeros; some writers fill in what they know.
  const hasSizes = local.every((value, k) => value === central[k] || (entry.flags & DESCRIPTOR_FLAG && value === 0));
  if (!isSame || !hasSizes) throw damaged(`the two headers of ${name} contradict each other`);
  return [begin, end];
}

/** Members that share bytes are how archives expand beyond any ratio (Fifield, "A better zip bomb", 2019). */
function assertApart(entries: readonly Entry[], ranges: readonly (readonly [number, number])[]): void {
  const order = entries.map((_, k) => k).toSorted((a, b) => entries[a]!.offset - entries[b]!.offset);
  for (let k = 1; k < order.length; k++)
    if (ranges[order[k - 1]!]![1] > entries[order[k]!]!.offset) throw damaged('members of the archive overlap');
}

function assertLimits({ name, packed, size }: Entry, { members, maxRatio }: ZipLimits): void {
  if (size > members[name]!) throw tooLarge(name, size, members[name]!);
  if (size <= packed * maxRatio) return;
  const ratio = Math.round(size / Math.max(packed, 1));
  throw new EnlabError('E-LIMIT', `${name} would expand ${ratio} times: keys are random and never shrink like that`, {
    hint: 'this is no key export file of a server, and may be made to fill memory',
  });
}

const tooLarge = (what: string, size: number, limit: number): EnlabError =>
  new EnlabError('E-LIMIT', `${what} has ${size.toLocaleString('en')} bytes, more than ${limit.toLocaleString('en')}`);

/** The member uncompressed; neither more nor less than the directory says, and with its CRC-32. */
function content({ name, method, size, crc }: Entry, packed: Buffer): Uint8Array {
  const data = method === STORED ? packed : inflated(name, packed, size);
  if (data.length !== size) throw damaged(`${name} has ${data.length} bytes instead of ${size}`);
  if (crc32(data) !== crc) throw damaged(`${name} is damaged: its CRC-32 differs`);
  return data;
}

/** First output buffer of the inflater: one for most files, and small beside the limits. */
const CHUNK_BYTES = 1_048_576;

function inflated(name: string, packed: Buffer, size: number): Buffer {
  try {
    const options = { maxOutputLength: Math.max(1, size), chunkSize: Math.min(CHUNK_BYTES, size + 64), info: true };
    // With `info` the result tells how much of the input was used, which the types do not know.
    const { buffer, engine } = inflateRawSync(packed, options) as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    if (engine.bytesWritten === packed.length) return buffer;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw damaged(`${name} expands beyond the ${size} bytes it declares`);
    throw new EnlabError('E-KEY-FILE', `${name} cannot be uncompressed`, { hint: 'download it again', cause });
  }
  throw damaged(`${name} ends before its compressed bytes do`);
}
