/** The page on which the hotline gets a teleTAN to read out; a session of Keycloak (cwa-verification-portal). */
import { z } from 'zod';
import { form, text } from '../bodies.ts';
import type { Endpoint } from '../endpoint.ts';
import { anything } from '../values.ts';
import { CWA_REFUSALS, status } from './parts.ts';

/** Largest form that Tomcat takes (maxPostSize). */
const FORM_BYTES = 2 * 1024 * 1024;
const MOST_PAGE_BYTES = 1024 * 1024;

/** The button that was pressed has a value; an event needs the number of a health authority. */
const buttons = z.object({ TEST: z.string().optional(), EVENT: z.string().optional(), HAID: z.string().optional() });

const page = text('text/html;charset=UTF-8', MOST_PAGE_BYTES);

export const portalTeleTan = {
  name: 'cwa.portal-teletan',
  purpose: 'somebody of the hotline presses the button for a teleTAN',
  method: 'POST',
  path: '/cwa/teletan',
  parameters: anything,
  query: anything,
  headers: anything,
  body: form(buttons, { limit: FORM_BYTES }),
  replies: {
    200: { meaning: 'a page with the teleTAN', body: page, fixed: {} },
    400: status('no such health authority'),
    500: status('the limits of a person (one in some seconds) or of the verification server are reached'),
  },
  refusals: { ...CWA_REFUSALS, 'content type': 400, size: 400 },
} as const satisfies Endpoint;
