import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, packageText, privateFolder } from '../../src/core/files.ts';
import { textOf } from '../helpers/sourceFiles.ts';

describe('files that ship with the package', () => {
  it('are found by their path from the package folder', () => {
    expect(packageText('package.json')).toBe(textOf('package.json'));
    expect(packageText('src/core/files.ts')).toContain('export const packageText');
  });

  it.each(['no-such-file.json', 'src/no-such-folder/x.json'])('%s is an error, not an empty text', (path) => {
    expect(() => packageText(path)).toThrow(/ENOENT/);
  });

  it('are named in package.json, or an installed package would lack them', () => {
    const { files } = JSON.parse(packageText('package.json')) as { files: string[] };
    expect(files).toEqual(expect.arrayContaining(['dist', 'src/**/*.json', 'fixtures']));
  });
});

describe('folders', () => {
  let place: string;
  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'enlab-folders-'));
    writeFileSync(join(place, 'file'), '');
  });
  afterEach(() => rmSync(place, { recursive: true }));

  it('are made with those above them, for their owner only', () => {
    const path = join(place, 'a/b/c');
    expect(makeFolder(path, 0o700)).toEqual([path, join(place, 'a/b'), join(place, 'a')]);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(makeFolder(path)).toEqual([]);
    expect([privateFolder(join(place, 'd/e')), privateFolder(join(place, 'd/e'))]).toEqual([true, false]);
    expect(statSync(join(place, 'd')).mode & 0o777).toBe(0o700);
  });

  it.each([
    ['file/a', 'a part of this path is a file, not a folder'],
    [`a/${'x'.repeat(300)}`, 'this name is longer than the file system allows'],
    // Below /proc the system says that the folder above is missing, and Node tries again for ever.
    ['/proc/enlab/a', 'no folder can be made here, or it was removed meanwhile'],
  ])('%s cannot be made, and nothing is left', (path, reason) => {
    const folder = path.startsWith('/') ? path : join(place, path);
    expect(() => privateFolder(folder)).toThrow(reason);
    expect(existsSync(join(place, 'a'))).toBe(false);
  });
});
