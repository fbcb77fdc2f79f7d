/** The JSON of "enlab policy" (contract.md 4): what rules do to a town, simulated and estimated, and how well the two agree. */
import { z } from 'zod';
import { buildLattice } from '../../../calibration/lattice.ts';
import type { Effects } from '../../../calibration/policy.ts';
import type { Estimate } from '../../core/document.ts';
import { envelope } from '../../core/envelope.ts';
import { rankCorrelation } from '../../stats/ranks.ts';
import { type Figures, replicatesEstimate } from '../figures.ts';
import type { Arm, Scenario } from '../resolve.ts';
import { estimate } from '../result.ts';
import { REFERENCE } from '../run.ts';
import { type PolicyRule, wordsOf } from './rules.ts';
import type { PolicyRun, RuleRun } from './run.ts';

const effectsSchema = z.strictObject({ averted: estimate, quarantineDays: estimate, warned: estimate });
const table = z.array(z.int()).length(8);

/** How estimates of the rules that were simulated stand to what came of them; within each replicate, mean over replicates. */
const agreement = z.strictObject({
  /** Spearman's, over rules. */
  rankCorrelation: estimate,
  /** Simulated by estimated, both summed over rules. */
  ratio: estimate,
});

export const policySchema = z.strictObject({
  ...envelope('policy'),
  title: z.string(),
  data: z.strictObject({ arm: z.string(), agents: z.int(), days: z.int(), replicates: z.int() }),
  /** Stopped on request: some of the rules are missing. */
  interrupted: z.literal(true).optional(),
  /** The town in which nobody is warned: the same epidemic as without an app. */
  reference: z.strictObject({ infections: estimate, uploads: estimate }),
  /** Rules that were estimated in the first order, without feedback, and how many no other beats in the estimate. */
  estimated: z.strictObject({ rules: z.int(), front: z.int() }),
  /** By days at home. Mean over replicates, 95 % interval of Student. */
  rules: z.array(
    z.strictObject({
      name: z.string(),
      kind: z.enum(['own', 'preset', 'front']),
      words: z.string(),
      alike: z.array(z.string()),
      /** D x A tables and the threshold that their product reaches; absent for rules of another kind. */
      tables: z.strictObject({ D: table, A: table, threshold: z.int() }).optional(),
      /** No other that was simulated has as few days and as many averted, on average. */
      onFrontier: z.boolean(),
      simulated: effectsSchema,
      infections: estimate,
      /** Of the warned, 0..1. */
      rightShare: estimate,
      /** Days at home for each infection averted; undefined where none is. */
      daysPerAverted: estimate,
      /** First order, without feedback. */
      estimated: effectsSchema,
      /** On the frontier: more than the rule before, or than none; differences of the same seeds. */
      more: z.strictObject({ averted: estimate, quarantineDays: estimate }).optional(),
      /** One a replicate, as those of "enlab simulate". */
      digests: z.array(z.string()),
    }),
  ),
  agreement: z.strictObject({ averted: agreement, quarantineDays: agreement, warned: agreement }),
});
export type PolicyResult = z.infer<typeof policySchema>;
type RuleResult = PolicyResult['rules'][number];

/** `options`: what the command line asked for. */
export function policyResult(run: PolicyRun, options: PolicyResult['options']): PolicyResult {
  const { title, seed, days, replicates } = run.scenario;
  const byDays = run.rules.toSorted((one, other) => meanOf(one, 'quarantineDays') - meanOf(other, 'quarantineDays'));
  const frontier = frontierOf(byDays);
  const lattice = buildLattice();
  return {
    schema: 'enlab.policy',
    version: 1,
    seed,
    options,
    title,
    data: { arm: run.arm.name, agents: run.arm.parameters.population.agents, days, replicates },
    ...(run.rules.length < run.asked && { interrupted: true }),
    reference: {
      infections: replicatesEstimate(run.reference.map((figures) => figures['infections']!)),
      uploads: replicatesEstimate(run.reference.map((figures) => figures['uploads']!)),
    },
    estimated: { rules: run.candidates.length, front: run.front.length },
    rules: byDays.map((own) => ({
      ...ruleResult(own, wordsOf(own.rule, lattice)),
      onFrontier: frontier.includes(own),
      ...(frontier.includes(own) && { more: moreThan(own, frontier[frontier.indexOf(own) - 1]) }),
    })),
    agreement: {
      averted: agreementOf(run.rules, 'averted'),
      quarantineDays: agreementOf(run.rules, 'quarantineDays'),
      warned: agreementOf(run.rules, 'warned'),
    },
  };
}

