/**
 * Proves that the lint configuration bites: plants a violation of every rule and every ban in an empty project,
 * runs the linter once over all, and compares. (A system test: it starts another program.)
 */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyLayer, forbidden, lintConfig, lintConfigText } from '../../tools/layers.ts';
import { plants } from './lintPlants.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const oxlint = join(dirname(createRequire(import.meta.url).resolve('oxlint/package.json')), 'bin/oxlint');

const pairs = everyLayer.flatMap((from) =>
  everyLayer
    .filter((to) => to !== from)
    .map((to) => ({ from, to, file: `${from}/pair_${to.replace('/', '_')}.ts`, banned: forbidden(from).includes(to) })),
);

let folder: string;
/** Per file, the rules that report it. */
let reports: ReadonlyMap<string, ReadonlySet<string>>;
const rulesOf = (file: string): readonly string[] => [...(reports.get(file) ?? [])];

/** Several plants may share a file. */
function plant(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  appendFileSync(join(folder, file), text);
}

function lint(): typeof reports {
  const { stdout } = spawnSync(process.execPath, [oxlint, '--type-aware', '--format=json'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
  const found = new Map<string, Set<string>>();
  for (const { code, filename } of diagnostics)
    found.set(filename, (found.get(filename) ?? new Set()).add(code.replace(/^.*\((.*)\)$/, '$1')));
  return found;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'enlab-lint-'));
  for (const file of ['tools/lintRules.mjs', 'tsconfig.json']) cpSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, '.oxlintrc.json'), lintConfigText());
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const place of [...everyLayer, 'src/risk/config', 'src/risk/models', 'test', 'tools', 'bench'])
    plant(`${place}/x.ts`, 'export const x = 1;\n');
  for (const { from, to, file } of pairs)
    plant(file, `export { x } from '${from.replaceAll(/[^/]+/g, '..')}/${to}/x.ts';\n`);
  for (const { file, text } of plants) plant(file, text);
  reports = lint();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('the layer table', () => {
  it('reports every forbidden pair', () => {
    const banned = pairs.filter((pair) => pair.banned);
    expect(banned.length).toBeGreaterThan(100);
    expect(banned.filter(({ file }) => !rulesOf(file).includes('no-restricted-imports'))).toEqual([]);
  });

  it('reports no allowed pair', () => {
    const free = pairs.filter((pair) => !pair.banned);
    expect(free.length).toBeGreaterThan(60);
    expect(free.filter(({ file }) => rulesOf(file).length > 0)).toEqual([]);
  });
});

describe('planted violations', () => {
  it.each(plants.filter(({ rule }) => rule !== 'allowed'))('$rule reports $file', ({ rule, file }) => {
    expect(rulesOf(file)).toContain(rule);
  });

  it.each(plants.filter(({ rule }) => rule === 'allowed'))('$file is left alone', ({ file }) => {
    const planted = plants.filter((other) => other.file === file && other.rule !== 'allowed').map(({ rule }) => rule);
    expect(rulesOf(file)).toEqual(planted);
  });

  it('exist for every rule that the configuration switches on', () => {
    const { rules, overrides } = lintConfig();
    const on = [rules, ...overrides.map((override) => override.rules)].flatMap((set) =>
      Object.entries(set)
        .filter(([, setting]) => setting !== 'off')
        .map(([name]) => name.replace(/^.*\//, '')),
    );
    expect([...new Set(on)].filter((name) => !plants.some(({ rule }) => rule === name))).toEqual([]);
  });
});
