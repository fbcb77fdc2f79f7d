import { existsSync, truncateSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { simulateSchema } from '../../src/scenario/result.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';
import { smallTown } from '../helpers/scenario.ts';

const scenario = `${smallTown}replicates: 2
checks: [default.infections > 0]
`;
const digestsOf = ({ arms }: { arms: readonly { digests: readonly string[] }[] }) => arms.map(({ digests }) => digests);

describe('enlab simulate', () => {
  const place = new Workplace({ 'town.yaml': scenario });

  it('writes results that a manifest repeats, by any number of threads', async () => {
    const ran = await place.enlab(
      'simulate town.yaml --out-dir out --report out/report.html --out out/own.json --jobs 2',
    );
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout).toMatch(/Small[\s\S]*infections[\s\S]*default.infections > 0/);
    const result = simulateSchema.parse(JSON.parse(place.text('out/result.json')));
    expect(JSON.parse(place.text('out/own.json'))).toEqual(result);
    expect(result.data).toEqual({ agents: 500, days: 30, replicates: 2 });
    expect(result.checks).toMatchObject([{ holds: true }]);
    const again = parsed(await place.output('simulate out/manifest.json --jobs 1 --format json'), simulateSchema);
    expect(digestsOf(again)).toEqual(digestsOf(result));
    expect(place.text('out/series.csv').split('\r\n')[0]).toBe(
      'arm,replicate,day,infections,results,uploads,warned,warnedRightly,quarantineDays,called,calledRightly,calledDays,exposures,calls,infected,infectees',
    );
    expect(place.text('out/series.csv').trim().split('\n')).toHaveLength(1 + 120);
    expect(JSON.parse(place.text('out/series.ndjson').split('\n')[119]!)).toMatchObject({ arm: 'default', day: 30 });
    expect(place.text('out/report.html')).toMatch(/Reproduction number by day of infection/);
  });

  it('writes the histogram of exposures, which calibrate reads like the trace itself', async () => {
    await place.output('simulate town.yaml --replicates 1 --arms default --out-dir one --trace one.ndjson');
    const check = async (file: string) => {
      const line = `calibrate check ${file} --preset immuni-2020-06-05 --rule "attenuation<=60 minutes>=10"`;
      return JSON.parse(await place.output(`${line} --level exposure --bootstrap 0 --format json`)).rules;
    };
    const counts = (rules: readonly { tp: number; fp: number; fn: number; tn: number }[]) =>
      rules.map(({ tp, fp, fn, tn }) => ({ tp, fp, fn, tn }));
    const [histogram, trace] = [await check('one/histogram.csv'), await check('one.ndjson')];
    expect(histogram).toHaveLength(2);
    expect(counts(histogram)).toEqual(counts(trace));
    const [header, first] = place.text('one/histogram.csv').split('\r\n');
    expect(header).toBe('arm,replicate,attenuation,minutes,days,label,weight');
    const values = Object.values(JSON.parse(place.text('one/histogram.ndjson').split('\n')[0]!));
    expect(first).toBe(values.join());
  });

  it.each([
    ['app: { supported: 0 }', '', /^note: nobody in arm default has the app: app.supported is 0\n/],
    [
      'app: { adoption: 0.5 }',
      '--arms no-app --real-phones 5',
      /note: there are no real phones, as nobody has the app/,
    ],
    ['app: { permitted: 0 }', '--arms default --real-phones 5', /app.permitted is 0\nnote: there are no real phones/],
  ])('notes with %s %s what nobody may have noticed', async (said, words, note) => {
    const own = new Workplace({ 'none.yaml': `${scenario}${said}\n` });
    const { stderr, exitCode } = await own.enlab(`simulate none.yaml --replicates 1 --days 5 ${words}`);
    expect(stderr).toMatch(note);
    if (words === '') expect(exitCode).toBe(0);
  });

  it('notes where fewer real phones run than were asked for', async () => {
    const own = new Workplace({ 'few.yaml': `${scenario}app: { adoption: 0.1 }\n` });
    const line = 'simulate few.yaml --arms default --replicates 1 --days 2 --agents 100 --real-phones';
    expect((await own.enlab(`${line} 60`)).stderr).toMatch(
      /^note: \d+ real phones ran in arm default, not 60: no more people have the app\n/,
    );
    expect((await own.enlab(`${line} 1`)).stderr).not.toMatch(/note/);
  });

  it('says the parameters and their sources in the report', () => {
    const report = place.text('out/report.html');
    for (const words of ['disease.incubationDays.median', 'Lauer et al.', 'app.risk', 'immuni-2020-06-05'])
      expect(report).toContain(words);
  });

  it('compares rules that the command line names', async () => {
    const arms = '--arms "no-app,default,strict=attenuation<=50 minutes>=30"';
    const result = parsed(
      await place.output(`simulate town.yaml ${arms} --replicates 1 --format json`),
      simulateSchema,
    );
    expect(result.arms.map(({ name, rule }) => [name, rule])).toEqual([
      ['no-app', 'immuni-2020-06-05'],
      ['default', 'immuni-2020-06-05'],
      ['strict', 'attenuation<=50 minutes>=30'],
    ]);
    const [none, some, strict] = result.arms.map(({ figures }) => figures['warned']!.value!);
    expect([none === 0, strict! < some!]).toEqual([true, true]);
  });

  it('writes a trace that calibrate reads', async () => {
    await place.output('simulate town.yaml --arms default --trace out/trace.ndjson');
    expect(await place.output('calibrate check out/trace.ndjson --all-presets --bootstrap 0')).toMatch(
      /immuni-2020-06-05/,
    );
  });

  it('exits with 3 where a check fails, with all written', async () => {
    place.put(
      'bad.yaml',
      scenario.replace('default.infections > 0', '"default.infections > 0", "default.infections < 0"'),
    );
    const ran = await place.enlab('simulate bad.yaml --replicates 1 --out out/failed.json');
    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(/error E-CHECK: 1 of 2 checks failed/) });
    expect(JSON.parse(place.text('out/failed.json'))).toMatchObject({ checks: [{ holds: true }, { holds: false }] });
  });

  it('notes checks that it could not make', async () => {
    place.put('part.yaml', scenario.replace('default.infections > 0', 'default.infections < no-app.infections'));
    const { stderr } = await place.enlab('simulate part.yaml --arms default --replicates 1');
    expect(stderr).toMatch(
      /note: not checked with these --arms and --replicates: default.infections < no-app.infections/,
    );
  });
});

