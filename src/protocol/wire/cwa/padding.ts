/**
 * How the Corona-Warn-App makes genuine requests look like dummies (backend spec B3; VerificationServer, SubmissionServer
 * and PaddingTool of cwa-app-android; sizes here are those of bodies in bytes).
 */
import type { Entropy } from '../../../core/entropy.ts';
import type { Endpoint, ValueOf } from '../endpoint.ts';
import { filler } from '../sizes.ts';
import { encodeSubmission, type PayloadContent } from './submissionPayload.ts';
import type { registrationToken, tan, testResult } from './verification.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export const cwaFiller = (length: number, entropy: Entropy): string => filler(ALPHABET, length, entropy);

/** Body of every verification request: a GUID with 139 characters of padding, a teleTAN with 190, a token with 170. */
export const VERIFICATION_BODY_BYTES = 250;
/** Sent by dummies in place of a registration token; a version 4 UUID like any other. */
export const DUMMY_TOKEN = '11111111-2222-4444-8888-161616161616';

type Verification = typeof registrationToken | typeof testResult | typeof tan;

/** The body with `requestPadding` last. RangeError when it does not fit. */
export function paddedVerification<E extends Verification>(
  endpoint: E,
  content: Omit<ValueOf<E['body']>, 'requestPadding'>,
  entropy: Entropy,
): ValueOf<E['body']> {
  const body = { ...content, requestPadding: '' } as ValueOf<E['body']>;
  const bytes = (endpoint as Endpoint).body.write(body).length;
  const missing = VERIFICATION_BODY_BYTES - bytes;
  if (missing < 0) throw new RangeError(`a body of ${bytes} bytes is more than ${VERIFICATION_BODY_BYTES}`);
  return { ...body, requestPadding: cwaFiller(missing, entropy) };
}

/** Longest of the three last words of a path: the header padding makes up for the shorter ones. */
const LONGEST_WORD = 'registrationToken'.length;

/** Characters of cwa-header-padding: 0 for a registration token, 7 for a test result, 14 for a TAN. */
export const verificationHeaderPadding = ({ path }: Verification): number =>
  LONGEST_WORD - (path.length - path.lastIndexOf('/') - 1);

/** Characters of a TAN: a dummy submission has none and sends as many in cwa-header-padding. */
export const SUBMISSION_HEADER_PADDING = 36;

/** Characters of `responsePadding` by which the three replies have the same size, as long as no other field is sent. */
export const responsePaddings = { registrationToken: 1, testResult: 45, tan: 15 } as const;

/** Keys up to which a submission is padded; 14 until check-ins came in spring 2021. */
const PADDED_KEYS = 15;
/** Bytes of a key with data, level, start and period; tag and length of the key itself, 2 bytes, are not in it. */
const PADDED_KEY_BYTES = 28;

/**
 * A submission padded as the app does. Genuine ones are still longer than dummies: by 2 bytes a key, by consent and
 * countries, and by other fields of a key (docs/wire.md has the figures).
 */
export const paddedSubmission = (content: PayloadContent, entropy: Entropy): PayloadContent => ({
  ...content,
  requestPadding: Buffer.from(
    cwaFiller(PADDED_KEY_BYTES * Math.max(PADDED_KEYS - content.keys.length, 0), entropy),
    'ascii',
  ),
});

/** Holds 14 keys with every field and all 27 countries, and leaves enough room to hit it exactly. */
export const EQUAL_SUBMISSION_BYTES = 1024;

/**
 * The same with every body exactly `total` bytes long: what the app might have done. RangeError when the content does
 * not fit, or misses the total because the length of the padding takes a byte more itself.
 */
export function equalSubmission(
  content: PayloadContent,
  entropy: Entropy,
  total: number = EQUAL_SUBMISSION_BYTES,
): PayloadContent {
  const padded = (length: number): PayloadContent => ({
    ...content,
    requestPadding: Buffer.from(cwaFiller(length, entropy), 'ascii'),
  });
  const bytes = encodeSubmission(padded(0)).length;
  // The length is a varint: one byte below 128, two below 16,384.
  for (const lengthBytes of [1, 2, 3]) {
    const length = total - bytes - (lengthBytes - 1);
    const result = length >= 0 ? padded(length) : undefined;
    if (result && encodeSubmission(result).length === total) return result;
  }
  throw new RangeError(`a submission of ${bytes} bytes cannot be made ${total} bytes long`);
}
