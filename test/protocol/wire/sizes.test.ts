/** Sizes of requests, against the bytes themselves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import { filler, missingBytes, requestBytes } from '../../../src/protocol/wire/sizes.ts';
import { httpText } from '../../helpers/httpText.ts';

const messages = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.string({ maxLength: 40 }).map((text) => `/${encodeURIComponent(text)}`),
  headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.string({ maxLength: 30 })),
  body: fc.uint8Array({ maxLength: 1200 }),
});

describe('the size of a request', () => {
  it('is that of its bytes', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(requestBytes(message)).toBe(httpText(message).length);
      }),
    );
  });

  it('counts content-length once', () => {
    const message = { method: 'POST', path: '/', headers: {}, body: new Uint8Array(12) };
    expect(requestBytes({ ...message, headers: { 'content-length': '12' } })).toBe(requestBytes(message));
  });
});

describe('what is missing', () => {
  const grown = (message: { body: Uint8Array }, add: number) => ({
    ...message,
    body: new Uint8Array(message.body.length + add),
  });

  it('makes exactly the total, also where content-length grows by digits', () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: 0, max: 2000 }), (message, more) => {
        const larger = { ...message, ...grown(message, more) };
        expect(missingBytes(message, httpText(larger).length)).toBe(more);
      }),
    );
  });

  it('is an error where nothing fits: too large already, or between 9 and 10 bytes of body', () => {
    const message = { method: 'POST', path: '/', headers: {}, body: new Uint8Array(9) };
    const bytes = requestBytes(message);
    expect(missingBytes(message, bytes)).toBe(0);
    expect(() => missingBytes(message, bytes - 1)).toThrow(RangeError);
    expect(() => missingBytes(message, bytes + 1)).toThrow(RangeError);
    expect(missingBytes(message, bytes + 2)).toBe(1);
  });
});

describe('filler', () => {
  it('has the length, the alphabet and the source that are given', () => {
    const text = filler('ab', 1000, keyedEntropy(1, 'filler'));
    expect(text).toMatch(/^[ab]{1000}$/);
    expect(text).toBe(filler('ab', 1000, keyedEntropy(1, 'filler')));
    expect(text).not.toBe(filler('ab', 1000, keyedEntropy(2, 'filler')));
    expect(filler('ab', 0, keyedEntropy(1, 'filler'))).toBe('');
  });
});
