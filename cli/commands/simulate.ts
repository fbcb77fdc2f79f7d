/** simulate: a town, or a nation, with an app and without. Exit 3 when a check of the scenario fails, with results written. */

import { Option } from 'commander';
import type { ReportDocument } from '../../src/core/document.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { counted } from '../../src/core/words.ts';
import { csvText } from '../../src/report/csv.ts';
import { scenarioDocument } from '../../src/scenario/document.ts';
import { histogramColumns, histogramRows } from '../../src/scenario/histogram.ts';
import { manifestText, NETWORK_COPY } from '../../src/scenario/manifest.ts';
import { mayHaveApp } from '../../src/scenario/nobody.ts';
import { withRealPhones } from '../../src/scenario/phones/town.ts';
import { provinceColumns, provinceRows, tellsProvinces } from '../../src/scenario/provinces.ts';
import type { Arm, Scenario } from '../../src/scenario/resolve.ts';
import { resultOf, type SimulateResult } from '../../src/scenario/result.ts';
import { runScenario, type ScenarioRun } from '../../src/scenario/run.ts';
import { MOST_REAL_PHONES } from '../../src/scenario/schema.ts';
import { seriesColumns, seriesRows } from '../../src/scenario/series.ts';
import type { TownListener } from '../../src/scenario/town.ts';
import { scanWriter } from '../../src/scenario/trace.ts';
import { TownWorkers } from '../../src/scenario/workers.ts';
import { headerLine, recordLines } from '../../src/trace/write.ts';
import { type CommandModule, examples } from '../command.ts';
import type { Edge } from '../edge.ts';
import { type Destination, type FolderWriter, withDestinations } from '../files.ts';
import { addTownOptions, type TownFlags } from '../options/towns.ts';
import { beside, integer, words } from '../options/values.ts';
import { announceCost } from '../scenario/cost.ts';
import { noteArms, noteRealPhones } from '../scenario/notes.ts';
import { townProgress } from '../scenario/progress.ts';
import { madeBy, networkText, phoneTownPorts, readScenario } from '../scenario/read.ts';
import { addShowOptions, type ShowFlags, show } from '../show.ts';

interface Flags extends ShowFlags, TownFlags {
  readonly arms?: readonly string[];
  readonly realPhones?: number;
  readonly outDir?: string;
  readonly trace?: string;
  readonly report?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<file>', 'scenario (YAML), or the manifest of an earlier run')
    .addOption(
      new Option(
        '--arms <names>',
        'which arms, with commas; NAME=RULE makes one of a preset, a file or a rule in words',
      ).argParser(words),
    )
    .addOption(
      new Option('--real-phones <n>', 'so many run the real app against a real server, over HTTP').argParser(
        integer({ min: 0, max: MOST_REAL_PHONES }),
      ),
    );
  addShowOptions(addTownOptions(command, edge, 'an arm'))
    .option('--out-dir <dir>', 'manifest, result; series by day and province, histogram of exposures: CSV, NDJSON')
    .option('--trace <file>', 'exposures of the first arm with an app, labelled, for "enlab calibrate"', beside)
    .option('--report <file.html>', 'one self-contained page with plots', beside);
  examples(command, [
    ['enlab simulate scenarios/town.yaml --report out/town.html', 'a town with and without the app'],
    ['enlab simulate scenarios/town.yaml --arms no-app,default,tuned=out/settings.json', 'two thresholds compared'],
    ['enlab simulate scenarios/town.yaml --arms default --trace out/town.ndjson', 'exposures to tune thresholds on'],
    [
      'enlab simulate scenarios/town.yaml --agents 400 --days 10 --arms default --real-phones 40',
      'real apps, uploads and dummies',
    ],
  ]);
  command.action((file: string, flags: Flags) => act(edge, file, flags));
};

