/** From flags to what the calibration layer works on: exposures of all traces, a sample with truth, a reading. */
import { basename, resolve } from 'node:path';
import { type Loaded, type LoadOptions, loadExposures, type ReadOptions } from '../calibration/load.ts';
import type { ObjectiveOptions } from '../calibration/objectives.ts';
import { type Sample, sampleOf } from '../calibration/sample.ts';
import type { Data } from '../calibration/schemas.ts';
import { defaultLevel, type Level, subjectsOf, weightedByScenario } from '../calibration/subjects.ts';
import { builtInDeviceTable, type DeviceTable, parseDeviceTable } from '../src/core/deviceTable.ts';
import { type BuiltInTable, builtInTables } from '../src/core/deviceTables.ts';
import { EnlabError } from '../src/core/errors.ts';
import type { Exposure } from '../src/core/exposure.ts';
import { defined } from '../src/core/object.ts';
import { defaultReading, isCumulative, type Reading } from '../src/risk/reading.ts';
import { DISTANCE_RULE, parseTruth, TIMED_RULE, type TruthRule, truthText } from '../src/risk/truth.ts';
import { scanGapOf } from '../src/trace/importer.ts';
import type { OpenTrace } from '../src/trace/open.ts';
import type { Edge } from './edge.ts';
import { readText } from './files.ts';
import type { JudgingFlags, ReadingFlags } from './options/judging.ts';
import type { ImportFlags, TraceFlags } from './options/trace.ts';
import { announceSeed } from './seed.ts';

/** JSON-ready options of a command, as they were understood. */
export type Echo = Record<string, string | number | boolean | null | string[]>;

/** How exposures are read. A --rule brings its own operators, so an absent --duration-edge is the presets' own. */
export const readingOf = ({
  reduce,
  binSplit,
  durationEdge = 'bucket',
  days,
  transmissionLevel,
}: ReadingFlags): Reading => ({
  ...defaultReading,
  reduce,
  binSplit,
  durationEdge,
  days,
  transmissionLevel: transmissionLevel ?? null,
});

/** Paths of traces as the layers below take them: they know no current folder. */
export const tracePaths = (edge: Edge, paths: readonly string[]): readonly string[] =>
  paths.map((path) => resolve(edge.folder, path));

/** Everything that a command reads, for withDestinations. */
export const inputsOf = (paths: readonly string[], flags: ImportFlags & Partial<TraceFlags>): readonly string[] => [
  ...paths,
  ...[flags.distances, flags.controls, flags.deviceTable].filter((path) => path !== undefined),
];

/** Built in by date, or a CSV of Google's by path. Throws E-DEVICE-UNKNOWN, E-FILE-*. */
export function deviceTableOf(edge: Edge, { deviceTable, unknownDevice }: TraceFlags): DeviceTable {
  if (deviceTable in builtInTables) return builtInDeviceTable(deviceTable as BuiltInTable, unknownDevice);
  if (/^\d{6}$/.test(deviceTable)) {
    const hint = `built in are ${Object.keys(builtInTables).join(', ')}; or pass a CSV file of Google`;
    throw new EnlabError('E-DEVICE-UNKNOWN', `there is no device table ${deviceTable}`, { hint });
  }
  return parseDeviceTable(readText(edge, deviceTable), deviceTable, unknownDevice);
}

/** What importers need to know; files beside the trace are looked for in the current folder, as the trace is. */
export function importOptionsOf(edge: Edge, flags: ImportFlags): ReadOptions {
  const { from, columns, units, dateOrder, weight } = flags;
  const [distances, controls] = [flags.distances, flags.controls].map((path) => path && resolve(edge.folder, path));
  return defined({ from, importing: defined({ columns, units, dateOrder, weight, distances, controls }) });
}

/** How files become exposures. */
export function loadOptionsOf(edge: Edge, flags: TraceFlags): LoadOptions {
  const { scanGap, episodes } = flags;
  const assembling = { table: deviceTableOf(edge, flags), scanGap, episodes, interrupt: edge.interrupt };
  return { ...importOptionsOf(edge, flags), ...defined(assembling) };
}

export interface Study {
  readonly loaded: Loaded;
  readonly sample: Sample;
  readonly level: Level;
  readonly reading: Reading;
  /** Absent: labels, else the default of the format (src/risk/truth.ts). */
  readonly truth: TruthRule | undefined;
  readonly metrics: ObjectiveOptions;
  readonly data: Data;
  /** Everything that decides the numbers, for `options` of the result. */
  readonly echo: Echo;
}

