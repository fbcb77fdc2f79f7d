/** What a scan, a contact and an infection cost: `npx tsx bench/simulation.ts` (docs/simulation.md). */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { presetJudge } from '../calibration/judges.ts';
import { keyed } from '../src/core/random.ts';
import { ContactGraph } from '../src/population/contacts.ts';
import { Courses } from '../src/population/course.ts';
import { Epidemic, type EpidemicParameters } from '../src/population/epidemic.ts';
import { HeardScans, hear, radioLevels } from '../src/propagation/hearing.ts';
import { frameworkSchedule } from '../src/propagation/schedule.ts';
import { type RiskReader, resolveScenario } from '../src/scenario/resolve.ts';
import { runTown } from '../src/scenario/town.ts';
import { inEveryLayer, townContacts, usualEncounter } from '../test/helpers/population.ts';
import { indoors } from '../test/helpers/propagation.ts';

const riskNamed: RiskReader = (name) => ({ name, source: presetJudge(name).source! });

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

/** Whole runs: shipped parameters, Immuni's rule, 50 days; CPU of this thread, and memory of this process. */
const text = readFileSync(new URL('../scenarios/nation.yaml', import.meta.url), 'utf8');
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
for (const agents of [1_000_000, 10_000_000])
  for (const arm of resolveScenario(text, 'nation.yaml', riskNamed, { agents }).arms) {
    const begin = process.cpuUsage();
    const { series, infected } = runTown({ arm, seed: 1, days: 50 });
    const seconds = process.cpuUsage(begin).user / 1e6;
    const exposures = sum(series.map((day) => day.exposures));
    console.log(
      `${String(agents).padStart(9)} agents, ${arm.name}: ${sum(infected)} infections, ${exposures} exposures, ${seconds.toFixed(1)} CPU-s, ` +
        `${((seconds * 1e6) / sum(infected)).toFixed(1)} s per million infections, ${(process.memoryUsage.rss() / 1e6).toFixed(0)} MB`,
    );
  }
