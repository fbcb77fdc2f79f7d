/** One table of everything that can be wrong with a file, through the public API: what, where and a hint, each time. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { fileWith, folderWith } from '../helpers/imports.ts';
import { headerLine, nativeText, openError, openText, sighting } from '../helpers/traces.ts';

const csv = (...rows: readonly string[]): string => ['minutes;attenuation;user', ...rows].join('\n');
const longLine = (first: string): Buffer =>
  Buffer.concat([gzipSync(first), ...Array<Buffer>(200).fill(gzipSync(Buffer.alloc(1e6, 'a')))]);

describe.each([
  ['our trace', 'a.ndjson', nativeText(sighting)],
  ['csv', 'a.csv', csv('5;60;u')],
])('%s', (_format, name, good) => {
  it.each([
    ['missing', () => `${folderWith({})}/${name}`, 'E-FILE-MISSING'],
    ['empty', () => fileWith(name, ''), 'E-FILE-EMPTY'],
    ['an empty gzip', () => fileWith(name, gzipSync('')), 'E-FILE-EMPTY'],
    ['blank lines', () => fileWith(name, '\n  \r\n'), 'E-FILE-EMPTY'],
    ['binary', () => fileWith(name, Buffer.from([0, 1, 2, 3, 255, 254])), 'E-FILE-FORMAT'],
    ['truncated gzip', () => fileWith(name, gzipSync(good).subarray(0, -12)), 'E-FILE-TRUNCATED'],
    ['UTF-16', () => fileWith(name, Buffer.from(good, 'utf16le')), 'E-FILE-FORMAT'],
    ['one row of 200 MB', () => fileWith(name, longLine(`${good.trimEnd()}\n`)), 'E-FILE-INVALID'],
  ])('%s', async (_what, path, code) => {
    const file = path();
    const error = await openError(file);
    expect(error).toMatchObject({ code, exitCode: exitCodes.usage, place: { file } });
    expect(error.message.length).toBeGreaterThan(10);
    expect(error.hint.length).toBeGreaterThan(10);
  });

  it.each([
    ['CRLF', good.replaceAll('\n', '\r\n')],
    ['no newline at the end', good.trimEnd()],
    ['newlines at the end', `${good}\n\n\n`],
    ['a byte order mark', `\uFEFF${good}`],
  ])('%s is no fault', async (_what, text) => {
    const { records, tally } = await openText(text, {}, name);
    expect(records).toHaveLength(1);
    expect([...tally.rejected, ...tally.notices]).toEqual([]);
  });
});

describe('the same value is an error in our format and a counted rejection in a table of others', () => {
  const exposure = { type: 'exposure', minutes: 5, attenuation: 60 };
  it.each([
    ['NaN', { ...exposure, minutes: null }, 'NaN;60;u', 'minutes unknown'],
    ['negative minutes', { ...exposure, minutes: -5 }, '-5;60;u', 'minutes below 0'],
    ['attenuation out of range', { ...exposure, attenuation: 256 }, '5;256;u', 'attenuation above 255'],
    ['minutes as text', { ...exposure, minutes: '5' }, 'five;60;u', 'minutes not a number'],
  ])('%s', async (_what, record, row, reason) => {
    const error = await openError(fileWith('a.ndjson', nativeText(exposure, record)));
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', place: { line: 3 } });
    const { tally } = await openText(csv('5;60;u', row));
    expect([...tally.rejected]).toEqual([[reason, 1]]);
  });
});

describe('wrong units', () => {
  it.each([
    ['our trace in cm', headerLine({ units: { distance: 'cm' } })],
    ['a table in cm', 'minutes;attenuation;distance\n5;60;120\n5;60;80\n'],
    ['a table in seconds', csv('900;60;u', '1200;60;u')],
    ['RSSI as attenuation', csv('5;-60;u')],
  ])('%s', async (_what, text) => {
    const error = await openError(fileWith('a.txt', text));
    expect(error).toMatchObject({ code: 'E-UNITS', exitCode: exitCodes.usage });
    expect(error.hint).toMatch(/--units|"units"/);
  });
});
