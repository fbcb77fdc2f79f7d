import { describe, expect, it } from 'vitest';
import { byDay, daysAgo } from '../../src/risk/days.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { windowsOf } from '../../src/risk/windows.ts';
import { contact, exposure, slice } from '../helpers/riskFixtures.ts';

const sizes = (...contexts: Parameters<typeof contact>[2][]): readonly (readonly [number | undefined, number])[] =>
  byDay(contexts.map((context) => contact(5, 50, context))).map(({ day, exposures }) => [day, exposures.length]);

describe('days of a group', () => {
  it('keeps the exposures of a day together, in the order of the first', () => {
    expect(sizes({ day: 7 }, { day: 5 }, { day: 7 }, { day: 6 })).toEqual([
      [7, 2],
      [5, 1],
      [6, 1],
    ]);
  });

  it('without a date takes the age, and leaves alone what has neither', () => {
    expect(sizes({ daysSinceExposure: 2 }, {}, { daysSinceExposure: 2 }, {}).map(([, size]) => size)).toEqual([
      2, 1, 1,
    ]);
  });

  it.each([
    [0, 0],
    [1, 1],
  ])('%d exposures are %d days', (count, days) => {
    expect(byDay(Array.from({ length: count }, () => contact(5, 50)))).toHaveLength(days);
  });

  it('the reading fills an unknown age only', () => {
    const reading = { ...defaultReading, days: 9 };
    expect([daysAgo(contact(5, 50), reading), daysAgo(contact(5, 50, { daysSinceExposure: 2 }), reading)]).toEqual([
      9, 2,
    ]);
  });
});

describe('windows of an exposure', () => {
  const scans = (times: readonly (number | undefined)[]) =>
    times.map((time) => slice(5, 50, time === undefined ? {} : { time }));
  const lengths = (own: Parameters<typeof windowsOf>[0]): readonly number[] =>
    windowsOf(own).map((window) => window.length);

  it.each([
    [[0, 300, 1799], [3]],
    [
      [0, 300, 1800],
      [2, 1],
    ],
    [
      [0, 1799, 1800, 3599, 3600],
      [2, 2, 1],
    ],
    [
      [0, 5000, 5001],
      [1, 2],
    ],
    [[undefined, undefined], [2]],
    [[], [0]],
  ])('scans at %s s: windows of %s', (times, expected) => {
    expect(lengths(exposure(scans(times)))).toEqual(expected);
  });

  it('a window is not cut again', () => {
    expect(lengths(exposure(scans([0, 2100]), { isWindow: true }))).toEqual([2]);
  });
});
