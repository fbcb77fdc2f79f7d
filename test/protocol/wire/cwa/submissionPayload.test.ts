/** The submission as protobuf: bytes written by hand from the field table, every rule on both sides of its edge. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSubmission,
  encodeSubmission,
  isSelfReport,
  type PayloadContent,
  SUBMISSION_BYTES,
  type SubmittedKey,
  submissionTypes,
  unsupportedCountries,
} from '../../../../src/protocol/wire/cwa/submissionPayload.ts';

/** An encoder that shares nothing with protobufjs: tag = number * 8 + wire type, varints of seven bits. */
function varint(value: number): number[] {
  const bytes = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}
const number = (field: number, value: number): number[] => [...varint(field * 8), ...varint(value)];
const block = (field: number, bytes: Iterable<number>): number[] => {
  const all = [...bytes];
  return [...varint(field * 8 + 2), ...varint(all.length), ...all];
};
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const ascii = (text: string): number[] => [...Buffer.from(text, 'ascii')];

const DATA = Uint8Array.from({ length: 16 }, (_, index) => index);
const START = 2_655_360;
const good: SubmittedKey = { keyData: DATA, rollingStartIntervalNumber: START, transmissionRiskLevel: 3 };
const withKeys = (...keys: readonly object[]): PayloadContent => ({ keys: keys as readonly SubmittedKey[] });
const read = (content: PayloadContent) => decodeSubmission(encodeSubmission(content));

describe('the bytes', () => {
  const written = Uint8Array.from([
    ...block(1, [
      ...block(1, DATA),
      ...number(2, 3),
      ...number(3, START),
      ...number(4, 144),
      ...number(5, 1),
      ...number(6, zigzag(-2)),
    ]),
    ...block(2, ascii('pad')),
    ...block(3, ascii('DE')),
    ...block(3, ascii('FR')),
    ...block(4, ascii('DE')),
    ...number(5, 1),
    ...number(7, 1),
    ...block(8, [...block(1, [1]), ...block(2, [2]), ...block(3, [3]), ...block(4, [4])]),
  ]);
  const content: PayloadContent = {
    keys: [{ ...good, rollingPeriod: 144, reportType: 1, daysSinceOnsetOfSymptoms: -2 }],
    requestPadding: Buffer.from('pad'),
    visitedCountries: ['DE', 'FR'],
    origin: 'DE',
    consentToFederation: true,
    submissionType: 'RAPID_TEST',
    checkInProtectedReports: [
      {
        locationIdHash: Uint8Array.of(1),
        iv: Uint8Array.of(2),
        encryptedCheckInRecord: Uint8Array.of(3),
        mac: Uint8Array.of(4),
      },
    ],
  };

  it('are those of the field table, written', () => {
    expect(Buffer.from(encodeSubmission(content)).toString('hex')).toBe(Buffer.from(written).toString('hex'));
  });

  it('and read', () => {
    expect(decodeSubmission(written)).toMatchObject({
      ok: true,
      value: {
        keys: [{ rollingStartIntervalNumber: START, rollingPeriod: 144, reportType: 1, daysSinceOnsetOfSymptoms: -2 }],
        visitedCountries: ['DE', 'FR'],
        consentToFederation: true,
        submissionType: 'RAPID_TEST',
      },
    });
  });

  it('may hold fields that nobody knows', () => {
    expect(decodeSubmission(Uint8Array.from([...written, ...block(99, ascii('later'))]))).toMatchObject({ ok: true });
  });

  it('leave out what has a default', () => {
    const { value } = read(withKeys(good)) as { value: object };
    expect(value).toMatchObject({ submissionType: 'PCR_TEST', consentToFederation: false, visitedCountries: [] });
    expect(value).toMatchObject({ keys: [{ rollingPeriod: 144 }] });
  });
});

