/** Runs that end early, and verdicts about scenarios, with towns that a test makes up. */
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { type Baseline, baselineText, differencesTo, keptOf, parseBaseline } from '../../src/scenario/baseline.ts';
import { type RunnablePorts, readRunnable } from '../../src/scenario/kinds.ts';
import { resultOf } from '../../src/scenario/result.ts';
import { runScenario, type TownRunner } from '../../src/scenario/run.ts';
import { isSound, judgeScenario, type Runnable, type SuiteEntry, shardOf } from '../../src/scenario/suite.ts';
import { here, readRisk, resolved, smallTown } from '../helpers/scenario.ts';

const engine = { node: '20', v8: '11', architecture: 'x64' };
const text = `${smallTown}replicates: 3\nchecks: [low(default.infections) > 0]\n`;
const scenario = resolved(text);
const never = new AbortController().signal;

/** Runs `count` towns, then stops. */
function stoppingAfter(count: number): { readonly runner: TownRunner; readonly signal: AbortSignal } {
  const stop = new AbortController();
  let started = 0;
  const runner: TownRunner = {
    run: (task) => {
      if (++started > count) stop.abort(new Error('stopped'));
      return stop.signal.aborted ? Promise.reject(stop.signal.reason) : here.run(task);
    },
  };
  return { runner, signal: stop.signal };
}

describe('a run that is stopped', () => {
  it.each([
    [2, 1],
    [3, 1],
    [4, 2],
    [5, 2],
  ])('after %i towns of two arms has %i replicates, says so, and checks nothing', async (towns, replicates) => {
    const { runner, signal } = stoppingAfter(towns);
    const run = await runScenario(scenario, runner, { signal });
    expect(run).toMatchObject({ asked: 3, checks: [], scenario: { replicates } });
    for (const { outcomes, figures } of run.arms)
      expect([outcomes.length, figures.length]).toEqual([replicates, replicates]);
    expect(resultOf(run, {})).toMatchObject({ interrupted: true, data: { replicates } });
  });

  it('has none before both arms of one were complete', async () => {
    const { runner, signal } = stoppingAfter(1);
    await expect(runScenario(scenario, runner, { signal })).rejects.toThrow('stopped');
  });

  it('is no excuse for a failure', async () => {
    const failing: TownRunner = { run: () => Promise.reject(new Error('broken')) };
    await expect(runScenario(scenario, failing, { signal: never })).rejects.toThrow('broken');
  });
});

/** A town that runs with `runner`. */
const runnable = (runner: TownRunner): Runnable =>
  readRunnable(text, 'a.yaml', { readRisk, towns: runner } as unknown as RunnablePorts, {});

describe('a run by several threads', () => {
  const arms =
    'arms: { no-app: { app: { adoption: 0 } }, some: { app: { adoption: 0.2 } }, most: { app: { adoption: 0.9 } } }';
  const own = resolved(`${smallTown}replicates: 2\n${arms}\n`);

  it('begins with the arms that take longest, replicate by replicate', async () => {
    const begun: string[] = [];
    const runner: TownRunner = {
      run: (task) => {
        begun.push(`${task.arm.name} ${task.seed}`);
        return here.run(task);
      },
    };
    await runScenario(own, runner);
    expect(begun).toEqual(['most 1', 'some 1', 'no-app 1', 'most 2', 'some 2', 'no-app 2']);
  });

  it('gives each arm its own outcomes, in order of the scenario', async () => {
    const run = await runScenario(own, here);
    expect(run.arms.map(({ arm }) => arm.name)).toEqual(['no-app', 'some', 'most']);
    for (const { arm, outcomes } of run.arms)
      for (const [k, { digest }] of outcomes.entries()) {
        const again = await here.run({ arm, seed: 1 + k, days: own.days });
        expect(digest).toBe(again.digest);
      }
  });

  it('says whose run failed', async () => {
    const runner: TownRunner = {
      run: (task) => (task.arm.name === 'some' ? Promise.reject(new Error('no memory')) : here.run(task)),
    };
    await expect(runScenario(own, runner)).rejects.toThrow('no memory');
  });
});

