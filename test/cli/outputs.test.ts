/** Where results go: found impossible before the work, never over an input, whole or not at all, the same every time. */
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitSchema } from '../../calibration/schemas.ts';
import { OUTPUT_CLOSED } from '../../cli/edge.ts';
import { expectError, Workplace } from '../helpers/cli.ts';
import { fieldCsv, leithFolder } from '../helpers/cliTraces.ts';

/** Every command that writes a file, OUT is where. None of the inputs exists: reading would fail in another way. */
const writers = [
  'trace import missing.csv --out OUT',
  'trace inspect missing.csv --out OUT',
  'trace fit-path-loss missing.csv --out OUT',
  'trace fit-path-loss missing.csv --out good.json --report OUT',
  'trace fit-path-loss missing.csv --out good.json --place OUT',
  'replay missing.csv --out OUT',
  'calibrate check missing.csv --all-presets --out OUT',
  'calibrate compare immuni-dpia stopp-corona missing.csv --out OUT',
  'calibrate curve missing.csv --out OUT',
  'calibrate whatif missing.csv --vary A4=0..8 --out OUT',
  'calibrate fit missing.csv --out OUT',
  'calibrate fit missing.csv --report OUT',
  'calibrate fit missing.csv --out good.json --report OUT',
  'calibrate export missing.json --target immuni --out OUT',
  'match missing.zip missing.csv --out OUT',
  'match missing.zip missing.csv --out good.json --trace OUT',
  'backend inspect missing.zip --out OUT',
  'backend verify missing.zip --public-key missing.pem --out OUT',
  'backend generate-keys 1 --private-key missing.pem --out OUT',
  'backend generate-keys 1 --private-key missing.pem --out good.zip --public-key-out OUT',
  'backend status --data missing --out OUT',
  'backend publish --data missing --out OUT',
  'backend configure missing.json --data missing --out OUT',
  'backend conform --system immuni --data missing --out OUT',
  'backend conform --system immuni --data missing --junit OUT',
  'backend leak-test --system immuni --data missing --out OUT',
  'backend leak-test --system immuni --data missing --junit OUT',
  'backend crash-test --data missing --rounds 1 --out OUT',
  'backend crash-test --data missing --rounds 1 --junit OUT',
  'backend purge --everything --data missing --out OUT',
  'backend retention --data missing --out OUT',
  'backend extract --epidemiological --data missing --out OUT',
  'backend extract --ministry --data missing --out OUT',
  `backend report-test ${'0'.repeat(64)} --result positive --data missing --out OUT`,
  'backend issue-teletan --data missing --out OUT',
  'backend clock +1h --data missing --out OUT',
  'backend backup copy --data missing --out OUT',
  'backend authorise-otp 9K2RAY8UUQ --symptoms 2020-06-15 --data missing --out OUT',
  'device status --store missing --out OUT',
  'device windows --store missing --out OUT',
  'identifiers --tek 75c734c6dd1a782de7a965da5eb93125 --at 0 --out OUT',
  'otp new --out OUT',
  'teletan check X --out OUT',
  'scenario new --out OUT',
  'policy missing.yaml --out OUT',
  'policy missing.yaml --out good.json --report OUT',
  'simulate missing.yaml --out OUT',
  'simulate missing.yaml --out good.json --report OUT',
  'simulate missing.yaml --out good.json --trace OUT',
] as const;

describe.each(writers)('enlab %s', (line) => {
  it.each([
    ['a file is where a folder should be', 'file.txt/out.json', /file\.txt\/out\.json: a part of this path is a file/],
    ['it is a folder', 'folder', /: folder: this is a folder or a device, not a file/],
    ['its name is too long', `${'x'.repeat(300)}.json`, /xxx\.json: this name is longer than the file system allows/],
  ])('finds out before it reads that %s', async (_, out, message) => {
    const place = new Workplace({ 'file.txt': 'kept', 'folder/kept.txt': 'kept' });
    expectError(await place.enlab(line.replace('OUT', out)), 2, 'E-OUTPUT', message);
    expect(place.files()).toEqual(['file.txt', 'folder/kept.txt']);
    expect(place.text('file.txt')).toBe('kept');
  });
});

it('a name as long as the file system allows is written', async () => {
  const name = `${'x'.repeat(250)}.json`;
  const place = new Workplace({ 'field.csv': fieldCsv() });
  await place.output(`calibrate check field.csv --preset immuni-dpia --bootstrap 0 --out ${name}`);
  expect(place.files()).toEqual(['field.csv', name]);
});

it.each([
  'calibrate fit field.csv --report -',
  'match export.zip scan.csv --trace -',
  'backend generate-keys 1 --out keys.zip --public-key-out -',
])('enlab %s: stdout is for the result, exit 2', async (line) => {
  expectError(await new Workplace().enlab(line), 2, 'E-USAGE', 'It must be a file: stdout is for the result.');
});

