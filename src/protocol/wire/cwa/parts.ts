/** What the services of the Corona-Warn-App share (backend spec B1). Errors have no body: the status says everything. */
import { z } from 'zod';
import { json, nothing } from '../bodies.ts';
import type { Body, Endpoint, Reply } from '../endpoint.ts';
import { matching } from '../values.ts';

/** Sanity limit for readers of replies and of requests whose server names none. */
const MOST_JSON_BYTES = 1024 * 1024;

/** Spring takes any parameters of the content type. */
export const cwaJson = <Value>(schema: z.ZodType<Value>, limit = MOST_JSON_BYTES): Body<Value> =>
  json(schema, { limit });

export const status = (meaning: string) => ({ meaning, body: nothing, fixed: {} }) as const satisfies Reply;

export const badRequest = status('schema or rule broken');
export const serverError = status('unforeseen');

/**
 * Of the services with an exception handler for everything: what Spring has no handler of its own for becomes 500, a
 * foreign content type among it (VerificationExceptionHandler, ApiExceptionHandler; read in the code, not run).
 */
export const CWA_REFUSALS = {
  path: 404,
  query: 400,
  headers: 400,
  'content type': 500,
  size: 400,
  body: 400,
} as const satisfies Endpoint['refusals'];

/** SHA-256 of a test identifier in hexadecimal; "x" in front marks one that was made with the date of birth. */
export const testHash = matching(/^[XxA-Fa-f0-9][A-Fa-f0-9]{63}$/, '64 hexadecimal digits');

/** Random characters with which the apps make header sizes equal (padding.ts); servers never read them. */
const HEADER_PADDING = 'cwa-header-padding';

/** "1" is a dummy; everything else, and no header, is genuine. */
export const verificationHeaders = z.looseObject({
  'cwa-fake': z.string().optional(),
  [HEADER_PADDING]: z.string().optional(),
});

/** With "cwa-fake" of any value. Padding is given only to clients that know the header (backend spec B1). */
export const responsePadding = z.string().optional();
