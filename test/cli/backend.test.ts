/** A backend from the command line: started, operated, stopped; and everything that can be typed wrong. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  backendAuthoriseOtpSchema,
  backendBackupSchema,
  backendClockSchema,
  backendConfigureSchema,
  backendPublishSchema,
  backendPurgeSchema,
  backendRetentionSchema,
  backendStatusSchema,
} from '../../cli/schemas.ts';
import { otpToken } from '../../src/protocol/wire/immuni/otp.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';

const START = 'backend start --system immuni --data out/backend --clock virtual --begin 2020-06-22T12:00Z';
const OTP = '9K2RAY8UUQ';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});

interface Started {
  readonly url: string;
  readonly publicKey: string;
  readonly operatorToken: string;
}

describe('backend start', () => {
  it('prints one line of JSON, logs to stderr, and ends with 0 when it is told to stop', async () => {
    const server = await place.serve(START);
    const { url, publicKey, operatorToken, ...rest } = JSON.parse(server.line) as Started;
    expect(rest).toEqual({});
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
    expect(JSON.parse(place.text('out/backend/server.json'))).toEqual({ url, pid: 4711, token: operatorToken });
    const { exitCode, stdout, stderr } = await server.stop();
    expect([exitCode, stdout]).toEqual([0, server.line]);
    const log = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(log.map(({ msg }) => msg)).toEqual(['started', 'stopped']);
    expect(place.files()).not.toContain('out/backend/server.json');
  });

  it.each([
    ['backend start --data d', '--system'],
    ['backend start --system immuni', '--data'],
    ['backend start --system imuni --data d', 'immuni'],
    ['backend start --system immuni --data d --port 65536', 'from 0 to 65535'],
    ['backend start --system immuni --data d --begin 2020-06-22', '--begin is of a virtual clock'],
    ['backend start --system immuni --data d --tls-key k.pem', 'HTTPS needs a key and a certificate'],
    ['backend start --system immuni --data d --batch-period 30', 'It must be 1min to 14d'],
    ['backend start --system immuni --data d --batch-period 10s', 'It must be 1min to 14d'],
    ['backend start --system immuni --data d --batch-period 15d', 'It must be 1min to 14d'],
    ['backend start --system immuni --data d --transmission-risk 0=9', 'levels 1..8'],
    ['backend start --system immuni --data d --transmission-risk 3..1=5', 'levels 1..8'],
    ['backend start --system immuni --data d --behaviour wild', 'documented, deployed'],
    ['backend start --system immuni --data d --preset cwa-v1-2020-06-15', 'has no settings of Immuni'],
  ])('refuses "%s", and makes no folder', async (line, message) => {
    expectError(await place.enlab(line), 2, 'E-USAGE', message);
    expect(place.files()).toEqual([]);
  });

  it.each([
    ['config.json', 'E-FILE-MISSING', undefined],
    ['config.json', 'E-FILE-EMPTY', ' '],
    ['config.json', 'E-FILE-FORMAT', '{"a":1}'],
  ])('refuses a configuration %s: %s', async (name, code, content) => {
    if (content !== undefined) place.put(name, content);
    expectError(await place.enlab(`${START} --config ${name}`), 2, code, name);
    expect(place.has('out')).toBe(false);
  });

  it.each(['config.json', 'config.json/x', `out/${'x'.repeat(300)}`])('refuses the folder %s', async (data) => {
    place.put('config.json', '');
    expectError(await place.enlab(START.replace('out/backend', data)), 2, 'E-STORE', data);
    expect(place.has('out')).toBe(false);
  });

  it('refuses a second backend on the folder, and the first goes on', async () => {
    const server = await place.serve(START);
    expectError(await place.enlab(START), 2, 'E-STORE', 'another process uses this database');
    expect((await place.enlab('backend status --data out/backend')).exitCode).toBe(0);
    await server.stop();
  });

  it('serves what was tuned', async () => {
    place.put('field.csv', fieldCsv());
    await place.output('calibrate fit field.csv --bootstrap 0 --out fit.json');
    await place.output('calibrate export fit.json --target immuni --out settings.json');
    const server = await place.serve(`${START} --config settings.json`);
    const reply = await fetch(`${(JSON.parse(server.line) as Started).url}/v1/settings?platform=ios&build=1`);
    const served = (await reply.json()) as Record<string, unknown>;
    expect(served).toMatchObject(JSON.parse(place.text('settings.json')));
    // What a tuned file says nothing of is as in production.
    expect(served['teks_packet_size']).toBe(110_000);
    await server.stop();
  });
});

const resultSchemas = {
  status: backendStatusSchema,
  clock: backendClockSchema,
  backup: backendBackupSchema,
  publish: backendPublishSchema,
  purge: backendPurgeSchema,
  'authorise-otp': backendAuthoriseOtpSchema,
};

describe('its operator', () => {
  let server: Awaited<ReturnType<Workplace['serve']>>;
  let started: Started;
  beforeEach(async () => {
    server = await place.serve(START);
    started = JSON.parse(server.line) as Started;
  });
  afterEach(async () => {
    await server.stop();
  });

  const data = async (words: string) => {
    const schema = resultSchemas[words.split(' ', 1)[0] as keyof typeof resultSchemas];
    return (await place.json(`backend ${words} --data out/backend`, schema as typeof backendStatusSchema)).data;
  };
  const check = (otp: string) =>
    fetch(`${started.url}/v1/ingestion/check-otp`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${otpToken(otp)}`,
        'immuni-dummy-data': '0',
      },
      body: '{"padding":""}',
    });

  it('authorises a password as typed, for 150 s', async () => {
    expect(await data('authorise-otp 9k2-ray8-uuq --symptoms 2020-06-15')).toEqual({
      code: '9K2-RAY8-UUQ',
      symptoms: '2020-06-15',
      seconds: 150,
    });
    expect((await check(OTP)).status).toBe(204);
    expect(await data('status')).toMatchObject({ now: '2020-06-22T12:00:00.000Z', passwords: 1 });
    expect(await data('clock +150s')).toEqual({ now: '2020-06-22T12:02:30.000Z' });
    expect((await check(OTP)).status).toBe(401);
  });

  it.each([
    ['+90s', '2020-06-22T12:01:30.000Z'],
    ['+30min', '2020-06-22T12:30:00.000Z'],
    ['+1.5h', '2020-06-22T13:30:00.000Z'],
    ['+14d', '2020-07-06T12:00:00.000Z'],
    ['2020-06-23', '2020-06-23T00:00:00.000Z'],
  ])('moves the clock by or to %s', async (words, now) => {
    expect(await data(`clock ${words}`)).toEqual({ now });
  });

  it('publishes without waiting for the next batch', async () => {
    expect(await data('publish')).toEqual({ keys: 0, batch: 0 });
  });

  it('has other settings served at once', async () => {
    const settings = () => fetch(`${started.url}/v1/settings?platform=ios&build=1`);
    const first = await settings();
    const document = (await first.json()) as Record<string, unknown>;
    place.put('strict.json', JSON.stringify({ ...document, exposure_info_minimum_risk_score: 26 }));
    await place.json('backend configure strict.json --data out/backend', backendConfigureSchema);
    const second = await settings();
    expect(await second.json()).toEqual({ ...document, exposure_info_minimum_risk_score: 26 });
    expect(second.headers.get('etag')).not.toBe(first.headers.get('etag'));
    place.put('other.json', '{"a":1}');
    expectError(await place.enlab('backend configure other.json --data out/backend'), 2, 'E-FILE-FORMAT', 'other.json');
    expect(await (await settings()).json()).toMatchObject({ exposure_info_minimum_risk_score: 26 });
  });

  it('reads what is kept, where and for how long', async () => {
    const { rows } = await place.json('backend retention --data out/backend', backendRetentionSchema);
    expect(rows.find(({ datum }) => datum === 'one-time password')).toMatchObject({ form: 'keyed hash' });
    const lines = (await place.output('backend retention --data out/backend', { width: 200 })).split('\n');
    // Long names go on in the next line.
    for (const { datum, documented } of rows)
      expect(lines.find((line) => line.startsWith(datum.slice(0, 14)))).toContain(documented.slice(0, 12));
  });

  it('gets reports of exposures that "trace inspect" reads, and none after a purge', async () => {
    await data(`authorise-otp ${OTP} --symptoms 2020-06-15`);
    const info = { duration: 1100, attenuation_value: 60, attenuation_durations: [300, 600, 0] };
    const exposure = { date: '2020-06-20', ...info, transmission_risk_level: 1, total_risk_score: 25 };
    const summary = { date: '2020-06-21', matched_key_count: 1, days_since_last_exposure: 1, maximum_risk_score: 25 };
    const detected = { ...summary, attenuation_durations: [300, 600, 0], exposure_info: [exposure, exposure] };
    const body = { teks: [], province: 'MI', exposure_detection_summaries: [detected], padding: '' };
    const reply = await fetch(`${started.url}/v1/ingestion/upload`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${otpToken(OTP)}`,
        'immuni-dummy-data': '0',
        'immuni-client-clock': '1592827200',
      },
      body: JSON.stringify(body),
    });
    expect(reply.status).toBe(204);
    await place.output('backend extract --epidemiological --out reports.ndjson --data out/backend');
    // Rounded down to whole steps of five minutes.
    expect(place.text('reports.ndjson')).toContain('"duration":900');
    const seen = JSON.parse(await place.output('trace inspect reports.ndjson --format json')) as { data: object };
    expect(seen.data).toMatchObject({ rows: 2, used: 2 });
    await data('clock +1d');
    const ministry = await place.output('backend extract --ministry --out - --data out/backend');
    expect(ministry).toMatch(/^day,province,phones,.*,reports\n$/);
    const which = await place.enlab('backend extract --out - --data out/backend');
    expectError(which, 2, 'E-USAGE', 'which extract?');
    const both = await place.enlab('backend extract --epidemiological --suppress-below 9 --out - --data out/backend');
    expectError(both, 2, 'E-USAGE', '--suppress-below is of --ministry');
    expect(await data('purge --everything')).toMatchObject({ reports: 1 });
    expect(await place.output('backend extract --epidemiological --out - --data out/backend')).toBe('');
  });

  it('is told what is not possible, exit 5', async () => {
    await data(`authorise-otp ${OTP} --symptoms 2020-06-15`);
    const twice = await place.enlab(`backend authorise-otp ${OTP} --symptoms 2020-06-15 --data out/backend`);
    expectError(twice, 5, 'E-SERVER', 'authorised already');
    const back = await place.enlab('backend clock 2020-06-21 --data out/backend');
    expectError(back, 5, 'E-SERVER', 'never goes back');
    await data('backup out/copy');
    expectError(await place.enlab('backend backup out/copy --data out/backend'), 5, 'E-SERVER', 'exists');
    const stranger = await place.enlab(`backend status --url ${started.url} --token wrong`);
    expectError(stranger, 5, 'E-SERVER', 'the token is not that of this backend');
  });

  it('may come from elsewhere, with address and token', async () => {
    const { url, operatorToken } = started;
    const output = await place.output(`backend status --url ${url} --token ${operatorToken}`);
    expect(output).toMatch(/batches +0/);
    expect(output).toMatch(/newestBatch +none/);
  });

  it.each([
    ['authorise-otp 9K2RAY8UUA --symptoms 2020-06-15', 'check character "A" instead of "Q"'],
    [`authorise-otp ${OTP} --symptoms 15/06/2020`, 'It must be a date'],
    [`authorise-otp ${OTP} --symptoms 2020-06-23`, 'does not take this date'],
    ['clock +2', 'It must be +90s'],
    ['clock -1h', 'unknown option'],
  ])('is told what is typed wrong: %s', async (words, message) => {
    expectError(await place.enlab(`backend ${words} --data out/backend`), 2, 'E-USAGE', message);
  });
});

describe('in the pilot phase', () => {
  it('only operators of its regions authorise codes, and phones are told', async () => {
    const server = await place.serve(`${START} --pilot-regions "Liguria, Puglia"`);
    const authorise = `backend authorise-otp ${OTP} --symptoms 2020-06-15 --data out/backend`;
    expectError(await place.enlab(authorise), 5, 'E-SERVER', 'may not do that in the pilot phase');
    expectError(await place.enlab(`${authorise} --region Lazio`), 5, 'E-SERVER', 'pilot phase');
    await place.output(`${authorise} --region PUGLIA`);
    const reply = await fetch(`${(JSON.parse(server.line) as Started).url}/v1/settings?platform=ios&build=1`);
    expect(await reply.json()).toMatchObject({ experimental_phase: true });
    await server.stop();
  });

  it.each(['Liguria,', 'Aosta\u00e9'])('regions "%s" are refused', async (names) => {
    const ran = await place.enlab([...START.split(' '), '--pilot-regions', names]);
    expectError(ran, 2, 'E-USAGE', 'names with commas');
  });
});

describe('an operator without a backend', () => {
  it.each([
    ['--data nowhere', 5, 'E-SERVER', 'no backend runs on this folder'],
    ['', 2, 'E-USAGE', 'which backend?'],
    ['--url http://127.0.0.1:1', 2, 'E-USAGE', 'which backend?'],
    ['--data d --url http://127.0.0.1:1 --token t', 2, 'E-USAGE', 'which backend?'],
    ['--url nonsense --token t', 2, 'E-USAGE', '"nonsense" is no address'],
    ['--url http://127.0.0.1:1 --token t', 5, 'E-SERVER', 'no answer from http://127.0.0.1:1'],
  ])('"status %s" is exit %i', async (flags, exit, code, message) => {
    expectError(await place.enlab(`backend status ${flags}`), exit, code, message);
  });
});
