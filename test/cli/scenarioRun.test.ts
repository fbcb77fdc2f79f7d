import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scenarioRunSchema } from '../../cli/schemas.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';
import { smallTown } from '../helpers/scenario.ts';

const good = `${smallTown}tags: [quick]\nchecks: [default.infections > 0]\n`;
const bad = `${smallTown.replace('Small', 'Bad, 100 %')}checks:\n  - { check: default.infections < 0, because: "of course\\nnot" }\n`;
const suite = () =>
  new Workplace({
    's/a.yaml': good,
    's/b.yml': bad,
    's/c.yaml': 'title: Broken\ndayz: 3\n',
    's/notes.txt': 'no scenario',
    's/parameters/x.yaml': 'not: read',
    'CHANGELOG.md': '# Changelog\n\n## [Unreleased]\n\n### Added\n',
  });

describe('enlab scenario run', () => {
  it('tells of each what came of it, and exits with 2 where one is invalid', async () => {
    const place = suite();
    const ran = await place.enlab('scenario run s --junit out/j.xml --out-dir out/kept', { width: 140 });
    expect(ran).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(
        /E-FILE-INVALID: 1 of 3 scenarios cannot run, and 1 failed\n {2}hint: correct first: s\/c.yaml:2:1/,
      ),
    });
    expect(ran.stdout).toMatch(/3 scenarios: 1 passed, 1 failed, 1 error/);
    expect(ran.stdout).toMatch(/passed +s\/a.yaml +Small/);
    expect(ran.stdout).toMatch(/6:5 +does not hold: default.infections < 0/);
    expect(ran.stdout).toMatch(/2:1 +a scenario has no dayz \(did you mean days\?\)/);
    const junit = place.text('out/j.xml');
    expect(junit).toMatch(/tests="3" failures="2" errors="0" skipped="0"/);
    expect(junit).toMatch(
      /classname="s\/b.yml" name="Bad, 100 %"><failure message="does not hold[^"]*seed 1[^"]*repeat with: enlab scenario run s\/b.yml --seed 1"/,
    );
    expect(place.files().filter((file) => file.startsWith('out/kept/'))).toEqual(
      ['manifest.json', 'problems.json', 'report.html'].map((end) => `out/kept/b.${end}`),
    );
    expect(JSON.parse(place.text('out/kept/b.problems.json')).problems[0].found).toMatch(/^default.infections = \d+/);
  });

  it.each([
    ['a.yaml', 0, ''],
    ['b.yml', 3, 'E-CHECK: 1 of 1 scenario failed'],
    ['c.yaml', 2, 'E-FILE-INVALID: 1 of 1 scenario cannot run\n  hint: correct first: s/c.yaml:2:1'],
    ['a.yaml s/b.yml', 3, 'E-CHECK: 1 of 2 scenarios failed'],
    ['type.yaml s/a.yaml', 2, 'E-FILE-INVALID: 1 of 2 scenarios cannot run'],
    ['check.yaml', 2, 'E-FILE-INVALID: 1 of 1 scenario cannot run'],
    ['gone.yaml', 2, 'E-FILE-INVALID: 1 of 1 scenario cannot run\n  hint: correct first: s/gone.yaml:5:30'],
  ])('of s/%s exits with %i', async (files, exitCode, message) => {
    const place = suite()
      .put('s/type.yaml', 'title: x\ndays: 30 d\n')
      .put('s/check.yaml', `${smallTown}checks: [default.infetcions > 0]\n`)
      .put('s/gone.yaml', `${smallTown}contacts: { network: { file: gone.csv } }\n`);
    const ran = await place.enlab(`scenario run s/${files}`);
    expect(ran).toMatchObject({ exitCode, stderr: expect.stringContaining(message) });
  });

  it('gives JSON', async () => {
    const { stdout, exitCode } = await suite().enlab('scenario run s --format json --seed 5');
    const result = parsed(stdout, scenarioRunSchema);
    expect(exitCode).toBe(2);
    expect(result.counts).toEqual({ passed: 1, failed: 1, error: 1, interrupted: 0 });
    expect(result.data.map(({ file, outcome, seed }) => [file, outcome, seed])).toEqual([
      ['s/a.yaml', 'passed', 5],
      ['s/b.yml', 'failed', 5],
      ['s/c.yaml', 'error', undefined],
    ]);
  });

  it.each([
    ['--tag quick', ['s/a.yaml', 's/c.yaml']],
    ['--shard 1/2', ['s/a.yaml', 's/c.yaml']],
    ['--shard 2/2', ['s/b.yml']],
    ['--shard 4/4', []],
    ['s/a.yaml', ['s/a.yaml', 's/b.yml', 's/c.yaml']],
  ])('runs with %s no others', async (words, files) => {
    const { stdout } = await suite().enlab(`scenario run s ${words} --format json`);
    expect(parsed(stdout, scenarioRunSchema).data.map(({ file }) => file)).toEqual(files);
  });

  it('annotates lines under GitHub Actions, and sums up', async () => {
    const place = suite();
    const environment = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: 'summary.md' };
    const { stdout } = await place.enlab('scenario run s', { environment });
    const lines = stdout.split('\n').filter((line) => line.startsWith('::'));
    expect(lines).toEqual([
      expect.stringMatching(
        /^::error file=s\/b.yml,line=6,col=5,title=Bad%2C 100 %25::does not hold: default.infections < 0 \(of course%0Anot\)%0Afound: default.infections = \d+/,
      ),
      '::error file=s/c.yaml,line=2,col=1,title=s/c.yaml::a scenario has no dayz (did you mean days?)',
    ]);
    expect(place.text('summary.md')).toMatch(/1 of 3 passed\.[\s\S]*❌ failed \| Bad, 100 % \| `s\/b.yml` \|/);
    await place.enlab('scenario run s/a.yaml', { environment });
    expect(place.text('summary.md')).toMatch(/1 of 3 passed[\s\S]*1 of 1 passed/);
  });

  it('has at most ten annotations', async () => {
    const checks = Array.from({ length: 12 }, (_, k) => `default.infections < -${k + 1}`).join(', ');
    const place = new Workplace({ 'many.yaml': `${smallTown}checks: [${checks}]\n` });
    const { stdout } = await place.enlab('scenario run many.yaml --format github');
    expect(stdout.match(/^::error/gm)).toHaveLength(10);
  });

  it('gives up what takes too long', async () => {
    const place = new Workplace({ 'long.yaml': 'title: Long\ndays: 1000\npopulation: { agents: 3000000 }\n' });
    const { stdout } = await place.enlab('scenario run long.yaml --timeout 1 --format json');
    const [long] = parsed(stdout, scenarioRunSchema).data;
    expect(long).toMatchObject({
      outcome: 'error',
      problems: [{ message: 'it took longer than 1 s (give it more with --timeout)' }],
    });
  });

  it('says what did not run when it is stopped', async () => {
    const place = suite();
    const line = 'scenario run s/a.yaml s/b.yml --junit out.xml --format json';
    const { exitCode, stdout, stderr } = await place.enlab(line, { interrupt: AbortSignal.abort('SIGINT') });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 130, stderr: expect.stringMatching(/E-INTERRUPTED/) });
    expect(parsed(stdout, scenarioRunSchema).counts).toMatchObject({ passed: 0, interrupted: 2 });
    expect(place.text('out.xml')).toMatch(/skipped="2"/);
  });
});

