/** Traces that one command reads together: opened and checked against each other and the options before any is read. */
import { EnlabError } from '../core/errors.ts';
import type { Importer, ImportOptions } from './importer.ts';
import { type OpenOptions, type OpenTrace, openTrace, scenariosOf } from './open.ts';
import { importers } from './registry.ts';

/** Throws what openTrace throws, and E-USAGE for an option that none of the traces would read. */
export async function openTogether(paths: readonly string[], options: OpenOptions = {}): Promise<readonly OpenTrace[]> {
  const traces: OpenTrace[] = [];
  for (const [k, scenario] of scenariosOf(paths, options.from).entries())
    traces.push(await openTrace(paths[k]!, { ...options, scenario }));
  assertRead(
    traces.map(({ importer }) => importer),
    options,
  );
  return traces;
}

/** How an option is written on the command line, and which formats read it. */
interface Given {
  readonly flag: string;
  readonly isReadBy: (importer: Importer) => boolean;
}

const flags: Readonly<Record<Exclude<keyof ImportOptions, 'units'>, string>> = {
  columns: '--columns',
  weight: '--weight',
  dateOrder: '--date-order',
  distances: '--distances',
  controls: '--controls',
};

const givenOf = (options: ImportOptions): readonly Given[] => [
  ...(Object.keys(flags) as (keyof typeof flags)[])
    .filter((name) => options[name] !== undefined)
    .map((name) => ({ flag: flags[name], isReadBy: ({ reads }: Importer) => reads.includes(name) })),
  ...Object.entries(options.units ?? {}).map(([quantity, unit]) => ({
    flag: `--units ${quantity}=${unit}`,
    isReadBy: ({ units }: Importer) => units.some((name) => name === quantity),
  })),
];

/** An option without effect would be echoed as if it had decided the figures: of several formats one must read it. */
function assertRead(used: readonly Importer[], options: ImportOptions): void {
  for (const { flag, isReadBy } of givenOf(options)) {
    if (used.some(isReadBy)) continue;
    const names = [...new Set(used.map(({ name }) => name))].join(', ');
    const readers = importers.filter(isReadBy).map(({ name }) => name);
    throw new EnlabError('E-USAGE', `${flag} does not apply to ${names}, which would ignore it`, {
      hint: `leave it out; formats that read it: ${readers.join(', ')}`,
    });
  }
}
