import { describe, expect, it } from 'vitest';
import { catalogue, EnlabError, type ErrorCode, exitCodes, placeText } from '../../src/core/errors.ts';
import { errorsPage } from '../../tools/errorsPage.ts';
import { productFiles, textOf } from '../helpers/sourceFiles.ts';

const codes = Object.keys(catalogue) as ErrorCode[];

describe('the error catalogue', () => {
  it('is the page in docs (npm run docs:errors)', () => {
    expect(textOf('docs/errors.md')).toBe(errorsPage());
  });

  it.each(codes)('documents %s under its exit code', (code) => {
    const sections = errorsPage()
      .split('\n## ')
      .filter((part) => part.includes(`| \`${code}\` |`));
    expect(sections).toEqual([expect.stringMatching(new RegExp(`^Exit ${catalogue[code].exit}:`))]);
  });

  it.each(codes)('uses %s somewhere', (code) => {
    const users = productFiles().filter(
      ({ path, text }) => path !== 'src/core/errors.ts' && text.includes(`'${code}'`),
    );
    expect(users.map(({ path }) => path)).not.toEqual([]);
  });

  it('has the exit codes that scripts rely on', () => {
    expect(exitCodes).toEqual({ bug: 1, usage: 2, checkFailed: 3, machine: 4, otherSide: 5, interrupted: 130 });
  });
});

describe('an error', () => {
  it('carries the exit code and the general hint of its code', () => {
    const error = new EnlabError('E-LEVEL', 'no users in this trace');
    expect(error).toMatchObject({ code: 'E-LEVEL', message: 'no users in this trace', exitCode: exitCodes.usage });
    expect(error.hint).toBe(catalogue['E-LEVEL'].hint);
    expect(error.place).toBeUndefined();
    expect(error).toBeInstanceOf(Error);
  });

  it('prefers the hint, place and cause of the one who raises it', () => {
    const cause = new Error('disk');
    const error = new EnlabError('E-FILE-READ', 'not readable', { place: { file: 'a.csv' }, hint: 'try b.csv', cause });
    expect(error).toMatchObject({ hint: 'try b.csv', place: { file: 'a.csv' }, cause });
  });

  it('has no cause where none is given', () => {
    expect('cause' in new EnlabError('E-BUG', 'x')).toBe(false);
  });

  it('learns its place later, but only once, and keeps the rest', () => {
    const cause = new Error('disk');
    const error = new EnlabError('E-FILE-READ', 'not readable', { hint: 'try b.csv', cause });
    const placed = error.at({ file: 'a.csv', line: 3 });
    expect(placed).toMatchObject({ code: 'E-FILE-READ', message: 'not readable', hint: 'try b.csv', cause });
    expect([error.at(undefined), placed.at({ file: 'b.csv' })]).toEqual([error, placed]);
    expect(placed.place).toEqual({ file: 'a.csv', line: 3 });
  });

  it.each([
    [{ file: 'a.csv' }, 'a.csv'],
    [{ file: 'a.csv', line: 12 }, 'a.csv:12'],
    [{ file: 'a.csv', line: 12, column: 5 }, 'a.csv:12:5'],
  ])('writes the place %j as %s', (place, text) => {
    expect(placeText(place)).toBe(text);
  });
});
