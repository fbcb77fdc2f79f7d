/**
 * Exposure ingestion: checking a one-time password and uploading keys (immuni-backend-exposure-ingestion). Both requests
 * are padded to one size, genuine and dummy alike (padding.ts). check-cun and get-dgc came later and are left out.
 */
import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { anything, base64, country, integer, matching } from '../values.ts';
import {
  authorization,
  count,
  date,
  dummyHeader,
  empty,
  failure,
  IMMUNI_REFUSALS,
  immuniJson,
  NO_STORE,
  province,
  schemaFailure,
  tooLarge,
  unknownFailure,
} from './parts.ts';
import { UPLOAD_SCHEMA_KEYS } from './tekList.ts';

/** MAX_PADDING_SIZE and the alphabet of its pattern. */
export const MOST_PADDING = 150_000;
export const PADDING_ALPHABET = 'abcdef0123456789';
/** MAX_ROLLING_PERIOD of the schema; the list rules (tekList.ts) allow 144. */
const LONGEST_SCHEMA_PERIOD = 1000;
/** One for each other member of the federation. */
const MOST_COUNTRIES = 27;

const HOST = 'upload.immuni.gov.it';

const padding = matching(/^[a-f0-9]*$/, 'lower-case hexadecimal digits').max(
  MOST_PADDING,
  `must have at most ${MOST_PADDING} digits`,
);

const key = z.strictObject({
  key_data: base64(16),
  /** ENIntervalNumber. */
  rolling_start_number: count,
  /** Intervals; a phone that leaves it out means a day. */
  rolling_period: integer(0, LONGEST_SCHEMA_PERIOD).optional(),
});

/** Seconds below, between and above the two attenuation thresholds; iOS 13.6 had a fourth value. */
const attenuationDurations = z.array(count).min(3, 'must have 3 or 4 values').max(4, 'must have 3 or 4 values');

const exposureInfo = z.strictObject({
  date,
  /** Seconds, in steps of 300. */
  duration: count,
  /** dB. */
  attenuation_value: count,
  attenuation_durations: attenuationDurations,
  transmission_risk_level: z.int('must be 0..8').min(0, 'must be 0..8').max(8, 'must be 0..8'),
  total_risk_score: count,
});

const summary = z.strictObject({
  date,
  matched_key_count: count,
  days_since_last_exposure: count,
  attenuation_durations: attenuationDurations,
  maximum_risk_score: count,
  exposure_info: z.array(exposureInfo).optional(),
});

const upload = z.strictObject({
  teks: z.array(key).max(UPLOAD_SCHEMA_KEYS, `must have at most ${UPLOAD_SCHEMA_KEYS} keys`),
  province,
  countries_of_interest: z.array(country).max(MOST_COUNTRIES, `must have at most ${MOST_COUNTRIES}`).nullish(),
  exposure_detection_summaries: z.array(summary),
  padding,
});
export type ImmuniUpload = z.output<typeof upload>;

/** All dates of an upload, for `dateProblem`. */
export const uploadDates = ({ exposure_detection_summaries: summaries }: ImmuniUpload): readonly string[] =>
  summaries.flatMap(({ date: own, exposure_info: infos = [] }) => [own, ...infos.map((info) => info.date)]);

/** SHA-256 of the password (otp.ts, `otpToken`). */
const token = { authorization: authorization(/^[A-Fa-f0-9]{64}$/, 'the SHA-256 of the one-time password') };

const replies = {
  204: { meaning: 'done, or a dummy', body: empty, fixed: NO_STORE },
  400: schemaFailure,
  401: failure('1101: the password is unknown, used or too old'),
  413: tooLarge,
  500: unknownFailure,
} as const;

export const checkOtpEndpoint = {
  name: 'immuni.check-otp',
  purpose: 'the app asks whether its one-time password is authorised',
  host: HOST,
  method: 'POST',
  path: '/v1/ingestion/check-otp',
  parameters: anything,
  query: anything,
  headers: z.looseObject({ ...dummyHeader, ...token }),
  body: immuniJson(z.strictObject({ padding })),
  replies,
  refusals: IMMUNI_REFUSALS,
} as const satisfies Endpoint;

export const uploadEndpoint = {
  name: 'immuni.upload',
  purpose: 'the app uploads its keys and what it knows about exposures; the password is used up',
  host: HOST,
  method: 'POST',
  path: '/v1/ingestion/upload',
  parameters: anything,
  query: anything,
  /** The clock of the phone, unix seconds: checked and ignored. */
  headers: z.looseObject({
    ...dummyHeader,
    ...token,
    'immuni-client-clock': integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  }),
  body: immuniJson(upload),
  replies,
  refusals: IMMUNI_REFUSALS,
} as const satisfies Endpoint;
