/** Runs that warn nobody: what is estimated there, against simulations in which the estimate is exact. */
import { describe, expect, it } from 'vitest';
import { ruleSpace } from '../../../calibration/constraints.ts';
import { latticeRule, presetJudge } from '../../../calibration/judges.ts';
import { buildLattice, joinRank } from '../../../calibration/lattice.ts';
import { policyFront } from '../../../calibration/policy.ts';
import { FRAMEWORK_READING } from '../../../src/device/found.ts';
import { WARNS_NOBODY } from '../../../src/scenario/policy/reference.ts';
import { constraintsOf, frontRules } from '../../../src/scenario/policy/rules.ts';
import { effectsAt } from '../../../src/scenario/policy/run.ts';
import type { Arm } from '../../../src/scenario/resolve.ts';
import type { Risk } from '../../../src/scenario/schema.ts';
import { runTown, type TownOutcome } from '../../../src/scenario/town.ts';
import { TownWorkers } from '../../../src/scenario/workers.ts';
import { resolved } from '../../helpers/scenario.ts';

/** Nearly everybody has the app and tells. */
const busy = `title: Busy
days: 35
population: { agents: 500 }
disease: { firstInfected: 20, perMinute: 0.004 }
app: { adoption: 0.9, uploads: 1 }
testing: { tested: 1 }
`;
const armOf = (text: string, risk?: Risk, name = 'default'): Arm => {
  const arm = resolved(text).arms.find((one) => one.name === name)!;
  return risk ? { ...arm, parameters: { ...arm.parameters, app: { ...arm.parameters.app, risk } } } : arm;
};
const presetRisk = (name: string): Risk => ({ name, source: presetJudge(name).source! });
const PRESETS = ['immuni-2020-06-05', 'cwa-v2-2021-04-15', 'swisscovid-2020-09-10', 'immuni-2020-05-28-e86088f'];
const rules: readonly Risk[] = [...PRESETS.map(presetRisk), { name: 'attenuation<=55 minutes>=10' }];
const referenceOf = (text: string, estimated = rules, seed = 1) =>
  runTown({ arm: armOf(text, WARNS_NOBODY), seed, days: 35, estimated });
const total = ({ series }: TownOutcome, name: 'warned' | 'quarantineDays' | 'infections'): number =>
  series.reduce((sum, day) => sum + day[name], 0);

describe('a run that warns nobody', () => {
  const reference = referenceOf(busy);

  it('is the epidemic without an app', () => {
    const none = runTown({ arm: armOf(busy, undefined, 'no-app'), seed: 1, days: 35 });
    expect(reference.infected).toEqual(none.infected);
    expect(reference.infectees).toEqual(none.infectees);
    expect(total(reference, 'warned')).toBe(0);
    expect(total(reference, 'infections')).toBeGreaterThan(50);
  });

  it('tells no effects where none are asked for', () => {
    const plain = runTown({ arm: armOf(busy, WARNS_NOBODY), seed: 1, days: 35 });
    expect(plain.effects).toBeUndefined();
    expect({ ...plain, effects: reference.effects }).toEqual(reference);
  });

  it.each(['immuni-2020-06-05', 'immuni-2020-05-28-e86088f'])(
    'estimates %s alike as a rule of the lattice and alone',
    (name) => {
      const rule = latticeRule(presetJudge(name), buildLattice(), FRAMEWORK_READING)!;
      const { all, own } = reference.effects!;
      const { warned, quarantineDays, averted } = own[PRESETS.indexOf(name)]!;
      expect([all.warned[rule], all.quarantineDays[rule], all.averted[rule]]).toEqual([
        warned,
        quarantineDays,
        averted,
      ]);
      expect(averted).toBeGreaterThan(3);
    },
  );

  it('averts no more than all that were infected, and warns nobody without a rule', () => {
    const { all } = reference.effects!;
    expect(Math.max(...all.averted)).toBeLessThan(total(reference, 'infections'));
    expect(Math.min(...all.averted)).toBe(0);
    expect(Math.min(...all.quarantineDays)).toBe(0);
    expect(all.warned.at(-1)).toBe(0);
  });
});

