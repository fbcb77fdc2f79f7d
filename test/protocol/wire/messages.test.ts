/** Every description under junk: nothing throws, junk is refused, and refusals have a status that the server sends. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bytes, form, json, nothing, text } from '../../../src/protocol/wire/bodies.ts';
import { cwaEndpoints } from '../../../src/protocol/wire/cwa/endpoints.ts';
import type { Endpoint, Part } from '../../../src/protocol/wire/endpoint.ts';
import { immuniEndpoints } from '../../../src/protocol/wire/immuni/endpoints.ts';
import { buildReply, parseReply, parseRequest, type RequestMessage } from '../../../src/protocol/wire/messages.ts';
import { anything, base64, integer } from '../../../src/protocol/wire/values.ts';

const endpoints = [...immuniEndpoints, ...cwaEndpoints].map((endpoint) => [endpoint.name, endpoint] as const);

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
const unread = ({ body }: Endpoint): boolean => body.read(Uint8Array.of(0xff)).ok;

describe.each(endpoints)('%s', (_, endpoint) => {
  it('answers junk with an outcome', () => {
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
      { numRuns: 100 },
    );
  });

  it('answers junk in replies with an outcome', () => {
    const statuses = [...Object.keys(endpoint.replies).map(Number), 302];
    fc.assert(
      fc.property(fc.constantFrom(...statuses), junkBody, (status, body) => {
        const contentType = endpoint.replies[status]?.body.contentType;
        const result = parseReply(endpoint, { status, headers: { 'content-type': contentType }, body });
        if (!result.ok) expect(result.reason).not.toBe('');
      }),
      { numRuns: 50 },
    );
  });

  it('refuses with a status that it describes', () => {
    const can: Record<Part, boolean> = {
      path: endpoint.parameters !== anything,
      query: endpoint.query !== anything,
      headers: endpoint.headers !== anything && !endpoint.headers.safeParse({}).success,
      'content type': endpoint.body !== nothing && !endpoint.body.accepts('x/y'),
      size: Number.isFinite(endpoint.body.limit),
      body: !unread(endpoint) && endpoint.name !== 'cwa.portal-teletan',
      status: false,
    };
    for (const [part, status] of Object.entries(endpoint.refusals))
      if (can[part as Part])
        expect([part, Object.keys(endpoint.replies)]).toEqual([part, expect.arrayContaining([`${status}`])]);
  });

  it('has header names in lower case and a limit on what it reads', () => {
    for (const reply of Object.values(endpoint.replies)) {
      for (const name of Object.keys(reply.fixed)) expect(name).toBe(name.toLowerCase());
      if (reply.body.contentType !== '' && !reply.body.read(new Uint8Array()).ok)
        expect(reply.body.limit).toBeLessThanOrEqual(100_000_000);
    }
  });
});

describe('bodies', () => {
  const options = { limit: 100 };
  it.each([
    ['json', json(z.object({ a: z.int() }), options), { a: 1 }],
    ['a form', form(z.object({ a: z.string() }), options), { a: 'x y&=\u00e9' }],
    ['text', text('text/plain; charset=utf-8', 100), 'a\u00e9'],
    ['bytes', bytes('application/zip', 100), Uint8Array.of(0, 255)],
  ])('%s: what is written is read', (_, body, value) => {
    expect(body.read(body.write(value as never))).toEqual({ ok: true, value });
    expect(body.accepts(body.contentType)).toBe(true);
    expect(body.accepts('image/png')).toBe(false);
  });

  it('of a form the first of two values counts', () => {
    const body = form(z.object({ a: z.string() }), options);
    expect(body.read(Buffer.from('a=1&a=2'))).toEqual({ ok: true, value: { a: '1' } });
  });

  it('a byte order mark is no JSON', () => {
    expect(json(z.json(), options).read(Buffer.from('\uFEFF{}'))).toMatchObject({ reason: 'this is no JSON' });
  });

  it('a key that is named as the prototype stays a key', () => {
    const read = json(z.record(z.string(), z.json()), options).read(Buffer.from('{"__proto__":{"x":1}}'));
    expect(({} as { x?: number }).x).toBeUndefined();
    expect(read.ok).toBe(true);
  });
});

describe('values', () => {
  it.each([
    [1, 1],
    ['1', 1],
    ['+1', 1],
    ['007', 7],
    ['-0', -0],
    [1.5, undefined],
    ['1.5', undefined],
    ['', undefined],
    [' 1', undefined],
    ['0x1', undefined],
    ['1e1', undefined],
    [true, undefined],
    [null, undefined],
    [Number.NaN, undefined],
    ['99999999999999999', undefined],
    [11, undefined],
    [-1, undefined],
  ])('integer(0, 10) of %j is %j', (given, value) => {
    expect(integer(0, 10).safeParse(given).data).toEqual(value);
  });

  it.each([
    ['', 0],
    ['AA==', 1],
    ['AAA=', 2],
    ['AAAA', 3],
    [Buffer.alloc(16).toString('base64'), 16],
  ])('base64 "%s" has %i bytes', (given, length) => {
    expect(base64(length).safeParse(given).success).toBe(true);
    expect(base64(length + 1).safeParse(given).success).toBe(false);
    expect(base64().safeParse(given).success).toBe(true);
  });

  it.each(['A', 'AA', 'AAA', 'A===', 'AA=A', 'AAAA=', 'AA-_', 'AA A'])('"%s" is no base64', (given) => {
    expect(base64().safeParse(given).success).toBe(false);
  });
});

describe('a reply', () => {
  it('has no type where it has no body, and a status that is described', () => {
    const endpoint = endpoints.find(([name]) => name === 'cwa.verify-tan')![1];
    expect(buildReply(endpoint, 404, undefined)).toEqual({ status: 404, headers: {}, body: new Uint8Array() });
  });
});