function ruleResult({ rule, figures, estimates, digests }: RuleRun, words: string): Omit<RuleResult, 'onFrontier'> {
  const simulated = (name: string, without?: string) =>
    replicatesEstimate(
      figures.map((own) => own[name]!),
      without,
    );
  const estimated = (name: keyof Effects<number>) => replicatesEstimate(estimates.map((own) => own[name]));
  return {
    name: rule.name,
    kind: rule.kind,
    words,
    alike: [...rule.alike],
    ...tablesOf(rule),
    simulated: {
      averted: simulated('averted'),
      quarantineDays: simulated('quarantineDays'),
      warned: simulated('warned'),
    },
    infections: simulated('infections'),
    rightShare: simulated('rightShare', 'nobody warned'),
    daysPerAverted: replicatesEstimate(figures.map(daysPerAverted), 'none averted'),
    estimated: {
      averted: estimated('averted'),
      quarantineDays: estimated('quarantineDays'),
      warned: estimated('warned'),
    },
    digests: [...digests],
  };
}

/** Tables of the rules that were found here. */
function tablesOf({ kind, risk }: PolicyRule): Pick<RuleResult, 'tables'> {
  if (kind !== 'front') return {};
  const { D, A, threshold } = risk.source!.parameters as { D: number[]; A: number[]; threshold: number };
  return { tables: { D: [...D], A: [...A], threshold } };
}

function daysPerAverted({ averted, quarantineDays }: Figures): number | null {
  return averted === null || averted! <= 0 ? null : quarantineDays! / averted!;
}

const meanOf = ({ figures }: RuleRun, name: 'averted' | 'quarantineDays'): number =>
  figures.reduce((sum, own) => sum + own[name]!, 0) / figures.length;

/** Of rules by days: those that avert more than all before them, and than nothing. */
function frontierOf(byDays: readonly RuleRun[]): readonly RuleRun[] {
  const frontier: RuleRun[] = [];
  let most = 0;
  for (const own of byDays) {
    const averted = meanOf(own, 'averted');
    if (averted <= most) continue;
    most = averted;
    frontier.push(own);
  }
  // Of several with as many days only the best is left.
  return frontier.filter((own, k) => {
    const next = frontier[k + 1];
    return !next || meanOf(next, 'quarantineDays') > meanOf(own, 'quarantineDays');
  });
}

const moreThan = (own: RuleRun, before: RuleRun | undefined): NonNullable<RuleResult['more']> => {
  const more = (name: 'averted' | 'quarantineDays') =>
    replicatesEstimate(own.figures.map((figures, k) => figures[name]! - (before?.figures[k]![name] ?? 0)));
  return { averted: more('averted'), quarantineDays: more('quarantineDays') };
};

function agreementOf(rules: readonly RuleRun[], name: keyof Effects<number>): z.infer<typeof agreement> {
  const replicates = rules[0]!.figures.map((_, k) => ({
    simulated: rules.map(({ figures }) => figures[k]![name]!),
    estimated: rules.map(({ estimates }) => estimates[k]![name]),
  }));
  return {
    rankCorrelation: withinOne(
      replicatesEstimate(replicates.map(({ simulated, estimated }) => rankCorrelation(estimated, simulated))),
    ),
    ratio: replicatesEstimate(
      replicates.map(({ simulated, estimated }) => (sum(estimated) === 0 ? null : sum(simulated) / sum(estimated))),
    ),
  };
}

/** The town without an app, and with each rule of the frontier, as a scenario that "enlab simulate" runs. */
export function frontierScenario({ scenario, arm, rules }: PolicyRun, result: PolicyResult): Scenario {
  const { parameters } = arm;
  const withApp = (app: Partial<Arm['parameters']['app']>): Arm['parameters'] => ({
    ...parameters,
    app: { ...parameters.app, ...app },
  });
  const names = new Set(result.rules.filter(({ onFrontier }) => onFrontier).map(({ name }) => name));
  const arms = rules
    .filter(({ rule }) => names.has(rule.name))
    .map(({ rule: { name, risk } }) => ({ ...arm, name, parameters: withApp({ risk }) }));
  return {
    ...scenario,
    arms: [{ ...arm, name: REFERENCE, parameters: withApp({ adoption: 0 }) }, ...arms],
    checks: [],
  };
}

/** Student's interval knows nothing of the bounds of a correlation. */
const withinOne = ({ low, high, ...own }: Estimate): Estimate => ({
  ...own,
  low: low === null ? null : Math.max(-1, low),
  high: high === null ? null : Math.min(1, high),
});

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
