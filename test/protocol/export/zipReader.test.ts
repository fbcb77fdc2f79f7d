/** Archives that nobody should make. Every one is refused before it costs memory, with words about what is wrong. */
import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { EnlabError, type ErrorCode } from '../../../src/core/errors.ts';
import { readZip } from '../../../src/protocol/export/zipReader.ts';
import { writeZip } from '../../../src/protocol/export/zipWriter.ts';
import { type ForeignMember, foreignZip, type ZipStyle } from '../../helpers/foreignKeyFiles.ts';

const limits = { maxBytes: 1_000_000, maxRatio: 10, members: { 'export.bin': 1_000_000, 'export.sig': 1_000 } };
const bin: ForeignMember = { name: 'export.bin', data: Buffer.from('the keys of many people') };
const sig: ForeignMember = { name: 'export.sig', data: Buffer.from('their signature') };
const zip = (members: readonly ForeignMember[], style?: ZipStyle): Buffer => foreignZip(members, style);
const good = zip([bin, sig]);
const read = (bytes: Uint8Array) => readZip(bytes, limits).map((part) => Buffer.from(part).toString());

function patched(at: number, value: number): Buffer {
  const copy = Buffer.from(good);
  copy.writeUInt8(value, at < 0 ? copy.length + at : at);
  return copy;
}

const zeros = Buffer.alloc(900_000);

const refused: readonly (readonly [string, Uint8Array, ErrorCode, RegExp])[] = [
  ['nothing', new Uint8Array(), 'E-KEY-FILE', /no zip archive/],
  ['a web page', Buffer.from('<!DOCTYPE html><title>404</title>'), 'E-KEY-FILE', /no zip archive/],
  ['the first bytes only', good.subarray(0, 10), 'E-KEY-FILE', /cut off/],
  ['all but the last byte', good.subarray(0, -1), 'E-KEY-FILE', /cut off, or something follows/],
  ['a byte behind the end', Buffer.concat([good, Buffer.of(0)]), 'E-KEY-FILE', /something follows/],
  [
    'a comment, in which a second directory could hide',
    zip([bin, sig], { comment: 'hello' }),
    'E-KEY-FILE',
    /something follows/,
  ],
  [
    'bytes before the first member',
    Buffer.concat([Buffer.from('PK\x03\x04 '), good]),
    'E-KEY-FILE',
    /not where it should be/,
  ],
  ['one member', zip([bin]), 'E-KEY-FILE', /1 members instead of 2: export\.bin and export\.sig/],
  ['a third member', zip([bin, sig, { name: 'readme.txt', data: bin.data }]), 'E-KEY-FILE', /3 members/],
  [
    'a third member that the end does not count',
    zip([bin, sig, { name: 'x', data: bin.data }], { claims: 2 }),
    'E-KEY-FILE',
    /gaps/,
  ],
  ['members that are not there', zip([bin], { claims: 2 }), 'E-KEY-FILE', /directory of the archive is damaged/],
  [
    'another name',
    zip([bin, { ...sig, name: 'export.txt' }]),
    'E-KEY-FILE',
    /holds "export\.txt", which does not belong/,
  ],
  ['a name in capitals', zip([{ ...bin, name: 'EXPORT.BIN' }, sig]), 'E-KEY-FILE', /holds "EXPORT\.BIN"/],
  ['a folder', zip([{ ...bin, name: 'keys/export.bin' }, sig]), 'E-KEY-FILE', /holds "keys\/export\.bin"/],
  [
    'a path out of the folder',
    zip([{ ...bin, name: '../export.bin' }, sig]),
    'E-KEY-FILE',
    /holds "\.\.\/export\.bin"/,
  ],
  ['a name that steers terminals', zip([{ ...bin, name: 'a\x1b[2Jb' }, sig]), 'E-KEY-FILE', /holds "a\?\[2Jb"/],
  ['an archive in the archive', zip([{ name: 'export.zip', data: good }, sig]), 'E-KEY-FILE', /holds "export\.zip"/],
  ['the same name twice', zip([bin, bin]), 'E-KEY-FILE', /holds export\.bin twice/],
  ['encryption', zip([{ ...bin, flags: 1 }, sig]), 'E-KEY-FILE', /export\.bin is encrypted/],
  ['bzip2', zip([{ ...bin, method: 12, packed: bin.data }, sig]), 'E-KEY-FILE', /method 12, not DEFLATE/],
  ['zip64 sizes', zip([{ ...bin, size: 0xffff_ffff }, sig]), 'E-KEY-FILE', /zip64/],
  [
    'two names of one member',
    zip([{ ...bin, localName: 'export.sig' }, sig]),
    'E-KEY-FILE',
    /two headers of export\.bin contradict/,
  ],
  ['a wrong CRC-32', zip([{ ...bin, crc: 1 }, sig]), 'E-KEY-FILE', /export\.bin is damaged: its CRC-32 differs/],
  [
    'a byte of stored data changed',
    zip([{ ...bin, method: 0, packed: Buffer.from('the keys of many peopla') }, sig]),
    'E-KEY-FILE',
    /CRC-32/,
  ],
  ['less data than declared', zip([{ ...bin, size: 30 }, sig]), 'E-KEY-FILE', /23 bytes instead of 30/],
  [
    'more data than declared',
    zip([{ ...bin, size: 20 }, sig]),
    'E-KEY-FILE',
    /expands beyond the 20 bytes it declares/,
  ],
  ['stored data of another size', zip([{ ...bin, method: 0, size: 20 }, sig]), 'E-KEY-FILE', /23 bytes instead of 20/],
  [
    'data that is no DEFLATE',
    zip([{ ...bin, packed: Buffer.from('\xff\xff\xff', 'latin1') }, sig]),
    'E-KEY-FILE',
    /cannot be uncompressed/,
  ],
  [
    'data that is cut',
    zip([{ ...bin, packed: deflateRawSync(bin.data).subarray(0, 8) }, sig]),
    'E-KEY-FILE',
    /cannot be uncompressed/,
  ],
  [
    'bytes behind the compressed data',
    zip([{ ...bin, packed: Buffer.concat([deflateRawSync(bin.data), Buffer.from('hidden')]) }, sig]),
    'E-KEY-FILE',
    /ends before its compressed bytes do/,
  ],
  [
    'a member that reaches into the directory',
    zip([bin, { ...sig, packedSize: 500 }]),
    'E-KEY-FILE',
    /export\.sig is cut off/,
  ],
  [
    'a member beyond the archive',
    zip([bin, { ...sig, offset: 1_000_000 }]),
    'E-KEY-FILE',
    /not where the directory says/,
  ],
  ['members that share their bytes', zip([{ ...bin, packedSize: 100 }, { ...sig }]), 'E-KEY-FILE', /overlap|cut off/],
  ['a part of several', patched(-18, 1), 'E-KEY-FILE', /one of several parts/],
  ['a bomb of zeros, 1,028 to 1', zip([{ ...bin, data: zeros }, sig]), 'E-LIMIT', /would expand 10\d\d times/],
  [
    'a bomb that understates its size',
    zip([{ ...bin, data: zeros, size: 5_000 }, sig]),
    'E-KEY-FILE',
    /beyond the 5000 bytes it declares/,
  ],
  [
    'a member above its limit',
    zip([bin, { ...sig, method: 0, data: Buffer.alloc(1_001, 1) }]),
    'E-LIMIT',
    /export\.sig has 1,001 bytes, more than 1,000/,
  ],
  ['an archive above its limit', Buffer.concat([good, zeros, zeros]), 'E-LIMIT', /the archive has 1,800,\d+ bytes/],
];

