/** Contacts that were observed: the same from both sides, on the days of the file and those after it, as long and near as written. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Air } from '../../src/population/air.ts';
import { contactLayers } from '../../src/population/contacts.ts';
import { Encounters } from '../../src/population/encounters.ts';
import {
  ContactNetwork,
  distanceOf,
  NetworkEncounters,
  type NetworkTable,
  networkTable as tableOfColumns,
} from '../../src/population/network.ts';
import { Simulation } from '../../src/population/simulation.ts';
import { meanAttenuation } from '../../src/propagation/model.ts';
import {
  inEveryLayer,
  phonesOf,
  plainAir,
  plainPhone,
  plainTown,
  usualEncounter,
  wantedBy,
} from '../helpers/population.ts';
import { indoors } from '../helpers/propagation.ts';

const DAY = 86_400;
interface ObservedMeeting {
  readonly agents: readonly [number, number];
  readonly begin: number;
  readonly seconds: number;
  readonly value: number;
}
/** Of meetings one by one. */
const networkTable = (
  agents: number,
  measure: NetworkTable['measure'],
  all: readonly ObservedMeeting[],
  least?: number,
): NetworkTable =>
  tableOfColumns(
    agents,
    measure,
    {
      low: all.map(({ agents: [one, other] }) => Math.min(one, other)),
      high: all.map(({ agents: [one, other] }) => Math.max(one, other)),
      begin: all.map(({ begin }) => begin),
      seconds: all.map(({ seconds }) => seconds),
      value: all.map(({ value }) => value),
    },
    least,
  );
const meeting = (one: number, other: number, begin: number, seconds = 600, value = 1.5): ObservedMeeting => ({
  agents: [one, other],
  begin,
  seconds,
  value,
});
/** Three people, two days: 0 and 1 meet twice on the first, 1 and 2 on the second. */
const small = [meeting(0, 1, 3600), meeting(0, 1, 7200, 60, 3), meeting(1, 2, DAY + 100, 900, 0.5)];

function rowsOf(table: NetworkTable, agent: number, day: number, households = [1]) {
  const network = new ContactNetwork(table, households, 1);
  const list = network.list();
  network.contactsOf(agent, day, list);
  return Array.from({ length: list.length }, (_, row) => ({
    layer: contactLayers[list.layer[row]!],
    other: list.other[row]!,
    index: list.index[row]!,
    slot: list.slot[row]!,
  }));
}

const meetings = fc
  .record({
    agents: fc.integer({ min: 2, max: 12 }),
    count: fc.integer({ min: 1, max: 60 }),
    days: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ agents, count, days }) =>
    fc.record({
      agents: fc.constant(agents),
      all: fc.array(
        fc
          .record({
            one: fc.nat(agents - 1),
            step: fc.integer({ min: 1, max: agents - 1 }),
            day: fc.nat(days - 1),
            at: fc.nat(80_000),
          })
          .map(({ one, step, day, at }) => meeting(one, (one + step) % agents, day * DAY + at)),
        { minLength: 1, maxLength: count },
      ),
    }),
  );

