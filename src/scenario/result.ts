/** The JSON of "enlab simulate" (contract.md 4). */
import { z } from 'zod';
import { envelope } from '../core/envelope.ts';
import { type ProvinceCount, provinceCounts } from '../population/provinces.ts';
import { addedCounts, quantileOf, timings } from '../population/timeliness.ts';
import { meanEstimate } from '../stats/means.ts';
import { type FigureMeaning, type Figures, figureMeanings, replicatesEstimate } from './figures.ts';
import { reportedOf, tellsProvinces } from './provinces.ts';
import { type ArmRun, REFERENCE, type ScenarioRun } from './run.ts';

/** Mean over replicates, 95 % interval; null with the reason where there is none. */
export const estimate = z.strictObject({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().optional(),
});

const estimatesByFigure = z.record(z.string(), estimate);

/** A check, whether it holds, and what it was about. */
export const checkResult = z.strictObject({
  check: z.string(),
  because: z.string().optional(),
  holds: z.boolean(),
  facts: z.array(z.strictObject({ name: z.string(), estimate })),
});

const reported = z.strictObject({ truth: z.number().nullable(), estimate });

/** A province of an arm. */
const province = z.strictObject({
  name: z.string(),
  /** Mean over replicates, 95 % interval of Student, as of all figures here. */
  people: estimate,
  infections: estimate,
  uploads: estimate,
  warned: estimate,
  calls: estimate,
  /** What reports of phones say beside what was true, one a replicate; absent where no phone reports. */
  reported: z.array(z.strictObject({ adoption: reported, alerts: reported })).optional(),
});

/** What --format json prints and result.json holds. */
export const simulateSchema = z.strictObject({
  ...envelope('simulate'),
  title: z.string(),
  data: z.strictObject({ agents: z.int(), days: z.int(), replicates: z.int() }),
  /** Stopped on request: only complete replicates are here, and nothing was checked. */
  interrupted: z.literal(true).optional(),
  arms: z.array(
    z.strictObject({
      name: z.string(),
      rule: z.string(),
      /** Mean over replicates, 95 % interval of Student. */
      figures: estimatesByFigure,
      /** Less those of no-app, replicate by replicate; absent where there is no such arm, and for itself. */
      differences: estimatesByFigure.optional(),
      /** How long steps took over all replicates, hours; null where there were none. */
      timeliness: z.record(
        z.string(),
        z.strictObject({ n: z.int(), median: z.number().nullable(), p90: z.number().nullable() }),
      ),
      /** Absent where there is one, and no phone reports. */
      provinces: z.array(province).optional(),
      /** One a replicate: equal runs have equal ones. */
      digests: z.array(z.string()),
    }),
  ),
  /** Other arms with an app less the first of them, replicate by replicate. */
  comparisons: z.array(z.strictObject({ arm: z.string(), against: z.string(), differences: estimatesByFigure })),
  checks: z.array(checkResult),
});
export type SimulateResult = z.infer<typeof simulateSchema>;

/** `options`: what the command line asked for. */
export function resultOf(run: ScenarioRun, options: SimulateResult['options']): SimulateResult {
  const { title, seed, days, replicates, arms, realPhones } = run.scenario;
  const meanings = figureMeanings(realPhones > 0);
  const reference = run.arms.find(({ arm }) => arm.name === REFERENCE);
  return {
    schema: 'enlab.simulate',
    version: 1,
    seed,
    options,
    title,
    data: { agents: arms[0]!.parameters.population.agents, days, replicates },
    ...(run.asked > replicates && { interrupted: true }),
    arms: run.arms.map(({ arm, figures: own, outcomes }) => ({
      name: arm.name,
      rule: arm.parameters.app.risk.name,
      figures: estimates(meanings, (name) => own.map((one) => one[name]!)),
      ...(reference &&
        arm !== reference.arm && { differences: estimates(meanings, (name) => less(own, reference.figures, name)) }),
      timeliness: timelinessOf(outcomes),
      ...(tellsProvinces({ arms: run.arms }) && { provinces: provincesOf(outcomes) }),
      digests: outcomes.map(({ digest }) => digest),
    })),
    comparisons: comparisonsOf(run.arms, meanings),
    checks: run.checks.map((check) => ({ ...check, facts: [...check.facts] })),
  };
}

function comparisonsOf(arms: ScenarioRun['arms'], meanings: readonly FigureMeaning[]): SimulateResult['comparisons'] {
  const [first, ...others] = arms.filter(({ arm }) => arm.parameters.app.adoption > 0);
  return others.map(({ arm, figures }) => ({
    arm: arm.name,
    against: first!.arm.name,
    differences: estimates(meanings, (name) => less(figures, first!.figures, name)),
  }));
}

const estimates = (
  meanings: readonly FigureMeaning[],
  valuesOf: (name: string) => readonly (number | null)[],
): SimulateResult['arms'][number]['figures'] =>
  Object.fromEntries(meanings.map(({ name, without }) => [name, replicatesEstimate(valuesOf(name), without)]));

const provincesOf = (outcomes: ArmRun['outcomes']): SimulateResult['arms'][number]['provinces'] =>
  outcomes[0]!.provinces.map(({ name }, k) => {
    const own = outcomes.map(({ provinces }) => provinces[k]!);
    const reports = own.flatMap((one) => reportedOf(one) ?? []);
    const totals = provinceCounts.map((count) => {
      const values = own.map((one) => one[count].reduce((sum, value) => sum + value, 0));
      return [count, meanEstimate(values)] as const;
    });
    return {
      name,
      people: meanEstimate(own.map(({ people }) => people)),
      ...(Object.fromEntries(totals) as Record<ProvinceCount, ReturnType<typeof meanEstimate>>),
      ...(reports.length > 0 && { reported: reports }),
    };
  });

const timelinessOf = (
  outcomes: ScenarioRun['arms'][number]['outcomes'],
): SimulateResult['arms'][number]['timeliness'] =>
  Object.fromEntries(
    timings.map((name) => {
      const counts = addedCounts(outcomes.map(({ timeliness }) => timeliness[name]));
      const n = counts.reduce((sum, count) => sum + count, 0);
      return [name, { n, median: quantileOf(counts, 0.5), p90: quantileOf(counts, 0.9) }];
    }),
  );

const less = (own: readonly Figures[], others: readonly Figures[], name: string): readonly (number | null)[] =>
  own.map((figures, k) => {
    const [value, other] = [figures[name]!, others[k]![name]!];
    return value === null || other === null ? null : value - other;
  });
