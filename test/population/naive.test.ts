/** The epidemic against a naive one: every contact of everybody who infects is looked at, one by one, with nothing left out. */
import { describe, expect, it } from 'vitest';
import { drawUniform, purposeHash } from '../../src/core/random.ts';
import { ContactGraph, type ContactParameters, contactLayers } from '../../src/population/contacts.ts';
import { type CourseParameters, Courses } from '../../src/population/course.ts';
import { Encounters } from '../../src/population/encounters.ts';
import { Epidemic, type EpidemicParameters, type Meets } from '../../src/population/epidemic.ts';
import { infectiousness, nearness } from '../../src/population/transmission.ts';
import { inEveryLayer, townContacts, usualEncounter } from '../helpers/population.ts';

const AGENTS = 800;
const DAYS = 25;
const course: CourseParameters = {
  incubation: { median: 5, sigma: 0.4 },
  symptomatic: 0.6,
  testing: { tested: 0, wait: { median: 2, sigma: 0 }, lab: { median: 24, sigma: 0 }, sensitivity: 1 },
};
const usual: EpidemicParameters = {
  encounters: {
    ...inEveryLayer(usualEncounter),
    random: { ...usualEncounter, minutes: { median: 5, sigma: 1 }, mostMinutes: 30 },
  },
  transmission: { perMinute: 0.003, peak: -0.5, spread: 2.7, asymptomatic: 0.35 },
  infectiousDays: 14,
};
const contacts: ContactParameters = { ...townContacts, transport: { neighbours: 3, chance: 0.4 } };

interface Case {
  readonly parameters?: EpidemicParameters;
  readonly meet?: Meets;
  readonly seed?: number;
}

/** Day of infection and infector of each, as the product has them. */
function clever({ parameters = usual, meet = () => true, seed = 1 }: Case) {
  const graph = new ContactGraph(AGENTS, contacts, seed);
  const epidemic = new Epidemic(AGENTS, { graph, courses: new Courses(course, seed), parameters, seed, meet });
  epidemic.begin(5);
  for (let day = 0; day < DAYS; day++) epidemic.next();
  return Array.from({ length: AGENTS }, (_, agent) => [epidemic.infectedOn[agent], epidemic.infectedBy[agent]]);
}

function naive({ parameters = usual, meet = () => true, seed = 1 }: Case) {
  const graph = new ContactGraph(AGENTS, contacts, seed);
  const courses = new Courses(course, seed);
  const encounters = new Encounters(parameters.encounters, seed);
  const begun = new Epidemic(AGENTS, { graph, courses, parameters, seed });
  const first = begun.begin(5);
  const state = Array.from({ length: AGENTS }, (_, agent) => [first.includes(agent) ? 0 : -1, 0xffffffff]);
  const list = graph.list();
  for (let day = 1; day <= DAYS; day++) {
    const infectors = state.flatMap(([on], agent) =>
      on! >= 0 && on! < day && day - on! <= parameters.infectiousDays ? [agent] : [],
    );
    const caught = new Map<number, number>();
    // In another order than the product has.
    for (const agent of infectors.toReversed()) {
      const onset = state[agent]![0]! + courses.incubationOf(agent);
      const share = infectiousness(day - onset, courses.hasSymptoms(agent), parameters.transmission);
      graph.contactsOf(agent, day, list);
      for (let row = 0; row < list.length; row++) {
        const [other, layer, index, slot] = [list.other[row]!, list.layer[row]!, list.index[row]!, list.slot[row]!];
        if (state[other]![0]! >= 0 || !meet(agent, other, contactLayers[layer]!, day)) continue;
        const { minutes, metres } = encounters.of({ day, agents: [agent, other], layer, index });
        const hazard = parameters.transmission.perMinute * minutes * nearness(metres) * share;
        const drawn = drawUniform(seed, purposeHash('infects'), day, agent, layer * 256 + slot);
        if (drawn < 1 - Math.exp(-hazard)) caught.set(other, Math.min(agent, caught.get(other) ?? agent));
      }
    }
    for (const [other, by] of caught) state[other] = [day, by];
  }
  return state;
}

describe('the epidemic', () => {
  it.each<[string, Case]>([
    ['usual', {}],
    ['another seed', { seed: 77 }],
    [
      'ten times the transmission',
      { parameters: { ...usual, transmission: { ...usual.transmission, perMinute: 0.03 } } },
    ],
    [
      'hardly any transmission',
      { parameters: { ...usual, transmission: { ...usual.transmission, perMinute: 0.0012 } } },
    ],
    [
      'a long and even infectiousness',
      { parameters: { ...usual, transmission: { ...usual.transmission, spread: 9 }, infectiousDays: 20 } },
    ],
    [
      'contacts of a day',
      {
        parameters: {
          ...usual,
          encounters: inEveryLayer({ ...usualEncounter, mostMinutes: 1440, minutes: { median: 700, sigma: 1 } }),
        },
      },
    ],
    ['nobody who meets strangers', { meet: (_one, _other, layer) => layer !== 'random' }],
    [
      'every third who stays at home from day 5 on',
      { meet: (one, other, layer, day) => layer === 'household' || day < 5 || (one % 3 !== 0 && other % 3 !== 0) },
    ],
  ])('is that of one which looks at everything: %s', (_, own) => {
    const expected = naive(own);
    expect(clever(own)).toEqual(expected);
    expect(expected.filter(([on]) => on! > 0).length).toBeGreaterThan(0);
  });
});
