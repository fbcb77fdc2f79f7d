/** From the bytes of a request to those of its reply. */
import { parseRequest, type ReplyMessage, type RequestMessage } from '../protocol/wire/messages.ts';
import type { Route, Service } from './service.ts';

/**
 * A request that does not follow its endpoint is refused; a failure of the store rejects. What needs no store is answered at
 * once: a promise for each download would cost as much as the rest.
 */
export function answer(
  service: Pick<Service, 'refuse'>,
  route: Route,
  message: RequestMessage,
): ReplyMessage | Promise<ReplyMessage> {
  const { endpoint } = route;
  const request = parseRequest(endpoint, message);
  // Part "status" is of replies only.
  if (!request.ok) return service.refuse(endpoint, request.part as Exclude<typeof request.part, 'status'>);
  return route.answer(request.value);
}
