/** Who meets whom: the same from both sides, in any order of asking, and as many as the parameters say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ContactGraph, type ContactParameters, contactLayers } from '../../src/population/contacts.ts';
import { Households } from '../../src/population/households.ts';
import { townContacts, wantedBy } from '../helpers/population.ts';

const parameters: ContactParameters = {
  ...townContacts,
  transport: { neighbours: 2, chance: 0.3 },
};

/** "layer index other", sorted. */
function meetings(graph: ContactGraph, agent: number, day: number): readonly string[] {
  const list = graph.list();
  graph.contactsOf(agent, day, list);
  return Array.from(
    { length: list.length },
    (_, row) => `${contactLayers[list.layer[row]!]} ${list.index[row]} ${list.other[row]}`,
  ).toSorted();
}
const graphOf = (agents: number, seed = 1, changes: Partial<ContactParameters> = {}) =>
  new ContactGraph(agents, { ...parameters, ...changes }, seed);

describe('contacts', () => {
  it('are the same from both sides, whoever is asked first, in towns of any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(1000), fc.nat(50), (agents, seed, day) => {
        const graph = graphOf(agents, seed);
        for (let agent = 0; agent < agents; agent++)
          for (const meeting of meetings(graph, agent, day)) {
            const [layer, index, other] = meeting.split(' ');
            expect(Number(other) < agents && Number(other) !== agent).toBe(true);
            expect(meetings(graph, Number(other), day)).toContain(`${layer} ${index} ${agent}`);
          }
      }),
      { numRuns: 60 },
    );
  });

  it('name nobody twice in a layer and round', () => {
    for (const agents of [2, 3, 8, 9, 10, 500])
      for (let agent = 0; agent < agents; agent++) {
        const met = meetings(graphOf(agents), agent, 3);
        expect(new Set(met).size).toBe(met.length);
      }
  });

  it('do not depend on what was asked before', () => {
    const [asked, fresh] = [graphOf(500), graphOf(500)];
    for (const day of [9, 2, 5]) for (const agent of [4, 1, 499]) meetings(asked, agent, day);
    expect(meetings(asked, 77, 3)).toEqual(meetings(fresh, 77, 3));
  });

  it('are as many as the parameters say: family, half of eight colleagues, some on the bus, three strangers', () => {
    const [agents, graph, counts] = [20_000, graphOf(20_000), { household: 0, group: 0, transport: 0, random: 0 }];
    for (let agent = 0; agent < agents; agent++)
      for (const meeting of meetings(graph, agent, 1)) counts[meeting.split(' ')[0] as keyof typeof counts]++;
    const shares = parameters.households.map((share, k) => [share, k + 1] as const);
    const people = shares.reduce((sum, [share, size]) => sum + share * size, 0);
    const pairs = shares.reduce((sum, [share, size]) => sum + share * size * (size - 1), 0);
    expect(counts.household / agents).toBeCloseTo(pairs / people, 1);
    expect(counts.group / agents).toBeCloseTo(4, 1);
    expect(counts.transport / agents).toBeCloseTo(1.2, 1);
    expect(counts.random / agents).toBe(3);
  });

  it('keep families and colleagues, and change strangers, from day to day', () => {
    const graph = graphOf(5000, 1, { group: { neighbours: 4, chance: 1 }, transport: { neighbours: 2, chance: 1 } });
    const days = [1, 2, 3].map((day) => meetings(graph, 100, day));
    const steady = (met: readonly string[]) => met.filter((one) => !one.startsWith('random'));
    expect(steady(days[1]!)).toEqual(steady(days[0]!));
    expect(new Set(days.flat().filter((one) => one.startsWith('random'))).size).toBe(9);
  });

  it('on the bus are not the colleagues', () => {
    const everyDay = { neighbours: 4, chance: 1 };
    const met = meetings(graphOf(5000, 1, { group: everyDay, transport: everyDay }), 100, 1);
    const others = (layer: string) => met.filter((one) => one.startsWith(layer)).map((one) => one.split(' ')[2]);
    expect(others('group')).toHaveLength(8);
    expect(others('transport')).toHaveLength(8);
    expect(others('transport').filter((other) => others('group').includes(other))).toEqual([]);
  });

  it('are others for another seed', () => {
    expect(meetings(graphOf(5000, 1), 100, 1)).not.toEqual(meetings(graphOf(5000, 2), 100, 1));
  });

  it('are none in a town of one', () => {
    expect(meetings(graphOf(1), 0, 1)).toEqual([]);
  });

  it('of nobody do not exist', () => {
    expect(() => graphOf(0)).toThrow(RangeError);
  });
});

describe('households', () => {
  it('are runs of people that add up, of the sizes that the shares say', () => {
    const agents = 100_000;
    const households = new Households(agents, [1, 0, 2], 5);
    const sizes: number[] = [];
    for (let agent = 0; agent < agents; agent += households.sizeOf(agent)) {
      expect(households.firstOf(agent)).toBe(agent);
      sizes.push(households.sizeOf(agent));
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(agents);
    expect(sizes.filter((size) => size === 1).length / sizes.length).toBeCloseTo(1 / 3, 2);
    expect(sizes.slice(0, -1).filter((size) => size === 2)).toEqual([]);
    expect(households.firstOf(agents - 1) + sizes.at(-1)!).toBe(agents);
  });

  it('are cut where people end', () => {
    const households = new Households(7, [0, 0, 0, 0, 1], 1);
    expect([0, 4, 5, 6].map((agent) => [households.firstOf(agent), households.sizeOf(agent)])).toEqual([
      [0, 5],
      [0, 5],
      [5, 2],
      [5, 2],
    ]);
  });

  it.each([[[]], [[0, 0]], [[1, -1]], [[Number.NaN]], [Array.from({ length: 16 }, () => 1)]])(
    'of shares %j do not exist',
    (shares) => {
      expect(() => new Households(10, shares, 1)).toThrow(RangeError);
    },
  );
});

describe('contacts that are wanted', () => {
  const graph = new ContactGraph(500, { ...townContacts, transport: { neighbours: 3, chance: 0.4 } }, 3);
  const listed = (agent: number, day: number, has?: (layer: number, slot: number) => boolean) => {
    const list = graph.list();
    graph.contactsOf(agent, day, list, has && wantedBy(has));
    return Array.from({ length: list.length }, (_, row) => [
      list.layer[row]!,
      list.slot[row]!,
      list.other[row]!,
      list.index[row]!,
    ]);
  };

  it('are told apart by layer and slot', () => {
    for (let agent = 0; agent < 500; agent += 7) {
      const slots = listed(agent, 4).map(([layer, slot]) => `${layer} ${slot}`);
      expect(new Set(slots).size).toBe(slots.length);
      expect(slots.length).toBeGreaterThan(2);
    }
  });

  it('are those of all that are, in their order', () => {
    const some = (layer: number, slot: number) => (layer + slot) % 2 === 0;
    for (let agent = 0; agent < 500; agent += 7)
      expect(listed(agent, 9, some)).toEqual(listed(agent, 9).filter(([layer, slot]) => some(layer!, slot!)));
    expect(listed(1, 9, () => false)).toEqual([]);
  });

  it('are the same on whatever day was asked for before, and long after', () => {
    const forth = Array.from({ length: 40 }, (_, day) => listed(11, day));
    const back = Array.from({ length: 40 }, (_, k) => listed(11, 39 - k)).toReversed();
    expect(back).toEqual(forth);
  });
});
