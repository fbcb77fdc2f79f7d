/** Scan instances from sightings: contract.md 1 and risk-models.md 1.2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Slice } from '../../src/core/exposure.ts';
import { median, pairSeconds, ScanGrouper, secondsSinceLastScan } from '../../src/risk/scans.ts';
import { fixture } from '../helpers/riskFixtures.ts';

/** A whole minute. */
const START = 1_600_000_020;

type Heard = readonly [
  time: number,
  attenuation: number | undefined,
  distance?: number | undefined,
  transmitter?: string,
];

/** Slices by scan and transmitter of one receiver, times as seconds from START. */
function scansOf(gap: number, heard: readonly Heard[]): readonly Readonly<Record<string, Slice>>[] {
  const grouper = new ScanGrouper(gap);
  const scans = heard.map(([time, attenuation, distance, transmitter = 't']) =>
    grouper.add(START + time, transmitter, attenuation ?? null, distance),
  );
  return [...scans, grouper.finish()]
    .filter((scan) => scan !== null)
    .map((scan) => Object.fromEntries(scan) as Record<string, Slice>);
}

const only = (heard: readonly Heard[]): Slice => {
  const scans = scansOf(6, heard);
  expect(scans).toHaveLength(1);
  return scans[0]!['t']!;
};

describe('seconds since the previous scan', () => {
  it.each([
    ['no previous scan', START, undefined, 120],
    ['the same minute', START + 59.9, START, 0],
    ['the next minute, a second later', START + 60, START + 59, 60],
    ['whole minutes, not elapsed seconds', START + 119.9, START, 60],
    ['two minutes', START + 120, START, 120],
    ['just below the cap', START + 299.9, START, 240],
    ['at the cap', START + 300, START, 300],
    ['beyond it', START + 301, START, 300],
    ['the day before', START, START - 86_400, 300],
  ])('%s', (_, time, previous, seconds) => {
    expect(secondsSinceLastScan(time, previous)).toBe(seconds);
  });

  it('follows the rule of the golden vectors', () => {
    const { suites } = fixture('vectors/risk-golden.json') as {
      suites: { env1_gap: { rules: Record<string, string> } };
    };
    expect(suites.env1_gap.rules['seconds_since_last_scan']).toBe(
      '60*min(5, floor(t/60)-floor(prev/60)); 120 s when previous scan unknown',
    );
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2e9, noNaN: true }),
        fc.double({ min: 0, max: 4000, noNaN: true }),
        (t, d) => {
          const seconds = secondsSinceLastScan(t + d, t);
          expect(seconds).toBe(60 * Math.min(5, Math.floor((t + d) / 60) - Math.floor(t / 60)));
          expect([0, 60, 120, 180, 240, 300]).toContain(seconds);
        },
      ),
    );
  });
});

describe("seconds of a pair's truth", () => {
  it.each([
    [undefined, 120],
    [0, 0],
    [0.5, 0.5],
    [299.9, 299.9],
    [300, 300],
    [300.1, 300],
    [90_000, 300],
  ])('%s s after the previous one: %d', (since, seconds) => {
    expect(pairSeconds(START, since === undefined ? undefined : START - since)).toBeCloseTo(seconds, 6);
  });
});

