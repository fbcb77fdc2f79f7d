/** Ages and who has the app: shares as asked, whole households, and nobody who may not. */
import { describe, expect, it } from 'vitest';
import { Households } from '../../src/population/households.ts';
import { type AgeGroup, People } from '../../src/population/people.ts';
import { type PhoneParameters, Phones } from '../../src/population/phones.ts';
import { phonesOf, plainPhones, townContacts } from '../helpers/population.ts';

const AGENTS = 20_000;
const ages: readonly AgeGroup[] = [
  { from: 0, share: 13, uses: 1 },
  { from: 14, share: 4, uses: 2 },
  { from: 18, share: 60, uses: 1 },
  { from: 65, share: 23, uses: 0.5 },
];
const agents = Array.from({ length: AGENTS }, (_, agent) => agent);
const peopleOf = (groups = ages, sizes: readonly number[] = townContacts.households) =>
  new People(groups, new Households(AGENTS, sizes, 1), 1);
const phonesWith = (changes: Partial<PhoneParameters>, people = peopleOf()) =>
  new Phones({ ...plainPhones, ...changes }, people, 1);

describe('people', () => {
  it('have ages by their shares, and an adult in every household', () => {
    const people = peopleOf();
    const groups = agents.map((agent) => people.ageGroupOf(agent));
    for (const [k, { share }] of ages.entries())
      expect(groups.filter((group) => group === k).length / AGENTS).toBeCloseTo(share / 100, 1);
    const first = agents.filter((agent) => people.households.firstOf(agent) === agent);
    expect(first.every((agent) => ages[groups[agent]!]!.from >= 18)).toBe(true);
  });

  it('are drawn too where there are no adults, only adults, or fewer adults than households', () => {
    for (const groups of [ages.slice(0, 2), ages.slice(2), [{ ...ages[0]!, share: 90 }, ages[2]!]])
      for (const sizes of [[1], [0, 1], townContacts.households]) {
        const people = peopleOf(groups, sizes);
        expect(agents.every((agent) => people.ageGroupOf(agent) < groups.length)).toBe(true);
      }
    expect(() => peopleOf([{ from: 0, share: 0, uses: 1 }])).toThrow(RangeError);
  });
});

describe('the app', () => {
  it('is used by its share of those who may, more where a group uses it more', () => {
    const people = peopleOf();
    for (const adoption of [0, 0.1, 0.4, 0.9, 1]) {
      const phones = phonesWith({ adoption, youngest: 14 }, people);
      const users = agents.filter((agent) => phones.hasApp(agent));
      const may = agents.filter((agent) => ages[people.ageGroupOf(agent)]!.from >= 14);
      const allowed = new Set(may);
      expect(users.every((agent) => allowed.has(agent))).toBe(true);
      const deviation = Math.sqrt((adoption * (1 - adoption)) / may.length);
      expect(Math.abs(users.length / may.length - adoption)).toBeLessThanOrEqual(4 * deviation);
    }
  });

  it('comes to the same people and more with more adoption, and needs a system and a permission', () => {
    const having = (changes: Partial<PhoneParameters>) => {
      const phones = phonesWith(changes);
      return agents.filter((agent) => phones.hasApp(agent));
    };
    const few = having({ adoption: 0.3 });
    const many = new Set(having({ adoption: 0.6 }));
    expect(few.every((agent) => many.has(agent))).toBe(true);
    expect(having({ adoption: 0.6, supported: 0.5 }).length / many.size).toBeCloseTo(0.5, 1);
    expect(having({ adoption: 0.6, permitted: 0.5 }).length / many.size).toBeCloseTo(0.5, 1);
    expect(having({ supported: 0 })).toEqual([]);
    expect(having({ permitted: 0 })).toEqual([]);
  });

  it('is a matter of the whole household where all do as it does, and of as many people', () => {
    const same = ages.map((group) => ({ ...group, uses: 1 }));
    const people = peopleOf(same);
    const phones = phonesWith({ adoption: 0.5, household: 1 }, people);
    const has = agents.map((agent) => phones.hasApp(agent));
    expect(agents.every((agent) => has[agent] === has[people.households.firstOf(agent)])).toBe(true);
    expect(has.filter(Boolean).length / AGENTS).toBeCloseTo(0.5, 1);
  });

  it('needs no ages to be drawn', () => {
    expect(phonesOf().hasApp(1)).toBe(true);
  });
});
