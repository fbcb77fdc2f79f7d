/** What a scan, a contact and an infection cost: `npx tsx bench/simulation.ts` (docs/simulation.md). */
import { performance } from 'node:perf_hooks';
import { keyed } from '../src/core/random.ts';
import { ContactGraph } from '../src/population/contacts.ts';
import { Courses } from '../src/population/course.ts';
import { Epidemic, type EpidemicParameters } from '../src/population/epidemic.ts';
import { HeardScans, hear, radioLevels } from '../src/propagation/hearing.ts';
import { frameworkSchedule } from '../src/propagation/schedule.ts';
import { inEveryLayer, townContacts, usualEncounter } from '../test/helpers/population.ts';
import { indoors } from '../test/helpers/propagation.ts';

const timed = (work: () => number): readonly [nanoseconds: number, count: number] => {
  const begin = performance.now();
  const count = work();
  return [((performance.now() - begin) * 1e6) / count, count];
};

const heard = new HeardScans();
for (const level of radioLevels)
  for (const minutes of [15, 240]) {
    const radio = { schedule: frameworkSchedule, model: indoors, level };
    const contacts = 3_000_000 / minutes;
    const [nanoseconds] = timed(() => {
      for (let k = 0; k < contacts; k++)
        hear(
          { seconds: minutes * 60, mean: 60 },
          radio,
          { times: keyed(1, 'times', k), noise: keyed(1, 'noise', k) },
          heard,
        );
      return (contacts * minutes * 60) / 255;
    });
    console.log(
      `${`${level}, ${minutes} min`.padEnd(20)} ${nanoseconds.toFixed(0).padStart(5)} ns/scan, keys included`,
    );
  }

const parameters: EpidemicParameters = {
  encounters: inEveryLayer(usualEncounter),
  transmission: { perMinute: 0.0025, peak: 0, spread: 2.5, asymptomatic: 0.5 },
  infectiousDays: 14,
};
const courses = new Courses(
  {
    incubation: { median: 5, sigma: 0.4 },
    symptomatic: 0.6,
    testing: { tested: 0.8, wait: { median: 3, sigma: 0.5 }, lab: { median: 0, sigma: 0 }, sensitivity: 0.9 },
  },
  1,
);
for (const agents of [100_000, 1_000_000, 10_000_000]) {
  const graph = new ContactGraph(agents, townContacts, 1);
  const list = graph.list();
  const [nanoseconds] = timed(() => {
    let contacts = 0;
    for (let k = 0; k < 300_000; k++) {
      graph.contactsOf((k * 7919) % agents, 1, list);
      contacts += list.length;
    }
    return contacts;
  });
  console.log(`${String(agents).padStart(9)} agents: ${nanoseconds.toFixed(0)} ns/contact`);
}
for (const agents of [100_000, 1_000_000]) {
  const [nanoseconds, infections] = timed(() => {
    const epidemic = new Epidemic(agents, {
      graph: new ContactGraph(agents, townContacts, 1),
      courses,
      parameters,
      seed: 1,
    });
    epidemic.begin(agents / 1000);
    let sum = agents / 1000;
    for (let day = 0; day < 50; day++) sum += epidemic.next().length;
    return sum;
  });
  console.log(
    `${String(agents).padStart(9)} agents, 50 days: ${infections} infections, ${(nanoseconds / 1000).toFixed(1)} s per million of them`,
  );
}
