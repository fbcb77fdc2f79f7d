/** Numbers that no record holds, in every format: a counted rejection or an error of the file, never a bug of ours. */
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import type { OpenOptions } from '../../src/trace/open.ts';
import { openTrace } from '../../src/trace/open.ts';
import { importers } from '../../src/trace/registry.ts';
import { summaryOf } from '../../src/trace/summary.ts';
import { timeProblem } from '../../src/trace/timeRange.ts';
import { traceText } from '../../src/trace/write.ts';
import { fileWith, folderWith } from '../helpers/imports.ts';
import { nativeText, sighting, textError } from '../helpers/traces.ts';

const OUTSIDE = 'date outside 1970..2100';

/** What `trace import` does: the text of our trace, or the error; and the summary. */
async function imported(path: string, options: OpenOptions = {}): Promise<{ error?: EnlabError; rejected: string[] }> {
  const trace = await openTrace(path, options);
  let text = '';
  try {
    for await (const piece of traceText({}, trace.batches)) text += piece;
  } catch (error) {
    expect(error, String(error)).toBeInstanceOf(EnlabError);
    return { error: error as EnlabError, rejected: [...trace.tally.rejected.keys()] };
  }
  expect(text).toMatch(/^\{/);
  expect(summaryOf(trace, { table: null, truth: null }).time.unit).toBeTruthy();
  return { rejected: [...trace.tally.rejected.keys()] };
}

const huge = '1e20';
const day = { date: '2020-11-03', duration: 1200, attenuation_value: 61, attenuation_durations: [0, 900, 300] };
const summary = { date: '2020-11-06', matched_key_count: 1 };
const upload = (change: object, detected = summary.date): string => {
  const info = { ...day, transmission_risk_level: 8, total_risk_score: 25 };
  return JSON.stringify([
    { ...summary, exposure_info: [info] },
    { ...summary, date: detected, exposure_info: [{ ...info, ...change }] },
  ]);
};
const windows = (field: string, value: string): string => {
  const scan = { minAttenuationDb: 40, typicalAttenuationDb: 45, secondsSinceLastScan: 120 };
  const good = { dateMillisSinceEpoch: 1_604_188_800_000, reportType: 1, infectiousness: 1, scanInstances: [scan] };
  const text = JSON.stringify(good);
  return `[${text},${text.replace(new RegExp(`("${field}":)\\d+`), `$1${value}`)}]`;
};

function database(...rows: readonly string[]): Uint8Array {
  const memory = new Database(':memory:');
  const columns = 'receiver_id, receiver_model, transmitter_id, transmitter_model, timestamp, rssi, tx_power';
  memory.exec(`CREATE TABLE results (${columns}, ground_truth_distance);
    INSERT INTO results VALUES ${rows.map((row) => `('1','m','2','m',${row})`).join()}`);
  const bytes = memory.serialize();
  memory.close();
  return bytes;
}

const feet = { units: { distance: 'ft' } };
const pactLine = (rest: string): string => `2020-05-16T14:34:49.500Z,Bluetooth,ID,${rest}`;
const hello = 'mac,timeCollectedOnDevice,timeFromHelloMessage,rssiCalibrated';
const goodHello = `A,1590000000,${(1_590_000_000 + 2_208_988_800) % 65_536},-60`;

/** Format, file name, options, and a file in which one value is `value`. */
const files: readonly (readonly [string, string, string, OpenOptions, (value: string) => string | Uint8Array])[] = [
  ['enlab', 'time', 'a.ndjson', {}, (v) => nativeText(sighting, JSON.stringify(sighting).replace('1600000000', v))],
  ['csv', 'day', 'a.csv', {}, (v) => `minutes,attenuation,day\n5,60,2020-06-01\n5,61,${v}\n`],
  ['csv', 'weight', 'a.csv', {}, (v) => `minutes,attenuation,weight\n5,60,1\n5,61,${v === huge ? '1e400' : v}\n`],
  ['csv', 'minutes', 'a.csv', {}, (v) => `minutes,attenuation\n5,60\n${v},61\n`],
  ['cells', 'positives', 'a.csv', {}, (v) => `D,A,positives,negatives\n1,1,1,1\n1,2,${v},1\n`],
  ['contacts-csv', 'time', 'a.csv', {}, (v) => `time,a,b,rssi\n300,1,2,-60\n${v},1,2,-60\n`],
  ['contacts-csv', 'time in s', 'a.csv', { units: { time: 's' } }, (v) => `time,a,b,rssi\n3,1,2,-60\n${v},1,2,-60\n`],
  ['identifiers-csv', 'time', 'a.csv', {}, (v) => `time,rpi\n1600000000,${'8b'.repeat(16)}\n${v},${'8b'.repeat(16)}\n`],
  ['contacts-csv', 'distance', 'a.csv', {}, (v) => `time,a,b,distance\n300,1,2,1\n600,1,2,${v}\n`],
  ['leith-bins', 'minutes', 'x_attenuations.txt', {}, (v) => `# 50-60, 60-70\n1 2\n${v} 2\n`],
  ['dp3t-sqlite', 'timestamp', 'a.sqlite', {}, (v) => database('1596000000,-60,0,1', `${v},-60,0,1`)],
  ['dp3t-sqlite', 'rssi', 'a.sqlite', {}, (v) => database('1596000000,-60,0,1', `1596000000,${v},0,1`)],
  ['exposure-windows', 'date', 'a.json', {}, (v) => windows('dateMillisSinceEpoch', v)],
  ['exposure-windows', 'scan', 'a.json', {}, (v) => windows('minAttenuationDb', v)],
  ['pact', 'time', 'a.txt', feet, (v) => `${pactLine('-60,N,8.0,611332489.5')}\n${pactLine(`-60,N,8.0,${v}`)}\n`],
  ['robert-hello', 'time', 'R.csv', {}, (v) => `${hello}\n${goodHello}\n${goodHello.replace('1590000000', v)}\n`],
  [
    'immuni-epidemiological',
    'duration',
    'a.json',
    {},
    (v) => upload({ duration: 7 }).replace('"duration":7', `"duration":${v}`),
  ],
];

describe('one value that no record holds', () => {
  const cases = files.flatMap(([format, what, name, options, file]) =>
    [huge, '-5', 'Infinity'].map((value) => [format, what, value, name, options, file] as const),
  );
  it.each(cases)('%s: %s = %s', async (format, _what, value, name, options, file) => {
    // JSON and SQL write it 9e999; tables may hold the word.
    const isWord = !['enlab', 'dp3t-sqlite', 'exposure-windows', 'immuni-epidemiological'].includes(format);
    const text = file(value === 'Infinity' && !isWord ? '9e999' : value);
    const path = folderWith({ [name]: text, 'x_distances.txt': '1\n1\n' });
    const { error, rejected } = await imported(`${path}/${name}`, { ...options, from: format });
    if (error) expect(error).toMatchObject({ exitCode: 2 });
    else expect(rejected).toHaveLength(1);
  });

  it('covers every format that gives records', () => {
    const covered = new Set(files.map(([format]) => format));
    expect(importers.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual(['exposure-checks']);
  });
});

describe('dates that no phone measured', () => {
  it.each(['9999-12-31', '1900-01-01', '31/12/1969', '2101-01-01', '99999999999'])('%s in a table', async (date) => {
    const path = fileWith('a.csv', `minutes;attenuation;day\n5;60;31/12/2100\n5;61;01/01/1970\n5;62;${date}\n`);
    expect(await imported(path)).toEqual({ rejected: [OUTSIDE] });
  });

  it.each([
    [-1, OUTSIDE],
    [0, undefined],
    [4_133_980_799, undefined],
    [4_133_980_800, OUTSIDE],
    [Number.NaN, OUTSIDE],
    [Infinity, OUTSIDE],
  ])('%d s: %s', (time, problem) => {
    expect(timeProblem(time)).toBe(problem);
  });

  it('an Immuni exposure of the year 9999', async () => {
    const path = fileWith('a.json', upload({ date: '9999-12-30' }, '9999-12-31'));
    expect(await imported(path)).toEqual({ rejected: [OUTSIDE] });
  });

  it('a pact range beyond the record is unknown, not an error', async () => {
    const log = `2020-05-16T14:34:49.000Z,Range,99999\n${pactLine('-60,N,8.0,611332489.5')}\n`;
    expect(await imported(fileWith('a.txt', log), feet)).toEqual({ rejected: [] });
  });

  it('a bin of the Dublin header above one byte is an error', async () => {
    const folder = folderWith({ 'x_attenuations.txt': '# 50-60, 60-300\n1 2\n', 'x_distances.txt': '1\n' });
    const { error } = await imported(`${folder}/x_attenuations.txt`);
    expect(error).toMatchObject({ code: 'E-FILE-INVALID', message: expect.stringContaining('above 255 dB') });
  });
});

describe('a whole file in another unit is E-UNITS', () => {
  it('contacts in milliseconds that were declared seconds', async () => {
    const text = 'time,a,b,rssi\n1590969610500,1,2,-60\n1590969611500,1,2,-60\n';
    const error = await textError(text, { units: { time: 's' } });
    expect(error).toMatchObject({ code: 'E-UNITS', hint: expect.stringContaining('time=ms') });
  });

  it.each([
    ['microseconds', '1596000000000000'],
    ['nanoseconds', '1596000000000000000'],
  ])('packet logs in %s', async (_unit, time) => {
    const error = await textError(database(`${time},-60,0,1`), {}, 'a.sqlite');
    expect(error).toMatchObject({ code: 'E-UNITS', message: expect.stringContaining('neither unix seconds nor') });
  });
});
