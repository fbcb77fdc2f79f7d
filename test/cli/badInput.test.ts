/** Files that are not what they should be: every command says what, where and a hint, and leaves nothing behind. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { checkSchema, fitSchema } from '../../calibration/schemas.ts';
import { keyed } from '../../src/core/random.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv, fieldRows, fixtureBytes, leithFolder } from '../helpers/cliTraces.ts';

/** Every command that reads a trace, with all its outputs. */
const readers = [
  'trace import TRACE --out out/trace.ndjson',
  'trace import TRACE --out out/trace.ndjson.gz',
  'trace inspect TRACE --out out/summary.json',
  'replay TRACE --out out/verdicts.csv',
  'calibrate check TRACE --all-presets --bootstrap 0 --out out/check.json',
  'calibrate compare immuni-dpia stopp-corona TRACE --bootstrap 0 --out out/compare.json',
  'calibrate curve TRACE --out out/curve.json',
  'calibrate whatif TRACE --vary shift=0..1dB --bootstrap 0 --out out/whatif.json',
  'calibrate fit TRACE --bootstrap 0 --out out/fit.json --report out/fit.html --tables out/tables',
] as const;

const stream = keyed(1, 'binary file');
const binary = Uint8Array.from({ length: 4096 }, () => stream.below(256));
/** Long enough to fail in the middle of the records, after the outputs have been opened. */
const longCsv = fieldCsv(undefined, Array.from({ length: 300 }, () => fieldRows).flat());
const table = (...rows: readonly string[]): string =>
  ['user,minutes,attenuation,label,distance', ...rows, ''].join('\n');

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly trace: string;
  readonly code: string;
  readonly message: RegExp;
}