describe('scenarios of other kinds', () => {
  const story = `title: Two phones
system: immuni
actors: { anna: , bruno: }
timeline:
  - { meet: [anna, bruno], minutes: 30, attenuation: 50 }
  - { at: +1d, authorise: anna }
  - { upload: anna }
  - { at: +2d, sync: bruno }
checks: [bruno.notified == 1]
`;
  const verdicts = `title: Rules
exposures: { near: minutes=20 attenuation=50 }
rules: [{ rule: immuni-2020-06-05, alerts: [near] }, { rule: own.json, alerts: [] }]
`;

  it('run beside towns, each with a baseline', async () => {
    const place = suite()
      .put('s/story.yaml', story)
      .put('s/rules.yaml', verdicts.replace(', { rule: own.json, alerts: [] }', ''));
    const line = 'scenario run s/a.yaml s/story.yaml s/rules.yaml';
    expect((await place.enlab(`${line} --update --because x`)).exitCode).toBe(0);
    const { stdout, exitCode } = await place.enlab(`${line} --format json`);
    expect(exitCode).toBe(0);
    expect(
      parsed(stdout, scenarioRunSchema).data.map(({ outcome, checks, arms }) => [outcome, checks.length, arms.length]),
    ).toEqual([
      ['passed', 1, 2],
      ['passed', 1, 0],
      ['passed', 1, 0],
    ]);
    expect(JSON.parse(place.text('s/baselines/story.json')).arms.bruno.figures.notified.value).toBe(1);
  });

  it('tell what a phone was refused where a check fails', async () => {
    const place = new Workplace({ 'story.yaml': story.replace('  - { at: +1d, authorise: anna }\n', '') });
    const { stdout } = await place.enlab('scenario run story.yaml --format json');
    const [verdict] = parsed(stdout, scenarioRunSchema).data;
    expect(verdict!.problems).toMatchObject([
      {
        message: 'does not hold: bruno.notified == 1',
        found: expect.stringMatching(/^bruno.notified = 0, anna was refused: /),
      },
    ]);
  });

  it('serve what their backend is told to, relative to the file', async () => {
    const place = new Workplace();
    const settings = await place.output('presets immuni-2020-10-30 --format json');
    place.put('s/own.json', settings).put('s/rules.yaml', verdicts.replace('alerts: [] }]', 'alerts: [near] }]'));
    expect((await place.enlab('scenario run s/rules.yaml')).exitCode).toBe(0);
    // A story serves what the app loads, and a preset file is not that.
    place.put('s/story.yaml', story.replace('system: immuni', 'system: immuni\nconfig: own.json'));
    expect((await place.enlab('scenario run s/story.yaml')).exitCode).toBe(2);
    place.put('s/story.yaml', story.replace('system: immuni', 'system: immuni\npreset: immuni-2020-10-30'));
    expect((await place.enlab('scenario run s/story.yaml')).exitCode).toBe(0);
    place.put('s/story.yaml', story.replace('system: immuni', 'system: immuni\npreset: swisscovid-2020-09-10'));
    expect((await place.enlab('scenario run s/story.yaml')).stdout).toMatch(/error[\s\S]*story.yaml/);
  });

  it('leave no folder behind', async () => {
    const place = new Workplace({ 'story.yaml': story });
    await place.enlab('scenario run story.yaml');
    expect(readdirSync(place.folder)).toEqual(['story.yaml']);
  });
});

