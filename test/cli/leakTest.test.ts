/** backend leak-test from the command line, against real backends on the clock of the machine. */
import { afterEach, describe, expect, it } from 'vitest';
import { backendLeakTestSchema } from '../../cli/schemas.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';

const place = new Workplace();
let server: Awaited<ReturnType<Workplace['serve']>> | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
let folders = 0;
async function started(words: string): Promise<string> {
  const folder = `out/${folders++}`;
  server = await place.serve(`backend start ${words} --data ${folder}`);
  return folder;
}
/** Few of them: what is tested here is not chance. */
const FEW = '--requests 20 --connections 20';

describe('a backend that makes replies equal', () => {
  it.each([
    ['immuni', ['check-otp', 'upload', 'operational-info']],
    ['cwa', ['registration', 'test result', 'TAN', 'submission']],
  ])('%s: passes, call by call', async (system, calls) => {
    const folder = await started(`--system ${system}`);
    // No AUC is more than a half away from a half.
    const line = `backend leak-test --system ${system} --data ${folder} ${FEW} --threshold 0.5 --junit ${folder}.xml --format json`;
    const ran = await place.enlab(line);
    const { data } = parsed(ran.stdout, backendLeakTestSchema);
    expect(data.map(({ call, measure }) => `${call} ${measure}`)).toEqual(
      calls.flatMap((call) => ['latency', 'size', 'headers'].map((measure) => `${call} ${measure}`)),
    );
    expect(data.filter(({ measure }) => measure === 'size').map(({ auc }) => auc.value)).toEqual(calls.map(() => 0.5));
    expect(data.every(({ n }) => n === 40)).toBe(true);
    expect(place.text(`${folder}.xml`)).toContain(`tests="${data.length + 1}"`);
    // A machine that is too slow for the deadline says so, and fails.
    if (ran.exitCode !== 0) expect(ran.stderr).toMatch(/\d+ repl(y|ies) missed the deadline/);
  });

  it('is tried from outside by what needs no operator', async () => {
    await started('--system cwa');
    const { url } = JSON.parse(server!.line) as { url: string };
    const line = `backend leak-test --system cwa --target ${url} ${FEW} --threshold 0.5`;
    const { data, missedDeadlines } = await place.json(line, backendLeakTestSchema);
    expect(new Set(data.map(({ call }) => call))).toEqual(new Set(['registration', 'test result']));
    expect(missedDeadlines).toBeNull();
  });
});

it('Immuni as deployed is told apart, exit 3', async () => {
  const folder = await started('--system immuni --fault immuni-double-delay');
  const ran = await place.enlab(`backend leak-test --system immuni --data ${folder} ${FEW}`);
  expect(ran.exitCode).toBe(3);
  expect(ran.stderr).toMatch(/error E-CHECK: dummies are told apart by latency of check-otp, latency of upload/);
  expect(ran.stdout).toContain('tells');
});

it('a virtual clock is refused', async () => {
  const folder = await started('--system immuni --clock virtual');
  const ran = await place.enlab(`backend leak-test --system immuni --data ${folder}`);
  expectError(ran, 2, 'E-USAGE', 'under a virtual clock no reply takes any time');
});

it.each([
  ['--system immuni', 2, 'E-USAGE', 'which server?'],
  ['--system immuni --data nowhere', 5, 'E-SERVER', 'no backend runs on this folder'],
  ['--system immuni --target http://127.0.0.1:1', 5, 'E-SERVER', 'no answer from http://127.0.0.1:1'],
  ['--system immuni --data d --requests 5', 2, 'E-USAGE', 'from 20 to 1000000'],
  ['--system immuni --data d --threshold 2', 2, 'E-USAGE', 'from 0 to 0.5'],
  ['--system dp3t --data d', 2, 'E-USAGE', 'immuni, cwa'],
])('"leak-test %s" is exit %i', async (flags, exit, code, message) => {
  expectError(await place.enlab(`backend leak-test ${flags}`), exit, code, message);
});
