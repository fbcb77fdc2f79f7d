/** Every endpoint of Immuni: a good request, and one wrong thing at a time. */
import { describe, expect, it } from 'vitest';
import { parseIsoDay } from '../../../../src/core/time.ts';
import {
  analyticsDates,
  appleOperationalInfo,
  appleToken,
  googleOperationalInfo,
} from '../../../../src/protocol/wire/immuni/analytics.ts';
import { immuniEndpoints } from '../../../../src/protocol/wire/immuni/endpoints.ts';
import { health, metrics } from '../../../../src/protocol/wire/immuni/health.ts';
import { checkOtpEndpoint, uploadDates, uploadEndpoint } from '../../../../src/protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysEuBatch, keysEuIndex, keysIndex } from '../../../../src/protocol/wire/immuni/keys.ts';
import { otpToken } from '../../../../src/protocol/wire/immuni/otp.ts';
import { authoriseOtp, otpDates } from '../../../../src/protocol/wire/immuni/otpService.ts';
import { bearer, dateProblem, immuniError } from '../../../../src/protocol/wire/immuni/parts.ts';
import { settings } from '../../../../src/protocol/wire/immuni/settings.ts';
import { buildReply, parseReply, parseRequest } from '../../../../src/protocol/wire/messages.ts';
import { type Case, expectBad, expectGood, messageOf, titleOf } from '../../../helpers/wire.ts';

const KEY = Buffer.alloc(16, 7).toString('base64');
const TOKEN = otpToken('9K2RAY8UUQ');
const info = {
  date: '2020-06-20',
  duration: 1800,
  attenuation_value: 55,
  attenuation_durations: [900, 600, 0],
  transmission_risk_level: 1,
  total_risk_score: 25,
};
const summary = {
  date: '2020-06-21',
  matched_key_count: 1,
  days_since_last_exposure: 1,
  attenuation_durations: [900, 600, 0],
  maximum_risk_score: 25,
  exposure_info: [info],
};
const tek = { key_data: KEY, rolling_start_number: 2_655_360, rolling_period: 144 };
const uploadBody = {
  teks: [tek],
  province: 'MI',
  countries_of_interest: ['DE'],
  exposure_detection_summaries: [summary],
  padding: 'abc0',
};
const ingestionHeaders = { authorization: bearer(TOKEN), 'immuni-dummy-data': '0' };
const phone = {
  province: 'EX',
  exposure_permission: 1,
  bluetooth_active: 0,
  notification_permission: 1,
  exposure_notification: 0,
  last_risky_exposure_on: '2020-06-20',
};
const text = (body: string) => ({ raw: { body: Buffer.from(body) } });
const typed = (contentType: string) => ({ headers: { 'content-type': contentType } });

/** What every body of JSON can have wrong. */
const noJson: Case['bad'] = [
  [text(''), 'body', 'the body is empty'],
  [text('{"padding":'), 'body', 'this is no JSON'],
  [text('[]'), 'body', 'expected object'],
  [text('null'), 'body', 'expected object'],
  [{ raw: { body: Uint8Array.of(0xff, 0xfe) } }, 'body', 'no UTF-8'],
  [typed('text/plain'), 'content type', '"text/plain"'],
  [typed('application/json; charset=latin-1'), 'content type', 'latin-1'],
  [{ body: { stranger: 1 } }, 'body', 'stranger'],
];

