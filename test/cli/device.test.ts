/** Phones from the command line: the whole story, and what can go wrong with their folders. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { deviceStatusSchema } from '../../cli/schemas.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';

const BEGIN = '--clock virtual --begin 2020-09-12T12:00Z';
const START = `backend start --system immuni --data out/backend ${BEGIN}`;
const OTP = '9K2-RAY8-UUQ';

let place: Workplace;
let runs = 0;
/** Each run with bytes of its own, as on a machine. */
const output = (line: string) => place.output(line, { entropy: keyedEntropy(1, line, runs++) });
const status = async (store: string) => place.json(`device status --store ${store}`, deviceStatusSchema);

beforeEach(async () => {
  place = new Workplace();
  for (const store of ['anna', 'bruno']) await output(`device new --store ${store} ${BEGIN}`);
});

/** Meets, a day passes, Anna is ill and uploads, the keys are published, Bruno syncs. */
async function story(options: { meet?: string; start?: string } = {}) {
  const server = await place.serve(`${START} ${options.start ?? ''}`, { entropy: keyedEntropy(2, 'backend') });
  const { url, publicKey } = JSON.parse(server.line) as { url: string; publicKey: string };
  place.put('public.pem', publicKey);
  await output(`device meet anna bruno ${options.meet ?? '--minutes 20 --attenuation 50'}`);
  for (const line of [
    'backend clock +1d --data out/backend',
    'device advance +1d --store anna',
    'device advance +1d --store bruno',
  ])
    await output(line);
  await output(`backend authorise-otp ${OTP} --symptoms 2020-09-12 --data out/backend`);
  await output(`device upload ${OTP} --store anna --url ${url}`);
  await output('backend clock +30min --data out/backend');
  await output(`device sync --store bruno --url ${url} --public-key public.pem`);
  return { server, url };
}