describe('the folder of tables', () => {
  it.each([
    ['a file', '--tables file.txt', /: file\.txt: this is a file, not a folder\n {2}hint: give the tables a folder/],
    ['below a file', '--tables file.txt/tables', /: file\.txt\/tables: a part of this path is a file/],
    ['where a table could replace the trace', '--tables .', /a table could replace field\.csv/],
    ['also where --out is a file', '--tables results --out results', /a table could replace results|this is a folder/],
    [
      'where a table could replace the result',
      '--tables t --format csv --out t/rules.csv',
      /a table could replace t\/rules\.csv/,
    ],
  ])('cannot be %s', async (_, options, message) => {
    const place = new Workplace({ 'field.csv': fieldCsv(), 'file.txt': 'kept' });
    expectError(await place.enlab(`calibrate fit field.csv ${options}`), 2, 'E-OUTPUT', message);
    expect(place.files()).toEqual(['field.csv', 'file.txt']);
  });
});

describe('an output never replaces an input', () => {
  const refusal = /read by the same command/;

  it.each([
    ['calibrate fit field.csv --bootstrap 0 --out field.csv'],
    ['calibrate fit field.csv --bootstrap 0 --out ./sub/../field.csv'],
    ['calibrate fit field.csv --bootstrap 0 --report link.csv'],
    ['calibrate check other.csv field.csv --all-presets --bootstrap 0 --out field.csv'],
    ['calibrate check other.csv --preset settings.json --bootstrap 0 --out settings.json'],
    ['calibrate explain --preset settings.json --exposure "minutes=15 attenuation=60" --out settings.json'],
    ['calibrate lint settings.json --out settings.json'],
    ['calibrate export fit.json --target immuni --out fit.json'],
    ['trace import field.csv --out field.csv'],
    ['replay field.csv --out field.csv'],
    ['trace import tram --out tram/small_distances.txt'],
    ['calibrate check tram --all-presets --distances far.txt --out far.txt'],
  ])('enlab %s', async (line) => {
    const place = new Workplace({
      'field.csv': fieldCsv(),
      'other.csv': fieldCsv(),
      'far.txt': '9\n',
      ...leithFolder('tram'),
    });
    await place.output('calibrate fit field.csv --bootstrap 0 --out fit.json');
    await place.output('calibrate export fit.json --target immuni --out settings.json');
    symlinkSync(place.path('field.csv'), place.path('link.csv'));
    const before = Object.fromEntries(place.files().map((name) => [name, place.text(name)]));
    expectError(await place.enlab(line), 2, 'E-OUTPUT', refusal);
    expect(Object.fromEntries(place.files().map((name) => [name, place.text(name)]))).toEqual(before);
  });

  it('nor another output', async () => {
    const place = new Workplace({ 'field.csv': fieldCsv() });
    const ran = await place.enlab('calibrate fit field.csv --bootstrap 0 --out a.html --report ./a.html');
    expectError(ran, 2, 'E-OUTPUT', 'two outputs would go to the same place');
    expect(place.files()).toEqual(['field.csv']);
  });

  it('but results of an earlier run', async () => {
    const place = new Workplace({ ...leithFolder('tram'), 'tram/check.json': 'old' });
    await place.output('calibrate check tram --preset immuni-dpia --bootstrap 0 --out tram/check.json');
    expect(JSON.parse(place.text('tram/check.json')).schema).toBe('enlab.calibrate.check');
  });
});

describe('a file appears whole or not at all', () => {
  it('keeps what was there when the run fails', async () => {
    const place = new Workplace({ 'out.json': 'old', 'bad.csv': 'user,minutes,attenuation,label\np,-5,50,yes\n' });
    expectError(await place.enlab('calibrate fit bad.csv --out out.json'), 2, 'E-FILE-INVALID');
    expect(place.text('out.json')).toBe('old');
    expect(place.files()).toEqual(['bad.csv', 'out.json']);
  });

  it('two runs at the same moment into the same file: each writes its own and the last one wins', async () => {
    const place = new Workplace({ 'field.csv': fieldCsv() });
    const line = (seed: number) =>
      `calibrate check field.csv --all-presets --bootstrap 20 --seed ${seed} --out out.json`;
    const runs = await Promise.all([1, 2, 3].map((seed) => place.enlab(line(seed))));
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect([1, 2, 3]).toContain(JSON.parse(place.text('out.json')).seed);
    expect(place.files()).toEqual(['field.csv', 'out.json']);
  });
});

describe('Ctrl-C', () => {
  const commands = [
    'trace import field.csv --out out.ndjson',
    'trace import field.csv other.csv --out out.ndjson.gz',
    'trace inspect field.csv --out out.json',
    'replay field.csv --out out.csv',
    'calibrate curve field.csv --out out.json',
    'calibrate check field.csv --all-presets --out out.json',
    'calibrate fit field.csv --out out.json --report out.html',
  ];

  it.each(commands)('while enlab %s reads: exit 130, nothing left', async (line) => {
    const place = new Workplace({ 'field.csv': fieldCsv(), 'other.csv': fieldCsv(['minutes', 'attenuation']) });
    const ran = await place.enlab(line, { interrupt: AbortSignal.abort('SIGINT') });
    expectError(ran, 130, 'E-INTERRUPTED', 'what was not finished has been removed');
    expect(place.files()).toEqual(['field.csv', 'other.csv']);
  });

  it('after the work, before the files are in place: exit 130, nothing left', async () => {
    const place = new Workplace({ 'field.csv': fieldCsv() });
    const controller = new AbortController();
    const ran = await place.enlab('calibrate fit field.csv --bootstrap 0 --out out.json --report out.html', {
      interrupt: controller.signal,
      onWrite: () => controller.abort('SIGINT'),
    });
    expect(ran.exitCode).toBe(130);
    expect(place.files()).toEqual(['field.csv']);
  });
});

