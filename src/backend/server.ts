/** The backend over HTTP: routing, limits, the operator's token, tags, figures and logs. Services never see a socket. */
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Logger } from 'pino';
import type { Seconds } from '../core/units.ts';
import type { Endpoint } from '../protocol/wire/endpoint.ts';
import type { ReplyMessage } from '../protocol/wire/messages.ts';
import { matchPath } from '../protocol/wire/paths.ts';
import { answer } from './answer.ts';
import { addConsole, type ConsolePorts } from './console/console.ts';
import { padded } from './equality.ts';
import type { Metrics } from './metrics.ts';
import { answerReady } from './ready.ts';
import { equalSecrets } from './secrets.ts';
import type { Route, Service } from './service.ts';

export interface Tls {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface ServerOptions {
  readonly service: Service;
  readonly operator: readonly Route[];
  readonly operatorToken: string;
  readonly metrics: Metrics;
  readonly log: Logger;
  readonly operators: ConsolePorts;
  readonly tls?: Tls;
  /** Resolves after so many seconds; absent: time stands still, and no reply can be late. */
  readonly wait?: (seconds: Seconds) => Promise<void>;
}

/** Milliseconds for a whole request: a sender that drips bytes must not hold a connection for ever. */
const REQUEST_TIMEOUT = 60_000;
/** Characters of a part of a path; longer ones are no number of a batch. */
const LONGEST_PARAMETER = 1000;
/** Where a description has no limit there is no body to read. */
const MOST_BODY_BYTES = 100_000_000;

/** Rejects where the console cannot be built. */
export async function newServer(options: ServerOptions): Promise<FastifyInstance> {
  const { service, operator, operatorToken, metrics, log, tls } = options;
  const app = fastify({
    ...(tls && { https: tls }),
    logger: false,
    exposeHeadRoutes: false,
    requestTimeout: REQUEST_TIMEOUT,
    // Clients that stay connected must not keep the server from stopping.
    forceCloseConnections: true,
    // A path that cannot be decoded reaches neither a route nor the handlers below.
    frameworkErrors: (_error: Error, _request: FastifyRequest, reply: FastifyReply) => send(reply, malformed(service)),
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
  } as object) as unknown as FastifyInstance;
  app.removeAllContentTypeParsers();
  // Bytes, whatever they claim to be: the endpoint says which types it takes, and reads them itself.
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  const atDeadline = leavingAt(options);
  const internal = new Set<Endpoint>([...service.internal, ...operator.map(({ endpoint }) => endpoint)]);
  const isOperator = ({ headers }: FastifyRequest): boolean =>
    equalSecrets(headers.authorization ?? '', `Bearer ${operatorToken}`);
  for (const sharing of byPath([...service.routes, ...operator])) {
    const [{ endpoint: first }] = sharing;
    app.route({
      method: first.method,
      url: first.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: Math.min(first.body.limit, MOST_BODY_BYTES),
      config: { endpoint: first },
      handler: (request, reply) => {
        const { method, headers, body } = request;
        const route = sharing.find(({ takes }) => takes?.(headers as Headers) ?? true) ?? sharing[0];
        if (internal.has(route.endpoint) && !isOperator(request)) return send(reply, service.unknown(401));
        const message = {
          method,
          path: request.url,
          headers: headers as Headers,
          body: (body as Buffer | undefined) ?? EMPTY,
        };
        if (service.isDummy(headers as Headers)) metrics.dummy(first.name);
        const known = headers['if-none-match'];
        if (service.equality?.endpoints.has(route.endpoint))
          return atDeadline(reply, async () => answer(service, route, message));
        const answered = answer(service, route, message);
        if (!(answered instanceof Promise)) return send(reply, unchanged(answered, known));
        return answered.then((result) => send(reply, unchanged(result, known)));
      },
    });
  }
  app.get('/health', async (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  handleTheRest(app, service, log);
  app.addHook('onResponse', (request, reply, done) => {
    const name = endpointOf(request)?.name ?? 'other';
    metrics.observe(name, reply.statusCode, reply.elapsedTime / 1000);
    // Neither address nor path nor body: what is not written down cannot be looked up.
    if (log.isLevelEnabled('debug'))
      log.debug({ endpoint: name, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 }, 'request');
    done();
  });
  // A line a request is written by the slow way only.
  if (!log.isLevelEnabled('debug')) answerReady(app, (path) => service.ready(path), metrics);
  // Last: what waits here is built by then, with the handlers above.
  await addConsole(app, options.operators);
  return app;
}

/**
 * Sends replies of equal size at their deadlines, failures too; one that is late is counted. The clock is set before
 * there is an answer: timers are no finer than a millisecond, and when one is set must not depend on what is answered.
 */
function leavingAt({ service, metrics, log, wait }: ServerOptions) {
  const { deadline = 0, bytes = 0 } = service.equality ?? {};
  return async (reply: FastifyReply, answered: () => Promise<ReplyMessage>): Promise<FastifyReply> => {
    const due = { isOver: false };
    const waited = async (): Promise<void> => {
      await wait?.(Math.max(0, deadline - reply.elapsedTime / 1000));
      due.isOver = wait !== undefined;
    };
    const leave = waited();
    const result = await answered().catch((error: Error) => {
      log.error({ reason: error.message }, 'request failed');
      return service.unknown(500);
    });
    if (due.isOver) metrics.missed();
    await leave;
    return send(reply, padded(result, bytes));
  };
}

type Sharing = readonly [Route, ...Route[]];

/** Routes that share method and path, in their order. */
function byPath(routes: readonly Route[]): readonly Sharing[] {
  const groups = new Map<string, [Route, ...Route[]]>();
  for (const route of routes) {
    const { method, path } = route.endpoint;
    const group = groups.get(`${method} ${path}`);
    if (group) group.push(route);
    else groups.set(`${method} ${path}`, [route]);
  }
  return [...groups.values()];
}

type Headers = Readonly<Record<string, string | undefined>>;
const EMPTY = new Uint8Array();

const endpointOf = ({ routeOptions }: FastifyRequest): Endpoint | undefined =>
  (routeOptions.config as { readonly endpoint?: Endpoint } | undefined)?.endpoint;

const malformed = (service: Service): ReplyMessage => ({ ...service.unknown(404), status: 400 });

/** What does not reach a handler, and what goes wrong in one. */
function handleTheRest(app: FastifyInstance, service: Service, log: Logger): void {
  app.setNotFoundHandler((request, reply) => {
    const isKnown = service.routes.some(({ endpoint }) => matchPath(endpoint, request.url));
    return send(reply, service.unknown(isKnown ? 405 : 404));
  });
  app.setErrorHandler((error: Error & { code?: string; statusCode?: number }, request, reply) => {
    const endpoint = endpointOf(request);
    if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' && endpoint) return send(reply, service.refuse(endpoint, 'size'));
    const isTheirs = error.statusCode !== undefined && error.statusCode < 500;
    if (isTheirs) return send(reply, malformed(service));
    log.error({ endpoint: endpoint?.name, reason: error.message }, 'request failed');
    return send(reply, service.unknown(500));
  });
}

/** 304 for a client that has the content already (RFC 9110 15.4.5). */
function unchanged(reply: ReplyMessage, known: string | undefined): ReplyMessage {
  const { etag } = reply.headers;
  if (reply.status !== 200 || etag === undefined || known === undefined) return reply;
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(etag) && !tags.includes('*')) return reply;
  const { 'content-type': _, ...headers } = reply.headers;
  return { status: 304, headers, body: EMPTY };
}

function send(reply: FastifyReply, { status, headers, body }: ReplyMessage): FastifyReply {
  reply.headers(headers).status(status);
  // The framework names a type for bytes, also for none.
  return body.length === 0 ? reply.send() : reply.send(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
}
