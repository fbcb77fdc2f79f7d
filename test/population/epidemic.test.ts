/** The epidemic: limits, mass balance, one order of people as good as another, and R against a sum that can be written down. */
import { describe, expect, it } from 'vitest';
import { ContactGraph } from '../../src/population/contacts.ts';
import { type CourseParameters, Courses } from '../../src/population/course.ts';
import { Epidemic, type EpidemicParameters, OUTSIDE } from '../../src/population/epidemic.ts';
import { infectionBy, infectiousness } from '../../src/population/transmission.ts';
import { inEveryLayer, noRing, townContacts, usualEncounter } from '../helpers/population.ts';

const same = { minutes: { median: 60, sigma: 0 }, mostMinutes: 60, metres: { median: 1, sigma: 0 } };
const parameters: EpidemicParameters = {
  encounters: inEveryLayer(usualEncounter),
  transmission: { perMinute: 0.002, peak: 0, spread: 2.5, asymptomatic: 0.5 },
  infectiousDays: 14,
};
const course: CourseParameters = {
  incubation: { median: 5, sigma: 0.4 },
  symptomatic: 0.6,
  testing: { tested: 0.8, wait: { median: 3, sigma: 0.5 }, lab: { median: 0, sigma: 0 }, sensitivity: 0.9 },
};
/** Everybody meets three strangers a day, and nobody else. */
const mixed = { households: [1], group: noRing, transport: noRing, random: 3 };

function run(
  agents: number,
  {
    days = 30,
    first = 20,
    seed = 1,
    changes = {},
    graph = townContacts,
  }: Partial<Record<'days' | 'first' | 'seed', number>> & {
    changes?: Partial<EpidemicParameters>;
    graph?: typeof townContacts;
  } = {},
) {
  const epidemic = new Epidemic(agents, {
    graph: new ContactGraph(agents, graph, seed),
    courses: new Courses(course, seed),
    parameters: { ...parameters, ...changes },
    seed,
  });
  epidemic.begin(first);
  const incidence = Array.from({ length: days }, () => epidemic.next().length);
  return { epidemic, incidence };
}
const infected = ({ infectedOn }: Epidemic): readonly number[] =>
  [...infectedOn.keys()].filter((agent) => infectedOn[agent]! >= 0);
const withVirulence = (perMinute: number) => ({ transmission: { ...parameters.transmission, perMinute } });

