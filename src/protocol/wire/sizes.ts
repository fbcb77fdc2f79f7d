/** Sizes of requests, and text that makes them equal: whoever watches a line sees sizes, not contents. */
import type { Entropy } from '../../core/entropy.ts';
import { drawSymbols } from './codes.ts';
import type { RequestMessage } from './messages.ts';

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
  const lines = Object.entries<string | undefined>(all).map(
    ([name, value = '']) => bytesOf(name) + HEADER_REST + bytesOf(value),
  );
  const head = bytesOf(method) + bytesOf(path) + REQUEST_LINE_REST;
  return lines.reduce((sum, length) => sum + length, head) + body.length;
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
