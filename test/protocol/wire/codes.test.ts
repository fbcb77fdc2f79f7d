/** What is common to codes: cleaning, drawing without bias, and a source of bytes that does not do its work. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import {
  type CodeFormat,
  checkCode,
  cleaned,
  displayCode,
  drawSymbols,
  newCode,
} from '../../../src/protocol/wire/codes.ts';

const format: CodeFormat = {
  length: 4,
  alphabet: 'ABC',
  checkCharacter: (body) => body[0]!,
  groups: [2, 2],
};

describe('cleaning', () => {
  it.each([
    ['ab-ca', 'ABCA'],
    [' ab ca\t\n', 'ABCA'],
    ['ab\u2011ca', 'ABCA'],
    ['ab\u2013ca', 'ABCA'],
    ['ab\u2014c\u00a0a', 'ABCA'],
    ['', ''],
  ])('%j becomes %j', (typed, code) => {
    expect(cleaned(typed)).toBe(code);
  });
});

describe('checking', () => {
  it.each([
    ['', '0 symbols instead of 4', {}],
    ['ABC', '3 symbols instead of 4', {}],
    ['ABCAB', '5 symbols instead of 4', {}],
    ['ABXA', '"X" at position 3 is never used', { position: 3 }],
    ['XBXA', '"X" at position 1 is never used', { position: 1 }],
    ['AB\u{1f600}A', '"\u{1f600}" at position 3 is never used', { position: 3 }],
    ['ABCB', 'check character "B" instead of "A"', { position: 4, expected: 'A' }],
  ])('%j: %s', (typed, reason, more) => {
    expect(checkCode(typed, format)).toEqual({ valid: false, code: cleaned(typed), reason, ...more });
  });

  it('takes what was drawn, whatever people put between the groups', () => {
    const between = fc.constantFrom('', ' ', '-', ' - ', '\u2013');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('A', 'B', 'C', 'a', 'b', 'c'), minLength: 3, maxLength: 3 }),
        between,
        (typed, gap) => {
          const body = typed.toUpperCase();
          const code = body + body[0]!;
          expect(checkCode(code.slice(0, 2) + gap + code.slice(2).toLowerCase(), format)).toEqual({
            valid: true,
            code,
          });
          expect(cleaned(displayCode(code, format))).toBe(code);
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void checkCode(text, format)));
  });
});

describe('drawing', () => {
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);

  it.each([1, 2, 3, 16, 25, 31, 62, 100, 255, 256])('gives each of %i symbols the same number of bytes', (size) => {
    const alphabet = String.fromCharCode(...Array.from({ length: size }, (_, index) => index));
    const kept = Math.floor(256 / size) * size;
    let asked = 0;
    // All byte values once; whatever is rejected is asked for again, which ends the draw.
    const symbols = drawSymbols(alphabet, kept, () => {
      asked++;
      return asked === 1 ? every : new Uint8Array();
    });
    expect(asked).toBe(1);
    const counts = new Map<string, number>();
    for (const symbol of symbols) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
    expect([...counts.values()]).toEqual(Array.from({ length: size }, () => kept / size));
  });

  it('asks again for what was rejected', () => {
    const sources = [Uint8Array.of(255, 0, 254), Uint8Array.of(1), Uint8Array.of(2)];
    // 255 is the surplus of 3: 85 times 3 is 255.
    expect(drawSymbols('ABC', 3, () => sources.shift()!)).toBe('ACB');
    expect(sources).toHaveLength(1);
  });

  it('goes on for long texts, of which thousands of bytes are rejected, but never a thousand in a row', () => {
    // 6 of 256 bytes are rejected for 25 symbols: about 2,400 here.
    const text = drawSymbols('ABCDEFGHIJKLMNOPQRSTUVWXY', 100_000, keyedEntropy(1, 'long'));
    expect(text).toMatch(/^[A-Y]{100000}$/);
  });

  it('does not hang on a source that repeats a rejected byte', () => {
    expect(() => drawSymbols('ABC', 3, (length) => new Uint8Array(length).fill(255))).toThrow(RangeError);
  });

  it('makes codes that pass the check', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (bytes) => {
        let at = 0;
        const code = newCode(format, (length) => Uint8Array.from({ length }, () => bytes[at++ % 64]! & 127));
        expect(checkCode(code, format)).toEqual({ valid: true, code });
      }),
    );
  });
});
