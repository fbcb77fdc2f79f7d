/** What every service of Immuni answers to its operators (immuni-backend-common). */
import { nothing, text } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything } from '../values.ts';
import { IMMUNI_REFUSALS, unknownFailure } from './parts.ts';

/** Of the text format of Prometheus, version 0.0.4. */
const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
const MOST_METRICS_BYTES = 16 * 1024 * 1024;

const common = {
  method: 'GET',
  parameters: anything,
  query: anything,
  headers: anything,
  body: nothing,
  refusals: IMMUNI_REFUSALS,
} as const;

export const health = {
  ...common,
  name: 'immuni.health',
  purpose: 'whether the service runs',
  path: '/',
  replies: { 200: { meaning: 'it runs', body: nothing, fixed: {} }, 500: unknownFailure },
} as const satisfies Endpoint;

export const metrics = {
  ...common,
  name: 'immuni.metrics',
  purpose: 'figures for Prometheus',
  path: '/metrics',
  replies: {
    200: { meaning: 'figures', body: text(METRICS_TYPE, MOST_METRICS_BYTES), fixed: {} },
    500: unknownFailure,
  },
} as const satisfies Endpoint;
