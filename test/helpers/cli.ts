/** Runs enlab in this process with an outside world of its own: a folder, streams that are kept, a clock that stands. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import type { z } from 'zod';
import { after, type Edge, httpClient, launcher, type Output, stopwatch } from '../../cli/edge.ts';
import { run } from '../../cli/run.ts';
import { type Entropy, keyedEntropy } from '../../src/core/entropy.ts';

/** As built; programs of their own run from there. */
const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface World {
  readonly environment?: Readonly<Record<string, string>>;
  readonly isTerminal?: boolean;
  readonly width?: number;
  readonly interrupt?: AbortSignal;
  /** Instead of bytes that are the same in each run. */
  readonly entropy?: Entropy;
  /** Sees every piece of text on its way to stdout. */
  readonly onWrite?: (text: string) => void;
}

type Content = string | Uint8Array;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A temporary folder in which commands run; it is removed after the test file. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'enlab-cli-'));

  constructor(files: Readonly<Record<string, Content>> = {}) {
    folders.push(this.folder);
    for (const [name, content] of Object.entries(files)) this.put(name, content);
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  put(name: string, content: Content): this {
    mkdirSync(dirname(this.path(name)), { recursive: true });
    writeFileSync(this.path(name), content);
    return this;
  }

  text(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  bytes(name: string): Uint8Array {
    return readFileSync(this.path(name));
  }

  has(name: string): boolean {
    return existsSync(this.path(name));
  }

  /** Every file in the folder and below, hidden ones too, by its path from the folder. */
  files(): readonly string[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(this.folder.length + 1))
      .toSorted();
  }

  /** Runs a command line as a shell would split it: `calibrate check a.csv --rule "minutes>15"`. */
  async enlab(commandLine: string | readonly string[], world: World = {}): Promise<Ran> {
    const { environment = {}, isTerminal = false, width = 120 } = world;
    const written = { stdout: '', stderr: '' };
    const output = (name: keyof typeof written): Output => ({
      write: (text) => {
        written[name] += text;
        if (name === 'stdout') world.onWrite?.(text);
      },
      isTerminal,
      width,
    });
    const interrupt = world.interrupt ?? new AbortController().signal;
    const edge: Edge = {
      arguments: typeof commandLine === 'string' ? splitWords(commandLine) : commandLine,
      environment,
      folder: this.folder,
      temporaryFolder: this.folder,
      stdout: output('stdout'),
      stderr: output('stderr'),
      processors: 1,
      engine: { node: '20.0.0', v8: '11.3', architecture: 'x64' },
      memory: 8e9,
      processId: 4711,
      now: () => 1_600_000_000,
      stopwatch,
      launch: launcher(MAIN, this.folder, interrupt),
      after,
      http: httpClient(interrupt),
      entropy: world.entropy ?? keyedEntropy(0, 'command line'),
      interrupt,
      breakable: (work) => work(),
    };
    return { exitCode: await run(edge), ...written };
  }

  /**
   * A server: runs until it is stopped. Resolves when its first line is on stdout, or when it has ended without one.
   */
  async serve(commandLine: string, world: World = {}): Promise<{ readonly line: string; stop(): Promise<Ran> }> {
    const interrupt = new AbortController();
    let ran: Promise<Ran> | undefined;
    const line = await new Promise<string>((resolve) => {
      ran = this.enlab(commandLine, { ...world, interrupt: interrupt.signal, onWrite: resolve });
      void ran.then(({ stdout }) => resolve(stdout));
    });
    return {
      line,
      stop: () => {
        interrupt.abort('SIGTERM');
        return ran!;
      },
    };
  }

  /** A run that must succeed; its stdout. */
  async output(commandLine: string, world: World = {}): Promise<string> {
    const { exitCode, stdout, stderr } = await this.enlab(commandLine, world);
    expect(exitCode, `${commandLine}\n${stderr}`).toBe(0);
    return stdout;
  }

  /** The JSON result of a run that must succeed, checked against its schema. */
  async json<Result>(commandLine: string, schema: z.ZodType<Result>): Promise<Result> {
    return parsed(await this.output(`${commandLine} --format json`), schema);
  }
}

export function parsed<Result>(text: string, schema: z.ZodType<Result>): Result {
  const { data, error } = schema.safeParse(JSON.parse(text));
  expect(error?.issues).toBeUndefined();
  return data!;
}

/** A source of bytes that is the same in every run: 0, 1, 2, ... 255, 0, ... over all its calls. */
/** Words of a command line; "double" and 'single' quotes hold a word together. */
export const splitWords = (line: string): readonly string[] =>
  [...line.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'));

/** An error as every command reports it: code, what, hint; nothing on stdout. */
export function expectError(ran: Ran, exitCode: number, code: string, ...parts: readonly (string | RegExp)[]): void {
  expect(ran.stderr).toContain(`error ${code}: `);
  expect(ran.stderr).toMatch(/\n {2}hint: \S.*\n$/);
  for (const part of parts) expect(ran.stderr).toMatch(part);
  expect(ran.stdout).toBe('');
  expect(ran.exitCode).toBe(exitCode);
}
