import { describe, expect, it } from 'vitest';
import { openTrace } from '../../src/trace/open.ts';
import { fileWith } from '../helpers/imports.ts';
import { openText, textError } from '../helpers/traces.ts';

describe('Copenhagen: # timestamp,user_a,user_b,rssi', () => {
  const rows = [
    '# timestamp,user_a,user_b,rssi',
    '0,0,-1,0',
    '300,5,-2,-75',
    '300,5,7,-80',
    '600,5,7,0',
    '600,5,7,20',
    '600,7,5,-111',
    '900,7,5,-60',
  ];

  it('a sees b; rows without a contact or with special values are rejected by reason', async () => {
    const { records, tally, importer } = await openText(rows.join('\n'));
    expect(importer.name).toBe('contacts-csv');
    expect(records).toEqual([
      { type: 'sighting', time: 300, receiver: '5', transmitter: '7', rssi: -80 },
      { type: 'sighting', time: 900, receiver: '7', transmitter: '5', rssi: -60 },
    ]);
    expect(Object.fromEntries(tally.rejected)).toEqual({
      'no contact (negative b)': 2,
      'RSSI 0 or above (special value)': 2,
      'RSSI outside -110..0 dBm': 1,
    });
    expect(tally).toMatchObject({ rows: 7, used: 2, timeUnit: 's from the start', first: 300, last: 900 });
    expect([...tally.devices.keys()]).toEqual(['5', '7']);
  });

  it('exact duplicates are rejected: one phone sees another once at an instant', async () => {
    const { tally } = await openText([...rows, rows[3]].join('\n'));
    expect(tally.rejected.get('exact duplicate of an earlier row')).toBe(1);
    expect(tally.used).toBe(2);
  });
});

describe('Haslemere: steps of five minutes, metres', () => {
  const units = { time: '5min' };
  const expected = [
    { type: 'sighting', time: 300, receiver: '203', transmitter: '26', distance: 12 },
    { type: 'sighting', time: 600, receiver: '26', transmitter: '203', distance: 0 },
  ];
  it.each([
    ['with a header', 'time,a,b,distance\n1,203,26,12\n2,26,203,0\n', { units }],
    ['without one, by --from', '1,203,26,12\n2,26,203,0\n', { units, from: 'contacts-csv' }],
    [
      'mapped',
      'step;i;j;far\n1;203;26;12\n2;26;203;0\n',
      { units, from: 'contacts-csv', columns: { time: 'step', a: 'i', b: 'j', distance: 'far' } },
    ],
  ])('%s', async (_name, text, options) => {
    const { records, tally } = await openText(text, options);
    expect(records).toEqual(expected);
    expect(tally.timeUnit).toBe('steps of 5 min from the start');
  });

  it('undeclared steps are refused: they may be seconds', async () => {
    const error = await textError('time,a,b,distance\n300,1,2,3\n301,2,3,5\n');
    expect(error).toMatchObject({ code: 'E-UNITS', place: { line: 3 } });
    expect(error.hint).toContain('--units time=5min');
    const { records } = await openText('time,a,b,distance\n301,1,2,3\n', { units: { time: 's' } });
    expect(records).toMatchObject([{ time: 301 }]);
  });
});

describe('other contact lists', () => {
  it.each([
    ['ISO times', '2020-06-01T00:00:10Z', {}, 1_590_969_610, 'ISO 8601'],
    ['unix seconds', '1590969610', {}, 1_590_969_610, 'unix s'],
    ['unix milliseconds', '1590969610500', {}, 1_590_969_610.5, 'unix ms'],
    ['day-first times', '13/06/2020 00:00:10', {}, 1_592_006_410, 'day-first'],
    ['declared milliseconds from a start', '1500', { units: { time: 'ms' } }, 1.5, 's from the start'],
  ])('%s', async (_name, time, options, expected, unit) => {
    const { records, tally } = await openText(`time;a;b;rssi;distance\n${time};x;y;-60;150\n`, {
      ...options,
      units: { ...(options as { units?: object }).units, distance: 'cm' },
    });
    expect(records).toEqual([
      { type: 'sighting', time: expected, receiver: 'x', transmitter: 'y', rssi: -60, distance: 1.5 },
    ]);
    expect(tally.timeUnit).toBe(unit);
  });

  it.each([
    ['999999900', 999_999_900, 's from the start'],
    ['1000000000', 1e9, 'unix s'],
  ])('a time of %s is %d (%s)', async (time, seconds, unit) => {
    const { records, tally } = await openText(`time;a;b;rssi\n${time};x;y;-60\n`);
    expect(records).toMatchObject([{ time: seconds }]);
    expect(tally.timeUnit).toBe(unit);
  });

  it('duplicates are found among the last 100,000 to 200,000 rows', async () => {
    const row = (k: number): string => `${k * 300};x;y;-60`;
    const rows = Array.from({ length: 200_001 }, (_, k) => row(k));
    const repeated = [...rows.slice(0, 100_001), row(0), ...rows.slice(100_001), row(0)];
    const reader = openTrace(fileWith('a.csv', ['time;a;b;rssi', ...repeated].join('\n')));
    const { batches, tally } = await reader;
    for await (const batch of batches) expect(batch.length).toBeLessThanOrEqual(2000);
    expect(tally).toMatchObject({ rows: 200_003, used: 200_002 });
    expect(tally.rejectedLines.get('exact duplicate of an earlier row')).toEqual([100_003]);
  });

  it.each([
    ['a or b unknown', '300;;y;-60;1'],
    ['time not understood', 'noon;x;y;-60;1'],
    ['neither distance nor RSSI', '300;x;y;;NA'],
    ['distance below 0', '300;x;y;-60;-1'],
    ['distance above 1000', '300;x;y;-60;1001'],
    ['RSSI not a number', '300;x;y;weak;1'],
  ])('rejected: %s', async (reason, row) => {
    const { tally } = await openText(`time;a;b;rssi;distance\n300;x;y;-60;1\n600;x;y;-60;2\n900;x;y;-60;2\n${row}\n`);
    expect([...tally.rejected]).toEqual([[reason, 1]]);
  });

  it.each([
    ['centimetres', 'time;a;b;distance\n300;x;y;150\n', {}, 'E-UNITS', 'look like centimetres'],
    ['ambiguous dates', 'time;a;b;rssi\n03/04/2020 10:00;x;y;-60\n', {}, 'E-DATE-AMBIGUOUS', '2020-04-03'],
    ['an unknown unit of time', 'time;a;b;rssi\n300;x;y;-60\n', { units: { time: 'h' } }, 'E-UNITS', 'time=h'],
    [
      'nothing measured',
      'time;a;b\n300;x;y\n',
      { from: 'contacts-csv' },
      'E-FILE-INVALID',
      'neither a column distance nor',
    ],
    ['no b', 'time;a;rssi\n300;x;-60\n', { from: 'contacts-csv' }, 'E-FILE-INVALID', 'no column b'],
    ['five columns of numbers', '1,2,3,4,5\n', { from: 'contacts-csv' }, 'E-FILE-INVALID', 'no header'],
  ])('refused: %s', async (_name, text, options, code, message) => {
    const error = await textError(text, options);
    expect(error.message).toContain(message);
    expect(error.code).toBe(code);
  });
});
