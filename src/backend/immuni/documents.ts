/**
 * What settings point to: questions and answers, privacy notice, terms of use, in Italian and English. Production had them
 * at addresses of its own choice; those of enlab stand beside the settings, so that an app under test finds them.
 */
import { z } from 'zod';
import { json, nothing, text } from '../../protocol/wire/bodies.ts';
import type { Endpoint } from '../../protocol/wire/endpoint.ts';
import { cached, IMMUNI_REFUSALS, schemaFailure, unknownFailure } from '../../protocol/wire/immuni/parts.ts';
import { buildReply } from '../../protocol/wire/messages.ts';
import { anything } from '../../protocol/wire/values.ts';
import { type Route, route } from '../service.ts';
import { type Language, languages, type Page, pages, questions } from './texts.ts';

/** Addresses that `productionSettings` has in place of the real ones. */
const PLACEHOLDER = 'https://immuni.example/';
const CACHE_SECONDS = 3600;
const MOST_BYTES = 100_000;

const common = { method: 'GET', query: anything, headers: anything, body: nothing, refusals: IMMUNI_REFUSALS } as const;
const language = z.enum(languages, 'must be en or it');
const failures = { 400: schemaFailure, 500: unknownFailure } as const;

const faqEndpoint = {
  ...common,
  name: 'enlab.faq',
  purpose: 'the app shows questions and answers',
  path: '/docs/faq/{language}',
  parameters: z.object({ language }),
  replies: {
    200: {
      meaning: 'titles and contents',
      body: json(z.object({ faqs: z.array(z.object({ title: z.string(), content: z.string() })) }), {
        limit: MOST_BYTES,
      }),
      fixed: cached(CACHE_SECONDS),
    },
    ...failures,
  },
} as const satisfies Endpoint;

const pageEndpoint = {
  ...common,
  name: 'enlab.page',
  purpose: 'the app shows its privacy notice (pn) or its terms of use (tou)',
  path: '/docs/{page}/{language}',
  parameters: z.object({ page: z.enum(['pn', 'tou'], 'must be pn or tou'), language }),
  replies: {
    200: { meaning: 'a page', body: text('text/html; charset=utf-8', MOST_BYTES), fixed: cached(CACHE_SECONDS) },
    ...failures,
  },
} as const satisfies Endpoint;

export const documentRoutes: readonly Route[] = [
  route(faqEndpoint, ({ parameters }) => buildReply(faqEndpoint, 200, { faqs: [...questions[parameters.language]] })),
  route(pageEndpoint, ({ parameters: { page, language: spoken } }) =>
    buildReply(pageEndpoint, 200, htmlOf(pages[page][spoken], spoken)),
  ),
];

/** The same settings with documents at the address by which the server was asked. */
export const withDocumentsAt = (settings: Uint8Array, origin: string): Uint8Array =>
  Buffer.from(Buffer.from(settings).toString().replaceAll(PLACEHOLDER, `${origin}/`));

/** Host and port only: what a client sends as Host goes into addresses. */
const HOST = /^[\w.:[\]-]{1,255}$/;

export const isHost = (host: unknown): host is string => typeof host === 'string' && HOST.test(host);

const htmlOf = ({ title, paragraphs }: Page, spoken: Language): string =>
  [
    `<!doctype html><html lang="${spoken}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title><style>${STYLE}</style></head><body><main><h1>${title}</h1>`,
    ...paragraphs.map((paragraph) => `<p>${paragraph}</p>`),
    '</main></body></html>\n',
  ].join('\n');

const STYLE =
  'body{font:1.05rem/1.6 system-ui,sans-serif;margin:0;background:#fff;color:#1b1b1f}' +
  'main{max-width:38rem;margin:0 auto;padding:1.5rem}h1{font-size:1.5rem;line-height:1.25}' +
  '@media(prefers-color-scheme:dark){body{background:#17181c;color:#ececf1}}';
