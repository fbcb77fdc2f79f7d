/** What every command with a result has in common: --format, --out, options, seed, and the same bytes every time. */
import { stripVTControlCharacters } from 'node:util';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import {
  checkSchema,
  compareSchema,
  curveSchema,
  explainSchema,
  fitSchema,
  inspectSchema,
  lintSchema,
  presetsSchema,
  whatifSchema,
} from '../../calibration/schemas.ts';
import { widthOf } from '../../cli/edge.ts';
import { parsed, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fixtureBytes } from '../helpers/cliTraces.ts';

const judged = { level: 'user', reduce: 'mean', binSplit: 'proportional', durationEdge: 'bucket', bootstrap: 20 };

/** Of every command that reads a trace, unless it is told otherwise. */
const read = { from: null, columns: null, units: null, dateOrder: null, weight: null, distances: null, controls: null };

/** Command line, schema of its JSON, options that it must echo, whether it draws. */
const results: readonly (readonly [string, z.ZodType, object, boolean])[] = [
  [
    'calibrate check field.csv --preset immuni-2020-06-05 --rule "attenuation<=70 minutes>15" --bootstrap 20',
    checkSchema,
    { ...judged, traces: ['field.csv (csv)'], deviceTable: '201214', prevalence: null },
    true,
  ],
  [
    'calibrate compare immuni-2020-06-05 stopp-corona field.csv --bootstrap 20 --seed 9',
    compareSchema,
    { ...judged, a: 'immuni-2020-06-05', b: 'stopp-corona', failIf: [] },
    true,
  ],
  [
    'calibrate curve lunch.sqlite --distance 1.5 --thresholds 55,63 --device-table 200813 --unknown-device 5,-24',
    curveSchema,
    {
      ...read,
      traces: ['lunch.sqlite (dp3t-sqlite)'],
      distance: 1.5,
      thresholds: [55, 63],
      deviceTable: '200813, unknown models [5, -24]',
      unknownDevice: '5,-24',
    },
    false,
  ],
  [
    'calibrate explain --preset immuni-2020-06-05 --exposure "minutes=15 attenuation=60"',
    explainSchema,
    { preset: 'immuni-2020-06-05', exposure: { minutes: 15, attenuation: 60 } },
    false,
  ],
  [
    'calibrate whatif field.csv --vary A4=0..3 --bootstrap 20',
    whatifSchema,
    { ...judged, preset: 'immuni-2020-06-05' },
    true,
  ],
  [
    'calibrate fit field.csv --bootstrap 20 --forbid "minutes<=5"',
    fitSchema,
    { ...judged, objective: 'youden', preset: 'immuni-2020-06-05', forbid: ['minutes<=5'], maxFpr: null },
    true,
  ],
  ['calibrate lint settings.json', lintSchema, {}, false],
  ['presets', presetsSchema, { name: null }, false],
  ['presets immuni-dpia', presetsSchema, { name: 'immuni-dpia' }, false],
  [
    'trace inspect field.csv lunch.sqlite --head 2 --date-order dmy --units distance=m',
    inspectSchema,
    {
      ...read,
      traces: ['field.csv (csv)', 'lunch.sqlite (dp3t-sqlite)'],
      deviceTable: '201214',
      unknownDevice: null,
      dateOrder: 'dmy',
      units: 'distance=m',
      scanGap: '25.5, 6',
      episodes: false,
      truth: null,
      head: 2,
    },
    false,
  ],
];

describe.each(results)('enlab %s', (line, schema, options, draws) => {
  let place: Workplace;
  let table: string;
  let json: string;
  beforeAll(async () => {
    place = await equipped();
    table = await place.output(line);
    json = await place.output(`${line} --format json`);
  });

  it('prints a table that fits the terminal', async () => {
    for (const width of [60, 100]) {
      const lines = (await place.output(line, { width })).split('\n');
      expect(Math.max(...lines.map((each) => each.length))).toBeLessThanOrEqual(width);
      expect(lines.length).toBeGreaterThan(5);
    }
  });

  it('prints JSON of its schema with its options', () => {
    expect(parsed(json, schema)).toMatchObject({ version: 1, options, data: {} });
  });

  it('says what its figures are conditional on, where they come from a trace', () => {
    const isJudging = /^calibrate (?!explain|lint)/.test(line);
    expect(table.replaceAll('\n', ' ').includes('conditional on reception')).toBe(isJudging);
  });

  it('prints CSV whose rows are as long as its header', async () => {
    const rows = parse(await place.output(`${line} --format csv`));
    expect(rows.length).toBeGreaterThan(1);
    expect(new Set(rows.map(({ length }) => length)).size).toBe(1);
  });

  it('writes JSON into --out FILE and shows the table; "-" is stdout', async () => {
    const before = place.files();
    expect(await place.output(`${line} --out sub/result.json`)).toBe(table);
    expect(place.files()).toEqual([...before, 'sub/result.json'].toSorted());
    expect(place.text('sub/result.json')).toBe(json);
    expect(await place.output(`${line} --out -`)).toBe(table);
    expect(await place.output(`${line} --format json --out -`)).toBe(json);
  });

  it('writes the form that --format names into --out FILE, and nothing to stdout', async () => {
    for (const format of ['table', 'json', 'csv']) {
      expect(await place.output(`${line} --format ${format} --out result.txt`)).toBe('');
      expect(place.text('result.txt')).toBe(await place.output(`${line} --format ${format}`));
    }
  });

  it(draws ? 'says on stderr first with which seed to repeat it' : 'has nothing to say on stderr', async () => {
    const { stderr } = await place.enlab(line);
    if (!draws) return expect(stderr).toBe('');
    const [, seed, repeat] = /^seed (\d+); repeat with: enlab (.+)\n$/.exec(stderr)!;
    expect(line.includes('--seed') ? line : `${line} --seed 1`).toContain(`--seed ${seed}`);
    expect(await place.output(repeat!)).toBe(table);
  });
});

