/** What codes that people read out and type in have in common: cleaning, checking symbol by symbol, drawing. */
import type { Entropy } from '../../core/entropy.ts';

/** A code as it goes over the wire, or what is wrong with what was typed. */
export type CodeCheck =
  | { readonly valid: true; readonly code: string }
  | {
      readonly valid: false;
      /** What was typed, cleaned. */
      readonly code: string;
      readonly reason: string;
      /** Position of the wrong symbol, from 1. */
      readonly position?: number;
      /** The check character that would fit. */
      readonly expected?: string;
    };

export interface CodeFormat {
  readonly length: number;
  /** Symbols a code consists of; their order matters to whoever computes with it. */
  readonly alphabet: string;
  /** Check character of all symbols but the last. */
  readonly checkCharacter: (body: string) => string;
  /** Sizes of the groups in which a code is shown. */
  readonly groups: readonly number[];
}

/** As people type: lower case, blanks, and hyphens or dashes between groups are no mistakes. */
export const cleaned = (text: string): string => text.replaceAll(/[\s\p{Dash_Punctuation}]/gu, '').toUpperCase();

/** Checks what was typed: length, then each symbol, then the check character. Never throws. */
export function checkCode(text: string, { length, alphabet, checkCharacter }: CodeFormat): CodeCheck {
  const code = cleaned(text);
  // By code points: an emoji is one wrong symbol, not two.
  const symbols = Array.from(code);
  if (symbols.length !== length)
    return { valid: false, code, reason: `${symbols.length} symbols instead of ${length}` };
  const wrong = symbols.findIndex((symbol) => !alphabet.includes(symbol));
  if (wrong >= 0) {
    const position = wrong + 1;
    return { valid: false, code, position, reason: `"${symbols[wrong]}" at position ${position} is never used` };
  }
  const expected = checkCharacter(code.slice(0, -1));
  if (code.endsWith(expected)) return { valid: true, code };
  const reason = `check character "${code.at(-1)}" instead of "${expected}"`;
  return { valid: false, code, position: length, expected, reason };
}

/** The code in groups with hyphens: "9K2-RAY8-UUQ". */
export function displayCode(code: string, { groups }: CodeFormat): string {
  let at = 0;
  return groups.map((size) => code.slice(at, (at += size))).join('-');
}

/** A new code: all symbols but the check character are independent and uniform. */
export function newCode(format: CodeFormat, entropy: Entropy): string {
  const body = drawSymbols(format.alphabet, format.length - 1, entropy);
  return body + format.checkCharacter(body);
}

const BYTE_VALUES = 256;
/** A source of which so many draws in a row are rejected is broken: at most half are, so the chance is below 2^-1000. */
const MOST_REJECTED = 1000;

/**
 * `count` symbols, independent and uniform: one byte each, redrawn when it is not below the largest multiple of the
 * size of the alphabet (1..256 characters of Latin-1). RangeError when the source never gives such a byte.
 */
export function drawSymbols(alphabet: string, count: number, entropy: Entropy): string {
  const limit = BYTE_VALUES - (BYTE_VALUES % alphabet.length);
  const codes = Buffer.from(alphabet, 'latin1');
  // Bytes and not a growing text: padding has 100,000 symbols.
  const symbols = Buffer.alloc(count);
  let drawn = 0;
  for (let rejected = 0; drawn < count; ) {
    for (const byte of entropy(count - drawn)) {
      if (byte < limit) {
        symbols[drawn++] = codes[byte % alphabet.length]!;
        rejected = 0;
      } else if (++rejected > MOST_REJECTED) throw new RangeError('the source of random bytes repeats itself');
    }
  }
  return symbols.toString('latin1');
}
