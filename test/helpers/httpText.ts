/** A request as the bytes of HTTP/1.1 (RFC 9112), written apart from the product to hold its arithmetic against. */
import type { RequestMessage } from '../../src/protocol/wire/messages.ts';

export function httpText({ method, path, headers, body }: RequestMessage): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [`${method} ${path} HTTP/1.1`, ...lines, `content-length: ${body.length}`, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'utf8'), body]);
}
