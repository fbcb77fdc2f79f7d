import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDay, isoTime, parseIsoDay, parseIsoTime, utcDayOf } from '../../src/core/time.ts';
import { SECONDS_PER_DAY } from '../../src/core/units.ts';

/** 1970..2099, in whole milliseconds: what a double keeps exactly. */
const times = fc.integer({ min: 0, max: 4_102_444_799_999 }).map((milliseconds) => milliseconds / 1000);
const days = fc.integer({ min: 0, max: 47_481 });

describe('UTC days', () => {
  it.each([
    [0, 0],
    [86_399.999, 0],
    [86_400, 1],
    [1_596_067_200, 18_473],
    [-1, -1],
  ])('%d s is day %d', (time, day) => {
    expect(utcDayOf(time)).toBe(day);
  });

  it('round trip through their text', () => {
    fc.assert(fc.property(days, (day) => parseIsoDay(isoDay(day)) === day));
  });

  it('of a time are the day of its text', () => {
    fc.assert(fc.property(times, (time) => isoDay(utcDayOf(time)) === isoTime(time).slice(0, 10)));
  });

  it('agree with the calendar in a leap year', () => {
    expect(isoDay(parseIsoDay('2020-02-28')! + 1)).toBe('2020-02-29');
    expect(isoDay(parseIsoDay('2020-02-29')! + 1)).toBe('2020-03-01');
    expect(isoDay(parseIsoDay('2021-02-28')! + 1)).toBe('2021-03-01');
  });

  it.each([
    '2020-02-30',
    '2021-02-29',
    '2020-13-01',
    '2020-00-10',
    '2020-1-2',
    '30-07-2020',
    '',
    'yesterday',
    '2020-07-30T00:00:00Z',
  ])('refuse %j', (text) => {
    expect(parseIsoDay(text)).toBeNull();
  });
});

describe('ISO times', () => {
  it('round trip', () => {
    fc.assert(
      fc.property(times, (time) => {
        expect(parseIsoTime(isoTime(time))).toBe(time);
      }),
    );
  });

  it('round to the millisecond: seconds times 1000 may fall just below it', () => {
    expect(270_385_698.34 * 1000).toBeLessThan(270_385_698_340);
    expect(isoTime(270_385_698.34)).toBe('1978-07-27T11:08:18.340Z');
  });

  it('shift by their zone', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -14, max: 14 }), (day, hours) => {
        const zone = `${hours < 0 ? '-' : '+'}${String(Math.abs(hours)).padStart(2, '0')}:00`;
        expect(parseIsoTime(`${isoDay(day)}T12:00:00${zone}`)).toBe(day * SECONDS_PER_DAY + (12 - hours) * 3600);
      }),
    );
  });

  it.each([
    ['2020-07-30', 1_596_067_200],
    ['2020-07-30T12:51:29Z', 1_596_113_489],
    ['2020-07-30T12:51:29.281Z', 1_596_113_489.281],
    ['2020-07-30 12:51:29Z', 1_596_113_489],
    ['2020-07-30T12:51Z', 1_596_113_460],
    ['2020-07-30T14:51:29+02:00', 1_596_113_489],
    ['2020-07-30T14:51:29+0200', 1_596_113_489],
    ['2020-07-30T12:51:29', 1_596_113_489],
    ['2020-07-30 12:51:29', 1_596_113_489],
  ])('%s is %d s (UTC where it names no zone)', (text, seconds) => {
    expect(parseIsoTime(text)).toBeCloseTo(seconds, 6);
  });

  it.each([
    ['', 'nothing'],
    ['1596067200', 'a number'],
    ['07/30/2020', 'a date with slashes'],
    ['2020-07', 'a month'],
    ['2020-07-30T', 'a T without a time'],
    ['2020-07-30T25:00:00Z', 'hour 25'],
    ['2020-07-30T12:61:00Z', 'minute 61'],
    ['2020-02-31T12:00:00Z', '31 February'],
    ['2020-02-31', '31 February without a time'],
    ['2020-07-30T12:51:29 CEST', 'a zone by name'],
    [' 2020-07-30', 'a space in front'],
  ])('refuses %j: %s', (text) => {
    expect(parseIsoTime(text)).toBeNull();
  });
});

describe('beyond the calendar of Date', () => {
  it.each([
    [1e21, '1e+21 s', '8.64e+25 s'],
    [Infinity, 'Infinity s', 'Infinity s'],
    [Number.NaN, 'NaN s', 'NaN s'],
  ])('%d is shown as it is', (number, time, day) => {
    expect(isoTime(number)).toBe(time);
    expect(isoDay(number)).toBe(day);
  });

  it('years of more than four digits keep all of them', () => {
    expect(isoDay(100_000_000)).toBe('+275760-09-13');
    expect(isoTime(8.64e12)).toBe('+275760-09-13T00:00:00.000Z');
  });
});
