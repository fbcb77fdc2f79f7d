/**
 * The outside world: arguments, environment, streams, clock, signals, exit. Made here once and handed down;
 * lint keeps every other file away from the globals (tools/layers.ts). Tests hand down their own.
 */

import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { Script } from 'node:vm';
import type * as Undici from 'undici';
import type { Entropy } from '../src/core/entropy.ts';
import { EnlabError, exitCodes } from '../src/core/errors.ts';
import type { HttpClient } from '../src/core/httpClient.ts';
import type { Seconds, UnixSeconds } from '../src/core/units.ts';

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
  /** Where folders go that nobody keeps. */
  readonly temporaryFolder: string;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Processors that this process may use. */
  readonly processors: number;
  /** What runs us: results may differ in a last bit where it is another. */
  readonly engine: { readonly node: string; readonly v8: string; readonly architecture: string };
  /** Bytes of memory that this process may use. */
  readonly memory: number;
  /** Of this process. */
  readonly processId: number;
  readonly now: () => UnixSeconds;
  /** Runs enlab in a process of its own, with stderr here. */
  readonly launch: (words: readonly string[], limits?: LaunchLimits) => Promise<Launched>;
  /** Begins to measure, finer than `now`; the result says how long it is since. */
  readonly stopwatch: () => () => Seconds;
  /** Runs work once, later; the result cancels it. */
  readonly after: (seconds: Seconds, work: () => void) => () => void;
  readonly http: HttpClient;
  /** Unpredictable bytes of the system, for keys and codes. Everything that must be repeatable draws from a seed instead. */
  readonly entropy: Entropy;
  /** Aborted by Ctrl-C, by a termination request (SIGTERM) and when nobody reads our output any more. */
  readonly interrupt: AbortSignal;
  /**
   * Runs long synchronous work so that Ctrl-C ends it at once. Every other signal, SIGTERM too, waits for the end of
   * such work, as all signals do elsewhere for the next pause.
   */
  breakable<Result>(work: () => Result): Result;
}

export interface LaunchLimits {
  /** Bytes that no file may grow beyond (RLIMIT_FSIZE): a disk without room, for the process alone. */
  readonly largestFile?: number;
}

/** Bytes of the unit of "ulimit -f" (POSIX). */
const LIMIT_UNIT = 512;

export interface Launched {
  /** The first line on stdout; undefined: it ended without one. */
  readonly line: Promise<string | undefined>;
  /** Sends the signal; resolves when the process has ended. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** Reason of `interrupt` when stdout cannot be written any more: files are still written, and nothing is reported. */
export const OUTPUT_CLOSED = 'output closed';

const USUAL_WIDTH = 120;

/** Terminals that do not know their size (serial lines, some CI runners) say 0. */
export const widthOf = ({ columns }: { readonly columns?: number | undefined }): number => columns || USUAL_WIDTH;

function output(stream: NodeJS.WriteStream, onLost: (error: NodeJS.ErrnoException) => void): Output {
  stream.on('error', onLost);
  return {
    write: (text) => stream.write(text),
    isTerminal: stream.isTTY,
    width: widthOf(stream),
  };
}

/** Runs a program with the real world and sets the exit code it returns. */
export async function runAtEdge(program: (edge: Edge) => Promise<number>): Promise<void> {
  const interrupt = new AbortController();
  // Every request under way listens for it.
  setMaxListeners(0, interrupt.signal);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort(signal));
  const lost = (error: NodeJS.ErrnoException): void => {
    interrupt.abort(OUTPUT_CLOSED);
    // A reader that went away (enlab ... | head) is no failure of ours: stop quietly.
    if (error.code === 'EPIPE') return;
    process.exitCode = exitCodes.usage;
    process.stderr.write(`error E-OUTPUT: ${error.message}\n  hint: the output was not written completely\n`);
  };
  const exitCode = await program({
    arguments: process.argv.slice(2),
    environment: process.env,
    folder: process.cwd(),
    temporaryFolder: tmpdir(),
    stdout: output(process.stdout, lost),
    stderr: output(process.stderr, () => {}),
    processors: availableParallelism(),
    engine: { node: process.versions.node, v8: process.versions.v8, architecture: process.arch },
    memory: Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY),
    processId: process.pid,
    now: () => Date.now() / 1000,
    stopwatch,
    launch: launcher(process.argv[1]!, process.cwd(), interrupt.signal),
    after,
    http: httpClient(interrupt.signal),
    entropy: (bytes) => randomBytes(bytes),
    interrupt: interrupt.signal,
    breakable: (work) => breakable(work, interrupt),
  });
  process.exitCode ||= exitCode;
  // A file that is still being read must not keep an interrupted run alive.
  if (interrupt.signal.aborted) process.exit();
}