describe('a reader of stdout that goes away (| head)', () => {
  it('ends the run without a word, and the files are written all the same', async () => {
    const place = new Workplace({ 'field.csv': fieldCsv() });
    const controller = new AbortController();
    const ran = await place.enlab('calibrate check field.csv --all-presets --bootstrap 0 --out out.json', {
      interrupt: controller.signal,
      onWrite: () => controller.abort(OUTPUT_CLOSED),
    });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(place.has('out.json')).toBe(true);
    const replay = await place.enlab('replay field.csv', { interrupt: AbortSignal.abort(OUTPUT_CLOSED) });
    expect(replay).toMatchObject({ exitCode: 0, stderr: '' });
  });
});

describe('the same command twice', () => {
  it('gives the same bytes: result, report, tables and plots', async () => {
    const run = async (options: string) => {
      const place = new Workplace({ 'field.csv': fieldCsv() });
      await place.output(
        `calibrate fit field.csv --bootstrap 30 ${options} --out r/fit.json --report r/fit.html --tables r/t`,
      );
      return Object.fromEntries(place.files().map((name) => [name, place.text(name)]));
    };
    const first = await run('--seed 7');
    expect(Object.keys(first).length).toBeGreaterThan(10);
    expect(await run('--seed 7')).toEqual(first);
    const other = await run('--seed 8');
    expect(other['r/fit.json']).not.toBe(first['r/fit.json']);
    expect(other['r/t/rules.csv']).toBe(first['r/t/rules.csv']);
  });
});

describe('calibrate fit --report --tables', () => {
  const place = new Workplace({ 'field.csv': fieldCsv() });
  const everything = '--out out/fit.json --report out/fit.html --tables out/tables';

  it('writes one page, every table with its dictionary, every plot', async () => {
    await place.output(`calibrate fit field.csv --bootstrap 30 ${everything}`);
    expect(place.text('out/fit.html')).toMatch(/^<!doctype html>[^]*<svg[^]*<\/html>\s*$/i);
    const tables = place.files().filter((name) => name.startsWith('out/tables/'));
    for (const name of [
      'rules',
      'cells',
      'roc',
      'pareto',
      'bootstrap',
      'leave-one-scenario-out',
      'flow',
      'data-dictionary',
    ])
      expect(tables).toContain(`out/tables/${name}.csv`);
    expect(tables.filter((name) => name.endsWith('.svg')).length).toBeGreaterThanOrEqual(4);
    expect(place.text('out/tables/rules.csv').trimEnd().split('\n')).toHaveLength(1 + 12_021);
    const described = place.text('out/tables/data-dictionary.csv');
    for (const name of tables.filter((each) => each.endsWith('.csv') && !each.includes('dictionary')))
      expect(described).toContain(`${name.slice('out/tables/'.length)},`);
  });

  it('has no person in the report or the tables', async () => {
    const named = new Workplace({ 'field.csv': fieldCsv().replaceAll(/^p(\d+),/gm, 'patient-$1-secret,') });
    await named.output(`calibrate fit field.csv --bootstrap 10 ${everything}`);
    for (const name of named.files().filter((each) => each.startsWith('out/'))) {
      expect(named.text(name), name).not.toContain('secret');
      expect(named.text(name), name).not.toContain(named.folder);
    }
  });

  it('hides small counts on request, and the long tables with them', async () => {
    const hidden = new Workplace({ 'field.csv': fieldCsv() });
    await hidden.output(`calibrate fit field.csv --bootstrap 10 --suppress-below 5 ${everything}`);
    expect(hidden.has('out/tables/rules.csv')).toBe(false);
    expect(hidden.has('out/tables/cells.csv')).toBe(false);
    expect(hidden.text('out/fit.html')).toMatch(/fewer than 5|&lt; ?5|below 5/);
  });

  it('gives the JSON of the result beside them', () => {
    const { success } = fitSchema.safeParse(JSON.parse(place.text('out/fit.json')));
    expect(success).toBe(true);
    expect(readdirSync(place.path('out')).toSorted()).toEqual(['fit.html', 'fit.json', 'tables']);
    expect(existsSync(place.path('out/tables/test'))).toBe(false);
  });
});

// mkdir answers ENOENT below /proc, which sends the recursive mkdirSync of Node into an endless loop.
it.skipIf(!existsSync('/proc/self'))('a folder that cannot be made is an error, not a wait', async () => {
  const ran = await new Workplace().enlab('calibrate fit missing.csv --out /proc/enlab/out.json');
  expectError(ran, 2, 'E-OUTPUT', /no folder can be made here/);
});
