/**
 * The keys that a phone submits, as protobuf (backend spec B1; submissionPayload.proto) with the rules that the server
 * checks before it looks at the TAN (cwa-server, ValidSubmissionPayload and DiagnosisKey). Unlike Immuni's, one bad key
 * refuses the whole submission with 400.
 */
import protobuf from 'protobufjs';
import { z } from 'zod';
import { packageText } from '../../../core/files.ts';
import { INTERVALS_PER_DAY } from '../../gaen/intervals.ts';
import { KEY_BYTES } from '../../gaen/keys.ts';
import { checked, mediaType } from '../bodies.ts';
import type { Body, Outcome } from '../endpoint.ts';

/** maximum-request-size: 100KB, which Spring counts in units of 1024. */
export const SUBMISSION_BYTES = 102_400;
/** max-number-of-keys. */
export const SUBMISSION_KEYS = 14;
/** MIN_ and MAX_DAYS_SINCE_ONSET_OF_SYMPTOMS. Larger numbers than 14 encode states of symptoms (backend spec B5). */
export const FIRST_ONSET_DAY = -14;
export const LAST_ONSET_DAY = 4000;
/** Other origins are refused; absent and empty mean this one. */
export const ORIGIN = 'DE';

/** By number on the wire. A number that is not listed counts as the first, as readers of proto2 do. */
export const submissionTypes = [
  'PCR_TEST',
  'RAPID_TEST',
  'HOST_WARNING',
  'SRS_SELF_TEST',
  'SRS_REGISTERED_RAT',
  'SRS_UNREGISTERED_RAT',
  'SRS_REGISTERED_PCR',
  'SRS_UNREGISTERED_PCR',
  'SRS_RAPID_PCR',
  'SRS_OTHER',
] as const;
export type SubmissionType = (typeof submissionTypes)[number];

/** Self-reports come with cwa-otp instead of a TAN. */
export const isSelfReport = (type: SubmissionType): boolean => type.startsWith('SRS_');

const bytesOf = (length: number) =>
  z.instanceof(Uint8Array, { message: `must be ${length} bytes` }).refine((value) => value.length === length, {
    message: `must be ${length} bytes`,
  });

const between = (least: number, most: number) => {
  const what = `must be ${least}..${most}`;
  return z.int(what).min(least, what).max(most, what);
};

const key = z
  .object({
    keyData: bytesOf(KEY_BYTES),
    transmissionRiskLevel: between(1, 8).optional(),
    // Java's remainder is negative for negative numbers, so that those pass here; they are left out silently later, as
    // keys of the future are.
    rollingStartIntervalNumber: z
      .int()
      .refine((start) => !(start % INTERVALS_PER_DAY > 0), 'must be midnight UTC, a multiple of 144')
      .default(0),
    rollingPeriod: between(1, INTERVALS_PER_DAY).default(INTERVALS_PER_DAY),
    reportType: between(0, 5).optional(),
    daysSinceOnsetOfSymptoms: between(FIRST_ONSET_DAY, LAST_ONSET_DAY).optional(),
  })
  .refine((own) => own.transmissionRiskLevel !== undefined || own.daysSinceOnsetOfSymptoms !== undefined, {
    message: 'has neither transmissionRiskLevel nor daysSinceOnsetOfSymptoms',
  });
export type SubmittedKey = z.input<typeof key>;

const bytes = z.instanceof(Uint8Array);

const payload = z.object({
  keys: z
    .array(key)
    .min(1, `must be 1..${SUBMISSION_KEYS} keys, there is none`)
    .max(SUBMISSION_KEYS, `must be 1..${SUBMISSION_KEYS} keys`),
  requestPadding: bytes.optional(),
  /** The server takes those of its configuration only: `unsupportedCountries`. */
  visitedCountries: z.array(z.string()).default([]),
  origin: z.literal(['', ORIGIN], `must be ${ORIGIN} or absent`).optional(),
  consentToFederation: z.boolean().default(false),
  submissionType: z.enum(submissionTypes).default('PCR_TEST'),
  checkInProtectedReports: z
    .array(
      z.object({
        locationIdHash: bytes.optional(),
        iv: bytes.optional(),
        encryptedCheckInRecord: bytes.optional(),
        mac: bytes.optional(),
      }),
    )
    .default([]),
});

/** A payload that was read and keeps the rules. */
export type SubmissionPayload = z.output<typeof payload>;
/** A payload to write: any content, so that a test can write what a server must refuse. */
export interface PayloadContent extends Omit<z.input<typeof payload>, 'keys'> {
  readonly keys: readonly SubmittedKey[];
}

/** Parsed when the first payload is read or written. */
let message: protobuf.Type | undefined;
function messageType(): protobuf.Type {
  if (message === undefined) {
    const source = packageText('src/protocol/wire/cwa/submissionPayload.proto');
    message = protobuf.parse(source).root.lookupType('enlab.cwa.SubmissionPayload');
  }
  return message;
}

/** Bytes of a payload, whether it keeps the rules or not. */
export function encodeSubmission({ submissionType, ...rest }: PayloadContent): Uint8Array {
  const number = submissionType === undefined ? {} : { submissionType: submissionTypes.indexOf(submissionType) };
  const written = messageType()
    .encode(messageType().fromObject({ ...rest, ...number }))
    .finish();
  // A view of its own: protobufjs may hand out a part of a pooled buffer.
  return Uint8Array.from(written);
}

/** Reads a payload and checks it; every fault is an outcome with its reason. */
export function decodeSubmission(encoded: Uint8Array): Outcome<SubmissionPayload> {
  if (encoded.length > SUBMISSION_BYTES)
    return { ok: false, part: 'size', reason: `${encoded.length} bytes are more than ${SUBMISSION_BYTES}` };
  let fields: Record<string, unknown>;
  try {
    fields = messageType().toObject(messageType().decode(encoded));
  } catch {
    return { ok: false, part: 'body', reason: 'this is no SubmissionPayload' };
  }
  const { submissionType: number, ...rest } = fields;
  const submissionType = submissionTypes[Number(number ?? 0)] ?? submissionTypes[0];
  return checked(payload, { keys: [], ...rest, submissionType }, 'body');
}

/** Countries that the server does not know and refuses with 400. */
export const unsupportedCountries = (
  { visitedCountries }: Pick<SubmissionPayload, 'visitedCountries'>,
  supported: readonly string[],
): readonly string[] => visitedCountries.filter((code) => !supported.includes(code));

/** The body of a submission; what is written may break the rules, what is read may not. */
export const submissionBody: Body<SubmissionPayload> = {
  contentType: 'application/x-protobuf',
  accepts: (contentType) => mediaType(contentType) === 'application/x-protobuf',
  limit: SUBMISSION_BYTES,
  read: decodeSubmission,
  write: encodeSubmission,
};