describe('baselines', () => {
  it('are written on request, hold, and fail when results change', async () => {
    const place = suite();
    const update = 'scenario run s/a.yaml --update --because "first look"';
    expect((await place.enlab(update)).exitCode).toBe(0);
    expect(JSON.parse(place.text('s/baselines/a.json'))).toMatchObject({
      format: 'enlab-baseline',
      seed: 1,
      engine: { v8: '11.3' },
    });
    // Nothing was otherwise before.
    expect(place.text('CHANGELOG.md')).not.toMatch(/Results/);
    expect((await place.enlab('scenario run s/a.yaml')).exitCode).toBe(0);

    place.put('s/a.yaml', good.replace('firstInfected: 10', 'firstInfected: 11'));
    const ran = await place.enlab('scenario run s/a.yaml --format json');
    expect(ran.exitCode).toBe(3);
    const [verdict] = parsed(ran.stdout, scenarioRunSchema).data;
    expect(verdict!.problems[0]!.message).toMatch(/the result is not that of the baseline/);
    expect(verdict!.differences.map(({ name }) => name)).toContain('no-app.infections');
    // Another seed is another result, which nobody has said anything about.
    expect((await place.enlab('scenario run s/a.yaml --seed 2')).exitCode).toBe(0);

    expect((await place.enlab(update.replace('first look', 'one more'))).exitCode).toBe(0);
    expect(place.text('CHANGELOG.md')).toMatch(
      /## \[Unreleased\]\n\n- \*\*Results:\*\* one more\n {2}s\/a.yaml: no-app.infections \d+ -> \d+; [\s\S]*### Added/,
    );
    expect((await place.enlab('scenario run s/a.yaml')).exitCode).toBe(0);
  });

  it('are not made of results that fail their checks', async () => {
    const place = suite();
    expect((await place.enlab('scenario run s/a.yaml s/b.yml --update --because x')).exitCode).toBe(3);
    expect([place.has('s/baselines/a.json'), place.has('s/baselines/b.json')]).toEqual([true, false]);
  });

  it.each([
    ['--update', {}, 'E-USAGE', /needs --because/],
    ['--update --because x', { CI: 'true' }, 'E-USAGE', /not for CI/],
  ])('with %s %j are refused', async (words, environment, code, message) => {
    expectError(await suite().enlab(`scenario run s/a.yaml ${words}`, { environment }), 2, code, message);
  });

  it('need a CHANGELOG to explain themselves in when they change, and not before', async () => {
    const place = new Workplace({ 'a.yaml': good });
    const update = 'scenario run a.yaml --update --because x';
    expect((await place.enlab(update)).exitCode).toBe(0);
    expect((await place.enlab(update)).exitCode).toBe(0);
    const first = place.text('baselines/a.json');
    expect(place.files()).toEqual(['a.yaml', 'baselines/a.json']);

    place.put('a.yaml', good.replace('firstInfected: 10', 'firstInfected: 11'));
    const refusal = {
      exitCode: 2,
      stderr: expect.stringMatching(/E-USAGE: .*no CHANGELOG.md with "## \[Unreleased\]"/),
    };
    expect(await place.enlab(update)).toMatchObject(refusal);
    place.put('CHANGELOG.md', '# Changes\n');
    expect(await place.enlab(update)).toMatchObject(refusal);
    expect(place.text('baselines/a.json')).toBe(first);
    place.put('CHANGELOG.md', '# Changes\n\n## [Unreleased]\n');
    expect((await place.enlab(update)).exitCode).toBe(0);
    expect(place.text('CHANGELOG.md')).toMatch(/Results:\*\* x/);
    expect(place.text('baselines/a.json')).not.toBe(first);
  });

  it.each([['junk'], ['{}'], ['{"format":"enlab-baseline","version":2}']])('that are %s are an error', async (text) => {
    const place = suite().put('s/baselines/a.json', text);
    const { stdout, exitCode } = await place.enlab('scenario run s/a.yaml --format json');
    expect(exitCode).toBe(2);
    expect(parsed(stdout, scenarioRunSchema).data[0]).toMatchObject({
      outcome: 'error',
      problems: [{ message: /baseline/, place: { file: 's/baselines/a.json' } }].map((one) => ({
        ...one,
        message: expect.stringMatching(one.message),
      })),
    });
  });
});

