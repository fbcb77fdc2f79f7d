/** Requests to the ingestion service have one size, whatever is in them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import { checkOtpEndpoint, uploadEndpoint } from '../../../../src/protocol/wire/immuni/ingestion.ts';
import { otpToken } from '../../../../src/protocol/wire/immuni/otp.ts';
import {
  INGESTION_REQUEST_BYTES,
  MOST_EXPOSURE_INFOS,
  MOST_SUMMARIES,
  paddedIngestion,
} from '../../../../src/protocol/wire/immuni/padding.ts';
import { bearer } from '../../../../src/protocol/wire/immuni/parts.ts';
import { parseRequest } from '../../../../src/protocol/wire/messages.ts';
import { httpText } from '../../../helpers/httpText.ts';

const entropy = keyedEntropy(1, 'padding');
const headers = (dummy: 0 | 1) => ({
  authorization: bearer(otpToken('9K2RAY8UUQ')),
  'immuni-dummy-data': dummy,
  host: 'upload.immuni.gov.it',
  'user-agent': 'enlab',
});

const date = fc.integer({ min: 10, max: 28 }).map((day) => `2020-06-${day}`);
const seconds = fc.integer({ min: 0, max: 1800 });
const durations = fc.array(seconds, { minLength: 3, maxLength: 3 });
const info = fc.record({
  date,
  duration: seconds,
  attenuation_value: fc.integer({ min: 0, max: 255 }),
  attenuation_durations: durations,
  transmission_risk_level: fc.integer({ min: 0, max: 8 }),
  total_risk_score: fc.integer({ min: 0, max: 4096 }),
});
const summary = fc.record({
  date,
  matched_key_count: fc.integer({ min: 0, max: 1000 }),
  days_since_last_exposure: fc.integer({ min: 0, max: 14 }),
  attenuation_durations: durations,
  maximum_risk_score: fc.integer({ min: 0, max: 4096 }),
  exposure_info: fc.array(info, { maxLength: 12 }),
});
const key = fc.record({
  key_data: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => Buffer.from(bytes).toString('base64')),
  rolling_start_number: fc.integer({ min: 0, max: 0xffff_ffff }),
  rolling_period: fc.integer({ min: 1, max: 144 }),
});
const uploads = fc.record({
  teks: fc.array(key, { maxLength: 30 }),
  province: fc.constantFrom('MI', 'EX'),
  countries_of_interest: fc.array(fc.constantFrom('DE', 'EL'), { maxLength: 27 }),
  exposure_detection_summaries: fc.array(summary, { maxLength: 20 }),
});
const dummyFlag = fc.constantFrom(0 as const, 1 as const);

describe('a padded request', () => {
  it('has 110,000 bytes: uploads of any content, checks, dummies of both', () => {
    fc.assert(
      fc.property(uploads, dummyFlag, (body, dummy) => {
        const clock = { 'immuni-client-clock': 1_592_700_000 };
        const upload = paddedIngestion(uploadEndpoint, { headers: { ...headers(dummy), ...clock }, body }, entropy);
        expect(httpText(upload).length).toBe(INGESTION_REQUEST_BYTES);
        expect(parseRequest(uploadEndpoint, upload)).toMatchObject({ ok: true, value: { body } });
      }),
      { numRuns: 30 },
    );
    for (const dummy of [0, 1] as const) {
      const check = paddedIngestion(checkOtpEndpoint, { headers: headers(dummy), body: {} }, entropy);
      expect(httpText(check).length).toBe(INGESTION_REQUEST_BYTES);
      expect(parseRequest(checkOtpEndpoint, check)).toMatchObject({ ok: true });
    }
  });

  it('takes every other total that its content fits into', () => {
    const padded = (total: number) =>
      paddedIngestion(checkOtpEndpoint, { headers: headers(1), body: {} }, entropy, total);
    for (const total of [400, 1000, 1001, 99_999, 110_001]) expect(httpText(padded(total)).length).toBe(total);
    expect(() => padded(100)).toThrow(RangeError);
  });

  it('has room for the largest upload that the app sends, and for no larger one', () => {
    const widest = {
      date: '2020-06-20',
      duration: 1800,
      attenuation_value: 100,
      attenuation_durations: [1800, 1800, 1800],
      transmission_risk_level: 8,
      total_risk_score: 4096,
    };
    const one = {
      date: '2020-06-20',
      matched_key_count: 10,
      days_since_last_exposure: 14,
      attenuation_durations: [1800, 1800, 1800],
      maximum_risk_score: 4096,
    };
    const largest = (infos: number) => ({
      teks: Array.from({ length: 14 }, (_, day) => ({
        key_data: Buffer.alloc(16, day).toString('base64'),
        rolling_start_number: 2_655_360 + 144 * day,
        rolling_period: 144,
      })),
      province: 'MI',
      countries_of_interest: Array.from({ length: 27 }, () => 'DE'),
      exposure_detection_summaries: Array.from({ length: MOST_SUMMARIES }, (_, index) => ({
        ...one,
        exposure_info: index === 0 ? Array.from({ length: infos }, () => widest) : [],
      })),
    });
    const send = (infos: number) =>
      paddedIngestion(
        uploadEndpoint,
        { headers: { ...headers(0), 'immuni-client-clock': 1_592_700_000 }, body: largest(infos) },
        entropy,
      );
    expect(httpText(send(MOST_EXPOSURE_INFOS)).length).toBe(INGESTION_REQUEST_BYTES);
    expect(() => send(MOST_EXPOSURE_INFOS + 100)).toThrow(RangeError);
  });
});
