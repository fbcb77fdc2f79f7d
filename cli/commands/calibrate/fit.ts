import { Option } from 'commander';
import { check } from '../../../calibration/check.ts';
import { fitDocument } from '../../../calibration/documents/fit.ts';
import { fitTables } from '../../../calibration/documents/fitTables.ts';
import { flowTable } from '../../../calibration/documents/flow.ts';
import type { FitInput } from '../../../calibration/fit.ts';
import { buildLattice } from '../../../calibration/lattice.ts';
import { type ObjectiveName, objectiveNames } from '../../../calibration/objectives.ts';
import { ruleSpace } from '../../../calibration/policy.ts';
import { fitParts } from '../../../calibration/result.ts';
import type { FitResult } from '../../../calibration/schemas.ts';
import type { Limits } from '../../../calibration/search.ts';
import { type FitStudy, fitStudy } from '../../../calibration/study.ts';
import type { ReportDocument } from '../../../src/core/document.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { defined } from '../../../src/core/object.ts';
import { ENV1_SCALE } from '../../../src/risk/scale.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { type Destination, withDestinations, writeFolder } from '../../files.ts';
import { everyPreset, presetOrFile } from '../../judges.ts';
import { loadStudy, type Study } from '../../judging.ts';
import { addJudgingOptions, type JudgingFlags } from '../../options/judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { integer, number, repeated } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';
import { version } from '../../version.ts';

interface Flags extends TraceFlags, JudgingFlags, ShowFlags {
  readonly objective: ObjectiveName;
  readonly preset: string;
  readonly maxFpr?: number;
  readonly minSensitivity?: number;
  readonly maxAlertsPer1000?: number;
  readonly forbid: readonly string[];
  readonly require: readonly string[];
  readonly fix: readonly string[];
  readonly durationCap?: number;
  readonly weightBy?: 'scenario';
  readonly report?: string;
  readonly tables?: string;
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
    .option('--forbid <region>', '"minutes<=15": never alert there; may be repeated', repeated, [])
    .option('--require <region>', '"minutes>15 attenuation<=63": always alert there', repeated, [])
    .option('--fix <name=value>', 'A1=0, D5=3, threshold=20; may be repeated', repeated, [])
    .addOption(
      new Option('--duration-cap <min>', '30: D7 = D8, as reported durations end there').argParser(
        integer({ min: 30, max: 30 }),
      ),
    )
    .addOption(new Option('--weight-by <what>', 'give every scenario the same weight').choices(['scenario']));
  addTraceOptions(command);
  addJudgingOptions(command, 1000);
  addShowOptions(command)
    .option('--report <file.html>', 'one self-contained page with plots')
    .option('--tables <dir>', 'tidy CSV of everything, and every plot as SVG')
    .addOption(
      new Option('--suppress-below <n>', 'report and tables: hide counts of fewer people')
        .argParser(integer({ min: 0 }))
        .default(0),
    );
  examples(command, [
    ['enlab calibrate fit field.ndjson --report out/report.html --out out/fit.json', 'the main job'],
    ['enlab calibrate fit contacts.csv --forbid "minutes<=15" --fix A1=0', 'the 15-minute policy'],
    ['enlab calibrate fit tram/ bus/ --max-fpr 0.05 --objective f2 --format json', 'at most 5 % false alerts'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, traces: readonly string[], flags: Flags): Promise<void> {
  const compared = presetOrFile(edge, flags.preset);
  const limits = limitsOf(flags);
  await withDestinations(edge, [flags.out, flags.report], async ([out, report]) => {
    const folder = flags.tables === undefined ? undefined : writeFolder(edge, flags.tables);
    const study = await loadStudy(edge, traces, flags, { weightByScenario: flags.weightBy === 'scenario' });
    const durationCap = flags.durationCap === undefined ? null : 30;
    const { forbid, require, fix } = flags;
    const space = ruleSpace(buildLattice(), { forbid, require, fix, durationCap }, study.reading);
    const input: FitInput = {
      ...study,
      space,
      scale: ENV1_SCALE,
      objective: flags.objective,
      limits,
      bootstrap: { replicates: flags.bootstrap, seed: flags.seed },
      compared,
    };
    const own = fitStudy(input);
    const result: FitResult = {
      schema: 'enlab.calibrate.fit',
      version: 1,
      seed: flags.seed,
      options: { ...study.echo, ...fitEcho(flags) },
      data: study.data,
      ...fitParts(input, own.fit, own),
    };
    const document = reportOf(own, study, result, flags);
    if (report) await writeReport(report, document);
    if (folder) await writeTables(folder, own, document, flags.suppressBelow);
    await show(edge, flags, out, result, withoutFigures(document));
  });
}

function limitsOf({ maxFpr, minSensitivity, maxAlertsPer1000: alerts, prevalence, cohort }: Flags): Limits {
  if (alerts !== undefined && prevalence === undefined && !cohort)
    throw new EnlabError('E-USAGE', '--max-alerts-per-1000 needs to know how many people have a true contact', {
      hint: 'add --prevalence P',
    });
  const maxAlerts = alerts === undefined ? undefined : { alerts, prevalence: prevalence ?? 0 };
  return defined({ maxFpr, minSensitivity, maxAlertsPer1000: maxAlerts });
}

const fitEcho = (flags: Flags): FitResult['options'] => ({
  family: 'd-x-a',
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
});

function reportOf(own: FitStudy, study: Study, result: FitResult, flags: Flags): ReportDocument {
  const { sample, reading, metrics, loaded, data, level } = study;
  const presets = check(sample, everyPreset(), reading, metrics, own.input.bootstrap);
  return fitDocument({
    study: own,
    result,
    presets,
    flow: flowTable(loaded, data, level),
    suppression: { below: flags.suppressBelow },
    version: version(),
  });
}

async function writeReport(destination: Destination, document: ReportDocument): Promise<void> {
  const { renderHtml } = await import('../../../src/report/html.ts');
  destination.write(await renderHtml(document));
}

/** Long tables reveal single people: with suppression only the tables of the report are written. */
async function writeTables(
  folder: (name: string, text: string) => void,
  own: FitStudy,
  document: ReportDocument,
  suppressBelow: number,
): Promise<void> {
  const { renderCsvTables } = await import('../../../src/report/csv.ts');
  const { renderSvgs } = await import('../../../src/report/figure.ts');
  const long = suppressBelow > 0 ? [] : fitTables(own).sections;
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
