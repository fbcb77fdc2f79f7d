/** Pages that people read point to files that are there. */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { textOf } from './helpers/sourceFiles.ts';

const root = new URL('../', import.meta.url);
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(new URL('docs', root), { encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Files that a page names: links, and paths of ours in backticks ("src/core/time.ts", "test/x/y.test.ts"). */
function filesNamedIn(page: string): readonly string[] {
  const text = textOf(page).replaceAll(/^```.*?^```/gms, '');
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/g)].map(
    ([, path]) => new URL(path!, new URL(page, root)).href,
  );
  const paths = [...text.matchAll(/`((?:src|cli|calibration|test|tools|bench|fixtures|docs|schemas)\/[\w./-]+)`/g)].map(
    ([, path]) => new URL(path!, root).href,
  );
  return [...links, ...paths];
}

describe.each(pages)('%s', (page) => {
  it('names only files and folders that exist', () => {
    expect(filesNamedIn(page).filter((file) => !existsSync(new URL(file)))).toEqual([]);
  });
});

it('would notice a file that is not there', () => {
  const found = pages.flatMap(filesNamedIn);
  expect(found).toContain(new URL('docs/architecture.md', root).href);
  expect(found).toContain(new URL('cli/edge.ts', root).href);
  expect(existsSync(new URL('docs/nowhere.md', root))).toBe(false);
});
