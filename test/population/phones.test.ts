/** Phones: models in their shares; the app for its share of people, whole households, and nobody who may not. */
import { describe, expect, it } from 'vitest';
import { Households } from '../../src/population/households.ts';
import { type AgeGroup, People } from '../../src/population/people.ts';
import { type PhoneParameters, Phones } from '../../src/population/phones.ts';
import { AGENTS, phonesOf, plainPhone, plainPhones, townContacts } from '../helpers/population.ts';

const ages: readonly AgeGroup[] = [
  { from: 0, share: 13, uses: 1 },
  { from: 14, share: 4, uses: 2 },
  { from: 18, share: 60, uses: 1 },
  { from: 65, share: 23, uses: 0.5 },
];
const peopleOf = (groups: readonly AgeGroup[]) =>
  new People(groups, new Households(AGENTS.length, townContacts.households, 1), 1);
const phonesWith = (changes: Partial<PhoneParameters>, people = peopleOf(ages)) =>
  new Phones({ ...plainPhones, ...changes }, people, 1);

describe('phones', () => {
  const models = [
    { ...plainPhone, share: 3 },
    { ...plainPhone, share: 1, advertises: false },
  ];

  it('are of models in their shares', () => {
    const phones = phonesOf({ models });
    expect(AGENTS.filter((agent) => phones.modelOf(agent).advertises).length / AGENTS.length).toBeCloseTo(0.75, 1);
  });

  it.each([[[]], [[{ ...plainPhone, share: 0 }]], [[plainPhone, { ...plainPhone, share: -1 }]]])(
    'of models %j do not exist',
    (none) => {
      expect(() => phonesOf({ models: none })).toThrow(RangeError);
    },
  );
});

describe('the app', () => {
  it('is used by its share of those who may, more where a group uses it more', () => {
    const people = peopleOf(ages);
    for (const adoption of [0, 0.1, 0.4, 0.9, 1]) {
      const phones = phonesWith({ adoption, youngest: 14 }, people);
      const users = AGENTS.filter((agent) => phones.hasApp(agent));
      const may = AGENTS.filter((agent) => ages[people.ageGroupOf(agent)]!.from >= 14);
      const allowed = new Set(may);
      expect(users.every((agent) => allowed.has(agent))).toBe(true);
      const deviation = Math.sqrt((adoption * (1 - adoption)) / may.length);
      expect(Math.abs(users.length / may.length - adoption)).toBeLessThanOrEqual(4 * deviation);
      if (adoption > 0.4) continue;
      const share = (from: number) => {
        const group = may.filter((agent) => ages[people.ageGroupOf(agent)]!.from === from);
        return group.filter((agent) => phones.hasApp(agent)).length / group.length;
      };
      expect(share(14) / 2).toBeCloseTo(share(18), 1);
      expect(share(65) * 2).toBeCloseTo(share(18), 1);
    }
  });

  it('comes to the same people and more with more adoption, and needs a system and a permission', () => {
    const having = (changes: Partial<PhoneParameters>) => {
      const phones = phonesWith(changes);
      return AGENTS.filter((agent) => phones.hasApp(agent));
    };
    const few = having({ adoption: 0.3 });
    const many = new Set(having({ adoption: 0.6 }));
    expect(few.every((agent) => many.has(agent))).toBe(true);
    expect(having({})).toEqual(AGENTS);
    expect(having({ adoption: 0.6, supported: 0.5 }).length / many.size).toBeCloseTo(0.5, 1);
    expect(having({ adoption: 0.6, permitted: 0.5 }).length / many.size).toBeCloseTo(0.5, 1);
    expect(having({ supported: 0 })).toEqual([]);
    expect(having({ permitted: 0 })).toEqual([]);
  });

  it('stays below its share where too many never use it', () => {
    const people = peopleOf(ages.map((group) => ({ ...group, uses: group.from === 65 ? 1 : 0 })));
    const phones = phonesWith({ adoption: 0.9 }, people);
    expect(AGENTS.filter((agent) => phones.hasApp(agent))).toEqual(
      AGENTS.filter((agent) => ages[people.ageGroupOf(agent)]!.from === 65),
    );
  });

  it('comes to nobody where nobody may use it', () => {
    const phones = phonesWith({ youngest: 70 });
    expect(AGENTS.filter((agent) => phones.hasApp(agent))).toEqual([]);
  });

  it('is a matter of the whole household where all do as it does, and of as many people', () => {
    const same = ages.map((group) => ({ ...group, uses: 1 }));
    const people = peopleOf(same);
    const phones = phonesWith({ adoption: 0.5, household: 1 }, people);
    const has = AGENTS.map((agent) => phones.hasApp(agent));
    expect(AGENTS.every((agent) => has[agent] === has[people.households.firstOf(agent)])).toBe(true);
    expect(has.filter(Boolean).length / AGENTS.length).toBeCloseTo(0.5, 1);
  });
});
