/** The trade of a town between infections averted and days at home: every rule estimated, some simulated, with the same seeds. */
import { ruleSpace } from '../../../calibration/constraints.ts';
import { buildLattice, type RuleId } from '../../../calibration/lattice.ts';
import { type Effects, type EffectsOfAll, effects, policyFront, spread } from '../../../calibration/policy.ts';
import { EnlabError } from '../../core/errors.ts';
import { FRAMEWORK_READING } from '../../device/found.ts';
import { type Figures, figuresOf } from '../figures.ts';
import { mayHaveApp, whyNobody } from '../nobody.ts';
import type { Arm, Scenario } from '../resolve.ts';
import { seedOf, type TownRunner } from '../run.ts';
import type { Risk } from '../schema.ts';
import type { TownListener, TownOutcome, TownTask } from '../town.ts';
import { WARNS_NOBODY } from './reference.ts';
import { constraintsOf, frontRules, namedRules, type PolicyRule } from './rules.ts';

/** What came of the town with one rule, and what was estimated of it; one a replicate. */
export interface RuleRun {
  readonly rule: PolicyRule;
  readonly figures: readonly Figures[];
  readonly estimates: readonly Effects<number>[];
  readonly digests: readonly string[];
}

/** What came of a town with many rules. */
export interface PolicyRun {
  readonly scenario: Scenario;
  readonly arm: Arm;
  /** Runs in which nobody is warned; figures and first-order effects of all rules, one a replicate. */
  readonly reference: readonly Figures[];
  readonly effects: readonly EffectsOfAll[];
  /** Rules that were estimated, and those of them that no other beats on average, by days. */
  readonly candidates: Int32Array;
  readonly front: readonly RuleId[];
  /** Complete ones. */
  readonly rules: readonly RuleRun[];
  /** Rules that were to be simulated: more than there are where the run was stopped. */
  readonly asked: number;
}

export interface PolicyOptions {
  /** At most so many of the front are simulated, beside the named ones. */
  readonly rules: number;
  /** Only rules that phones can carry out whose framework reports at most 30 minutes. */
  readonly durationCap: 30 | null;
  /** Before rules are simulated: how many, and how many are infected where nobody is warned, on average. */
  readonly begin?: (rules: number, infections: number) => void;
  /** After every day of every run. */
  readonly day?: () => void;
  /** Ends the run; rules that were complete by then are its result. */
  readonly signal?: AbortSignal;
}

/** The arm that is meant: the first in which somebody has the app. Throws E-USAGE where it has no one rule. */
export function policyArm({ arms }: Scenario): Arm {
  const arm = arms.find(mayHaveApp);
  if (!arm) {
    const all = arms.map((one) => [one.name, whyNobody(one)].filter((part) => part !== undefined).join(': '));
    throw new EnlabError('E-USAGE', 'a policy needs an arm in which somebody has the app', {
      hint: `arms here: ${all.join(', ')}`,
    });
  }
  const change = arm.changes.find(({ risk }) => risk !== undefined);
  if (change)
    throw new EnlabError(
      'E-USAGE',
      `the rule of the arm ${arm.name} changes on day ${change.day}: a policy is one rule`,
      {
        hint: 'name another arm with --arm, or leave the change out',
      },
    );
  return arm;
}

/** Throws the reason of the signal where no rule was complete. */
export async function runPolicy(scenario: Scenario, runner: TownRunner, options: PolicyOptions): Promise<PolicyRun> {
  const arm = policyArm(scenario);
  const lattice = buildLattice();
  const space = ruleSpace(lattice, constraintsOf(options.durationCap), FRAMEWORK_READING);
  const named = namedRules(arm.parameters.app.risk, lattice);
  const town = new Town(scenario, arm, runner, options);
  const reference = await town.runs(
    WARNS_NOBODY,
    named.map(({ risk }) => risk),
  );
  const all = reference.map((outcome) => outcome.effects!.all);
  const means = meanOf(all);
  const front = policyFront(lattice, means, space.candidates);
  const chosen = frontRules(spread(front, means, options.rules), named, space);
  const rules = [...named, ...chosen];
  const own = reference.map((outcome) => town.figuresOf(outcome, outcome));
  options.begin?.(rules.length, own.reduce((sum, figures) => sum + figures['infections']!, 0) / own.length);
  const estimatesOf = (rule: PolicyRule): readonly Effects<number>[] =>
    rule.rule === undefined
      ? reference.map((outcome) => outcome.effects!.own[named.indexOf(rule)]!)
      : all.map((one) => effectsAt(one, rule.rule!));
  const simulated = await town.each([...named, ...coarseFirst(chosen)]);
  return {
    scenario,
    arm,
    reference: own,
    effects: all,
    candidates: space.candidates,
    front,
    rules: rules.flatMap((rule) => {
      const outcomes = simulated.get(rule);
      if (!outcomes) return [];
      const figures = outcomes.map((outcome, k) => town.figuresOf(outcome, reference[k]!));
      return [{ rule, figures, estimates: estimatesOf(rule), digests: outcomes.map(({ digest }) => digest) }];
    }),
    asked: rules.length,
  };
}

