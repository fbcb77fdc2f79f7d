/** scenario new: a commented scenario to begin with. */
import { packageText } from '../../../src/core/files.ts';
import { type CommandModule, examples } from '../../command.ts';
import { withDestinations } from '../../files.ts';

interface Flags {
  readonly out?: string;
}

const TEMPLATE = 'scenarios/parameters/new.yaml';

export const define: CommandModule['define'] = (command, edge) => {
  command.option('--out <file>', 'where it goes (default: stdout)');
  examples(command, [['enlab scenario new --out school.yaml', 'then edit it, and "enlab simulate school.yaml"']]);
  command.action(({ out }: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [out ?? '-'] }, async ([to]) => to!.write(packageText(TEMPLATE))),
  );
};