describe('enlab simulate with a network', () => {
  const network = 'time,a,b,distance,minutes\n0,anna,bert,1,600\n3600,bert,carl,1,600\n';
  const own =
    'title: Three\ndays: 20\ncontacts: { network: { file: nets/own.csv } }\ndisease: { firstInfected: 1, perMinute: 0.01 }\n';
  const place = new Workplace({
    'own.yaml': own,
    'nets/own.csv': network,
    'bad.yaml': own.replace('own.csv', 'bad.csv'),
    'nets/bad.csv': `${network}5,carl,carl,1,1\n`,
  });

  it('writes a copy beside the manifest, which repeats the run anywhere', async () => {
    const first = parsed(await place.output('simulate own.yaml --out-dir out --format json'), simulateSchema);
    expect(first.data.agents).toBe(3);
    expect(place.text('out/network.csv')).toBe(network);
    const again = parsed(await place.output('simulate out/manifest.json --format json'), simulateSchema);
    expect(digestsOf(again)).toEqual(digestsOf(first));
  });

  it('names file, line and column of what is wrong in it', async () => {
    expectError(
      await place.enlab('simulate bad.yaml'),
      2,
      'E-FILE-INVALID',
      /nets\/bad.csv:4:8: carl meets themselves/,
    );
    place.put('bad.yaml', own.replace('own.csv', 'gone.csv'));
    expectError(await place.enlab('simulate bad.yaml'), 2, 'E-FILE-MISSING', /nets\/gone.csv/);
    expectError(await place.enlab('simulate own.yaml --agents 5'), 2, 'E-USAGE', /the network has 3 people/);
  });

  it('keeps the network of a scenario that fails', async () => {
    place.put('fails.yaml', `${own}checks: [default.infections < 0]\n`);
    await place.enlab('scenario run fails.yaml --out-dir failed');
    expect(place.text('failed/fails.network.csv')).toBe(network);
    expect(JSON.parse(place.text('failed/fails.manifest.json'))).toMatchObject({
      contacts: { network: { file: 'fails.network.csv' } },
    });
  });

  it('refuses one that is too large before it is read', async () => {
    truncateSync(place.path('nets/own.csv'), 700_000_000);
    expectError(await place.enlab('simulate own.yaml'), 2, 'E-LIMIT', /700000000 bytes, more than 100000000/);
  });
});