/** One town with any rule, and all its seeds. */
class Town {
  readonly #scenario: Scenario;
  readonly #arm: Arm;
  readonly #runner: TownRunner;
  readonly #listener: TownListener;
  readonly #signal: AbortSignal | undefined;

  constructor(scenario: Scenario, arm: Arm, runner: TownRunner, { day, signal }: PolicyOptions) {
    this.#scenario = scenario;
    this.#arm = arm;
    this.#runner = runner;
    this.#listener = day ? { day } : {};
    this.#signal = signal;
  }

  runs(risk: Risk, estimated?: readonly Risk[]): Promise<readonly TownOutcome[]> {
    return Promise.all(this.#tasks(risk, estimated).map((task) => this.#run(task)));
  }

  /** Rules whose runs were complete before it was stopped, if it was. */
  async each(rules: readonly PolicyRule[]): Promise<ReadonlyMap<PolicyRule, readonly TownOutcome[]>> {
    const settled = await Promise.allSettled(rules.map(({ risk }) => this.runs(risk)));
    const failed = settled.find((one) => one.status === 'rejected');
    const complete = settled.flatMap((one, k) => (one.status === 'fulfilled' ? [[rules[k]!, one.value] as const] : []));
    if (failed && (!this.#signal?.aborted || complete.length === 0)) throw failed.reason;
    return new Map(complete);
  }

  /** Averted: less than in the run in which nobody is warned. */
  figuresOf(outcome: TownOutcome, reference: TownOutcome): Figures {
    const { population, disease } = this.#arm.parameters;
    return figuresOf(outcome, { agents: population.agents, infectiousDays: disease.infectiousDays, reference });
  }

  #run(task: TownTask): Promise<TownOutcome> {
    return this.#runner.run(task, this.#listener, this.#signal);
  }

  #tasks(risk: Risk, estimated?: readonly Risk[]): readonly TownTask[] {
    const { seed, days, replicates } = this.#scenario;
    const { parameters } = this.#arm;
    const arm = { ...this.#arm, parameters: { ...parameters, app: { ...parameters.app, risk } } };
    return Array.from({ length: replicates }, (_, k) => ({
      arm,
      seed: seedOf(seed, k),
      days,
      ...(estimated && { estimated }),
    }));
  }
}

/** Mean over replicates, rule by rule. */
export function meanOf(all: readonly EffectsOfAll[]): EffectsOfAll {
  const mean = (effect: keyof EffectsOfAll): Float64Array =>
    all[0]![effect].map((_, rule) => all.reduce((sum, one) => sum + one[effect][rule]!, 0) / all.length);
  return { warned: mean('warned'), quarantineDays: mean('quarantineDays'), averted: mean('averted') };
}

/** Of one rule. */
export const effectsAt = (all: EffectsOfAll, rule: RuleId): Effects<number> =>
  Object.fromEntries(effects.map((effect) => [effect, all[effect][rule]!])) as unknown as Effects<number>;

/** So that those which are complete when somebody stops it lie all along the front: the first, then every 2^k-th, k falling. */
export function coarseFirst<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item, index) => ({ item, zeros: zerosOf(index) }))
    .toSorted((one, other) => other.zeros - one.zeros)
    .map(({ item }) => item);
}

/** Of a number in binary, at its end. */
const zerosOf = (index: number): number => (index === 0 ? 32 : 31 - Math.clz32(index & -index));