describe('the whole story', () => {
  it('ends with a notification and its reason', async () => {
    const { server, url } = await story();
    const { notification, exposures, lastSync, keys, sightings } = await status('bruno');
    expect([keys, sightings, lastSync]).toEqual([2, 5, '2020-09-13T12:00:00.000Z']);
    expect(exposures).toMatchObject([{ day: '2020-09-12', minutes: 25, attenuation: 50, score: 25 }]);
    expect(notification).toMatchObject({ lastExposure: '2020-09-12', score: 25, operator: '>=', threshold: 20 });
    expect(notification!.reason.at(-1)!.what).toBe('decision');
    const text = await place.output('device status --store bruno');
    expect(text).toMatch(/notified .* score 25 >= threshold 20/);
    expect(text).toContain('Why, step by step');
    const again = await place.enlab(`device upload ${OTP} --store anna --url ${url}`);
    expectError(again, 5, 'E-SERVER', 'not authorised, used or too old');
    await server.stop();
  });

  it('ends without one when the phones were far from each other, or not for long', async () => {
    const { server } = await story({ meet: '--minutes 20 --attenuation 80' });
    expect(await status('bruno')).toMatchObject({ notification: null, exposures: [{ attenuation: 80, score: 0 }] });
    await server.stop();
  });

  it('ends otherwise under a configuration that was tuned', async () => {
    place.put('field.csv', fieldCsv());
    await output('calibrate fit field.csv --bootstrap 0 --out fit.json');
    await output('calibrate export fit.json --target immuni --out settings.json');
    const settings = JSON.parse(place.text('settings.json')) as Record<string, unknown>;
    // As tuned, but with a threshold that nothing reaches.
    place.put('strict.json', JSON.stringify({ ...settings, exposure_info_minimum_risk_score: 65 }));
    const { server } = await story({ start: '--config strict.json' });
    expect(await status('bruno')).toMatchObject({ notification: null, exposures: [{ day: '2020-09-12' }] });
    await server.stop();
  });

  it('is found again after the app was installed anew', async () => {
    const { server, url } = await story();
    const before = await status('bruno');
    await output('device reset --store bruno');
    expect(await status('bruno')).toMatchObject({ notification: null, exposures: [], lastSync: null, sightings: 5 });
    await output(`device sync --store bruno --url get=${url} upload=${url}`);
    expect((await status('bruno')).notification).toEqual(before.notification);
    await server.stop();
  });

  it('never begins with a phone that is not in the air', async () => {
    await output('device set bluetooth=off notifications=off --store anna');
    await output('device meet anna bruno --minutes 20 --attenuation 50');
    expect(await status('anna')).toMatchObject({ on: ['permission', 'network', 'framework'], keys: 0, sightings: 0 });
    expect(await status('bruno')).toMatchObject({ keys: 0, sightings: 0 });
    await output('device set bluetooth=on --store anna');
    await output('device meet anna bruno --minutes 20 --attenuation 50');
    expect(await status('bruno')).toMatchObject({ keys: 1, sightings: 5 });
  });

  it('comes by itself where the phone lives on beside its server', async () => {
    const { server, url } = await story();
    await output('device reset --store bruno');
    await output(`device advance +8h --store bruno --url ${url} --public-key public.pem`);
    const { notification, runs: background } = await status('bruno');
    expect(background).toMatchObject([
      { time: '2020-09-13T16:00:00.000Z', late: 0, outcome: 'done', why: null, batches: 1 },
      { time: '2020-09-13T20:00:00.000Z', late: 0, outcome: 'done', why: null, batches: 0 },
    ]);
    expect(notification).toMatchObject({ time: '2020-09-13T16:00:00.000Z', score: 25 });
    expect(await place.output('device status --store bruno')).toContain('2 background runs, 0 of them');
    await server.stop();
  });

  it('leaves exposure windows that are a trace for other models', async () => {
    const { server } = await story({ meet: '--minutes 45 --attenuation 50' });
    await output('device windows --store bruno --out windows.json');
    const windows = JSON.parse(place.text('windows.json')) as { scanInstances: unknown[] }[];
    expect(windows.map(({ scanInstances: scans }) => scans.length)).toEqual([6, 4]);
    const inspected = JSON.parse(await output('trace inspect windows.json --format json')) as { format?: string };
    expect(JSON.stringify(inspected)).toContain('exposure-windows');
    expect(await output('replay windows.json --preset cwa-v2-2020-11 --format csv')).toContain('2020-09-12');
    await server.stop();
  });

  it.each([
    ['an hour fast', '2020-09-12T13:00Z', 1],
    ['three hours fast', '2020-09-12T15:00Z', 0],
    ['three hours slow', '2020-09-12T09:00Z', 0],
  ])('where the other phone is %s', async (_name, begin, exposures) => {
    await output('device erase --store bruno');
    await output(`device new --store bruno --clock virtual --begin ${begin}`);
    const { server } = await story();
    // Receivers match identifiers up to two hours from their time.
    expect((await status('bruno')).exposures).toHaveLength(exposures);
    await server.stop();
  });

  it('waits until the phone is online', async () => {
    const { server, url } = await story();
    await output('device reset --store bruno');
    await output('device set network=off --store bruno');
    const sync = `device sync --store bruno --url ${url} --public-key public.pem`;
    expectError(await place.enlab(sync), 5, 'E-SERVER', 'the phone is offline');
    await output(`device advance +4h --store bruno --url ${url} --public-key public.pem`);
    expect((await status('bruno')).runs).toMatchObject([{ outcome: 'failed', why: 'the phone is offline' }]);
    await output('device set network=on --store bruno');
    await output(`device advance +1h --store bruno --url ${url} --public-key public.pem`);
    expect((await status('bruno')).notification).toMatchObject({ score: 25 });
    await server.stop();
  });

  it('is forgotten after 14 days', async () => {
    const { server } = await story();
    await output('device advance +14d --store bruno');
    expect(await status('bruno')).toMatchObject({ notification: null, exposures: [], sightings: 0, keys: 15 });
    await server.stop();
  });
});

