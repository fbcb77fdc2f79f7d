/** scenario run: suites of scenarios with checks and baselines, for CI. Exit 3 where one fails, 2 where one is invalid. */
import { Option } from 'commander';
import type { ReportDocument } from '../../../src/core/document.ts';
import { EnlabError, placeText } from '../../../src/core/errors.ts';
import type { Seconds } from '../../../src/core/units.ts';
import { counted } from '../../../src/core/words.ts';
import { type CheckCase, renderJunit } from '../../../src/report/junit.ts';
import { manifestText } from '../../../src/scenario/manifest.ts';
import type { TownRunner } from '../../../src/scenario/run.ts';
import { isSound, judgeScenario, type SuiteEntry, shardOf, type Verdict } from '../../../src/scenario/suite.ts';
import { TownWorkers } from '../../../src/scenario/workers.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { appendText, type FolderWriter, listFolder, withDestinations } from '../../files.ts';
import { beside, integer, number } from '../../options/values.ts';
import { assertUpdatable, readBaseline, updateBaselines } from '../../scenario/baselines.ts';
import { annotations, stepSummary } from '../../scenario/github.ts';
import { madeBy, networkText, runnableIn } from '../../scenario/read.ts';
import { shard } from '../../scenario/shard.ts';
import type { ScenarioRunResult } from '../../schemas.ts';

