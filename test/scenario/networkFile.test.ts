/** Networks from CSV: columns and units, order that does not matter, and what is refused, with its place. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import type { NetworkTable } from '../../src/population/network.ts';
import { type NetworkOptions, parseNetwork } from '../../src/scenario/networkFile.ts';
import { committedNetwork, exampleNetwork } from '../../tools/exampleNetwork.ts';

const read = (text: string, options: NetworkOptions = {}): NetworkTable => parseNetwork(text, 'n.csv', options);
function refusal(text: string, options: NetworkOptions = {}): EnlabError {
  try {
    read(text, options);
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('this was not refused');
}
const HEAD = 'time,a,b,distance,minutes\n';

/** [day, low, high, begin, seconds, value] of each meeting, as the table has it from both sides. */
function meetingsOf({ agents, days, starts, others, meetings, begin, seconds, values }: NetworkTable) {
  const found: (readonly number[])[] = [];
  for (let day = 0; day < days; day++)
    for (let agent = 0; agent < agents; agent++)
      for (let at = starts[day * agents + agent]!; at < starts[day * agents + agent + 1]!; at++) {
        const [other, k] = [others[at]!, meetings[at]!];
        if (agent < other) found.push([day, agent, other, begin[k]!, seconds[k]!, values[k]!]);
      }
  return found;
}

describe('a network file', () => {
  it('has who met whom, when, how near and how long', () => {
    const table = read(`${HEAD}3600,anna,bert,1.5,20\n90000,carl,anna,0,0.5\n`);
    expect(table).toMatchObject({ agents: 3, days: 2, measure: 'metres' });
    // anna 0, bert 1, carl 2.
    expect(meetingsOf(table)).toEqual([
      [0, 0, 1, 3600, 1200, 1.5],
      [1, 0, 2, 3600, 30, 0],
    ]);
  });

  it.each([
    ['SocioPatterns', 't\ti\tj\tdistance\n20\t1467\t1591\t1.5\n', { rowSeconds: 20 }, [0, 0, 1, 20, 20, 1.5]],
    [
      'Copenhagen',
      '# timestamp,user_a,user_b,rssi\n300,7,1,-71\n',
      { rowSeconds: 300, transmitPower: -26 },
      [0, 0, 1, 300, 300, 45],
    ],
    // Half of them are within hearing.
    ['far ones', 'time,a,b,distance,seconds\n0,4,9,30,60\n', {}, [0, 0, 1, 0, 60, 30]],
    ['decimal commas', 'time;a;b;distance;minutes\n0,5;4;9;1,25;1,5\n', {}, [0, 0, 1, 0.5, 90, 1.25]],
    ['decimal commas and tabs', '\n\uFEFFt\ta\tb\tdistance\tseconds\n0\t4\t9\t1,25\t60\n', {}, [0, 0, 1, 0, 60, 1.25]],
    [
      'decimal commas of rssi',
      'time;a;b;rssi;seconds\n0;4;9;-70,5;60\n',
      { transmitPower: -26 },
      [0, 0, 1, 0, 60, 44.5],
    ],
    ['OpenABM with times', 'time;ID_1;ID_2;distance;seconds\n0;4;9;2;60\n', {}, [0, 0, 1, 0, 60, 2]],
    [
      'times since 1970',
      'time,a,b,distance,seconds\n1600000123,4,9,2,60\n',
      {},
      [0, 0, 1, 1_600_000_123 % 86_400, 60, 2],
    ],
    [
      'quotes, blanks, CRLF and a mark',
      '\uFEFF"time", a ,b,distance,seconds\r\n5,"x, y",b,2,60\r\n\r\n',
      {},
      [0, 0, 1, 5, 60, 2],
    ],
  ] as const)('may be like that of %s', (_, text, options, expected) => {
    expect(meetingsOf(read(text, options)).map((row) => row.map((value) => expect.closeTo(value, 9)))).toEqual([
      expected.map((value) => value),
    ]);
  });

  it('orders ids by number where all are, and by code else; "7" and "07" are two', () => {
    const pairs = (ids: readonly string[]) => `${HEAD}${ids.map((id, k) => `${k},${id},z${k},1,1`).join('\n')}\n`;
    expect(read(`${HEAD}0,10,9,1,1\n60,9,100,1,1\n`)).toMatchObject({ agents: 3 });
    expect(meetingsOf(read(`${HEAD}0,10,9,1,1\n60,9,100,1,1\n`)).map(([, low, high]) => [low, high])).toEqual([
      [0, 1],
      [0, 2],
    ]);
    expect(read(pairs(['a', 'b'])).agents).toBe(4);
    expect(read(`${HEAD}0,7,07,1,1\n`).agents).toBe(2);
  });

  it('joins rows that follow each other with one value, and keeps others apart', () => {
    const rows = (...values: readonly number[]) =>
      meetingsOf(
        read(`time,a,b,distance\n${values.map((value, k) => `${20 * k},1,2,${value}\n`).join('')}`, { rowSeconds: 20 }),
      );
    expect(rows(1, 1, 1)).toEqual([[0, 0, 1, 0, 60, 1]]);
    expect(rows(1, 1, 2, 1).map(([, , , begin, seconds]) => [begin, seconds])).toEqual([
      [0, 40],
      [40, 20],
      [60, 20],
    ]);
    const gap = read('time,a,b,distance\n0,1,2,1\n40,1,2,1\n', { rowSeconds: 20 });
    expect(meetingsOf(gap)).toHaveLength(2);
  });

  it('splits meetings at midnight, over several if need be', () => {
    const late = read('time,a,b,distance,seconds\n86300,1,2,1,300\n');
    expect(late.days).toBe(2);
    expect(meetingsOf(late).map(([day, , , begin, seconds]) => [day, begin, seconds])).toEqual([
      [0, 86_300, 100],
      [1, 0, 200],
    ]);
    const long = read('time,a,b,distance,minutes\n60,1,2,1,1440\n86460,1,2,1,1440\n');
    expect(meetingsOf(long).map(([day, , , begin, seconds]) => [day, begin, seconds])).toEqual([
      [0, 60, 86_340],
      [1, 0, 86_400],
      [2, 0, 60],
    ]);
  });

  it('keeps empty days between, and as many after as it is said to have', () => {
    expect(read(`${HEAD}0,1,2,1,1\n${86_400 * 6},1,2,1,1\n`).days).toBe(7);
    expect(read(`${HEAD}0,1,2,1,1\n`, { days: 7 }).days).toBe(7);
    expect(refusal(`${HEAD}0,1,2,1,1\n${86_400 * 6},1,2,1,1\n`, { days: 5 }).message).toMatch(/7 days, more than 5/);
  });

  it('is the same whatever comes first, a row or a side', () => {
    const rows = exampleNetwork().trim().split('\n').slice(1, 200);
    const table = read(`${HEAD}${rows.join('\n')}\n`);
    const swapped = (row: string): string => {
      const [time, a, b, ...rest] = row.split(',');
      return [time, b, a, ...rest].join(',');
    };
    fc.assert(
      fc.property(fc.shuffledSubarray(rows, { minLength: rows.length }), fc.integer(), (shuffled, bits) => {
        const turned = shuffled.map((row, k) => ((bits >> (k % 31)) & 1 ? swapped(row) : row));
        expect(read(`${HEAD}${turned.join('\n')}\n`)).toEqual(table);
      }),
      { numRuns: 20 },
    );
  });

  it('that ships is what its tool writes', () => {
    expect(committedNetwork()).toBe(exampleNetwork());
    expect(read(committedNetwork())).toMatchObject({ agents: 120, days: 5 });
  });
});

