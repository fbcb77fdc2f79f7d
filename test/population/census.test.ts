/** Phones that cannot advertise: exact over the table of models, and sampled in a town (simulation spec 3). */
import { describe, expect, it } from 'vitest';
import type { PhoneModel } from '../../src/population/phones.ts';
import { wilsonInterval } from '../../src/stats/intervals.ts';
import { AGENTS, phonesOf, plainPhone } from '../helpers/population.ts';

/** Census of the Herald project: 85.88 % of phones can advertise. Several models, as in a real table. */
const models: readonly PhoneModel[] = [
  { ...plainPhone, share: 60 },
  { ...plainPhone, share: 25.88, tx: 3 },
  { ...plainPhone, share: 10, advertises: false },
  { ...plainPhone, share: 4.12, rx: -2, advertises: false },
];

/** Over all pairs of models, each as often as their shares say. */
function pairsOf(is: (one: PhoneModel, other: PhoneModel) => boolean): number {
  const all = models.reduce((sum, { share }) => sum + share, 0);
  let share = 0;
  for (const one of models)
    for (const other of models) if (is(one, other)) share += (one.share * other.share) / (all * all);
  return share;
}

const seeEachOther = (one: PhoneModel, other: PhoneModel): boolean => one.advertises && other.advertises;
const seeNobody = (one: PhoneModel, other: PhoneModel): boolean => !(one.advertises || other.advertises);
const oneSees = (one: PhoneModel, other: PhoneModel): boolean => one.advertises !== other.advertises;

const expected = [
  ['see each other', seeEachOther, 0.7375],
  ['do not see each other', seeNobody, 0.0199],
  ['see in one direction only', oneSees, 0.2425],
] as const;

describe('pairs of phones', () => {
  it.each(expected)('%s, exactly', (_, is, share) => {
    expect(pairsOf(is)).toBeCloseTo(share, 4);
  });

  it.each(expected)('%s in a town, within the interval of Wilson', (_, is, share) => {
    const phones = phonesOf({ models });
    const pairs = AGENTS.filter((agent) => agent % 2 === 0);
    const count = pairs.filter((agent) => is(phones.modelOf(agent), phones.modelOf(agent + 1))).length;
    const { low, high } = wilsonInterval(count, pairs.length, 3);
    expect(low).toBeLessThan(share);
    expect(high).toBeGreaterThan(share);
  });

  it('are every kind with certainty', () => {
    expect(pairsOf(seeEachOther) + pairsOf(seeNobody) + pairsOf(oneSees)).toBeCloseTo(1, 12);
  });
});