/** Reads the traces and forms the sample at the chosen level. */
export async function loadStudy(
  edge: Edge,
  paths: readonly string[],
  flags: TraceFlags & JudgingFlags,
  { weightByScenario = false, isSearched = false } = {},
): Promise<Study> {
  const truth = flags.truth === undefined ? undefined : parseTruth(flags.truth);
  const reading = readingOf(flags);
  const options = loadOptionsOf(edge, flags);
  if (flags.bootstrap > 0 || isSearched) announceSeed(edge, flags.seed);
  const loaded = await loadExposures(tracePaths(edge, paths), options);
  const level = flags.level ?? defaultLevel(loaded.exposures);
  const subjects = subjectsOf(loaded.exposures, level, truth);
  const sample = sampleOf(weightByScenario ? weightedByScenario(subjects) : subjects);
  const metrics = {
    prevalence: flags.cohort ? ('cohort' as const) : (flags.prevalence ?? null),
    falseNegativeCost: flags.fnCost,
    thresholdProbability: flags.thresholdProbability,
  };
  return {
    loaded,
    sample,
    level,
    reading,
    truth,
    metrics,
    data: {
      n: sample.subjects.length,
      positives: sample.positives,
      negatives: sample.negatives,
      unknown: sample.unknown,
      exposures: loaded.exposures.length,
      ...rowCounts(loaded.traces),
      files: [...loaded.files],
    },
    echo: {
      ...traceEcho(flags, loaded.traces, options),
      ...judgingEcho(flags, loaded.exposures, level, sample, truth),
    },
  };
}

/** Rows of all traces that were read, and those of them that were rejected. */
export function rowCounts(traces: readonly OpenTrace[]): Pick<Data, 'rows' | 'rejected'> {
  const rejected = traces.flatMap(({ tally }) => [...tally.rejected.values()]);
  return {
    rows: traces.reduce((sum, { tally }) => sum + tally.rows, 0),
    rejected: rejected.reduce((sum, count) => sum + count, 0),
  };
}

/** How files became exposures. */
export const traceEcho = (
  flags: TraceFlags,
  traces: readonly OpenTrace[],
  { table, scanGap, episodes }: LoadOptions,
): Echo => ({
  ...importEcho(flags, traces, table),
  scanGap: scanGap ?? [...new Set(traces.map(({ importer }) => `${scanGapOf(importer)}`))].join(', '),
  episodes,
});

/** How files became records with attenuations. */
export const importEcho = (
  { from, weight, columns, units, dateOrder, distances, controls, unknownDevice }: TraceFlags,
  traces: readonly OpenTrace[],
  table: DeviceTable,
): Echo => ({
  traces: traces.map(({ file, importer }) => `${file.name} (${importer.name})`),
  from: from ?? null,
  deviceTable: table.name,
  unknownDevice: unknownDevice?.join(',') ?? null,
  columns: mapText(columns),
  units: mapText(units),
  dateOrder: dateOrder ?? null,
  weight: weight ?? null,
  distances: distances === undefined ? null : basename(distances),
  controls: controls === undefined ? null : basename(controls),
});

/** "user=person_id,minutes=durata", as it was typed. */
const mapText = (map: Readonly<Record<string, string>> = {}): string | null =>
  Object.entries(map)
    .map((entry) => entry.join('='))
    .join(',') || null;

/** Weighted, as every figure; null without data. */
function shareOfPositives({ weight, positive }: Sample): number | null {
  const total = weight.reduce((sum, own) => sum + own, 0);
  return total === 0 ? null : weight.reduce((sum, own, k) => sum + own * positive[k]!, 0) / total;
}

/** What "auto" means for these data; it stays where they need both. */
function reduceOf({ reduce }: JudgingFlags, exposures: readonly Exposure[]): Reading['reduce'] {
  if (reduce !== 'auto') return reduce;
  const binned = exposures.filter((exposure) => isCumulative(exposure, { reduce })).length;
  if (binned === 0) return 'mean';
  return binned === exposures.length ? 'cumulative' : 'auto';
}

const judgingEcho = (
  flags: JudgingFlags,
  exposures: readonly Exposure[],
  level: Level,
  sample: Sample,
  truth: TruthRule | undefined,
): Echo => ({
  truth: truth
    ? truthText(truth)
    : `labels, else ${truthText(DISTANCE_RULE)} (pairs) or ${truthText(TIMED_RULE)} (scans), without distances unknown`,
  level,
  reduce: reduceOf(flags, exposures),
  binSplit: flags.binSplit,
  durationEdge: flags.durationEdge ?? 'bucket',
  days: flags.days,
  transmissionLevel: flags.transmissionLevel ?? null,
  bootstrap: flags.bootstrap,
  prevalence: flags.cohort ? shareOfPositives(sample) : (flags.prevalence ?? null),
  cohort: flags.cohort,
  fnCost: flags.fnCost,
  thresholdProbability: flags.thresholdProbability,
});
