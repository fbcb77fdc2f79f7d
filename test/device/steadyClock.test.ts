import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compared, JUMP, switchedOn } from '../../src/device/steadyClock.ts';
import { NOON } from '../helpers/immuniBackend.ts';

const HOUR = 3600;

/** Seconds since the phone was switched on, and how far the clock is then from what it was. */
function lived(moments: readonly (readonly [number, number])[]) {
  let clock = switchedOn(NOON);
  const stamps = moments.map(([running, ahead]) => {
    const result = compared(clock, { time: NOON + running + ahead, running });
    ({ clock } = result);
    return result.stamp - NOON;
  });
  return { ...clock, stamps };
}

describe('a steady clock', () => {
  it.each([
    [
      'a clock that nobody set',
      [
        [0, 0],
        [HOUR, 0],
      ],
      0,
      [0, HOUR],
    ],
    [
      'a correction of seconds, which the stamps follow',
      [
        [0, 0],
        [HOUR, -8],
      ],
      0,
      [0, HOUR - 8],
    ],
    ['the most that is none', [[HOUR, JUMP]], 0, [HOUR + JUMP]],
    ['the least that is one', [[HOUR, JUMP + 1]], 1, [HOUR]],
    ['a clock that is set back', [[HOUR, -14 * 86_400]], 1, [HOUR]],
    [
      'one that stays back: one jump',
      [
        [HOUR, -86_400],
        [2 * HOUR, -86_400],
      ],
      1,
      [HOUR, 2 * HOUR],
    ],
    [
      'one that is set right again: no second one',
      [
        [HOUR, -86_400],
        [2 * HOUR, 0],
      ],
      1,
      [HOUR, 2 * HOUR],
    ],
    [
      'one that is set back twice',
      [
        [1, -86_400],
        [2, 0],
        [3, -86_400],
      ],
      2,
      [1, 2, 3],
    ],
    ['one that is set ahead', [[HOUR, 86_400]], 1, [HOUR]],
  ] as const)('%s', (_, moments, jumps, stamps) => {
    expect(lived(moments)).toMatchObject({ jumps, stamps });
  });

  it('stamps within ten minutes of the time since it was switched on, wherever the clock is', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(1e6), fc.integer({ min: -2e6, max: 2e6 })), { minLength: 1 }), (moments) => {
        const { jumps, stamps } = lived(moments);
        for (const [k, stamp] of stamps.entries()) expect(Math.abs(stamp - moments[k]![0])).toBeLessThanOrEqual(JUMP);
        const off = moments.map(([, ahead]) => Math.abs(ahead) > JUMP);
        expect(jumps).toBe(off.filter((isOff, k) => isOff && !off[k - 1]).length);
      }),
    );
  });
});