describe('an epidemic', () => {
  it('counts everybody once: those of each day and those of the begin are all', () => {
    const { epidemic, incidence } = run(5000);
    expect(infected(epidemic)).toHaveLength(20 + incidence.reduce((sum, count) => sum + count, 0));
    for (const [day, count] of incidence.entries())
      expect(epidemic.infectedOn.filter((on) => on === day + 1)).toHaveLength(count);
    expect(infected(epidemic).length).toBeGreaterThan(1000);
  });

  it('goes from people who were infected before, and are not past it', () => {
    const { epidemic } = run(5000);
    for (const agent of infected(epidemic)) {
      const by = epidemic.infectedBy[agent]!;
      const on = epidemic.infectedOn[agent]!;
      if (by === OUTSIDE) expect(on).toBe(0);
      else expect(on - epidemic.infectedOn[by]!).toBeGreaterThan(0);
      if (by !== OUTSIDE) expect(on - epidemic.infectedOn[by]!).toBeLessThanOrEqual(parameters.infectiousDays);
    }
  });

  it('names one infector, whoever of several comes first: the one with the lowest number', () => {
    const certain = {
      changes: withVirulence(1e6),
      days: 1,
      first: 10,
      graph: { ...mixed, group: { neighbours: 4, chance: 1 } },
    };
    const { epidemic } = run(30, certain);
    const graph = new ContactGraph(30, certain.graph, 1);
    const list = graph.list();
    for (const agent of infected(epidemic).filter((one) => epidemic.infectedOn[one] === 1)) {
      graph.contactsOf(agent, 1, list);
      const sources = [...list.other.subarray(0, list.length)].filter((other) => epidemic.infectedOn[other] === 0);
      expect(epidemic.infectedBy[agent]).toBe(Math.min(...sources));
    }
    expect(infected(epidemic).length).toBeGreaterThan(20);
  });

  it('does not spread where nothing is transmitted, nobody meets or nobody begins', () => {
    expect(run(2000, { changes: withVirulence(0) }).incidence).toEqual(Array.from({ length: 30 }, () => 0));
    expect(run(2000, { graph: { ...mixed, random: 0 } }).incidence).toEqual(Array.from({ length: 30 }, () => 0));
    expect(infected(run(2000, { first: 0 }).epidemic)).toEqual([]);
  });

  it('infects all who can be met where it is certain', () => {
    const { incidence } = run(4, {
      changes: withVirulence(1e6),
      first: 1,
      days: 6,
      graph: { ...mixed, group: { neighbours: 4, chance: 1 } },
    });
    expect(incidence.reduce((sum, count) => sum + count, 0)).toBe(3);
  });

  it('begins with as many as are wanted, and with all where there are fewer', () => {
    expect(infected(run(100, { first: 7, days: 0 }).epidemic)).toHaveLength(7);
    expect(infected(run(10, { first: 50, days: 0 }).epidemic)).toHaveLength(10);
  });

  it('is the same for the same seed, another for another', () => {
    const digest = (seed: number) => run(3000, { seed }).epidemic.infectedBy.join();
    expect(digest(4)).toBe(digest(4));
    expect(digest(4)).not.toBe(digest(5));
  });

  it('infects on a day everybody whom it infects with less virulence, and more (common random numbers)', () => {
    const [mild, severe] = [0.0004, 0.0008].map((perMinute) =>
      infected(run(20_000, { days: 1, first: 2000, changes: withVirulence(perMinute) }).epidemic),
    );
    expect(mild!.every((agent) => severe!.includes(agent))).toBe(true);
    expect(severe!.length).toBeGreaterThan(mild!.length);
  });
});

describe('the reproduction number of a well-mixed population', () => {
  const FIRST = 1500;
  const agents = 400_000;
  /** Of the first, as counted, and as a sum over their days: three contacts of an hour at a metre. */
  function numbersOf(perMinute: number) {
    const changes = { ...withVirulence(perMinute), encounters: inEveryLayer(same) };
    const { epidemic } = run(agents, { days: 14, first: FIRST, changes, graph: mixed });
    const first = infected(epidemic).filter((agent) => epidemic.infectedOn[agent] === 0);
    const members = new Set(first);
    const courses = new Courses(course, 1);
    const counted = epidemic.infectedBy.filter((by) => members.has(by)).length / FIRST;
    const expected = first.reduce((sum, agent) => {
      const onset = courses.incubationOf(agent);
      const symptoms = courses.hasSymptoms(agent);
      for (let day = 1; day <= parameters.infectiousDays; day++)
        sum += 3 * infectionBy(perMinute * 60 * infectiousness(day - onset, symptoms, changes.transmission));
      return sum;
    }, 0);
    return { counted, expected: expected / FIRST };
  }

  it.each([0.0005, 0.001])('is the sum over days, with %d a minute', (perMinute) => {
    const { counted, expected } = numbersOf(perMinute);
    // Poisson, and some contacts are immune by then: less than 2 %.
    expect(Math.abs(counted - expected)).toBeLessThan(4 * Math.sqrt(expected / FIRST) + 0.02 * expected);
    expect(expected).toBeGreaterThan(0.3);
  });

  it('doubles, nearly, with virulence', () => {
    const ratio = numbersOf(0.001).expected / numbersOf(0.0005).expected;
    expect(ratio).toBeGreaterThan(1.9);
    expect(ratio).toBeLessThan(2);
  });
});