interface Flags {
  readonly seed?: number;
  readonly tag?: string;
  readonly shard?: { readonly i: number; readonly n: number };
  readonly timeout: Seconds;
  readonly junit?: string;
  readonly format?: 'table' | 'json' | 'github';
  readonly outDir?: string;
  readonly jobs: number;
  readonly update?: true;
  readonly because?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<path...>', 'scenario files, or folders of them')
    .addOption(
      new Option('--seed <n>', 'instead of those of the files; baselines are then not compared').argParser(
        integer({ min: 0, max: 0xffff_ffff }),
      ),
    )
    .option('--tag <name>', 'those with this tag only')
    .addOption(new Option('--shard <i/n>', 'every n-th, from the i-th on: for n machines').argParser(shard))
    .addOption(new Option('--timeout <s>', 'for each scenario').argParser(number({ min: 1 })).default(600))
    .addOption(
      new Option('--jobs <n>', 'runs side by side').argParser(integer({ min: 1, max: 256 })).default(edge.processors),
    )
    .option('--update', 'what comes out becomes the baseline; needs --because')
    .option('--because <text>', 'why results changed, for CHANGELOG.md here')
    .optionsGroup('Output:')
    .addOption(
      new Option('--format <format>', 'form of the result (default: table; github under GitHub Actions)').choices([
        'table',
        'json',
        'github',
      ]),
    )
    .option('--junit <file>', 'the verdicts as JUnit XML', beside)
    .option('--out-dir <dir>', 'of each that fails: report, manifest, what was expected and found');
  examples(command, [
    ['enlab scenario run scenarios --tag small --junit out/scenarios.xml', 'a suite in CI'],
    ['enlab scenario run scenarios/town.yaml --seed 7', 'one of them with other draws'],
  ]);
  command.action((paths: readonly string[], flags: Flags) => act(edge, paths, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  if (flags.update) assertUpdatable(edge, flags.because);
  const outputs = [flags.junit];
  const verdicts = await withDestinations(
    edge,
    { inputs: paths, outputs, folder: flags.outDir, isKeptWhenInterrupted: true },
    async ([junit], folder) => {
      const all = await judged(edge, paths, flags);
      junit?.write(renderJunit('enlab scenario run', all.map(caseOf)));
      if (folder) for (const verdict of all) await keep(edge, folder, verdict);
      await tell(edge, all, flags);
      return all;
    },
  );
  if (edge.interrupt.aborted)
    throw new EnlabError('E-INTERRUPTED', 'stopped on request', {
      hint: 'verdicts of scenarios that had ended were written',
    });
  if (flags.update) await updateBaselines(edge, verdicts, flags.because!);
  const failed = verdicts.filter((verdict) => verdict.outcome !== 'passed' && !(flags.update && isSound(verdict)));
  const invalid = failed.filter(({ isInvalid }) => isInvalid);
  const all = counted(verdicts.length, 'scenario');
  // Before checks that fail: whoever corrects the file may find that more of them do.
  if (invalid.length > 0) {
    const { problems } = invalid[0]!;
    const others = failed.length - invalid.length;
    throw new EnlabError(
      'E-FILE-INVALID',
      `${invalid.length} of ${all} cannot run${others > 0 ? `, and ${others} failed` : ''}`,
      { hint: `correct first: ${placeText(problems[0]!.place)}` },
    );
  }
  if (failed.length > 0)
    throw new EnlabError('E-CHECK', `${failed.length} of ${all} failed`, {
      hint: `repeat one with: ${repeatCommand(failed[0]!)}`,
    });
}

const isScenario = (name: string): boolean => /\.ya?ml$/i.test(name);

/** Throws E-USAGE where there is nothing to run. */
function entriesOf(
  edge: Edge,
  paths: readonly string[],
  towns: TownRunner,
  { seed, tag, shard: part }: Flags,
): readonly SuiteEntry[] {
  const files = paths.flatMap((path) =>
    (listFolder(edge, path) ?? [undefined]).flatMap((name) => {
      if (name === undefined) return [path];
      return isScenario(name) ? [`${path.replace(/\/+$/, '')}/${name}`] : [];
    }),
  );
  const entries = [...new Set(files)].map(
    (file): SuiteEntry => ({
      file,
      read: () => runnableIn(edge, file, towns, { seed }),
      baseline: () => readBaseline(edge, file),
    }),
  );
  const tagged = tag === undefined ? entries : entries.filter((entry) => hasTag(entry, tag));
  if (tagged.length === 0) {
    const where = paths.join(', ');
    throw new EnlabError(
      'E-USAGE',
      tag === undefined ? `no scenario in ${where}` : `no scenario in ${where} has the tag ${tag}`,
      { hint: 'scenarios are files whose names end in .yaml' },
    );
  }
  return part ? shardOf(tagged, part) : tagged;
}

/** One that cannot be read runs, so that its error is told. */
function hasTag({ read }: SuiteEntry, tag: string): boolean {
  try {
    return read().tags.includes(tag);
  } catch {
    return true;
  }
}

/** As many side by side as there are threads, in the order of the files. */
async function judged(edge: Edge, paths: readonly string[], flags: Flags): Promise<readonly Verdict[]> {
  const { jobs, timeout } = flags;
  const workers = new TownWorkers(jobs);
  const entries = entriesOf(edge, paths, workers, flags);
  const verdicts: Verdict[] = [];
  const waiting = [...entries.entries()];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [k, entry] = next;
      const limit = new AbortController();
      const late = new EnlabError('E-CHECK', `it took longer than ${timeout} s`, {
        hint: 'give it more with --timeout',
      });
      const cancel = edge.after(timeout, () => limit.abort(late));
      const signal = AbortSignal.any([edge.interrupt, limit.signal]);
      verdicts[k] = await judgeScenario(entry, edge.engine, signal);
      cancel();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, entries.length) }, lane));
  } finally {
    await workers.close();
  }
  return verdicts;
}

const repeatCommand = ({ file, seed }: Verdict): string =>
  `enlab scenario run ${file}${seed === undefined ? '' : ` --seed ${seed}`}`;

function caseOf(verdict: Verdict): CheckCase {
  const { file, title, outcome, problems, seed } = verdict;
  const told = problems.map(({ message, found }) => (found ? `${message}; found: ${found}` : message));
  return {
    group: file,
    name: title,
    outcome: outcome === 'passed' ? 'passed' : outcome === 'interrupted' ? 'skipped' : 'failed',
    detail: [...told, ...(seed === undefined ? [] : [`seed ${seed}`]), `repeat with: ${repeatCommand(verdict)}`].join(
      '\n',
    ),
  };
}

