/** Exposure reporting: which batches of keys there are, and the batches (immuni-backend-exposure-reporting). */
import { z } from 'zod';
import { bytes, nothing } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything, country, integer } from '../values.ts';
import { cached, failure, IMMUNI_REFUSALS, immuniJson, schemaFailure, unknownFailure } from './parts.ts';

const HOST = 'get.immuni.gov.it';
/** MANIFEST_CACHE_TIME_IN_MINUTES = 30. */
const INDEX_CACHE_SECONDS = 1800;
/** SINGLE_BATCH_CACHE_TIME_IN_DAYS = 15: a batch never changes. */
const BATCH_CACHE_SECONDS = 1_296_000;
/** A batch has at most 10,000 keys of some 34 bytes; a client takes more, as other servers may send it. */
const MOST_BATCH_BYTES = 32 * 1024 * 1024;
const MOST_INDEX_BYTES = 1024;

/** Batches are counted from 1. */
const index = integer(1, Number.MAX_SAFE_INTEGER);
/** Numbers of the first and last batch of the last 14 days. */
const range = { ...immuniJson(z.object({ oldest: z.int(), newest: z.int() })), limit: MOST_INDEX_BYTES };

const common = {
  host: HOST,
  method: 'GET',
  query: anything,
  headers: anything,
  body: nothing,
  refusals: IMMUNI_REFUSALS,
} as const;

const indexReplies = {
  200: { meaning: 'oldest and newest batch', body: range, fixed: cached(INDEX_CACHE_SECONDS) },
  404: failure('1301: no batch yet'),
  500: unknownFailure,
} as const;

const batchReplies = {
  200: {
    meaning: 'a key export file',
    body: bytes('application/zip', MOST_BATCH_BYTES),
    fixed: cached(BATCH_CACHE_SECONDS),
  },
  400: schemaFailure,
  404: failure('1300: no such batch'),
  500: unknownFailure,
} as const;

export const keysIndex = {
  ...common,
  name: 'immuni.keys-index',
  purpose: 'the app asks which batches there are',
  path: '/v1/keys/index',
  parameters: anything,
  replies: indexReplies,
} as const satisfies Endpoint;

export const keysBatch = {
  ...common,
  name: 'immuni.keys',
  purpose: 'the app downloads a batch',
  path: '/v1/keys/{index}',
  parameters: z.object({ index }),
  replies: batchReplies,
} as const satisfies Endpoint;

export const keysEuIndex = {
  ...common,
  name: 'immuni.keys-eu-index',
  purpose: 'which batches of another country there are',
  path: '/v1/keys/eu/{country}/index',
  parameters: z.object({ country }),
  replies: { ...indexReplies, 400: schemaFailure },
} as const satisfies Endpoint;

export const keysEuBatch = {
  ...common,
  name: 'immuni.keys-eu',
  purpose: 'a batch of another country',
  path: '/v1/keys/eu/{country}/{index}',
  parameters: z.object({ country, index }),
  replies: batchReplies,
} as const satisfies Endpoint;
