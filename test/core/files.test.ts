import { describe, expect, it } from 'vitest';
import { packageText } from '../../src/core/files.ts';
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
