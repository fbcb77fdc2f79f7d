/** Ages: shares as asked, and adults in households, also where there are too few or none. */
import { describe, expect, it } from 'vitest';
import { Households } from '../../src/population/households.ts';
import { type AgeGroup, People } from '../../src/population/people.ts';
import { AGENTS, townContacts } from '../helpers/population.ts';

const ages: readonly AgeGroup[] = [
  { from: 0, share: 13, uses: 1 },
  { from: 14, share: 4, uses: 1 },
  { from: 18, share: 60, uses: 1 },
  { from: 65, share: 23, uses: 1 },
];
const [children, adults] = [ages.slice(0, 2), ages.slice(2)];
const isAdult = ({ from }: AgeGroup) => from >= 18;

/** Of everybody, and of the first of each household. */
function agesOf(groups: readonly AgeGroup[], sizes = townContacts.households) {
  const households = new Households(AGENTS.length, sizes, 1);
  const people = new People(groups, households, 1);
  const ageOf = (agent: number) => groups[people.ageGroupOf(agent)]!;
  return { all: AGENTS.map(ageOf), first: AGENTS.filter((agent) => households.firstOf(agent) === agent).map(ageOf) };
}

describe('people', () => {
  it('have ages by their shares, and an adult in every household', () => {
    const { all, first } = agesOf(ages);
    for (const group of ages) {
      const share = group.share / 100;
      const found = all.filter((age) => age === group).length / all.length;
      expect(Math.abs(found - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / all.length));
    }
    expect(first.every(isAdult)).toBe(true);
  });

  it.each([
    ['only adults', adults, townContacts.households, 1],
    ['only adults who live alone', adults, [1], 1],
    ['no adults', children, townContacts.households, 0],
    ['fewer adults than households', [{ ...children[0]!, share: 900 }, ...adults], [0, 1], 0.5],
    ['children, but nobody who lives with others', ages, [1], 1],
  ])('are drawn too where there are %s', (_, groups, sizes, share) => {
    const { all, first } = agesOf(groups, sizes);
    expect(all.filter(isAdult).length / all.length).toBe(share);
    expect(first.every(isAdult)).toBe(share > 0);
  });

  it('of no age do not exist', () => {
    expect(() => agesOf([])).toThrow(RangeError);
    expect(() => agesOf([{ from: 0, share: 0, uses: 1 }])).toThrow(RangeError);
  });
});
