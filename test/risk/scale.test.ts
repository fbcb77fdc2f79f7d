import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minutesOf } from '../../src/core/exposure.ts';
import { defaultReading, minutesBelow, type Reading } from '../../src/risk/reading.ts';
import {
  attenuationIndex,
  attenuationText,
  cellsOf,
  durationIndex,
  durationText,
  ENV1_SCALE,
  type Scale,
  scaleOf,
} from '../../src/risk/scale.ts';
import { bin, contact, exposure, slice } from '../helpers/riskFixtures.ts';

const DPIA = scaleOf({ a5Edge: 23, thirtyPlus: true });
const step = 1 / 1024;

/** "D5" */
const duration = (minutes: number, edge: Reading['durationEdge'], scale: Scale = ENV1_SCALE): string =>
  `D${durationIndex(minutes, scale, edge) + 1}`;

describe('duration buckets', () => {
  it.each([
    // minutes, bucket, gt, ge
    [0, 'D1', 'D1', 'D1'],
    [step, 'D1', 'D2', 'D2'],
    [1, 'D2', 'D2', 'D2'],
    [5 - step, 'D2', 'D2', 'D2'],
    [5, 'D2', 'D2', 'D3'],
    [5 + step, 'D2', 'D3', 'D3'],
    [6, 'D3', 'D3', 'D3'],
    [10, 'D3', 'D3', 'D4'],
    [10 + step, 'D3', 'D4', 'D4'],
    [11, 'D4', 'D4', 'D4'],
    [15 - step, 'D4', 'D4', 'D4'],
    [15, 'D4', 'D4', 'D5'],
    [15 + step, 'D4', 'D5', 'D5'],
    [16 - step, 'D4', 'D5', 'D5'],
    [16, 'D5', 'D5', 'D5'],
    [20, 'D5', 'D5', 'D6'],
    [21, 'D6', 'D6', 'D6'],
    [25, 'D6', 'D6', 'D7'],
    [26, 'D7', 'D7', 'D7'],
    [30, 'D7', 'D7', 'D7'],
    [30 + step, 'D7', 'D8', 'D8'],
    [31, 'D8', 'D8', 'D8'],
    [1440, 'D8', 'D8', 'D8'],
  ])('%d min: bucket %s, gt %s, ge %s', (minutes, ...expected) => {
    expect([duration(minutes, 'bucket'), duration(minutes, 'gt'), duration(minutes, 'ge')]).toEqual(expected);
  });

  it.each(['bucket', 'gt', 'ge'] as const)('"30+" puts exactly 30 min into D8 (%s)', (edge) => {
    expect([30 - step, 30].map((minutes) => duration(minutes, edge, DPIA))).toEqual(['D7', 'D8']);
  });

  const minutes = fc.double({ min: 0, max: 100, noNaN: true });
  const edges = fc.constantFrom<Reading['durationEdge']>('bucket', 'gt', 'ge');
  const scales = fc.constantFrom(ENV1_SCALE, DPIA);

  it('never fall with more minutes', () => {
    fc.assert(
      fc.property(minutes, minutes, edges, scales, (a, b, edge, scale) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        expect(durationIndex(less, scale, edge)).toBeLessThanOrEqual(durationIndex(more, scale, edge));
      }),
    );
  });

  it('bucket is gt on whole minutes; ge differs from gt on edges only', () => {
    fc.assert(
      fc.property(minutes, (value) => {
        expect(duration(value, 'bucket')).toBe(duration(Math.floor(value), 'gt'));
        if (value % 5 !== 0) expect(duration(value, 'ge')).toBe(duration(value, 'gt'));
      }),
    );
  });

  it('of a histogram in tenths of minutes are those of the exact sum', () => {
    const tenths = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(tenths, edges, scales, (parts, edge, scale) => {
        const bins = parts.map((part, k) => bin(part / 10, 10 + k, 11 + k));
        const exact = parts.reduce((sum, part) => sum + part, 0) / 10;
        const [cell] = cellsOf(exposure(bins), scale, { ...defaultReading, durationEdge: edge });
        expect(duration(exact, edge, scale)).toBe(`D${cell![0] + 1}`);
      }),
      { numRuns: 2000 },
    );
  });

  it('take 20.999999999999996 min for 21, but not 20.999999 min', () => {
    const sum = minutesOf(exposure([bin(16.9, 50, 52), bin(4.1, 52, 54)]));
    expect(sum).toBeLessThan(21);
    expect([sum, 21 - 1e-6].map((own) => duration(own, 'bucket'))).toEqual(['D6', 'D5']);
  });

  it.each([
    [4, ENV1_SCALE, 'bucket', '(15, 20] min'],
    [4, ENV1_SCALE, 'ge', '[15, 20) min'],
    [1, ENV1_SCALE, 'ge', '(0, 5) min'],
    [0, ENV1_SCALE, 'gt', '0 min'],
    [6, ENV1_SCALE, 'ge', '[25, 30] min'],
    [6, DPIA, 'bucket', '(25, 30) min'],
    [6, DPIA, 'ge', '[25, 30) min'],
    [7, ENV1_SCALE, 'bucket', '> 30 min'],
    [7, DPIA, 'bucket', '>= 30 min'],
  ] as const)('index %d is written with its edges', (index, scale, edge, text) => {
    expect(durationText(index, scale, edge)).toBe(text);
  });
});

