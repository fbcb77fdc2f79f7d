/**
 * The teleTAN that the Corona-Warn-App hotline reads out: nine symbols and a check character (spec of the backend B2;
 * every case of fixtures/vectors/cwa-teletan.json).
 */
import { createHash } from 'node:crypto';
import type { Entropy } from '../../../core/entropy.ts';
import { type CodeCheck, type CodeFormat, checkCode, displayCode, newCode } from '../codes.ts';

/** Digits and letters without 0, 1, I, L and O, which are taken for each other. */
export const TELETAN_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
export const TELETAN_LENGTH = 10;

/** 31^9: the check character follows from the others, which whoever guesses can work out as well. */
const TELETANS = 26_439_622_160_671;

/** Probability that one of so many guesses, none of them twice, is one of `good` teleTANs; log1p keeps it exact where it is tiny. */
export const guessChance = (good: number, guesses: number): number =>
  good === 0 ? 0 : -Math.expm1(guesses * Math.log1p(-good / TELETANS));

/** First hex digit of SHA-256 of the nine symbols; "0" and "1" are not in the alphabet and become "G" and "H". */
export function teleTanCheckCharacter(body: string): string {
  const digit = createHash('sha256').update(body, 'ascii').digest('hex')[0]!.toUpperCase();
  return { '0': 'G', '1': 'H' }[digit] ?? digit;
}

const format: CodeFormat = {
  length: TELETAN_LENGTH,
  alphabet: TELETAN_ALPHABET,
  checkCharacter: teleTanCheckCharacter,
  groups: [3, 3, 4],
};

/** What a person typed, as the app checks it: blanks, dashes and lower case are accepted. */
export const checkTeleTan = (text: string): CodeCheck => checkCode(text, format);

const SYNTAX = new RegExp(`^[${TELETAN_ALPHABET}]{${TELETAN_LENGTH}}$`);

/** What the server checks before it looks a teleTAN up: ten symbols of the alphabet, whatever the last one is. */
export const isTeleTanSyntax = (text: string): boolean => SYNTAX.test(text);

/** "FE9-A5M-AK6C" */
export const displayTeleTan = (code: string): string => displayCode(code, format);

export const newTeleTan = (entropy: Entropy): string => newCode(format, entropy);
