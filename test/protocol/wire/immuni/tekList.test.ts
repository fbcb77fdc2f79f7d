/** The list rules of an Immuni upload, each on both sides of its edge. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListedKey, tekListProblem, UPLOAD_KEYS } from '../../../../src/protocol/wire/immuni/tekList.ts';

const START = 2_655_360;
const NOW = START + 40 * 144;
const key = (day: number, change: Partial<ListedKey> = {}): ListedKey => ({
  key_data: `key ${day}`,
  rolling_start_number: START + 144 * day,
  rolling_period: 144,
  ...change,
});
const days = (count: number) => Array.from({ length: count }, (_, day) => key(day));

describe('a list', () => {
  it.each([
    ['of nothing', []],
    ['of 30 keys', days(UPLOAD_KEYS)],
    ['with gaps between days', [key(0), key(5), key(9)]],
    ['in any order', days(5).toReversed()],
    [
      'of keys that begin in the middle of a day, all alike',
      [0, 1].map((day) => key(day, { rolling_start_number: START + 7 + 144 * day })),
    ],
    ['with a short key', [key(0), key(1, { rolling_period: 1 })]],
    ['with two keys of a day that last differently', [key(0), key(0, { key_data: 'other', rolling_period: 20 })]],
    ['without a period', [key(0, { rolling_period: undefined })]],
    ['up to the interval before now', [key(0, { rolling_start_number: NOW - 1 })]],
  ])('%s is kept', (_, keys) => {
    expect(tekListProblem(keys, NOW)).toBeUndefined();
  });

  it.each([
    ['of 31 keys', days(UPLOAD_KEYS + 1), '31 keys are more than 30'],
    ['with a key twice', [key(0), key(1, { key_data: 'key 0' })], 'a key is listed twice'],
    ['with two keys of the same time', [key(0), key(0, { key_data: 'other' })], 'two keys begin at'],
    ['of two alignments', [key(0), key(1, { rolling_start_number: START + 145 })], 'is not whole days after'],
    ['with period 0', [key(0, { rolling_period: 0 })], 'lasts 0 intervals, not 1..144'],
    ['with period 145', [key(0, { rolling_period: 145 })], 'lasts 145 intervals'],
    ['with a key of now', [key(0, { rolling_start_number: NOW })], `${NOW} is not before ${NOW}`],
  ])('%s is dropped', (_, keys, problem) => {
    expect(tekListProblem(keys, NOW)).toContain(problem);
  });

  it('is judged alike in every order', () => {
    const listed = fc.record({
      key_data: fc.constantFrom('a', 'b', 'c', 'd'),
      rolling_start_number: fc.constantFrom(START, START + 144, START + 150, NOW),
      rolling_period: fc.constantFrom(0, 1, 144, 145),
    });
    fc.assert(
      fc.property(fc.array(listed, { maxLength: 5 }), (keys) => {
        expect(tekListProblem(keys.toReversed(), NOW) === undefined).toBe(tekListProblem(keys, NOW) === undefined);
      }),
    );
  });
});