describe('attenuation buckets', () => {
  it.each([
    [73 + step, 'A1', 'A1', '> 73 dB'],
    [73, 'A2', 'A2', '(63, 73] dB'],
    [63 + step, 'A2', 'A2', '(63, 73] dB'],
    [63, 'A3', 'A3', '(51, 63] dB'],
    [51 + step, 'A3', 'A3', '(51, 63] dB'],
    [51, 'A4', 'A4', '(33, 51] dB'],
    [33 + step, 'A4', 'A4', '(33, 51] dB'],
    [33, 'A5', 'A5', '(27, 33] dB'],
    [27 + step, 'A5', 'A5', '(27, 33] dB'],
    [27, 'A6', 'A5', '(15, 27] dB'],
    [23 + step, 'A6', 'A5', '(15, 27] dB'],
    [23, 'A6', 'A6', '(15, 27] dB'],
    [15 + step, 'A6', 'A6', '(15, 27] dB'],
    [15, 'A7', 'A7', '(10, 15] dB'],
    [10 + step, 'A7', 'A7', '(10, 15] dB'],
    [10, 'A8', 'A8', '<= 10 dB'],
    [0, 'A8', 'A8', '<= 10 dB'],
  ])('%d dB: %s, %s as the DPIA draws them', (dB, framework, dpia, text) => {
    const index = attenuationIndex(dB, ENV1_SCALE);
    expect([`A${index + 1}`, `A${attenuationIndex(dB, DPIA) + 1}`]).toEqual([framework, dpia]);
    expect(attenuationText(index, ENV1_SCALE)).toBe(text);
  });
});

/** "D5 A3" for every cell. */
const cellNames = (...[own, scale, reading]: Parameters<typeof cellsOf>): readonly string[] =>
  cellsOf(own, scale, reading).map(([row, column]) => `D${row + 1} A${column + 1}`);

describe('cells of an exposure', () => {
  it.each([
    [63.4, 'D5 A3'],
    [63.5, 'D5 A2'],
    [73.4, 'D5 A2'],
    [73.5, 'D5 A1'],
  ])('mean: total minutes and the mean rounded to whole dB, as ENv1 does (%d dB)', (dB, cell) => {
    const halves = exposure([slice(8, dB - 5), slice(8, dB + 5)]);
    expect(cellNames(halves, ENV1_SCALE, defaultReading)).toEqual([cell]);
  });

  it('cumulative: minutes at or below the upper edge of each bucket', () => {
    const binned = exposure([bin(6, 48, 50), bin(6, 50, 54), bin(6, 62, 64), bin(6, 80, 85)]);
    expect(cellNames(binned, ENV1_SCALE, defaultReading)).toEqual([
      'D6 A1',
      'D5 A2',
      // Half of 62-64 and all of what is nearer: 15 min; then 6 + 6/4 min below 51 dB.
      'D4 A3',
      'D3 A4',
      'D1 A5',
      'D1 A6',
      'D1 A7',
      'D1 A8',
    ]);
  });

  it('histograms are cumulative, measured values are means, unless the reading says otherwise', () => {
    const binned = exposure([bin(20, 48, 50)]);
    const cells = (own: typeof binned, reduce: Reading['reduce']): number =>
      cellsOf(own, ENV1_SCALE, { ...defaultReading, reduce }).length;
    expect([cells(binned, 'auto'), cells(binned, 'mean'), cells(binned, 'cumulative')]).toEqual([8, 1, 8]);
    const measured = contact(20, 50);
    expect([cells(measured, 'auto'), cells(measured, 'mean'), cells(measured, 'cumulative')]).toEqual([1, 1, 8]);
  });

  it('a row of a table has its cell, and nothing has none', () => {
    expect(cellNames(exposure([], { cell: [4, 2] }), ENV1_SCALE, defaultReading)).toEqual(['D5 A3']);
    expect(cellNames(exposure([]), ENV1_SCALE, defaultReading)).toEqual([]);
  });

  it('shift and stretch move the mean, shift alone the histogram', () => {
    const reading = { ...defaultReading, shift: 6, stretch: -5 };
    expect(cellNames(contact(20, 60), ENV1_SCALE, reading)).toEqual(['D4 A2']);
    expect(cellNames(exposure([bin(20, 57, 58)]), ENV1_SCALE, reading).slice(0, 3)).toEqual([
      'D5 A1',
      'D5 A2',
      'D1 A3',
    ]);
  });

  it('cumulative cells agree with counting each bucket by itself', () => {
    const bins = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 98 })), {
      minLength: 1,
      maxLength: 8,
    });
    const splits = fc.constantFrom<Reading['binSplit']>('proportional', 'lower', 'upper');
    fc.assert(
      fc.property(bins, splits, fc.constantFrom(ENV1_SCALE, DPIA), (own, binSplit, scale) => {
        const binned = exposure(own.map(([minutes, low]) => bin(minutes, low, low + 2)));
        const reading = { ...defaultReading, binSplit };
        const expected = [300, ...scale.attenuationEdges].map((edge, column) => {
          const minutes = minutesBelow(binned, edge, true, reading);
          return [durationIndex(minutes, scale, 'bucket'), column];
        });
        expect(cellsOf(binned, scale, reading)).toEqual(expected);
      }),
    );
  });
});
