/**
 * compare: two rules on the same subjects. --fail-if turns the comparison into a gate for CI: exit 3 when it holds, with
 * the result written all the same.
 */
import { compare, failCondition } from '../../../calibration/compare.ts';
import { compareDocument } from '../../../calibration/documents/compare.ts';
import { buildLattice } from '../../../calibration/lattice.ts';
import type { CompareResult } from '../../../calibration/schemas.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { anyJudge, assertOneEdge } from '../../judges.ts';
import { inputsOf, loadStudy } from '../../judging.ts';
import { addJudgingOptions, type JudgingFlags } from '../../options/judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, JudgingFlags, ShowFlags {
  readonly failIf?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<a>', 'preset, file with a preset or a configuration, or rule in words: what is used today')
    .argument('<b>', 'what would replace it')
    .argument('<trace...>', 'one or more traces, pooled')
    .option('--fail-if <condition>', '"sensitivity drop > 0.02": exit 3 when b is that much worse than a');
  addTraceOptions(command);
  addJudgingOptions(command, 1000);
  addShowOptions(command);
  examples(command, [
    ['enlab calibrate compare immuni-2020-06-05 out/settings.json field.ndjson', 'today against tomorrow'],
    [
      'enlab calibrate compare immuni-2020-06-05 swisscovid-2020-09-10 bus/ --fail-if "sensitivity drop > 0.02"',
      'for CI',
    ],
  ]);
  command.action((a: string, b: string, traces: readonly string[], flags: Flags) => act(edge, a, b, traces, flags));
};

async function act(edge: Edge, a: string, b: string, traces: readonly string[], flags: Flags): Promise<void> {
  assertOneEdge(
    [a, b].filter((text) => /[<>]/.test(text)),
    flags.durationEdge,
  );
  const judges = [anyJudge(edge, a), anyJudge(edge, b)] as const;
  const condition = flags.failIf === undefined ? undefined : failCondition(flags.failIf);
  const inputs = [...inputsOf(traces, flags), a, b];
  const holds = await withDestinations(edge, { inputs, outputs: [flags.out] }, async ([out]) => {
    const { sample, reading, metrics, data, echo } = await loadStudy(edge, traces, flags);
    const bootstrap = { replicates: flags.bootstrap, seed: flags.seed };
    const compared = edge.breakable(() => compare(sample, judges, buildLattice(), reading, metrics, bootstrap));
    const failed = condition?.(compared.difference) ?? false;
    const result: CompareResult = {
      schema: 'enlab.calibrate.compare',
      version: 1,
      seed: flags.seed,
      options: { ...echo, a, b, failIf: flags.failIf ?? null },
      data,
      ...compared,
      ...(flags.failIf !== undefined && { failIf: { condition: flags.failIf, holds: failed } }),
    };
    await show(edge, flags, out, result, compareDocument(result));
    return failed;
  });
  if (holds) throw new EnlabError('E-CHECK', `${b} against ${a}: ${flags.failIf} holds`);
}
