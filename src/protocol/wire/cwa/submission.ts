/**
 * Submission server (cwa-server, services/submission). Genuine and fake requests share a path; the header cwa-fake leads
 * them to two controllers, and the one for fakes reads no body: use `submissionOf`.
 */
import { z } from 'zod';
import { text } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything, integer, matching, uuid4 } from '../values.ts';
import { badRequest, CWA_REFUSALS, serverError, status } from './parts.ts';
import { SUBMISSION_BYTES, submissionBody } from './submissionPayload.ts';

const HOST = 'submission.coronawarn.app';
const MOST_MESSAGE_BYTES = 1024;

const checkIns = z.object({ 'cwa-filtered-checkins': integer(0, 1e6), 'cwa-saved-checkins': integer(0, 1e6) });

/** What UUID.fromString of Java takes: five groups of hexadecimal digits, leading zeros left out or not. */
const looseUuid = matching(/^[A-Fa-f0-9]{1,8}(-[A-Fa-f0-9]{1,4}){3}-[A-Fa-f0-9]{1,12}$/, 'a UUID');

const tanOrOtp = z
  .looseObject({
    'cwa-fake': z.literal('0', 'must be 0'),
    /** The bare TAN; the API document writes "TAN <TAN>". */
    'cwa-authorization': uuid4.or(z.literal('')).optional(),
    /** Of a self-report. */
    'cwa-otp': looseUuid.or(z.literal('')).optional(),
  })
  .refine((headers) => Boolean(headers['cwa-authorization']) !== Boolean(headers['cwa-otp']), {
    message: 'must have cwa-authorization or cwa-otp, and not both',
  });

const common = {
  host: HOST,
  method: 'POST',
  parameters: anything,
  query: anything,
  body: submissionBody,
  refusals: CWA_REFUSALS,
} as const;

const failures = {
  400: {
    ...badRequest,
    // Only a body that is too large has words; KEYS_ALREADY_EXIST is told of a self-report.
    body: { ...text('text/plain', MOST_MESSAGE_BYTES), accepts: () => true, contentType: '' },
    headers: z.object({ 'cwa-error-code': z.string().optional() }),
  },
  403: status('the TAN is unknown or used'),
  500: serverError,
} as const;

const saved = {
  ...status('keys are stored; those of the future or older than 14 days were left out silently'),
  headers: checkIns.extend({
    /** Days that are kept of a self-report; present when keys were left out. */
    'cwa-keys-truncated': integer(0, 1000).optional(),
  }),
} as const;

export const submitKeys = {
  ...common,
  name: 'cwa.submit',
  purpose: 'the app submits its keys',
  path: '/version/v1/diagnosis-keys',
  headers: tanOrOtp,
  replies: { 200: saved, 429: status('a million self-reported keys today'), ...failures },
} as const satisfies Endpoint;

export const submitOnBehalf = {
  ...common,
  name: 'cwa.submit-on-behalf',
  purpose: 'a health office warns the guests of an event',
  path: '/version/v1/submission-on-behalf',
  headers: z.looseObject({ 'cwa-fake': z.literal('0', 'must be 0'), 'cwa-authorization': uuid4 }),
  replies: { 200: { ...status('stored'), headers: checkIns }, ...failures },
} as const satisfies Endpoint;

/** Bytes that nobody reads. */
const unread = {
  ...submissionBody,
  accepts: () => true,
  read: () => ({ ok: true as const, value: undefined }),
  write: (value: unknown) => (value instanceof Uint8Array ? value : new Uint8Array()),
};

export const submitFake = {
  ...common,
  name: 'cwa.submit-fake',
  purpose: 'the app sends a dummy submission',
  path: '/version/v1/diagnosis-keys',
  /** Any number but 0. Without the header, or with words in it, the answer is 400. */
  headers: z.looseObject({ 'cwa-fake': integer(-2_147_483_648, 2_147_483_647) }),
  body: unread,
  replies: { 200: { ...status('after a delay; always 0 check-ins'), headers: checkIns }, 400: failures[400] },
} as const satisfies Endpoint;

/** The endpoint that a request to /version/v1/diagnosis-keys is meant for. */
export const submissionOf = (
  headers: Readonly<Record<string, string | undefined>>,
): typeof submitKeys | typeof submitFake => (headers['cwa-fake'] === '0' ? submitKeys : submitFake);

/** Reply 400 to a body that is too large. */
export const tooLargeMessage = (): string => `more than ${SUBMISSION_BYTES} bytes`;
