/** What a scenario takes, before it runs: nobody wants to know after an hour that the memory is not enough. */
import type { Scenario } from './resolve.ts';

/** Columns of a town: household, day of infection, infector, app, day of warning, whether ever at home. */
const BYTES_AN_AGENT = 11;
/** Lists and maps that grow with infections, for each person: as measured where a twentieth is infected (docs/simulation.md). */
const GROWING_BYTES_AN_AGENT = 11;
/** What the threads share of a network: once for all arms. */
const networkBytes = ({ network }: Scenario['arms'][number]): number =>
  network
    ? [network.starts, network.others, network.meetings, network.begin, network.seconds, network.values].reduce(
        (sum, { byteLength }) => sum + byteLength,
        0,
      )
    : 0;
/** A thread with its code and its heap. */
const THREAD_BYTES = 90e6;

export interface Cost {
  /** Runs in all, and how many at once. */
  readonly runs: number;
  readonly atOnce: number;
  /** Bytes, about. */
  readonly memory: number;
  /** Background runs of real phones, in all runs together. */
  readonly looks: number;
}

const HOURS_A_DAY = 24;

function looksOf({ arms, replicates, days, realPhones }: Scenario): number {
  const perPhone = arms.map(({ parameters: { app, delivery } }) =>
    app.adoption === 0 || delivery.backgroundHours === 0 ? 0 : (days * HOURS_A_DAY) / delivery.backgroundHours,
  );
  return realPhones * replicates * perPhone.reduce((sum, looks) => sum + looks, 0);
}

/** `jobs`: threads. Towns of an arm are as large as its parameters say; the largest may run at once. */
export function costOf(scenario: Scenario, jobs: number): Cost {
  const { arms, replicates } = scenario;
  const runs = arms.length * replicates;
  const atOnce = Math.min(jobs, runs);
  const sizes = arms
    .flatMap(({ parameters }) => Array.from({ length: Math.min(replicates, jobs) }, () => parameters.population.agents))
    .toSorted((one, other) => other - one);
  const people = sizes.slice(0, atOnce).reduce((sum, agents) => sum + agents, 0);
  const network = networkBytes(arms[0]!);
  return {
    runs,
    atOnce,
    memory: people * (BYTES_AN_AGENT + GROWING_BYTES_AN_AGENT) + atOnce * THREAD_BYTES + network,
    looks: looksOf(scenario),
  };
}
