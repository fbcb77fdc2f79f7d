/** inspect: rows, rejections, defects and devices of traces, counted by the same steps that judge them. */
import { Option } from 'commander';
import { exposuresOfTrace, interruptible, type LoadOptions, openTraces } from '../../../calibration/load.ts';
import type { DeviceTable } from '../../../src/core/deviceTable.ts';
import type { ReportDocument, Table } from '../../../src/core/document.ts';
import type { Sighting, TraceRecord } from '../../../src/core/records.ts';
import { parseTruth, truthOf } from '../../../src/risk/truth.ts';
import type { OpenTrace } from '../../../src/trace/open.ts';
import { pooled, summaryOf, summarySection, type TraceSummary, type TruthCounts } from '../../../src/trace/summary.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { inputsOf, loadOptionsOf, traceEcho, tracePaths } from '../../judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { integer } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, ShowFlags {
  /** Records to show, from the first trace on. */
  readonly head: number;
  readonly truth?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<trace...>', 'files or folders of any known format')
    .addOption(
      new Option('--head <n>', 'show the first n records too').argParser(integer({ min: 0, max: 10_000 })).default(0),
    )
    .option('--truth <rule>', 'count exposures whose truth stays unknown under this rule');
  addTraceOptions(command);
  addShowOptions(command);
  examples(command, [
    ['enlab trace inspect lunch.sqlite', 'what is in it, what is wrong with it'],
    ['enlab trace inspect logs.csv --head 3 --format json', 'for scripts'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  await withDestinations(edge, { inputs: inputsOf(paths, flags), outputs: [flags.out] }, async ([out]) => {
    const traces: OpenTrace[] = [];
    const summaries: TraceSummary[] = [];
    const head: TraceRecord[] = [];
    let exposures = 0;
    const options = { ...loadOptionsOf(edge, flags), areCounted: true };
    for await (const trace of openTraces(tracePaths(edge, paths), options)) {
      traces.push(trace);
      const own = await countsOf(trace, flags, options, head);
      exposures += own.positives + own.negatives + own.unknown;
      summaries.push(summaryOf(trace, { table: own.usedTable ? options.table.name : null, truth: own }));
    }
    const result = {
      schema: 'enlab.trace.inspect',
      version: 1,
      options: { ...traceEcho(flags, traces, options), truth: flags.truth ?? null, head: flags.head },
      data: { ...pooled(summaries), exposures },
      traces: summaries,
      ...(flags.head > 0 && { head }),
    };
    await show(edge, flags, out, result, documentOf(summaries, head));
  });
}

/** What only the records tell; rows and rejections are in the tally. */
interface Counts extends TruthCounts {
  readonly usedTable: boolean;
}

/** Streams the trace once, through the same steps as a calibration. */
async function countsOf(trace: OpenTrace, flags: Flags, options: LoadOptions, head: TraceRecord[]): Promise<Counts> {
  const truth = flags.truth === undefined ? undefined : parseTruth(flags.truth);
  let usedTable = false;
  async function* observed(): AsyncIterable<readonly TraceRecord[]> {
    for await (const batch of interruptible(trace.batches, options.interrupt)) {
      for (const record of batch) {
        if (record.type !== 'sighting' || record.attenuation !== undefined) continue;
        usedTable = true;
        noteUnknownModels(record, options.table, trace.tally);
      }
      head.push(...batch.slice(0, Math.max(0, flags.head - head.length)));
      yield batch;
    }
  }
  const counts = { positives: 0, negatives: 0, unknown: 0 };
  for await (const batch of exposuresOfTrace({ ...trace, batches: observed() }, options))
    for (const exposure of batch) {
      const known = truthOf(exposure, truth);
      counts[known === null ? 'unknown' : known ? 'positives' : 'negatives']++;
    }
  return { ...counts, usedTable };
}

/** Counting goes on without an attenuation; judging would be E-DEVICE-UNKNOWN. */
function noteUnknownModels(
  { rssi, receiverModel, transmitterModel }: Sighting,
  table: DeviceTable,
  tally: OpenTrace['tally'],
): void {
  if (typeof rssi !== 'number') return;
  for (const model of table.lacking(receiverModel, transmitterModel))
    tally.notice(`attenuation unknown: device table ${table.name} does not know ${model}`);
}

/** Every count in one table, for --format csv; people read the sections. */
const countsTable = (summaries: readonly TraceSummary[]): Table => ({
  kind: 'table',
  name: 'counts',
  fileOnly: true,
  caption: 'Rows of every trace',
  columns: [
    { key: 'file', label: 'file' },
    { key: 'format', label: 'format' },
    { key: 'what', label: 'what was counted' },
    { key: 'rows', label: 'rows', format: 'number' },
  ],
  rows: summaries.flatMap(({ file, format, rows, used, rejected, notices, positives, negatives, unknownTruth }) =>
    [
      ['read', rows],
      ['used', used],
      ...Object.entries(rejected).map(([reason, count]) => [`rejected: ${reason}`, count]),
      ...Object.entries(notices).map(([notice, count]) => [`noticed: ${notice}`, count]),
      ['exposures that are true contacts', positives],
      ['exposures that are no contacts', negatives],
      ['exposures of unknown truth', unknownTruth],
    ].map(([what, count]) => ({ file, format, what: what!, rows: count! })),
  ),
});

const documentOf = (summaries: readonly TraceSummary[], head: readonly TraceRecord[]): ReportDocument => ({
  title: 'Traces',
  summary: [],
  sections: [
    ...summaries.map((summary, k) => {
      const section = summarySection(summary);
      return k === 0 ? { ...section, blocks: [...section.blocks, countsTable(summaries)] } : section;
    }),
    ...(head.length === 0
      ? []
      : [
          {
            id: 'head',
            title: 'First records',
            blocks: [{ kind: 'text' as const, paragraphs: head.map((record) => JSON.stringify(record)) }],
          },
        ]),
  ],
  provenance: {},
});