describe('a verdict', () => {
  const entryOf = (runner: TownRunner, baseline?: Baseline): SuiteEntry => ({
    file: 'a.yaml',
    read: () => runnable(runner),
    baseline: () => baseline,
  });

  it('is "passed" where all checks hold', async () => {
    const verdict = await judgeScenario(entryOf(here), engine, never);
    expect(verdict).toMatchObject({ title: 'Small', seed: 1, outcome: 'passed', problems: [] });
    expect(isSound(verdict)).toBe(true);
  });

  it('is "interrupted" where it was stopped, and "error" where it could not run', async () => {
    const { runner, signal } = stoppingAfter(3);
    const stopped = await judgeScenario(entryOf(runner), engine, signal);
    expect(stopped).toMatchObject({ outcome: 'interrupted', problems: [{ message: 'stopped on request' }] });
    expect(isSound(stopped)).toBe(false);
    const broken: TownRunner = { run: () => Promise.reject(new Error('broken')) };
    expect(await judgeScenario(entryOf(broken), engine, never)).toMatchObject({
      outcome: 'error',
      problems: [{ message: 'broken' }],
    });
    const junk = () => {
      throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place: { file: 'a.yaml' } });
    };
    expect(await judgeScenario({ ...entryOf(here), read: junk }, engine, never)).toMatchObject({
      title: 'a.yaml',
      outcome: 'error',
      problems: [{ message: expect.stringMatching(/^the file is empty \(.+\)$/), place: { file: 'a.yaml' } }],
    });
  });

  it('is "failed" where the result is not that of the baseline, unless that has another seed', async () => {
    const { ran } = await judgeScenario(entryOf(here), engine, never);
    const baseline = { ...ran!.kept, engine };
    const changed = { ...baseline, arms: { ...baseline.arms, gone: baseline.arms['default']! } };
    expect(await judgeScenario(entryOf(here, changed), engine, never)).toMatchObject({
      outcome: 'failed',
      differences: [{ name: 'gone', was: 'an arm', is: 'no arm' }],
      problems: [{ found: 'gone was an arm, is no arm', place: { file: 'a.yaml', line: 1 } }],
    });
    for (const other of [baseline, { ...changed, seed: 2 }])
      expect(await judgeScenario(entryOf(here, other), engine, never)).toMatchObject({ outcome: 'passed' });
  });
});

describe('a baseline', async () => {
  const { ran } = await judgeScenario(
    { file: 'a.yaml', read: () => runnable(here), baseline: () => undefined },
    engine,
    never,
  );
  const one: Baseline = { ...ran!.kept, engine };

  it('is read as it was written, and equals itself on another engine', () => {
    expect(parseBaseline(baselineText(one), 'a.json')).toEqual(one);
    expect(differencesTo(one, { ...one, engine: { node: '24', v8: '13', architecture: 'arm64' } })).toEqual([]);
  });

  it('differs by figure, with intervals, or run by run', () => {
    const arm = one.arms['default']!;
    const nothing = { value: null, low: null, high: null, reason: 'x' };
    const figures = { ...arm.figures, infections: { value: 5, low: 4, high: 6 }, averted: nothing };
    const differences = differencesTo(one, { ...one, arms: { ...one.arms, default: { ...arm, figures } } });
    expect(differences.map(({ name, is }) => [name, is])).toEqual([
      ['default.infections', '5 (4 to 6)'],
      ['default.averted', 'undefined'],
    ]);
    const runs = differencesTo(one, { ...one, arms: { ...one.arms, default: { ...arm, digests: ['a'] } } });
    expect(runs).toMatchObject([{ name: 'default, run by run', is: 'a' }]);
  });

  it.each([
    ['perMinute', { disease: { perMinute: 0.0026 } }],
    ['peak', { disease: { peakDays: -0.6 } }],
    ['incubation', { disease: { incubationDays: { sigma: 0.42 } } }],
    ['isolation', { behaviour: { isolationDays: 9 } }],
    ['adoption', { app: { adoption: 0.42 } }],
    ['shadowing', { radio: { places: { group: { shadowing: 6 } } } }],
    ['exponent', { radio: { places: { random: { exponent: 3 } } } }],
    ['scan interval', { radio: { schedule: { interval: 280 } } }],
    ['metres', { contacts: { group: { metres: { median: 2.1 } } } }],
    ['minutes', { contacts: { household: { minutes: { sigma: 0.7 } } } }],
  ])('fails for another %s', async (_, change) => {
    const disease = { firstInfected: 10, ...('disease' in change ? change.disease : {}) };
    const own = { title: 'Small', days: 30, replicates: 3, population: { agents: 500 }, ...change, disease };
    const other = keptOf(resultOf(await runScenario(resolved(JSON.stringify(own)), here), {}));
    expect(differencesTo(one, { ...other, engine }).length).toBeGreaterThan(0);
  });

  it('is the same without any change', async () => {
    const other = keptOf(resultOf(await runScenario(scenario, here), {}));
    expect(differencesTo(one, { ...other, engine })).toEqual([]);
  });
});

describe('shards', () => {
  it('have every scenario once', () => {
    const all = Array.from({ length: 11 }, (_, k) => k);
    for (const n of [1, 2, 3, 11, 20]) {
      const parts = Array.from({ length: n }, (_, k) => shardOf(all, { i: k + 1, n }));
      expect(parts.flat().toSorted((a, b) => a - b)).toEqual(all);
      const sizes = parts.map(({ length }) => length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
    }
  });
});
