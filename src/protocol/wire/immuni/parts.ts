/** What all services of Immuni share: errors, content types, headers, fields (backend spec A1; immuni-backend-common). */
import { z } from 'zod';
import { parseIsoDay } from '../../../core/time.ts';
import type { UtcDay } from '../../../core/units.ts';
import { json, nothing } from '../bodies.ts';
import type { Body, Endpoint, Reply } from '../endpoint.ts';
import { integer, isoDate, matching } from '../values.ts';

/** Codes of the deployed servers; the published OpenAPI file has others for two of them (documented.ts). */
export const immuniErrors = {
  unknown: 1000,
  schema: 1001,
  unauthorisedOtp: 1101,
  batchNotFound: 1300,
  noBatches: 1301,
  otpCollision: 1400,
} as const;

/** Clients look at status and code; the words are ours, those of the deployed servers are not repeated here. */
export const immuniMessages: Readonly<Record<keyof typeof immuniErrors, string>> = {
  unknown: 'this cannot be answered',
  schema: 'the request does not follow the schema',
  unauthorisedOtp: 'this one-time password is not authorised',
  batchNotFound: 'there is no such batch',
  noBatches: 'there are no batches',
  otpCollision: 'this one-time password is authorised already',
};

export interface ImmuniError {
  readonly error_code: number;
  readonly message: string;
}

export const immuniError = (name: keyof typeof immuniErrors): ImmuniError => ({
  error_code: immuniErrors[name],
  message: immuniMessages[name],
});

/** What the servers write; a client of theirs takes the character set in any case. */
export const IMMUNI_JSON = 'application/json; charset=utf-8';

/** Sanic's REQUEST_MAX_SIZE, which no service of Immuni changes; the limit of the proxies before them is not known. */
export const IMMUNI_BODY_LIMIT = 100_000_000;

/** Exactly these two, compared in lower case; everything else is refused with 1001. */
const accepted = ['application/json', IMMUNI_JSON];

export const immuniJson = <Value>(schema: z.ZodType<Value>): Body<Value> =>
  json(schema, {
    limit: IMMUNI_BODY_LIMIT,
    contentType: IMMUNI_JSON,
    accepts: (contentType) => accepted.includes(contentType),
  });

/** Seconds for which a reply may be cached. Errors carry no Cache-Control: the decorator sets it on success only. */
export const cached = (seconds: number) => ({ 'cache-control': `public, max-age=${seconds}` });
export const NO_STORE = { 'cache-control': 'no-store' } as const;

const errorBody = immuniJson(z.object({ error_code: z.int(), message: z.string() }));

export const failure = (meaning: string) => ({ meaning, body: errorBody, fixed: {} }) as const satisfies Reply;

export const schemaFailure = failure('1001: schema broken');
/** Sanic's own refusals and everything unforeseen: code 1000 under the status of the fault. */
export const unknownFailure = failure('1000: unforeseen');
export const tooLarge = failure('1000: too large');

/** Everything that does not follow the schema is 400 with 1001, wherever it stands. */
export const IMMUNI_REFUSALS: Endpoint['refusals'] = {
  path: 400,
  query: 400,
  headers: 400,
  'content type': 400,
  size: 413,
  body: 400,
};

/** Empty, with the content type of JSON all the same. */
export const empty: Body<undefined> = { ...nothing, contentType: IMMUNI_JSON };

/** 1: a dummy request. It must follow the schema as a genuine one does: the body is validated before it is ignored. */
export const dummyHeader = { 'immuni-dummy-data': integer(0, 1) };

/**
 * Authorization with a token. The framework takes "Bearer" and "Token" and also a bare token (Sanic, Request.token);
 * apps send "Bearer".
 */
export const authorization = (token: RegExp, what: string) =>
  z
    .string(`must be Bearer and ${what}`)
    .transform((text) => text.replace(/^(?:Bearer|Token)\s*/, '').trim())
    .pipe(matching(token, `Bearer and ${what}`));

export const bearer = (token: string): string => `Bearer ${token}`;

/** 0 or 1 as numbers: true, false and digits in quotes are refused (IntegerBoolField). */
export const flag = z.literal([0, 1], 'must be 0 or 1');

/** Two capitals; EX for abroad in the apps. */
export const province = matching(/^[A-Z]{2}$/, 'two capital letters');

export const date = isoDate;

/** Dates of reports lie at most this many days back (MAX_ISO_DATE_BACKWARD_DIFF). */
export const OLDEST_DATE_DAYS = 180;

/**
 * Why a date of a body is refused with 1001 on a day, or undefined. Apart from the schema because it needs the day; the
 * servers run in UTC.
 */
export function dateProblem(dates: readonly string[], today: UtcDay): string | undefined {
  for (const text of dates) {
    const day = parseIsoDay(text);
    if (day === null) return `${text} is no date`;
    if (day > today) return `${text} is in the future`;
    if (today - day > OLDEST_DATE_DAYS) return `${text} is more than ${OLDEST_DATE_DAYS} days ago`;
  }
  return undefined;
}

/** A number that the servers take up to the largest of Python's platform integers; here up to the largest exact one. */
export const count = integer(0, Number.MAX_SAFE_INTEGER);
