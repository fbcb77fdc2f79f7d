/** policy: what rules do to a town, infections averted against days at home. All D x A rules estimated, some simulated. */
import { Option } from 'commander';
import type { ConstraintOptions } from '../../calibration/constraints.ts';
import { IntegerSolver } from '../../calibration/integers.ts';
import { buildLattice } from '../../calibration/lattice.ts';
import type { ReportDocument } from '../../src/core/document.ts';
import { EnlabError } from '../../src/core/errors.ts';
import { counted } from '../../src/core/words.ts';
import { renderCsvTables } from '../../src/report/csv.ts';
import { targetNamed } from '../../src/risk/config/registry.ts';
import { manifestText, NETWORK_COPY } from '../../src/scenario/manifest.ts';
import { estimatesTable, policyDocument } from '../../src/scenario/policy/document.ts';
import { frontierScenario, type PolicyResult, policyResult } from '../../src/scenario/policy/result.ts';
import { type PolicyRun, policyArm, runPolicy } from '../../src/scenario/policy/run.ts';
import type { Scenario } from '../../src/scenario/resolve.ts';
import { TownWorkers } from '../../src/scenario/workers.ts';
import { type CommandModule, examples } from '../command.ts';
import type { Edge } from '../edge.ts';
import { type FolderWriter, withDestinations } from '../files.ts';
import { addTownOptions, type TownFlags } from '../options/towns.ts';
import { beside, integer } from '../options/values.ts';
import { announceCost, secondsFor } from '../scenario/cost.ts';
import { townProgress } from '../scenario/progress.ts';
import { madeBy, networkText, readScenario } from '../scenario/read.ts';
import { addShowOptions, type ShowFlags, show } from '../show.ts';

interface Flags extends ShowFlags, TownFlags {
  readonly arm?: string;
  readonly rules: number;
  readonly durationCap: ConstraintOptions['durationCap'];
  readonly outDir?: string;
  readonly report?: string;
}

/** Points of a frontier that a picture can tell apart. */
const MOST_RULES = 60;

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<file>', 'scenario of a town (YAML), or the manifest of an earlier run')
    .option('--arm <name>', 'whose town and app (default: the first in which somebody has the app)')
    .addOption(
      new Option('--rules <n>', 'rules of the estimated front that are simulated, beside every preset')
        .argParser(integer({ min: 1, max: MOST_RULES }))
        .default(MOST_RULES),
    )
    .addOption(
      new Option('--duration-cap <min>', '30: only rules with D7 = D8, as reported durations end there').argParser(
        integer({ min: 30, max: 30 }),
      ),
    );
  addShowOptions(addTownOptions(command, edge, 'a rule'))
    .option('--out-dir <dir>', 'result, tables as CSV, settings of each rule found, manifest of the frontier')
    .option('--report <file.html>', 'one self-contained page with plots', beside);
  examples(command, [
    ['enlab policy scenarios/town.yaml --report out/policy.html', 'the frontier of a town'],
    [
      'enlab policy scenarios/town.yaml --out-dir out/policy',
      'its rules, ready to be simulated again and to be loaded by apps',
    ],
    ['enlab policy scenarios/town.yaml --duration-cap 30 --format csv', 'rules that a phone can carry out'],
  ]);
  command.action((file: string, flags: Flags) => act(edge, file, flags));
};

async function act(edge: Edge, file: string, flags: Flags): Promise<void> {
  const paths = {
    inputs: [file],
    outputs: [flags.out, flags.report],
    folder: flags.outDir,
    isKeptWhenInterrupted: true,
  };
  await withDestinations(edge, paths, async ([out, report], folder) => {
    const scenario = readScenario(edge, file, {
      ...flags,
      realPhones: 0,
      arms: flags.arm === undefined ? undefined : [flags.arm],
    });
    const run = await runHere(edge, scenario, flags);
    const result = policyResult(run, echoOf(flags));
    const made = madeBy(edge);
    const document = policyDocument(run, result, made, flags.outDir);
    if (folder) {
      writeFolder(folder, { run, result, document, made });
      const network = networkText(edge, scenario);
      if (network !== undefined) folder(NETWORK_COPY, network);
      edge.stderr.write(`simulate the frontier again with: enlab simulate ${flags.outDir}/manifest.json\n`);
    }
    if (report) {
      const { renderHtml } = await import('../../src/report/html.ts');
      report.write(await renderHtml(document));
    }
    await show(edge, flags, out, result, flags.format === 'csv' ? csvOf(document) : forTerminal(document));
  });
  if (edge.interrupt.aborted) throw stopped('the rules that were complete are in the results');
}