const cases: readonly Case[] = [
  {
    name: 'a missing file',
    files: {},
    trace: 'no.csv',
    code: 'E-FILE-MISSING',
    message: /: no\.csv: there is no such file/,
  },
  { name: 'an empty file', files: { 'a.csv': '' }, trace: 'a.csv', code: 'E-FILE-EMPTY', message: /: a\.csv: / },
  { name: 'nothing but blanks', files: { 'a.csv': ' \n\n ' }, trace: 'a.csv', code: 'E-FILE-EMPTY', message: /blanks/ },
  { name: 'a header alone', files: { 'a.csv': table() }, trace: 'a.csv', code: 'E-FILE-EMPTY', message: /no records/ },
  {
    name: 'a binary file',
    files: { 'a.bin': binary },
    trace: 'a.bin',
    code: 'E-FILE-FORMAT',
    message: /a\.bin: no format is recognised[^]*--from/,
  },
  {
    name: 'a folder without a trace',
    files: { 'dir/readme.txt': 'hello' },
    trace: 'dir',
    code: 'E-FILE-FORMAT',
    message: /: dir: this is a folder/,
  },
  {
    name: 'a truncated gzip',
    files: { 'a.csv.gz': gzipSync(longCsv).subarray(0, -200) },
    trace: 'a.csv.gz',
    code: 'E-FILE-TRUNCATED',
    message: /: a\.csv\.gz: gzip: .*[^]*hint: copy or download it again/,
  },
  {
    name: 'a gzip with a broken checksum',
    files: { 'a.ndjson.gz': damaged(gzipSync(longCsv)) },
    trace: 'a.ndjson.gz',
    code: 'E-FILE-TRUNCATED',
    message: /gzip/,
  },
  {
    name: 'metres that are centimetres',
    files: { 'a.csv': table('p,20,50,yes,150', 'q,20,50,no,400') },
    trace: 'a.csv',
    code: 'E-UNITS',
    message: /a\.csv: 2 of 2 distances are above 30: they look like centimetres[^]*--units distance=cm/,
  },
  {
    name: 'minutes that are seconds',
    files: { 'a.csv': table('p,900,50,yes,1', 'q,1300,50,no,4') },
    trace: 'a.csv',
    code: 'E-UNITS',
    message: /look like seconds[^]*--units duration=s/,
  },
  {
    name: 'attenuations that are RSSI',
    files: { 'a.csv': table('p,20,-60,yes,1', 'q,20,-70,no,4') },
    trace: 'a.csv',
    code: 'E-UNITS',
    message: /look like RSSI in dBm/,
  },
  {
    name: 'rows of which none can be used',
    files: { 'a.csv': table('p,NaN,50,yes,1', 'q,-5,50,no,4', 'r,20,300,no,4') },
    trace: 'a.csv',
    code: 'E-FILE-INVALID',
    message: /none of the 3 rows can be used \(.*minutes below 0: 1/,
  },
  {
    name: 'rows that do not belong together',
    files: {
      'dir/a_attenuations.txt': fixtureBytes('leith-unequal/unequal_attenuations.txt'),
      'dir/a_distances.txt': fixtureBytes('leith-unequal/unequal_distances.txt'),
    },
    trace: 'dir',
    code: 'E-FILE-INVALID',
    message: /11 rows, but 12 rows in dir\/a_attenuations\.txt\n/,
  },
  {
    name: 'a table without the columns it needs',
    files: { 'a.csv': 'user,minutes\np,20\n' },
    trace: 'a.csv',
    code: 'E-FILE-FORMAT',
    message: /no format is recognised/,
  },
  {
    name: 'a database of something else',
    files: { 'a.sqlite': fixtureBytes('foreign.sqlite') },
    trace: 'a.sqlite',
    code: 'E-FILE-FORMAT',
    message: /a\.sqlite/,
  },
  {
    name: 'an enlab trace with a line that is cut',
    files: {
      'a.ndjson':
        '{"format":"enlab-trace","version":1,"units":{"time":"unix s","seconds":"s","minutes":"min","attenuation":"dB","rssi":"dBm","distance":"m"},"provenance":{}}\n{"type":"expo',
    },
    trace: 'a.ndjson',
    code: 'E-FILE-INVALID',
    message: /a\.ndjson:2/,
  },
];

/** One byte of the CRC is wrong. */
function damaged(gzip: Buffer): Buffer {
  gzip[gzip.length - 8]! ^= 0xff;
  return gzip;
}

describe.each(cases)('$name', ({ files, trace, code, message }) => {
  it.each(readers)('enlab %s', async (line) => {
    const place = new Workplace(files);
    const before = place.files();
    expectError(await place.enlab(line.replace('TRACE', trace)), 2, code, message);
    expect(place.files()).toEqual(before);
  });
});

describe('rows that cannot be used among others that can', () => {
  it('are rejected and counted by reason; the rest is used', async () => {
    const rows = [
      'p,20,50,yes,1',
      'p,NaN,50,yes,1',
      'q,-5,50,no,1',
      'r,20,300,no,1',
      's,20,50,perhaps,1',
      't,20,60,no,1',
      't,20,60,no,1',
    ];
    const place = new Workplace({ 'a.csv': table(...rows) });
    const { data, traces } = JSON.parse(await place.output('trace inspect a.csv --format json'));
    expect(data).toMatchObject({ rows: 7, used: 3, exposures: 3 });
    expect(traces[0].rejected).toEqual({
      'attenuation above 255': 1,
      'label is neither yes nor no': 1,
      'minutes below 0': 1,
      'minutes unknown': 1,
    });
    expect(traces[0].notices).toEqual({ 'row equal to an earlier row, kept': 1 });
    const checked = await place.json(
      'calibrate check a.csv --preset immuni-dpia --bootstrap 0 --level exposure',
      checkSchema,
    );
    expect(checked.data).toMatchObject({ n: 3, positives: 1, negatives: 2 });
  });

  it('RSSI out of range', async () => {
    const place = new Workplace({ 'a.sqlite': fixtureBytes('dp3t-special-rssi.sqlite') });
    const stdout = await place.output('trace inspect a.sqlite');
    expect(stdout).toMatch(/RSSI above -20 dBm is a special value +2/);
    expect(stdout).toMatch(/RSSI outside -110\.\.0 dBm +2/);
  });

  it('are in the participant flow of the fit', async () => {
    const rows = fieldCsv(['user', 'minutes', 'attenuation', 'label']);
    const place = new Workplace({ 'a.csv': `${rows}p1,-5,50,yes\n` });
    await place.output('calibrate fit a.csv --bootstrap 0 --tables tables');
    expect(place.text('tables/flow.csv')).toContain('a.csv,rejected: minutes below 0,1');
  });
});

describe('data of one class', () => {
  const everyone = (label: boolean) =>
    fieldCsv(
      undefined,
      fieldRows.map((row) => ({ ...row, label })),
    );

  it.each([
    ['no contact', 'none.csv', false, '0 positives'],
    ['no other', 'all.csv', true, '0 negatives'],
  ])('%s: fit exits 2 with the reason, check says undefined', async (_, name, label, reason) => {
    const place = new Workplace({ [name]: everyone(label) });
    const ran = await place.enlab(`calibrate fit ${name} --bootstrap 0 --out fit.json --report fit.html`);
    expectError(ran, 2, 'E-UNDEFINED', reason, 'try --level exposure');
    expect(place.files()).toEqual([name]);
    const { rules } = await place.json(`calibrate check ${name} --preset immuni-dpia --bootstrap 0`, checkSchema);
    expect(rules[0]!.youden).toEqual({ value: null, low: null, high: null, reason });
    expect(await place.output(`calibrate check ${name} --preset immuni-dpia --bootstrap 0`)).toContain(
      `undefined (${reason})`,
    );
  });

  it('in each scenario: fit works, leave-one-scenario-out says why it cannot', async () => {
    const rows = fieldRows.map((row) => ({ ...row, scenario: row.label ? 'office' : 'home' }));
    const place = new Workplace({ 'a.csv': fieldCsv(undefined, rows) });
    const { leaveOneScenarioOut } = await place.json('calibrate fit a.csv --bootstrap 0 --level exposure', fitSchema);
    expect(leaveOneScenarioOut.map(({ scenario }) => scenario)).toEqual(['home', 'office']);
    for (const { tuned } of leaveOneScenarioOut)
      expect(tuned).toMatchObject({ value: null, reason: expect.stringMatching(/0 (positives|negatives)/) });
  });
});

describe('configuration files', () => {
  const tables = (D: readonly number[]) =>
    JSON.stringify(
      {
        exposure_configuration: {
          attenuation_thresholds: [50, 70],
          attenuation_bucket_scores: [0, 5, 5, 5, 5, 5, 5, 5],
          attenuation_weight: 1,
          days_since_last_exposure_bucket_scores: [1, 1, 1, 1, 1, 1, 1, 1],
          days_since_last_exposure_weight: 1,
          duration_bucket_scores: D,
          duration_weight: 1,
          transmission_risk_bucket_scores: [1, 1, 1, 1, 1, 1, 1, 1],
          transmission_risk_weight: 1,
          minimum_risk_score: 1,
        },
        exposure_info_minimum_risk_score: 20,
      },
      null,
      1,
    );
  const place = new Workplace({
    'field.csv': fieldCsv(),
    'reversed.json': tables([0, 0, 0, 8, 5, 5, 5, 5]),
    'nine.json': tables([0, 0, 0, 0, 5, 5, 5, 9]),
    'short.json': tables([0, 0, 0, 0, 5]),
    'half.json': tables([0, 0, 0, 0, 5, 5, 5, 5]).slice(0, 300),
    'list.json': '[1, 2]',
    'empty.json': '',
    'binary.json': binary,
  });

  it('with tables that are not monotone: lint names the line, exit 3; apps would read it, so check does', async () => {
    const { exitCode, stdout } = await place.enlab('calibrate lint reversed.json');
    const line =
      place
        .text('reversed.json')
        .split('\n')
        .findIndex((text) => text.trim() === '8,') + 2;
    expect(stdout).toMatch(new RegExp(`reversed\\.json:${line}:\\d+ +error +not-monotone +D5 = 5 is below D4 = 8`));
    expect(exitCode).toBe(3);
    await place.output('calibrate check field.csv --preset reversed.json --bootstrap 0');
  });

  it.each([
    ['nine.json', 'E-FILE-INVALID', /nine\.json:\d+:\d+: .*must be a whole number 0\.\.8/],
    ['short.json', 'E-FILE-INVALID', /short\.json:\d+:\d+: .*must be 8 whole numbers/],
    ['half.json', 'E-FILE-INVALID', /half\.json:\d+:\d+: this is not JSON/],
    ['list.json', 'E-FILE-FORMAT', /list\.json:1: the file holds no configuration/],
    ['empty.json', 'E-FILE-EMPTY', /empty\.json: the file is empty/],
    ['binary.json', 'E-FILE-FORMAT', /binary\.json: this is neither JSON \(in UTF-8\) nor a protobuf/],
    ['missing.json', 'E-FILE-MISSING', /missing\.json: there is no such file/],
    ['./', 'E-FILE-READ', /this is a folder/],
  ])('check, fit and explain refuse %s with its place', async (name, code, message) => {
    const before = place.files();
    const lines = [
      `calibrate check field.csv --preset ${name} --out out.json`,
      `calibrate fit field.csv --preset ${name} --out out.json`,
      `calibrate explain --exposure "minutes=15 attenuation=60" --preset ${name} --out out.json`,
      `replay field.csv --preset ${name} --out out.csv`,
    ];
    for (const line of lines) expectError(await place.enlab(line), 2, code, message);
    expect(place.files()).toEqual(before);
  });

  it.each([
    ['half.json', 2, 'E-FILE-INVALID'],
    ['list.json', 2, 'E-FILE-FORMAT'],
    ['empty.json', 2, 'E-FILE-EMPTY'],
    ['missing.json', 2, 'E-FILE-MISSING'],
  ])('lint refuses %s', async (name, exitCode, code) => {
    expectError(await place.enlab(`calibrate lint ${name} --out out.json`), exitCode, code, name);
    expect(place.has('out.json')).toBe(false);
  });

  it('a byte order mark is no mistake', async () => {
    const bom = '\uFEFF';
    await place.output('calibrate fit field.csv --bootstrap 0 --out fit.json');
    const settings = await place.output('calibrate export fit.json --target immuni');
    place.put('bom.json', bom + settings).put('bomfit.json', bom + place.text('fit.json'));
    place.put('bomset.json', bom + (await place.output('presets stopp-corona --format json')));
    await place.output('calibrate lint bom.json');
    expect(await place.output('calibrate export bomfit.json --target immuni')).toBe(settings);
    const line = 'calibrate check field.csv --preset bom.json --preset bomset.json --bootstrap 0';
    expect((await place.json(line, checkSchema)).rules).toHaveLength(2);
  });

  it('control characters of a file do not reach the terminal', async () => {
    place.put('escape.json', '{"a": \u001b[2J\u0007}');
    const { stderr } = await place.enlab('calibrate lint escape.json');
    expect(stderr).toContain('E-FILE-INVALID');
    expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('what export is given', () => {
  it.each([
    ['the result of another command', 'check.json', 'E-FILE-FORMAT', /check\.json: this is no result of a fit: schema/],
    ['a configuration', 'settings.json', 'E-FILE-FORMAT', /this is no result of a fit/],
    ['a trace', 'field.csv', 'E-FILE-FORMAT', /this is not JSON[^]*calibrate fit TRACE --out result\.json/],
    ['a fit that somebody changed', 'changed.json', 'E-FILE-FORMAT', /best/],
    ['nothing', 'missing.json', 'E-FILE-MISSING', /missing\.json/],
    ['an empty file', 'empty.json', 'E-FILE-EMPTY', /empty\.json/],
  ])('%s: exit 2, no file', async (_, name, code, message) => {
    const place = new Workplace({ 'field.csv': fieldCsv(), 'empty.json': '' });
    await place.output('calibrate check field.csv --all-presets --bootstrap 0 --out check.json');
    await place.output('calibrate fit field.csv --bootstrap 0 --out fit.json');
    await place.output('calibrate export fit.json --target immuni --out settings.json');
    const fit = JSON.parse(place.text('fit.json'));
    place.put('changed.json', JSON.stringify({ ...fit, best: { ...fit.best, D: [0, 0, 0, 0, 0, 0, 0, 9] } }));
    expectError(await place.enlab(`calibrate export ${name} --target immuni --out out.json`), 2, code, message);
    expect(place.has('out.json')).toBe(false);
  });

  it('an unknown target, with the ones there are', async () => {
    const ran = await new Workplace().enlab('calibrate export fit.json --target imuni');
    expectError(ran, 2, 'E-USAGE', /--target .*immuni.*env2-google/);
  });
});

describe('options that name files', () => {
  it.each([
    ['--distances no.txt', 'E-FILE-MISSING', /distances/],
    ['--device-table no.csv', 'E-FILE-MISSING', /no\.csv/],
    ['--device-table tram/small_distances.txt', 'E-FILE-FORMAT', /device table/],
  ])('%s', async (option, code, message) => {
    const place = new Workplace(leithFolder('tram'));
    expectError(await place.enlab(`calibrate check tram --all-presets ${option}`), 2, code, message);
  });

  it('are looked for in the folder of the command', async () => {
    const place = new Workplace({ ...leithFolder('tram'), 'far.txt': '# metres\n' + '9\n'.repeat(12) });
    const line = 'calibrate check tram --preset immuni-dpia --bootstrap 0 --level exposure';
    const near = await place.json(line, checkSchema);
    const far = await place.json(`${line} --distances far.txt`, checkSchema);
    expect(near.data.positives).toBeGreaterThan(0);
    expect(far).toMatchObject({ data: { positives: 0, negatives: 12 }, options: { distances: 'far.txt' } });
  });
});
