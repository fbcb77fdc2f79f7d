/** Trace files -> exposures: open, import, apply the device table, assemble. */
import type { DeviceTable } from '../src/core/deviceTable.ts';
import { EnlabError } from '../src/core/errors.ts';
import { type Exposure, isSilent } from '../src/core/exposure.ts';
import { defined } from '../src/core/object.ts';
import type { Sighting, TraceRecord } from '../src/core/records.ts';
import type { Db, Seconds } from '../src/core/units.ts';
import { assemble } from '../src/risk/assemble.ts';
import { type ImportOptions, linesOf, scanGapOf } from '../src/trace/importer.ts';
import type { OpenTrace } from '../src/trace/open.ts';
import { openTogether } from '../src/trace/together.ts';

export interface ReadOptions {
  /** Name of the format; absent = detected. */
  readonly from?: string;
  readonly importing: ImportOptions;
}

export interface LoadOptions extends ReadOptions {
  readonly table: DeviceTable;
  /** Default: what suits the format (contract.md 1). */
  readonly scanGap?: Seconds;
  readonly episodes: boolean;
  /** Exposures are only counted: those that no model can judge are kept, phone models that the table lacks do not matter. */
  readonly areCounted?: boolean;
  readonly interrupt?: AbortSignal;
}

/**
 * dB of a sighting, null without RSSI or with an unknown model: the table remembers those and names them all at the
 * end.
 */
export const attenuationBy =
  (table: DeviceTable) =>
  ({ attenuation, rssi, receiverModel, transmitterModel }: Sighting): Db | null =>
    attenuation ?? (typeof rssi === 'number' ? table.attenuationOf(rssi, receiverModel, transmitterModel) : null);

/** Every trace in turn, as a stream; several traces are pooled by whoever reads it. Throws what openTogether does. */
export async function* openTraces(paths: readonly string[], options: ReadOptions): AsyncIterable<OpenTrace> {
  yield* await openTogether(paths, { ...options.importing, ...(options.from && { from: options.from }) });
}

/**
 * Exposures of one open trace; what no model can judge is left out and counted in its tally. Throws at the end
 * E-DEVICE-UNKNOWN, when all unknown models are known, and E-FILE-INVALID when nothing could be judged.
 */
export async function* exposuresOfTrace(trace: OpenTrace, options: LoadOptions): AsyncIterable<readonly Exposure[]> {
  const { table, areCounted = false } = options;
  let used = 0;
  let silent = 0;
  for await (const exposures of assembled(trace, options)) {
    const judged = exposures.filter((exposure) => !isSilent(exposure));
    used += judged.length;
    silent += exposures.length - judged.length;
    const kept = areCounted ? exposures : judged;
    if (kept.length > 0) yield kept;
  }
  if (!areCounted) table.assertAllKnown();
  if (silent === 0) return;
  trace.tally.notice('exposures without any known signal strength: no model can judge them', silent);
  if (used === 0 && !areCounted)
    throw noSignal(`no exposure has a known signal strength (${silent} in all)`, trace.file.path);
}

/** Nothing can be judged by what was received. */
export const noSignal = (message: string, file: string): EnlabError =>
  new EnlabError('E-FILE-INVALID', message, {
    place: { file },
    hint: 'models need attenuation, or RSSI (of phones without a model: --unknown-device RX,TX); distances are truth only',
  });

async function* assembled(trace: OpenTrace, options: LoadOptions): AsyncIterable<readonly Exposure[]> {
  const { table, episodes, interrupt } = options;
  const assembling = {
    scanGap: options.scanGap ?? scanGapOf(trace.importer),
    episodes,
    scenario: trace.file.scenario,
    attenuationOf: attenuationBy(table),
    placeOf: (batch: readonly TraceRecord[], index: number) =>
      defined({ file: trace.file.path, line: linesOf.get(batch)?.[index] }),
    notice: (what: string, rows: number) => trace.tally.notice(what, rows),
  };
  try {
    yield* assemble(interruptible(trace.batches, interrupt), assembling);
  } catch (error) {
    throw error instanceof EnlabError ? error.at({ file: trace.file.path }) : error;
  }
}

/** Ends with E-INTERRUPTED after the batch at hand when the user asks for it. */
export async function* interruptible(
  batches: AsyncIterable<readonly TraceRecord[]>,
  interrupt?: AbortSignal,
): AsyncIterable<readonly TraceRecord[]> {
  for await (const batch of batches) {
    if (interrupt?.aborted) throw new EnlabError('E-INTERRUPTED', 'stopped while reading');
    yield batch;
  }
}

export interface Loaded {
  readonly exposures: readonly Exposure[];
  readonly traces: readonly OpenTrace[];
  /** Identity of the inputs for provenance. */
  readonly files: readonly { readonly name: string; readonly sha256: string }[];
}

/** All exposures of all traces, in memory. */
export async function loadExposures(paths: readonly string[], options: LoadOptions): Promise<Loaded> {
  const exposures: Exposure[] = [];
  const traces: OpenTrace[] = [];
  for await (const trace of openTraces(paths, options)) {
    traces.push(trace);
    for await (const batch of exposuresOfTrace(trace, options)) for (const exposure of batch) exposures.push(exposure);
  }
  return { exposures, traces, files: await identities(traces) };
}

/** Base names and SHA-256 of the files: no folder of a user's machine goes into a result. */
export const identities = (traces: readonly OpenTrace[]): Promise<Loaded['files']> =>
  Promise.all(traces.map(async ({ file }) => ({ name: file.name, sha256: await file.sha256() })));
