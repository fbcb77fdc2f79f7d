/**
 * fit: the main job. Options are checked, outputs opened and the rule space filtered before a trace is read; then read,
 * search, and one result for all outputs: JSON, report, tables, terminal.
 */
import { Option } from 'commander';
import { check } from '../../../calibration/check.ts';
import type { ConstraintOptions } from '../../../calibration/constraints.ts';
import { flowBlocks } from '../../../calibration/documents/flow.ts';
import type { FitReport } from '../../../calibration/documents/parts.ts';
import { type ObjectiveName, objectiveNames } from '../../../calibration/objectives.ts';
import type { FitResult } from '../../../calibration/schemas.ts';
import type { Limits } from '../../../calibration/search.ts';
import type { ReportDocument } from '../../../src/core/document.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { defined } from '../../../src/core/object.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { type Destination, type FolderWriter, withDestinations } from '../../files.ts';
import { type FamilyFlags, families, type Outcome, searchOf } from '../../fitting.ts';
import { everyPreset, presetOrFile } from '../../judges.ts';
import { inputsOf, loadStudy, readingOf, type Study } from '../../judging.ts';
import { addJudgingOptions, type JudgingFlags } from '../../options/judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { beside, integer, number, pair, repeatable } from '../../options/values.ts';
import { withProgress } from '../../progress.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';
import { version } from '../../version.ts';

interface Flags extends TraceFlags, JudgingFlags, ShowFlags {
  readonly objective: ObjectiveName;
  /** What the tuned rule is compared with: the preset an app uses today. */
  readonly preset: string;
  /** Proportions, 0..1. */
  readonly maxFpr?: number;
  readonly minSensitivity?: number;
  /** People alerted of 1,000, at the given prevalence. */
  readonly maxAlertsPer1000?: number;
  readonly forbid: readonly string[];
  readonly require: readonly string[];
  readonly fix: readonly string[];
  /** Minutes; 30 is what exposure summaries end at (contract.md 1). */
  readonly durationCap?: number;
  readonly weightBy?: 'scenario';
  readonly family: FamilyFlags['family'];
  readonly unconstrained: boolean;
  readonly factors: readonly [number, number];
  readonly restarts: number;
  readonly report?: string;
  readonly tables?: string;
  /** Counts of fewer people than this are hidden in report and tables; 0 = none. */
  readonly suppressBelow: number;
}

