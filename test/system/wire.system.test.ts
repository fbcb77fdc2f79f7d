/** The wire descriptions under 100,000 junk requests, and the submission payload under as many broken ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSubmission, encodeSubmission } from '../../src/protocol/wire/cwa/submissionPayload.ts';
import { fuzzReplies, fuzzRequests, namedEndpoints } from '../helpers/wireJunk.ts';

const CASES = 100_000;

describe.each(namedEndpoints)('%s', (_, endpoint) => {
  it('answers junk with an outcome', () => {
    fuzzRequests(endpoint, Math.ceil(CASES / namedEndpoints.length));
    fuzzReplies(endpoint, Math.ceil(CASES / namedEndpoints.length / 10));
  });
});

it('a broken submission is an outcome', () => {
  const key = { keyData: new Uint8Array(16), rollingStartIntervalNumber: 2_655_360, transmissionRiskLevel: 3 };
  const good = encodeSubmission({ keys: [key, { ...key, daysSinceOnsetOfSymptoms: -3 }], visitedCountries: ['DE'] });
  const at = fc.nat(good.length - 1);
  const changes = fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 6 });
  let refused = 0;
  fc.assert(
    fc.property(changes, fc.option(at), fc.uint8Array({ maxLength: 8 }), (bytes, cut, end) => {
      const broken = Uint8Array.from(good);
      for (const [index, byte] of bytes) broken[index] = byte;
      const sent = Uint8Array.from([...broken.subarray(0, cut ?? good.length), ...end]);
      const result = decodeSubmission(sent);
      if (result.ok) return;
      refused++;
      expect(result.reason).not.toBe('');
    }),
    { numRuns: CASES },
  );
  expect(refused).toBeGreaterThan(CASES / 2);
});
