/** One run of the program: arguments -> command -> exit code, and the one place that prints an error. */

import { isAbsolute, relative, sep } from 'node:path';
import { CommanderError } from 'commander';
import { catalogue, EnlabError, exitCodes, type Place, placeText } from '../src/core/errors.ts';
import { type Edge, OUTPUT_CLOSED } from './edge.ts';
import { program } from './program.ts';

/** Never throws: whatever happens becomes a message on stderr and an exit code. */
export async function run(edge: Edge): Promise<number> {
  try {
    await program(edge);
    return 0;
  } catch (error) {
    if (edge.interrupt.reason === OUTPUT_CLOSED) return 0;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    const own = error instanceof EnlabError ? error : undefined;
    // Whatever else fails then does so because of it.
    const known = edge.interrupt.aborted && own?.code !== 'E-INTERRUPTED' ? interrupted() : own;
    if (!known) edge.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    const shown = known ?? new EnlabError('E-BUG', catalogue['E-BUG'].meaning);
    edge.stderr.write(errorText(shown, edge.folder));
    return shown.exitCode;
  }
}

const interrupted = (): EnlabError => new EnlabError('E-INTERRUPTED', 'stopped on request');

/** What, where, hint: "error E-FILE-MISSING: trace.csv: there is no such file" and an indented hint. */
function errorText({ code, place, message, hint }: EnlabError, folder: string): string {
  const where = place ? `${placeText(shortened(place, folder))}: ` : '';
  // What a file holds may be quoted in a message, and control characters would steer the terminal.
  const [what, advice] = [where + typedIn(folder, message), typedIn(folder, hint)].map((text) =>
    text.replace(/\p{Cc}/gu, '\uFFFD'),
  );
  return `error ${code}: ${what}\n  hint: ${advice}\n`;
}

/** A text with the paths below the folder as one would type them there; where its name is part of a path, it stays. */
function typedIn(folder: string, text: string): string {
  const prefix = folder + sep;
  return text
    .split(prefix)
    .reduce((done, rest) => (/[\p{L}\p{N}_./\\-]$/u.test(done) ? done + prefix + rest : done + rest));
}

/** The path as one would type it in the folder. */
function shortened(place: Place, folder: string): Place {
  const typed = isAbsolute(place.file) ? relative(folder, place.file) || '.' : place.file;
  return { ...place, file: typed.length < place.file.length ? typed : place.file };
}
