/** Values that both systems write alike. Messages end a sentence that begins with the name of the field. */
import { z } from 'zod';
import { parseIsoDay } from '../../core/time.ts';

/** Text of a pattern; `what` says how it looks. */
export const matching = (pattern: RegExp, what: string) =>
  z.string(`must be ${what}`).regex(pattern, `must be ${what}`);

/**
 * Whole number in a range, as the number or its decimal digits: headers, queries and paths have digits only, and the
 * deployed servers of Immuni take both in JSON too (marshmallow's Integer is not strict).
 */
export function integer(least: number, most: number) {
  const what = `must be a whole number of ${least}..${most}`;
  return z
    .union([z.number(what), z.string(what).regex(/^[+-]?\d{1,16}$/, what)], what)
    .transform(Number)
    .pipe(z.int(what).min(least, what).max(most, what));
}

/** A day that exists, "2020-06-01". */
export const isoDate = z.string('must be a date as 2020-06-01').refine((text) => parseIsoDay(text) !== null, {
  message: 'must be a date as 2020-06-01',
});

/** Country code of ISO 3166-1, two capitals; Greece may be EL. */
export const country = matching(/^[A-Z]{2}$/, 'two capital letters');

/** A version 4 UUID in the spelling that the servers of the Corona-Warn-App check. */
export const uuid4 = matching(
  /^[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89aAbB][a-f0-9]{3}-[a-f0-9]{12}$/,
  'a version 4 UUID in lower case',
);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Bytes of base64 text with its padding: length of the text and its "=" tell. */
const decodedLength = (text: string): number => (text.length / 4) * 3 - (text.match(/=*$/)?.[0].length ?? 0);

/**
 * Base64 of exactly `bytes` bytes, or any number of them. Stricter than deployed: Python skips characters that are not
 * of the alphabet, which no client sends.
 */
export const base64 = (bytes?: number) =>
  matching(BASE64, 'base64').refine((text) => bytes === undefined || decodedLength(text) === bytes, {
    message: `must be base64 of ${bytes} bytes`,
  });

/** Nothing is expected, and what comes is ignored. */
export const anything = z.looseObject({});