const cases: readonly Case[] = [
  {
    endpoint: settings,
    asked: { query: { platform: 'ios', build: 400 } },
    bad: [
      [{ query: { platform: 'symbian' } }, 'query', 'platform: must be ios or android'],
      [{ query: { platform: undefined } }, 'query', 'platform: must be'],
      [{ query: { build: 0 } }, 'query', 'build: must be a whole number of 1..20000'],
      [{ query: { build: 20_001 } }, 'query', 'build: must be'],
      [{ query: { build: '1.5' } }, 'query', 'build: must be'],
      [{ query: { build: 'x' } }, 'query', 'build: must be'],
      [{ query: { build: undefined } }, 'query', 'build: must be'],
      [{ query: { more: 1 } }, 'query', 'more'],
      [{ raw: { path: '/v1/settings?platform=ios&build=1&build=1' } }, 'query', 'build is given 2 times'],
    ],
  },
  {
    endpoint: authoriseOtp,
    asked: { body: { otp: '9K2RAY8UUQ', symptoms_started_on: '2020-06-20' } },
    bad: [
      ...noJson,
      [{ body: { otp: '9K2RAY8UUA' } }, 'body', 'otp: must be ten symbols'],
      [{ body: { otp: '9K2-RAY8-UUQ' } }, 'body', 'otp: must be'],
      [{ body: { otp: '9k2ray8uuq' } }, 'body', 'otp: must be'],
      [{ body: { otp: undefined } }, 'body', 'otp: must be'],
      [{ body: { otp: TOKEN } }, 'body', 'a SHA-256 needs id_test_verification'],
      [{ body: { otp: TOKEN, id_test_verification: 'x'.repeat(36) } }, 'body', '36 hexadecimal digits'],
      [{ body: { symptoms_started_on: '2020-02-30' } }, 'body', 'symptoms_started_on: must be a date'],
      [{ body: { symptoms_started_on: '20-06-2020' } }, 'body', 'symptoms_started_on: must be a date'],
      [{ body: { symptoms_started_on: undefined } }, 'body', 'symptoms_started_on'],
    ],
  },
  {
    endpoint: checkOtpEndpoint,
    asked: { headers: ingestionHeaders, body: { padding: '' } },
    bad: [
      ...noJson,
      [{ headers: { authorization: undefined } }, 'headers', 'authorization: must be Bearer'],
      [{ headers: { authorization: 'Bearer 9K2RAY8UUQ' } }, 'headers', 'authorization: must be Bearer'],
      [{ headers: { authorization: bearer(`${TOKEN}0`) } }, 'headers', 'authorization: must be Bearer'],
      [{ headers: { 'immuni-dummy-data': undefined } }, 'headers', 'immuni-dummy-data: must be'],
      [{ headers: { 'immuni-dummy-data': '2' } }, 'headers', 'immuni-dummy-data: must be'],
      [{ headers: { 'immuni-dummy-data': 'true' } }, 'headers', 'immuni-dummy-data: must be'],
      [{ body: { padding: 'G' } }, 'body', 'padding: must be lower-case hexadecimal digits'],
      [{ body: { padding: 'AB' } }, 'body', 'padding: must be'],
      [{ body: { padding: 'a'.repeat(150_001) } }, 'body', 'padding: must have at most 150000'],
    ],
  },
  {
    endpoint: uploadEndpoint,
    asked: { headers: { ...ingestionHeaders, 'immuni-client-clock': '1592700000' }, body: uploadBody },
    bad: [
      ...noJson,
      [{ headers: { 'immuni-client-clock': undefined } }, 'headers', 'immuni-client-clock: must be'],
      [{ headers: { 'immuni-client-clock': 'noon' } }, 'headers', 'immuni-client-clock: must be'],
      [{ body: { teks: undefined } }, 'body', 'teks'],
      [{ body: { teks: [{ ...tek, key_data: 'AAAA' }] } }, 'body', 'teks.0.key_data: must be base64 of 16 bytes'],
      [{ body: { teks: [tek, { ...tek, key_data: KEY.slice(0, -2) }] } }, 'body', 'teks.1.key_data: must be base64'],
      [{ body: { teks: [{ ...tek, rolling_start_number: -1 }] } }, 'body', 'teks.0.rolling_start_number: must be'],
      [{ body: { teks: [{ ...tek, rolling_period: 1001 }] } }, 'body', 'teks.0.rolling_period: must be'],
      [{ body: { teks: [{ ...tek, rolling_period: true }] } }, 'body', 'teks.0.rolling_period: must be'],
      [{ body: { teks: [{ ...tek, days: 1 }] } }, 'body', /teks\.0.*days/],
      [{ body: { teks: Array.from({ length: 10_000 }, () => tek) } }, 'body', 'teks: must have at most 9999'],
      [{ body: { province: 'Mi' } }, 'body', 'province: must be two capital letters'],
      [{ body: { province: 'MIL' } }, 'body', 'province: must be'],
      [{ body: { countries_of_interest: ['de'] } }, 'body', 'countries_of_interest.0: must be two capital letters'],
      [
        { body: { countries_of_interest: Array.from({ length: 28 }, () => 'DE') } },
        'body',
        'countries_of_interest: must have at most 27',
      ],
      [{ body: { exposure_detection_summaries: undefined } }, 'body', 'exposure_detection_summaries'],
      [
        { body: { exposure_detection_summaries: [{ ...summary, attenuation_durations: [1, 2] }] } },
        'body',
        'attenuation_durations: must have 3 or 4 values',
      ],
      [
        {
          body: {
            exposure_detection_summaries: [{ ...summary, exposure_info: [{ ...info, transmission_risk_level: 9 }] }],
          },
        },
        'body',
        'transmission_risk_level: must be 0..8',
      ],
      [
        { body: { exposure_detection_summaries: [{ ...summary, exposure_info: [{ ...info, date: '2020-6-20' }] }] } },
        'body',
        'date: must be a date',
      ],
    ],
  },
  {
    endpoint: keysIndex,
    asked: {},
    bad: [[{ raw: { path: '/v1/keys/indexes/' } }, 'path', 'this is not /v1/keys/index']],
  },
  {
    endpoint: keysBatch,
    asked: { parameters: { index: 7 } },
    bad: [
      [{ parameters: { index: 0 } }, 'path', 'index: must be'],
      [{ parameters: { index: -1 } }, 'path', 'index: must be'],
      [{ parameters: { index: 'x' } }, 'path', 'index: must be'],
      [{ parameters: { index: '1e3' } }, 'path', 'index: must be'],
    ],
  },
  {
    endpoint: keysEuIndex,
    asked: { parameters: { country: 'DE' } },
    bad: [[{ parameters: { country: 'de' } }, 'path', 'country: must be two capital letters']],
  },
  {
    endpoint: keysEuBatch,
    asked: { parameters: { country: 'DE', index: 1 } },
    bad: [
      [{ parameters: { country: 'DEU' } }, 'path', 'country: must be'],
      [{ parameters: { index: 0 } }, 'path', 'index: must be'],
    ],
  },
  {
    endpoint: appleToken,
    asked: { body: { analytics_token: 'ab'.repeat(64), device_token: KEY } },
    bad: [
      ...noJson,
      [{ body: { analytics_token: 'AB'.repeat(64) } }, 'body', 'analytics_token: must be 128'],
      [{ body: { analytics_token: 'ab' } }, 'body', 'analytics_token: must be 128'],
      [{ body: { device_token: '*' } }, 'body', 'device_token: must be base64'],
      [{ body: { device_token: 'A'.repeat(10_004) } }, 'body', 'device_token: must have at most 10000'],
    ],
  },
  {
    endpoint: appleOperationalInfo,
    asked: { headers: { authorization: bearer('ab'.repeat(64)), 'immuni-dummy-data': '1' }, body: phone },
    bad: [
      ...noJson,
      [{ headers: { authorization: bearer(TOKEN) } }, 'headers', 'authorization: must be Bearer and 128'],
      [{ headers: { 'immuni-dummy-data': '' } }, 'headers', 'immuni-dummy-data'],
      [{ body: { bluetooth_active: true } }, 'body', 'bluetooth_active: must be 0 or 1'],
      [{ body: { exposure_permission: '1' } }, 'body', 'exposure_permission: must be 0 or 1'],
      [{ body: { last_risky_exposure_on: null } }, 'body', 'last_risky_exposure_on: must be a date'],
      [{ body: { province: '' } }, 'body', 'province: must be two capital letters'],
    ],
  },
  {
    endpoint: googleOperationalInfo,
    asked: {
      headers: { 'immuni-dummy-data': '0' },
      body: { ...phone, salt: KEY, signed_attestation: 'a.b.c' },
    },
    bad: [
      ...noJson,
      [{ body: { salt: 'AAAA' } }, 'body', 'salt: must have 24 characters'],
      [{ body: { signed_attestation: 'x'.repeat(10_001) } }, 'body', 'signed_attestation: must have at most'],
      [{ body: { signed_attestation: undefined } }, 'body', 'signed_attestation'],
    ],
  },
  { endpoint: health, asked: {}, bad: [[{ raw: { path: '/x' } }, 'path', 'this is not /']] },
  { endpoint: metrics, asked: {}, bad: [[{ raw: { path: '/metric' } }, 'path', 'this is not /metrics']] },
];

