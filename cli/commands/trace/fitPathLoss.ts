/** fit-path-loss: how attenuation depends on distance where a trace was measured, as a place that scenarios can use. */
import { Option } from 'commander';
import { type Loaded, loadExposures } from '../../../calibration/load.ts';
import { contactLayers } from '../../../src/population/contacts.ts';
import { fitPathLossDocument } from '../../../src/scenario/placeFit/document.ts';
import { fitPlace } from '../../../src/scenario/placeFit/fit.ts';
import { fitPathLossResult, placeText } from '../../../src/scenario/placeFit/result.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { inputsOf, loadOptionsOf, traceEcho, tracePaths } from '../../judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { beside, integer, repeatable } from '../../options/values.ts';
import { madeBy } from '../../scenario/read.ts';
import { announceSeed } from '../../seed.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, ShowFlags {
  /** Traces that presets are judged on; none: those of the fit. */
  readonly judge: readonly string[];
  readonly bootstrap: number;
  readonly seed: number;
  readonly place?: string;
  readonly layer: string;
  readonly report?: string;
}

/** Fewer pairs are fitted, with a word of warning: a bootstrap of few is too sure of itself. */
const FEW_PAIRS = 20;

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<trace...>', 'traces with true distances, pooled')
    .addOption(repeatable('--judge <trace>', 'where the fit has to prove itself, instead of where it was made'))
    .addOption(
      new Option('--bootstrap <n>', 'replicates for intervals')
        .argParser(integer({ min: 100, max: 100_000 }))
        .default(1000),
    )
    .addOption(
      new Option('--seed <n>', 'of the random draws').argParser(integer({ min: 0, max: 0xffff_ffff })).default(1),
    )
    .addOption(new Option('--layer <name>', 'which contacts --place is for').choices(contactLayers).default('group'));
  addTraceOptions(command);
  addShowOptions(command)
    .option('--place <file.yaml>', 'the fit as a place of scenarios', beside)
    .option('--report <file.html>', 'one self-contained page with plots', beside);
  examples(command, [
    ['enlab trace fit-path-loss hall.ndjson --report out/hall.html', 'line, residuals, and alerts of every preset'],
    ['enlab trace fit-path-loss hall.ndjson --judge room.ndjson --place out/hall.yaml', 'a place of your own, judged'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, paths: readonly string[], flags: Flags): Promise<void> {
  const files = {
    inputs: [...inputsOf(paths, flags), ...flags.judge],
    outputs: [flags.out, flags.report, flags.place],
  };
  await withDestinations(edge, files, async ([out, report, place]) => {
    const options = loadOptionsOf(edge, flags);
    const loaded = await loadExposures(tracePaths(edge, paths), options);
    const judged = flags.judge.length > 0 ? await loadExposures(tracePaths(edge, flags.judge), options) : loaded;
    announceSeed(edge, flags.seed);
    const { bootstrap: replicates, seed } = flags;
    const fit = fitPlace(loaded.exposures, { seed, replicates, file: paths.join(', ') }, judged.exposures);
    if (fit.pairs < FEW_PAIRS)
      edge.stderr.write(`note: of ${fit.pairs} pairs intervals come out too narrow; ${FEW_PAIRS} or more are better\n`);
    const result = fitPathLossResult(fit, {
      seed,
      files: loaded.files,
      judged: judged.files,
      options: { ...traceEcho(flags, loaded.traces, options), judge: namesOf(flags, judged), bootstrap: replicates },
    });
    const document = fitPathLossDocument(fit, {
      provenance: { ...madeBy(edge), seed: `${seed}`, ...identityOf(loaded), ...identityOf(judged) },
      ...(judged !== loaded && { judgedOn: judged.files.map(({ name }) => name).join(', ') }),
    });
    place?.write(placeText(fit, flags.layer, loaded.files));
    if (report) {
      const { renderHtml } = await import('../../../src/report/html.ts');
      report.write(await renderHtml(document));
    }
    await show(edge, flags, out, result, document);
  });
}

const namesOf = ({ judge }: Flags, { traces }: Loaded): string[] | null =>
  judge.length === 0 ? null : traces.map(({ file, importer }) => `${file.name} (${importer.name})`);

const identityOf = ({ files }: Loaded): Readonly<Record<string, string>> =>
  Object.fromEntries(files.map(({ name, sha256 }) => [name, `SHA-256 ${sha256}`]));