describe('bad use', () => {
  it.each([
    ['scenario run', 'E-USAGE', /missing required argument/],
    ['scenario run empty', 'E-USAGE', /no scenario in empty/],
    ['scenario run missing.yaml', 'E-FILE-MISSING', /missing.yaml/],
    ['scenario run s --tag nothing', 'E-USAGE', /has the tag nothing/],
    ['scenario run s --shard 3/2', 'E-USAGE', /as in 1\/4/],
    ['scenario run s --shard 0/2', 'E-USAGE', /as in 1\/4/],
    ['scenario run s --timeout 0', 'E-USAGE', /at least 1/],
  ])('%s', async (line, code, message) => {
    const place = new Workplace({ 's/a.yaml': good, 'empty/x.txt': 'x' });
    expectError(await place.enlab(line), 2, code, message);
  });
});

describe('enlab scenario new', () => {
  it.each([
    ['', 12],
    ['--kind story', 7],
  ])('%s writes a scenario that runs, checks itself, and is explained', async (kind, comments) => {
    const place = new Workplace();
    const text = await place.output(`scenario new ${kind}`);
    expect(text.match(/^ *#/gm)!.length).toBeGreaterThan(comments);
    await place.output(`scenario new ${kind} --out own.yaml`);
    expect(place.text('own.yaml')).toBe(text);
    expect(await place.output('scenario run own.yaml')).toMatch(/1 passed/);
  });

  it.each(['', '--kind story '])('%snever replaces a file, which somebody may have edited', async (kind) => {
    const place = new Workplace({ 'own.yaml': 'title: Mine\n', 'empty.yaml': '' });
    for (const out of ['own.yaml', './own.yaml', 'empty.yaml'])
      expectError(
        await place.enlab(`scenario new ${kind}--out ${out}`),
        2,
        'E-OUTPUT',
        /: there is such a file already\n {2}hint: choose another name, or remove it first/,
      );
    expect(place.files()).toEqual(['empty.yaml', 'own.yaml']);
    expect([place.text('own.yaml'), place.text('empty.yaml')]).toEqual(['title: Mine\n', '']);
  });
});
