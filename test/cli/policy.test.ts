/** enlab policy from its command line: files, formats, Ctrl-C, what can be used afterwards, bad input. */
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { policySchema } from '../../src/scenario/policy/result.ts';
import { simulateSchema } from '../../src/scenario/result.ts';
import { expectError, parsed, Workplace } from '../helpers/cli.ts';

const scenario = `title: Small
days: 20
replicates: 2
population: { agents: 200 }
disease: { firstInfected: 10, perMinute: 0.004 }
app: { adoption: 0.7, uploads: 1 }
`;

describe('enlab policy', () => {
  const place = new Workplace({ 'town.yaml': scenario });

  it('writes the frontier: result, report, tables, settings', async () => {
    const ran = await place.enlab(
      'policy town.yaml --rules 3 --out-dir out --report out/report.html --out own.json --jobs 2',
    );
    expect(ran).toMatchObject({ exitCode: 0 });
    expect(ran.stdout).toMatch(
      /Small: infections averted against days at home[\s\S]*The frontier[\s\S]*rank correlation/,
    );
    expect(ran.stderr).toMatch(
      /200 people, 20 days: 2 runs to estimate all rules, then 2 for each that is simulated\n/,
    );
    expect(ran.stderr).toMatch(/\d+ rules, \d+ runs: about 1 s where nothing else runs\n/);
    const result = policySchema.parse(JSON.parse(place.text('out/result.json')));
    expect(JSON.parse(place.text('own.json'))).toEqual(result);
    expect(result).toMatchObject({
      seed: 1,
      options: { rules: 3, arm: null, durationCap: null },
      data: { arm: 'default', agents: 200, days: 20, replicates: 2 },
      estimated: { rules: 12_021 },
    });
    expect(place.text('out/estimates.csv').trim().split('\r\n')).toHaveLength(1 + 12_021);
    expect(place.text('out/rules.csv').trim().split('\r\n')).toHaveLength(1 + result.rules.length);
    expect(place.text('out/data-dictionary.csv')).toMatch(
      /estimates.csv,averted,"infections averted, first-order estimate/,
    );
    expect(place.text('out/report.html')).toMatch(/First-order estimate against simulation/);
  });

  it('has rules that simulate takes, with the same outcome', async () => {
    const result = policySchema.parse(JSON.parse(place.text('out/result.json')));
    const own = result.rules.find(({ name }) => name === 'rule-02')!;
    const line = 'simulate town.yaml --arms no-app,mine=out/rule-02.json --format json';
    const again = parsed(await place.output(line), simulateSchema);
    expect(again.arms[1]!.digests).toEqual(own.digests);
    expect(again.arms[1]!.figures['averted']).toEqual(own.simulated.averted);
    expect(again.arms[1]!.figures['quarantineDays']).toEqual(own.simulated.quarantineDays);
  });

  it('has a manifest of the frontier that simulate repeats', async () => {
    const result = policySchema.parse(JSON.parse(place.text('out/result.json')));
    const again = parsed(await place.output('simulate out/manifest.json --format json'), simulateSchema);
    const frontier = result.rules.filter(({ onFrontier }) => onFrontier);
    expect(again.arms).toHaveLength(1 + frontier.length);
    for (const { name, digests } of frontier)
      expect(again.arms.find((arm) => arm.name === name)!.digests).toEqual(digests);
  });

  it('has settings without mistakes, that calibrate takes too', async () => {
    expect(JSON.parse(place.text('out/rule-01.json'))).toMatchObject({ _enlab: { source: 'enlab.policy' } });
    expect((await place.enlab('calibrate lint out/rule-01.json')).exitCode).toBe(0);
    await place.output('calibrate explain --preset out/rule-03.json --exposure "minutes=31 attenuation=5"');
  });

  it('prints every rule as CSV, and is the same by one thread', async () => {
    const csv = await place.output('policy town.yaml --rules 3 --jobs 1 --format csv');
    expect(csv).toBe(place.text('out/rules.csv'));
    expect(csv.split('\r\n')[0]).toMatch(/^rule,averted,averted_low,averted_high,averted_reason,estimatedAverted/);
  });

  it('takes a rule of its own, and rules for phones', async () => {
    const line =
      'policy town.yaml --arm "mine=attenuation<=60 minutes>=10" --rules 1 --replicates 1 --duration-cap 30 --format json';
    const result = parsed(await place.output(line), policySchema);
    expect(result).toMatchObject({
      data: { arm: 'mine', replicates: 1 },
      options: { durationCap: 30 },
      estimated: { rules: 6231 },
    });
    expect(result.rules.find(({ kind }) => kind === 'own')).toMatchObject({
      name: 'own',
      words: 'attenuation<=60 minutes>=10',
    });
    for (const { simulated } of result.rules) expect(simulated.averted.reason).toBe('one replicate');
  });
});