it('has a case for every endpoint', () => {
  expect(cases.map(({ endpoint }) => endpoint.name).toSorted()).toEqual(
    immuniEndpoints.map(({ name }) => name).toSorted(),
  );
});

describe.each(cases.map((one) => [one.endpoint.name, one] as const))('%s', (_, one) => {
  it('takes a good request', () => {
    expectGood(one);
  });

  it.each(one.bad.map((bad) => [titleOf(bad), bad] as const))('refuses %s', (_title, bad) => {
    expectBad(one, bad);
  });
});

describe('what the deployed servers take besides', () => {
  const upload = cases.find(({ endpoint }) => endpoint === uploadEndpoint)!;
  it.each([
    ['numbers as text', { body: { teks: [{ ...tek, rolling_start_number: '2655360' }] } }],
    ['a key without a period', { body: { teks: [{ ...tek, rolling_period: undefined }] } }],
    ['no keys', { body: { teks: [] } }],
    ['no countries', { body: { countries_of_interest: null } }],
    ['countries left out', { body: { countries_of_interest: undefined } }],
    [
      'four durations',
      { body: { exposure_detection_summaries: [{ ...summary, attenuation_durations: [1, 2, 3, 4] }] } },
    ],
    ['"Token" for "Bearer"', { headers: { authorization: `Token ${TOKEN}` } }],
    ['a bare token', { headers: { authorization: TOKEN } }],
    ['the content type in capitals', typed('Application/JSON; Charset=UTF-8')],
    ['the content type without its character set', typed('application/json')],
    ['a header that it does not know', { headers: { 'user-agent': 'x' } }],
  ])('%s', (_, change) => {
    expect(parseRequest(uploadEndpoint, messageOf(upload, change))).toMatchObject({ ok: true });
  });

  it('a SHA-256 with the number of a test', () => {
    const body = { otp: TOKEN, symptoms_started_on: '2020-06-20', id_test_verification: `${'a'.repeat(35)}-` };
    expect(parseRequest(authoriseOtp, messageOf({ endpoint: authoriseOtp, asked: { body } }))).toMatchObject({
      ok: true,
    });
  });

  it('reads token, dummy flag and clock as values', () => {
    expect(parseRequest(uploadEndpoint, messageOf(upload))).toMatchObject({
      value: { headers: { authorization: TOKEN, 'immuni-dummy-data': 0, 'immuni-client-clock': 1_592_700_000 } },
    });
  });
});

