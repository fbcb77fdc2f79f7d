/** One run: a town of one arm with one seed, from its parameters to what happened. It depends on nothing else. */
import { createHash } from 'node:crypto';
import { judgeFrom } from '../../calibration/judges.ts';
import { buildLattice } from '../../calibration/lattice.ts';
import { defined } from '../core/object.ts';
import { reporterOf } from '../device/cwa/judges.ts';
import { FRAMEWORK_READING } from '../device/found.ts';
import type { ProvinceReports } from '../population/analytics.ts';
import type { ProvinceSeries } from '../population/provinces.ts';
import type { KeyParameters } from '../population/publishing.ts';
import { type DayFigures, Simulation, type SimulationParameters } from '../population/simulation.ts';
import type { TimingCounts } from '../population/timeliness.ts';
import type { TracedExposure } from '../population/tracing.ts';
import type { Alerts } from '../population/warnings.ts';
import { LEAST_LEVEL, levelByOnset } from '../protocol/wire/cwa/transmissionRisk.ts';
import { modelNamed } from '../risk/registry.ts';
import { ExposureHistogram, type HistogramCell } from './histogram.ts';
import type { PhoneCounts } from './phones/phones.ts';
import { Reference, type TownEffects } from './policy/reference.ts';
import type { Arm, Change } from './resolve.ts';
import type { Risk } from './schema.ts';

/** What a thread is given; plain data. */
export interface TownTask {
  readonly arm: Arm;
  readonly seed: number;
  readonly days: number;
  /** Phones that are run for real (phones/town.ts), the first by number of those with the app; absent: none. */
  readonly realPhones?: number;
  /** Whether the outcome shall have the histogram of exposures. */
  readonly isCounted?: boolean;
  /** Rules whose first-order effects are wanted, beside those of all D x A rules; of an arm that warns nobody. */
  readonly estimated?: readonly Risk[];
}

/** What came of one province; its phones reported where the arm has analytics. */
export interface ProvinceOutcome extends ProvinceSeries {
  readonly name: string;
  readonly people: number;
  readonly reports?: ProvinceReports;
}

/** What came of one run. */
export interface TownOutcome {
  /** One a day. */
  readonly series: readonly DayFigures[];
  /** By day of infection: how many were infected, and how many they infected themselves. Day 0 are the first ones. */
  readonly infected: readonly number[];
  readonly infectees: readonly number[];
  /** Of all who were infected here, those who were warned before they had infected anybody. */
  readonly inTime: number;
  /** How long steps took, in quarters of an hour. */
  readonly timeliness: TimingCounts;
  /** Where people live, and what happened there day by day, in the order of the scenario. */
  readonly provinces: readonly ProvinceOutcome[];
  /** SHA-256 of who was infected by whom, when, and of the series: equal runs have equal ones. */
  readonly digest: string;
  /** Where some phones were real. */
  readonly phones?: PhoneCounts;
  /** All exposures to those who uploaded, where it was asked for. */
  readonly histogram?: readonly HistogramCell[];
  /** Where rules were to be estimated. */
  readonly effects?: TownEffects;
}

/** Who wants to know while it runs: of the end of days, and of exposures to those who upload. */
export interface TownListener {
  readonly day?: (day: number) => void;
  readonly exposure?: (traced: TracedExposure) => void;
}

/** A town before its first day. */
export function openTown({ arm, seed }: TownTask, { exposure }: TownListener): Simulation {
  const simulation = new Simulation(simulationOf(arm), alertsOf(arm.parameters.app.risk), seed);
  simulation.warnings.onExposure = exposure;
  return simulation;
}

/** What changes at the begin of a day. Rules that it changes, in order. */
export function changeTown(simulation: Simulation, { changes }: Arm, day: number): readonly Risk[] {
  const due = changes.filter((change) => change.day === day);
  for (const change of due) simulation.change(behaviourOf(change), change.risk && alertsOf(change.risk));
  return due.flatMap(({ risk }) => risk ?? []);
}

/** What came of it after its last day. */
export function outcomeOf(simulation: Simulation, series: readonly DayFigures[]): TownOutcome {
  const { timeliness, reports } = simulation;
  const provinces = simulation.provinces.map((own, k) => (reports ? { ...own, reports: reports[k]! } : own));
  return {
    series,
    ...cohortsOf(simulation, series.length),
    timeliness,
    provinces,
    digest: digestOf(simulation, series, provinces),
  };
}

/** What listens in place of `listener`, and tells it; afterwards the histogram, where it was asked for. */
export function countingExposures({ arm, isCounted = false }: TownTask, listener: TownListener) {
  if (!isCounted) return { listener, histogram: () => ({}) };
  const histogram = new ExposureHistogram(arm.parameters.truth);
  let today = 1;
  const counting: TownListener = {
    day: (day) => {
      today = day + 1;
      listener.day?.(day);
    },
    exposure: (traced) => {
      histogram.add(traced, today);
      listener.exposure?.(traced);
    },
  };
  return { listener: counting, histogram: () => ({ histogram: histogram.cells() }) };
}

