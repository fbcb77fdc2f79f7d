/**
 * Leith & Farrell's measurements in a tram and a bus: suite leith_farrell_real and the figures of contract.md 1 and
 * datasets.md 1. The data are not ours to copy, so this runs where they lie beside the checkout.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/core/exposure.ts';
import { defaultReading, minutesBelow, type Reading } from '../../src/risk/reading.ts';
import { bin, exposure, fixture, judge } from '../helpers/riskFixtures.ts';

const data = new URL('../../../shared/data/', import.meta.url);
const EDGES = [48, 50, 52, 54, 56, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 85, 90, 100];

const rows = (path: string): readonly (readonly number[])[] =>
  readFileSync(new URL(path, data), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.trim().split(/\s+/).map(Number));

const exposuresIn = (path: string): readonly Exposure[] =>
  rows(path).map((minutes) => exposure(minutes.map((value, k) => bin(value, EDGES[k]!, EDGES[k + 1]!))));

/** Alerts of a preset, row by row. */
const alerts = (preset: string, pairs: readonly Exposure[], reading: Partial<Reading> = {}, change = {}): boolean[] =>
  pairs.map((pair) => judge(preset, [pair], { reading, change }).alert);

const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

interface Suite {
  readonly suites: {
    readonly leith_farrell_real: { readonly cases: readonly { readonly TP: string; readonly FP: string }[] };
  };
}
const [swissAndGerman, immuni, pilot] = (fixture('vectors/risk-golden.json') as Suite).suites.leith_farrell_real.cases;

describe.skipIf(!existsSync(new URL('leith-tram/', data)))('the Dublin tram', () => {
  const pairs = exposuresIn('leith-tram/dublintram_dataset_attenuations.txt');
  const near = rows('leith-tram/dublintram_dataset_distances.txt').map(([metres]) => metres! <= 2);
  /** Alerts among the pairs within 2 m, and beyond. */
  const split = (flags: readonly boolean[]): readonly [number, number] => [
    count(flags.filter((_, k) => near[k])),
    count(flags.filter((_, k) => !near[k])),
  ];

  it('has 34 pairs within 2 m and 38 beyond', () => {
    expect([pairs.length, ...split(pairs.map(() => true))]).toEqual([72, 34, 38]);
  });

  it.each([
    ['swisscovid-2020-09-10', 'bucket', swissAndGerman],
    ['cwa-v1-2020-06-15', 'bucket', swissAndGerman],
    ['immuni-2020-06-22', 'ge', immuni],
  ] as const)('leith_farrell_real: %s', (preset, durationEdge, expected) => {
    const [within, beyond] = split(alerts(preset, pairs, { binSplit: 'upper', durationEdge }));
    expect({ TP: `${within}/34`, FP: `${beyond}/38` }).toEqual({ TP: expected?.TP, FP: expected?.FP });
  });

  it.each([
    ['proportional', 16, 18],
    ['lower', 19, 20],
    ['upper', 16, 16],
  ] as const)('minutes(<= 73 dB) >= 15, bins split %s: %d and %d', (binSplit, within, beyond) => {
    const reading = { ...defaultReading, binSplit };
    expect(split(pairs.map((pair) => minutesBelow(pair, 73, true, reading) >= 15))).toEqual([within, beyond]);
    // Immuni in production is this rule with the edge that makes exactly 15 min D5.
    expect(split(alerts('immuni-2020-06-22', pairs, { binSplit, durationEdge: 'ge' }))).toEqual([within, beyond]);
  });

  it('minutes(<= 73 dB) > 15: 9 and 7', () => {
    expect(split(pairs.map((pair) => minutesBelow(pair, 73, true, defaultReading) > 15))).toEqual([9, 7]);
    expect(split(alerts('immuni-2020-06-22', pairs, { durationEdge: 'gt' }))).toEqual([9, 7]);
  });

  it.each(
    [1, 2, 3, 4, 5]
      .map((level) => [level, 0])
      .concat([
        [6, 2],
        [7, 4],
        [8, 7],
      ]),
  )('CWA of June 2020 at transmission level %d: %d of 72', (transmissionLevel, expected) => {
    expect(count(alerts('cwa-v1-2020-06-15', pairs, { transmissionLevel }))).toBe(expected);
  });

  it('CWA 55/63 with the cut bins counted whole at their lower edge: 1 of 72', () => {
    expect(count(alerts('cwa-v1-2020-06-15', pairs, { binSplit: 'lower' }))).toBe(1);
  });

  it.each(['upper', 'proportional'] as const)('Swiss and German rules trigger nothing, bins split %s', (binSplit) => {
    for (const preset of [
      'swisscovid-2020-05-24',
      'swisscovid-2020-07-06',
      'swisscovid-2020-09-10',
      'cwa-v1-2020-06-15',
    ])
      expect(count(alerts(preset, pairs, { binSplit }))).toBe(0);
  });
});

describe.skipIf(!existsSync(new URL('leith-bus/', data)))('the Dublin bus', () => {
  const pairs = exposuresIn('leith-bus/dublinbus_dataset_attenuations.txt');

  it('the rule of the Swiss pilot detects none of 60', () => {
    const detected = count(alerts('swisscovid-2020-05-24', pairs, { binSplit: 'upper' }));
    expect(`${detected}/${pairs.length}`).toBe(pilot?.TP);
  });

  it.each([
    ['more than 15', (minutes: number) => minutes > 15, 3],
    ['more than 10', (minutes: number) => minutes > 10, 5],
    ['at least 10', (minutes: number) => minutes >= 10, 7],
  ])('%s min at up to 70 dB', (_, reaches, expected) => {
    expect(count(pairs.map((pair) => reaches(minutesBelow(pair, 70, true, defaultReading))))).toBe(expected);
  });
});
