/**
 * import: any known format to enlab's own (docs/trace-format.md). RSSI stays RSSI: the device table is chosen when the
 * trace is judged, not here.
 */
import { openTraces } from '../../../calibration/load.ts';
import type { OpenTrace } from '../../../src/trace/open.ts';
import { summaryOf, summarySection } from '../../../src/trace/summary.ts';
import { traceText } from '../../../src/trace/write.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { type Destination, withDestinations } from '../../files.ts';
import { importOptionsOf, inputsOf, tracePaths } from '../../judging.ts';
import { addImportOptions, type ImportFlags } from '../../options/trace.ts';
import { pooled } from '../../pool.ts';
import { version } from '../../version.ts';

interface Flags extends ImportFlags {
  readonly out: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<trace...>', 'files or folders of any known format')
    .requiredOption('--out <file.ndjson[.gz]>', 'where the enlab trace goes; "-" = stdout');
  addImportOptions(command);
  examples(command, [
    ['enlab trace import tram/ bus/ --out dublin.ndjson.gz', 'several traces into one, scenarios kept'],
    ['enlab trace import asl.csv --columns user=person_id,minutes=durata --out asl.ndjson', 'a table of an authority'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  const options = importOptionsOf(edge, flags);
  await withDestinations(edge, { inputs: inputsOf(paths, flags), outputs: [flags.out] }, async ([out]) => {
    const traces: OpenTrace[] = [];
    for await (const trace of openTraces(tracePaths(edge, paths), options)) traces.push(trace);
    const provenance = {
      enlab: version(),
      sources: await Promise.all(
        traces.map(async ({ file, importer }) => ({
          file: file.name,
          format: importer.name,
          sha256: await file.sha256(),
        })),
      ),
    };
    await write(out!, flags.out, traceText(provenance, pooled(traces, edge.interrupt)));
    const { renderText } = await import('../../../src/report/text.ts');
    const sections = traces.map((trace) =>
      summarySection(summaryOf(trace, { table: null, truth: null }), { isTableLater: trace.tally.needsTable }),
    );
    const document = { title: 'Import', summary: [], sections, provenance: {} };
    // The trace itself may go to stdout, so the summary goes to stderr.
    edge.stderr.write(renderText(document, { width: edge.stderr.width, color: false }));
  });
}

async function write(out: Destination, path: string, text: AsyncIterable<string>): Promise<void> {
  if (!path.endsWith('.gz')) {
    for await (const part of text) out.write(part);
    return;
  }
  const { gzipped } = await import('../../gzip.ts');
  for await (const part of gzipped(text)) out.write(part);
}
