/** docs/backend.md and docs/cwa.md say what the rules say. */
import { describe, expect, it } from 'vitest';
import { differences as cwaDifferences, cwaRules } from '../../src/backend/cwa/rules.ts';
import { differences as immuniDifferences, immuniRules } from '../../src/backend/immuni/rules.ts';
import { backendPage, cwaPage } from '../../tools/wirePage.ts';
import { textOf } from '../helpers/sourceFiles.ts';

const page = textOf('docs/backend.md');

describe('docs/backend.md', () => {
  it('has the table of the rules (npm run docs:wire)', () => {
    expect(page).toBe(backendPage(page));
    expect(() => backendPage(page.replace('<!-- immuni rules -->', ''))).toThrow(/no place for "immuni rules"/);
  });

  it('and so has docs/cwa.md', () => {
    const own = textOf('docs/cwa.md');
    expect(own).toBe(cwaPage(own));
  });

  it.each([
    ['Immuni', immuniRules, immuniDifferences],
    ['the Corona-Warn-App', cwaRules, cwaDifferences],
  ] as const)('has a row for every rule of %s that differs, and none for one that does not', (_name, rules, rows) => {
    const { documented, deployed }: Readonly<Record<string, Readonly<Record<string, unknown>>>> = rules as never;
    const names = Object.keys({ ...documented, ...deployed });
    const differing = names.filter((name) => documented![name] !== deployed![name]);
    expect(rows.map(({ rule }) => rule).toSorted()).toEqual(differing.toSorted());
  });
});
