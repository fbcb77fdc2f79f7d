/** Many rules on one town: which, with what seeds, what is kept when it is stopped. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { latticeRule, presetJudge } from '../../../calibration/judges.ts';
import { buildLattice, FLAGS_EVERYTHING, flagsNothing } from '../../../calibration/lattice.ts';
import { effects } from '../../../calibration/policy.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { FRAMEWORK_READING } from '../../../src/device/found.ts';
import { immuni } from '../../../src/risk/models/immuni.ts';
import { allPresets } from '../../../src/risk/presets.ts';
import { wordsOf } from '../../../src/scenario/policy/rules.ts';
import { coarseFirst, meanOf, policyArm, runPolicy } from '../../../src/scenario/policy/run.ts';
import { runScenario, type TownRunner } from '../../../src/scenario/run.ts';
import { runTown, type TownOutcome } from '../../../src/scenario/town.ts';
import { TownWorkers } from '../../../src/scenario/workers.ts';
import { here, resolved, smallTown } from '../../helpers/scenario.ts';

const DAYS = 20;
const town = `${smallTown}replicates: 2
disease: { firstInfected: 10, perMinute: 0.004 }
app: { adoption: 0.7, uploads: 1 }
behaviour: { complies: 1 }
`
  .replace('disease: { firstInfected: 10 }\n', '')
  .replace('days: 30', `days: ${DAYS}`)
  .replace('500', '200');
/** Simulates only what estimates come from: all rules have the outcome of the first run. */
const lazily = (): TownRunner => {
  let first: TownOutcome | undefined;
  return {
    run: async (task) => (task.estimated || !first ? (first = await here.run(task)) : first),
  };
};
const options = { rules: 4, durationCap: null } as const;
const run = await runPolicy(resolved(town), here, options);

describe('rules of a policy', () => {
  it('are that of the scenario, all presets, and some of the front in order', () => {
    const named = run.rules.flatMap(({ rule: { name, alike } }) => [name, ...alike]);
    expect(new Set(named)).toEqual(
      new Set([...allPresets().map(({ name }) => name), 'rule-01', 'rule-02', 'rule-03', 'rule-04']),
    );
    expect(named).toHaveLength(new Set(named).size);
    expect(run.rules[0]!.rule).toMatchObject({ name: 'immuni-2020-06-05', kind: 'own' });
    expect(run.rules.filter(({ rule }) => rule.kind === 'front')).toHaveLength(4);
    expect(run.asked).toBe(run.rules.length);
    expect(run.candidates).toHaveLength(12_021);
  });

  it('that decide alike are one', () => {
    const alike = run.rules.find(({ rule }) => rule.name === 'immuni-2020-10-30')!;
    expect(alike.rule.alike).toEqual(['immuni-android-2022-12']);
  });

  it('of the front become dearer and avert more in the estimate', () => {
    const front = run.rules.filter(({ rule }) => rule.kind === 'front');
    const means = meanOf(run.effects);
    const of = (effect: 'averted' | 'quarantineDays') => front.map(({ rule }) => means[effect][rule.rule!]!);
    for (const effect of ['averted', 'quarantineDays'] as const)
      expect(of(effect)).toEqual(of(effect).toSorted((one, other) => one - other));
    for (const { rule } of front) expect(run.front).toContain(rule.rule);
  });

  it('can be kept to what phones carry out', async () => {
    const capped = await runPolicy(resolved(town, { replicates: 1 }), lazily(), { ...options, durationCap: 30 });
    expect(capped.candidates).toHaveLength(6231);
    for (const { rule } of capped.rules.filter((own) => own.rule.kind === 'front')) {
      const { D } = immuni.parameters.parse(rule.risk.source!.parameters);
      expect(D[6]).toBe(D[7]);
    }
  });

  it('may be one in words', async () => {
    const words = await runPolicy(resolved(town, { replicates: 1, arms: ['x=minutes>=15'] }), lazily(), options);
    expect(words.rules[0]!.rule).toMatchObject({ name: 'own', kind: 'own', risk: { name: 'minutes>=15' } });
    expect(words.rules[0]!.estimates).toHaveLength(1);
  });
});

describe('figures of a policy', () => {
  it('are those of simulate with the same seeds', async () => {
    const scenario = resolved(town, { arms: ['no-app', 'default', 'other=cwa-v2-2020-11'] });
    const simulated = await runScenario(scenario, here);
    for (const [name, arm] of [
      ['immuni-2020-06-05', 'default'],
      ['cwa-v2-2020-11', 'other'],
    ]) {
      const own = run.rules.find(({ rule }) => rule.name === name)!;
      const other = simulated.arms.find(({ arm: { name: other_ } }) => other_ === arm)!;
      expect(own.figures).toEqual(other.figures);
      expect(own.digests).toEqual(other.outcomes.map(({ digest }) => digest));
    }
  });

  it('have an estimate for each replicate', () => {
    for (const { estimates, figures } of run.rules) {
      expect([estimates.length, figures.length]).toEqual([2, 2]);
      for (const own of estimates) for (const effect of effects) expect(own[effect]).toBeGreaterThanOrEqual(0);
    }
  });

  it('are the same by any number of threads', async () => {
    const workers = new TownWorkers(3);
    afterAll(() => workers.close());
    const days: number[] = [];
    const again = await runPolicy(resolved(town), workers, { ...options, day: () => days.push(1) });
    expect(again.rules).toEqual(run.rules);
    expect(days).toHaveLength(DAYS * 2 * (1 + run.rules.length));
  });
});