describe('Ctrl-C during enlab policy', () => {
  it('before any rule is complete: nothing is written', async () => {
    const place = new Workplace({ 'town.yaml': scenario });
    const ran = await place.enlab('policy town.yaml --out out.json', { interrupt: AbortSignal.abort('SIGINT') });
    expectError(ran, 130, 'E-INTERRUPTED', /stopped on request[\s\S]*no rule was complete/);
    expect(place.files()).toEqual(['town.yaml']);
  });

  it('when rules are complete: they are written', async () => {
    const place = new Workplace({ 'town.yaml': scenario });
    const controller = new AbortController();
    const ran = await place.enlab('policy town.yaml --replicates 1 --rules 1 --out out.json --report out.html', {
      interrupt: controller.signal,
      onWrite: () => controller.abort('SIGINT'),
    });
    expect(ran).toMatchObject({
      exitCode: 130,
      stderr: expect.stringMatching(/the rules that were complete are in the/),
    });
    expect(policySchema.parse(JSON.parse(place.text('out.json'))).rules.length).toBeGreaterThan(20);
    expect(place.files()).toEqual(['out.html', 'out.json', 'town.yaml']);
  });
});

describe('enlab policy with bad input', () => {
  const place = new Workplace({
    'town.yaml': scenario,
    'typo.yaml': `${scenario}behavior: {}\n`,
    'change.yaml': `${scenario}changes: [{ day: 5, set: { app: { risk: stopp-corona } } }]\n`,
    'bare.yaml': scenario.replace('adoption: 0.7', 'adoption: 0'),
    'nobody.yaml': scenario.replace('adoption: 0.7', 'supported: 0'),
    'story.yaml': 'title: x\nsystem: immuni\nactors: { anna: }\ntimeline: [{ publish: true }]\n',
    'rules.yaml': 'title: x\nexposures: {}\nrules: []\n',
  });

  it.each([
    ['missing.yaml', 'E-FILE-MISSING', /missing.yaml/],
    ['typo.yaml', 'E-FILE-INVALID', /typo.yaml:7:1[\s\S]*did you mean behaviour/],
    ['change.yaml', 'E-USAGE', /the rule of the arm default changes on day 5[\s\S]*--arm/],
    ['bare.yaml', 'E-USAGE', /a policy needs an arm in which somebody has the app[\s\S]*arms here: no-app, default/],
    ['nobody.yaml', 'E-USAGE', /needs an arm[\s\S]*arms here: no-app, default: app.supported is 0/],
    ['town.yaml --arm no-app', 'E-USAGE', /a policy needs an arm/],
    ['town.yaml --arm defalt', 'E-USAGE', /there is no arm defalt[\s\S]*did you mean default/],
    ['story.yaml', 'E-FILE-FORMAT', /this is a story, and no town/],
    ['rules.yaml', 'E-FILE-FORMAT', /this is a table of verdicts/],
    ['town.yaml --rules 0', 'E-USAGE', /from 1 to 60/],
    ['town.yaml --rules 61', 'E-USAGE', /from 1 to 60/],
    ['town.yaml --duration-cap 20', 'E-USAGE', /30/],
    ['town.yaml --agents 1', 'E-USAGE', /at least 2/],
    ['town.yaml --agents 90000000 --replicates 9 --jobs 9', 'E-MACHINE', /of memory/],
    ['town.yaml --out-dir .', 'E-OUTPUT', /could replace town.yaml/],
    ['town.yaml --out town.yaml', 'E-OUTPUT', /read by the same command/],
  ])('%s', async (words, code, message) => {
    expectError(await place.enlab(`policy ${words}`), code === 'E-MACHINE' ? 4 : 2, code, message);
    expect(existsSync(place.path('out'))).toBe(false);
  });
});
