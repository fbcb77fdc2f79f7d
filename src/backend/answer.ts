/** From the bytes of a request to those of its reply. */
import { parseRequest, type ReplyMessage, type RequestMessage } from '../protocol/wire/messages.ts';
import type { Route, Service } from './service.ts';

/** A request that does not follow its endpoint is refused; a failure of the store rejects. */
export async function answer(
  service: Service,
  { endpoint, ...route }: Route,
  message: RequestMessage,
): Promise<ReplyMessage> {
  const request = parseRequest(endpoint, message);
  // Part "status" is of replies only.
  if (!request.ok) return service.refuse(endpoint, request.part as Exclude<typeof request.part, 'status'>);
  return route.answer(request.value);
}