describe('a policy that is stopped', () => {
  /** Stops after so many runs. */
  const stopping = (most: number) => {
    const stop = new AbortController();
    let done = 0;
    const runner: TownRunner = {
      run: (task, listener) => {
        if (done++ === most) stop.abort(new Error('stop'));
        return stop.signal.aborted ? Promise.reject(stop.signal.reason) : here.run(task, listener);
      },
    };
    return { runner, signal: stop.signal };
  };

  it('keeps the rules that were complete', async () => {
    // Two runs that warn nobody, and three rules and a half.
    const { runner, signal } = stopping(2 + 7);
    const begun: number[] = [];
    const part = await runPolicy(resolved(town), runner, {
      ...options,
      signal,
      begin: (rules, infections) => begun.push(rules, infections),
    });
    expect(part.rules.map(({ rule }) => rule.name)).toEqual(run.rules.slice(0, 3).map(({ rule }) => rule.name));
    expect(part.rules).toEqual(run.rules.slice(0, 3));
    const infections = part.reference.map((figures) => figures['infections']!);
    expect([part.asked, begun]).toEqual([run.asked, [run.asked, (infections[0]! + infections[1]!) / 2]]);
  });

  it.each([0, 1, 2, 3])('after %i runs has nothing', async (most) => {
    const { runner, signal } = stopping(most);
    await expect(runPolicy(resolved(town), runner, { ...options, signal })).rejects.toThrow('stop');
  });

  it('by a failure fails', async () => {
    const others = lazily();
    const runner: TownRunner = {
      run: (task) =>
        task.arm.parameters.app.risk.name === 'stopp-corona' ? Promise.reject(new Error('broken')) : others.run(task),
    };
    await expect(runPolicy(resolved(town), runner, options)).rejects.toThrow('broken');
  });
});

describe('the arm of a policy', () => {
  const problem = (text: string, arms?: readonly string[]): EnlabError => {
    try {
      policyArm(resolved(text, { arms }));
    } catch (error) {
      if (error instanceof EnlabError) return error;
    }
    throw new Error('this was not refused');
  };

  it('is the first in which somebody has the app', () => {
    expect(policyArm(resolved(town)).name).toBe('default');
    expect(policyArm(resolved(town, { arms: ['no-app', 'b=stopp-corona', 'default'] })).name).toBe('b');
  });

  it('has the app and one rule', () => {
    expect(problem(town, ['no-app'])).toMatchObject({ code: 'E-USAGE', hint: 'arms here: no-app' });
    expect(problem(`${smallTown}changes: [{ day: 3, set: { app: { risk: stopp-corona } } }]\n`).message).toMatch(
      /the rule of the arm default changes on day 3/,
    );
  });

  it('may change what people do', async () => {
    const change = `${town}changes: [{ day: 6, set: { behaviour: { complies: 0 } } }]\n`;
    const changed = await runPolicy(resolved(change, { replicates: 1 }), lazily(), { ...options, rules: 1 });
    const averted = ({ rules }: typeof run) => Math.max(...rules.map(({ estimates }) => estimates[0]!.averted));
    expect(averted(changed)).toBeLessThan(averted(run) / 2);
    const arm = policyArm(resolved(change));
    expect(runTown({ arm, seed: 1, days: DAYS }).digest).not.toBe(run.rules[0]!.digests[0]);
  });
});

describe('an order from coarse to fine', () => {
  it('has the first, then the middle, then quarters', () => {
    expect(coarseFirst([0, 1, 2, 3, 4, 5, 6, 7, 8])).toEqual([0, 8, 4, 2, 6, 1, 3, 5, 7]);
    expect(coarseFirst([])).toEqual([]);
  });

  it('has each once', () => {
    fc.assert(
      fc.property(fc.nat(100), (length) => {
        const items = Array.from({ length }, (_, k) => k);
        expect(coarseFirst(items).toSorted((one, other) => one - other)).toEqual(items);
      }),
    );
  });
});

describe('words of a rule', () => {
  const lattice = buildLattice();
  const words = (rule: number) => wordsOf({ rule, risk: { name: 'x' } }, lattice);
  const preset = (name: string) => latticeRule(presetJudge(name), lattice, FRAMEWORK_READING)!;

  it.each([
    ['immuni-2020-06-05', '>15 min <=73 dB'],
    ['immuni-2020-10-30', '>15 min <=63 dB'],
    ['immuni-2020-05-28-e86088f', '>30 min <=63 dB, >15 min <=51 dB, >10 min <=33 dB'],
  ])('%s: %s', (name, text) => {
    expect(words(preset(name))).toBe(text);
  });

  it('say what is flagged always and never, what SwissCovid adds up, and what others are called', () => {
    expect([words(FLAGS_EVERYTHING), words(flagsNothing(lattice))]).toEqual(['always', 'never']);
    const own = (name: string, risk = name) => wordsOf({ risk: { ...presetJudge(name), name: risk } }, lattice);
    expect(own('swisscovid-2020-07-06')).toBe(
      'on one day, minutes below 53 dB plus 0.5 x minutes from 53 to below 60 dB reach 15',
    );
    expect(own('cwa-v2-2021-04-15')).toBe('Corona-Warn-App from April 2021: HIGH from 9 min');
    expect(own('cwa-2020-05-assumption')).toBe('on one day, minutes below 50 dB reach 15');
    // A file of somebody's own has no title here.
    expect(own('cwa-v2-2021-04-15', 'mine.json')).toBe('Corona-Warn-App from 1.9: normalised minutes of a day');
    expect(wordsOf({ risk: { name: 'minutes>=15' } }, lattice)).toBe('minutes>=15');
  });
});
