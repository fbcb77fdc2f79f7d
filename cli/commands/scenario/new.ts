/** scenario new: a commented scenario to begin with. */
import { Option } from 'commander';
import { EnlabError } from '../../../src/core/errors.ts';
import { packageText } from '../../../src/core/files.ts';
import { type CommandModule, examples } from '../../command.ts';
import type { Edge } from '../../edge.ts';
import { isThere, withDestinations } from '../../files.ts';

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
  command.action(({ kind, out = '-' }: Flags) =>
    withDestinations(edge, { inputs: [], outputs: [out] }, async ([to]) => {
      assertNew(edge, out);
      to!.write(packageText(TEMPLATES[kind]));
    }),
  );
};

/** Throws E-OUTPUT where a file stands: somebody may have edited it, and nothing could give that back. */
function assertNew(edge: Edge, out: string): void {
  if (out === '-' || !isThere(edge, out)) return;
  throw new EnlabError('E-OUTPUT', 'there is such a file already', {
    place: { file: out },
    hint: 'choose another name, or remove it first',
  });
}
