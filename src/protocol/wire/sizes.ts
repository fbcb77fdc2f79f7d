/** Sizes of requests, and text that makes them equal: whoever watches a line sees sizes, not contents. */
import type { Entropy } from '../../core/entropy.ts';
import { drawSymbols } from './codes.ts';
import type { ReplyMessage, RequestMessage } from './messages.ts';

/** Random text; it must not compress, or a compressing line would show its length again. */
export const filler = (alphabet: string, length: number, entropy: Entropy): string =>
  drawSymbols(alphabet, length, entropy);

/** " HTTP/1.1" and the line ends after the request line and after the headers. */
const REQUEST_LINE_REST = ' '.length + ' HTTP/1.1\r\n'.length + '\r\n'.length;
const HEADER_REST = ': \r\n'.length;
const CONTENT_LENGTH = 'content-length';

const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

/**
 * Bytes of a request in HTTP/1.1: request line, headers (with content-length, which is added where it is missing) and
 * body. Host and user agent count when they are among the headers.
 */
export function requestBytes({ method, path, headers, body }: RequestMessage): number {
  const all = { [CONTENT_LENGTH]: `${body.length}`, ...headers };
  const head = bytesOf(method) + bytesOf(path) + REQUEST_LINE_REST;
  return headerBytes(all) + head + body.length;
}

const headerBytes = (headers: RequestMessage['headers']): number =>
  Object.entries(headers).reduce((sum, [name, value = '']) => sum + bytesOf(name) + HEADER_REST + bytesOf(value), 0);

/** Reason phrases of the statuses that endpoints have (RFC 9110), as Node writes them. */
const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  406: 'Not Acceptable',
  409: 'Conflict',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

/** Bytes of a reply in HTTP/1.1 with the headers it has, and a content-length where there may be a body (not 204). */
export function replyBytes({ status, headers, body }: ReplyMessage): number {
  const all = status === 204 ? headers : { [CONTENT_LENGTH]: `${body.length}`, ...headers };
  const head = `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n\r\n`.length;
  return headerBytes(all) + head + body.length;
}

/**
 * How many bytes to add to a body so that the request has `total` bytes; content-length may get a digit more on the way.
 * RangeError when the request is larger already, or misses the total by that digit.
 */
export function missingBytes(message: RequestMessage, total: number): number {
  const have = requestBytes(message);
  for (let add = total - have; add >= 0; add--) {
    const digits = `${message.body.length + add}`.length - `${message.body.length}`.length;
    if (have + add + digits === total) return add;
    if (have + add + digits < total) break;
  }
  throw new RangeError(`a request of ${have} bytes cannot be made ${total} bytes long`);
}
