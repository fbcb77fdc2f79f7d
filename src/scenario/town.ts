/** One run: a town of one arm with one seed, from its parameters to what happened. It depends on nothing else. */
import { createHash } from 'node:crypto';
import { judgeFrom } from '../../calibration/judges.ts';
import { defined } from '../core/object.ts';
import { type Alerts, type DayFigures, Simulation, type SimulationParameters } from '../population/simulation.ts';
import type { TracedExposure } from '../population/tracing.ts';
import { defaultReading } from '../risk/reading.ts';
import type { Arm, ArmParameters } from './resolve.ts';
import type { Risk } from './schema.ts';

/** What a thread is given; plain data. */
export interface TownTask {
  readonly arm: Arm;
  readonly seed: number;
  readonly days: number;
}

/** What came of one run. */
export interface TownOutcome {
  /** One a day. */
  readonly series: readonly DayFigures[];
  /** By day of infection: how many were infected, and how many they infected themselves. Day 0 are the first ones. */
  readonly infected: readonly number[];
  readonly infectees: readonly number[];
  /** SHA-256 of who was infected by whom, when, and of the series: equal runs have equal ones. */
  readonly digest: string;
}

/** Who wants to know while it runs: of the end of days, and of exposures to those who upload. */
export interface TownListener {
  readonly day?: (day: number) => void;
  readonly exposure?: (traced: TracedExposure) => void;
}

/** The same task has the same outcome, whatever runs beside it. */
export function runTown({ arm, seed, days }: TownTask, listener: TownListener = {}): TownOutcome {
  const simulation = new Simulation(simulationOf(arm.parameters), alertsOf(arm.parameters.app.risk), seed);
  simulation.onExposure = listener.exposure;
  const series: DayFigures[] = [];
  for (let day = 1; day <= days; day++) {
    for (const change of arm.changes)
      if (change.day === day)
        simulation.change(
          defined({ ...change.behaviour, uploads: change.uploads }),
          change.risk && alertsOf(change.risk),
        );
    series.push(simulation.next());
    listener.day?.(day);
  }
  return { series, ...cohortsOf(simulation, days), digest: digestOf(simulation, series) };
}

const alertsOf = (risk: Risk): Alerts => {
  const judge = judgeFrom(risk);
  return (exposures) => judge.assess(exposures, defaultReading).alert;
};

function simulationOf({
  population,
  contacts,
  disease,
  testing,
  app,
  behaviour,
  radio,
}: ArmParameters): SimulationParameters {
  const { peak, spread, asymptomatic, perMinute, infectiousDays, incubation, symptomatic, firstInfected } = disease;
  const { adoption, youngest, supported, permitted, household, models, uploads } = app;
  return {
    agents: population.agents,
    first: firstInfected,
    ages: population.ages,
    contacts: {
      households: population.households,
      group: contacts.group,
      transport: contacts.transport,
      random: contacts.random.perDay,
    },
    epidemic: { encounters: contacts, transmission: { perMinute, peak, spread, asymptomatic }, infectiousDays },
    course: { incubation, symptomatic, testing },
    phones: { adoption, youngest, supported, permitted, household, models },
    air: { models: radio.places, schedule: radio.schedule, level: radio.level, carriage: radio.carriage },
    behaviour: { ...behaviour, uploads },
  };
}

function cohortsOf({ epidemic: { infectedOn, infectedBy } }: Simulation, days: number) {
  const infected = Array.from({ length: days + 1 }, () => 0);
  const infectees = infected.slice();
  for (const [agent, day] of infectedOn.entries()) {
    if (day < 0) continue;
    infected[day]!++;
    const by = infectedOn[infectedBy[agent]!];
    // Those from elsewhere were infected by nobody here.
    if (by !== undefined) infectees[by]!++;
  }
  return { infected, infectees };
}

const digestOf = ({ epidemic: { infectedOn, infectedBy } }: Simulation, series: readonly DayFigures[]): string =>
  createHash('sha256').update(infectedOn).update(infectedBy).update(JSON.stringify(series)).digest('hex');
