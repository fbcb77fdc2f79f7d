/** App configuration: the settings document (immuni-backend-app-configuration; its keys are read by src/risk/config). */
import { z } from 'zod';
import { nothing } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything, integer } from '../values.ts';
import { cached, IMMUNI_REFUSALS, immuniJson, schemaFailure, unknownFailure } from './parts.ts';

/** MAX_ALLOWED_BUILD. */
export const LAST_BUILD = 20_000;
const SETTINGS_CACHE_SECONDS = 3600;

export const settings = {
  name: 'immuni.settings',
  purpose: 'the app asks for its settings',
  host: 'get.immuni.gov.it',
  method: 'GET',
  path: '/v1/settings',
  parameters: anything,
  /** Other arguments are refused. */
  query: z.strictObject({
    platform: z.enum(['ios', 'android'], 'must be ios or android'),
    build: integer(1, LAST_BUILD),
  }),
  headers: anything,
  body: nothing,
  replies: {
    200: {
      meaning: 'settings by name',
      body: immuniJson(z.record(z.string(), z.json())),
      fixed: cached(SETTINGS_CACHE_SECONDS),
    },
    400: schemaFailure,
    500: unknownFailure,
  },
  refusals: IMMUNI_REFUSALS,
} as const satisfies Endpoint;