async function act(edge: Edge, file: string, flags: Flags): Promise<void> {
  const paths = {
    inputs: [file],
    outputs: [flags.out, flags.report, flags.trace],
    folder: flags.outDir,
    isKeptWhenInterrupted: true,
  };
  const checks = await withDestinations(edge, paths, async ([out, report, trace], folder) => {
    const scenario = readScenario(edge, file, flags);
    for (const check of scenario.unchecked)
      edge.stderr.write(`note: not checked with these --arms and --replicates: ${check}\n`);
    noteArms(edge, scenario);
    announceCost(edge, scenario, flags.jobs);
    const run = await runHere(edge, scenario, flags, trace);
    noteRealPhones(edge, run);
    const result = resultOf(run, echoOf(flags));
    const made = madeBy(edge);
    const document = scenarioDocument(run, result, made);
    if (folder) {
      writeFolder(folder, run, result, made);
      const network = networkText(edge, scenario);
      if (network !== undefined) folder(NETWORK_COPY, network);
    }
    if (report) {
      const { renderHtml } = await import('../../src/report/html.ts');
      report.write(await renderHtml(document));
    }
    await show(edge, flags, out, result, forTerminal(document));
    return result.checks;
  });
  if (edge.interrupt.aborted) throw stopped('the runs that were complete are in the results');
  const failed = checks.filter(({ holds }) => !holds);
  if (failed.length > 0)
    throw new EnlabError('E-CHECK', `${failed.length} of ${counted(checks.length, 'check')} failed`, {
      hint: `not so: ${failed.map(({ check }) => check).join('; ')}`,
    });
}

const stopped = (hint: string): EnlabError => new EnlabError('E-INTERRUPTED', 'stopped on request', { hint });

function writeFolder(
  write: FolderWriter,
  run: ScenarioRun,
  result: SimulateResult,
  made: Readonly<Record<string, string>>,
): void {
  write('manifest.json', manifestText(run.scenario, made));
  write('result.json', `${JSON.stringify(result, null, 2)}\n`);
  writeRows(write, 'series', seriesColumns, seriesRows(run));
  writeRows(write, 'histogram', histogramColumns, histogramRows(run));
  if (tellsProvinces(run)) writeRows(write, 'provinces', provinceColumns, provinceRows(run));
}

/** As CSV and as NDJSON. */
function writeRows<Name extends string>(
  write: FolderWriter,
  name: string,
  columns: readonly Name[],
  rows: readonly Readonly<Record<Name, string | number | boolean>>[],
): void {
  write(`${name}.csv`, csvText([columns, ...rows.map((row) => columns.map((column) => row[column]))]));
  write(`${name}.ndjson`, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

/** The first arm in which somebody has the app. Throws E-USAGE where there is none. */
function tracedArm({ arms }: Scenario): Arm {
  const arm = arms.find(mayHaveApp);
  if (arm) return arm;
  const hint = `arms here: ${arms.map(({ name }) => name).join(', ')}`;
  throw new EnlabError('E-USAGE', '--trace needs an arm in which somebody has the app', { hint });
}

/** What was asked for on the command line. */
const echoOf = ({ agents, days, replicates, realPhones, arms }: Flags): SimulateResult['options'] => ({
  agents: agents ?? null,
  days: days ?? null,
  replicates: replicates ?? null,
  realPhones: realPhones ?? null,
  arms: arms ? [...arms] : null,
});

/** The terminal shows figures and checks; plots, meanings and parameters are for the report. */
const forTerminal = (document: ReportDocument): ReportDocument => ({
  ...document,
  sections: document.sections
    .filter(({ id }) => id === 'results')
    .map((section) => ({
      ...section,
      blocks: section.blocks.filter((block) => block.kind === 'table' && block.name !== 'meanings'),
    })),
});

async function runHere(
  edge: Edge,
  scenario: Scenario,
  { jobs, outDir }: Flags,
  trace?: Destination,
): Promise<ScenarioRun> {
  const traced = trace && tracedArm(scenario);
  const writer = traced && scanWriter(traced.parameters.truth, (scans) => trace.write(recordLines(scans)));
  const { title, seed } = scenario;
  trace?.write(headerLine({ importer: 'enlab simulate', synthetic: true, scenario: title, seed }));
  const workers = new TownWorkers(jobs);
  const towns = withRealPhones(workers, phoneTownPorts(edge));
  const progress = townProgress(edge, scenario, scenario.arms.length);
  try {
    const run = await runScenario(scenario, towns, {
      signal: edge.interrupt,
      isCounted: outDir !== undefined,
      listenerOf: (arm, replicate): TownListener => {
        const isTraced = arm === traced && replicate === 0;
        return {
          ...(isTraced && writer?.listener),
          day: (day) => {
            progress();
            if (isTraced) writer?.listener.day(day);
          },
        };
      },
    });
    if (run.scenario.replicates < scenario.replicates)
      edge.stderr.write(
        `note: stopped after ${run.scenario.replicates} of ${counted(scenario.replicates, 'run')} an arm\n`,
      );
    return run;
  } catch (error) {
    throw edge.interrupt.aborted ? stopped('no run was complete: nothing was written') : error;
  } finally {
    await workers.close();
    writer?.end();
  }
}
