/** backend extract: what epidemiologists and the ministry get of a backend. */
import { Option } from 'commander';
import { aggregatesEndpoint, extractEndpoint } from '../../../src/backend/operator.ts';
import { EnlabError } from '../../../src/core/errors.ts';
import { addServerOptions, askOperator, messageOf, type OperatorFlags, refused } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { withDestinations } from '../../files.ts';
import { integer } from '../../options/values.ts';

interface Flags extends OperatorFlags {
  readonly out: string;
  readonly epidemiological?: true;
  readonly ministry?: true;
  readonly suppressBelow?: number;
}

/** What statistical offices take for counts of people. */
const SMALL = 5;

export const define: CommandModule['define'] = (command, edge) => {
  command
    .option('--epidemiological', 'exposure detection summaries that came with positive tests, as "trace import" reads')
    .option('--ministry', 'counts by day and province (CSV), of days that are over')
    .addOption(
      new Option('--suppress-below <n>', `of --ministry: leave smaller counts empty (default: ${SMALL})`).argParser(
        integer({ min: 2, max: 1_000_000 }),
      ),
    )
    .requiredOption('--out <file>', 'where they go; "-" = stdout');
  addServerOptions(command);
  examples(command, [
    ['enlab backend extract --epidemiological --out out/reports.ndjson --data out/backend', 'a report a line'],
    [
      'enlab backend extract --ministry --out out/ministry.csv --data out/backend',
      'nothing that tells of single phones',
    ],
  ]);
  command.action((flags: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [flags.out] }, async ([out]) => {
      out!.write(await textOf(edge, flags));
    }),
  );
};

async function textOf(edge: Edge, flags: Flags): Promise<string> {
  const { epidemiological, ministry, suppressBelow } = flags;
  if (epidemiological === ministry)
    throw new EnlabError('E-USAGE', 'which extract?', { hint: 'pass --epidemiological or --ministry' });
  if (epidemiological && suppressBelow !== undefined)
    throw new EnlabError('E-USAGE', '--suppress-below is of --ministry', { hint: 'leave it out' });
  const answer = ministry
    ? await askOperator(edge, flags, aggregatesEndpoint, { query: { below: String(suppressBelow ?? SMALL) } })
    : await askOperator(edge, flags, extractEndpoint, {});
  if (answer.status !== 200) throw refused(messageOf(answer.body));
  return answer.body;
}