async function equipped(): Promise<Workplace> {
  const place = new Workplace({ 'field.csv': fieldCsv(), 'lunch.sqlite': fixtureBytes('dp3t-special-rssi.sqlite') });
  await place.output('calibrate fit field.csv --bootstrap 0 --out fit.json');
  await place.output('calibrate export fit.json --target immuni --out settings.json');
  place.put('settings.json', place.text('settings.json').replace('_enlab', 'enlab'));
  return place;
}

describe('a terminal of width 0 or 1', () => {
  it.each([0, 1])('%i: gets the table and the help, in lines that can be read', async (width) => {
    const place = new Workplace({ 'field.csv': fieldCsv() });
    const line = 'calibrate check field.csv --preset immuni-dpia --bootstrap 0';
    expect(await place.output(line, { width, isTerminal: true })).toBe(
      await place.output(line, { width: 20, isTerminal: true }),
    );
    expect(await place.output('calibrate check --help', { width })).toContain('--all-presets');
  });

  it('0 is what a terminal says that does not know its size: the usual width', () => {
    expect([{ columns: 0 }, {}, { columns: 1 }, { columns: 80 }].map(widthOf)).toEqual([120, 120, 1, 80]);
  });
});

describe('the seed', () => {
  const place = new Workplace({ 'field.csv': fieldCsv() });

  it('decides the intervals and is in the result', async () => {
    const run = (seed: number) =>
      place.json(`calibrate check field.csv --preset immuni-dpia --bootstrap 50 --seed ${seed}`, checkSchema);
    const [first, second] = [await run(1), await run(2)];
    expect([first.seed, second.seed]).toEqual([1, 2]);
    expect(first.rules[0]!.mcc.value).toBe(second.rules[0]!.mcc.value);
    expect(first.rules[0]!.mcc.low).not.toBe(second.rules[0]!.mcc.low);
  });

  it('is not spoken of where nothing is drawn', async () => {
    const { stderr } = await place.enlab('calibrate check field.csv --all-presets --bootstrap 0');
    expect(stderr).toBe('');
  });

  it('is in a command that a shell can run, whatever the words are', async () => {
    place.put("it's a field.csv", fieldCsv());
    const words = ['calibrate', 'check', "it's a field.csv", '--rule', 'minutes>15', '--bootstrap', '5', '--seed=3'];
    const { stderr } = await place.enlab(words);
    expect(stderr).toBe(
      `seed 3; repeat with: enlab calibrate check 'it'\\''s a field.csv' --rule 'minutes>15' --bootstrap 5 --seed=3\n`,
    );
  });
});

describe('colour', () => {
  const place = new Workplace({ 'field.csv': fieldCsv() });
  const line = 'calibrate check field.csv --preset immuni-dpia --bootstrap 0';
  const escape = '\u001b[';

  it('is for terminals', async () => {
    const coloured = await place.output(line, { isTerminal: true });
    expect(coloured).toContain(escape);
    expect(await place.output(line)).toBe(stripVTControlCharacters(coloured));
  });

  it.each([
    ['NO_COLOR=1', { environment: { NO_COLOR: '1' }, isTerminal: true }],
    ['TERM=dumb', { environment: { TERM: 'dumb' }, isTerminal: true }],
    ['no terminal', { isTerminal: false }],
  ])('%s turns it off', async (_, world) => {
    expect(await place.output(line, world)).not.toContain(escape);
  });

  it('stays with an empty NO_COLOR, as no-color.org says', async () => {
    expect(await place.output(line, { environment: { NO_COLOR: '' }, isTerminal: true })).toContain(escape);
  });

  it('is never in a file', async () => {
    const stdout = await place.output(`${line} --format table --out table.txt`, { isTerminal: true });
    expect(stdout).toBe('');
    expect(place.text('table.txt')).not.toContain(escape);
  });

  it.each(['--help', 'calibrate fit --help'])('is not in %s', async (words) => {
    expect(await place.output(words, { isTerminal: true })).not.toContain(escape);
  });
});
