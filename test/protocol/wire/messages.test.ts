/** Every description under junk: nothing throws, junk is refused, and refusals have a status that the server sends. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { bytes, form, json, nothing, text } from '../../../src/protocol/wire/bodies.ts';
import type { Part } from '../../../src/protocol/wire/endpoint.ts';
import { buildReply } from '../../../src/protocol/wire/messages.ts';
import { anything, base64, integer } from '../../../src/protocol/wire/values.ts';
import { fuzzReplies, fuzzRequests, namedEndpoints, unread } from '../../helpers/wireJunk.ts';

describe.each(namedEndpoints)('%s', (_, endpoint) => {
  it('answers junk with an outcome', () => {
    fuzzRequests(endpoint, 100);
  });

  it('answers junk in replies with an outcome', () => {
    fuzzReplies(endpoint, 50);
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
    const endpoint = namedEndpoints.find(([name]) => name === 'cwa.verify-tan')![1];
    expect(buildReply(endpoint, 404, undefined)).toEqual({ status: 404, headers: {}, body: new Uint8Array() });
  });
});
