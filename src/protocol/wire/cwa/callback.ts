/** Where the federation gateway tells that there is a new batch; mutual TLS (cwa-server, services/callback). */
import { z } from 'zod';
import { nothing } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything, isoDate } from '../values.ts';
import { badRequest, CWA_REFUSALS, serverError, status } from './parts.ts';

export const callback = {
  name: 'cwa.callback',
  purpose: 'the federation gateway announces a batch',
  method: 'GET',
  path: '/version/v1/callback',
  parameters: anything,
  query: z.looseObject({ batchTag: z.string('must be text').min(1, 'must not be empty'), date: isoDate }),
  headers: anything,
  body: nothing,
  replies: { 200: status('noted'), 400: badRequest, 500: serverError },
  refusals: CWA_REFUSALS,
} as const satisfies Endpoint;
