import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExposureSummary } from '../../src/core/records.ts';
import { isoDay } from '../../src/core/time.ts';
import { type OpenOptions, openTrace } from '../../src/trace/open.ts';
import { fileWith } from '../helpers/imports.ts';
import { openAll, openText, textError } from '../helpers/traces.ts';

const italian = { user: 'person_id', date: 'data', minutes: 'durata', attenuation: 'att', label: 'esito' };
const exposures = async (text: string | Uint8Array, options: OpenOptions = {}) =>
  (await openText(text, options)).records as readonly ExposureSummary[];

describe('what authorities send', () => {
  const lines = [
    'person_id;data;durata;att;esito',
    'P1;13/05/2020;12,5;60;si',
    '"P;2";01/06/2020;30;55,5;NO',
    'P3;02/06/2020;7;61;',
  ];
  const read = [
    { type: 'exposure', minutes: 12.5, attenuation: 60, label: true, day: 18_395, user: 'P1' },
    { type: 'exposure', minutes: 30, attenuation: 55.5, label: false, day: 18_414, user: 'P;2' },
    { type: 'exposure', minutes: 7, attenuation: 61, label: null, day: 18_415, user: 'P3' },
  ];
  it.each([
    ['as it comes', lines.join('\n')],
    ['CRLF and an empty last line', `${lines.join('\r\n')}\r\n\r\n`],
    ['old line ends', lines.join('\r')],
    ['byte order mark', `\uFEFF${lines.join('\n')}`],
    ['gzip', gzipSync(lines.join('\n'))],
    ['the line that spreadsheets put first', `sep=;\r\n${lines.join('\r\n')}`],
    ['blank lines first and between', `\n\n${lines.join('\n\n')}\n`],
    ['blanks around cells', lines.join('\n').replaceAll(';', ' ; ').replace('"P ; 2"', '"P;2"')],
  ])('%s', async (_name, content) => {
    const { records, tally, importer } = await openText(content, { columns: italian });
    expect(importer.name).toBe('csv');
    expect(records).toEqual(read);
    expect(tally).toMatchObject({
      rows: 3,
      used: 3,
      timeUnit: 'day-first',
      first: 18_395 * 86_400,
      last: 18_415 * 86_400,
    });
  });

  it.each([
    [';', 'UTF-8', 'utf8'],
    ['\t', 'Windows-1252', 'latin1'],
    [',', 'Windows-1252', 'latin1'],
  ] as const)('delimiter %j, %s', async (delimiter, _name, encoding) => {
    const rows = [
      ['minutes', 'attenuation', 'città', 'esito'],
      ['12.5', '60', 'Forlì', 'sì'],
    ];
    const text = rows.map((row) => row.join(delimiter)).join('\n');
    const options = { columns: { scenario: 'città', label: 'esito' } };
    const expected = [{ type: 'exposure', minutes: 12.5, attenuation: 60, label: true, scenario: 'Forlì' }];
    expect(await exposures(Buffer.from(text, encoding), options)).toEqual(expected);
  });

  it('an encoding that shows only far into the file', async () => {
    const rows = `minutes;attenuation;user\n${'5;60;plain\n'.repeat(20_000)}5;60;Zo\xEB\n`;
    expect((await exposures(Buffer.from(rows, 'latin1'))).at(-1)?.user).toBe('Zoë');
  });

  it('an encoding that only the last byte shows', async () => {
    const text = 'minutes;attenuation;user\n5;60;Zo\xEB';
    expect(await exposures(Buffer.from(text, 'latin1'))).toMatchObject([{ user: 'Zoë' }]);
    expect(await exposures(text)).toMatchObject([{ user: 'Zoë' }]);
  });

  it.each([
    ['\n', '\n'],
    ['\n', '\r\n'],
    ['\r\n', '\r\n'],
  ])('names in two lines (%j in a table of %j)', async (inside, end) => {
    const rows = [`user;"Duration${inside}(min)";"attenuation${inside}"`, 'u;5;60', 'v;x;60', '"w ""x""";7;61'];
    const { records, tally } = await openText(rows.join(end));
    expect(records).toMatchObject([{ minutes: 5 }, { minutes: 7, user: 'w "x"' }]);
    expect(tally.rejectedLines.get('minutes not a number')).toEqual([5]);
  });

  it.each([
    ['a quote inside a name', 'minutes;attenuation;5" "x\n5;60;"a"\n'],
    ['doubled quotes', '"minutes";"attenuation";"a ""b"" c"\n5;60;a\n'],
  ])('the header ends with its line: %s', async (_name, text) => {
    const { importer, file } = await openTrace(fileWith('a.csv', text));
    expect([importer.name, file.name]).toEqual(['csv', 'a.csv']);
  });

  it('decimal commas between quotes where the delimiter is a comma', async () => {
    expect(await exposures('minutes,attenuation\n"12,5","60,25"\n')).toMatchObject([
      { minutes: 12.5, attenuation: 60.25 },
    ]);
  });

  it('every column of ours', async () => {
    const text =
      'Minutes,ATTENUATION,label,user,day,scenario,receiver,transmitter,distance,weight,days,level\n' +
      '16,60,1,u,2020-06-01,bus,r,t,1.5,2,3,5\n';
    const { records, tally } = await openText(text);
    expect(records).toEqual([
      {
        type: 'exposure',
        minutes: 16,
        attenuation: 60,
        label: true,
        day: 18_414,
        daysSinceExposure: 3,
        transmissionLevel: 5,
        distance: 1.5,
        weight: 2,
        user: 'u',
        scenario: 'bus',
        receiver: 'r',
        transmitter: 't',
      },
    ]);
    expect([...tally.devices.keys()]).toEqual(['r', 't']);
  });

  it('--weight names the column of weights', async () => {
    expect(await exposures('minutes,attenuation,peso\n5,60,2.5\n', { weight: 'peso' })).toMatchObject([
      { weight: 2.5 },
    ]);
  });

  it('the same table in any dialect is the same trace', async () => {
    const row = fc.record({
      minutes: fc.integer({ min: 0, max: 2880 }),
      dB: fc.integer({ min: 0, max: 255 }),
      day: fc.nat(9999),
    });
    const dialect = fc.record({
      delimiter: fc.constantFrom(';', '\t', ','),
      comma: fc.boolean(),
      quotes: fc.boolean(),
      end: fc.constantFrom('\n', '\r\n'),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        dialect,
        async (rows, { delimiter, comma, quotes, end }) => {
          const number = (value: number): string => (comma ? String(value).replace('.', ',') : String(value));
          const cell = (text: string): string => (quotes || text.includes(delimiter) ? `"${text}"` : text);
          const table = rows.map(({ minutes, dB, day }) => [number(minutes / 4), number(dB), isoDay(day)]);
          const text = [['minutes', 'attenuation', 'date'], ...table]
            .map((cells) => cells.map(cell).join(delimiter))
            .join(end);
          const expected = rows.map(({ minutes, dB, day }) => ({
            type: 'exposure',
            minutes: minutes / 4,
            attenuation: dB,
            day,
          }));
          expect(await exposures(text, { units: { duration: 'min' } })).toEqual(expected);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('rows that are rejected', () => {
  it.each([
    ['minutes', ['-4', '60', 'a', '1'], 'minutes below 0'],
    ['minutes', ['1441', '60', 'a', '1'], 'minutes above 1440'],
    ['minutes', ['', '60', 'a', '1'], 'minutes unknown'],
    ['minutes', ['NaN', '60', 'a', '1'], 'minutes unknown'],
    ['minutes', ['1.200,5', '60', 'a', '1'], 'minutes not a number'],
    ['minutes', ['Infinity', '60', 'a', '1'], 'minutes not a number'],
    ['attenuation', ['5', '256', 'a', '1'], 'attenuation above 255'],
    ['attenuation', ['5', '-60', 'a', '1'], 'attenuation below 0'],
    ['attenuation', ['5', 'NULL', 'a', '1'], 'attenuation unknown'],
    ['label', ['5', '60', 'a', 'maybe'], 'label is neither yes nor no'],
    ['date', ['5', '60', 'a', '1', '2020-02-30'], 'date not understood'],
    ['weight', ['5', '60', 'a', '1', '', 'NA'], 'weight unknown or 0'],
    ['weight', ['5', '60', 'a', '1', '', '-1'], 'weight below 0'],
    ['days', ['5', '60', 'a', '1', '', '1', '1.5'], 'days not a whole number'],
    ['level', ['5', '60', 'a', '1', '', '1', '1', '9'], 'level above 8'],
    ['the number of cells', ['5', '60'], 'another number of columns than the first row'],
  ])('by %s: %j', async (_column, cells, reason) => {
    const header = ['minutes', 'attenuation', 'user', 'label', 'day', 'weight', 'days', 'level'];
    const good = ['5', '60', 'b', '0', '2020-06-01', '1', '1', '1'];
    const bad = cells.length === 2 ? cells : good.map((cell, k) => cells[k] ?? cell);
    const { tally } = await openText([header, good, bad, good].map((row) => row.join(';')).join('\n'));
    expect([...tally.rejected]).toEqual([[reason, 1]]);
    expect(tally).toMatchObject({ rows: 3, used: 2 });
  });

  it('equal rows are kept and counted: two contacts of a day can be alike', async () => {
    const { tally } = await openText('minutes;attenuation\n5;60\n5;60\n5;61\n5;60\n');
    expect(tally).toMatchObject({ rows: 4, used: 4 });
    expect([...tally.notices]).toEqual([['row equal to an earlier row, kept', 2]]);
  });

  it('rows without a user are counted', async () => {
    const { records, tally } = await openText('user;minutes;attenuation\nNA;5;60\nu;5;60\n');
    expect(records).toMatchObject([{ minutes: 5 }, { user: 'u' }]);
    expect(records[0]).not.toHaveProperty('user');
    expect([...tally.notices]).toEqual([['row without user', 1]]);
  });

  it('a file without any usable row says why', async () => {
    const error = await textError('minutes;attenuation\n-1;60\n-2;60\n5;300\n');
    expect(error).toMatchObject({ code: 'E-FILE-INVALID' });
    expect(error.message).toBe('none of the 3 rows can be used (minutes below 0: 2; attenuation above 255: 1)');
  });
});

describe('columns', () => {
  it.each([
    [
      'a typing error',
      'minuts;attenuation\n5;60\n',
      { from: 'csv' },
      'no column minutes; found: minuts, attenuation',
      '"minuts"',
    ],
    ['nothing near', 'zz;attenuation\n5;60\n', { from: 'csv' }, 'no column minutes', 'minutes=THEIRS'],
    [
      'a mapped column that is not there',
      'durata;att\n5;60\n',
      { columns: { minutes: 'durate', attenuation: 'att' } },
      '("durate")',
      '"durata"',
    ],
    ['no header', '5;60\n6;61\n', { from: 'csv' }, 'the first row holds numbers, no header', '--columns'],
  ])('%s', async (_name, text, options, message, hint) => {
    const error = await textError(text, options);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', place: { line: 1 } });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('an error lists twenty columns, in forty characters each', async () => {
    const names = Array.from({ length: 25 }, (_, k) => `column ${k} ${'x'.repeat(50)}`);
    for (const options of [{ from: 'csv' }, {}]) {
      const { message } = await textError(`${names.join(';')}\n`, options);
      expect(message).toContain(`column 19 ${'x'.repeat(30)}... and 5 more`);
      expect(message).not.toContain('column 20');
    }
  });

  it('a mapping of a column that is not ours', async () => {
    const error = await textError('a;b\n5;60\n', { from: 'csv', columns: { minuts: 'a' } });
    expect(error).toMatchObject({ code: 'E-USAGE' });
    expect(error.hint).toContain('did you mean minutes?');
  });

  it('a single column', async () => {
    expect(await textError('minutes\n5\n', { from: 'csv' })).toMatchObject({ code: 'E-FILE-FORMAT' });
  });

  it('a row of a million characters is one, a longer one does not end', async () => {
    const text = (length: number): string => `minutes;attenuation;user\n5;60;"${'u'.repeat(length)}"\n5;60;v\n`;
    expect(await exposures(text(999_000))).toHaveLength(2);
    expect((await textError(text(1_001_000))).message).toContain('a row does not end');
  });

  it('an unclosed quote', async () => {
    const error = await textError('minutes;attenuation;user\n5;60;"Bob\n5;60;Al\n');
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', message: expect.stringContaining('quote') });
  });
});

describe('units', () => {
  const csv = (header: string, ...rows: string[]): string => [header, ...rows].join('\n');
  it.each([
    ['seconds by name', csv('duration_s;attenuation', '300;60'), { duration: 's' }, { minutes: 5 }],
    ['seconds, 900 of them exactly', csv('minutes;attenuation', '900;60'), { duration: 's' }, { minutes: 15 }],
    ['hours', csv('duration (hours);attenuation', '0.25;60'), { duration: 'h' }, { minutes: 15 }],
    ['minutes by name', csv('Duration [min];attenuation', '15;60'), {}, { minutes: 15 }],
    ['centimetres', csv('minutes;attenuation;distance_cm', '5;60;150'), { distance: 'cm' }, { distance: 1.5 }],
    ['metres by name', csv('minutes;attenuation;distance_m', '5;60;1.5'), {}, { distance: 1.5 }],
    ['dB by name', csv('minutes;attenuation (dB)', '5;60'), {}, { attenuation: 60 }],
    [
      'dB declared against a header that says dBm',
      csv('minutes;attenuation_dBm', '5;60'),
      { attenuation: 'dB' },
      { attenuation: 60 },
    ],
    ['long contacts that are declared', csv('minutes;attenuation', '300;60'), { duration: 'min' }, { minutes: 300 }],
    [
      'far distances that are declared',
      csv('minutes;attenuation;distance', '5;60;50'),
      { distance: 'm' },
      { distance: 50 },
    ],
  ])('%s', async (_name, text, units, expected) => {
    expect(await exposures(text, { units })).toMatchObject([expected]);
  });

  it.each([
    ['a header in seconds', csv('duration_s;attenuation', '3;60'), {}, '"duration_s" names s', 'duration=s'],
    ['a header in cm', csv('minutes;attenuation;distance_cm', '5;60;1'), {}, 'names cm', 'distance=cm'],
    ['a header in dBm', csv('minutes;attenuation_dBm', '5;60'), {}, 'names dBm', 'attenuation=dB'],
    [
      'seconds by their size',
      csv('minutes;attenuation', '300;60', '600;60', '5;60'),
      {},
      '2 of 3 durations',
      'duration=s',
    ],
    [
      'centimetres by their size',
      csv('minutes;attenuation;distance', '5;60;150', '5;60;90', '5;60;2'),
      {},
      '2 of 3 distances',
      'distance=cm',
    ],
    [
      'RSSI for attenuation',
      csv('minutes;attenuation', '5;-60', '5;-70'),
      {},
      '2 of 2 attenuations are negative',
      'RSSI',
    ],
    ['a unit that is none', csv('minutes;attenuation', '5;60'), { duration: 'weeks' }, 'duration=weeks', 'min, s, h'],
  ])('%s is E-UNITS', async (_name, text, units, message, hint) => {
    const error = await textError(text, { units });
    expect(error.code).toBe('E-UNITS');
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  it('a mapped header counts too', async () => {
    const columns = { minutes: 'durata_sec', attenuation: 'att' };
    expect(await textError('durata_sec;att\n300;60\n', { columns })).toMatchObject({ code: 'E-UNITS' });
    expect(await exposures('durata_sec;att\n300;60\n', { columns, units: { duration: 's' } })).toMatchObject([
      { minutes: 5 },
    ]);
  });

  it.each([
    [csv('minutes;attenuation', '240;60'), undefined],
    [csv('minutes;attenuation', '240.5;60'), 'E-UNITS'],
    [csv('minutes;attenuation;distance', '5;60;30'), undefined],
    [csv('minutes;attenuation;distance', '5;60;30.5'), 'E-UNITS'],
    [csv('minutes;attenuation', '5;0'), undefined],
  ])('%j: %s', async (text, code) => {
    if (code === undefined) expect(await exposures(text)).toHaveLength(1);
    else expect(await textError(text)).toMatchObject({ code });
  });

  it('half of the values above the limit are no reason yet', async () => {
    expect(await exposures(csv('minutes;attenuation', '300;60', '200;60'))).toHaveLength(2);
  });
});

describe('dates and decimals of the whole file', () => {
  it('ambiguous dates are refused with both readings', async () => {
    const error = await textError('date;minutes;attenuation\n05/05/2020;5;60\n03/04/2020;5;60\n');
    expect(error).toMatchObject({ code: 'E-DATE-AMBIGUOUS', place: { line: 3 } });
    expect(error.message).toContain('"03/04/2020" is 2020-04-03 (day-first) or 2020-03-04 (month-first)');
  });

  it.each([
    ['dmy', 18_355],
    ['mdy', 18_325],
  ] as const)('--date-order %s decides', async (dateOrder, day) => {
    expect(await exposures('date;minutes;attenuation\n03/04/2020;5;60\n', { dateOrder })).toMatchObject([{ day }]);
  });

  it('the last row may tell the order of the first', async () => {
    const text = `date;minutes;attenuation\n${'03/04/2020;5;60\n'.repeat(5000)}04/13/2020;5;60\n`;
    expect((await exposures(text))[0]).toMatchObject({ day: 18_325 });
  });

  it('dates of both orders are refused', async () => {
    const error = await textError('date;minutes;attenuation\n13/04/2020;5;60\n04/14/2020;5;60\n');
    expect(error).toMatchObject({ code: 'E-DATE-AMBIGUOUS', place: { line: 2 } });
    expect(error.message).toContain('on line 3 only month-first');
  });

  it('decimal commas and points in one file are refused with both lines', async () => {
    const error = await textError('minutes;attenuation\n5;60\n5,5;60\n5;60.5\n');
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', place: { line: 4 } });
    expect(error.message).toContain('"5,5" (line 3) has a decimal comma, "60.5" (line 4) a point');
  });

  it.each([
    ['weight', 'minutes;attenuation;weight\n5;60;2\n5;60;1.500\n', 'weight "1.500" may be 1500 or 1.5', 3],
    ['minutes', 'minutes;attenuation\n"1,200";60\n', 'minutes "1,200" may be 1200 or 1.2', 2],
    ['minutes', 'minutes;attenuation\n1.440;60\n', 'minutes "1.440" may be 1440 or 1.44', 2],
  ])('%s that may be thousands are refused', async (_name, text, message, line) => {
    const error = await textError(text);
    expect(error).toMatchObject({
      code: 'E-FILE-INVALID',
      place: { line },
      hint: expect.stringContaining('thousands'),
    });
    expect(error.message).toContain(message);
  });

  it.each([
    ['a number of the column with other decimals', 'minutes;attenuation\n1.500;60\n2.5;60\n', 1.5],
    ['a number before that', 'minutes;attenuation\n2.5;60\n1.500;60\n', 2.5],
    ['a number too large as thousands', 'minutes;attenuation\n1.441;60\n', 1.441],
    ['a column printed with three decimals', 'minutes;attenuation\n1.000;60.000\n15.000;61.000\n', 1],
    ['a leading zero', 'minutes;attenuation\n0.125;60\n', 0.125],
    ['four digits before the sign', 'minutes;attenuation\n1000.125;60\n', 1000.125],
  ])('%s tells that the sign is decimal', async (_name, text, minutes) => {
    expect((await exposures(text, { units: { duration: 'min' } }))[0]).toMatchObject({ minutes });
  });

  it('lines are counted through quoted line ends and blank lines', async () => {
    const error = await textError('user;minutes;attenuation\n"a\nb";5;60\n\nc;5,5;60\nd;5.5;60\n');
    expect(error.message).toContain('"5,5" (line 5)');
    expect(error.place).toMatchObject({ line: 6 });
  });
});

it('reads a file twice with the same result', async () => {
  const path = fileWith('a.csv', 'minutes;attenuation\n5;60\n');
  expect((await openAll(path)).records).toEqual((await openAll(path)).records);
});