/** Report, manifest, and what was expected against what was found, of one that failed. */
async function keep(
  edge: Edge,
  write: FolderWriter,
  { file, outcome, problems, ran, differences }: Verdict,
): Promise<void> {
  if (outcome !== 'failed' || !ran) return;
  const name = file.replace(/^.*\//, '').replace(/\.ya?ml$/i, '');
  write(`${name}.problems.json`, `${JSON.stringify({ problems, differences }, null, 2)}\n`);
  if (!ran.town) return;
  const [{ scenarioDocument }, { renderHtml }] = await Promise.all([
    import('../../../src/scenario/document.ts'),
    import('../../../src/report/html.ts'),
  ]);
  const { run, result } = ran.town;
  const made = madeBy(edge);
  const network = networkText(edge, run.scenario);
  if (network !== undefined) write(`${name}.network.csv`, network);
  write(`${name}.manifest.json`, manifestText(run.scenario, made, `${name}.network.csv`));
  write(`${name}.report.html`, await renderHtml(scenarioDocument(run, result, made)));
}

async function tell(edge: Edge, verdicts: readonly Verdict[], { format, ...flags }: Flags): Promise<void> {
  const own = format ?? (edge.environment['GITHUB_ACTIONS'] ? 'github' : 'table');
  if (own === 'json') {
    edge.stdout.write(`${JSON.stringify(resultOf(verdicts, flags), null, 2)}\n`);
    return;
  }
  if (own === 'github') {
    edge.stdout.write(annotations(verdicts));
    const summary = edge.environment['GITHUB_STEP_SUMMARY'];
    if (summary) appendText(edge, summary, stepSummary(verdicts));
  }
  const { renderText } = await import('../../../src/report/text.ts');
  edge.stdout.write(renderText(documentOf(verdicts), { width: edge.stdout.width, color: false }));
}

const countsOf = (verdicts: readonly Verdict[]): ScenarioRunResult['counts'] => {
  const count = (outcome: Verdict['outcome']): number => verdicts.filter((one) => one.outcome === outcome).length;
  return { passed: count('passed'), failed: count('failed'), error: count('error'), interrupted: count('interrupted') };
};

const resultOf = (
  verdicts: readonly Verdict[],
  { seed, tag, shard: part }: Pick<Flags, 'seed' | 'tag' | 'shard'>,
): ScenarioRunResult => ({
  schema: 'enlab.scenario.run',
  version: 1,
  options: { seed: seed ?? null, tag: tag ?? null, shard: part ? `${part.i}/${part.n}` : null },
  counts: countsOf(verdicts),
  data: verdicts.map(({ file, title, outcome, seed: own, problems, differences, ran }) => ({
    file,
    title,
    outcome,
    ...(own !== undefined && { seed: own }),
    problems: [...problems],
    differences: [...differences],
    arms: ran?.town?.result.arms ?? [],
    checks: (ran?.checks ?? []).map(({ result }) => ({ ...result, facts: [...result.facts] })),
  })),
});

function documentOf(verdicts: readonly Verdict[]): ReportDocument {
  const counts = Object.entries(countsOf(verdicts)).filter(([, count]) => count > 0);
  return {
    title: 'Scenarios',
    summary: [
      `${counted(verdicts.length, 'scenario')}: ${counts.map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`,
    ],
    sections: [
      {
        id: 'scenarios',
        title: 'Verdicts',
        blocks: [
          {
            kind: 'table',
            name: 'scenarios',
            caption: 'One line a scenario, and one for each problem',
            columns: [
              { key: 'outcome', label: 'outcome' },
              { key: 'scenario', label: 'scenario' },
              { key: 'detail', label: 'detail' },
            ],
            rows: verdicts.flatMap(({ file, title, outcome, problems }) => [
              { outcome, scenario: file, detail: title },
              ...problems.map(({ message, found, place }) => ({
                outcome: '',
                scenario: [place.line, place.column].filter((part) => part !== undefined).join(':'),
                detail: found ? `${message}; found: ${found}` : message,
              })),
            ]),
          },
        ],
      },
    ],
    provenance: {},
  };
}
