/** Analytics: how phones are set up and whether they warned (immuni-backend-analytics; rights and limits: spec A5). */
import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { anything, base64, matching } from '../values.ts';
import {
  authorization,
  date,
  dummyHeader,
  empty,
  flag,
  IMMUNI_REFUSALS,
  immuniJson,
  province,
  schemaFailure,
  tooLarge,
  unknownFailure,
} from './parts.ts';

const HOST = 'analytics.immuni.gov.it';
/** DEVICE_TOKEN_MAX_LENGTH and SIGNED_ATTESTATION_MAX_LENGTH, characters. */
const LONGEST_TOKEN = 10_000;
/** SALT_LENGTH, characters of base64: 16 to 18 bytes. */
const SALT_LENGTH = 24;

const atMost = (length: number): string => `must have at most ${length} characters`;
const ANALYTICS_TOKEN = /^[a-f0-9]{128}$/;
const TOKEN_WORDS = '128 lower-case hexadecimal digits';

const deviceToken = z.strictObject({
  analytics_token: matching(ANALYTICS_TOKEN, TOKEN_WORDS),
  /** Of Apple's DeviceCheck. */
  device_token: base64().max(LONGEST_TOKEN, atMost(LONGEST_TOKEN)),
});

const operationalInfo = {
  province,
  exposure_permission: flag,
  bluetooth_active: flag,
  notification_permission: flag,
  /** 1: the last detection warned. */
  exposure_notification: flag,
  /** A date is required; apps without an exposure send one of the past. */
  last_risky_exposure_on: date,
  build: z.int().optional(),
};

const appleInfo = z.strictObject(operationalInfo);
const googleInfo = z.strictObject({
  ...operationalInfo,
  salt: base64().length(SALT_LENGTH, `must have ${SALT_LENGTH} characters`),
  /** JWS of SafetyNet. */
  signed_attestation: z.string().max(LONGEST_TOKEN, atMost(LONGEST_TOKEN)),
});

export type AppleInfo = z.output<typeof appleInfo>;
export type GoogleInfo = z.output<typeof googleInfo>;

export const analyticsDates = ({
  last_risky_exposure_on,
}: Pick<AppleInfo, 'last_risky_exposure_on'>): readonly string[] => [last_risky_exposure_on];

const common = {
  host: HOST,
  method: 'POST',
  parameters: anything,
  query: anything,
  refusals: IMMUNI_REFUSALS,
} as const;
const failures = { 400: schemaFailure, 413: tooLarge, 500: unknownFailure } as const;
/** Also for tokens without rights: the phone must not learn what the server knows. */
const accepted = { 204: { meaning: 'taken, whether it counts or not', body: empty, fixed: {} }, ...failures } as const;

export const appleToken = {
  ...common,
  name: 'immuni.apple-token',
  purpose: 'an iPhone asks for the right to send operational info',
  path: '/v1/analytics/apple/token',
  headers: anything,
  body: immuniJson(deviceToken),
  replies: {
    201: { meaning: 'authorised', body: empty, fixed: {} },
    202: { meaning: 'being checked with Apple', body: empty, fixed: {} },
    ...failures,
  },
} as const satisfies Endpoint;

export const appleOperationalInfo = {
  ...common,
  name: 'immuni.apple-operational-info',
  purpose: 'an iPhone sends operational info',
  path: '/v1/analytics/apple/operational-info',
  headers: z.looseObject({ ...dummyHeader, authorization: authorization(ANALYTICS_TOKEN, TOKEN_WORDS) }),
  body: immuniJson(appleInfo),
  replies: accepted,
} as const satisfies Endpoint;

export const googleOperationalInfo = {
  ...common,
  name: 'immuni.google-operational-info',
  purpose: 'an Android phone sends operational info with an attestation',
  path: '/v1/analytics/google/operational-info',
  headers: z.looseObject(dummyHeader),
  body: immuniJson(googleInfo),
  replies: accepted,
} as const satisfies Endpoint;