describe('a scan of one receiver', () => {
  it.each([
    [6, 6, 1],
    [6, 6.001, 2],
    [25.5, 25.5, 1],
    [25.5, 25.501, 2],
  ])('gap %d s: silence of %d s leaves %d scans', (gap, silence, scans) => {
    expect(
      scansOf(gap, [
        [0, 50],
        [silence, 50],
      ]),
    ).toHaveLength(scans);
  });

  it('goes on as long as each silence is short, whoever is heard', () => {
    const heard: readonly Heard[] = [
      [0, 50],
      [5, 60, undefined, 'other'],
      [10, 70, undefined, 'other'],
      [15, 52],
    ];
    const [scan, ...rest] = scansOf(6, heard);
    expect(rest).toEqual([]);
    expect(scan).toMatchObject({ t: { low: 51, time: START }, other: { low: 65, time: START + 5 } });
  });

  it('returns a scan when the next one begins, and what runs at the end', () => {
    const grouper = new ScanGrouper(6);
    expect(grouper.finish().size).toBe(0);
    expect(grouper.add(START, 'a', 50, undefined)).toBeNull();
    expect(grouper.add(START + 1, 'b', 50, undefined)).toBeNull();
    expect([...grouper.add(START + 8, 'c', 50, undefined)!.keys()]).toEqual(['a', 'b']);
    expect([...grouper.finish().keys()]).toEqual(['c']);
    expect(grouper.finish().size).toBe(0);
  });

  it('gives all its transmitters the time since the previous scan of the receiver began', () => {
    const scans = scansOf(6, [
      [0, 50],
      [5, 50],
      [130, 50, undefined, 'new'],
      [131, 50],
      [1000, 50],
    ]);
    expect(scans.map((scan) => Object.values(scan).map(({ seconds }) => seconds))).toEqual([[120], [120, 120], [300]]);
  });

  it('is dated by the first sighting of each transmitter', () => {
    const [scan] = scansOf(6, [
      [0, 50],
      [2, 50, undefined, 'late'],
      [3, 50, undefined, 'late'],
    ]);
    expect([scan!['t']!.time, scan!['late']!.time]).toEqual([START, START + 2]);
  });

  it.each([
    [[50, 51], 51],
    [[50, 50, 51], 50],
    [[50, 51, 51], 51],
    // The mean of the powers in milliwatt would be 53.
    [[50, 90], 70],
    [[0, 0.4], 0],
  ] as const)('typical attenuation of %j is the rounded mean of the dB values, %d', (values, typical) => {
    const slice = only(values.map((value, k) => [k, value]));
    expect([slice.low, slice.high, slice.min]).toEqual([typical, typical, Math.min(...values)]);
  });

  it.each([
    [[undefined, undefined], undefined],
    [[2, undefined], 2],
    [[undefined, 1, 9, 2], 2],
    [[4, 1, undefined, 2, 9], 3],
    [[0, undefined], 0],
  ] as const)('distance is the median of the known ones: %j -> %s', (distances, expected) => {
    const slice = only(distances.map((distance, k) => [k, 60, distance]));
    expect(slice.distance).toBe(expected);
    expect('distance' in slice).toBe(expected !== undefined);
  });

  it('counts a sighting without strength as heard, but not into the mean', () => {
    const heard: readonly Heard[] = [
      [0, undefined, 3],
      [1, 60, 1],
      [2, 62],
    ];
    expect(only(heard)).toMatchObject({ time: START, low: 61, min: 60, distance: 2 });
  });

  it('has no attenuation of a transmitter without any strength, but its time and distance', () => {
    expect(only([[0, undefined, 1]])).toEqual({ seconds: 120, time: START, distance: 1 });
  });

  it('takes the mean of the known strengths, however many are unknown', () => {
    const heard = Array.from({ length: 12 }, (_, k): Heard => [k / 2, k % 2 === 0 ? 60 : undefined]);
    expect(only(heard)).toMatchObject({ low: 60, high: 60, min: 60 });
  });

  it.each([
    [6, 5, 25.5],
    [25.5, 5, 25.5],
    [40, 5, 40],
  ])('gap %d s: packets every %d s are cut after %d s', (gap, step, longest) => {
    const heard = Array.from({ length: 1441 }, (_, k): Heard => [k * step, 50]);
    const scans = scansOf(gap, heard).map((scan) => scan['t']!);
    const starts = scans.map(({ time }) => time! - START);
    const next = Math.floor(longest / step) * step + step;
    expect(starts).toEqual(starts.map((_, k) => k * next));
    // Two hours stay two hours: the first instance counts 120 s, each other one the minutes since the one before.
    const total = scans.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(Math.abs(total - 7200)).toBeLessThanOrEqual(120);
  });

  it('is cut only strictly after its longest time', () => {
    const at = (last: number): number =>
      scansOf(
        6,
        [0, 6, 12, 18, 24, last].map((time): Heard => [time, 50]),
      ).length;
    expect([at(25.5), at(25.501)]).toEqual([1, 2]);
  });

  it('counts at the seam what was written late and belongs before a cut', () => {
    const scans = scansOf(6, [
      ...[0, 6, 12, 18, 24].map((time): Heard => [time, 50]),
      [25, 50, undefined, 'late'],
      [27, 50],
      [22, 50, undefined, 'late'],
    ]);
    expect(scans.map((scan) => scan['late']!.time! - START)).toEqual([25, 25]);
  });

  it('measures silence from the latest sighting, not from one that was written late', () => {
    const heard: readonly Heard[] = [
      [0, 50],
      [5, 50],
      [1, 50],
      [11, 50],
    ];
    expect(scansOf(6, heard)).toHaveLength(1);
  });

  it('does not depend on the order of sightings within the scan', () => {
    const sighting = fc.tuple(
      fc.double({ min: 0, max: 6, noNaN: true }),
      fc.integer({ min: 0, max: 100 }),
      fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      fc.constantFrom('a', 'b', 'c'),
    );
    fc.assert(
      fc.property(fc.array(sighting, { minLength: 1 }), fc.func(fc.nat()), (heard, rank) => {
        const swapped = heard.toSorted((a, b) => rank(a) - rank(b));
        const [scan, again] = [heard, swapped].map((order) => scansOf(6, [...order, [13, 40, undefined, 'end']]));
        expect(again).toEqual(scan);
        expect(scan).toHaveLength(2);
      }),
    );
  });
});

describe('median', () => {
  it('has as many values on either side', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (values) => {
        const middle = median(values)!;
        const below = values.filter((value) => value < middle).length;
        const above = values.filter((value) => value > middle).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(values.length / 2);
        expect(values.length % 2 === 0 || values.includes(middle)).toBe(true);
      }),
    );
  });

  it.each([
    [[], undefined],
    [[3], 3],
    [[9, 10, 1], 9],
    [[10, 9, 2, 1], 5.5],
  ])('%j -> %s', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
