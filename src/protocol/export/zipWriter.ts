/**
 * A zip archive of a few members (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12, 4.3.16). Our own rather than fflate's,
 * because the same keys must give the same bytes everywhere: fflate writes the local time of the machine.
 */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipMember {
  /** ASCII. */
  readonly name: string;
  readonly data: Uint8Array;
}

export const zipSignatures = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 } as const;

/** Version 2.0 of the format: DEFLATE, no zip64 (APPNOTE 4.4.3). */
const VERSION = 20;
export const DEFLATE = 8;
/** 1 January 1980, the first day of DOS dates (APPNOTE 4.4.6), and midnight. */
const DOS_DATE = 0x0021;
const DOS_TIME = 0;

/** Members in the given order, each with DEFLATE. Of all members together less than 4 GiB. */
export function writeZip(members: readonly ZipMember[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const { name, data } of members) {
    const packed = deflateRawSync(data);
    const shared = sharedFields(name, data, packed.length);
    const local = Buffer.concat([words(zipSignatures.local), shared, Buffer.from(name, 'latin1'), packed]);
    const attributes = Buffer.alloc(14);
    // After comment length, disk and both kinds of attributes, which are 0, comes where the member begins (4.4.16).
    attributes.writeUInt32LE(offset, 10);
    const maker = shorts(VERSION);
    directory.push(words(zipSignatures.central), maker, shared, attributes, Buffer.from(name, 'latin1'));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = [
    words(zipSignatures.end),
    shorts(0, 0, members.length, members.length),
    words(central.length, offset),
    shorts(0),
  ];
  return Buffer.concat([...parts, central, ...end]);
}

/** What stands in the local header and in the directory alike: version, flags, method, time, CRC-32, sizes, lengths. */
const sharedFields = (name: string, data: Uint8Array, packed: number): Buffer =>
  Buffer.concat([
    shorts(VERSION, 0, DEFLATE, DOS_TIME, DOS_DATE),
    words(crc32(data), packed, data.length),
    shorts(name.length, 0),
  ]);

/** Little-endian integers of 2 bytes. */
const shorts = (...values: readonly number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);

/** Little-endian integers of 4 bytes. */
const words = (...values: readonly number[]): Buffer => Buffer.from(Uint32Array.from(values).buffer);
