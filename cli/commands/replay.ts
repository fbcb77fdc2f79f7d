/** replay: check spelled out, one line an exposure, user or user-day (contract.md 4). Totals equal those of check. */
import { Option } from 'commander';
import { requireJudgeable } from '../../calibration/judges.ts';
import { exposuresOfTrace, loadExposures, openTraces } from '../../calibration/load.ts';
import { type ReplayRow, replayRow } from '../../calibration/replay.ts';
import { defaultLevel, type Level, levels, type Subject, subjectsOf } from '../../calibration/subjects.ts';
import { csvText } from '../../src/report/csv.ts';
import { parseTruth, type TruthRule } from '../../src/risk/truth.ts';
import { type CommandModule, examples } from '../command.ts';
import type { Edge } from '../edge.ts';
import { withDestinations } from '../files.ts';
import { presetOrFile } from '../judges.ts';
import { inputsOf, loadOptionsOf, readingOf, tracePaths } from '../judging.ts';
import { addReadingOptions, type ReadingFlags } from '../options/judging.ts';
import { addTraceOptions, type TraceFlags } from '../options/trace.ts';

interface Flags extends TraceFlags, ReadingFlags {
  readonly preset: string;
  /** Absent: user where every exposure has one, as in check. */
  readonly level?: Level;
  readonly truth?: string;
  readonly format: 'csv' | 'ndjson';
  readonly out: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<trace...>', 'one or more traces')
    .option('--preset <name|file>', 'whose verdicts', 'immuni-2020-06-05')
    .addOption(
      new Option(
        '--level <level>',
        'one line per exposure, user or user-day (default: user where users exist)',
      ).choices(levels),
    )
    .option('--truth <rule>', '"within 2 m" or "minutes >= 15 within 2 m"; labels in a trace override');
  addTraceOptions(command);
  addReadingOptions(command);
  command
    .optionsGroup('Output:')
    .addOption(new Option('--format <format>', 'form of the lines').choices(['csv', 'ndjson']).default('csv'))
    .option('--out <file>', 'where they go; "-" = stdout', '-');
  examples(command, [
    ['enlab replay field.ndjson --preset immuni-2020-06-05 --format ndjson', 'every exposure with its reasons'],
    ['enlab replay lunch.sqlite --preset swisscovid-2020-09-10 --level user --out verdicts.csv', 'one line per phone'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  const judge = presetOrFile(edge, flags.preset);
  const reading = readingOf(flags);
  const inputs = [...inputsOf(paths, flags), flags.preset];
  await withDestinations(edge, { inputs, outputs: [flags.out] }, async ([out]) => {
    const write = writer(flags.format, (text) => out!.write(text));
    for await (const subjects of subjectBatches(edge, paths, flags)) {
      requireJudgeable([judge], subjects);
      write(subjects.map((subject) => replayRow(subject, judge, reading)));
    }
    write([]);
  });
}

/**
 * With --level exposure they stream by in constant memory, in the order of the trace (sightings and scans: of time).
 * Users and user-days must be complete before they can be judged; they come in order of time.
 */
async function* subjectBatches(edge: Edge, paths: readonly string[], flags: Flags): AsyncIterable<readonly Subject[]> {
  const options = loadOptionsOf(edge, flags);
  const truth: TruthRule | undefined = flags.truth === undefined ? undefined : parseTruth(flags.truth);
  if (flags.level === 'exposure') {
    for await (const trace of openTraces(tracePaths(edge, paths), options))
      for await (const batch of exposuresOfTrace(trace, options)) yield subjectsOf(batch, 'exposure', truth);
    return;
  }
  const { exposures } = await loadExposures(tracePaths(edge, paths), options);
  yield subjectsOf(exposures, flags.level ?? defaultLevel(exposures), truth).toSorted(
    (a, b) => startOf(a) - startOf(b),
  );
}

/** Unix seconds of a subject's first slice, its day where scans have no times, 0 where there are no days. */
const startOf = ({ exposures }: Subject): number =>
  Math.min(...exposures.map(({ slices, day }) => slices[0]?.time ?? (day ?? 0) * 86_400));

/** In the order of contract.md 4, then who, where and how near. */
const COLUMNS: readonly (keyof ReplayRow)[] = [
  'user',
  'day',
  'minutes',
  'attenuation',
  'cell',
  'score',
  'threshold',
  'operator',
  'alert',
  'truth',
  'reasons',
  'receiver',
  'transmitter',
  'scenario',
  'distance',
];

/** Writes rows batch by batch; the CSV header comes with the first, empty or not. */
function writer(format: Flags['format'], write: (text: string) => void): (rows: readonly ReplayRow[]) => void {
  let header = true;
  return (rows) => {
    if (format === 'ndjson') {
      if (rows.length > 0) write(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`);
      return;
    }
    write(csvText([...(header ? [COLUMNS] : []), ...rows.map((row) => COLUMNS.map((column) => row[column]))]));
    header = false;
  };
}
