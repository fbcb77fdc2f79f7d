/** A scenario from its arms to what came of them: every arm with every seed, then the checks. */
import { assertChecks, type CheckResult, evaluateCheck, type Facts } from './checks.ts';
import { dailyNames, type Figures, figuresOf } from './figures.ts';
import type { Arm, Scenario } from './resolve.ts';
import type { TownListener, TownOutcome, TownTask } from './town.ts';

export interface ArmRun {
  readonly arm: Arm;
  /** One a replicate, in order of seeds. */
  readonly outcomes: readonly TownOutcome[];
  readonly figures: readonly Figures[];
}

export interface ScenarioRun {
  readonly scenario: Scenario;
  readonly arms: readonly ArmRun[];
  readonly checks: readonly CheckResult[];
}

/** Where towns run: `TownWorkers`, or here. */
export interface TownRunner {
  run(task: TownTask, listener?: TownListener): Promise<TownOutcome>;
}

/** Arm whose infections others are compared with, where there is one. */
export const REFERENCE = 'no-app';

/** Throws E-FILE-INVALID for checks of what is not there, before anything runs. */
export async function runScenario(
  scenario: Scenario,
  runner: TownRunner,
  listenerOf: (arm: Arm, replicate: number) => TownListener = () => ({}),
): Promise<ScenarioRun> {
  assertChecks(scenario);
  const { seed, days, replicates } = scenario;
  const outcomes = await Promise.all(
    scenario.arms.map((arm) =>
      Promise.all(
        Array.from({ length: replicates }, (_, k) =>
          runner.run({ arm, seed: seedOf(seed, k), days }, listenerOf(arm, k)),
        ),
      ),
    ),
  );
  const reference = outcomes[scenario.arms.findIndex(({ name }) => name === REFERENCE)];
  const arms = scenario.arms.map((arm, k) => {
    const { population, disease } = arm.parameters;
    const figures = outcomes[k]!.map((outcome, replicate) =>
      figuresOf(outcome, {
        agents: population.agents,
        infectiousDays: disease.infectiousDays,
        reference: reference?.[replicate],
      }),
    );
    return { arm, outcomes: outcomes[k]!, figures };
  });
  const facts = factsOf(arms);
  return { scenario, arms, checks: scenario.checks.map((check) => evaluateCheck(check, facts)) };
}

/** Of a replicate, counted from 0. Seeds are 32 bits. */
const seedOf = (seed: number, replicate: number): number => (seed + replicate) >>> 0;

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
