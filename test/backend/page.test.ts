/** docs/backend.md says what the rules say. */
import { describe, expect, it } from 'vitest';
import { differences, immuniRules } from '../../src/backend/immuni/rules.ts';
import { backendPage } from '../../tools/wirePage.ts';
import { textOf } from '../helpers/sourceFiles.ts';

const page = textOf('docs/backend.md');

describe('docs/backend.md', () => {
  it('has the table of the rules (npm run docs:wire)', () => {
    expect(page).toBe(backendPage(page));
    expect(() => backendPage(page.replace('<!-- immuni rules -->', ''))).toThrow(/no place for "immuni rules"/);
  });

  it('has a row for every rule that differs, and none for one that does not', () => {
    const { documented, deployed } = immuniRules;
    const rules = Object.keys({ ...documented, ...deployed }) as (keyof typeof documented)[];
    const differing = rules.filter((rule) => documented[rule] !== deployed[rule]);
    expect(differences.map(({ rule }) => rule).toSorted()).toEqual(differing.toSorted());
  });
});
