/** explain: one described exposure through the same assessment as a whole trace, so that it cannot say anything else. */
import { explainDocument } from '../../../calibration/documents/explain.ts';
import { explain, parseExposure } from '../../../calibration/explain.ts';
import type { ExplainResult } from '../../../calibration/schemas.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { presetOrFile } from '../../judges.ts';
import { readingOf } from '../../judging.ts';
import { addReadingOptions, type ReadingFlags } from '../../options/judging.ts';
import { addShowOptions, type ShowFlags, show } from '../../show.ts';

interface Flags extends ReadingFlags, ShowFlags {
  readonly preset: string;
  /** "minutes=15 attenuation=60" */
  readonly exposure: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .option('--preset <name|file>', 'whose verdict', 'immuni-2020-06-05')
    .requiredOption('--exposure <text>', '"minutes=15 attenuation=60"; days= and level= may follow');
  addReadingOptions(command);
  addShowOptions(command);
  examples(command, [
    ['enlab calibrate explain --preset immuni-2020-06-05 --exposure "minutes=15 attenuation=60"', 'why no alert?'],
    [
      'enlab calibrate explain --preset cwa-v1-2020-06-15 --exposure "minutes=20 attenuation=50 level=8 days=5"',
      'four factors',
    ],
  ]);
  command.action((flags: Flags) => act(edge, flags));
};

async function act(edge: Edge, flags: Flags): Promise<void> {
  const judge = presetOrFile(edge, flags.preset);
  const exposure = parseExposure(flags.exposure);
  const reading = readingOf(flags);
  const { reduce, binSplit, durationEdge, days, transmissionLevel } = reading;
  const result: ExplainResult = {
    schema: 'enlab.calibrate.explain',
    version: 1,
    options: { preset: judge.name, exposure: { ...exposure }, reduce, binSplit, durationEdge, days, transmissionLevel },
    data: { n: 1 },
    ...explain(judge, exposure, reading),
  };
  const paths = { inputs: [flags.preset], outputs: [flags.out] };
  await withDestinations(edge, paths, ([out]) => show(edge, flags, out, result, explainDocument(result)));
}
