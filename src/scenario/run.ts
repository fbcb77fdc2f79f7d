/** A scenario from its arms to what came of them: every arm with every seed, then the checks. */
import { assertChecks, type CheckResult, evaluateCheck, type Facts } from './checks.ts';
import { dailyNames, type Figures, figuresOf } from './figures.ts';
import { assertRealPhones } from './phones/town.ts';
import type { Arm, Scenario } from './resolve.ts';
import type { TownListener, TownOutcome, TownTask } from './town.ts';

/** What came of an arm. */
export interface ArmRun {
  readonly arm: Arm;
  /** One a replicate, in order of seeds. */
  readonly outcomes: readonly TownOutcome[];
  readonly figures: readonly Figures[];
}

/** What came of a scenario. */
export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly arms: readonly ArmRun[];
  readonly checks: readonly CheckResult[];
  /** Replicates that were asked for: more than there are where the run was stopped. */
  readonly asked: number;
}

/** Where towns run: `TownWorkers`, or here. */
export interface TownRunner {
  run(task: TownTask, listener?: TownListener, signal?: AbortSignal): Promise<TownOutcome>;
}

/** Who is told, and who may stop it. */
export interface RunOptions {
  readonly listenerOf?: (arm: Arm, replicate: number) => TownListener;
  /** Ends the run; replicates that were complete by then are its result. */
  readonly signal?: AbortSignal;
  /** Whether outcomes shall have the histogram of exposures. */
  readonly isCounted?: boolean;
}

/** Arm whose infections others are compared with, where there is one. */
export const REFERENCE = 'no-app';

/**
 * Throws E-FILE-INVALID for checks of what is not there, before anything runs, and the reason of the signal where no replicate
 * was complete. `scenario.replicates` of the result are those that were.
 */
export async function runScenario(
  asked: Scenario,
  runner: TownRunner,
  { listenerOf = () => ({}), signal, isCounted = false }: RunOptions = {},
): Promise<ScenarioRun> {
  assertChecks(asked);
  assertRealPhones(asked);
  const { seed, days, realPhones } = asked;
  // Replicate by replicate, so that those that are complete can be compared.
  const settled = await Promise.all(
    Array.from({ length: asked.replicates }, (_, k) =>
      Promise.allSettled(
        inOrderOf(asked.arms, longestFirst(asked.arms), (arm) =>
          runner.run({ arm, seed: seedOf(seed, k), days, realPhones, isCounted }, listenerOf(arm, k), signal),
        ),
      ),
    ),
  );
  const failed = settled.flat().find((one) => one.status === 'rejected');
  const complete = settled.flatMap((replicate) => {
    const done = replicate.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    return done.length === asked.arms.length ? [done] : [];
  });
  if (failed && (!signal?.aborted || complete.length === 0)) throw failed.reason;
  const scenario = { ...asked, replicates: complete.length };
  const outcomes = scenario.arms.map((_, arm) => complete.map((replicate) => replicate[arm]!));
  const reference = outcomes[scenario.arms.findIndex(({ name }) => name === REFERENCE)];
  const arms = scenario.arms.map((arm, k) => {
    const { population, disease } = arm.parameters;
    const figures = outcomes[k]!.map((outcome, replicate) =>
      figuresOf(outcome, {
        agents: population.agents,
        infectiousDays: disease.infectiousDays,
        reference: reference?.[replicate],
        hasRealPhones: realPhones > 0,
      }),
    );
    return { arm, outcomes: outcomes[k]!, figures };
  });
  const facts = factsOf(arms);
  // Of fewer replicates than were asked for, intervals may not exist.
  const checks = complete.length < asked.replicates ? [] : scenario.checks;
  return { scenario, arms, checks: checks.map((check) => evaluateCheck(check, facts)), asked: asked.replicates };
}

/** With the app a run takes longer: begun last, it would leave other threads with nothing to do at the end. */
const longestFirst = (arms: readonly Arm[]): readonly Arm[] =>
  arms.toSorted((one, other) => other.parameters.app.adoption - one.parameters.app.adoption);

/** Begins what is to be done in one order, and gives it back in another. */
function inOrderOf<Key, Result>(keys: readonly Key[], order: readonly Key[], begin: (key: Key) => Result): Result[] {
  const begun = new Map(order.map((key) => [key, begin(key)]));
  return keys.map((key) => begun.get(key)!);
}

/** Of a replicate, counted from 0. Seeds are 32 bits. */
export const seedOf = (seed: number, replicate: number): number => (seed + replicate) >>> 0;

const factsOf = (arms: readonly ArmRun[]): Facts =>
  Object.fromEntries(
    arms.map(({ arm, outcomes, figures }) => [
      arm.name,
      {
        figures,
        daily: outcomes.map(({ series }) =>
          Object.fromEntries(dailyNames.map((name) => [name, series.map((day) => day[name])])),
        ),
      },
    ]),
  );
