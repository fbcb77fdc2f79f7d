/** leak-test --level sequence: a month of phones against a real server; covered traffic hides, every fault tells. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backendLeakSequenceSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { Workplace } from '../helpers/cli.ts';

let place: Workplace;
let server: Awaited<ReturnType<Workplace['serve']>>;
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  await server.stop();
});

it.each([
  ['immuni', '', null],
  ['immuni', '--traffic deployed', 'is ill'],
  ['immuni', '--fault no-analytics-dummy', 'was warned'],
  ['cwa', '--least-keys 1', null],
  ['cwa', '--traffic deployed --least-keys 1', 'is ill'],
  ['cwa', '--fault no-follow-up-dummy --least-keys 1', 'is ill'],
] as const)('%s %s: %s', async (system, flags, told) => {
  const [, least = ''] = / ?(--least-keys 1)/.exec(flags) ?? [];
  server = await place.serve(
    `backend start --system ${system} --clock virtual --begin 2020-09-01T00:00Z --data out/backend ${least}`.trim(),
  );
  const tried = flags.replace('--least-keys 1', '').trim();
  const line = `backend leak-test --system ${system} --level sequence --data out/backend --phones 24 --days 24 ${tried}`;
  const { exitCode, stdout, stderr } = await place.enlab(`${line} --format json --junit out/leak.xml`, {
    entropy: keyedEntropy(7, 'sequences'),
  });
  const { data } = backendLeakSequenceSchema.parse(JSON.parse(stdout));
  for (const { n } of data) expect(n).toBeGreaterThanOrEqual(15);
  const telling = data.filter(({ leaks }) => leaks).map(({ question }) => question);
  if (told === null) expect({ exitCode, telling }, stderr).toEqual({ exitCode: 0, telling: [] });
  else {
    expect(telling).toContain(told);
    expect(exitCode).toBe(3);
  }
  expect(place.text('out/leak.xml')).toContain(`failures="${telling.length}"`);
});
