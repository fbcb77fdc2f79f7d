/** backend extract: what epidemiologists get of a backend, in the form that "trace import" reads. */
import { extractEndpoint } from '../../../src/backend/operator.ts';
import { addServerOptions, askOperator, messageOf, type OperatorFlags, refused } from '../../backend/operator.ts';
import { type CommandModule, examples } from '../../command.ts';
import { withDestinations } from '../../files.ts';

interface Flags extends OperatorFlags {
  readonly out: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .requiredOption('--epidemiological', 'exposure detection summaries that came with positive tests')
    .requiredOption('--out <file.ndjson>', 'where they go; "-" = stdout');
  addServerOptions(command);
  examples(command, [
    ['enlab backend extract --epidemiological --out out/reports.ndjson --data out/backend', 'a report a line'],
  ]);
  command.action((flags: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [flags.out] }, async ([out]) => {
      const answer = await askOperator(edge, flags, extractEndpoint, {});
      if (answer.status !== 200) throw refused(messageOf(answer.body));
      out!.write(answer.body);
    }),
  );
};
