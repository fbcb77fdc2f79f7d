/** Which rules are simulated: names, those that are one, tables that decide as the lattice says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ruleSpace } from '../../../calibration/constraints.ts';
import { judgeFrom, latticeRule, presetJudge } from '../../../calibration/judges.ts';
import { buildLattice, flags, flagsNothing } from '../../../calibration/lattice.ts';
import { FRAMEWORK_READING } from '../../../src/device/found.ts';
import { allPresets } from '../../../src/risk/presets.ts';
import { constraintsOf, frontRules, namedRules } from '../../../src/scenario/policy/rules.ts';
import { armName, type Risk } from '../../../src/scenario/schema.ts';

const lattice = buildLattice();
const space = ruleSpace(lattice, constraintsOf(null), FRAMEWORK_READING);
const presetRisk = (name: string): Risk => ({ name, source: presetJudge(name).source! });
const ownRule: Risk = { name: 'attenuation<=60 minutes>=12' };

describe('rules with names', () => {
  it.each([
    ['words', ownRule, 'own'],
    ['a preset', presetRisk('cwa-v2-2020-11'), 'cwa-v2-2020-11'],
    ['a file', { ...presetRisk('stopp-corona'), name: 'out/settings.json' }, 'own'],
  ])('begin with that of the scenario: %s', (_, risk, name) => {
    const [first, ...others] = namedRules(risk, lattice);
    expect(first).toMatchObject({ name, kind: 'own', risk });
    expect(others.every(({ kind }) => kind === 'preset')).toBe(true);
  });

  it('have every preset once, alone or as one that decides alike', () => {
    const presets = allPresets().map(({ name }) => name);
    for (const own of [ownRule, presetRisk('immuni-2020-10-30'), presetRisk('swisscovid-2020-09-10')]) {
      const names = namedRules(own, lattice).flatMap(({ name, alike }) => [name, ...alike]);
      expect(names.filter((name) => name !== 'own').toSorted((a, b) => (a < b ? -1 : 1))).toEqual(
        presets.toSorted((a, b) => (a < b ? -1 : 1)),
      );
    }
  });

  it('say which presets a file is', () => {
    const [first] = namedRules({ ...presetRisk('immuni-2020-06-05'), name: 'mine.json' }, lattice);
    expect(first).toMatchObject({ name: 'own', alike: ['immuni-2020-06-05'] });
  });

  it('are those of arms', () => {
    for (const { name } of namedRules(ownRule, lattice)) expect(name).toMatch(armName);
  });

  it('are of the lattice where a cell decides, and only there', () => {
    const named = new Map(namedRules(ownRule, lattice).map((own) => [own.name, own]));
    expect(named.get('immuni-2020-06-05')!.rule).toBe(
      latticeRule(presetJudge('immuni-2020-06-05'), lattice, FRAMEWORK_READING),
    );
    // Other edges, days that count, sums of a day, minutes.
    for (const name of ['immuni-dpia', 'immuni-2020-05-25', 'stopp-corona', 'cwa-v2-2020-11', 'own'])
      expect(named.get(name)).not.toHaveProperty('rule');
  });
});

describe('rules of the front', () => {
  const named = namedRules(presetRisk('immuni-2020-06-05'), lattice);

  it('are numbered in their order, without those that have a name', () => {
    const known = named[0]!.rule!;
    const [one, other] = [space.candidates[10]!, space.candidates[5000]!];
    expect(frontRules([one, known, other], named, space).map(({ name, rule }) => [name, rule])).toEqual([
      ['rule-01', one],
      ['rule-02', other],
    ]);
    expect(frontRules([], named, space)).toEqual([]);
  });

  it('have tables that decide as the lattice says, whatever the operator', () => {
    const cells = fc.tuple(fc.constantFrom(...space.candidates), fc.nat(7), fc.nat(7));
    fc.assert(
      fc.property(cells, ([rule, row, column]) => {
        const [own] = frontRules([rule], [], space);
        const { model, parameters } = own!.risk.source!;
        for (const operator of ['>', '>=']) {
          const judge = judgeFrom({
            name: 'x',
            source: { model, parameters: { ...(parameters as object), operator } },
          });
          const exposure = { slices: [], cell: [row, column] as const, weight: 1 };
          expect(judge.assess([exposure], FRAMEWORK_READING).alert).toBe(flags(lattice, rule, row, column));
        }
      }),
    );
  });

  it('are found again as what they are', () => {
    for (const rule of [space.candidates[3]!, space.candidates[7777]!, flagsNothing(lattice)]) {
      const [own] = frontRules([rule], [], space);
      expect(latticeRule(judgeFrom(own!.risk), lattice, FRAMEWORK_READING)).toBe(rule);
    }
  });
});

it('the cap leaves what phones can carry out', () => {
  expect(space.candidates).toHaveLength(12_021);
  expect(ruleSpace(lattice, constraintsOf(30), FRAMEWORK_READING).candidates).toHaveLength(6231);
});
