/** Traces that one command reads together: opened and checked against each other and the options before any is read. */
import { EnlabError } from '../core/errors.ts';
import type { TraceFile } from './files.ts';
import type { Importer, ImportOptions } from './importer.ts';
import { type OpenOptions, type OpenTrace, openTrace, scenariosOf } from './open.ts';
import { importers } from './registry.ts';

/** Throws what openTrace throws, and E-USAGE for an option that no trace would read and for a trace that comes twice. */
export async function openTogether(paths: readonly string[], options: OpenOptions = {}): Promise<readonly OpenTrace[]> {
  const traces: OpenTrace[] = [];
  for (const [k, scenario] of scenariosOf(paths, options.from).entries())
    traces.push(await openTrace(paths[k]!, { ...options, scenario }));
  assertRead(
    traces.map(({ importer }) => importer),
    options,
  );
  await assertDifferent(traces.map(({ file }) => file));
  return traces;
}

/** Only files of equal size are read to the end: most runs read nothing more than they did. */
async function assertDifferent(files: readonly TraceFile[]): Promise<void> {
  const sizes = files.map(({ size }) => size);
  const seen = new Map<string, TraceFile>();
  for (const [k, file] of files.entries()) {
    if (sizes.every((size, other) => other === k || size !== sizes[k])) continue;
    const identity = await file.sha256();
    const first = seen.get(identity);
    if (first)
      throw new EnlabError('E-USAGE', `the same trace as ${first.path}: pooled, everything would count twice`, {
        place: { file: file.path },
        hint: 'name every trace once',
      });
    seen.set(identity, file);
  }
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
