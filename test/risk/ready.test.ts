/** Records that already are exposures. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutesOf } from '../../src/core/exposure.ts';
import type { TraceRecord } from '../../src/core/records.ts';
import { defaultReading, meanAttenuation, minutesBelow, totalMinutes } from '../../src/risk/reading.ts';
import { exposuresOf } from '../../src/risk/ready.ts';
import { validRecord } from '../helpers/recordArbitraries.ts';
import { bin, slice } from '../helpers/riskFixtures.ts';

const only = (record: Parameters<typeof exposuresOf>[0]) => {
  const exposures = exposuresOf(record, 'file');
  expect(exposures).toHaveLength(1);
  return exposures[0]!;
};

describe('a histogram', () => {
  it('is one slice a bin, empty ones too', () => {
    const own = only({ type: 'histogram', edges: [50, 52, 80, 100], minutes: [3, 0, 1.5], distance: 1.2 });
    expect(own).toEqual({
      slices: [bin(3, 50, 52), bin(0, 52, 80), bin(1.5, 80, 100)],
      distance: 1.2,
      scenario: 'file',
      weight: 1,
    });
  });

  it('of an unknown distance has none', () => {
    expect('distance' in only({ type: 'histogram', edges: [50, 52], minutes: [3], distance: null })).toBe(false);
  });
});

describe('a window', () => {
  const record = {
    type: 'window',
    day: 18_500,
    receiver: 'r',
    reportType: 2,
    infectiousness: 1,
    calibrationConfidence: 3,
    daysSinceExposure: 4,
    scans: [
      { min: 40, typical: 45, seconds: 300 },
      { min: 50, typical: 48, seconds: -60 },
      { min: 30, typical: 60, seconds: 2100 },
    ],
  } as const;

  it('without infectiousness is of unknown infectiousness, which models weigh as 1', () => {
    const { infectiousness, ...others } = record;
    expect(infectiousness).toBe(1);
    expect('infectiousness' in only({ ...others, scans: [...record.scans] })).toBe(false);
  });

  it('keeps its scans in order, negative seconds as none', () => {
    const { slices, ...own } = only({ ...record, scans: [...record.scans] });
    expect(own).toEqual({
      day: 18_500,
      receiver: 'r',
      reportType: 2,
      infectiousness: 1,
      calibrationConfidence: 3,
      daysSinceExposure: 4,
      isWindow: true,
      scenario: 'file',
      weight: 1,
    });
    expect(slices.map(({ seconds, low, high, min }) => [seconds, low, high, min])).toEqual([
      [300, 45, 45, 40],
      [0, 48, 48, 50],
      [2100, 60, 60, 30],
    ]);
    expect(slices.map(({ time }) => Math.floor(time! / 86_400))).toEqual([18_500, 18_500, 18_500]);
    expect(slices.map(({ time }) => time!)).toEqual(slices.map(({ time }) => time!).toSorted((a, b) => a - b));
  });
});

describe('a summed-up exposure', () => {
  it('at a mean attenuation is one slice', () => {
    const record = {
      type: 'exposure',
      minutes: 17,
      attenuation: 61,
      daysSinceExposure: 3,
      transmissionLevel: 6,
    } as const;
    expect(only({ ...record, user: 'u', scenario: 'bar', label: null, weight: 2 })).toEqual({
      slices: [slice(17, 61)],
      daysSinceExposure: 3,
      transmissionLevel: 6,
      user: 'u',
      scenario: 'bar',
      label: null,
      weight: 2,
    });
  });

  it('in three buckets is three bins from 0 to 255 dB', () => {
    const buckets = { thresholds: [50, 70] as [number, number], minutes: [10, 5, 30] };
    const own = only({ type: 'exposure', minutes: 30, buckets });
    expect(own.slices).toEqual([bin(10, 0, 50), bin(5, 50, 70), bin(30, 70, 255)]);
    expect(minutesBelow(own, 50, true, defaultReading)).toBe(10);
    expect(minutesBelow(own, 70, true, defaultReading)).toBe(15);
  });

  it('with both keeps the buckets for minutes, and what was reported for duration and mean', () => {
    const buckets = { thresholds: [50, 70] as [number, number], minutes: [0, 5, 30] };
    const own = only({ type: 'exposure', minutes: 20, attenuation: 55, buckets });
    expect(own.slices).toEqual([bin(0, 0, 50), bin(5, 50, 70), bin(30, 70, 255)]);
    expect(own.reported).toEqual({ minutes: 20, attenuation: 55 });
    expect([totalMinutes(own, defaultReading), meanAttenuation(own, defaultReading)]).toEqual([20, 55]);
    expect(minutesBelow(own, 70, true, defaultReading)).toBe(5);
  });
});

describe('a cell', () => {
  it('is one exposure a counted row', () => {
    const exposures = exposuresOf({ type: 'cell', D: 5, A: 1, positives: 2, negatives: 3 }, 'table');
    expect(exposures.map(({ label }) => label)).toEqual([true, true, false, false, false]);
    for (const own of exposures) expect(own).toMatchObject({ slices: [], cell: [4, 0], scenario: 'table', weight: 1 });
    expect(exposuresOf({ type: 'cell', D: 1, A: 8, positives: 1, negatives: 0, scenario: 'bus' }, 'table')).toEqual([
      { slices: [], cell: [0, 7], label: true, scenario: 'bus', weight: 1 },
    ]);
    expect(exposuresOf({ type: 'cell', D: 1, A: 1, positives: 0, negatives: 0 }, 'table')).toEqual([]);
  });
});

type Ready = Parameters<typeof exposuresOf>[0];
const isReady = (record: TraceRecord): record is Ready =>
  !['sighting', 'scan', 'truth', 'cell'].includes(record.type) && 'weight' in record && hasOrder(record);
/** Two thresholds of attenuation durations, the lower one first. */
const hasOrder = (record: TraceRecord): boolean =>
  record.type !== 'exposure' || !record.buckets || record.buckets.thresholds[0] <= record.buckets.thresholds[1];

describe('every valid record', () => {
  it('becomes an exposure with its labels, without time lost and without undefined fields', () => {
    fc.assert(
      fc.property(validRecord.filter(isReady), (record) => {
        const own = only(record);
        const said = record as { weight?: number; user?: string; scenario?: string; label?: boolean | null };
        expect([own.weight, own.user, own.scenario]).toEqual([said.weight, said.user, said.scenario ?? 'file']);
        expect(own.label).toBe(said.label);
        expect(Object.values(own)).not.toContain(undefined);
        for (const { seconds, low, high } of own.slices) {
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(high);
        }
        if (record.type === 'histogram')
          expect(minutesOf(own)).toBeCloseTo(
            record.minutes.reduce((sum, part) => sum + part, 0),
            6,
          );
        if (record.type === 'exposure' && record.attenuation !== undefined)
          expect(meanAttenuation(own, defaultReading)).toBeCloseTo(record.attenuation, 6);
      }),
    );
  });
});
