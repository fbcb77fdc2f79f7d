/** How slices are read: bins that a threshold cuts, means, shifts (contract.md 1). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Exposure, isBinned, minutesOf } from '../../src/core/exposure.ts';
import {
  defaultReading,
  isCumulative,
  meanAttenuation,
  minutesBelow,
  type Reading,
  shareBelow,
  totalMinutes,
} from '../../src/risk/reading.ts';
import { cellsOf, ENV1_SCALE } from '../../src/risk/scale.ts';
import { bin, contact, exposure, judge, slice } from '../helpers/riskFixtures.ts';

const reading = (more: Partial<Reading>): Reading => ({ ...defaultReading, ...more });

describe('as ENv1 reports it', () => {
  const scans = (...all: readonly (readonly [time: number, dB: number])[]): Exposure =>
    exposure(all.map(([time, dB]) => slice(2, dB, { time })));
  const env1 = reading({ reduce: 'env1' });

  it.each([
    // Span 840 s + 300 s = 1140 s: a remainder of 240 s rounds up to 20 min; 750 s + 300 s: 150 s round down to 15 min.
    [840, 20],
    [750, 15],
    [751, 20],
    [0, 5],
  ])('a span of %d s is %d minutes, whatever the scans add up to', (span, minutes) => {
    const own = scans([1000, 60], [1000 + span, 60]);
    expect(totalMinutes(own, env1)).toBe(minutes);
    expect(totalMinutes(own, defaultReading)).toBe(4);
    expect(totalMinutes(own, { ...env1, stretch: 5 })).toBe(minutes + 5);
  });

  it('weighs attenuation by the time until the next scan, in whole dB, after the shift', () => {
    // 150 s + 600 s at 50 dB, 150 s at 80 dB: 55.
    const own = scans([0, 50], [600, 80]);
    expect(meanAttenuation(own, env1)).toBe(55);
    expect(meanAttenuation(own, { ...env1, shift: -6 })).toBe(49);
    expect(meanAttenuation(own, defaultReading)).toBe(65);
  });

  it('is the plain mean where scans have no times', () => {
    const own = exposure([slice(10, 50), slice(10, 60)]);
    expect([totalMinutes(own, env1), meanAttenuation(own, env1)]).toEqual([20, 55]);
    expect(isCumulative(exposure([bin(10, 50, 52)]), env1)).toBe(false);
  });
});

describe('what the framework reported beside buckets', () => {
  const own = exposure([bin(20, 0, 50), bin(10, 50, 70), bin(5, 70, 255)], {
    reported: { minutes: 25, attenuation: 48 },
  });

  it('is duration and mean, with shift and stretch; minutes at attenuations are those of the buckets', () => {
    const moved = reading({ shift: 6, stretch: -5 });
    expect([totalMinutes(own, defaultReading), meanAttenuation(own, defaultReading)]).toEqual([25, 48]);
    expect([totalMinutes(own, moved), meanAttenuation(own, moved)]).toEqual([20, 54]);
    expect(minutesBelow(own, 70, true, defaultReading)).toBe(30);
  });

  it('makes the mean reading the default, and one cell', () => {
    expect([isBinned(own), isCumulative(own, defaultReading)]).toEqual([true, false]);
    expect(isCumulative(own, reading({ reduce: 'cumulative' }))).toBe(true);
    expect(cellsOf(own, ENV1_SCALE, defaultReading)).toEqual([[5, 3]]);
  });

  it('leaves minutes models to the buckets, ENv1 models to the mean', () => {
    const far = { ...own, slices: [bin(0, 0, 50), bin(0, 50, 70), bin(25, 70, 255)] };
    for (const preset of ['swisscovid-2020-09-10', 'cwa-v1-2020-06-15', 'covidwatch-az', 'lfph-v2-wide'])
      expect(judge(preset, [own]).score).toBeGreaterThan(judge(preset, [far]).score);
    const immuni = 'immuni-2020-06-05';
    expect([own, far].map((group) => judge(immuni, [group]).score)).toEqual([25, 25]);
  });
});

describe('the share of a bin below a threshold', () => {
  it.each([
    // bin 72-74 at the edge of A2
    ['proportional', 72, 74, 73, 0.5],
    ['lower', 72, 74, 73, 1],
    ['upper', 72, 74, 73, 0],
    ['proportional', 80, 85, 81, 0.2],
    ['proportional', 72, 74, 72, 0],
    ['lower', 72, 74, 72, 0],
    ['upper', 72, 74, 74, 1],
    ['lower', 72, 74, 71.9, 0],
    ['upper', 72, 74, 74.1, 1],
  ] as const)('%s, bin %d-%d, threshold %d: %d', (binSplit, low, high, threshold, share) => {
    expect(shareBelow(low, high, threshold, true, reading({ binSplit }))).toBeCloseTo(share, 12);
    expect(shareBelow(low, high, threshold, false, reading({ binSplit }))).toBeCloseTo(share, 12);
  });

  it.each([
    [72.9, 1, 1],
    [73, 1, 0],
    [73.1, 0, 0],
  ])('of a single value of %d dB: %d closed, %d open', (value, closed, open) => {
    for (const binSplit of ['proportional', 'lower', 'upper'] as const) {
      expect(shareBelow(value, value, 73, true, reading({ binSplit }))).toBe(closed);
      expect(shareBelow(value, value, 73, false, reading({ binSplit }))).toBe(open);
    }
  });

  it.each([
    [-2, 74, 1],
    [2, 70, 0.5],
    [-200, 0, 1],
  ])('moves with a shift of %d dB', (shift, threshold, share) => {
    expect(shareBelow(70, 72, threshold + (shift > 0 ? 3 : 0), true, reading({ shift }))).toBe(share);
  });

  const dB = fc.integer({ min: 0, max: 120 });
  const split = fc.constantFrom('proportional', 'lower', 'upper');

  it('never falls with the threshold and lies between upper and lower', () => {
    fc.assert(
      fc.property(
        dB,
        fc.integer({ min: 0, max: 9 }),
        dB,
        dB,
        split,
        fc.boolean(),
        (low, width, t, u, binSplit, closed) => {
          const share = (threshold: number, how = binSplit) =>
            shareBelow(low, low + width, threshold, closed, reading({ binSplit: how }));
          expect(share(Math.min(t, u))).toBeLessThanOrEqual(share(Math.max(t, u)));
          expect(share(t, 'upper')).toBeLessThanOrEqual(share(t, 'proportional'));
          expect(share(t, 'proportional')).toBeLessThanOrEqual(share(t, 'lower'));
        },
      ),
    );
  });

  it('is the same when data and threshold move together', () => {
    fc.assert(
      fc.property(
        dB,
        fc.integer({ min: 0, max: 9 }),
        dB,
        fc.integer({ min: 0, max: 6 }),
        split,
        (low, width, t, s, binSplit) => {
          const moved = shareBelow(low, low + width, t + s, true, reading({ binSplit, shift: s }));
          expect(moved).toBeCloseTo(shareBelow(low, low + width, t, true, reading({ binSplit })), 12);
        },
      ),
    );
  });
});

describe('minutes', () => {
  const own = exposure([bin(4, 48, 50), bin(6, 50, 52), slice(3, 60), bin(0, 90, 100)]);

  it.each([
    [48, 0],
    [50, 4],
    [51, 7],
    [59.9, 10],
    [60, 13],
    [100, 13],
  ])('at or below %d dB: %d', (threshold, minutes) => {
    expect(minutesBelow(own, threshold, true, defaultReading)).toBeCloseTo(minutes, 12);
  });

  it('below a measured value do not hold it', () => {
    expect(minutesBelow(own, 60, false, defaultReading)).toBe(10);
  });

  it.each([
    [0, 13],
    [5, 18],
    [-5, 8],
    [-20, 0],
  ])('in total, stretched by %d: %d', (stretch, minutes) => {
    expect(totalMinutes(own, reading({ stretch }))).toBe(minutes);
  });
});

describe('mean attenuation', () => {
  it.each([
    ['weighted by time', [slice(30, 50), slice(10, 70)], 55],
    ['bins at their middle', [bin(10, 48, 50), bin(10, 80, 85)], 65.75],
    ['without time the plain mean', [slice(0, 50), slice(0, 70)], 60],
    ['one value', [slice(3, 61)], 61],
  ] as const)('%s', (_, slices, mean) => {
    expect(meanAttenuation(exposure(slices), defaultReading)).toBeCloseTo(mean, 12);
  });

  it('shifts each slice, none below 0 dB', () => {
    const own = exposure([slice(10, 2), slice(10, 60)]);
    expect(meanAttenuation(own, reading({ shift: 4 }))).toBe(35);
    expect(meanAttenuation(own, reading({ shift: -6 }))).toBe(27);
  });
});

describe('the reduction', () => {
  const histogram = exposure([bin(5, 50, 52), bin(0, 52, 54)]);
  const scans: Exposure = contact(5, 50);

  it.each([
    ['auto', true, false],
    ['mean', false, false],
    ['cumulative', true, true],
  ] as const)('%s: histograms cumulative %s, scans cumulative %s', (reduce, ofHistogram, ofScans) => {
    expect(isCumulative(histogram, reading({ reduce }))).toBe(ofHistogram);
    expect(isCumulative(scans, reading({ reduce }))).toBe(ofScans);
  });

  it('knows bins by their width, even where they are empty', () => {
    expect([
      isBinned(histogram),
      isBinned(exposure([bin(0, 52, 54)])),
      isBinned(scans),
      isBinned(exposure([])),
    ]).toEqual([true, true, false, false]);
  });

  it('loses no time', () => {
    const minutes = fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(minutes, (values) => {
        const own = exposure(values.map((value, k) => bin(value, 40 + 2 * k, 42 + 2 * k)));
        const total = values.reduce((sum, value) => sum + value, 0);
        expect(minutesOf(own)).toBeCloseTo(total, 9);
        expect(minutesBelow(own, 255, true, defaultReading)).toBeCloseTo(total, 9);
      }),
    );
  });
});
