/** check: what presets, rules in words and configuration files do on a trace, in command-line order (contract.md 4). */
import { Option } from 'commander';
import { check, checkedJson } from '../../../calibration/check.ts';
import { checkDocument } from '../../../calibration/documents/check.ts';
import { type Judge, ruleJudge } from '../../../calibration/judges.ts';
import type { CheckResult } from '../../../calibration/schemas.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import type { CommandModule } from '../../command.ts';
import { examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { assertOneEdge, everyPreset, noteOtherOptions, presetOrFile } from '../../judges.ts';
import { inputsOf, loadStudy } from '../../judging.ts';
import { addJudgingOptions, type JudgingFlags } from '../../options/judging.ts';
import { addTraceOptions, type TraceFlags } from '../../options/trace.ts';
import { RepeatableOption } from '../../options/values.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends TraceFlags, JudgingFlags, ShowFlags {}

/** Rules in the order in which they stand on the command line: options of three kinds share one list. */
type Named = { readonly kind: 'preset' | 'rule' | 'all presets'; readonly text: string };

export const define: CommandModule['define'] = (command, edge) => {
  const named: Named[] = [];
  const collect = (kind: Named['kind']) => (text: string) => void named.push({ kind, text });
  command
    .argument('<trace...>', 'one or more traces, pooled')
    .addOption(
      new RepeatableOption(
        '--preset <name|file>',
        'a published set, or a file with a set or a configuration',
      ).argParser(collect('preset')),
    )
    .addOption(new RepeatableOption('--rule <text>', '"attenuation<=70 minutes>15"').argParser(collect('rule')))
    .addOption(
      new Option('--all-presets', 'every published set')
        .preset('')
        .argParser(collect('all presets'))
        .default(false, 'no'),
    );
  addTraceOptions(command);
  addJudgingOptions(command, 1000);
  addShowOptions(command);
  examples(command, [
    ['enlab calibrate check field.ndjson --all-presets', 'every published set on your data'],
    ['enlab calibrate check bus/ --rule "attenuation<=70 minutes>15" --format json', 'a rule in words, for scripts'],
    ['enlab calibrate check field.csv --preset immuni-2020-06-05 --preset out/settings.json', 'today against tomorrow'],
  ]);
  command.action((traces: readonly string[], flags: Flags) => act(edge, traces, flags, named));
};

async function act(edge: Edge, traces: readonly string[], flags: Flags, named: readonly Named[]): Promise<void> {
  const judges = judgesOf(edge, named, flags);
  const files = named.filter(({ kind }) => kind === 'preset').map(({ text }) => text);
  const inputs = [...inputsOf(traces, flags), ...files];
  await withDestinations(edge, { inputs, outputs: [flags.out] }, async ([out]) => {
    const { sample, reading, metrics, data, echo } = await loadStudy(edge, traces, flags);
    noteOtherOptions(edge, judges, echo);
    const bootstrap = { replicates: flags.bootstrap, seed: flags.seed };
    const checked = edge.breakable(() => check(sample, judges, reading, metrics, bootstrap));
    const result: CheckResult = {
      schema: 'enlab.calibrate.check',
      version: 1,
      seed: flags.seed,
      options: { ...echo },
      data,
      rules: checked.map(checkedJson),
    };
    await show(edge, flags, out, result, checkDocument(result));
  });
}

function judgesOf(edge: Edge, named: readonly Named[], flags: Flags): readonly Judge[] {
  const rules = named.filter(({ kind }) => kind === 'rule').map(({ text }) => text);
  assertOneEdge(rules, flags.durationEdge);
  const isFirst = (k: number): boolean => named.findIndex(({ kind }) => kind === named[k]!.kind) === k;
  const judges = named.flatMap(({ kind, text }, k) => {
    // Once is enough, however often it is asked for.
    if (kind === 'all presets') return isFirst(k) ? everyPreset() : [];
    return [kind === 'rule' ? ruleJudge(text) : presetOrFile(edge, text)];
  });
  if (judges.length === 0)
    throw new EnlabError('E-USAGE', 'nothing to check', { hint: 'add --all-presets, --preset NAME or --rule "..."' });
  return judges;
}
