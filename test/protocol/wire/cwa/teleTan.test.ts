/** teleTANs: every published case; what the app checks and what the server checks are two things. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import {
  checkTeleTan,
  displayTeleTan,
  guessChance,
  isTeleTanSyntax,
  newTeleTan,
  TELETAN_ALPHABET,
  teleTanCheckCharacter,
} from '../../../../src/protocol/wire/cwa/teleTan.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../../fixtures/vectors/cwa-teletan.json', import.meta.url), 'utf8'),
) as { alphabet: string; checkDigit: Record<string, string>; syntaxValid: string[]; syntaxInvalid: string[] };

/** The five of the file and the one of the specification. */
const checkDigits = Object.entries({ ...vectors.checkDigit, FE9A5MAKW: 'G' });

describe('the published cases', () => {
  it('have our alphabet', () => {
    expect(TELETAN_ALPHABET).toBe(vectors.alphabet);
    expect(TELETAN_ALPHABET).toHaveLength(31);
  });

  it.each(checkDigits)('%s ends in %s', (body, digit) => {
    expect(teleTanCheckCharacter(body)).toBe(digit);
    expect(checkTeleTan(body + digit)).toEqual({ valid: true, code: body + digit });
    const other = digit === 'A' ? 'B' : 'A';
    expect(checkTeleTan(body + other)).toMatchObject({ valid: false, expected: digit, position: 10 });
  });

  it.each(vectors.syntaxValid)('%s passes the server', (code) => {
    expect(isTeleTanSyntax(code)).toBe(true);
  });

  it.each(vectors.syntaxInvalid)('%s does not pass the server', (code) => {
    expect(isTeleTanSyntax(code)).toBe(false);
  });
});

describe('the app and the server', () => {
  it('differ: a wrong check character is stopped by the app and passes the syntax check of the server', () => {
    expect(isTeleTanSyntax('FE9A5MAK6D')).toBe(true);
    expect(checkTeleTan('FE9A5MAK6D').valid).toBe(false);
  });

  it.each(['', 'FE9A5MAK6', 'FE9A5MAK6CC', 'fe9a5mak6c', 'FE9-A5M-AK6C', 'FE9A5MAK6\u{1f600}'])(
    'the server does not clean %j',
    (text) => {
      expect(isTeleTanSyntax(text)).toBe(false);
    },
  );

  it.each(['fe9-a5m-ak6c', 'FE9 A5M AK6C', ' FE9A5MAK6C '])('the app cleans %j', (typed) => {
    expect(checkTeleTan(typed)).toEqual({ valid: true, code: 'FE9A5MAK6C' });
  });

  it.each([
    ['FE9A5MAK0C', '0', 9],
    ['1E9A5MAK6C', '1', 1],
    ['FE9A5OAK6C', 'O', 6],
    ['FE9A5MIK6C', 'I', 7],
    ['FE9A5MLK6C', 'L', 7],
  ])('%s: %s is left out of the alphabet', (typed, symbol, position) => {
    expect(checkTeleTan(typed)).toMatchObject({
      position,
      reason: `"${symbol}" at position ${position} is never used`,
    });
  });
});

describe('a new teleTAN', () => {
  it('passes both checks, also where the digest begins with 0 or 1', () => {
    const entropy = keyedEntropy(3, 'teletan');
    const last = new Set<string>();
    for (let round = 0; round < 500; round++) {
      const code = newTeleTan(entropy);
      expect(checkTeleTan(code)).toEqual({ valid: true, code });
      expect(isTeleTanSyntax(code)).toBe(true);
      expect(checkTeleTan(displayTeleTan(code)).code).toBe(code);
      last.add(code.at(-1)!);
    }
    expect([...last].toSorted().join('')).toBe('23456789ABCDEFGH');
  });
});

describe('guessing', () => {
  it.each([
    [0, 1e9, 0],
    [1000, 3_600_000, 1.3616e-4],
    [1, 1, 1 / 26_439_622_160_671],
    [26_439_622_160_671, 1, 1],
  ])('%d good ones and %d guesses', (good, guesses, chance) => {
    const found = guessChance(good, guesses);
    expect(chance === 0 ? found : found / chance - 1).toBeCloseTo(0, 3);
  });

  it('has as many codes as nine symbols have', () => {
    expect(1 / guessChance(1, 1)).toBeCloseTo(
      Array.from({ length: 9 }).reduce((n: number) => n * 31, 1),
      -4,
    );
  });
});