describe('where nothing follows from warnings the estimate is what happens', () => {
  it.each(rules.map((rule, k) => [rule.name, k] as const))('%s warns as many where nobody complies', (_, k) => {
    const text = `${busy}behaviour: { complies: 0 }\n`;
    const { own } = referenceOf(text).effects!;
    const simulated = runTown({ arm: armOf(text, rules[k]), seed: 1, days: 35 });
    expect(own[k]!.warned).toBe(total(simulated, 'warned'));
    expect(own[k]!.warned).toBeGreaterThan(20);
    expect([own[k]!.quarantineDays, own[k]!.averted]).toEqual([0, 0]);
  });

  it('orders as many days where one is ill and infects nobody', () => {
    const text = busy
      .replace('firstInfected: 20, perMinute: 0.004', 'firstInfected: 1, perMinute: 0')
      .concat('behaviour: { complies: 0.7, quarantineDays: 9 }\n');
    const days = [1, 2, 3, 4, 5, 6].map((seed) => {
      const { own } = referenceOf(text, rules.slice(0, 1), seed).effects!;
      const simulated = runTown({ arm: armOf(text, rules[0]), seed, days: 35 });
      expect(own[0]!.quarantineDays).toBe(total(simulated, 'quarantineDays'));
      expect(own[0]!.warned).toBe(total(simulated, 'warned'));
      return own[0]!.quarantineDays;
    });
    expect(Math.max(...days)).toBeGreaterThan(9);
  });

  it('counts days beside those that the health office ordered', () => {
    const named =
      'manual: { named: { household: 1, group: 1, transport: 1, random: 1 }, delayHours: { median: 1, sigma: 0 } }\n';
    const text = `${busy.replace('firstInfected: 20, perMinute: 0.004', 'firstInfected: 1, perMinute: 0')}${named}behaviour: { complies: 1 }\n`;
    for (const seed of [1, 2, 3]) {
      const { own } = referenceOf(text, rules.slice(0, 1), seed).effects!;
      const simulated = runTown({ arm: armOf(text, rules[0]), seed, days: 35 });
      expect(own[0]!.quarantineDays).toBe(total(simulated, 'quarantineDays'));
    }
  });
});

describe('rules of the lattice in a town', () => {
  const lattice = buildLattice();
  const space = ruleSpace(lattice, constraintsOf(null), FRAMEWORK_READING);
  const { all } = referenceOf(busy, [], 4).effects!;
  /** Those of the front, which differ, and some others. */
  const some = frontRules(
    [...policyFront(lattice, all, space.candidates), ...[...space.candidates].filter((_, k) => k % 400 === 7)],
    [],
    space,
  );
  const risks = some.map(({ risk }) => risk);
  const { own } = referenceOf(busy, risks, 4).effects!;

  it('are as their tables decide, all three effects', () => {
    expect(some.length).toBeGreaterThan(40);
    for (const [k, { rule }] of some.entries()) expect(effectsAt(all, rule!)).toEqual(own[k]);
  });

  it('differ', () => {
    for (const effect of ['warned', 'quarantineDays', 'averted'] as const)
      expect(new Set(own.map((one) => one[effect])).size).toBeGreaterThan(5);
  });

  it('warn more where they flag more', () => {
    for (const { rule } of some)
      for (const other of some)
        if (joinRank(lattice, rule!, other.rule!) === other.rule)
          expect(all.warned[rule!]).toBeGreaterThanOrEqual(all.warned[other.rule]!);
  });
});

it('comes back from a thread as it was', async () => {
  const workers = new TownWorkers(1);
  try {
    const task = { arm: armOf(busy, WARNS_NOBODY), seed: 1, days: 35, estimated: rules };
    expect((await workers.run(task)).effects).toEqual(runTown(task).effects);
  } finally {
    await workers.close();
  }
});
