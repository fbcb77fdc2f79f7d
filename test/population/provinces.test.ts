/** Provinces: whole households, shares as asked, and counts of days that add up to those of the town. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Households } from '../../src/population/households.ts';
import { People } from '../../src/population/people.ts';
import { Phones } from '../../src/population/phones.ts';
import { type Province, Provinces, ProvinceTally, provinceCounts } from '../../src/population/provinces.ts';
import { Simulation, type SimulationParameters } from '../../src/population/simulation.ts';
import { ageless, plainPhones, plainTown } from '../helpers/population.ts';

const three: readonly Province[] = [
  { name: 'RM', share: 5, uses: 1 },
  { name: 'MI', share: 3, uses: 1 },
  { name: 'BZ', share: 2, uses: 1 },
];
const AGENTS = 60_000;
const households = new Households(AGENTS, [42, 33, 12, 9, 3], 1);
const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);

describe('provinces', () => {
  it('hold whole households, as many as their shares say', () => {
    const provinces = new Provinces(three, households, 1);
    const homes = [0, 0, 0];
    for (let first = 0; first < AGENTS; first += households.sizeOf(first)) {
      const own = provinces.of(first);
      for (let place = 0; place < households.sizeOf(first); place++) expect(provinces.of(first + place)).toBe(own);
      homes[own]!++;
    }
    expect(homes.map((count) => count / sum(homes))).toEqual(
      [0.5, 0.3, 0.2].map((share) => expect.closeTo(share, 1.9)),
    );
    for (const [k, share] of [0.5, 0.3, 0.2].entries()) expect(homes[k]! / sum(homes)).toBeCloseTo(share, 1.9);
  });

  it('count everybody once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.nat(99),
        fc.array(fc.nat(5), { maxLength: 6 }),
        (agents, seed, shares) => {
          const town = new Households(agents, [2, 1, 1], seed);
          const names = [1, ...shares].map((share, k) => ({ name: String(k), share, uses: 1 }));
          const provinces = new Provinces(names, town, seed);
          const expected = names.map(() => 0);
          for (let agent = 0; agent < agents; agent++) expected[provinces.of(agent)]!++;
          expect(provinces.people()).toEqual(expected);
          for (const [k, { share }] of names.entries()) if (share === 0) expect(expected[k]).toBe(0);
        },
      ),
    );
  });

  it('that are one hold all, and none can be drawn from shares of 0', () => {
    const one = new Provinces([{ name: 'x', share: 1, uses: 1 }], households, 1);
    expect([one.of(7), one.usesOf(7), one.people()]).toEqual([0, 1, [AGENTS]]);
    expect(() => new Provinces([{ name: 'x', share: 0, uses: 1 }], households, 1)).toThrow(RangeError);
  });

  it('in which people use an app more often have more of them, and the town has as many', () => {
    const uneven = three.map((province, k) => ({ ...province, uses: [1, 2, 0][k]! }));
    const people = new People(ageless, households, 1);
    const parameters = { ...plainPhones, adoption: 0.4 };
    const adoption = (provinces?: Provinces) => {
      const phones = new Phones(parameters, people, 1, provinces);
      const place = new Provinces(uneven, households, 1);
      const [apps, all] = [
        [0, 0, 0],
        [0, 0, 0],
      ];
      for (let agent = 0; agent < AGENTS; agent++) {
        all[place.of(agent)]!++;
        if (phones.hasApp(agent)) apps[place.of(agent)]!++;
      }
      return [...apps.map((count, k) => count / all[k]!), sum(apps) / AGENTS];
    };
    for (const share of adoption()) expect(share).toBeCloseTo(0.4, 1.7);
    // A mean of 0.5 x 1 + 0.3 x 2 = 1.1.
    const [rome, milan, bolzano, town] = adoption(new Provinces(uneven, households, 1));
    expect(rome).toBeCloseTo(0.4 / 1.1, 1.7);
    expect(milan).toBeCloseTo(0.8 / 1.1, 1.7);
    expect(bolzano).toBe(0);
    expect(town).toBeCloseTo(0.4, 1.9);
    const nobody = three.map((province) => ({ ...province, uses: 0 }));
    expect(adoption(new Provinces(nobody, households, 1)).at(-1)).toBe(0);
  });
});

describe('a tally', () => {
  it('counts by province, a day after the other', () => {
    const provinces = new Provinces(three, households, 1);
    const tally = new ProvinceTally(provinces);
    const nobody = { infections: [], uploads: [], warned: [], calls: [] };
    tally.add({ ...nobody, infections: [1, 2, 3, 4, 5, 6], calls: [9] });
    tally.add({ ...nobody, warned: [1, 50, 99] });
    for (const [k, series] of tally.series.entries()) {
      const here = (agents: readonly number[]) => agents.filter((agent) => provinces.of(agent) === k).length;
      expect(series).toEqual({
        infections: [here([1, 2, 3, 4, 5, 6]), 0],
        uploads: [0, 0],
        warned: [0, here([1, 50, 99])],
        calls: [here([9]), 0],
      });
    }
  });
});

const town: SimulationParameters = {
  ...plainTown,
  provinces: three,
  behaviour: { ...plainTown.behaviour, calls: 0.6 },
};
function run(changes: Partial<SimulationParameters> = {}, days = 25) {
  const simulation = new Simulation({ ...town, ...changes }, () => true, 1);
  return { simulation, series: Array.from({ length: days }, () => simulation.next()) };
}

describe('a simulation with provinces', () => {
  const { simulation, series } = run();

  it('counts in them what it counts in the town, day by day', () => {
    const { provinces } = simulation;
    expect(provinces.map(({ name }) => name)).toEqual(['RM', 'MI', 'BZ']);
    expect(sum(provinces.map(({ people }) => people))).toBe(plainTown.agents);
    for (const count of provinceCounts)
      for (const [k, day] of series.entries()) expect(sum(provinces.map((own) => own[count][k]!))).toBe(day[count]);
  });

  it('is the one without them: where people live changes nothing', () => {
    const one = run({ provinces: plainTown.provinces });
    expect(one.series).toEqual(series);
    expect(one.simulation.provinces).toMatchObject([{ name: 'everywhere', people: plainTown.agents }]);
  });

  it('has calls of a share of those whom a phone has warned, on the day on which it warns', () => {
    const notified = (day: number) => simulation.notifiedOn.filter((on) => on === day).length;
    const [calls, warned] = [series.map((day) => day.calls), series.map(({ day }) => notified(day))];
    expect(sum(warned)).toBeGreaterThan(500);
    expect(sum(calls) / sum(warned)).toBeCloseTo(0.6, 1);
    for (const [k, count] of calls.entries()) expect(count).toBeLessThanOrEqual(warned[k]!);
  });

  it.each([
    [1, 1],
    [0, 0],
  ])('of which %d call has as many calls', (share, expected) => {
    const all = run({ behaviour: { ...town.behaviour, calls: share } });
    const days = all.series.map(({ day }) => all.simulation.notifiedOn.filter((on) => on === day).length);
    expect(all.series.map((day) => day.calls)).toEqual(days.map((count) => expected * count));
  });

  it('has calls of those who were warned on the day, of the same people whatever else is', () => {
    const few = run({ behaviour: { ...town.behaviour, calls: 0.3 } });
    for (const [k, { calls, warned }] of few.series.entries()) {
      expect(calls).toBeLessThanOrEqual(series[k]!.calls);
      expect(series[k]!.calls).toBeLessThanOrEqual(warned);
    }
  });
});
