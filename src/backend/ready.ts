/**
 * Replies that are ready before anybody asks: files that never change. A framework's way from a request to a handler costs
 * more than sending ten kilobytes; half of all requests to a backend are for key files.
 */
import type { FastifyInstance } from 'fastify';
import type { ReplyMessage } from '../protocol/wire/messages.ts';
import type { Metrics } from './metrics.ts';

/** A reply with status 200, as node:http takes it. */
export interface ReadyReply {
  /** Name of the endpoint. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export const readyReply = (endpoint: string, { headers, body }: ReplyMessage): ReadyReply => ({
  endpoint,
  headers: { ...headers, 'content-length': String(body.byteLength) },
  body,
});

/** Headers that ask for more than the file. */
const SPECIAL = ['if-none-match', 'content-length', 'transfer-encoding', 'expect', 'upgrade'] as const;

/** Answers plain requests for ready replies itself, and leaves all others to the server; they are counted, not timed. */
export function answerReady(
  { server }: FastifyInstance,
  ready: (path: string) => ReadyReply | undefined,
  metrics: Metrics,
): void {
  const rest = server.listeners('request') as ((...exchange: readonly unknown[]) => void)[];
  server.removeAllListeners('request');
  server.on('request', (request, response) => {
    const { method, url = '', headers } = request;
    const reply = method === 'GET' && !SPECIAL.some((name) => name in headers) ? ready(url) : undefined;
    if (!reply) {
      for (const listener of rest) listener(request, response);
      return;
    }
    response.writeHead(200, reply.headers).end(reply.body);
    metrics.count(reply.endpoint, 200);
  });
}
