/**
 * Verification server: from a test or teleTAN to a registration token, the test result, and the TAN that authorises a
 * submission (cwa-verification-server). A dummy must follow the schema as a genuine request does.
 */
import { z } from 'zod';
import { nothing } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything, uuid4 } from '../values.ts';
import {
  badRequest,
  CWA_REFUSALS,
  cwaJson,
  responsePadding,
  serverError,
  status,
  testHash,
  verificationHeaders,
} from './parts.ts';
import { isTeleTanSyntax } from './teleTan.ts';

const HOST = 'verification.coronawarn.app';
/** request.sizelimit; a chunked request is refused too, as its size is not known in advance. */
export const VERIFICATION_BYTES = 10_000;

/** Unknown to the server, which ignores what it does not know, of whatever type. */
const requestPadding = z.string().optional().catch(undefined);

const registration = z
  .object({
    key: z.string('must be text'),
    keyType: z.enum(['GUID', 'TELETAN'], 'must be GUID or TELETAN'),
    /** The same with the date of birth in it. */
    keyDob: testHash.nullish(),
    requestPadding,
  })
  .refine(({ key, keyType }) => (keyType === 'GUID' ? testHash.safeParse(key).success : isTeleTanSyntax(key)), {
    message: 'must be 64 hexadecimal digits for GUID, ten symbols for TELETAN',
    path: ['key'],
  });

const token = z.object({ registrationToken: uuid4, requestPadding });

/** TEST is valid for an hour, EVENT (for organisers) for two days. */
export const teleTanTypes = ['TEST', 'EVENT'] as const;
const TELETAN_TYPE = 'x-cwa-teletan-type';
const teleTanType = z.object({ [TELETAN_TYPE]: z.enum(teleTanTypes).optional() });

const common = {
  method: 'POST',
  parameters: anything,
  query: anything,
  headers: verificationHeaders,
  refusals: { ...CWA_REFUSALS, size: 406 },
} as const;
/** What every request here can meet. */
const failures = { 400: badRequest, 406: status('too large, or sent in chunks'), 500: serverError } as const;

export const registrationToken = {
  ...common,
  name: 'cwa.registration-token',
  purpose: 'the app trades a test or a teleTAN for a registration token',
  host: HOST,
  path: '/version/v1/registrationToken',
  body: cwaJson(registration, VERIFICATION_BYTES),
  replies: {
    201: { meaning: 'a token', body: cwaJson(z.object({ registrationToken: uuid4, responsePadding })), fixed: {} },
    ...failures,
  },
} as const satisfies Endpoint;

export const testResult = {
  ...common,
  name: 'cwa.test-result',
  purpose: 'the app asks for the result of a test',
  host: HOST,
  path: '/version/v1/testresult',
  body: cwaJson(token, VERIFICATION_BYTES),
  replies: {
    200: {
      meaning: 'the result; 2 for every teleTAN',
      // 0..4 PCR, 5..9 rapid test, 10..14 point-of-care NAT: 0, 5, 10 pending, then negative, positive, invalid, redeemed.
      body: cwaJson(
        z.object({
          testResult: z.int().min(0).max(14),
          /** Unix seconds of the sample; since spring 2021. */
          sc: z.int().nullish(),
          labId: z.string().nullish(),
          responsePadding,
        }),
      ),
      fixed: {},
    },
    403: status('the date of birth is another one'),
    ...failures,
  },
} as const satisfies Endpoint;

export const tan = {
  ...common,
  name: 'cwa.tan',
  purpose: 'the app asks for a TAN after a positive result',
  host: HOST,
  path: '/version/v1/tan',
  body: cwaJson(token, VERIFICATION_BYTES),
  replies: {
    201: { meaning: 'a TAN', body: cwaJson(z.object({ tan: uuid4, responsePadding })), fixed: {} },
    ...failures,
  },
} as const satisfies Endpoint;

export const verifyTan = {
  ...common,
  name: 'cwa.verify-tan',
  purpose: 'the submission server redeems a TAN; internal',
  path: '/version/v1/tan/verify',
  headers: anything,
  body: cwaJson(z.object({ tan: uuid4 }), VERIFICATION_BYTES),
  replies: {
    200: { ...status('valid, and used up from now on'), headers: teleTanType },
    404: status('unknown, used or too old'),
    ...failures,
  },
} as const satisfies Endpoint;

export const teleTan = {
  ...common,
  name: 'cwa.teletan',
  purpose: 'the portal of the hotline asks for a teleTAN; internal',
  path: '/version/v1/tan/teletan',
  /** A JWT with the role c19hotline, or c19hotline_event for EVENT. */
  headers: z.looseObject({ authorization: z.string('must be a JWT'), [TELETAN_TYPE]: z.enum(teleTanTypes).optional() }),
  body: nothing,
  replies: {
    201: { meaning: 'a teleTAN', body: cwaJson(z.object({ value: z.string() })), fixed: {} },
    401: status('no valid JWT with the role'),
    429: status('more than 1,000 in an hour'),
    ...failures,
  },
} as const satisfies Endpoint;
