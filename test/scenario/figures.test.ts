/** Figures of a run that is written down by hand. */
import { describe, expect, it } from 'vitest';
import type { DayFigures } from '../../src/population/simulation.ts';
import { Timeliness } from '../../src/population/timeliness.ts';
import {
  dailyNames,
  dailyOf,
  figureMeanings,
  figureNames,
  figuresOf,
  replicatesEstimate,
} from '../../src/scenario/figures.ts';
import type { TownOutcome } from '../../src/scenario/town.ts';

const nothing = {
  infections: 0,
  results: 0,
  uploads: 0,
  warned: 0,
  warnedRightly: 0,
  quarantineDays: 0,
  called: 0,
  calledRightly: 0,
  calledDays: 0,
  waiting: 0,
  exposures: 0,
  seconds: 0,
  decibelSeconds: 0,
  calls: 0,
};
const dayOf = (day: number, changes: Partial<DayFigures> = {}): DayFigures => ({ ...nothing, day, ...changes });
const outcomeOf = (series: readonly DayFigures[], infectees: readonly number[] = []): TownOutcome => ({
  series,
  infected: [10, ...series.map(({ infections }) => infections)],
  infectees: [...infectees, ...Array.from({ length: series.length + 1 - infectees.length }, () => 0)],
  inTime: 5,
  timeliness: new Timeliness().counts(),
  provinces: [],
  digest: '',
});

/** Three days: 5, 9 and 9 infections. */
const run = outcomeOf(
  [
    dayOf(1, { infections: 5, exposures: 2, seconds: 600, decibelSeconds: 600 * 50 }),
    dayOf(2, {
      infections: 9,
      results: 3,
      uploads: 2,
      warned: 4,
      warnedRightly: 1,
      quarantineDays: 40,
      called: 7,
      calledRightly: 2,
      calledDays: 30,
      waiting: 9,
      calls: 3,
    }),
    dayOf(3, {
      infections: 9,
      results: 2,
      uploads: 1,
      warned: 6,
      warnedRightly: 3,
      quarantineDays: 20,
      exposures: 1,
      seconds: 300,
      decibelSeconds: 300 * 80,
    }),
  ],
  [12, 11],
);
const context = { agents: 100, infectiousDays: 2, reference: undefined };

describe('figures', () => {
  it.each([
    ['infections', 23],
    ['attackRate', 0.33],
    ['peakInfections', 9],
    // The first of equals.
    ['peakDay', 2],
    ['reproduction', 1.2],
    ['results', 5],
    ['uploads', 3],
    ['warned', 10],
    ['warnedRightly', 4],
    ['warnedWrongly', 6],
    ['rightShare', 0.4],
    // 5 of 23.
    ['inTime', 5 / 23],
    ['quarantineDays', 60],
    ['called', 7],
    ['calledRightly', 2],
    ['calledDays', 30],
    ['mostWaiting', 9],
    ['exposures', 3],
    // 600 s at 50 dB and 300 s at 80 dB.
    ['attenuation', 60],
    ['calls', 3],
    ['reports', 0],
    ['adoptionInside', null],
    ['alertsInside', null],
    ['averted', null],
    ['warnedPerAverted', null],
  ])('%s is %d', (name, expected) => {
    expect(figuresOf(run, context)[name]).toBe(expected);
  });

  it('are all of these', () => {
    expect(Object.keys(figuresOf(run, context))).toEqual(figureNames());
    expect(figureMeanings().map(({ name }) => name)).toEqual(figureNames());
    for (const { meaning, unit } of figureMeanings())
      expect([meaning.length > 5, unit.length > 1]).toEqual([true, true]);
  });

  it.each([
    [30, 7, 10 / 7],
    [23, 0, null],
    [20, -3, null],
  ])('compare with %i infections without the app: %i averted', (infections, averted, perAverted) => {
    const reference = outcomeOf([dayOf(1, { infections })]);
    expect(figuresOf(run, { ...context, reference })).toMatchObject({ averted, warnedPerAverted: perAverted });
  });

  it('of a day that nothing happened on are 0 or undefined', () => {
    const figures = figuresOf(outcomeOf([dayOf(1)]), { agents: 10, infectiousDays: 14, reference: undefined });
    expect(figures).toMatchObject({
      infections: 0,
      attackRate: 1,
      peakDay: 1,
      reproduction: null,
      rightShare: null,
      attenuation: null,
    });
  });

  it('of days are those that can be added up', () => {
    expect(Object.keys(dailyOf(run.series[1]!))).toEqual([...dailyNames]);
    expect(dailyOf(run.series[1]!)).toMatchObject({ infections: 9, quarantineDays: 40 });
  });
});

describe('a figure over replicates', () => {
  it('is undefined where one of them is', () => {
    expect(replicatesEstimate([1, null, 3])).toEqual({
      value: null,
      low: null,
      high: null,
      reason: 'in 1 of 3',
    });
    expect(replicatesEstimate([])).toMatchObject({ value: null, reason: 'no replicate' });
    expect(replicatesEstimate([1, 3])).toMatchObject({ value: 2 });
  });
});
