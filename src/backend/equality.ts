/**
 * Dummy traffic by construction: a reply leaves at a fixed time after the head of its request arrived, and with a fixed
 * number of bytes, so that neither says whether the request was genuine (seeds 001 and 004 promise it; what was deployed
 * told them apart, docs/backend.md).
 */
import type { Seconds } from '../core/units.ts';
import type { Endpoint } from '../protocol/wire/endpoint.ts';
import type { ReplyMessage } from '../protocol/wire/messages.ts';
import { replyBytes } from '../protocol/wire/sizes.ts';

export interface Equality {
  readonly endpoints: ReadonlySet<Endpoint>;
  /** From the head of a request to its reply. */
  readonly deadline: Seconds;
  /** Of a reply in HTTP/1.1 with its own headers; the server adds the same few to each. */
  readonly bytes: number;
}

/** Only there to be long. */
const PADDING_HEADER = 'padding';

/** The same reply, `bytes` long where it is shorter. */
export function padded(reply: ReplyMessage, bytes: number): ReplyMessage {
  const withNone = { ...reply, headers: { ...reply.headers, [PADDING_HEADER]: '' } };
  const missing = bytes - replyBytes(withNone);
  return { ...reply, headers: { ...reply.headers, [PADDING_HEADER]: 'x'.repeat(Math.max(0, missing)) } };
}