/** Starts `main` with Node in a folder; what was started ends with this process, and at once when `signal` is aborted. */
export const launcher =
  (main: string, cwd: string, signal: AbortSignal) =>
  async (words: readonly string[], { largestFile }: LaunchLimits = {}): Promise<Launched> => {
    const { spawn } = await import('node:child_process');
    const called = [process.execPath, main, ...words];
    const limited = (bytes: number): readonly string[] => [
      '/bin/sh',
      '-c',
      `ulimit -f ${Math.ceil(bytes / LIMIT_UNIT)} && exec "$@"`,
      'sh',
      ...called,
    ];
    const [program, ...rest] = largestFile === undefined ? called : limited(largestFile);
    const child = spawn(program!, rest, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    const killed = (): void => void child.kill('SIGKILL');
    process.on('exit', killed);
    signal.addEventListener('abort', killed);
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => {
        process.off('exit', killed);
        signal.removeEventListener('abort', killed);
        resolve();
      });
    });
    const line = new Promise<string | undefined>((resolve) => {
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => {
        text += chunk.toString();
        if (text.includes('\n')) resolve(text.split('\n', 1)[0]);
      });
      void ended.then(() => resolve(undefined));
    });
    return {
      line,
      async end(how) {
        child.kill(how);
        await ended;
      },
    };
  };

export function stopwatch(): () => Seconds {
  const begin = performance.now();
  return () => (performance.now() - begin) / 1000;
}

export function after(seconds: Seconds, work: () => void): () => void {
  const timer = setTimeout(work, seconds * 1000);
  return () => clearTimeout(timer);
}

/** Loaded when it is needed, and once: most commands open no connection, and the start stays fast. */
let undici: Promise<typeof Undici> | undefined;

/** Requests end when `signal` is aborted. */
export const httpClient =
  (signal: AbortSignal): HttpClient =>
  async (url, { method, headers, body }) => {
    undici ??= import('undici');
    const { request } = await undici;
    try {
      const reply = await request(url, { method, headers, body: body.length > 0 ? body : null, signal });
      const single = Object.entries(reply.headers).map(([name, value]) => [name, String(value)]);
      return { status: reply.statusCode, headers: Object.fromEntries(single), body: await reply.body.bytes() };
    } catch (cause) {
      signal.throwIfAborted();
      throw new EnlabError('E-SERVER', `no answer from ${new URL(url).origin}: ${(cause as Error).message}`, { cause });
    }
  };

/**
 * Handlers of signals run between two steps of the event loop, so a long search would not notice Ctrl-C. A script of
 * node:vm does: it is ended from another thread, and the call throws. Node offers this for SIGINT only.
 */
function breakable<Result>(work: () => Result, interrupt: AbortController): Result {
  const key = Symbol.for('enlab.breakable');
  const global = globalThis as { [key]?: () => Result };
  global[key] = work;
  try {
    return new Script(`globalThis[Symbol.for('${key.description}')]()`).runInThisContext({ breakOnSigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED') interrupt.abort('SIGINT');
    throw error;
  } finally {
    delete global[key];
  }
}
