/** whatif: one thing varied, every value judged on the same subjects with the same bootstrap draws. */
import { whatifDocument } from '../../../calibration/documents/whatif.ts';
import type { WhatIfResult } from '../../../calibration/schemas.ts';
import { assertVariable, parseVariation, whatif } from '../../../calibration/whatif.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { presetOrFile } from '../../judges.ts';
import { inputsOf, loadStudy, readingOf } from '../../judging.ts';
import { addJudgingOptions, type JudgingFlags } from '../../options/judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, JudgingFlags, ShowFlags {
  readonly preset: string;
  /** "A4=0..8", "shift=-6..6dB" */
  readonly vary: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<trace...>', 'one or more traces, pooled')
    .option('--preset <name|file>', 'what is varied', 'immuni-2020-06-05')
    .requiredOption('--vary <what>', 'A4=0..8, threshold=10..30, shift=-6..6dB or duration=-5..5min');
  addTraceOptions(command);
  addJudgingOptions(command, 200);
  addShowOptions(command);
  examples(command, [
    ['enlab calibrate whatif field.ndjson --preset immuni-2020-06-05 --vary A4=0..8', 'one of the 17 integers'],
    ['enlab calibrate whatif field.ndjson --vary shift=-6..6dB', 'other phones, other pockets'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags));
};

async function act(edge: Edge, traces: readonly string[], flags: Flags): Promise<void> {
  const judge = presetOrFile(edge, flags.preset);
  const variation = parseVariation(flags.vary);
  assertVariable(variation, judge, readingOf(flags));
  const inputs = [...inputsOf(traces, flags), flags.preset];
  await withDestinations(edge, { inputs, outputs: [flags.out] }, async ([out]) => {
    const { sample, reading, metrics, data, echo } = await loadStudy(edge, traces, flags);
    const bootstrap = { replicates: flags.bootstrap, seed: flags.seed };
    const result: WhatIfResult = {
      schema: 'enlab.calibrate.whatif',
      version: 1,
      seed: flags.seed,
      options: { ...echo, preset: flags.preset },
      data,
      vary: variation.text,
      points: edge.breakable(() => whatif(sample, judge, variation, reading, metrics, bootstrap)),
    };
    await show(edge, flags, out, result, whatifDocument(result));
  });
}
