/** One run of the program: arguments -> command -> exit code, and the one place that prints an error. */
import { CommanderError } from 'commander';
import { catalogue, EnlabError, exitCodes, placeText } from '../src/core/errors.ts';
import type { Edge } from './edge.ts';
import { program } from './program.ts';

/** Never throws: whatever happens becomes a message on stderr and an exit code. */
export async function run(edge: Edge): Promise<number> {
  try {
    return await program(edge);
  } catch (error) {
    if (edge.interrupt.aborted) return edge.interrupt.reason === 'EPIPE' ? 0 : exitCodes.interrupted;
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    if (error instanceof EnlabError) {
      edge.stderr.write(errorText(error));
      return error.exitCode;
    }
    edge.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    edge.stderr.write(errorText(new EnlabError('E-BUG', catalogue['E-BUG'].meaning)));
    return exitCodes.bug;
  }
}

/** What, where, hint: "error E-FILE-MISSING: trace.csv: there is no such file" and an indented hint. */
function errorText({ code, place, message, hint }: EnlabError): string {
  const where = place ? `${placeText(place)}: ` : '';
  return `error ${code}: ${where}${message}\n  hint: ${hint}\n`;
}