const stopped = (hint: string): EnlabError => new EnlabError('E-INTERRUPTED', 'stopped on request', { hint });

/** What was asked for on the command line. */
const echoOf = ({ arm, rules, durationCap, agents, days, replicates }: Flags): PolicyResult['options'] => ({
  arm: arm ?? null,
  rules,
  durationCap: durationCap ?? null,
  agents: agents ?? null,
  days: days ?? null,
  replicates: replicates ?? null,
});

async function runHere(edge: Edge, scenario: Scenario, flags: Flags): Promise<PolicyRun> {
  const arm = policyArm(scenario);
  const { replicates, days } = scenario;
  announceCost(edge, { ...scenario, arms: [arm] }, flags.jobs);
  edge.stderr.write(
    `${arm.parameters.population.agents.toLocaleString('en')} people, ${counted(days, 'day')}: ${counted(replicates, 'run')} to estimate all rules, then ${replicates} for each that is simulated\n`,
  );
  const workers = new TownWorkers(flags.jobs);
  let progress = townProgress(edge, scenario, 1);
  try {
    const run = await runPolicy(scenario, workers, {
      rules: flags.rules,
      durationCap: flags.durationCap ?? null,
      signal: edge.interrupt,
      begin: (rules, infections) => {
        const runs = rules * replicates;
        const seconds = Math.ceil((runs * secondsFor(infections)) / Math.min(runs, flags.jobs));
        edge.stderr.write(
          `${counted(rules, 'rule')}, ${counted(runs, 'run')}: about ${seconds} s where nothing else runs\n`,
        );
        progress = townProgress(edge, scenario, rules);
      },
      day: () => progress(),
    });
    if (run.rules.length < run.asked)
      edge.stderr.write(`note: stopped after ${run.rules.length} of ${run.asked} rules\n`);
    return run;
  } catch (error) {
    throw edge.interrupt.aborted ? stopped('no rule was complete: nothing was written') : error;
  } finally {
    await workers.close();
  }
}

interface Written {
  readonly run: PolicyRun;
  readonly result: PolicyResult;
  readonly document: ReportDocument;
  readonly made: Readonly<Record<string, string>>;
}

function writeFolder(write: FolderWriter, { run, result, document, made }: Written): void {
  write('result.json', `${JSON.stringify(result, null, 2)}\n`);
  write('manifest.json', manifestText(frontierScenario(run, result), made));
  const solver = new IntegerSolver(buildLattice());
  const estimates = { id: 'estimates', title: 'All rules', blocks: [estimatesTable(run, solver)] };
  const tables = renderCsvTables({ ...document, sections: [...document.sections, estimates] });
  for (const [name, text] of tables) write(name, text);
  for (const { rule } of run.rules)
    if (rule.kind === 'front') write(`${rule.name}.json`, settingsText(rule.risk.source!.parameters, made));
}

/** As "calibrate export --target immuni" writes them: apps load them, and "simulate --arms NAME=FILE". */
function settingsText(parameters: unknown, made: Readonly<Record<string, string>>): string {
  const document = targetNamed('immuni').encode(parameters) as object;
  return `${JSON.stringify({ ...document, _enlab: { source: 'enlab.policy', ...made } }, null, 2)}\n`;
}

const sectionsOf = ({ sections }: ReportDocument, id: string) => sections.filter((section) => section.id === id);

/** The first table of a document is its CSV. */
const csvOf = (document: ReportDocument): ReportDocument => ({ ...document, sections: sectionsOf(document, 'rules') });

/** The terminal shows the frontier and how well the estimate does; the rest is for the report. */
const forTerminal = (document: ReportDocument): ReportDocument => ({
  ...document,
  sections: ['frontier', 'estimate']
    .flatMap((id) => sectionsOf(document, id))
    .map((section) => ({
      ...section,
      blocks: section.blocks.filter(({ kind }) => kind === 'table' || (kind === 'text' && section.id === 'frontier')),
    })),
});
