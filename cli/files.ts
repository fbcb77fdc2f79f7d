/** Files that commands write, all of a run or none, and the small ones that they read. */

import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { EnlabError } from '../src/core/errors.ts';
import { counted } from '../src/core/words.ts';
import { textOf } from '../src/risk/config/text.ts';
import { type Edge, OUTPUT_CLOSED } from './edge.ts';
import { type Destination, finalPath, OutputFile, outputError, refusal } from './store/outputFile.ts';

export type { Destination } from './store/outputFile.ts';

/** "-" is stdout: text is on its way as soon as it is written. */
const stdoutOf = ({ stdout }: Edge): Destination => ({
  write: (text) => stdout.write(String(text)),
  finish: () => {},
  commit: () => {},
  discard: () => {},
});

export interface Paths {
  /** Files and folders that the command reads; outputs must not replace them. */
  readonly inputs: readonly string[];
  readonly outputs: readonly (string | undefined)[];
  /** Where a command writes several files. */
  readonly folder?: string | undefined;
  /** The work ends by itself when it is interrupted, and what it has written by then is worth keeping. */
  readonly isKeptWhenInterrupted?: boolean;
}

/** Files of one folder, each whole; a new one of the same name replaces the old. */
export type FolderWriter = (name: string, text: string) => void;

/**
 * Runs work with open destinations: all are committed when it succeeds, none when it fails or is interrupted. What was
 * written is named on stderr. Everything that can be known is checked before the first file takes its place; where a
 * later one fails all the same, those before it are taken back, unless they replaced an older file: that is gone.
 */
export async function withDestinations<Result>(
  edge: Edge,
  paths: Paths,
  work: (destinations: readonly (Destination | undefined)[], folder: FolderWriter | undefined) => Promise<Result>,
): Promise<Result> {
  const { inputs, outputs, folder } = paths;
  assertApart(edge, inputs, outputs);
  const open: Destination[] = [];
  const opened = (path: string): Destination => {
    open.push(path === '-' ? stdoutOf(edge) : new OutputFile(edge, path));
    return open.at(-1)!;
  };
  try {
    const destinations = outputs.map((path) => (path === undefined ? undefined : opened(path)));
    const tables = folder === undefined ? undefined : folderWriter(edge, folder, paths, opened);
    const working = work(destinations, tables?.write);
    const result = await (paths.isKeptWhenInterrupted ? working : Promise.race([working, interruption(edge)]));
    for (const destination of open) destination.finish();
    for (const destination of open) destination.commit();
    if (!edge.interrupt.aborted || paths.isKeptWhenInterrupted)
      announce(edge, outputs, tables && `${counted(tables.written(), 'file')} in ${folder}`);
    return result;
  } catch (error) {
    // Innermost folders last: what the first destination made can be removed when the others are gone.
    for (const destination of open.toReversed()) destination.discard();
    throw error;
  }
}

function announce({ stderr }: Edge, outputs: Paths['outputs'], folder: string | undefined): void {
  const files = outputs.filter((path) => path !== undefined && path !== '-');
  for (const what of [...files, ...(folder === undefined ? [] : [folder])]) stderr.write(`wrote ${what}\n`);
}

/** Throws E-INTERRUPTED when the user wants to stop: the work may be in the middle of a step that takes long. */
const interruption = ({ interrupt }: Edge): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => {
      // Whoever stopped reading stdout (| head) still wants the files.
      if (interrupt.reason !== OUTPUT_CLOSED) reject(new EnlabError('E-INTERRUPTED', 'stopped on request'));
    };
    if (interrupt.aborted) stop();
    interrupt.addEventListener('abort', stop, { once: true });
  });

/** Throws E-OUTPUT where an output would replace an input or another output. */
function assertApart(edge: Edge, inputs: readonly string[], outputs: readonly (string | undefined)[]): void {
  const read = inputs.map((path) => identity(edge, path));
  const seen = new Set<string>();
  for (const path of outputs) {
    if (path === undefined) continue;
    const own = path === '-' ? path : identity(edge, path);
    if (seen.has(own)) throw refusal(path, 'two outputs would go to the same place', 'give each a file of its own');
    seen.add(own);
    if (read.includes(own)) throw refusal(path, 'this file is read by the same command', ANOTHER_PATH);
    // A folder that is read holds several files of one trace; results of earlier runs in it may be replaced.
    if (read.includes(dirname(own)) && existsSync(own) && !/\.(json|html)$/i.test(own))
      throw refusal(path, 'this file lies in a folder that is read by the same command', ANOTHER_PATH);
  }
}

const ANOTHER_PATH = 'choose another path, as in --out out/result.json';

/** The same for all spellings of a path, links included. */
function identity(edge: Edge, path: string): string {
  const absolute = resolve(edge.folder, path);
  try {
    return existsSync(absolute) ? realpathSync.native(absolute) : finalPath(absolute);
  } catch {
    return absolute;
  }
}

