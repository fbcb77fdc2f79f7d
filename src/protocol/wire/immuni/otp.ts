/**
 * The one-time password with which an Immuni user proves a positive test: nine symbols and a check character computed as
 * in the Italian tax code (spec of the backend A3; every case of fixtures/vectors/immuni-otp.json). The app sends its
 * SHA-256 only.
 */
import { createHash } from 'node:crypto';
import type { Entropy } from '../../../core/entropy.ts';
import { type CodeCheck, type CodeFormat, checkCode, displayCode, newCode } from '../codes.ts';

/** The order is the index that the check sum points to. Letters that sound or look alike are left out. */
export const OTP_ALPHABET = 'AEFHIJKLQRSUWXYZ123456789';
export const OTP_LENGTH = 10;
/** Nine symbols are free: 25^9. */
export const OTP_CODES = 3_814_697_265_625;

/** Values of symbols at odd positions, counted from 1, in the order of the alphabet. */
// biome-ignore format: one line per table
export const ODD_VALUES = [1, 9, 13, 17, 19, 21, 2, 4, 6, 8, 12, 16, 22, 25, 24, 23, 0, 5, 7, 9, 13, 15, 17, 19, 21] as const;
/** Values at even positions: digits count themselves, letters their place in the Latin alphabet from 0. */
// biome-ignore format: one line per table
export const EVEN_VALUES = [0, 4, 5, 7, 8, 9, 10, 11, 16, 17, 18, 20, 22, 23, 24, 25, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** Check character of the first nine symbols, all of the alphabet. */
export function otpCheckCharacter(body: string): string {
  let sum = 0;
  for (let index = 0; index < body.length; index++) {
    const symbol = OTP_ALPHABET.indexOf(body[index]!);
    // Index 0 is position 1, which is odd.
    sum += (index % 2 === 0 ? ODD_VALUES : EVEN_VALUES)[symbol]!;
  }
  return OTP_ALPHABET[sum % OTP_ALPHABET.length]!;
}

const format: CodeFormat = {
  length: OTP_LENGTH,
  alphabet: OTP_ALPHABET,
  checkCharacter: otpCheckCharacter,
  groups: [3, 4, 3],
};

/** What a person typed: blanks, dashes and lower case are accepted. */
export const checkOtp = (text: string): CodeCheck => checkCode(text, format);

/** "9K2-RAY8-UUQ", as the app shows it. */
export const displayOtp = (code: string): string => displayCode(code, format);

export const newOtp = (entropy: Entropy): string => newCode(format, entropy);

/** What stands after "Bearer" when the app checks and redeems the password: SHA-256 of the ten symbols, lower-case hex. */
export const otpToken = (code: string): string => createHash('sha256').update(code, 'ascii').digest('hex');
