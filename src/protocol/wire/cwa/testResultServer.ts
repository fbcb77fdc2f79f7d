/** Test result server: laboratories report, the verification server asks; mutual TLS (cwa-testresult-server). */
import { z } from 'zod';
import type { Endpoint } from '../endpoint.ts';
import { anything } from '../values.ts';
import { badRequest, CWA_REFUSALS, cwaJson, serverError, status, testHash } from './parts.ts';

/** No limit of its own; Tomcat's for posted forms does not hold for JSON. */
const UPLOAD_BYTES = 10 * 1024 * 1024;

/** Numbers of PCR results (backend spec B1). */
export const resultNumbers = { negative: 1, positive: 2, invalid: 3 } as const;

const asked = z.object({ id: testHash, sc: z.int().nullish() });

/** Results of one kind of test, by number. */
const results = (least: number, most: number) =>
  z.object({
    testResults: z
      .array(
        z.object({
          id: testHash,
          result: z.int().min(least, `must be ${least}..${most}`).max(most, `must be ${least}..${most}`),
          /** Unix seconds of the sample. */
          sc: z.int().nullish(),
        }),
      )
      .min(1, 'must hold a result'),
    labId: z.string().nullish(),
  });

const answer = z.object({ testResult: z.int().min(0).max(14), sc: z.int().nullish(), labId: z.string().nullish() });

const common = {
  method: 'POST',
  parameters: anything,
  query: anything,
  headers: anything,
  /** Without a handler for everything, Spring's own answer to a foreign content type stands. */
  refusals: { ...CWA_REFUSALS, 'content type': 415, size: 413 },
} as const;
const failures = {
  400: badRequest,
  413: status('too large (limit of enlab)'),
  415: status('the content type is not taken'),
  500: serverError,
} as const;

const ask = (name: string, path: string, purpose: string) =>
  ({
    ...common,
    name,
    path,
    purpose,
    body: cwaJson(asked),
    replies: { 200: { meaning: 'the result; pending if unknown', body: cwaJson(answer), fixed: {} }, ...failures },
  }) as const satisfies Endpoint;

const report = (name: string, path: string, purpose: string, [least, most]: readonly [number, number]) =>
  ({
    ...common,
    name,
    path,
    purpose,
    body: cwaJson(results(least, most), UPLOAD_BYTES),
    replies: { 204: status('stored'), ...failures },
  }) as const satisfies Endpoint;

export const appResult = ask('cwa.app-result', '/api/v1/app/result', 'the verification server asks for a result');
export const quickTestResult = ask('cwa.quicktest-result', '/api/v1/quicktest/result', 'a rapid test station asks');
export const pocNatResult = ask('cwa.pocnat-result', '/api/v1/pocnat/result', 'a point-of-care NAT station asks');

/** 1 negative, 2 positive, 3 invalid. */
export const labResults = report('cwa.lab-results', '/api/v1/lab/results', 'a laboratory reports PCR results', [1, 3]);
/** 5 pending, 6 negative, 7 positive, 8 invalid, 9 redeemed. */
export const quickTestResults = report(
  'cwa.quicktest-results',
  '/api/v1/quicktest/results',
  'a station reports rapid tests',
  [5, 9],
);
/** 10 pending, 11 negative, 12 positive, 13 invalid, 14 redeemed. */
export const pocNatResults = report(
  'cwa.pocnat-results',
  '/api/v1/pocnat/results',
  'a station reports point-of-care NAT',
  [10, 14],
);
