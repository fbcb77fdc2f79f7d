import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import {
  dayStart,
  INTERVALS_PER_DAY,
  intervalOf,
  intervalOfDay,
  LAST_INTERVAL,
  timeOf,
  utcDayOfInterval,
} from '../../../src/protocol/gaen/intervals.ts';
import { isValidAt, newKey } from '../../../src/protocol/gaen/keys.ts';
import { emptyKeyTable, keyAt, keyTableOf, setKey } from '../../../src/protocol/gaen/keyTable.ts';
import { isSimulatedKey, keyDataOf, simulatedKeyData } from '../../../src/protocol/gaen/simulatedKeys.ts';
import { gaenVectors, toHex } from '../../helpers/gaenVectors.ts';

describe('ENIntervalNumber', () => {
  it.each([
    [0, 0],
    [599.999, 0],
    [600, 1],
    [1_585_785_600, 2_642_976],
    [LAST_INTERVAL * 600 + 599, LAST_INTERVAL],
  ])('of %d s is %d', (time, interval) => {
    expect(intervalOf(time)).toBe(interval);
    expect(timeOf(interval)).toBeLessThanOrEqual(time);
    expect(timeOf(interval + 1)).toBeGreaterThan(time);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, (LAST_INTERVAL + 1) * 600])('does not exist at %d s', (time) => {
    expect(() => intervalOf(time)).toThrow(RangeError);
  });

  it('of a day begins at UTC midnight, also beyond 31 bits', () => {
    for (const interval of [0, 143, 144, 2_642_976, 2_643_119, LAST_INTERVAL]) {
      const begin = dayStart(interval);
      expect(begin % INTERVALS_PER_DAY).toBe(0);
      expect(interval - begin).toBeGreaterThanOrEqual(0);
      expect(interval - begin).toBeLessThan(INTERVALS_PER_DAY);
      expect(intervalOfDay(utcDayOfInterval(interval))).toBe(begin);
    }
  });
});

describe('a new key', () => {
  it('is 16 bytes of the entropy it is given and valid for its UTC day', () => {
    const key = newKey(2_643_000, (length) => new Uint8Array(length).fill(7));
    expect(key).toEqual({
      keyData: new Uint8Array(16).fill(7),
      rollingStartIntervalNumber: 2_642_976,
      rollingPeriod: 144,
    });
    expect([2_642_975, 2_642_976, 2_643_119, 2_643_120].map((interval) => isValidAt(key, interval))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('keyed entropy', () => {
  it('gives the same bytes for the same key, whatever the pieces, and others for others', () => {
    const bytes = (seed: number, ...lengths: readonly number[]): string => {
      const entropy = keyedEntropy(seed, 'test', 1);
      return lengths.map((length) => toHex(entropy(length))).join('');
    };
    expect(bytes(1, 16)).toBe(bytes(1, 4, 8, 4));
    expect(bytes(1, 16)).not.toBe(bytes(2, 16));
    expect(toHex(keyedEntropy(1, 'test', 2)(16))).not.toBe(bytes(1, 16));
    expect(bytes(1, 0)).toBe('');
    expect(bytes(1, 7).length).toBe(14);
  });

  it('has all 256 bytes equally often', () => {
    const counts = new Uint32Array(256);
    for (const byte of keyedEntropy(1, 'test')(256 * 400)) counts[byte]! += 1;
    const chiSquare = counts.reduce((sum, count) => sum + ((count - 400) * (count - 400)) / 400, 0);
    // 255 degrees of freedom: 0.1 % of fair generators are above 330.5.
    expect(chiSquare).toBeLessThan(330.5);
  });
});

describe('simulated keys', () => {
  it('are recognised; keys of vectors and of the system are not', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(), fc.nat(), (seed, person, day) => {
        expect(isSimulatedKey(keyDataOf(seed, person, day))).toBe(true);
      }),
    );
    expect(isSimulatedKey(gaenVectors.tek)).toBe(false);
    const real = Array.from({ length: 5_000 }, (_, k) => keyedEntropy(3, 'real', k)(16));
    expect(real.filter(isSimulatedKey)).toEqual([]);
  });

  it('lose the mark when any byte changes', () => {
    const keyData = simulatedKeyData(keyedEntropy(1, 'test'));
    for (let at = 0; at < keyData.length; at++) {
      const changed = Uint8Array.from(keyData);
      changed[at]! ^= 1;
      expect(isSimulatedKey(changed)).toBe(false);
    }
  });

  it('differ between people and days', () => {
    const keys = new Set<string>();
    for (let person = 0; person < 50; person++)
      for (let day = 0; day < 20; day++) keys.add(toHex(keyDataOf(1, person, day)));
    expect(keys.size).toBe(1_000);
  });
});

describe('a key table', () => {
  const diagnosisKey = fc.record(
    {
      keyData: fc.uint8Array({ minLength: 16, maxLength: 16 }),
      rollingStartIntervalNumber: fc.integer({ min: 0, max: LAST_INTERVAL }),
      rollingPeriod: fc.integer({ min: 1, max: 144 }),
      transmissionRiskLevel: fc.integer({ min: 0, max: 8 }),
      reportType: fc.constantFrom('UNKNOWN', 'CONFIRMED_TEST', 'REVOKED' as const),
      daysSinceOnsetOfSymptoms: fc.integer({ min: -4_000, max: 4_000 }),
    },
    { requiredKeys: ['keyData', 'rollingStartIntervalNumber', 'rollingPeriod'] },
  );

  it('gives back what was put in, and keeps absent apart from 0', () => {
    fc.assert(
      fc.property(fc.array(diagnosisKey, { maxLength: 20 }), (keys) => {
        const table = keyTableOf(keys);
        expect(Array.from({ length: table.length }, (_, row) => keyAt(table, row))).toEqual(keys);
      }),
    );
  });

  it('refuses key data of another length', () => {
    const key = { keyData: new Uint8Array(15), rollingStartIntervalNumber: 0, rollingPeriod: 144 };
    expect(() => setKey(emptyKeyTable(1), 0, key)).toThrow(RangeError);
  });

  it('lies in shared memory on request', () => {
    const { keyData, rollingStart, daysSinceOnset } = emptyKeyTable(3, { shared: true });
    for (const { buffer } of [keyData, rollingStart, daysSinceOnset]) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});
