/** Authorising a one-time password; called by the health information system, not public (immuni-backend-otp). */
import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { anything, matching } from '../values.ts';
import { checkOtp, OTP_LENGTH } from './otp.ts';
import {
  date,
  empty,
  failure,
  IMMUNI_REFUSALS,
  immuniJson,
  NO_STORE,
  schemaFailure,
  tooLarge,
  unknownFailure,
} from './parts.ts';

/** Seconds from authorisation until the password is worthless (OTP_EXPIRATION_SECONDS). */
export const OTP_LIFETIME_SECONDS = 150;

/** The password itself, exactly as issued, or the SHA-256 of a code from another register (CUN). */
const otp = z.string('must be a code').refine(
  // A typed form ("9k2-ray8-uuq") is cleaned by the app, never by the server.
  (text) =>
    /^[a-f0-9]{64}$/.test(text) || (text.length === OTP_LENGTH && checkOtp(text).valid && /^[A-Z1-9]+$/.test(text)),
  'must be ten symbols with a check character, or a SHA-256',
);

const body = z
  .strictObject({
    otp,
    /** Day of the first symptoms; only keys from two days before it on are published. */
    symptoms_started_on: date,
    id_test_verification: matching(/^[A-Fa-f0-9-]{36}$/, '36 hexadecimal digits and hyphens').nullish(),
  })
  .refine(({ otp: given, id_test_verification: id }) => given.length === OTP_LENGTH || typeof id === 'string', {
    message: 'a SHA-256 needs id_test_verification',
    path: ['id_test_verification'],
  });
export type OtpAuthorisation = z.output<typeof body>;

export const otpDates = ({ symptoms_started_on }: OtpAuthorisation): readonly string[] => [symptoms_started_on];

export const authoriseOtp = {
  name: 'immuni.otp',
  purpose: 'the health information system authorises a one-time password',
  method: 'POST',
  path: '/v1/otp',
  parameters: anything,
  query: anything,
  headers: anything,
  body: immuniJson(body),
  replies: {
    204: { meaning: `authorised for ${OTP_LIFETIME_SECONDS} s`, body: empty, fixed: NO_STORE },
    400: schemaFailure,
    409: failure('1400: authorised already'),
    413: tooLarge,
    500: unknownFailure,
  },
  refusals: IMMUNI_REFUSALS,
} as const satisfies Endpoint;
