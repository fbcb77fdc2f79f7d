/**
 * compare: two rules on the same subjects. --fail-if turns the comparison into a gate for CI: exit 3 when one holds, with
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
import { repeatable } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, JudgingFlags, ShowFlags {
  readonly failIf: readonly string[];
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .argument('<a>', 'preset, file with a preset or a configuration, or rule in words: what is used today')
    .argument('<b>', 'what would replace it')
    .argument('<trace...>', 'one or more traces, pooled')
    .addOption(
      repeatable('--fail-if <condition>', '"sensitivity drop > 0.02": exit 3 when b is that much worse than a'),
    );
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
  const conditions = flags.failIf.map((condition) => ({ condition, test: failCondition(condition) }));
  const inputs = [...inputsOf(traces, flags), a, b];
  const failed = await withDestinations(edge, { inputs, outputs: [flags.out] }, async ([out]) => {
    const { sample, reading, metrics, data, echo } = await loadStudy(edge, traces, flags);
    const bootstrap = { replicates: flags.bootstrap, seed: flags.seed };
    const compared = edge.breakable(() => compare(sample, judges, buildLattice(), reading, metrics, bootstrap));
    const failIf = conditions.map(({ condition, test }) => ({ condition, holds: test(compared.difference) }));
    const result: CompareResult = {
      schema: 'enlab.calibrate.compare',
      version: 1,
      seed: flags.seed,
      options: { ...echo, a, b, failIf: [...flags.failIf] },
      data,
      ...compared,
      failIf,
    };
    await show(edge, flags, out, result, compareDocument(result));
    return failIf.filter(({ holds }) => holds);
  });
  if (failed.length === 0) return;
  const which = failed.map(({ condition }) => condition).join(' and ');
  throw new EnlabError('E-CHECK', `${b} against ${a}: ${which} ${failed.length > 1 ? 'hold' : 'holds'}`);
}
