import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiagnosisKey } from '../../../../src/protocol/gaen/keys.ts';
import { keyTableOf } from '../../../../src/protocol/gaen/keyTable.ts';
import { keysTakingPart, toleranceOf } from '../../../../src/protocol/gaen/matching/rules.ts';
import { oracle } from './oracle.ts';

const START = 2_642_976;
const key = (fill: number, more: Partial<DiagnosisKey> = {}): DiagnosisKey => ({
  keyData: new Uint8Array(16).fill(fill),
  rollingStartIntervalNumber: START,
  rollingPeriod: 144,
  ...more,
});
const short = { rollingPeriod: 60 };
const later = { rollingStartIntervalNumber: START + 59, rollingPeriod: 100 };
const nextDay = { rollingStartIntervalNumber: START + 144 };
const revoked = { reportType: 'REVOKED' } as const;
const confirmed = { reportType: 'CONFIRMED_TEST' } as const;

describe('keys that take part', () => {
  it.each<readonly [string, readonly DiagnosisKey[], readonly number[], object]>([
    ['all different ones', [key(1), key(2), key(3)], [0, 1, 2], {}],
    ['not one that is repeated', [key(1), key(2), key(1), key(1)], [0, 1], { repeated: 2 }],
    ['not one that comes again with another period', [key(1, short), key(1)], [0], { otherPeriod: 1 }],
    ['the first period, whichever is longer', [key(1), key(1, short)], [0], { otherPeriod: 1 }],
    ['the same bytes on another day: another key', [key(1), key(1, nextDay)], [0, 1], {}],
    ['not one that begins later in the time of another', [key(1), key(1, later)], [0], { otherPeriod: 1 }],
    ['the first of those, whichever begins earlier', [key(1, later), key(1)], [0], { otherPeriod: 1 }],
    ['not one that overlaps two others', [key(1, short), key(1, nextDay), key(1, later)], [0, 1], { otherPeriod: 1 }],
    ['not one that is revoked with another start', [key(1), key(1, { ...later, ...revoked })], [], { revoked: 2 }],
    ['not one that is revoked', [key(1, revoked), key(2)], [1], { revoked: 1 }],
    ['not one that a later row revokes', [key(1, confirmed), key(2), key(1, revoked)], [1], { revoked: 2 }],
    ['not one that an earlier row revokes', [key(1, revoked), key(1, confirmed)], [], { revoked: 2 }],
    ['not one that is revoked with another period', [key(1), key(1, { ...short, ...revoked })], [], { revoked: 2 }],
    ['one whose other day is revoked', [key(1), key(1, { ...nextDay, ...revoked })], [0], { revoked: 1 }],
    ['none of none', [], [], {}],
  ])('%s', (_, keys, rows, counts) => {
    const { rows: found, rejected } = keysTakingPart(keyTableOf(keys), {});
    expect([...found]).toEqual(rows);
    expect(rejected).toEqual({ ...none, ...counts });
  });

  const none = { revoked: 0, embargo: 0, repeated: 0, otherPeriod: 0, afterPeriod: 0, outsideTolerance: 0 };

  it.each([
    ['a day', 144, 12, START + 156, true],
    ['a day', 144, 12, START + 155, false],
    ['a short key', 60, 12, START + 72, true],
    ['a short key', 60, 12, START + 71, false],
    ['no wait', 144, 0, START + 144, true],
    ['no wait', 144, 0, START + 143, false],
  ])('embargo after %s of %i intervals and %i, published at %i: %s', (_, rollingPeriod, intervals, at, takesPart) => {
    const table = keyTableOf([key(1, { rollingPeriod })]);
    const { rows, rejected } = keysTakingPart(table, { embargo: { intervals, publishedAt: Uint32Array.of(at) } });
    expect(rows.length).toBe(Number(takesPart));
    expect(rejected.embargo).toBe(Number(!takesPart));
  });

  it('a key that was published too early counts when it is published again in time', () => {
    const embargo = { intervals: 12, publishedAt: Uint32Array.of(START + 100, START + 156, START + 300) };
    const { rows, rejected } = keysTakingPart(keyTableOf([key(1), key(1), key(1)]), { embargo });
    expect([...rows]).toEqual([1]);
    expect(rejected).toEqual({ ...none, embargo: 1, repeated: 1 });
  });

  it('an embargo beyond 32 bits does not begin anew', () => {
    const late = key(1, { rollingStartIntervalNumber: 0xffff_ff00 + 240 });
    const embargo = { intervals: 12, publishedAt: Uint32Array.of(0xffff_ffff) };
    expect(keysTakingPart(keyTableOf([late]), { embargo }).rejected.embargo).toBe(1);
  });

  it('are those of the oracle, for any list of similar keys', () => {
    const anyKey = fc
      .record({
        fill: fc.nat(2),
        start: fc.constantFrom(0, 59, 60, 144),
        period: fc.constantFrom(60, 144),
        isRevoked: fc.nat(5),
      })
      .map(({ fill, start, period, isRevoked }) =>
        key(fill, {
          rollingStartIntervalNumber: START + start,
          rollingPeriod: period,
          ...(isRevoked === 0 && revoked),
        }),
      );
    fc.assert(
      fc.property(fc.array(fc.tuple(anyKey, fc.integer({ min: 0, max: 400 })), { maxLength: 12 }), (list) => {
        const keys = list.map(([each]) => each);
        const publishedAt = list.map(([, offset]) => START + offset);
        const { rejected } = keysTakingPart(keyTableOf(keys), {
          embargo: { intervals: 12, publishedAt: Uint32Array.from(publishedAt) },
        });
        expect(rejected).toEqual(oracle(keys, [], { tolerance: 12, embargo: { intervals: 12, publishedAt } }).rejected);
      }),
    );
  });
});

it('clocks may differ by two hours unless something else is said', () => {
  expect([toleranceOf({}), toleranceOf({ tolerance: 6 }), toleranceOf({ tolerance: 0 })]).toEqual([12, 6, 0]);
});