describe('dates', () => {
  const today = parseIsoDay('2020-06-22')!;

  it.each([
    ['2020-06-22', undefined],
    ['2020-06-23', '2020-06-23 is in the future'],
    ['2019-12-25', undefined],
    ['2019-12-24', '2019-12-24 is more than 180 days ago'],
    ['yesterday', 'yesterday is no date'],
  ])('%s: %s', (date, problem) => {
    expect(dateProblem(['2020-06-01', date], today)).toBe(problem);
  });

  it('of a body are all found', () => {
    expect(uploadDates({ ...uploadBody })).toEqual(['2020-06-21', '2020-06-20']);
    expect(otpDates({ otp: '', symptoms_started_on: '2020-06-20' })).toEqual(['2020-06-20']);
    expect(analyticsDates(phone as Parameters<typeof analyticsDates>[0])).toEqual(['2020-06-20']);
  });
});

describe('replies', () => {
  it.each([
    [settings, 200, { a: 1 }, 'public, max-age=3600'],
    [keysIndex, 200, { oldest: 1, newest: 9 }, 'public, max-age=1800'],
    [keysBatch, 200, Uint8Array.of(1, 2), 'public, max-age=1296000'],
    [uploadEndpoint, 204, undefined, 'no-store'],
    [checkOtpEndpoint, 401, immuniError('unauthorisedOtp'), undefined],
    [authoriseOtp, 409, immuniError('otpCollision'), undefined],
    [keysBatch, 404, immuniError('batchNotFound'), undefined],
  ])('of $0.name with %i carry Cache-Control %3$s', (endpoint, status, body, cacheControl) => {
    const reply = buildReply(endpoint as never, status as never, body as never);
    expect(reply.headers['cache-control']).toBe(cacheControl);
    expect(parseReply(endpoint, reply)).toMatchObject({ ok: true, value: { status, body } });
  });

  it('have the codes of the deployed servers', () => {
    const names = ['unknown', 'schema', 'unauthorisedOtp', 'batchNotFound', 'noBatches', 'otpCollision'] as const;
    expect(names.map((name) => immuniError(name).error_code)).toEqual([1000, 1001, 1101, 1300, 1301, 1400]);
  });

  it('with another status are told apart', () => {
    const reply = { status: 418, headers: {}, body: new Uint8Array() };
    expect(parseReply(settings, reply)).toEqual({
      ok: false,
      part: 'status',
      reason: 'immuni.settings never answers 418',
    });
  });
});
