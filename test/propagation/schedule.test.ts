/** Scans as a contact meets them: gaps, the first scan, and how many there are. */
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import {
  advertsOf,
  firstScan,
  frameworkSchedule,
  nextScan,
  type Scan,
  type ScanSchedule,
  seedSchedule,
} from '../../src/propagation/schedule.ts';

const MANY = 20_000;
/** Of Kolmogorov's statistic with MANY values, once in 10,000 times. */
const CRITICAL = 2.23 / Math.sqrt(MANY);

/** Largest distance of a sample from a distribution function. */
function distanceFrom(sample: readonly number[], distribution: (x: number) => number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return Math.max(
    ...sorted.map((x, k) => Math.max((k + 1) / sorted.length - distribution(x), distribution(x) - k / sorted.length)),
  );
}

const firsts = Array.from({ length: MANY }, (_, k) => firstScan(frameworkSchedule, keyed(1, 'first scans', k)));

/** Scans of a contact. */
function scansIn(seconds: number, schedule: ScanSchedule, contact: number): readonly Scan[] {
  const stream = keyed(2, 'scans', contact);
  const scans: Scan[] = [];
  for (let scan = firstScan(schedule, stream); scan.at < seconds; scan = nextScan(scan, schedule, stream))
    scans.push(scan);
  return scans;
}

describe('the schedule of the framework', () => {
  it('has 16 advertisements in a scan; that of the seed 8', () => {
    expect([advertsOf(frameworkSchedule), advertsOf(seedSchedule)]).toEqual([16, 8]);
  });

  it('meets a contact as if it had run for ever: the wait has the density (1 - F) / mean', () => {
    const mean = 255;
    const distribution = (t: number): number =>
      t <= 210 ? t / mean : (210 + (90 * 90 - (300 - t) * (300 - t)) / (2 * 90)) / mean;
    expect(distribution(300)).toBeCloseTo(1, 12);
    expect(
      distanceFrom(
        firsts.map(({ at }) => at),
        distribution,
      ),
    ).toBeLessThan(CRITICAL);
  });

  it('has more often a long gap at the begin than later', () => {
    const ofFirst = (gap: number): number => (gap * gap - 210 * 210) / (300 * 300 - 210 * 210);
    expect(
      distanceFrom(
        firsts.map(({ since }) => since),
        ofFirst,
      ),
    ).toBeLessThan(CRITICAL);
    const later = firsts.map((scan, k) => nextScan(scan, frameworkSchedule, keyed(3, 'later', k)).since);
    expect(distanceFrom(later, (gap) => (gap - 210) / 90)).toBeLessThan(CRITICAL);
  });

  it('meets contacts of any length once in 255 s on average: none is missed or counted twice at its edges', () => {
    for (const seconds of [60, 400, 1500]) {
      const counts = Array.from({ length: MANY }, (_, k) => scansIn(seconds, frameworkSchedule, k).length);
      const mean = counts.reduce((sum, count) => sum + count, 0) / MANY;
      expect(Math.abs(mean - seconds / 255)).toBeLessThan((4 * 0.5) / Math.sqrt(MANY));
    }
  });
});

describe.each([
  ['framework', frameworkSchedule],
  ['seed', seedSchedule],
])('scans of the %s', (_, schedule) => {
  it('follow each other by what they say', () => {
    for (let contact = 0; contact < 200; contact++) {
      const scans = scansIn(20_000, schedule, contact);
      for (const [k, { at, since }] of scans.entries()) {
        expect(since).toBeGreaterThanOrEqual(schedule.interval - schedule.jitter);
        expect(since).toBeLessThanOrEqual(schedule.interval);
        if (k === 0) expect(at).toBeLessThanOrEqual(since);
        else expect(at - scans[k - 1]!.at).toBeCloseTo(since, 8);
      }
    }
  });
});
