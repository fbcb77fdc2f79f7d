/** A town in which some phones are real: day by day the simulation begins it, the phones live, the simulation ends it. */
import { turns } from '../../backend/turns.ts';
import { keyedEntropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import type { HttpClient } from '../../core/httpClient.ts';
import type { DayFigures, Simulation } from '../../population/simulation.ts';
import type { Scenario } from '../resolve.ts';
import type { TownRunner } from '../run.ts';
import { ScenarioServer } from '../server.ts';
import {
  changeTown,
  countingExposures,
  openTown,
  outcomeOf,
  type TownListener,
  type TownOutcome,
  type TownTask,
} from '../town.ts';
import { BEGIN, TownPhones } from './phones.ts';
import { servedRule } from './systems.ts';

/** What towns with real phones are given by whoever runs them. */
export interface PhoneTownPorts {
  readonly http: HttpClient;
  readonly pid: number;
  /** Works in a folder of its own, which goes afterwards. */
  readonly inFolder: <Result>(work: (folder: string) => Promise<Result>) => Promise<Result>;
}

/** Runs towns with real phones here, one after the other as they share this thread, and all others by `towns`. */
export function withRealPhones(towns: TownRunner, ports: PhoneTownPorts): TownRunner {
  const inTurn = turns();
  return {
    run(task, listener = {}, signal) {
      if (!hasRealPhones(task)) return towns.run(task, listener, signal);
      return inTurn(() => ports.inFolder((folder) => runPhones(task, listener, { ...ports, folder, signal })));
    },
  };
}

/** Where nobody has the app there are no phones. */
const hasRealPhones = ({ realPhones = 0, arm }: TownTask): boolean => realPhones > 0 && arm.parameters.app.adoption > 0;

interface Ports extends PhoneTownPorts {
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

async function runPhones(task: TownTask, listener: TownListener, { http, pid, folder, signal }: Ports) {
  signal?.throwIfAborted();
  const { seed, arm } = task;
  const served = servedRule(arm.parameters.app.risk);
  const { settings, system } = served;
  const choices = system.choices(arm.parameters);
  const story = { system: system.server, begin: BEGIN, behaviour: 'documented', server: choices } as const;
  const entropy = keyedEntropy(seed, 'backend of a town');
  const server = await ScenarioServer.open(story, { folder, http, pid, settings, entropy });
  try {
    const counting = countingExposures(task, listener);
    const simulation = openTown(task, counting.listener);
    const phones = new TownPhones(firstWithApp(simulation, task), { simulation, server, http, seed, served });
    simulation.warnings.isReal = (agent) => phones.isReal(agent);
    return { ...(await days(task, counting.listener, simulation, phones, signal)), ...counting.histogram() };
  } finally {
    await server.close();
  }
}

async function days(
  { arm, days: last }: TownTask,
  listener: TownListener,
  simulation: Simulation,
  phones: TownPhones,
  signal: AbortSignal | undefined,
): Promise<TownOutcome> {
  const series: DayFigures[] = [];
  for (let day = 1; day <= last; day++) {
    signal?.throwIfAborted();
    for (const risk of changeTown(simulation, arm, day)) await phones.configure(servedRule(risk).settings);
    const uploads = simulation.begin();
    series.push(simulation.end(await phones.live(day, uploads)));
    listener.day?.(day);
  }
  return { ...outcomeOf(simulation, series), phones: phones.counts };
}

/** The first by number, as many as are asked for and there are. */
function firstWithApp({ phones }: Simulation, { arm, realPhones = 0 }: TownTask): readonly number[] {
  const agents: number[] = [];
  for (let agent = 0; agent < arm.parameters.population.agents && agents.length < realPhones; agent++)
    if (phones.hasApp(agent)) agents.push(agent);
  return agents;
}

/**
 * What the real server and the real app decide themselves. Throws E-FILE-INVALID where a scenario would have it otherwise, and
 * E-LOSSY for a rule that settings cannot hold, before anything runs.
 */
export function assertRealPhones({ arms, realPhones }: Pick<Scenario, 'arms' | 'realPhones'>): void {
  if (realPhones === 0) return;
  for (const { name, parameters, changes } of arms) {
    const { app, delivery } = parameters;
    if (app.adoption === 0) continue;
    const served = servedRule(app.risk);
    for (const { risk } of changes)
      if (risk && servedRule(risk).app !== served.app)
        throw refused(name, `the rule ${risk.name} is of another app`, 'real phones keep the app that they begin with');
    for (const { name: key, value, wanted, because } of served.system.demands(parameters))
      if (value !== wanted) throw refused(name, `${key} must be ${wanted} with real phones`, because);
    if (delivery.backgroundHours === 0)
      throw refused(
        name,
        'delivery.backgroundHours must be above 0 with real phones',
        'each looks at times of its own',
      );
  }
}

const refused = (arm: string, message: string, hint: string): EnlabError =>
  new EnlabError('E-FILE-INVALID', `arm ${arm}: ${message}`, { hint });
