import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TestQueue } from '../../src/population/testing.ts';

/** Who is tested when, over so many days. */
function tested(queue: TestQueue, days: number) {
  return Array.from({ length: days }, (_, day) => queue.on(day));
}

describe('rationed tests', () => {
  it('are made when they are wanted, where there are enough', () => {
    const queue = new TestQueue(Number.POSITIVE_INFINITY);
    for (const [agent, at] of [
      [5, 30.5],
      [2, 26],
      [9, 3],
    ] as const)
      queue.want(agent, at);
    expect(tested(queue, 3)).toEqual([
      [{ agent: 9, at: 3 }],
      [
        { agent: 2, at: 26 },
        { agent: 5, at: 30.5 },
      ],
      [],
    ]);
  });

  it('are given to those who came first; others wait for the begin of a later day', () => {
    const queue = new TestQueue(1);
    for (const [agent, at] of [
      [5, 5],
      [2, 4],
      [9, 30],
    ] as const)
      queue.want(agent, at);
    expect(queue.on(0)).toEqual([{ agent: 2, at: 4 }]);
    expect(queue.waiting).toBe(1);
    expect(queue.on(1)).toEqual([{ agent: 5, at: 24 }]);
    expect(queue.on(2)).toEqual([{ agent: 9, at: 48 }]);
    expect([queue.on(3), queue.waiting]).toEqual([[], 0]);
  });

  it('do not depend on who asked first at one time', () => {
    const [one, other] = [
      [1, 2, 3],
      [3, 1, 2],
    ].map((agents) => {
      const queue = new TestQueue(2);
      for (const agent of agents) queue.want(agent, 7);
      return tested(queue, 2);
    });
    expect(other).toEqual(one);
  });

  it('test everybody once in the end, never more a day than there are, and nobody before they want it', () => {
    const wishes = fc.array(fc.double({ min: 0, max: 240, noNaN: true, maxExcluded: true }), { maxLength: 40 });
    fc.assert(
      fc.property(wishes, fc.integer({ min: 1, max: 8 }), (times, aDay) => {
        const queue = new TestQueue(aDay);
        for (const [agent, at] of times.entries()) queue.want(agent, at);
        const days = tested(queue, 60);
        for (const [day, own] of days.entries()) {
          expect(own.length).toBeLessThanOrEqual(aDay);
          for (const { agent, at } of own) expect(at >= times[agent]! && Math.floor(at / 24) === day).toBe(true);
        }
        expect(
          days
            .flat()
            .map(({ agent }) => agent)
            .toSorted((a, b) => a - b),
        ).toEqual(times.map((_, agent) => agent));
      }),
    );
  });

  it('are none where there are none', () => {
    const queue = new TestQueue(0);
    queue.want(1, 0);
    expect([tested(queue, 5).flat(), queue.waiting]).toEqual([[], 1]);
  });
});
