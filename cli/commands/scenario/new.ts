/** scenario new: a commented scenario to begin with. */
import { Option } from 'commander';
import { packageText } from '../../../src/core/files.ts';
import { type CommandModule, examples } from '../../command.ts';
import { withDestinations } from '../../files.ts';

const TEMPLATES = { town: 'scenarios/parameters/new.yaml', story: 'scenarios/parameters/new-story.yaml' } as const;

interface Flags {
  readonly kind: keyof typeof TEMPLATES;
  readonly out?: string;
}

export const define: CommandModule['define'] = (command, edge) => {
  command
    .addOption(
      new Option('--kind <kind>', 'town: people and an infection; story: a few phones and a backend')
        .choices(Object.keys(TEMPLATES))
        .default('town'),
    )
    .option('--out <file>', 'where it goes (default: stdout)');
  examples(command, [
    ['enlab scenario new --out school.yaml', 'then edit it, and "enlab simulate school.yaml"'],
    ['enlab scenario new --kind story --out story.yaml', 'then "enlab scenario run story.yaml"'],
  ]);
  command.action(({ kind, out }: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [out ?? '-'] }, async ([to]) =>
      to!.write(packageText(TEMPLATES[kind])),
    ),
  );
};
