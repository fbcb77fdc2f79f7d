/** Sizes of the Corona-Warn-App: what is equal, and what only seems to be. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import {
  cwaFiller,
  DUMMY_TOKEN,
  EQUAL_SUBMISSION_BYTES,
  equalSubmission,
  paddedSubmission,
  paddedVerification,
  responsePaddings,
  SUBMISSION_HEADER_PADDING,
  VERIFICATION_BODY_BYTES,
  verificationHeaderPadding,
} from '../../../../src/protocol/wire/cwa/padding.ts';
import {
  encodeSubmission,
  type PayloadContent,
  submissionTypes,
} from '../../../../src/protocol/wire/cwa/submissionPayload.ts';
import { newTeleTan } from '../../../../src/protocol/wire/cwa/teleTan.ts';
import { registrationToken, tan, testResult } from '../../../../src/protocol/wire/cwa/verification.ts';
import { buildReply, buildRequest, parseRequest } from '../../../../src/protocol/wire/messages.ts';
import { httpText } from '../../../helpers/httpText.ts';
import { textOf } from '../../../helpers/sourceFiles.ts';

const entropy = keyedEntropy(1, 'padding');
const HASH = 'ab'.repeat(32);
const UUID = 'c0ffee00-1234-4abc-9def-0123456789ab';
const docs = textOf('docs/wire.md');

const registrations = fc.oneof(
  fc.constant({ key: HASH, keyType: 'GUID' as const }),
  fc.constant({ key: HASH, keyType: 'GUID' as const, keyDob: HASH }),
  fc.integer().map((seed) => ({ key: newTeleTan(keyedEntropy(seed, 'teletan')), keyType: 'TELETAN' as const })),
);
const tokens = fc.constantFrom({ registrationToken: UUID }, { registrationToken: DUMMY_TOKEN });

describe('a verification request', () => {
  const sent = (endpoint: typeof registrationToken | typeof testResult | typeof tan, body: object, fake: string) => {
    const padding = cwaFiller(verificationHeaderPadding(endpoint), entropy);
    const message = buildRequest(endpoint, {
      headers: { 'cwa-fake': fake, 'cwa-header-padding': padding },
      body: paddedVerification(endpoint, body as never, entropy),
    });
    expect(parseRequest(endpoint, message)).toMatchObject({ ok: true });
    expect(message.body.length).toBe(VERIFICATION_BODY_BYTES);
    return httpText(message).length;
  };

  it('has one size, whichever of the three it is, genuine or dummy', () => {
    const size = sent(tan, { registrationToken: UUID }, '0');
    fc.assert(
      fc.property(registrations, tokens, fc.constantFrom('0', '1'), (registration, token, fake) => {
        expect(sent(registrationToken, registration, fake)).toBe(size);
        expect(sent(testResult, token, fake)).toBe(size);
        expect(sent(tan, token, fake)).toBe(size);
      }),
    );
  });

  it('is padded with as many characters as the app uses', () => {
    const length = (body: { requestPadding?: string | undefined }) => body.requestPadding?.length;
    expect(length(paddedVerification(registrationToken, { keyType: 'GUID', key: HASH }, entropy))).toBe(139);
    expect(length(paddedVerification(registrationToken, { keyType: 'TELETAN', key: 'FE9A5MAK6C' }, entropy))).toBe(190);
    expect(length(paddedVerification(tan, { registrationToken: UUID }, entropy))).toBe(170);
    expect([registrationToken, testResult, tan].map(verificationHeaderPadding)).toEqual([0, 7, 14]);
  });

  it('that does not fit is an error', () => {
    expect(() => paddedVerification(tan, { registrationToken: 'x'.repeat(300) }, entropy)).toThrow(RangeError);
  });
});

describe('replies to the three', () => {
  const padding = (length: number) => cwaFiller(length, entropy);
  const token = { registrationToken: UUID, responsePadding: padding(responsePaddings.registrationToken) };
  const result = { testResult: 2, responsePadding: padding(responsePaddings.testResult) };
  const size = (body: object) => JSON.stringify(body).length;

  it('have one size of 82 bytes', () => {
    const tanBody = { tan: UUID, responsePadding: padding(responsePaddings.tan) };
    const sizes = [
      buildReply(registrationToken, 201, token).body.length,
      buildReply(testResult, 200, result).body.length,
      buildReply(tan, 201, tanBody).body.length,
    ];
    expect(sizes).toEqual([82, 82, 82]);
  });

  it('no longer, since a result carries the time of the sample: 16 bytes tell it apart', () => {
    expect(size({ testResult: 2, sc: 1_620_000_000, responsePadding: result.responsePadding }) - size(result)).toBe(16);
    expect(docs).toContain('16 bytes longer since the sample time');
  });
});

const DATA = new Uint8Array(16).fill(7);
const key = { keyData: DATA, transmissionRiskLevel: 3, rollingStartIntervalNumber: 2_655_360, rollingPeriod: 144 };
const withKeys = (count: number): PayloadContent => ({ keys: Array.from({ length: count }, () => key) });
const bytes = (content: PayloadContent) => encodeSubmission(content).length;

describe('a submission as deployed', () => {
  const fake = bytes(paddedSubmission({ keys: [] }, entropy));

  it('is padded with 28 characters for each key that 15 lack', () => {
    for (const count of [0, 1, 14, 15, 16])
      expect(paddedSubmission(withKeys(count), entropy).requestPadding).toHaveLength(28 * Math.max(15 - count, 0));
  });

  it('is 2 bytes longer than a dummy for each key, for consent, and 4 for each country', () => {
    expect(fake).toBe(423);
    for (const count of [1, 5, 10]) expect(bytes(paddedSubmission(withKeys(count), entropy))).toBe(fake + 2 * count);
    // With 11 keys the padding is shorter than 128 bytes, and its length takes a byte less.
    for (const count of [11, 14]) expect(bytes(paddedSubmission(withKeys(count), entropy))).toBe(fake + 2 * count - 1);
    const genuine = { ...withKeys(14), consentToFederation: true, visitedCountries: ['DE'] };
    expect(bytes(paddedSubmission(genuine, entropy))).toBe(456);
    expect(docs).toContain('a dummy has 423 bytes, a genuine one with 14 keys, consent and one country 456');
  });

  it('has headers of one size: a TAN, or padding of its length', () => {
    expect(UUID).toHaveLength(SUBMISSION_HEADER_PADDING);
  });
});

describe('an equal submission', () => {
  const keys = fc.record({
    keyData: fc.constant(DATA),
    rollingStartIntervalNumber: fc.integer({ min: 1, max: 30_000 }).map((day) => day * 144),
    rollingPeriod: fc.integer({ min: 1, max: 144 }),
    transmissionRiskLevel: fc.integer({ min: 1, max: 8 }),
    reportType: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
    daysSinceOnsetOfSymptoms: fc.option(fc.integer({ min: -14, max: 4000 }), { nil: undefined }),
  });
  const contents = fc.record({
    keys: fc.array(keys, { maxLength: 14 }),
    visitedCountries: fc.array(fc.constantFrom('DE', 'FR'), { maxLength: 27 }),
    consentToFederation: fc.boolean(),
    submissionType: fc.constantFrom(...submissionTypes),
  });

  it('has the same bytes with any content and none', () => {
    expect(bytes(equalSubmission({ keys: [] }, entropy))).toBe(EQUAL_SUBMISSION_BYTES);
    fc.assert(
      fc.property(contents, (content) => {
        expect(bytes(equalSubmission(content as PayloadContent, entropy))).toBe(EQUAL_SUBMISSION_BYTES);
      }),
    );
  });

  it('is an error where the content does not fit, or the length of the padding skips the total', () => {
    expect(() => equalSubmission(withKeys(14), entropy, 400)).toThrow(RangeError);
    // Tag, length and 127 bytes are 129; with 128 bytes the length takes two and they are 131.
    expect(bytes(equalSubmission({ keys: [] }, entropy, 129))).toBe(129);
    expect(() => equalSubmission({ keys: [] }, entropy, 130)).toThrow(RangeError);
    expect(bytes(equalSubmission({ keys: [] }, entropy, 131))).toBe(131);
  });
});