describe('enlab simulate with bad input', () => {
  const place = new Workplace({
    'town.yaml': scenario,
    'typo.yaml': `${scenario}behavior: {}\n`,
    'rule.yaml': `${scenario}app: { risk: rules/missing.json }\n`,
    'check.yaml': scenario.replace('infections > 0', 'infectoins > 0'),
    'story.yaml': 'title: x\nsystem: immuni\nactors: { anna: }\ntimeline: [{ publish: true }]\n',
    'rules.yaml': 'title: x\nexposures: {}\nrules: []\n',
    'junk.yaml': Buffer.from([0x1f, 0x8b, 8, 0, 0, 0]),
  });

  it.each([
    ['missing.yaml', 'E-FILE-MISSING', /missing.yaml/],
    ['typo.yaml', 'E-FILE-INVALID', /typo.yaml:7:1[\s\S]*did you mean behaviour/],
    ['rule.yaml', 'E-FILE-MISSING', /rules\/missing.json/],
    ['check.yaml', 'E-FILE-INVALID', /check.yaml:6:10[\s\S]*did you mean infections/],
    ['junk.yaml', 'E-FILE-FORMAT', /junk.yaml/],
    ['story.yaml', 'E-FILE-FORMAT', /story.yaml:3:1: this is a story, and no town[\s\S]*enlab scenario run story.yaml/],
    ['rules.yaml', 'E-FILE-FORMAT', /this is a table of verdicts/],
    ['town.yaml --arms default,tuned', 'E-USAGE', /there is no arm tuned/],
    ['town.yaml --arms ""', 'E-USAGE', /names with commas/],
    ['town.yaml --agents 0', 'E-USAGE', /at least 2/],
    ['town.yaml --days 0', 'E-USAGE', /from 1 to 1000/],
    ['town.yaml --agents 5', 'E-FILE-INVALID', /fewer people than disease.firstInfected/],
    ['town.yaml --arms no-app --trace t.ndjson', 'E-USAGE', /--trace needs an arm/],
    ['town.yaml --out-dir .', 'E-OUTPUT', /could replace town.yaml/],
  ])('%s', async (words, code, message) => {
    expectError(await place.enlab(`simulate ${words}`), 2, code, message);
    expect(existsSync(place.path('t.ndjson'))).toBe(false);
  });

  it('of a file as large as a film, without reading it', async () => {
    place.put('film.yaml', 'title: x\n');
    truncateSync(place.path('film.yaml'), 700_000_000);
    for (const line of ['simulate film.yaml', 'scenario run film.yaml']) {
      const { exitCode, stdout, stderr } = await place.enlab(line);
      expect([2, 3]).toContain(exitCode);
      expect(stdout + stderr).toMatch(/700000000 bytes, more than 4000000/);
    }
  });
});
