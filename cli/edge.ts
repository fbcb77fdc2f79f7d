/**
 * The outside world: arguments, environment, streams, clock, signals, exit. Made here once and handed down;
 * lint keeps every other file away from the globals (tools/layers.ts). Tests hand down their own.
 */
import type { UnixSeconds } from '../src/core/units.ts';

export interface Output {
  write(text: string): void;
  /** True on a terminal that a person looks at. */
  readonly isTerminal: boolean;
  /** Columns of the terminal; a usual width elsewhere. */
  readonly width: number;
}

export interface Edge {
  /** Without node and the script. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly folder: string;
  readonly stdout: Output;
  readonly stderr: Output;
  now(): UnixSeconds;
  /** Aborted by Ctrl-C, by a termination request and when nobody reads our output any more. */
  readonly interrupt: AbortSignal;
}

const USUAL_WIDTH = 120;

function output(stream: NodeJS.WriteStream, onClosed: () => void): Output {
  // A reader that went away (enlab ... | head) is no failure of ours: stop quietly.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    onClosed();
  });
  return {
    write: (text) => stream.write(text),
    isTerminal: Boolean(stream.isTTY),
    width: stream.columns ?? USUAL_WIDTH,
  };
}

/** Runs a program with the real world and sets the exit code it returns. */
export async function runAtEdge(program: (edge: Edge) => Promise<number>): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal));
  const closed = (): void => interrupt.abort('EPIPE');
  process.exitCode = await program({
    arguments: process.argv.slice(2),
    environment: process.env,
    folder: process.cwd(),
    stdout: output(process.stdout, closed),
    stderr: output(process.stderr, closed),
    now: () => Date.now() / 1000,
    interrupt: interrupt.signal,
  });
}
