import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Apart } from '../../src/population/apart.ts';

const daysAt = (apart: Apart, agent: number) =>
  Array.from({ length: 120 }, (_, day) => day).filter((day) => apart.isHome(agent, day));

describe('staying at home', () => {
  it('is from a day on, for so many days, of one person', () => {
    const apart = new Apart(3);
    expect(apart.send(1, 10, 4)).toBe(4);
    expect(daysAt(apart, 1)).toEqual([10, 11, 12, 13]);
    expect([daysAt(apart, 0), daysAt(apart, 2)]).toEqual([[], []]);
  });

  it.each([
    [
      'ends later',
      [
        [10, 5],
        [12, 5],
      ],
      [10, 17],
      2,
    ],
    [
      'is within another',
      [
        [10, 10],
        [12, 3],
      ],
      [10, 20],
      0,
    ],
    [
      'goes on at its end',
      [
        [10, 5],
        [15, 5],
      ],
      [10, 20],
      5,
    ],
    [
      'begins sooner than one that is ordered',
      [
        [12, 10],
        [10, 10],
      ],
      [10, 22],
      2,
    ],
    [
      'is around another',
      [
        [12, 2],
        [10, 10],
      ],
      [10, 20],
      8,
    ],
  ])('that %s is one stay', (_what, stays, [from, to], added) => {
    const apart = new Apart(1);
    const counts = stays.map(([begin, days]) => apart.send(0, begin!, days!));
    expect(counts[1]).toBe(added);
    expect(daysAt(apart, 0)).toEqual(Array.from({ length: to! - from! }, (_, k) => from! + k));
  });

  it('remembers the last two', () => {
    const apart = new Apart(1);
    for (const from of [10, 30, 50]) expect(apart.send(0, from, 3)).toBe(3);
    expect(daysAt(apart, 0)).toEqual([30, 31, 32, 50, 51, 52]);
  });

  it('counts each day once, as long as stays follow each other', () => {
    const stays = fc.array(fc.tuple(fc.nat(6), fc.nat(12)), { maxLength: 2 });
    fc.assert(
      fc.property(stays, (steps) => {
        const apart = new Apart(1);
        let from = 1;
        let all = 0;
        for (const [step, days] of steps) {
          from += step;
          all += apart.send(0, from, days);
        }
        expect(daysAt(apart, 0)).toHaveLength(all);
      }),
    );
  });

  it('has no days beyond what it can hold', () => {
    expect(() => new Apart(1).send(0, 2040, 8)).toThrow(RangeError);
    const apart = new Apart(1);
    apart.send(0, 2030, 17);
    expect([apart.isHome(0, 2046), apart.isHome(0, 2047)]).toEqual([true, false]);
  });
});

it('tells before what a stay would add', () => {
  const stay = fc.tuple(fc.nat(2), fc.nat(60), fc.integer({ min: 1, max: 14 }));
  fc.assert(
    fc.property(fc.array(stay, { maxLength: 8 }), (stays) => {
      const apart = new Apart(3);
      for (const [agent, from, days] of stays) {
        const would = apart.wouldAdd(agent, from, days);
        expect(apart.send(agent, from, days)).toBe(would);
      }
    }),
  );
});
