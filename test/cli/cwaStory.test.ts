/** Both stories of the Corona-Warn-App as somebody types them: two phones, a laboratory, a hotline. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backendIssueTeletanSchema, deviceStatusSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { expectError, Workplace } from '../helpers/cli.ts';

const START = 'backend start --system cwa --data out/cwa --clock virtual --begin 2020-06-22T12:00Z --least-keys 1';
const CODE = 'https://localhost/?3D6D08-3567F3F2-4DCF-43A3-8737-4CD1F87D6FDA';

let place: Workplace;
let server: Awaited<ReturnType<Workplace['serve']>>;
let url: string;
let runs = 0;
beforeEach(async () => {
  place = new Workplace();
  server = await place.serve(START);
  ({ url } = JSON.parse(server.line) as { url: string });
  for (const name of ['erik', 'frida'])
    await run(`device new --app cwa-v1 --store out/${name} --clock virtual --begin 2020-06-16T12:00Z`);
  for (const name of ['erik', 'frida']) await run(`device advance +6d --store out/${name}`);
  await run('device meet out/erik out/frida --minutes 30 --attenuation 45');
});
afterEach(async () => {
  await server.stop();
});

/** What it says, with new random numbers for each command. */
const run = async (line: string): Promise<string> => {
  const { exitCode, stderr } = await place.enlab(line, { entropy: keyedEntropy(6, line, runs++) });
  expect(exitCode, `${line}\n${stderr}`).toBe(0);
  return stderr;
};
const status = (name: string) => place.json(`device status --store out/${name}`, deviceStatusSchema);

async function twoDaysLater(): Promise<void> {
  await run('backend clock +1d --data out/cwa');
  await run(`device advance +1d --store out/erik --url ${url}`);
  await run('backend clock +1d --data out/cwa');
  await run('device advance +2d --store out/frida');
  await run(`device sync --store out/frida --url ${url}`);
}

it('QR code: result, two uploads, notification', async () => {
  expect(await run(`device register ${CODE} --store out/erik --url ${url}`)).toContain('is pending');
  await run(`backend report-test ${CODE} --result positive --data out/cwa`);
  expect(await run(`device sync --store out/erik --url ${url}`)).toContain('the result of the test is positive');
  expect(await run(`device upload --symptoms 2020-06-21 --store out/erik --url ${url}`)).toContain('sent 6 keys');
  await twoDaysLater();
  expect((await status('erik')).test).toMatchObject({ state: 'positive', followUp: 'done' });
  expect(await place.output('device status --store out/erik')).toMatch(/the key of that\s+day was sent as well/);
  const { exposures, notification } = await status('frida');
  expect(exposures).toMatchObject([{ day: '2020-06-22', transmissionLevel: 8 }]);
  expect(notification).toMatchObject({ lastExposure: '2020-06-22', operator: '>=', threshold: 15 });
});

it('teleTAN: after a new installation', async () => {
  await run(`device register ${CODE} --store out/erik --url ${url}`);
  await run(`backend report-test ${CODE} --result positive --data out/cwa`);
  await run('device reset --store out/erik');
  expectError(await place.enlab(`device upload --store out/erik --url ${url}`), 2, 'E-USAGE', /no test is registered/);
  expectError(
    await place.enlab(`device register ${CODE} --store out/erik --url ${url}`),
    5,
    'E-SERVER',
    /refused with 400/,
    'hotline',
  );
  const { data } = await place.json('backend issue-teletan --data out/cwa', backendIssueTeletanSchema);
  expect(await run(`device register ${data['code']} --store out/erik --url ${url}`)).toContain('is positive');
  expect(await run(`device upload --no-symptoms --store out/erik --url ${url}`)).toContain('sent 6 keys');
  await twoDaysLater();
  const { exposures } = await status('frida');
  // Without symptoms keys have low levels: the day before the follow-up 4.
  expect(exposures).toMatchObject([{ day: '2020-06-22', transmissionLevel: 4 }]);
});

it('a teleTAN that two phones register at the same time becomes the test of one of them', async () => {
  const { data } = await place.json('backend issue-teletan --data out/cwa', backendIssueTeletanSchema);
  const phones = ['erik', 'frida'];
  const ran = await Promise.all(
    phones.map((name) => place.enlab(`device register ${data['code']} --store out/${name} --url ${url}`)),
  );
  expect(ran.map(({ exitCode }) => exitCode).toSorted()).toEqual([0, 5]);
  const registered = phones[ran.findIndex(({ exitCode }) => exitCode === 0)]!;
  const [other] = phones.filter((name) => name !== registered);
  expect((await status(registered)).test).toMatchObject({ state: 'positive' });
  expect((await status(other!)).test).toBeNull();
  expectError(
    await place.enlab(`device upload --store out/${other} --url ${url}`),
    2,
    'E-USAGE',
    /no test is registered/,
  );
});

it.each([
  ['device upload 9K2RAY8UUQ --store out/erik', /sends without a code/],
  ['device register hello --store out/erik', /neither the code of a test nor a teleTAN/],
  ['device upload --store out/erik --symptoms yesterday', /It must be a date/],
])('%s: exit 2', async (line, message) => {
  expectError(await place.enlab(`${line} --url ${url}`), 2, 'E-USAGE', message);
});

it.each([
  [`device register ${CODE}`, /Immuni registers nothing/],
  ['device upload', /which code has the operator authorised/],
  ['device upload 9K2RAY8UUQ --no-symptoms', /does not ask for symptoms/],
])('%s of a phone with Immuni: exit 2', async (line, message) => {
  await run('device new --store out/anna');
  expectError(await place.enlab(`${line} --store out/anna --url ${url}`), 2, 'E-USAGE', message);
});
