/** Every endpoint of the Corona-Warn-App: a good request, and one wrong thing at a time. */
import { describe, expect, it } from 'vitest';
import { callback } from '../../../../src/protocol/wire/cwa/callback.ts';
import * as distribution from '../../../../src/protocol/wire/cwa/distribution.ts';
import { cwaEndpoints } from '../../../../src/protocol/wire/cwa/endpoints.ts';
import { DUMMY_TOKEN } from '../../../../src/protocol/wire/cwa/padding.ts';
import { portalTeleTan } from '../../../../src/protocol/wire/cwa/portal.ts';
import {
  submissionOf,
  submitFake,
  submitKeys,
  submitOnBehalf,
  tooLargeMessage,
} from '../../../../src/protocol/wire/cwa/submission.ts';
import * as testResults from '../../../../src/protocol/wire/cwa/testResultServer.ts';
import {
  registrationToken,
  tan,
  teleTan,
  testResult,
  VERIFICATION_BYTES,
  verifyTan,
} from '../../../../src/protocol/wire/cwa/verification.ts';
import { buildReply, parseReply, parseRequest } from '../../../../src/protocol/wire/messages.ts';
import { type Case, expectBad, expectGood, messageOf, titleOf } from '../../../helpers/wire.ts';

const HASH = 'ab'.repeat(32);
const UUID = 'c0ffee00-1234-4abc-9def-0123456789ab';
const payload = {
  keys: [{ keyData: new Uint8Array(16).fill(1), rollingStartIntervalNumber: 2_655_360, transmissionRiskLevel: 3 }],
};
const text = (body: string) => ({ raw: { body: Buffer.from(body) } });
const typed = (contentType: string) => ({ headers: { 'content-type': contentType } });

const noJson: Case['bad'] = [
  [text(''), 'body', 'the body is empty'],
  [text('{'), 'body', 'this is no JSON'],
  [text('[]'), 'body', 'expected object'],
  [typed('text/plain'), 'content type', '"text/plain" is not application/json'],
];
const tooLong: Case['bad'][number] = [
  text(`{"x":"${'x'.repeat(VERIFICATION_BYTES)}"}`),
  'size',
  '10008 bytes are more than 10000',
];
const badToken: Case['bad'] = [
  [{ body: { registrationToken: undefined } }, 'body', 'registrationToken: must be a version 4 UUID'],
  [{ body: { registrationToken: UUID.toUpperCase() } }, 'body', 'registrationToken: must be'],
  [{ body: { registrationToken: UUID.replace('-4', '-1') } }, 'body', 'registrationToken: must be'],
];

const asking = (endpoint: Case['endpoint']): Case => ({
  endpoint,
  asked: { body: { id: HASH } },
  bad: [
    ...noJson,
    [{ body: { id: 'ab' } }, 'body', 'id: must be 64 hexadecimal digits'],
    [{ body: { id: undefined } }, 'body', 'id: must be'],
    [{ body: { sc: 'noon' } }, 'body', 'sc'],
  ],
});

const reporting = (endpoint: Case['endpoint'], least: number, most: number): Case => {
  const result = (number: unknown) => ({ body: { testResults: [{ id: HASH, result: number }] } });
  return {
    endpoint,
    asked: {
      body: {
        testResults: [
          { id: HASH, result: least },
          { id: `X${HASH.slice(1)}`, result: most },
        ],
        labId: 'l',
      },
    },
    bad: [
      ...noJson,
      [result(least - 1), 'body', `testResults.0.result: must be ${least}..${most}`],
      [result(most + 1), 'body', `testResults.0.result: must be ${least}..${most}`],
      [result(null), 'body', 'testResults.0.result'],
      [{ body: { testResults: [] } }, 'body', 'testResults: must hold a result'],
      [{ body: { testResults: [{ result: least }] } }, 'body', 'testResults.0.id: must be 64'],
    ],
  };
};