describe('rules', () => {
  it.each([
    ['15 bytes', { keyData: DATA.subarray(1) }, 'keys.0.keyData: must be 16 bytes'],
    ['17 bytes', { keyData: new Uint8Array(17) }, 'keys.0.keyData: must be 16 bytes'],
    ['no data', { keyData: undefined }, 'keys.0.keyData: must be 16 bytes'],
    ['no midnight', { rollingStartIntervalNumber: START + 1 }, 'keys.0.rollingStartIntervalNumber: must be midnight'],
    ['period 0', { rollingPeriod: 0 }, 'keys.0.rollingPeriod: must be 1..144'],
    ['period 145', { rollingPeriod: 145 }, 'keys.0.rollingPeriod: must be 1..144'],
    ['level 0', { transmissionRiskLevel: 0 }, 'keys.0.transmissionRiskLevel: must be 1..8'],
    ['level 9', { transmissionRiskLevel: 9 }, 'keys.0.transmissionRiskLevel: must be 1..8'],
    ['onset -15', { daysSinceOnsetOfSymptoms: -15 }, 'keys.0.daysSinceOnsetOfSymptoms: must be -14..4000'],
    ['onset 4001', { daysSinceOnsetOfSymptoms: 4001 }, 'keys.0.daysSinceOnsetOfSymptoms: must be -14..4000'],
    ['neither level nor onset', { transmissionRiskLevel: undefined }, 'keys.0: has neither'],
  ])('%s is refused', (_, change, reason) => {
    expect(read(withKeys({ ...good, ...change }))).toEqual({
      ok: false,
      part: 'body',
      reason: expect.stringContaining(reason),
    });
  });

  it.each([
    ['period 1', { rollingPeriod: 1 }],
    ['level 1', { transmissionRiskLevel: 1 }],
    ['level 8', { transmissionRiskLevel: 8 }],
    ['onset -14 alone', { transmissionRiskLevel: undefined, daysSinceOnsetOfSymptoms: -14 }],
    ['onset 4000', { daysSinceOnsetOfSymptoms: 4000 }],
    ['a start that is left out: dropped later, not refused', { rollingStartIntervalNumber: undefined }],
    ['a negative start: dropped later, not refused', { rollingStartIntervalNumber: -1 }],
  ])('%s is taken', (_, change) => {
    expect(read(withKeys({ ...good, ...change }))).toMatchObject({ ok: true });
  });

  it.each([
    [0, false],
    [1, true],
    [14, true],
    [15, false],
  ])('%i keys: %s', (count, ok) => {
    const result = read(withKeys(...Array.from({ length: count }, () => good)));
    expect(result.ok).toBe(ok);
    if (!result.ok) expect(result.reason).toContain('keys: must be 1..14 keys');
  });

  it('one bad key refuses all', () => {
    expect(read(withKeys(good, { ...good, rollingPeriod: 0 }))).toMatchObject({ ok: false });
  });

  it.each([
    ['DE', true],
    ['', true],
    ['FR', false],
  ] as const)('origin "%s": %s', (origin, ok) => {
    expect(read({ keys: [good], origin: origin as 'DE' }).ok).toBe(ok);
  });

  it('countries are checked against the configuration of the server', () => {
    expect(unsupportedCountries({ visitedCountries: ['DE', 'XX', 'FR'] }, ['DE', 'FR'])).toEqual(['XX']);
  });

  it('refuses a body that is too large before it reads it', () => {
    expect(decodeSubmission(new Uint8Array(SUBMISSION_BYTES + 1))).toMatchObject({ part: 'size' });
  });
});

describe('kinds of submission', () => {
  it.each(submissionTypes.map((type, index) => [type, index] as const))('%s is %i on the wire', (type, index) => {
    const bytes = encodeSubmission({ keys: [good], submissionType: type });
    expect([...bytes.subarray(-2)]).toEqual(number(7, index));
    expect(decodeSubmission(bytes)).toMatchObject({ value: { submissionType: type } });
    expect(isSelfReport(type)).toBe(index >= 3);
  });

  it('a number of the future counts as a PCR test', () => {
    const bytes = Uint8Array.from([...encodeSubmission({ keys: [good] }), ...number(7, 42)]);
    expect(decodeSubmission(bytes)).toMatchObject({ value: { submissionType: 'PCR_TEST' } });
  });
});

describe('any bytes', () => {
  it('are an outcome, never an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const result = decodeSubmission(bytes);
        if (!result.ok) expect(result.reason).not.toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('and so is a good payload with one byte changed or its end cut off', () => {
    const bytes = encodeSubmission({
      keys: [good, { ...good, daysSinceOnsetOfSymptoms: 3 }],
      visitedCountries: ['DE'],
    });
    for (let at = 0; at < bytes.length; at++) {
      decodeSubmission(bytes.subarray(0, at));
      for (const flip of [1, 0x80, 0xff]) decodeSubmission(bytes.with(at, bytes[at]! ^ flip));
    }
    expect(decodeSubmission(bytes.subarray(0, bytes.length - 3))).toMatchObject({ ok: false });
  });

  it('groups within groups do not exhaust the stack', () => {
    const nested = new Uint8Array(100_000).fill(0x0b);
    expect(decodeSubmission(nested)).toMatchObject({ ok: false, part: 'body' });
  });

  it('round trip', () => {
    const key = fc.record({
      keyData: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      rollingStartIntervalNumber: fc.integer({ min: 1, max: 20_000 }).map((day) => day * 144),
      rollingPeriod: fc.integer({ min: 1, max: 144 }),
      transmissionRiskLevel: fc.integer({ min: 1, max: 8 }),
      daysSinceOnsetOfSymptoms: fc.integer({ min: -14, max: 4000 }),
    });
    const content = fc.record({
      keys: fc.array(key, { minLength: 1, maxLength: 14 }),
      visitedCountries: fc.array(fc.constantFrom('DE', 'FR', 'IT')),
      consentToFederation: fc.boolean(),
      submissionType: fc.constantFrom(...submissionTypes),
    });
    fc.assert(
      fc.property(content, (sent) => {
        const result = read(sent);
        expect(result).toMatchObject({ ok: true });
        if (!result.ok) return;
        const plain = (keys: readonly SubmittedKey[]) =>
          keys.map(({ keyData, ...own }) => ({ keyData: [...keyData], ...own }));
        expect(plain(result.value.keys)).toEqual(plain(sent.keys));
        const { keys: _, ...rest } = sent;
        expect(result.value).toMatchObject(rest);
      }),
    );
  });
});