/** Text of a small input file (a result, a device table), without a byte order mark. Throws E-FILE-*, and E-LIMIT before one of more than `most` bytes is read. */
export function readText(edge: Edge, path: string, most?: number): string {
  const text = Buffer.from(readBytes(edge, path, most))
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place: { file: path } });
  return text;
}

/** A configuration: its text, or its bytes where it is a binary one. Throws E-FILE-*. */
export function readConfiguration(edge: Edge, path: string): string | Uint8Array {
  const bytes = readBytes(edge, path);
  const text = textOf(bytes);
  if (text?.trim() === '') throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place: { file: path } });
  return text ?? bytes;
}

/** Bytes of an input file of at most `most`. Throws E-FILE-*, and E-LIMIT before a larger file is read. */
export function readBytes(edge: Edge, path: string, most = Number.POSITIVE_INFINITY): Uint8Array {
  const place = { file: path };
  const absolute = resolve(edge.folder, path);
  const { size } = reading(path, () => statSync(absolute));
  if (size > most) throw new EnlabError('E-LIMIT', `the file has ${size} bytes, more than ${most}`, { place });
  const bytes = reading(path, () => readFileSync(absolute));
  if (bytes.length === 0) throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place });
  return bytes;
}

/** The first bytes of a file, to tell what it is; none of what is no file, such as the folder of a trace. Throws E-FILE-*. */
export function readStart(edge: Edge, path: string, most: number): Buffer {
  return reading(path, () => {
    const absolute = resolve(edge.folder, path);
    // A pipe gives its bytes once; whoever reads it next says what is wrong with that.
    if (!statSync(absolute).isFile()) return Buffer.alloc(0);
    const file = openSync(absolute, 'r');
    try {
      const start = Buffer.alloc(most);
      return start.subarray(0, readSync(file, start, 0, most, 0));
    } finally {
      closeSync(file);
    }
  });
}

/** What the system says about a file that cannot be read, in words about the path that was typed. */
function reading<Result>(path: string, read: () => Result): Result {
  const place = { file: path };
  try {
    return read();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new EnlabError('E-FILE-MISSING', 'there is no such file', { place, cause });
    if (code === 'EISDIR') throw new EnlabError('E-FILE-READ', 'this is a folder, not a file', { place, cause });
    throw new EnlabError('E-FILE-READ', message, { place, cause });
  }
}

/**
 * A folder that takes several files; made and tried before the work starts. Throws E-OUTPUT, also where the folder holds
 * an input or another output, which a table could replace.
 */
function folderWriter(
  edge: Edge,
  path: string,
  { inputs, outputs }: Paths,
  opened: (path: string) => Destination,
): { readonly write: FolderWriter; readonly written: () => number } {
  const folder = identity(edge, path);
  const files = outputs.filter((output) => output !== undefined && output !== '-') as string[];
  const tables = files.filter((file) => /\.(csv|svg)$/i.test(file));
  const clash =
    [...inputs, ...files].find((file) => identity(edge, file) === folder) ??
    [...inputs, ...tables].find((file) => dirname(identity(edge, file)) === folder);
  if (clash !== undefined) throw refusal(path, `a table could replace ${clash}`, TABLES_HINT);
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw refusal(path, 'this is a file, not a folder', TABLES_HINT);
  new OutputFile(edge, join(path, '.trial'), path).discard();
  let count = 0;
  return {
    write: (name, text) => {
      opened(join(path, name)).write(text);
      count++;
    },
    written: () => count,
  };
}

const TABLES_HINT = 'give the tables a folder of their own, as in --tables out/tables';

/** Bytes of the largest file in a folder; 0 where there is none. */
export const largestFileIn = (folder: string): number =>
  existsSync(folder)
    ? readdirSync(folder).reduce((most, name) => Math.max(most, statSync(join(folder, name)).size), 0)
    : 0;

/** Names of the entries of a folder, in order; undefined: it is a file. Throws E-FILE-*. */
export const listFolder = (edge: Edge, path: string): readonly string[] | undefined => {
  const absolute = resolve(edge.folder, path);
  return reading(path, () => (statSync(absolute).isDirectory() ? readdirSync(absolute).toSorted() : undefined));
};

export const isThere = (edge: Edge, path: string): boolean => existsSync(resolve(edge.folder, path));

/** Adds text to a file of somebody else, such as the summary of a CI step. Throws E-OUTPUT. */
export function appendText(edge: Edge, path: string, text: string): void {
  try {
    appendFileSync(resolve(edge.folder, path), text);
  } catch (cause) {
    throw outputError(cause, path);
  }
}

/** Work in a folder of its own, which is gone afterwards. Throws E-STORE where none can be made. */
export async function inTemporaryFolder<Result>(
  edge: Edge,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = temporaryFolder(edge);
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function temporaryFolder({ temporaryFolder: above }: Edge): string {
  try {
    return mkdtempSync(join(above, 'enlab-'));
  } catch (cause) {
    throw new EnlabError('E-STORE', (cause as Error).message, {
      place: { file: above },
      hint: 'set TMPDIR to a folder with room',
      cause,
    });
  }
}
