/** Scenarios one by one, and what is wrong with each: for people, for CI, for editors. */
import type { Place } from '../core/errors.ts';
import { EnlabError } from '../core/errors.ts';
import { type Baseline, baselineOf, type Difference, differencesTo, type Engine } from './baseline.ts';
import type { Scenario } from './resolve.ts';
import { resultOf, type SimulateResult } from './result.ts';
import { runScenario, type ScenarioRun, type TownRunner } from './run.ts';

/** failed: a check does not hold, or the result is not that of the baseline. error: it could not run. */
export type Outcome = 'passed' | 'failed' | 'error' | 'interrupted';

export interface Problem {
  readonly message: string;
  /** What was expected, and what was found instead. */
  readonly found?: string;
  readonly place: Place;
}

export interface Verdict {
  readonly file: string;
  readonly title: string;
  readonly outcome: Outcome;
  readonly problems: readonly Problem[];
  /** Baseline that the result would be. */
  readonly baseline?: Baseline;
  readonly differences: readonly Difference[];
  readonly run?: ScenarioRun;
  readonly result?: SimulateResult;
}

export interface SuiteEntry {
  readonly file: string;
  /** Throws EnlabError where the file is no scenario. */
  readonly read: () => Scenario;
  /** What it gave before, with the same seed; undefined: nobody has said. */
  readonly baseline: () => Baseline | undefined;
}

/** Never rejects: what goes wrong is the verdict. */
export async function judgeScenario(
  { file, read, baseline }: SuiteEntry,
  runner: TownRunner,
  engine: Engine,
  signal: AbortSignal,
): Promise<Verdict> {
  let title = file;
  try {
    const scenario = read();
    ({ title } = scenario);
    const before = baseline();
    const run = await runScenario(scenario, runner, { signal });
    if (run.asked > run.scenario.replicates) throw signal.reason;
    const result = resultOf(run, {});
    const now = baselineOf(result, engine);
    const differences = before && before.seed === scenario.seed ? differencesTo(before, now) : [];
    const problems = [...failedChecks(run), ...changed(file, differences)];
    return {
      file,
      title,
      outcome: problems.length > 0 ? 'failed' : 'passed',
      problems,
      baseline: now,
      differences,
      run,
      result,
    };
  } catch (error) {
    const isStop = signal.aborted && !(error instanceof EnlabError);
    const message =
      error instanceof EnlabError ? error.message : isStop ? 'stopped on request' : (error as Error).message;
    const place = (error instanceof EnlabError && error.place) || { file };
    return { file, title, outcome: isStop ? 'interrupted' : 'error', problems: [{ message, place }], differences: [] };
  }
}

const failedChecks = ({ checks, scenario }: ScenarioRun): readonly Problem[] =>
  checks.flatMap(({ holds, check, facts, because }, k) =>
    holds
      ? []
      : [
          {
            message: `does not hold: ${check}${because === undefined ? '' : ` (${because})`}`,
            found: facts
              .map(
                ({ name, estimate: { value, low, high } }) =>
                  `${name} = ${value}${low === null ? '' : ` (${low} to ${high})`}`,
              )
              .join(', '),
            place: scenario.checks[k]!.place,
          },
        ],
  );

const changed = (file: string, differences: readonly Difference[]): readonly Problem[] =>
  differences.length === 0
    ? []
    : [
        {
          message: `the result is not that of the baseline: ${differences.length} figures differ`,
          found: differences.map(({ name, was, is }) => `${name} was ${was}, is ${is}`).join('; '),
          place: { file, line: 1 },
        },
      ];

/** Part i of n, every n-th, so that parts take as long. i counts from 1. */
export const shardOf = <T>(all: readonly T[], { i, n }: { readonly i: number; readonly n: number }): readonly T[] =>
  all.filter((_, k) => k % n === i - 1);
