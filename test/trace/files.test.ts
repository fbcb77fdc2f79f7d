import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { distinctScenarios, folderNames, TraceFile } from '../../src/trace/files.ts';
import { fileWith, folderWith } from '../helpers/imports.ts';

async function linesOf(content: string | Uint8Array, name = 'trace.txt'): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of new TraceFile(fileWith(name, content)).lines()) lines.push(...batch);
  return lines;
}

async function errorOf(path: string): Promise<EnlabError> {
  try {
    for await (const batch of new TraceFile(path).lines()) expect(batch).toBeDefined();
  } catch (error) {
    return error as EnlabError;
  }
  throw new Error('no error');
}

describe('lines', () => {
  it.each([
    ['LF', 'a\nb\n', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['no end of line at the end', 'a\nb', ['a', 'b']],
    ['CR at the very end', 'a\nb\r', ['a', 'b']],
    ['blank lines', '\n\na\n', ['', '', 'a']],
    ['a byte order mark', '\uFEFFa\nb', ['a', 'b']],
    ['only one CRLF among LF', 'a\nb\r\nc\n', ['a', 'b', 'c']],
  ])('%s', async (_name, text, expected) => {
    expect(await linesOf(text)).toEqual(expected);
    expect(await linesOf(gzipSync(text), 'plain-name')).toEqual(expected);
  });

  it('are those of the text when characters and line ends lie across chunks', async () => {
    const end = 1 << 20;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: end - 8, max: end + 1 }),
        fc.array(fc.constantFrom('ü', '€', '😀', '\r\n', '\n', 'x'), { minLength: 4, maxLength: 12 }),
        async (padding, parts) => {
          const text = `${'p'.repeat(padding)}${parts.join('')}end`;
          expect(await linesOf(text)).toEqual(text.split(/\r?\n/));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('Windows-1252 text is decoded when asked for', async () => {
    const file = new TraceFile(fileWith('a.csv', Buffer.from([0x80, 0x3b, 0xe8, 0x0a])));
    let text = '';
    for await (const piece of file.text('windows-1252')) text += piece;
    expect(text).toBe('€;è\n');
  });
});

describe('one line of 200 MB', () => {
  it('is refused after 16 million characters, without taking the memory', async () => {
    const megabyte = gzipSync(Buffer.alloc(1e6, 'a'));
    const path = fileWith('long.gz', Buffer.concat([gzipSync('first\n'), ...Array<Buffer>(200).fill(megabyte)]));
    const before = process.memoryUsage.rss();
    const error = await errorOf(path);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', place: { file: path, line: 2 } });
    expect(error.message).toContain('16 million characters');
    expect(process.memoryUsage.rss() - before).toBeLessThan(190e6);
  });

  it('a line just below the limit is read', async () => {
    const lines = await linesOf(gzipSync(`${'a'.repeat(15_999_999)}\nb\n`));
    expect(lines.map((line) => line.length)).toEqual([15_999_999, 1]);
  });
});

describe('files that cannot be read', () => {
  it.each([
    ['missing', () => `${folderWith({})}/none.csv`, 'E-FILE-MISSING', 'no such file'],
    ['empty', () => fileWith('empty.csv', ''), 'E-FILE-EMPTY', 'empty'],
    ['a folder', () => folderWith({}), 'E-FILE-READ', 'directory'],
    [
      'truncated gzip',
      () => fileWith('t.gz', gzipSync('x\n'.repeat(9999)).subarray(0, 40)),
      'E-FILE-TRUNCATED',
      'gzip',
    ],
    ['damaged gzip', () => fileWith('t.gz', damaged(gzipSync('x\n'.repeat(9999)))), 'E-FILE-TRUNCATED', 'gzip'],
  ])('%s', async (_name, path, code, message) => {
    const file = path();
    const error = await errorOf(file);
    expect(error).toBeInstanceOf(EnlabError);
    expect(error).toMatchObject({ code, place: { file } });
    expect(error.message).toContain(message);
  });
});

/** The check sum of the content, in the last eight bytes, is wrong. */
const damaged = (gzip: Buffer): Buffer => Buffer.from(gzip.map((byte, k) => (k === gzip.length - 6 ? byte ^ 1 : byte)));

describe('pipes', () => {
  it('what is no file is refused before anybody waits for its bytes', async () => {
    const error = await errorOf('/dev/null');
    expect(error).toMatchObject({ code: 'E-FILE-READ', place: { file: '/dev/null' } });
    expect(error.hint).toContain('write it to a file first');
  });

  it('"-" gets the same advice', async () => {
    const error = await errorOf('-');
    expect(error.code).toBe('E-FILE-MISSING');
    expect((await errorOf('/some/folder/-')).hint).toBe(error.hint);
    expect(error.hint).toContain('write it to a file first');
  });
});

describe('TraceFile', () => {
  it('names: base name and scenario', () => {
    const file = new TraceFile('/some/where/lunch.v2.ndjson.gz');
    expect([file.name, file.scenario]).toEqual(['lunch.v2.ndjson.gz', 'lunch.v2']);
  });

  it.each([
    [
      ['/x/A/log.csv', '/x/B/log.csv', '/x/B/other.csv'],
      ['A/log', 'B/log', 'other'],
    ],
    [
      ['/x/log.csv', '/x/log.csv', '/x/log.ndjson.gz'],
      ['x/log', 'x/log#2', 'x/log#3'],
    ],
    [
      ['/x/a.csv', '/y/b.csv'],
      ['a', 'b'],
    ],
    [[], []],
  ])('scenarios of %j are distinct', (paths, scenarios) => {
    expect(distinctScenarios(paths)).toEqual(scenarios);
  });

  it('the probe is the first 64 KiB of what was compressed, and closes the file', async () => {
    const text = `\uFEFF${'0123456789'.repeat(50_000)}`;
    const probe = await new TraceFile(fileWith('p.gz', gzipSync(text))).probe();
    expect(probe.name).toBe('p.gz');
    expect(probe.bytes).toHaveLength(65_536);
    expect(probe.text.startsWith('0123456789')).toBe(true);
  });

  it('SHA-256 is that of the bytes on disk', async () => {
    const bytes = gzipSync('abc');
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(await new TraceFile(fileWith('a.gz', bytes)).sha256()).toBe(expected);
    await expect(new TraceFile(`${folderWith({})}/none`).sha256()).rejects.toMatchObject({ code: 'E-FILE-MISSING' });
  });

  it('folderNames: sorted entries, null for a file, an error for nothing', () => {
    const folder = folderWith({ b: '', a: '' });
    expect(folderNames(folder)).toEqual(['a', 'b']);
    expect(folderNames(`${folder}/a`)).toBeNull();
    expect(() => folderNames(`${folder}/c`)).toThrow('no such file');
  });
});
