/** What a file that no importer knows seems to be, in words that help. */
import { dialectOf } from './csvDialect.ts';
import type { Probe } from './files.ts';
import { shownList } from './shown.ts';

/** First bytes, as Latin-1 -> what begins so. */
const magic: readonly (readonly [string, string])[] = [
  ['PK\u0003\u0004', 'a ZIP archive (an .xlsx workbook is one: save the sheet as CSV)'],
  ['\u00D0\u00CF\u0011\u00E0', 'an old Excel or Word file (save the sheet as CSV)'],
  ['%PDF-', 'a PDF'],
  ['SQLite format 3\0', 'a SQLite database'],
  ['\u001F\u008B', 'a gzip file inside a gzip file'],
  ['BZh', 'a bzip2 file (unpack it)'],
  ['\u00FD7zXZ', 'an xz file (unpack it)'],
  ['\u0028\u00B5\u002F\u00FD', 'a Zstandard file (unpack it)'],
  ['version https://git-lfs', 'a pointer of Git LFS, not the file itself (git lfs pull)'],
];
const texts: readonly (readonly [RegExp, string])[] = [
  [/^\s*<(?:!doctype html|html)/i, 'an HTML page (was a login or error page saved instead of the file?)'],
  [/^\s*<\?xml/, 'an XML document'],
  [/^\s*[[{]/, 'JSON of another kind'],
];

export function looksLike(probe: Probe): string {
  const bytes = probe.bytes.subarray(0, 512);
  const start = Buffer.from(bytes).toString('latin1');
  const known = magic.find(([beginning]) => start.startsWith(beginning));
  if (known) return known[1];
  // No text holds the characters before TAB.
  if (bytes.some((byte) => byte < 9)) return 'a binary file';
  const text = texts.find(([pattern]) => pattern.test(probe.text));
  if (text) return text[1];
  const header = dialectOf(probe)?.header;
  return header
    ? `a table with the columns ${shownList(header)} (--from csv with --columns minutes=...,attenuation=...)`
    : 'a text';
}

/** By its byte order mark, or because every second byte of its beginning is 0. */
export function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  const start = bytes.subarray(0, 64);
  return start.length >= 8 && [0, 1].some((side) => start.every((byte, k) => (k % 2 === side) === (byte === 0)));
}