describe('the folder of a phone', () => {
  it('is for its owner only, and says nothing without the key beside it', async () => {
    await output('device meet anna bruno --minutes 20 --attenuation 50');
    expect(statSync(place.path('anna')).mode & 0o777).toBe(0o700);
    for (const name of ['anna.key', 'anna/phone.sealed']) expect(statSync(place.path(name)).mode & 0o777).toBe(0o600);
    expect(readFileSync(place.path('anna/phone.sealed')).includes('heard')).toBe(false);
    place.put('anna.key', place.text('bruno.key'));
    expectError(await place.enlab('device status --store anna'), 2, 'E-STORE', 'cannot be opened with its key');
  });

  it('is refused when a byte of it was changed', async () => {
    const path = place.path('anna/phone.sealed');
    const bytes = readFileSync(path);
    bytes[20]! ^= 1;
    writeFileSync(path, bytes);
    expectError(await place.enlab('device status --store anna'), 2, 'E-STORE', 'cannot be opened with its key');
  });

  it('is not written over when another command has used the phone meanwhile', async () => {
    const server = await place.serve(START);
    const { url } = JSON.parse(server.line) as { url: string };
    // The second moves the clock while the first waits for the server.
    const slow = place.enlab(`device sync --store bruno --url ${url}`);
    await output('device advance +1h --store bruno');
    expectError(await slow, 2, 'E-STORE', 'another command has used this phone meanwhile');
    expect(await status('bruno')).toMatchObject({ clock: '2020-09-12T13:00:00.000Z', lastSync: null });
    await server.stop();
  });

  it('is gone with its key after it was erased, but for what is not ours', async () => {
    place.put('anna/notes.txt', 'mine');
    await output('device erase --store anna');
    expect(place.files().filter((name) => name.startsWith('anna'))).toEqual(['anna/notes.txt']);
    await output('device erase --store bruno');
    expect(existsSync(place.path('bruno'))).toBe(false);
  });

  it.each([
    ['device new --store anna', 2, 'E-STORE', 'there is something already'],
    ['device new --store c --begin 2020-01-01', 2, 'E-USAGE', '--begin is of a virtual clock'],
    ['device status --store nobody', 2, 'E-STORE', 'there is no phone here'],
    ['device erase --store nobody', 2, 'E-STORE', 'there is no phone here'],
    ['device meet anna anna --minutes 5 --attenuation 50', 2, 'E-USAGE', 'does not meet itself'],
    ['device meet anna bruno --minutes 0 --attenuation 50', 2, 'E-USAGE', 'from 1 to 1440'],
    ['device advance 2020-09-11 --store anna', 2, 'E-USAGE', 'never goes back'],
    ['device advance 1d --store anna', 2, 'E-USAGE', 'It must be +90s'],
    ['device advance +1d --store anna --public-key k.pem', 2, 'E-USAGE', '--public-key is of background runs'],
    ['device sync --store anna', 2, 'E-USAGE', 'where is the service "get"?'],
    ['device sync --store anna --url get=nowhere', 2, 'E-USAGE', 'It must be an address'],
    ['device sync --store anna --url portal=http://127.0.0.1:1', 2, 'E-USAGE', 'There is no service "portal"'],
    ['device sync --store anna --url http://127.0.0.1:1', 5, 'E-SERVER', 'no answer from http://127.0.0.1:1'],
    ['device upload 9K2RAY8UUA --store anna --url http://127.0.0.1:1', 2, 'E-USAGE', 'check character'],
    ['device new --store c --province Milano', 2, 'E-USAGE', 'two capitals'],
    ['device set wifi=off --store anna', 2, 'E-USAGE', 'names are bluetooth, permission, notifications'],
    ['device set bluetooth=no --store anna', 2, 'E-USAGE', 'NAME=on or NAME=off'],
  ])('"%s" is exit %i', async (line, exit, code, message) => {
    expectError(await place.enlab(line), exit, code, message);
    expect(await status('anna')).toMatchObject({ keys: 0, sightings: 0, lastSync: null });
  });

  it('of a phone with the clock of the machine cannot be moved in time', async () => {
    await output('device new --store carla');
    expectError(await place.enlab('device advance +1d --store carla'), 2, 'E-USAGE', 'has the clock of the machine');
  });
});
