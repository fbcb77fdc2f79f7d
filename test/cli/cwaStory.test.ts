/** Both stories of the Corona-Warn-App as somebody types them: two phones, a laboratory, a hotline. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { backendIssueTeletanSchema } from '../../cli/schemas.ts';
import { expectError } from '../helpers/cli.ts';
import { beginStory, CODE } from '../helpers/cwaStory.ts';

let story: Awaited<ReturnType<typeof beginStory>>;
beforeEach(async () => {
  story = await beginStory();
});
afterEach(() => story.end());

it('QR code: result, two uploads, notification', async () => {
  const { place, run, ask, status } = story;
  expect(await ask(`register ${CODE}`, 'erik')).toContain('is pending');
  await run(`backend report-test ${CODE} --result positive --data out/cwa`);
  expect(await ask('sync', 'erik')).toContain('the result of the test is positive');
  expect(await ask('upload --symptoms 2020-06-21', 'erik')).toContain('sent 6 keys');
  expect(await story.twoDaysLater()).toContain('the key of the day of the upload was sent');
  expect((await status('erik')).test).toMatchObject({ state: 'positive', followUp: 'done' });
  expect(await place.output('device status --store out/erik')).toMatch(/the key of that\s+day was sent as well/);
  const { exposures, notification } = await status('frida');
  expect(exposures).toMatchObject([{ day: '2020-06-22', transmissionLevel: 8 }]);
  expect(notification).toMatchObject({ lastExposure: '2020-06-22', operator: '>=', threshold: 15 });
});

it('teleTAN: after a new installation', async () => {
  const { place, url, run, ask, status } = story;
  await ask(`register ${CODE}`, 'erik');
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
  expect(await ask(`register ${data['code']}`, 'erik')).toContain('is positive');
  expect(await ask('upload --no-symptoms', 'erik')).toContain('sent 6 keys');
  await story.twoDaysLater();
  const { exposures } = await status('frida');
  // Without symptoms keys have low levels: the day before the follow-up 4.
  expect(exposures).toMatchObject([{ day: '2020-06-22', transmissionLevel: 4 }]);
});

it('a teleTAN that two phones register at the same time becomes the test of one of them', async () => {
  const { place, url, status } = story;
  const { data } = await place.json('backend issue-teletan --data out/cwa', backendIssueTeletanSchema);
  const phones = ['erik', 'frida'];
  const ran = await Promise.all(
    phones.map((name) => place.enlab(`device register ${data['code']} --store out/${name} --url ${url}`)),
  );
  expect(new Set(ran.map(({ exitCode }) => exitCode))).toEqual(new Set([0, 5]));
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
  const { place, url } = story;
  expectError(await place.enlab(`${line} --url ${url}`), 2, 'E-USAGE', message);
});

it.each([
  [`device register ${CODE}`, /Immuni registers nothing/],
  ['device upload', /which code has the operator authorised/],
  ['device upload 9K2RAY8UUQ --no-symptoms', /does not ask for symptoms/],
])('%s of a phone with Immuni: exit 2', async (line, message) => {
  const { place, url, run } = story;
  await run('device new --store out/anna');
  expectError(await place.enlab(`${line} --store out/anna --url ${url}`), 2, 'E-USAGE', message);
});
