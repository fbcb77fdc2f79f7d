/** Opportunities come in waking hours only, as often there as they should. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { afterWaking, nextOpportunity, WAKING_SECONDS } from '../../src/device/cover.ts';

const DAY = 86_400;
const HOUR = 3600;
/** A midnight. */
const BEGIN = 18_500 * DAY;
const time = fc.double({ min: 0, max: 30 * DAY, noNaN: true }).map((seconds) => BEGIN + seconds);
const span = fc.double({ min: 0, max: 10 * DAY, noNaN: true });

it.each([
  [0, 0, 7 * HOUR],
  [8 * HOUR, HOUR, 9 * HOUR],
  [21 * HOUR, 2 * HOUR, DAY + 8 * HOUR],
  [23 * HOUR, HOUR, DAY + 8 * HOUR],
  [12 * HOUR, 3 * WAKING_SECONDS, 3 * DAY + 12 * HOUR],
])('%d s after midnight and %d s awake', (from, waking, to) => {
  expect(afterWaking(BEGIN + from, waking)).toBe(BEGIN + to);
});

it('is always in waking hours, never earlier, and adds up', () => {
  fc.assert(
    fc.property(time, span, span, (from, one, other) => {
      const then = afterWaking(from, one);
      expect(then).toBeGreaterThanOrEqual(from);
      expect((then % DAY) / HOUR).toBeGreaterThanOrEqual(7 - 1e-9);
      expect((then % DAY) / HOUR).toBeLessThanOrEqual(22 + 1e-9);
      // The end of a day and the begin of the next are one moment of waking time.
      const wakingOf = (at: number): number =>
        Math.floor((at - BEGIN) / DAY) * WAKING_SECONDS + Math.max(0, ((at - BEGIN) % DAY) - 7 * HOUR);
      expect(wakingOf(afterWaking(then, other))).toBeCloseTo(wakingOf(afterWaking(from, one + other)), 3);
    }),
  );
});

it('comes as often as its mean says', () => {
  const entropy = keyedEntropy(3, 'opportunities');
  let [at, count] = [BEGIN, 0];
  for (; at < BEGIN + 1000 * DAY; count++) at = nextOpportunity(at, 2 * HOUR, entropy);
  // 7,500 expected, four standard deviations of a Poisson number.
  expect(Math.abs(count - 7500)).toBeLessThan(4 * Math.sqrt(7500));
});
