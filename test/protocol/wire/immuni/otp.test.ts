/** One-time passwords of Immuni: every published case, and the exact share of slips that the check character misses. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import {
  checkOtp,
  displayOtp,
  EVEN_VALUES,
  newOtp,
  ODD_VALUES,
  OTP_ALPHABET,
  OTP_LENGTH,
  otpCheckCharacter,
  otpToken,
} from '../../../../src/protocol/wire/immuni/otp.ts';
import { textOf } from '../../../helpers/sourceFiles.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../../../fixtures/vectors/immuni-otp.json', import.meta.url), 'utf8'),
) as {
  length: number;
  alphabet: string;
  odd: Record<string, number>;
  even: Record<string, number>;
  valid: string[];
  invalid: string[];
  prettyForm: Record<string, string>;
};

const symbols = OTP_ALPHABET.split('');
const SIZE = 25;

describe('the published tables', () => {
  it('are ours', () => {
    expect([OTP_LENGTH, OTP_ALPHABET]).toEqual([vectors.length, vectors.alphabet]);
    expect(symbols.map((symbol) => vectors.odd[symbol])).toEqual([...ODD_VALUES]);
    expect(symbols.map((symbol) => vectors.even[symbol])).toEqual([...EVEN_VALUES]);
  });
});

describe('the published cases', () => {
  it.each(vectors.valid)('%s is valid', (code) => {
    expect(checkOtp(code)).toEqual({ valid: true, code });
  });

  it.each(vectors.invalid)('%s is not', (code) => {
    expect(checkOtp(code)).toMatchObject({ valid: false, reason: expect.stringMatching(/\S/) });
  });

  it.each(Object.entries(vectors.prettyForm))('%s is shown as %s', (code, shown) => {
    expect(displayOtp(code)).toBe(shown);
    expect(checkOtp(shown.toLowerCase())).toEqual({ valid: true, code });
  });

  it('9K2RAY8UU sums to 133, the ninth symbol', () => {
    expect(otpCheckCharacter('9K2RAY8UU')).toBe('Q');
    expect(checkOtp('9K2RAY8UUA')).toMatchObject({ expected: 'Q', position: 10 });
  });
});

describe('a new password', () => {
  it('is valid, and the same for the same bytes', () => {
    for (let seed = 0; seed < 200; seed++) {
      const code = newOtp(keyedEntropy(seed, 'otp'));
      expect(checkOtp(code)).toEqual({ valid: true, code });
      expect(newOtp(keyedEntropy(seed, 'otp'))).toBe(code);
    }
  });

  it('uses every symbol at every place', () => {
    const entropy = keyedEntropy(1, 'otp');
    const codes = Array.from({ length: 2000 }, () => newOtp(entropy));
    for (let place = 0; place < OTP_LENGTH; place++) expect(new Set(codes.map((code) => code[place])).size).toBe(SIZE);
  });

  it('is known to the server as the SHA-256 of its ten symbols', () => {
    expect(otpToken('9K2RAY8UUQ')).toBe(createHash('sha256').update('9K2RAY8UUQ').digest('hex'));
    expect(otpToken('9K2RAY8UUQ')).toMatch(/^[0-9a-f]{64}$/);
  });
});

/** Table values from the published file, not from the product. */
const odd = symbols.map((symbol) => vectors.odd[symbol]!);
const even = symbols.map((symbol) => vectors.even[symbol]!);
const tableAt = (position: number) => (position % 2 === 1 ? odd : even);
const mod = (value: number): number => ((value % SIZE) + SIZE) % SIZE;

/** How many of the ways to fill the given positions have each sum mod 25. */
function sumsOf(positions: readonly number[]): readonly number[] {
  let counts: readonly number[] = Array.from({ length: SIZE }, (_, sum) => (sum === 0 ? 1 : 0));
  for (const position of positions) {
    const next = Array.from({ length: SIZE }, () => 0);
    for (let sum = 0; sum < SIZE; sum++) for (const value of tableAt(position)) next[mod(sum + value)]! += counts[sum]!;
    counts = next;
  }
  return counts;
}

const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Share of replacements of one of the first nine symbols by another one that leave the check character as it was. */
function missedSubstitutions(): number {
  let missed = 0;
  let all = 0;
  for (const position of nine)
    for (let from = 0; from < SIZE; from++)
      for (let to = 0; to < SIZE; to++) {
        if (from === to) continue;
        all++;
        if (mod(tableAt(position)[from]! - tableAt(position)[to]!) === 0) missed++;
      }
  return missed / all;
}

/** Share of swaps of two different neighbours, positions 1..10, over all codes: exact counts of 25^9 codes each. */
function missedSwaps(): number {
  let missed = 0;
  let all = 0;
  for (const position of nine) {
    const others = sumsOf(nine.filter((place) => place !== position && place !== position + 1));
    const codes = others.reduce((sum, count) => sum + count, 0);
    const [left, right] = [tableAt(position), tableAt(position + 1)];
    for (let a = 0; a < SIZE; a++)
      for (let b = 0; b < SIZE; b++) {
        if (a === b) continue;
        if (position < 9) {
          all += codes;
          if (mod(left[a]! + right[b]! - left[b]! - right[a]!) === 0) missed += codes;
          continue;
        }
        // The last swap moves the check character itself: b is it, so that the others must sum to b - a's value.
        const sum = mod(b - left[a]!);
        all += others[sum]!;
        if (mod(sum + left[b]!) === a) missed += others[sum]!;
      }
  }
  return missed / all;
}

describe('what the check character misses, exactly', () => {
  const docs = textOf('docs/wire.md');

  it('2.0 % of single substitutions, as the documents say', () => {
    expect(missedSubstitutions()).toBeCloseTo(0.02, 12);
    expect(docs).toContain('exactly 2 % of the replacements of one of the first nine symbols');
  });

  it('a share of swaps of neighbours that docs/wire.md states', () => {
    const share = missedSwaps();
    expect(share).toBeGreaterThan(0.015);
    expect(share).toBeLessThan(0.03);
    expect(docs).toContain(`${(share * 100).toFixed(3)} % of the swaps`);
  });

  it('is what drawing codes and making slips finds', () => {
    const entropy = keyedEntropy(7, 'slips');
    let missed = 0;
    let all = 0;
    for (let round = 0; round < 4000; round++) {
      const code = newOtp(entropy);
      for (const position of nine) {
        const [a, b] = [code[position - 1]!, code[position]!];
        if (a === b) continue;
        all++;
        if (checkOtp(code.slice(0, position - 1) + b + a + code.slice(position + 1)).valid) missed++;
      }
    }
    // Four standard errors of a share of 2 % in 34,000 trials, codes counted as independent in blocks of nine.
    expect(Math.abs(missed / all - missedSwaps())).toBeLessThan(4 * Math.sqrt((0.02 * 0.98 * 9) / all));
  });

  it('never a slip in the check character alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.constantFrom(...symbols), (seed, last) => {
        const code = newOtp(keyedEntropy(seed, 'otp'));
        expect(checkOtp(code.slice(0, 9) + last).valid).toBe(last === code[9]);
      }),
    );
  });
});
