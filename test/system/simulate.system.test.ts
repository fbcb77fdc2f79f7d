/** Simulations as processes of their own: every Node that enlab supports gives the same, and Ctrl-C keeps what is complete. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SimulateResult, simulateSchema } from '../../src/scenario/result.ts';
import { smallTown } from '../helpers/scenario.ts';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'enlab-simulate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const digestsOf = ({ arms }: SimulateResult) => arms.map(({ name, digests }) => [name, digests]);
const parsedFrom = (text: string) => simulateSchema.parse(JSON.parse(text));

describe('other engines', () => {
  const town = join(folder, 'town.yaml');
  const simulate = (node: string, ...words: readonly string[]): SimulateResult =>
    parsedFrom(execFileSync(node, [main, 'simulate', town, '--format', 'json', ...words], { encoding: 'utf8' }));
  let here: SimulateResult;
  beforeAll(() => {
    writeFileSync(town, `${smallTown.replace('500', '3000')}replicates: 3\n`);
    here = simulate(process.execPath);
  });

  // The majors that "engines" of package.json allows and that were released when this was written.
  it.each([20, 22, 24])('Node %i infects the same people on the same days', (major) => {
    const prefix = join(folder, `node${major}`);
    execFileSync('npm', ['install', '--prefix', prefix, '--no-audit', '--no-fund', `node@${major}`], {
      stdio: 'ignore',
    });
    const node = join(prefix, 'node_modules', 'node', 'bin', 'node');
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${major}\\.`));
    expect(digestsOf(simulate(node))).toEqual(digestsOf(here));
  });

  it.each([1, 2, 3])('%i threads give the same', (jobs) => {
    expect(digestsOf(simulate(process.execPath, '--jobs', `${jobs}`))).toEqual(digestsOf(here));
  });
});

describe('Ctrl-C', () => {
  /** So that it says how far it is, as on a terminal. */
  const asTerminal = ['--import', 'data:text/javascript,process.stderr.isTTY=true'];

  /** Runs until so many days of all runs are done, then Ctrl-C; what it said, and its exit code. */
  function stoppedAfter(days: number, ...words: readonly string[]): Promise<{ code: number | null; said: string }> {
    const child = spawn(process.execPath, [...asTerminal, main, 'simulate', ...words]);
    let said = '';
    let isStopped = false;
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      const done = Math.max(0, ...[...said.matchAll(/: (\d+) of \d+ days/g)].map(([, count]) => Number(count)));
      // A second one would end it at once.
      if (done < days || isStopped) return;
      isStopped = true;
      child.kill('SIGINT');
    });
    return new Promise((resolve) => {
      child.on('exit', (code) => resolve({ code, said }));
    });
  }

  it('keeps the runs that were complete, and says how many', async () => {
    const file = join(folder, 'long.yaml');
    writeFileSync(file, `${smallTown.replace('500', '20000')}replicates: 500\n`);
    const out = join(folder, 'out');
    // Two arms of 30 days: after the days of four replicates at least two are complete.
    const { code, said } = await stoppedAfter(4 * 2 * 30, file, '--out-dir', out, '--jobs', '2');
    expect(code).toBe(130);
    expect(said).toMatch(/note: stopped after \d+ of 500 runs an arm/);
    const result = parsedFrom(readFileSync(join(out, 'result.json'), 'utf8'));
    expect(result).toMatchObject({ interrupted: true, checks: [] });
    expect(result.data.replicates).toBeGreaterThan(1);
    for (const { digests } of result.arms) expect(digests).toHaveLength(result.data.replicates);
  });

  it('before any was complete leaves nothing', async () => {
    const file = join(folder, 'endless.yaml');
    writeFileSync(file, smallTown.replace('500', '300000').replace('days: 30', 'days: 1000'));
    const out = join(folder, 'nothing');
    const { code, said } = await stoppedAfter(1, file, '--out-dir', out);
    expect({ code, said }).toEqual({
      code: 130,
      said: expect.stringMatching(/E-INTERRUPTED[\s\S]*nothing was written/),
    });
    expect(existsSync(out)).toBe(false);
  });
});