describe('a network file is refused', () => {
  it.each<[string, string, NetworkOptions, string, RegExp, object?]>([
    ['without contacts', HEAD, {}, 'E-FILE-EMPTY', /no contacts/],
    [
      'with a self-contact',
      `${HEAD}0,1,2,1,1\n5,7,7,1,1\n`,
      {},
      'E-FILE-INVALID',
      /7 meets themselves/,
      { line: 3, column: 5 },
    ],
    [
      'with a row twice',
      `${HEAD}0,1,2,1,1\n9,3,4,1,1\n0,1,2,5,9\n`,
      {},
      'E-FILE-INVALID',
      /same two at the same time as in line 2/,
      { line: 4 },
    ],
    ['with a row twice, turned round', `${HEAD}0,1,2,1,1\n0,2,1,1,1\n`, {}, 'E-FILE-INVALID', /same two/, { line: 3 }],
    [
      'with two meetings at a time',
      `${HEAD}0,1,2,1,2\n60,2,1,1,1\n`,
      {},
      'E-FILE-INVALID',
      /meet already, by line 2/,
      { line: 3 },
    ],
    [
      'with an unknown column',
      'time,a,b,distance,minuets\n',
      {},
      'E-FILE-FORMAT',
      /no column minuets/,
      { line: 1, column: 19 },
    ],
    ['without times', 'a,b,distance,minutes\n', {}, 'E-FILE-FORMAT', /no column time/, { line: 1 }],
    ['without a second person', 'time,a,distance,minutes\n', {}, 'E-FILE-FORMAT', /no column b/],
    ['without a distance', 'time,a,b,minutes\n', {}, 'E-FILE-FORMAT', /no column distance or rssi/],
    ['with distance and rssi', 'time,a,b,minutes,distance,rssi\n', {}, 'E-FILE-FORMAT', /columns distance and rssi/],
    ['without a duration', 'time,a,b,distance\n', {}, 'E-FILE-FORMAT', /no column seconds or minutes/],
    [
      'with two durations',
      'time,a,b,distance,seconds,minutes\n',
      { rowSeconds: 5 },
      'E-FILE-FORMAT',
      /columns seconds and minutes/,
    ],
    [
      'with one column twice',
      'time,t,a,b,distance,seconds\n',
      {},
      'E-FILE-INVALID',
      /two columns say time/,
      { column: 6 },
    ],
    ['with rssi alone', 'time,a,b,rssi,seconds\n', {}, 'E-FILE-FORMAT', /power that was sent/],
    [
      'with a negative distance',
      `${HEAD}0,1,2,-1,1\n`,
      {},
      'E-FILE-INVALID',
      /-1 m is not from 0 to 1000/,
      { line: 2, column: 7 },
    ],
    [
      'with a distance in words',
      `${HEAD}0,1,2,near,1\n`,
      {},
      'E-FILE-INVALID',
      /"near" is no number, m/,
      { line: 2, column: 7 },
    ],
    ['with no distance', `${HEAD}0,1,2,,1\n`, {}, 'E-FILE-INVALID', /"" is no number/],
    ['with a decimal comma that separates', `${HEAD}0,1,2,1,5,1\n`, {}, 'E-FILE-INVALID', /6 values in a table of 5/],
    [
      'with two decimal signs',
      'time;a;b;distance;minutes\n0;1;2;1,5;1\n60;1;2;1.5;1\n',
      {},
      'E-FILE-INVALID',
      /"1.5": numbers above have ","/,
      { line: 3, column: 8 },
    ],
    [
      'with a sign between thousands',
      'time;a;b;distance;minutes\n1.000,5;1;2;1;1\n',
      {},
      'E-FILE-INVALID',
      /"1.000,5" is no number/,
    ],
    [
      'in centimetres',
      `${HEAD}0,1,2,150,1\n60,1,2,350,1\n`,
      {},
      'E-UNITS',
      /2 of 2 distances .* look like centimetres/,
    ],
    ['mostly in centimetres', `${HEAD}0,1,2,5,1\n60,1,2,50,1\n90,1,3,80,1\n`, {}, 'E-UNITS', /2 of 3 distances/],
    [
      'with rssi that is an attenuation',
      'time,a,b,rssi,seconds\n0,1,2,71,5\n',
      { transmitPower: -26 },
      'E-FILE-INVALID',
      /71 dBm is not from/,
    ],
    [
      'with a time before all times',
      `${HEAD}-5,1,2,1,1\n`,
      {},
      'E-FILE-INVALID',
      /-5 s is not from 0/,
      { line: 2, column: 1 },
    ],
    ['with no time at all', `${HEAD}0,1,2,1,0\n`, {}, 'E-FILE-INVALID', /0 minutes is not from/, { column: 9 }],
    ['with a meeting of days', `${HEAD}0,1,2,1,2000\n`, {}, 'E-FILE-INVALID', /2000 minutes is not from/],
    ['with nobody', `${HEAD}0,,2,1,1\n`, {}, 'E-FILE-INVALID', /nobody stands here/, { column: 3 }],
    ['with -1 for nobody', `${HEAD}0,5,-1,1,1\n`, {}, 'E-FILE-INVALID', /-1 is nobody/, { column: 5 }],
    ['with a row that is short', `${HEAD}0,1,2\n`, {}, 'E-FILE-INVALID', /3 values in a table of 5/, { line: 2 }],
    ['with a quote that is never closed', `${HEAD}0,"1,2,1,1\n`, {}, 'E-FILE-INVALID', /this is no table/],
    ['in milliseconds', `${HEAD}0,1,2,1,1\n86400000000,1,2,1,1\n`, {}, 'E-LIMIT', /days, more than 1000/],
  ])('%s', (_, text, options, code, message, place = {}) => {
    const error = refusal(text, options);
    expect(error.message).toMatch(message);
    expect(error).toMatchObject({ code, place: { file: 'n.csv', ...place } });
  });

  it('with a hint what to do about units and commas', () => {
    expect(refusal(`${HEAD}0,1,2,150,1\n`).hint).toBe('write them in metres: centimetres divided by 100');
    expect(refusal(`${HEAD}0,1,2,1,5,1\n`).hint).toMatch(/write points, or columns with ";"/);
  });

  it('with a hint where a name is nearly right, and with the columns else', () => {
    expect(refusal('time,a,b,distanse,seconds\n').hint).toMatch(/did you mean distance/);
    expect(refusal('time,a,b,weather,seconds\n').hint).toMatch(/columns: time \(s\), a, b/);
  });

  it('or read, whatever stands in it: nothing else happens', () => {
    const cells = fc.constantFrom('0', '1', '2', '60', '-1', '', 'x', '"', '1e3', 'time', '\t', ';');
    fc.assert(
      fc.property(fc.array(fc.array(cells, { minLength: 1, maxLength: 6 }), { maxLength: 8 }), (rows) => {
        try {
          const { agents, days } = read(`${HEAD}${rows.map((row) => row.join(',')).join('\n')}`);
          expect(agents > 1 && days > 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(EnlabError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