/** The same task has the same outcome, whatever runs beside it. No phone is real in it. */
export function runTown(task: TownTask, listener: TownListener = {}): TownOutcome {
  const counting = countingExposures(task, listener);
  const simulation = openTown(task, counting.listener);
  const reference = task.estimated && new Reference(simulation, buildLattice(), task.estimated.map(alertsOf));
  const series: DayFigures[] = [];
  for (let day = 1; day <= task.days; day++) {
    changeTown(simulation, task.arm, day);
    series.push(simulation.next());
    counting.listener.day?.(day);
  }
  return {
    ...outcomeOf(simulation, series),
    ...counting.histogram(),
    ...(reference && { effects: reference.effects() }),
  };
}

/** Of a change: what is left out stays as it is. */
const behaviourOf = ({ behaviour: { complies, calls, quarantineDays, isolationDays } = {}, uploads }: Change) =>
  defined({ uploads, complies, calls, quarantine: quarantineDays, isolation: isolationDays });

/** As an app judges what its phone reports. */
const alertsOf = (risk: Risk): Alerts => {
  const judge = judgeFrom(risk);
  const reporter = risk.source && reporterOf(risk.source.model, risk.source.parameters);
  const alerts = (exposures: Parameters<Alerts>[0]): boolean =>
    judge.assess(reporter ? exposures.flatMap(reporter) : exposures, FRAMEWORK_READING).alert;
  // A rule in words, and models of cells, look at one exposure at a time.
  return Object.assign(alerts, { sums: risk.source !== undefined && !modelNamed(risk.source.model).decidesByCell });
};

function simulationOf({ parameters, network }: Arm): SimulationParameters {
  const { population, contacts, disease, testing, app, delivery, analytics, manual, behaviour, radio } = parameters;
  const { peakDays: peak, spreadDays: spread, asymptomatic, perMinute, infectiousDays } = disease;
  const { incubationDays: incubation, symptomatic, firstInfected } = disease;
  const { tested, waitDays: wait, labHours: lab, sensitivity, per1000 } = testing;
  const { adoption, youngest, supported, permitted, household, models, uploads } = app;
  return {
    agents: population.agents,
    first: firstInfected,
    ages: population.ages,
    provinces: population.provinces,
    contacts: {
      households: population.households,
      group: contacts.group,
      transport: contacts.transport,
      random: contacts.random.perDay,
    },
    network,
    epidemic: { encounters: contacts, transmission: { perMinute, peak, spread, asymptomatic }, infectiousDays },
    course: { incubation, symptomatic, testing: { tested, wait, lab, sensitivity } },
    phones: { adoption, youngest, supported, permitted, household, models },
    air: {
      models: radio.places,
      schedule: radio.schedule,
      level: radio.level,
      carriage: radio.carriage,
      bodies: radio.bodies,
    },
    testsPer1000: per1000,
    manual: { named: manual.named, daysBefore: manual.daysBefore, delay: manual.delayHours },
    delivery: {
      operator: delivery.operatorHours,
      batch: delivery.batchHours,
      background: delivery.backgroundHours,
      offline: delivery.offline,
      detections: delivery.detections,
    },
    keys: keysOf(parameters),
    analytics,
    behaviour: {
      uploads,
      complies: behaviour.complies,
      calls: behaviour.calls,
      quarantine: behaviour.quarantineDays,
      isolation: behaviour.isolationDays,
    },
  };
}

const keysOf = ({
  app: { keysBeforeOnset, levels, followUp },
  delivery: { embargo },
}: Arm['parameters']): KeyParameters => ({
  beforeOnset: keysBeforeOnset,
  ...(levels === 'cwa' && { levelOf: levelByOnset, leastLevel: LEAST_LEVEL }),
  embargo,
  followUp,
});

function cohortsOf({ epidemic: { infectedOn, infectedBy }, notifiedOn }: Simulation, days: number) {
  const infected = Array.from({ length: days + 1 }, () => 0);
  const infectees = infected.slice();
  let warned = 0;
  /** Who had infected somebody before the day after the warning. */
  const late = new Set<number>();
  for (let agent = 0; agent < infectedOn.length; agent++) {
    const day = infectedOn[agent]!;
    if (day < 0) continue;
    infected[day]!++;
    if (day > 0 && notifiedOn[agent]! >= 0) warned++;
    const infector = infectedBy[agent]!;
    const by = infectedOn[infector];
    // Those from elsewhere were infected by nobody here.
    if (by === undefined) continue;
    infectees[by]!++;
    if (by > 0 && day <= notifiedOn[infector]!) late.add(infector);
  }
  return { infected, infectees, inTime: warned - late.size };
}

/**
 * Calls follow from who was warned when, and one province is the whole town: both are left out, so that a digest means what it
 * did before there were any.
 */
const digestOf = (
  { epidemic: { infectedOn, infectedBy }, notifiedOn }: Simulation,
  series: readonly DayFigures[],
  provinces: readonly ProvinceOutcome[],
): string =>
  createHash('sha256')
    .update(infectedOn)
    .update(infectedBy)
    .update(notifiedOn)
    .update(JSON.stringify(series, (key, value) => (key === 'calls' ? undefined : value)))
    .update(provinces.length > 1 ? JSON.stringify(provinces) : '')
    .digest('hex');
