/** Scenarios one by one, and what is wrong with each: for people, for CI, for editors. */
import { EnlabError, exitCodes, type Place } from '../core/errors.ts';
import { type Baseline, type Difference, differencesTo, type Engine } from './baseline.ts';
import { type CheckResult, foundIn } from './checks.ts';
import type { Check } from './resolve.ts';
import type { SimulateResult } from './result.ts';
import type { ScenarioRun } from './run.ts';

/** failed: a check does not hold, or the result is not that of the baseline. error: it could not run. */
export type Outcome = 'passed' | 'failed' | 'error' | 'interrupted';

/** A scenario of whatever kind, read and checked. */
export interface Runnable {
  readonly title: string;
  readonly tags: readonly string[];
  readonly seed: number;
  /** Rejects with the reason of the signal where it was stopped. */
  run(signal: AbortSignal): Promise<Ran>;
}

/** What came of a scenario, whatever its kind. */
export interface Ran {
  readonly checks: readonly { readonly check: Check; readonly result: CheckResult }[];
  /** What may explain a check that fails. */
  readonly remarks?: readonly string[];
  /** What a baseline keeps of it. */
  readonly kept: Omit<Baseline, 'engine'>;
  /** Of simulated towns. */
  readonly town?: { readonly run: ScenarioRun; readonly result: SimulateResult };
}

/** Something that is wrong, and the line it is about. */
export interface Problem {
  readonly message: string;
  /** What was expected, and what was found instead. */
  readonly found?: string;
  readonly place: Place;
}

/** What a suite says of a scenario. */
export interface Verdict {
  readonly file: string;
  readonly title: string;
  readonly outcome: Outcome;
  /** An error of the file, or of one that it names: nothing is known of what it is about. */
  readonly isInvalid?: boolean;
  /** Absent where it could not be read. */
  readonly seed?: number;
  readonly problems: readonly Problem[];
  readonly differences: readonly Difference[];
  /** Absent where it did not run to its end. */
  readonly ran?: Ran;
}

/** A file of a suite. */
export interface SuiteEntry {
  readonly file: string;
  /** Throws EnlabError where the file is no scenario. */
  readonly read: () => Runnable;
  /** What it gave before; undefined: nobody has said. */
  readonly baseline: () => Baseline | undefined;
}

/** Never rejects: what goes wrong is the verdict. */
export async function judgeScenario(
  { file, read, baseline }: SuiteEntry,
  engine: Engine,
  signal: AbortSignal,
): Promise<Verdict> {
  let known: Pick<Verdict, 'title' | 'seed'> = { title: file };
  try {
    const runnable = read();
    known = { title: runnable.title, seed: runnable.seed };
    const before = baseline();
    const ran = await runnable.run(signal);
    // Another seed gives another result, about which nobody has said anything.
    const differences = before?.seed === ran.kept.seed ? differencesTo(before, { ...ran.kept, engine }) : [];
    const problems = [...failedChecks(ran), ...changed(file, differences)];
    return { file, ...known, outcome: problems.length > 0 ? 'failed' : 'passed', problems, differences, ran };
  } catch (error) {
    const isStop = signal.aborted && !(error instanceof EnlabError);
    const { message: what, hint } = error as Error & { readonly hint?: string };
    const message = isStop ? 'stopped on request' : hint === undefined ? what : `${what} (${hint})`;
    const place = (error instanceof EnlabError && error.place) || { file };
    return {
      file,
      ...known,
      outcome: isStop ? 'interrupted' : 'error',
      isInvalid: error instanceof EnlabError && error.exitCode === exitCodes.usage,
      problems: [{ message, place }],
      differences: [],
    };
  }
}

/** Whether it ran, and no check of it failed. */
export const isSound = ({ ran }: Verdict): boolean => ran?.checks.every(({ result }) => result.holds) ?? false;

const failedChecks = ({ checks, remarks = [] }: Ran): readonly Problem[] =>
  checks.flatMap(({ check, result: { holds, facts } }) =>
    holds
      ? []
      : [
          {
            message: `does not hold: ${check.text}${check.because === undefined ? '' : ` (${check.because})`}`,
            found: [...foundIn(facts), ...remarks].join(', '),
            place: check.place,
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