export const define: CommandModule['define'] = (command, edge) => {
  const rate = number({ min: 0, max: 1 });
  command
    .argument('<trace...>', 'one or more traces, pooled')
    .optionsGroup('What is best:')
    .addOption(new Option('--objective <name>', 'figure to maximise').choices(objectiveNames).default('youden'))
    .option('--preset <name|file>', 'what an app uses today, for comparison', 'immuni-2020-06-05')
    .addOption(new Option('--max-fpr <x>', 'largest false-positive rate').argParser(rate))
    .addOption(new Option('--min-sensitivity <x>', 'smallest sensitivity').argParser(rate))
    .addOption(
      new Option('--max-alerts-per-1000 <n>', 'alert budget; needs --prevalence').argParser(number({ min: 0 })),
    )
    .optionsGroup('Policy (keeps the optimum exact):')
    .addOption(repeatable('--forbid <region>', '"minutes<=15": never alert there'))
    .addOption(repeatable('--require <region>', '"minutes>15 attenuation<=63": always alert there'))
    .addOption(repeatable('--fix <name=value>', 'A1=0, D5=3 or threshold=20'))
    .addOption(
      new Option('--duration-cap <min>', '30: D7 = D8, as reported durations end there').argParser(
        integer({ min: 30, max: 30 }),
      ),
    )
    .addOption(new Option('--weight-by <what>', 'give every scenario the same weight').choices(['scenario']))
    .optionsGroup('Which rules:')
    .addOption(
      new Option(
        '--family <name>',
        'D x A tables (exact), weighted minutes below two dB thresholds (exact), ENv2 (search)',
      )
        .choices(families)
        .default('d-x-a'),
    )
    .option('--unconstrained', 'd-x-a: also the best rule whose tables need not increase', false)
    .addOption(
      new Option('--factors <low,high>', 'minutes: weights of the two buckets')
        // The range of the model (src/risk/models/dp3t.ts): found now, not after the search.
        .argParser(pair('1,0.5', { min: 0, max: 10 }))
        .default([1, 0.5], '1,0.5'),
    )
    .addOption(
      new Option('--restarts <n>', 'env2: random starts').argParser(integer({ min: 1, max: 1000 })).default(20),
    );
  addTraceOptions(command);
  addJudgingOptions(command, 1000);
  addShowOptions(command)
    .option('--report <file.html>', 'one self-contained page with plots', beside)
    .option('--tables <dir>', 'tidy CSV of everything, and every plot as SVG')
    .addOption(
      new Option('--suppress-below <n>', 'report and tables: hide counts of fewer people')
        .argParser(integer({ min: 0 }))
        .default(0),
    );
  examples(command, [
    ['enlab calibrate fit field.ndjson --report out/report.html --out out/fit.json', 'the main job'],
    ['enlab calibrate fit contacts.csv --forbid "minutes<=15" --fix A1=0', 'the 15-minute policy'],
    ['enlab calibrate fit field.ndjson --family minutes --out out/minutes.json', 'as CWA and SwissCovid decide'],
    ['enlab calibrate fit tram/ bus/ --max-fpr 0.05 --objective f2 --format json', 'at most 5 % false alerts'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, traces: readonly string[], flags: Flags): Promise<void> {
  const compared = presetOrFile(edge, flags.preset);
  assertBudgetIsKnown(flags);
  assertCountsArePeople(flags);
  const hasLimits = [flags.maxFpr, flags.minSensitivity, flags.maxAlertsPer1000].some((limit) => limit !== undefined);
  const search = searchOf({ ...flags, policy: policyOf(flags), hasLimits }, readingOf(flags));
  const inputs = [...inputsOf(traces, flags), flags.preset];
  const paths = { inputs, outputs: [flags.out, flags.report], folder: flags.tables };
  await withDestinations(edge, paths, async ([out, report], folder) => {
    const study = await loadStudy(edge, traces, flags, {
      weightByScenario: flags.weightBy === 'scenario',
      // Random starts are drawn even without a bootstrap.
      isSearched: flags.family === 'env2',
    });
    const { seed } = flags;
    const bootstrap = withProgress(edge, { replicates: flags.bootstrap, seed });
    const tuning = { ...study, objective: flags.objective, limits: limitsOf(flags, study), bootstrap, compared };
    const outcome = edge.breakable(() => search(tuning));
    const result: FitResult = {
      schema: 'enlab.calibrate.fit',
      version: 1,
      seed,
      options: { ...study.echo, ...fitEcho(flags), ...outcome.facts },
      data: study.data,
      ...outcome.parts,
    };
    const document = edge.breakable(() => outcome.document(reportOf(study, result, flags)));
    if (report) await writeReport(report, document);
    if (folder) await writeTables(folder, outcome, document, flags.suppressBelow);
    await show(edge, flags, out, result, withoutFigures(document));
  });
}

/** Constraints that filter the rules before the search, so that the optimum stays exact. */
const policyOf = ({ forbid, require, fix, durationCap }: Flags): ConstraintOptions => ({
  forbid,
  require,
  fix,
  durationCap: durationCap === undefined ? null : 30,
});

/** Alerts per 1,000 people depend on how many of them had a contact, which field data do not tell (contract.md 4). */
function assertBudgetIsKnown({ maxAlertsPer1000, prevalence, cohort }: Flags): void {
  if (maxAlertsPer1000 !== undefined && prevalence === undefined && !cohort)
    throw new EnlabError('E-USAGE', '--max-alerts-per-1000 needs to know how many people have a true contact', {
      hint: 'add --prevalence P, or --cohort when the data are a cohort',
    });
}

/** A sum of weights does not tell how few people are behind it. */
function assertCountsArePeople({ suppressBelow, weight, weightBy }: Flags): void {
  if (suppressBelow > 0 && (weight !== undefined || weightBy !== undefined))
    throw new EnlabError('E-USAGE', '--suppress-below cannot be combined with --weight or --weight-by', {
      hint: 'with weights the counts are sums of weights, so small numbers of people could not be recognised',
    });
}

function limitsOf(
  { maxFpr, minSensitivity, maxAlertsPer1000: alerts }: Flags,
  { metrics: { prevalence } }: Study,
): Limits {
  const maxAlertsPer1000 = alerts === undefined || prevalence === null ? undefined : { alerts, prevalence };
  return defined({ maxFpr, minSensitivity, maxAlertsPer1000 });
}

/** Everything that decides which rule is best; the study echoes what decides the data. */
const fitEcho = (flags: Flags): FitResult['options'] => ({
  family: flags.family,
  objective: flags.objective,
  preset: flags.preset,
  maxFpr: flags.maxFpr ?? null,
  minSensitivity: flags.minSensitivity ?? null,
  maxAlertsPer1000: flags.maxAlertsPer1000 ?? null,
  forbid: [...flags.forbid],
  require: [...flags.require],
  fix: [...flags.fix],
  durationCap: flags.durationCap ?? null,
  weightBy: flags.weightBy ?? null,
  unconstrained: flags.unconstrained,
  factors: flags.family === 'minutes' ? [...flags.factors] : null,
  restarts: flags.family === 'env2' ? flags.restarts : null,
});

function reportOf(
  { sample, reading, metrics, loaded, data, level }: Study,
  result: FitResult,
  flags: Flags,
): FitReport {
  const bootstrap = { replicates: flags.bootstrap, seed: flags.seed };
  return {
    result,
    presets: check(sample, everyPreset(), reading, metrics, bootstrap, ['sensitivity', 'specificity', 'youden']),
    flow: flowBlocks(loaded, data, level, { below: flags.suppressBelow }),
    suppression: { below: flags.suppressBelow },
    version: version(),
  };
}

async function writeReport(destination: Destination, document: ReportDocument): Promise<void> {
  const { renderHtml } = await import('../../../src/report/html.ts');
  destination.write(await renderHtml(document));
}

/** Long tables reveal single people: with suppression only the tables of the report are written. */
async function writeTables(
  folder: FolderWriter,
  { tables }: Outcome,
  document: ReportDocument,
  suppressBelow: number,
): Promise<void> {
  const { renderCsvTables } = await import('../../../src/report/csv.ts');
  const { renderSvgs } = await import('../../../src/report/figure.ts');
  const long = suppressBelow > 0 ? [] : tables;
  const all = { ...document, sections: [...document.sections, ...long] };
  for (const [name, text] of renderCsvTables(all)) folder(name, text);
  for (const [name, svg] of await renderSvgs(document)) folder(name, svg);
}

/** The terminal shows the summary and the short tables; figures, methods and the front are for the report. */
const withoutFigures = (document: ReportDocument): ReportDocument => ({
  ...document,
  sections: document.sections
    .filter(({ id }) => ['result', 'performance', 'certainty'].includes(id))
    .map((section) => ({
      ...section,
      blocks: section.blocks.filter((block) => block.kind === 'table' && block.name !== 'pareto'),
    })),
  provenance: {},
});