const cases: readonly Case[] = [
  {
    endpoint: registrationToken,
    asked: { headers: { 'cwa-fake': '0' }, body: { key: HASH, keyType: 'GUID' } },
    bad: [
      ...noJson,
      tooLong,
      [{ body: { key: 'FE9A5MAK6C' } }, 'body', 'key: must be 64 hexadecimal digits for GUID'],
      [{ body: { keyType: 'TELETAN' } }, 'body', 'key: must be'],
      [{ body: { key: 'FE9A5MAK0C', keyType: 'TELETAN' } }, 'body', 'key: must be'],
      [{ body: { keyType: 'QR' } }, 'body', 'keyType: must be GUID or TELETAN'],
      [{ body: { key: undefined } }, 'body', 'key: must be text'],
      [{ body: { keyDob: 'ab' } }, 'body', 'keyDob: must be 64'],
    ],
  },
  { endpoint: testResult, asked: { body: { registrationToken: UUID } }, bad: [...noJson, tooLong, ...badToken] },
  { endpoint: tan, asked: { body: { registrationToken: UUID } }, bad: [...noJson, tooLong, ...badToken] },
  {
    endpoint: verifyTan,
    asked: { body: { tan: UUID } },
    bad: [...noJson, tooLong, [{ body: { tan: 'TAN' } }, 'body', 'tan: must be a version 4 UUID']],
  },
  {
    endpoint: teleTan,
    asked: { headers: { authorization: 'Bearer a.b.c', 'x-cwa-teletan-type': 'EVENT' } },
    bad: [
      [{ headers: { authorization: undefined } }, 'headers', 'authorization: must be a JWT'],
      [{ headers: { 'x-cwa-teletan-type': 'PARTY' } }, 'headers', 'x-cwa-teletan-type'],
    ],
  },
  asking(testResults.appResult),
  asking(testResults.quickTestResult),
  asking(testResults.pocNatResult),
  reporting(testResults.labResults, 1, 3),
  reporting(testResults.quickTestResults, 5, 9),
  reporting(testResults.pocNatResults, 10, 14),
  {
    endpoint: submitKeys,
    asked: { headers: { 'cwa-fake': '0', 'cwa-authorization': UUID }, body: payload },
    bad: [
      [{ headers: { 'cwa-fake': undefined } }, 'headers', 'cwa-fake: must be 0'],
      [{ headers: { 'cwa-authorization': undefined } }, 'headers', 'must have cwa-authorization or cwa-otp'],
      [{ headers: { 'cwa-authorization': '' } }, 'headers', 'must have cwa-authorization or cwa-otp'],
      [{ headers: { 'cwa-otp': UUID } }, 'headers', 'and not both'],
      [{ headers: { 'cwa-authorization': `TAN ${UUID}` } }, 'headers', 'cwa-authorization'],
      [typed('application/json'), 'content type', 'is not application/x-protobuf'],
      [{ raw: { body: Uint8Array.of(0x0a, 0x05, 1) } }, 'body', 'this is no SubmissionPayload'],
      [{ raw: { body: new Uint8Array() } }, 'body', 'keys: must be 1..14 keys'],
      [{ raw: { body: new Uint8Array(102_401) } }, 'size', '102401 bytes are more than 102400'],
    ],
  },
  {
    endpoint: submitFake,
    asked: { headers: { 'cwa-fake': '1' } },
    bad: [
      [{ headers: { 'cwa-fake': undefined } }, 'headers', 'cwa-fake: must be'],
      [{ headers: { 'cwa-fake': 'yes' } }, 'headers', 'cwa-fake: must be'],
      [{ raw: { body: new Uint8Array(102_401) } }, 'size', 'more than 102400'],
    ],
  },
  {
    endpoint: submitOnBehalf,
    asked: { headers: { 'cwa-fake': '0', 'cwa-authorization': UUID }, body: payload },
    bad: [
      [{ headers: { 'cwa-authorization': undefined } }, 'headers', 'cwa-authorization: must be'],
      [{ headers: { 'cwa-fake': '1' } }, 'headers', 'cwa-fake: must be 0'],
    ],
  },
  { endpoint: distribution.versions, asked: {}, bad: [] },
  { endpoint: distribution.countries, asked: {}, bad: [] },
  {
    endpoint: distribution.days,
    asked: { parameters: { country: 'EUR' } },
    bad: [[{ parameters: { country: 'Germany' } }, 'path', 'country']],
  },
  {
    endpoint: distribution.dayPackage,
    asked: { parameters: { country: 'DE', date: '2020-06-20' } },
    bad: [
      [{ parameters: { date: '2020-06-31' } }, 'path', 'date: must be a date'],
      [{ parameters: { date: 'today' } }, 'path', 'date: must be a date'],
    ],
  },
  {
    endpoint: distribution.hours,
    asked: { parameters: { country: 'DE', date: '2020-06-20' } },
    bad: [[{ parameters: { country: 'de' } }, 'path', 'country']],
  },
  {
    endpoint: distribution.hourPackage,
    asked: { parameters: { country: 'DE', date: '2020-06-20', hour: 0 } },
    bad: [
      [{ parameters: { hour: 24 } }, 'path', 'hour: must be a whole number of 0..23'],
      [{ parameters: { hour: 'noon' } }, 'path', 'hour: must be'],
    ],
  },
  {
    endpoint: distribution.configurationV1,
    asked: { parameters: { country: 'DE' } },
    bad: [[{ parameters: { country: 'EUR' } }, 'path', 'country: must be two capital letters']],
  },
  {
    endpoint: distribution.configurationV2,
    asked: { parameters: { platform: 'android' } },
    bad: [[{ parameters: { platform: 'symbian' } }, 'path', 'platform: must be android or ios']],
  },
  {
    endpoint: callback,
    asked: { query: { batchTag: 'x-1', date: '2021-03-01' } },
    bad: [
      [{ query: { batchTag: '' } }, 'query', 'batchTag: must not be empty'],
      [{ query: { batchTag: undefined } }, 'query', 'batchTag: must be text'],
      [{ query: { date: 'today' } }, 'query', 'date: must be a date'],
    ],
  },
  {
    endpoint: portalTeleTan,
    asked: { body: { EVENT: 'EVENT', HAID: '01 02&3' } },
    bad: [
      [typed('application/json'), 'content type', 'is not application/x-www-form-urlencoded'],
      [{ raw: { body: Uint8Array.of(0xff) } }, 'body', 'no UTF-8'],
    ],
  },
];

