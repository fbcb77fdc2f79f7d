/** What an operator of enlab's backend may ask for, beside the deployed endpoints: paths under /enlab, with the token. */
import { z } from 'zod';
import { EnlabError } from '../core/errors.ts';
import type { UnixSeconds } from '../core/units.ts';
import { json, nothing, text } from '../protocol/wire/bodies.ts';
import type { Endpoint, Reply } from '../protocol/wire/endpoint.ts';
import { buildReply, type ReplyMessage } from '../protocol/wire/messages.ts';
import { anything, integer } from '../protocol/wire/values.ts';
import { type Route, route, type Service } from './service.ts';

/**
 * Where the operator sits. The health information system knows it; nobody published how it is told, so that the header is
 * ours.
 */
export const REGION_HEADER = 'enlab-region';

const MOST_BYTES = 65_536;
/** A million reports of a kilobyte. */
const MOST_EXTRACT_BYTES = 1_000_000_000;
/** The smallest limit under which counts are left out: below two there is none. */
const MOST_TELLING = 2;
const LONGEST_MOVE = 400 * 86_400;

const counts = z.record(z.string(), z.union([z.number(), z.string(), z.null()]));
const result = { meaning: 'done', body: json(counts, { limit: MOST_BYTES }), fixed: {} } as const satisfies Reply;
const problem = {
  meaning: 'not possible',
  body: json(z.object({ message: z.string() }), { limit: MOST_BYTES }),
  fixed: {},
} as const satisfies Reply;

const common = {
  method: 'POST',
  parameters: anything,
  query: anything,
  headers: anything,
  body: nothing,
  replies: { 200: result, 400: problem, 401: problem, 409: problem },
  refusals: { path: 400, query: 400, headers: 400, 'content type': 400, size: 400, body: 400 },
} as const;

export const statusEndpoint = {
  ...common,
  name: 'enlab.status',
  purpose: 'counts, batches, clock',
  method: 'GET',
  path: '/enlab/status',
} as const satisfies Endpoint;

export const publishEndpoint = {
  ...common,
  name: 'enlab.publish',
  purpose: 'publish what waits, now',
  path: '/enlab/publish',
} as const satisfies Endpoint;

export const clockEndpoint = {
  ...common,
  name: 'enlab.clock',
  purpose: 'move the virtual clock; jobs that are due on the way run at their times',
  path: '/enlab/clock',
  body: json(
    z.union([
      z.strictObject({ seconds: z.number().min(0).max(LONGEST_MOVE) }),
      z.strictObject({ to: z.number().min(0) }),
    ]),
    { limit: MOST_BYTES },
  ),
} as const satisfies Endpoint;

export const backupEndpoint = {
  ...common,
  name: 'enlab.backup',
  purpose: 'copy the databases into a new folder of the machine of the server',
  path: '/enlab/backup',
  body: json(z.strictObject({ folder: z.string().min(1) }), { limit: MOST_BYTES }),
} as const satisfies Endpoint;

export const configureEndpoint = {
  ...common,
  name: 'enlab.configure',
  purpose: 'serve other settings from now on, until the backend ends',
  path: '/enlab/configure',
  body: json(z.record(z.string(), z.unknown()), { limit: MOST_BYTES }),
} as const satisfies Endpoint;

export const purgeEndpoint = {
  ...common,
  name: 'enlab.purge',
  purpose: 'delete everything about people: the end of the emergency',
  path: '/enlab/purge',
} as const satisfies Endpoint;

const retained = z.object({
  datum: z.string(),
  where: z.string(),
  form: z.string(),
  documented: z.string(),
  deployed: z.string(),
});

export const retentionEndpoint = {
  ...common,
  name: 'enlab.retention',
  purpose: 'what is kept, where and for how long',
  method: 'GET',
  path: '/enlab/retention',
  replies: {
    ...common.replies,
    200: { meaning: 'a row a datum', body: json(z.array(retained), { limit: MOST_BYTES }), fixed: {} },
  },
} as const satisfies Endpoint;

export const extractEndpoint = {
  ...common,
  name: 'enlab.extract',
  purpose: 'reports of exposures for epidemiologists',
  method: 'GET',
  path: '/enlab/extract',
  replies: {
    ...common.replies,
    200: { meaning: 'a report a line', body: text('application/x-ndjson', MOST_EXTRACT_BYTES), fixed: {} },
  },
} as const satisfies Endpoint;

export const aggregatesEndpoint = {
  ...common,
  name: 'enlab.aggregates',
  purpose: 'counts by day and province for the ministry, without small ones',
  method: 'GET',
  path: '/enlab/aggregates',
  query: z.strictObject({ below: integer(MOST_TELLING, 1_000_000) }),
  replies: {
    ...common.replies,
    200: { meaning: 'a line a day and province', body: text('text/csv', MOST_EXTRACT_BYTES), fixed: {} },
  },
} as const satisfies Endpoint;

export interface Operated {
  readonly service: Service;
  readonly now: () => UnixSeconds;
  /** Absent where the clock is that of the machine. */
  readonly move?: (to: UnixSeconds) => Promise<void>;
  readonly backup: (folder: string) => Promise<void>;
}

type Refusing =
  | typeof clockEndpoint
  | typeof configureEndpoint
  | typeof backupEndpoint
  | typeof extractEndpoint
  | typeof aggregatesEndpoint;

const refused = (endpoint: Refusing, message: string): ReplyMessage => buildReply(endpoint, 409, { message });

export function operatorRoutes({ service, now, move, backup }: Operated): readonly Route[] {
  return [
    route(statusEndpoint, async () => buildReply(statusEndpoint, 200, { now: now(), ...(await service.status()) })),
    route(publishEndpoint, async () => buildReply(publishEndpoint, 200, { ...(await service.publish()) })),
    route(configureEndpoint, ({ body }) => {
      try {
        service.configure(body);
      } catch (error) {
        if (error instanceof EnlabError) return refused(configureEndpoint, error.message);
        throw error;
      }
      return buildReply(configureEndpoint, 200, { settings: Object.keys(body).length });
    }),
    route(purgeEndpoint, async () => buildReply(purgeEndpoint, 200, { ...(await service.purge()) })),
    route(retentionEndpoint, () => buildReply(retentionEndpoint, 200, [...service.retention])),
    route(extractEndpoint, async () =>
      service.extract
        ? buildReply(extractEndpoint, 200, await service.extract())
        : refused(extractEndpoint, 'this system collects no reports of exposures'),
    ),
    route(aggregatesEndpoint, async ({ query: { below } }) =>
      service.aggregates
        ? buildReply(aggregatesEndpoint, 200, await service.aggregates(below))
        : refused(aggregatesEndpoint, 'this system collects no operational info'),
    ),
    route(clockEndpoint, async ({ body }) => {
      if (!move) return refused(clockEndpoint, 'the clock is that of the machine: start with --clock virtual');
      const to = 'to' in body ? body.to : now() + body.seconds;
      if (to < now()) return refused(clockEndpoint, 'the clock never goes back');
      if (to - now() > LONGEST_MOVE) return refused(clockEndpoint, 'at most 400 days at a time');
      await move(to);
      return buildReply(clockEndpoint, 200, { now: now() });
    }),
    route(backupEndpoint, async ({ body: { folder } }) => {
      try {
        await backup(folder);
      } catch (error) {
        return refused(backupEndpoint, (error as Error).message);
      }
      return buildReply(backupEndpoint, 200, { folder });
    }),
  ];
}
