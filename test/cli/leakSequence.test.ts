/** leak-test --level sequence: what is refused; the simulated days themselves are a system test. */
import { afterEach, beforeEach, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { expectError, Workplace } from '../helpers/cli.ts';

const START = 'backend start --clock virtual --begin 2020-09-01T00:00Z --data out/backend --system';
const TEST = 'backend leak-test --level sequence --data out/backend --phones 20 --days 14 --system';

let place: Workplace;
let server: Awaited<ReturnType<Workplace['serve']>> | undefined;
beforeEach(() => {
  place = new Workplace();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
});
const world = { entropy: keyedEntropy(7, 'sequences') };

it.each([
  ['a real clock', 'backend start --system immuni --data out/backend', TEST, /only by a virtual clock/],
  ['few phones', START + ' immuni', TEST.replace('--phones 20', '--phones 3'), /8/],
])('%s: exit 2', async (_what, start, line, message) => {
  server = await place.serve(start);
  expectError(await place.enlab(`${line} immuni`, world), 2, 'E-USAGE', message);
});
