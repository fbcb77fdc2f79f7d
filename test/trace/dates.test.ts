import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDay, isoTime } from '../../src/core/time.ts';
import { parseMoment } from '../../src/trace/dates.ts';

describe('parseMoment', () => {
  it.each([
    ['2020-06-01', '2020-06-01T00:00:00.000Z', 'ISO 8601'],
    ['2020-06-01T14:30:05Z', '2020-06-01T14:30:05.000Z', 'ISO 8601'],
    ['2020-06-01 14:30', '2020-06-01T14:30:00.000Z', 'ISO 8601'],
    ['2020-06-01T00:30:00+02:00', '2020-05-31T22:30:00.000Z', 'ISO 8601'],
    ['2020/6/1', '2020-06-01T00:00:00.000Z', 'ISO 8601'],
    ['20200601', '2020-06-01T00:00:00.000Z', 'ISO 8601'],
    ['13/05/2020', '2020-05-13T00:00:00.000Z', 'day-first'],
    ['3.4.2020', '2020-04-03T00:00:00.000Z', 'day-first'],
    ['03-04-2020 9:05', '2020-04-03T09:05:00.000Z', 'day-first'],
    ['18414', '2020-06-01T00:00:00.000Z', 'UTC day'],
    ['24106', '2036-01-01T00:00:00.000Z', 'UTC day'],
    ['1000000000', '2001-09-09T01:46:40.000Z', 'unix s'],
    ['1590969600', '2020-06-01T00:00:00.000Z', 'unix s'],
    ['1590969600.5', '2020-06-01T00:00:00.500Z', 'unix s'],
    ['1590969600500', '2020-06-01T00:00:00.500Z', 'unix ms'],
  ])('%s is %s (%s)', (cell, iso, form) => {
    const moment = parseMoment(cell, 'dmy');
    expect(moment && [isoTime(moment.time), moment.form]).toEqual([iso, form]);
  });

  it.each([
    '',
    '2020-02-30',
    '31/04/2020',
    '01/13/2020',
    '1/2/20',
    '44000',
    '24107',
    '999999999',
    '20201301',
    'June',
    '-5',
    '2020-6',
    '5e9x',
  ])('%j is no date', (cell) => {
    expect(parseMoment(cell, 'dmy')).toBeNull();
  });

  it('every day reads back from every form', () => {
    fc.assert(
      fc.property(fc.integer({ min: 14_000, max: 22_000 }), (day) => {
        const [year, month, date] = isoDay(day).split('-') as [string, string, string];
        const time = day * 86_400;
        expect(parseMoment(`${date}/${month}/${year}`, 'dmy')).toEqual({ time, form: 'day-first' });
        expect(parseMoment(`${Number(month)}-${Number(date)}-${year}`, 'mdy')).toEqual({ time, form: 'month-first' });
        expect(parseMoment(`${year}${month}${date}`, 'mdy')).toEqual({ time, form: 'ISO 8601' });
        expect(parseMoment(String(day), 'dmy')).toEqual({ time, form: 'UTC day' });
      }),
    );
  });
});
