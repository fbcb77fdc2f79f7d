/** Requests and replies of an endpoint, built and read: the four things that a client and a server do with it. */
import type { z } from 'zod';
import { checked } from './bodies.ts';
import type { Body, Endpoint, Outcome, Part, Reply, ValueOf } from './endpoint.ts';
import { buildPath, matchPath, queryOf, type Scalar } from './paths.ts';
import { anything } from './values.ts';

/** A request as it goes over the wire; header names in lower case. */
export interface RequestMessage {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface ReplyMessage {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** A request that was read. */
export interface Request<E extends Endpoint> {
  readonly parameters: z.output<E['parameters']>;
  readonly query: z.output<E['query']>;
  readonly headers: z.output<E['headers']>;
  readonly body: ValueOf<E['body']>;
}

/** What a client gives; parts that an endpoint has not can be left out. */
export interface Asked<E extends Endpoint> {
  readonly parameters?: z.input<E['parameters']>;
  readonly query?: z.input<E['query']>;
  readonly headers?: z.input<E['headers']>;
  readonly body?: ValueOf<E['body']>;
}

type HeadersOf<R extends Reply> = R extends { readonly headers: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : Readonly<Record<string, never>>;

type StatusOf<E extends Endpoint> = keyof E['replies'] & number;

/** A reply that was read: body and headers are those of its status. */
export type Answer<E extends Endpoint> = {
  [Status in StatusOf<E>]: {
    readonly status: Status;
    readonly headers: HeadersOf<E['replies'][Status]>;
    readonly body: ValueOf<E['replies'][Status]['body']>;
  };
}[StatusOf<E>];

const texts = (values: Readonly<Record<string, Scalar>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );

/** RangeError when a path parameter is missing. */
export function buildRequest<E extends Endpoint>(endpoint: E, asked: Asked<E>): RequestMessage {
  const { method, body } = endpoint;
  const { parameters, query, headers = {} } = asked;
  const type = body.contentType === '' ? {} : { 'content-type': body.contentType };
  return {
    method,
    path: buildPath(endpoint, parameters as Record<string, Scalar>, query as Record<string, Scalar>),
    headers: { ...type, ...texts(headers as Record<string, Scalar>) },
    body: body.write(asked.body),
  };
}

/** Most endpoints demand nothing of most parts, and to copy every header would cost as much as to answer. */
const demanded = (schema: z.ZodType, value: unknown, part: Part): Outcome<unknown> =>
  schema === anything ? { ok: true, value } : checked(schema, value, part);

/** Reads a request whose method and path led to this endpoint. Everything that is wrong is an outcome, not an error. */
export function parseRequest<E extends Endpoint>(endpoint: E, message: RequestMessage): Outcome<Request<E>> {
  const path = matchPath(endpoint, message.path);
  if (!path) return { ok: false, part: 'path', reason: `this is not ${endpoint.path}` };
  const parameters = demanded(endpoint.parameters, path, 'path');
  if (!parameters.ok) return parameters;
  const query = readQuery(endpoint, message.path);
  if (!query.ok) return query;
  const headers = demanded(endpoint.headers, message.headers, 'headers');
  if (!headers.ok) return headers;
  const body = readBody(endpoint.body, message);
  if (!body.ok) return body;
  const request = { parameters: parameters.value, query: query.value, headers: headers.value, body: body.value };
  return { ok: true, value: request as Request<E> };
}

const NO_QUERY: Outcome<unknown> = { ok: true, value: {} };

/** An argument that is given twice is refused: the deployed servers take exactly one value of each (spec A1). */
function readQuery(endpoint: Endpoint, path: string): Outcome<unknown> {
  if (endpoint.query === anything && !path.includes('?')) return NO_QUERY;
  const query = queryOf(path);
  for (const [name, values] of query)
    if (values.length > 1) return { ok: false, part: 'query', reason: `${name} is given ${values.length} times` };
  return checked(endpoint.query, Object.fromEntries([...query].map(([name, [value]]) => [name, value])), 'query');
}

function readBody<Value>(body: Body<Value>, { headers, body: bytes }: Pick<ReplyMessage, 'headers' | 'body'>) {
  const contentType = (headers['content-type'] ?? '').toLowerCase();
  if (!body.accepts(contentType)) return wrong('content type', `"${contentType}" is not ${body.contentType}`);
  if (bytes.length > body.limit) return wrong('size', `${bytes.length} bytes are more than ${body.limit}`);
  return body.read(bytes);
}

const wrong = (part: Part, reason: string): Outcome<never> => ({ ok: false, part, reason });

/** Reply with a status that the endpoint has; `headers` are those that vary. */
export function buildReply<E extends Endpoint, Status extends StatusOf<E>>(
  endpoint: E,
  status: Status,
  body: ValueOf<E['replies'][Status]['body']>,
  headers: Readonly<Record<string, Scalar>> = {},
): ReplyMessage {
  const reply = endpoint.replies[status];
  const type = reply.body.contentType === '' ? {} : { 'content-type': reply.body.contentType };
  return { status, headers: { ...type, ...reply.fixed, ...texts(headers) }, body: reply.body.write(body) };
}

/** Reads a reply; one with a status that is not described is an outcome with part "status". */
export function parseReply<E extends Endpoint>(endpoint: E, message: ReplyMessage): Outcome<Answer<E>> {
  const reply = endpoint.replies[message.status];
  if (!reply) return wrong('status', `${endpoint.name} never answers ${message.status}`);
  const headers = reply.headers ? checked(reply.headers, message.headers, 'headers') : { ok: true as const, value: {} };
  if (!headers.ok) return headers;
  const body = readBody(reply.body, message);
  if (!body.ok) return body;
  return { ok: true, value: { status: message.status, headers: headers.value, body: body.value } as Answer<E> };
}