describe('a network', () => {
  const table = networkTable(3, 'metres', small);

  it('has meetings by person and day, from both sides', () => {
    expect(table.days).toBe(2);
    const group = { layer: 'group' };
    expect(rowsOf(table, 0, 1)).toEqual([
      { ...group, other: 1, index: 0, slot: 0 },
      { ...group, other: 1, index: 1, slot: 1 },
    ]);
    expect(rowsOf(table, 1, 1).map(({ other, index }) => [other, index])).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(rowsOf(table, 1, 2)).toEqual([{ ...group, other: 2, index: 2, slot: 0 }]);
    expect(rowsOf(table, 0, 2)).toEqual([]);
  });

  it('begins again after its last day', () => {
    for (let agent = 0; agent < 3; agent++)
      for (let day = 1; day < 9; day++)
        expect(rowsOf(table, agent, day)).toEqual(rowsOf(table, agent, ((day - 1) % 2) + 1));
    const week = networkTable(3, 'metres', small, 7);
    expect(rowsOf(week, 0, 3)).toEqual([]);
    expect(rowsOf(week, 0, 8)).toEqual(rowsOf(week, 0, 1));
  });

  it('has every meeting once for each of the two, whatever it holds (against a list)', () => {
    fc.assert(
      fc.property(meetings, ({ agents, all }) => {
        const own = networkTable(agents, 'metres', all);
        for (let day = 0; day < own.days; day++)
          for (let agent = 0; agent < agents; agent++) {
            const expected = all.flatMap(({ agents: pair, begin }, index) =>
              pair.includes(agent) && Math.floor(begin / DAY) === day
                ? [{ other: pair[0] === agent ? pair[1] : pair[0], index }]
                : [],
            );
            expect(rowsOf(own, agent, day + 1).map(({ other, index }) => ({ other, index }))).toEqual(expected);
          }
      }),
      { numRuns: 50 },
    );
  });

  it('lists those who are wanted', () => {
    const network = new ContactNetwork(table, [1], 1);
    const list = network.list();
    network.contactsOf(
      0,
      1,
      list,
      wantedBy((_, slot) => slot === 1),
    );
    expect([list.length, list.index[0]]).toEqual([1, 1]);
  });

  it('may have households beside it', () => {
    const all = rowsOf(networkTable(4, 'metres', [meeting(0, 3, 0)]), 0, 1, [0, 1]);
    expect(all.map(({ layer, other }) => [layer, other])).toEqual([
      ['household', 1],
      ['group', 3],
    ]);
  });

  it('lies in memory that threads share', () => {
    for (const values of [table.starts, table.others, table.meetings, table.begin, table.seconds, table.values])
      expect(values.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(structuredClone(table).starts.buffer).toBeInstanceOf(SharedArrayBuffer);
  });
});

describe('meetings of a network', () => {
  const drawn = new Encounters(inEveryLayer(usualEncounter), 1);
  const GROUP = contactLayers.indexOf('group');
  const of = (table: NetworkTable, index: number, layer = GROUP) =>
    new NetworkEncounters(table, drawn, indoors).of({ day: 1, agents: [0, 1], layer, index });

  it('are as they were observed, and those of households as they are drawn', () => {
    const table = networkTable(3, 'metres', small);
    expect(of(table, 1)).toEqual({ minutes: 1, metres: 3, begin: 7200 });
    expect(of(table, 2)).toEqual({ minutes: 15, metres: 0.5, begin: 100 });
    expect(of(table, 0, 0)).toEqual(drawn.of({ day: 1, agents: [0, 1], layer: 0, index: 0 }));
    const encounters = new NetworkEncounters(table, drawn, indoors);
    expect([encounters.mostMinutes(GROUP), encounters.mostMinutes(0)]).toEqual([15, drawn.mostMinutes(0)]);
    expect(encounters.minutesOf(1, 0, 1, 0, 0)).toBe(drawn.minutesOf(1, 0, 1, 0, 0));
    expect(encounters.metresOf(1, 0, 1, 0, 0)).toBe(drawn.metresOf(1, 0, 1, 0, 0));
  });

  it('of which an attenuation is known have the distance at which their place has it', () => {
    for (const distance of [0.2, 1, 3, 40]) {
      const path = { distance, bodies: 0, carriage: ['hand', 'hand'], offsets: 0 } as const;
      const attenuation = meanAttenuation(path, indoors);
      const { metres, attenuation: kept } = of(networkTable(2, 'attenuation', [meeting(0, 1, 0, 60, attenuation)]), 0);
      expect(metres).toBeCloseTo(distance, 9);
      expect(kept).toBe(attenuation);
    }
  });

  it.each([
    [0, 0.1],
    [300, 100],
  ])('of %d dB are %d m apart, and no nearer or farther', (attenuation, metres) => {
    expect(distanceOf(attenuation, indoors)).toBe(metres);
  });

  it('are at 1 m where distance takes nothing from a signal', () => {
    expect(distanceOf(70, { ...indoors, exponent: 0 })).toBe(1);
  });

  it('are heard with what was measured, whatever the place makes of distance, and with the phones that are simulated', () => {
    const phones = phonesOf({ models: [{ ...plainPhone, rx: 2, tx: 5 }] });
    const quiet = { ...indoors, shadowing: 40, scanNoise: 0, advertNoise: 0 };
    const air = new Air({ ...plainAir, models: inEveryLayer(quiet) }, phones, 1);
    const heard = air.heardOf(
      { day: 1, agents: [0, 1], layer: GROUP, index: 0 },
      { minutes: 60, metres: 30, begin: 0, attenuation: 50 },
    );
    expect(heard.length).toBeGreaterThan(8);
    for (let row = 0; row < heard.length; row++) expect(heard.typical[row]).toBeCloseTo(57, 9);
  });
});

describe('a simulation on a network', () => {
  /** Everybody meets the next in a ring, for an hour a day. */
  const AGENTS = 60;
  const ring = networkTable(
    AGENTS,
    'metres',
    Array.from({ length: AGENTS }, (_, k) => meeting(k, (k + 1) % AGENTS, 36_000, 3600, 1)),
  );
  const certain = { perMinute: 1, peak: 0, spread: 9, asymptomatic: 1 };
  const town = {
    ...plainTown,
    agents: AGENTS,
    first: 1,
    contacts: { ...plainTown.contacts, households: [1] },
    network: ring,
  };
  const run = (changes: object = {}, alerts = () => false) => {
    const simulation = new Simulation(
      {
        ...town,
        epidemic: { ...town.epidemic, transmission: certain },
        course: { ...town.course, symptomatic: 0 },
        ...changes,
      },
      alerts,
      1,
    );
    return Array.from({ length: 14 }, () => simulation.next());
  };

  it('infects along it, one to each side a day', () => {
    expect(run().map(({ infections }) => infections)).toEqual(Array.from({ length: 14 }, () => 2));
  });

  it('infects nobody where nobody meets', () => {
    const apart = networkTable(AGENTS, 'metres', [meeting(58, 59, 0, 60, 90)]);
    expect(run({ network: apart }).every(({ infections }) => infections === 0)).toBe(true);
  });

  it('traces meetings of the file by hand, and warns of them', () => {
    const manual = { ...plainTown.manual, named: { household: 0, group: 1, transport: 0, random: 0 } };
    const days = run({ course: plainTown.course, manual }, () => true);
    const total = (name: 'called' | 'warned') => days.reduce((sum, day) => sum + day[name], 0);
    expect(total('called')).toBeGreaterThan(1);
    expect(total('warned')).toBeGreaterThan(1);
  });
});
