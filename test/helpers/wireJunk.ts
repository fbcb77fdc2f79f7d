/** Requests that nobody meant: for every description in the unit suite, and in great numbers in the system suite. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { cwaEndpoints } from '../../src/protocol/wire/cwa/endpoints.ts';
import type { Endpoint } from '../../src/protocol/wire/endpoint.ts';
import { immuniEndpoints } from '../../src/protocol/wire/immuni/endpoints.ts';
import { parseReply, parseRequest, type RequestMessage } from '../../src/protocol/wire/messages.ts';

export const namedEndpoints = [...immuniEndpoints, ...cwaEndpoints].map(
  (endpoint) => [endpoint.name, endpoint] as const,
);

const junkValue = fc.oneof(
  fc.string(),
  fc.constantFrom('0', '1', '-1', '999999999999999999999', 'null', 'Bearer ', '2020-06-20', 'DE', '__proto__'),
);
const junkBody = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((value) => new TextEncoder().encode(value)),
  fc
    .dictionary(
      fc.constantFrom('teks', 'padding', 'otp', 'key', 'keyType', 'registrationToken', 'testResults', 'province', 'id'),
      fc.oneof(junkValue, fc.jsonValue()),
    )
    .map((value) => new TextEncoder().encode(JSON.stringify(value))),
);

/** A path that fits, a path that nearly does, or any. */
const pathsOf = ({ path }: Endpoint) =>
  fc.oneof(
    fc.constant(path),
    fc.array(junkValue, { minLength: 4, maxLength: 4 }).map((values) => {
      let used = 0;
      return path.replaceAll(/\{\w+\}/g, () => encodeURIComponent(values[used++ % 4]!));
    }),
    fc.string(),
    fc.string().map((query) => `${path}?${query}`),
  );

const messagesFor = (endpoint: Endpoint): fc.Arbitrary<RequestMessage> =>
  fc.record({
    method: fc.constant(endpoint.method),
    path: pathsOf(endpoint),
    headers: fc.dictionary(
      fc.constantFrom(
        'authorization',
        'immuni-dummy-data',
        'immuni-client-clock',
        'cwa-fake',
        'cwa-authorization',
        'x',
      ),
      junkValue,
    ),
    body: junkBody,
  });

/** What takes any body or has none. */
export const unread = ({ body }: Endpoint): boolean => body.read(Uint8Array.of(0xff)).ok;

/** Junk is refused with a reason, or it went where no body is read. */
export function fuzzRequests(endpoint: Endpoint, numRuns: number): void {
  fc.assert(
    fc.property(messagesFor(endpoint), (message) => {
      const typed = { ...message, headers: { 'content-type': endpoint.body.contentType, ...message.headers } };
      for (const one of [message, typed]) {
        const result = parseRequest(endpoint, one);
        // The one body of a description that junk may happen to fit is the form of the portal, where all is optional.
        if (result.ok) expect(unread(endpoint) || endpoint.name === 'cwa.portal-teletan').toBe(true);
        else expect(result.reason).not.toBe('');
      }
    }),
    { numRuns },
  );
}

/** Junk in replies is an outcome. */
export function fuzzReplies(endpoint: Endpoint, numRuns: number): void {
  const statuses = [...Object.keys(endpoint.replies).map(Number), 302];
  fc.assert(
    fc.property(fc.constantFrom(...statuses), junkBody, (status, body) => {
      const contentType = endpoint.replies[status]?.body.contentType;
      const result = parseReply(endpoint, { status, headers: { 'content-type': contentType }, body });
      if (!result.ok) expect(result.reason).not.toBe('');
    }),
    { numRuns },
  );
}