describe('an archive is refused', () => {
  it.each(refused)('%s', (_, bytes, code, message) => {
    try {
      readZip(bytes, limits);
    } catch (error) {
      expect(error).toBeInstanceOf(EnlabError);
      expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
      return;
    }
    expect.unreachable('it was read');
  });

  it('cut anywhere', () => {
    for (let length = 0; length < good.length; length++)
      expect(() => read(good.subarray(0, length)), `${length} bytes`).toThrow(EnlabError);
  });
});

describe('an archive is read', () => {
  const text = ['the keys of many people', 'their signature'];

  it.each([
    ['with the members the other way round', zip([sig, bin])],
    [
      'stored',
      zip([
        { ...bin, method: 0 },
        { ...sig, method: 0 },
      ]),
    ],
    ['with data descriptors', zip([bin, sig], { descriptors: true, date: 0 })],
    ['with extra fields', zip([bin, sig], { extra: Buffer.from('UT\x05\x00\x03abcd') })],
    ['with the flag for UTF-8 names', zip([{ ...bin, flags: 0x0800 }, sig])],
    ['of our own writer', writeZip([bin, sig])],
  ])('%s', (_, bytes) => {
    expect(read(bytes)).toEqual(text);
  });

  it('from the middle of a larger buffer', () => {
    const larger = Buffer.concat([Buffer.alloc(5), good, Buffer.alloc(5)]);
    expect(read(new Uint8Array(larger.buffer, larger.byteOffset + 5, good.length))).toEqual(text);
  });

  it('with empty members, as far as the archive is concerned', () => {
    expect(read(zip([{ ...bin, data: Buffer.alloc(0) }, sig]))).toEqual(['', text[1]]);
  });
});

describe('the memory of a refusal', () => {
  it('is not that of what a bomb declares', () => {
    // 64 MB of zeros in 64 kB: refused by its ratio, and by what it declares where it lies about its size.
    const bomb = zip([{ ...bin, data: Buffer.alloc(64_000_000) }, sig]);
    const lying = zip([{ ...bin, data: Buffer.alloc(64_000_000), size: 600_000 }, sig]);
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readZip(bomb, limits)).toThrow(/64,000,000 bytes, more than 1,000,000/);
    expect(() => readZip(lying, limits)).toThrow(/beyond/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  });
});
