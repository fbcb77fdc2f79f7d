/** The closing line of .ci/run: others read it, so each way in which a run can go wrong must show in it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const summary = fileURLToPath(new URL('../../.ci/summary.mjs', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'enlab-summary-'));
  mkdirSync(join(folder, 'coverage'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (...states: readonly string[]) => ({
  name: 'a.test.ts',
  status: states.length === 0 || states.includes('failed') ? 'failed' : 'passed',
  message: 'cannot import',
  assertionResults: states.map((status, k) => ({ status, fullName: `test ${k}` })),
});

function closingLine(suites: Readonly<Record<string, readonly object[]>>, ...outcomes: readonly string[]) {
  for (const [suite, testResults] of Object.entries(suites))
    writeFileSync(join(folder, `coverage/tests-${suite}.json`), JSON.stringify({ testResults }));
  const { stdout, status } = spawnSync(process.execPath, [summary, ...outcomes], { cwd: folder, encoding: 'utf8' });
  const lines = stdout.trimEnd().split('\n');
  return { status, line: lines.at(-1), named: lines.slice(0, -1) };
}

describe('the closing line', () => {
  it('adds the tests of all suites, and no steps', () => {
    const suites = { unit: [file('passed', 'passed')], system: [file('passed')] };
    const { line, status } = closingLine(suites, 'unit=0', 'types=0', 'system=0');
    expect([line, status]).toEqual(['3 passed, 0 failed, 0 skipped', 0]);
  });

  it('counts and names what was skipped', () => {
    const { line, named, status } = closingLine({ unit: [file('passed', 'skipped', 'pending', 'todo')] }, 'unit=0');
    expect([line, status]).toEqual(['1 passed, 0 failed, 3 skipped', 0]);
    expect(named).toEqual(['skipped: test 1', 'skipped: test 2', 'skipped: test 3']);
  });

  it('lets a suite pass whose tests were all skipped for want of a tool', () => {
    const { line, status } = closingLine({ unit: [file('passed')], vm: [file('skipped')] }, 'unit=0', 'vm=0');
    expect([line, status]).toEqual(['1 passed, 0 failed, 1 skipped', 0]);
  });

  it.each([
    ['a failed test, once, though its suite failed too', { unit: [file('passed', 'failed')] }, ['unit=1'], 1],
    ['a file that cannot be imported', { unit: [file('passed'), file()] }, ['unit=1'], 1],
    ['both of them', { unit: [file('passed', 'failed'), file()] }, ['unit=1'], 2],
    ['coverage below its threshold', { unit: [file('passed')] }, ['unit=1'], 1],
    ['a failed step', { unit: [file('passed')] }, ['unit=0', 'types=2', 'the main job=124'], 2],
    ['a suite that left no results', { unit: [file('passed')] }, ['unit=0', 'system=0'], 1],
    ['a suite without a test', { unit: [file('passed')], system: [] }, ['unit=0', 'system=0'], 1],
  ])('counts %s', (_, suites, outcomes, failed) => {
    const { line, status } = closingLine(suites, ...outcomes);
    expect([line, status]).toEqual([`1 passed, ${failed} failed, 0 skipped`, 1]);
  });
});
