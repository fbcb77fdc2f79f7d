/** Says what a simulation will take, where that is much, and refuses what this machine cannot hold. */
import { EnlabError } from '../../src/core/errors.ts';
import { counted } from '../../src/core/words.ts';
import { costOf } from '../../src/scenario/cost.ts';
import type { Scenario } from '../../src/scenario/resolve.ts';
import type { Edge } from '../edge.ts';

/** Less is not worth a word. */
const WORTH_TELLING = 500e6;

/** Of one thread, for a million infections with an app: 14 to 16 measured (docs/simulation.md), more with rules that add up. */
const SECONDS_A_MILLION = 20;

/** A background run of a real phone, over HTTP, with its share of everything else (docs/simulation.md). */
const SECONDS_A_LOOK = 0.0004;
const WORTH_SAYING_SECONDS = 45;

/** About how long a run with so many infections takes. */
export const secondsFor = (infections: number): number => (infections * SECONDS_A_MILLION) / 1e6;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Throws E-MACHINE. */
export function announceCost({ stderr, memory }: Edge, scenario: Scenario, jobs: number): void {
  const cost = costOf(scenario, jobs);
  const one = costOf(scenario, 1).memory;
  if (cost.memory > memory) {
    const fewer = one <= memory ? 'run fewer at once (--jobs 1), or ' : '';
    throw new EnlabError(
      'E-MACHINE',
      `it takes about ${gigabytes(cost.memory)} of memory, and there are ${gigabytes(memory)}`,
      {
        hint: `${fewer}simulate fewer people (--agents)`,
      },
    );
  }
  const seconds = cost.looks * SECONDS_A_LOOK;
  if (seconds > WORTH_SAYING_SECONDS)
    stderr.write(
      `real phones: ${counted(cost.looks, 'background run')} over HTTP, about ${Math.round(seconds / 60)} min\n`,
    );
  if (cost.memory < WORTH_TELLING) return;
  const runs = `${counted(cost.runs, 'run')}, ${cost.atOnce} at once`;
  stderr.write(
    `${runs}: about ${gigabytes(cost.memory)} of memory; time grows with infections, about ${SECONDS_A_MILLION} s per million and run\n`,
  );
}
