/** Where a phone finds the services of a backend, and how it asks them. */
import { EnlabError } from '../core/errors.ts';
import type { HttpClient } from '../core/httpClient.ts';
import type { Endpoint } from '../protocol/wire/endpoint.ts';
import { type Answer, type Asked, buildRequest, parseReply, type RequestMessage } from '../protocol/wire/messages.ts';

/** Base addresses; in production each service had a host of its own. */
export interface Servers {
  /** Settings, indexes, key files. */
  readonly get: string;
  /** Keys of those who are ill. */
  readonly upload: string;
  /** Operational info of Immuni; absent: none is sent. */
  readonly analytics?: string;
  /** Tests and teleTANs of the Corona-Warn-App; absent: as `upload`. */
  readonly verification?: string;
}

/** Throws E-SERVER where no reply comes, or one that the endpoint does not describe. */
export async function send<E extends Endpoint>(
  http: HttpClient,
  base: string,
  endpoint: E,
  { path, ...message }: RequestMessage,
): Promise<Answer<E>> {
  const answer = parseReply(endpoint, await http(new URL(path, base).href, message));
  if (answer.ok) return answer.value;
  throw new EnlabError('E-SERVER', `${endpoint.name} of ${new URL(base).host}: ${answer.reason}`, {
    hint: 'this is a server of another system, or one that answers in another way than the deployed one',
  });
}

export const ask = <E extends Endpoint>(http: HttpClient, base: string, endpoint: E, asked: Asked<E>) =>
  send(http, base, endpoint, buildRequest(endpoint, asked));
