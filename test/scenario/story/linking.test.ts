import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import type { Pseudonym } from '../../../src/device/advertising.ts';
import { keyTableOf } from '../../../src/protocol/gaen/keyTable.ts';
import { chainsOf, provenGroups } from '../../../src/scenario/story/linking.ts';

/** "a1 a2 b2": identifiers 1 and 2 from address a, 2 from b. */
const logOf = (text: string): readonly Pseudonym[] =>
  text.split(' ').map((pair) => ({ address: pair[0]!, identifier: pair.slice(1) }));

describe('chains of pseudonyms', () => {
  it.each([
    ['a1', [1]],
    ['a1 a1', [1]],
    ['a1 b2 c3', [1, 1, 1]],
    ['a1 a2', [2]],
    ['a1 b1 b2', [2]],
    ['a1 b1', [1]],
    ['a1 a2 b2 b3 c3 c4', [4]],
    ['a1 a2 x7 b2 y8 b3 y9', [3, 2, 1]],
    // Two chains that a late frame makes one.
    ['a1 a2 b3 b4 c1 c4', [4]],
    ['a1 b2 c3 d1 d2 d3', [3]],
  ])('%s', (text, lengths) => {
    expect(chainsOf(logOf(text))).toEqual(lengths);
  });

  it('there are none where nothing was heard', () => {
    expect(chainsOf([])).toEqual([]);
  });

  it('are the components that a flood fill finds, in whatever order frames came', () => {
    const pair = fc.record({ address: fc.integer({ max: 9, min: 0 }), identifier: fc.integer({ max: 9, min: 0 }) });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 30 }), (pairs) => {
        const seen = pairs.map(({ address, identifier }) => ({ address: `${address}`, identifier: `${identifier}` }));
        const left = new Set(seen.map(({ identifier }) => identifier));
        const sizes: number[] = [];
        for (const first of left) {
          const reached = new Set([first]);
          for (const identifier of reached) {
            const addresses = new Set(
              seen.filter((one) => one.identifier === identifier).map(({ address }) => address),
            );
            for (const one of seen) if (addresses.has(one.address)) reached.add(one.identifier);
          }
          for (const identifier of reached) left.delete(identifier);
          sizes.push(reached.size);
        }
        const expected = sizes.toSorted((a, b) => b - a);
        expect(chainsOf(seen)).toEqual(expected);
        expect(chainsOf(seen.toReversed())).toEqual(expected);
      }),
    );
  });
});

const FIRST = 18_500;
/** Person p has keys of these days; `data` tells person and day. */
const fileOf = (people: readonly (readonly number[])[]) =>
  keyTableOf(
    people.flatMap((days, person) =>
      days.map((day) => ({
        keyData: Uint8Array.of(person + 1, day, ...new Uint8Array(14)),
        rollingStartIntervalNumber: (FIRST + day) * 144,
        rollingPeriod: 144,
      })),
    ),
  );
const groupsOf = (people: readonly (readonly number[])[]) =>
  provenGroups(fileOf(people)).map((group) =>
    group.map((hex) => `${Number.parseInt(hex.slice(0, 2), 16)}.${Number.parseInt(hex.slice(2, 4), 16)}`),
  );
const upTo = (last: number, count: number) => Array.from({ length: count }, (_, k) => last - count + 1 + k);

describe('keys that are provably of one person', () => {
  it.each([
    ['nobody', [], []],
    ['one key', [[3]], []],
    ['one person', [[1, 2, 3]], [['1.1', '1.2', '1.3']]],
    [
      'two of the same days',
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      [],
    ],
    ['one and a newcomer (cwa-server 620)', [[1, 2, 3, 4], [4]], [['1.1', '1.2', '1.3']]],
    ['two that tell of a third', [[1, 2, 3, 4], [3, 4], [4]], [['1.1', '1.2']]],
    ['days that are not next to each other', [[1, 3]], []],
  ] as const)('%s', (_, people, groups) => {
    expect(groupsOf(people)).toEqual(groups);
  });

  it('of people whose keys end on the same day are never of two', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 14 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(counts, (lengths) => {
        const groups = groupsOf(lengths.map((count) => upTo(14, count)));
        for (const group of groups) expect(new Set(group.map((key) => key.split('.')[0])).size).toBe(1);
        // The longest alone has the days beyond the second longest.
        const [most = 0, second = 0] = lengths.toSorted((a, b) => b - a);
        expect(groups.map((group) => group.length)).toEqual(most - second > 1 ? [most - second] : []);
      }),
    );
  });

  it('are none where each has another beside it', () => {
    const days = upTo(14, 14);
    expect(groupsOf([days, days, [14]])).toEqual([]);
  });

  it('are told in hex', () => {
    const [group] = provenGroups(fileOf([[1, 2]]));
    expect(group).toEqual([1, 2].map((day) => toHex(Uint8Array.of(1, day, ...new Uint8Array(14)))));
  });
});