it('has a case for every endpoint', () => {
  expect(cases.map(({ endpoint }) => endpoint.name).toSorted()).toEqual(
    cwaEndpoints.map(({ name }) => name).toSorted(),
  );
});

describe.each(cases.map((one) => [one.endpoint.name, one] as const))('%s', (_, one) => {
  it('takes a good request', () => {
    expectGood(one);
  });

  if (one.bad.length > 0)
    it.each(one.bad.map((bad) => [titleOf(bad), bad] as const))('refuses %s', (_title, bad) => {
      expectBad(one, bad);
    });
});

describe('what the deployed servers take besides', () => {
  const taken = (endpoint: Case['endpoint'], asked: Case['asked'], change = {}) =>
    expect(parseRequest(endpoint, messageOf({ endpoint, asked }, change))).toMatchObject({ ok: true });

  it('fields that they do not know, such as the padding', () => {
    taken(tan, { body: { registrationToken: UUID, requestPadding: 'x'.repeat(170), stranger: 1 } });
  });

  it('a content type with parameters', () => {
    taken(tan, { body: { registrationToken: UUID } }, typed('application/json;charset=UTF-8'));
  });

  it('the dummy token, and any value of cwa-fake', () => {
    taken(tan, { headers: { 'cwa-fake': 'x' }, body: { registrationToken: DUMMY_TOKEN } });
  });

  it('a teleTAN with a wrong check character, and a hash marked with X', () => {
    taken(registrationToken, { body: { key: 'FE9A5MAK6D', keyType: 'TELETAN' } });
    taken(registrationToken, { body: { key: `x${HASH.slice(1)}`, keyType: 'GUID', keyDob: HASH } });
  });

  it('a self-report with an OTP in any spelling of a UUID', () => {
    taken(submitKeys, { headers: { 'cwa-fake': '0', 'cwa-otp': '1-2-3-4-5' }, body: payload });
  });

  it('a fake submission of any content', () => {
    for (const body of [new Uint8Array(), Uint8Array.of(0x0a, 5), new Uint8Array(1000).fill(0xff)])
      taken(submitFake, { headers: { 'cwa-fake': '2' }, body });
  });
});

describe('a submission', () => {
  it.each([
    ['0', submitKeys],
    ['1', submitFake],
    ['00', submitFake],
    ['', submitFake],
    [undefined, submitFake],
  ])('with cwa-fake %j goes where the deployed server sends it', (fake, endpoint) => {
    expect(submissionOf({ 'cwa-fake': fake })).toBe(endpoint);
  });

  it('is answered in the same form, fake or not', () => {
    const headers = { 'cwa-filtered-checkins': 0, 'cwa-saved-checkins': 0 };
    expect(buildReply(submitKeys, 200, undefined, headers)).toEqual(buildReply(submitFake, 200, undefined, headers));
    const reply = buildReply(submitKeys, 200, undefined, { ...headers, 'cwa-keys-truncated': 10 });
    expect(parseReply(submitKeys, reply)).toEqual({
      ok: true,
      value: { status: 200, headers: { ...headers, 'cwa-keys-truncated': 10 }, body: undefined },
    });
    expect(parseReply(submitKeys, { ...reply, headers: {} })).toMatchObject({ ok: false, part: 'headers' });
  });

  it('that is too large is answered in words', () => {
    const reply = buildReply(submitKeys, 400, tooLargeMessage());
    expect(parseReply(submitKeys, reply)).toMatchObject({ value: { body: 'more than 102400 bytes' } });
  });
});

describe('replies', () => {
  it('carry a hash of the content: the case of the tests of cwa-server', () => {
    expect(distribution.cwaHash(Buffer.from('World'))).toBe('65584eac1cb9fd270adb3a733be69c3e');
  });

  it('of a TAN check name the kind of teleTAN', () => {
    const reply = buildReply(verifyTan, 200, undefined, { 'x-cwa-teletan-type': 'EVENT' });
    expect(parseReply(verifyTan, reply)).toMatchObject({ value: { headers: { 'x-cwa-teletan-type': 'EVENT' } } });
  });

  it('of the distribution are cached for five minutes', () => {
    const reply = buildReply(distribution.hours, 200, [0, 23], { etag: '"abc"' });
    expect(reply.headers['cache-control']).toBe('public,max-age=300');
    expect(parseReply(distribution.hours, reply)).toMatchObject({
      value: { body: [0, 23], headers: { etag: '"abc"' } },
    });
    expect(parseReply(distribution.hours, { ...reply, body: Buffer.from('[24]') })).toMatchObject({ part: 'body' });
  });
});
