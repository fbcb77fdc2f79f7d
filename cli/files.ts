/** Files that commands write. A file appears whole or not at all: it is written beside its place and then renamed. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EnlabError } from '../src/core/errors.ts';
import { type Edge, OUTPUT_CLOSED } from './edge.ts';

export interface Destination {
  write(text: string | Uint8Array): void;
  /** Makes the result visible under its name. */
  commit(): void;
  /** Leaves nothing behind; harmless after commit. */
  discard(): void;
}

/**
 * Opens a file ("-" = stdout) before the work starts, so that an impossible path is found at once. Folders are made.
 * Throws E-OUTPUT.
 */
function openDestination(edge: Edge, path: string): Destination {
  if (path === '-') return { write: (text) => edge.stdout.write(String(text)), commit: () => {}, discard: () => {} };
  const target = resolve(edge.folder, path);
  const { temporary, descriptor, folders } = openTemporary(edge, target, path);
  let open = true;
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  let committed = false;
  const discard = (): void => {
    close();
    if (committed) return;
    rmSync(temporary, { force: true });
    for (const folder of folders) removeEmpty(folder);
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (cause) {
      discard();
      throw outputError(cause, path);
    }
  };
  return {
    write: (text) => guarded(() => writeFileSync(descriptor, text)),
    commit: () =>
      guarded(() => {
        fsyncSync(descriptor);
        close();
        renameSync(temporary, target);
        committed = true;
      }),
    discard,
  };
}

/**
 * Makes a folder and those above it, one by one: mkdirSync's own recursion never returns where the system answers
 * ENOENT for a folder that cannot be made, as below /proc. Returns those it made, innermost first.
 */
function makeFolder(path: string): readonly string[] {
  if (existsSync(path)) return [];
  const above = makeFolder(dirname(path));
  try {
    mkdirSync(path);
    return [path, ...above];
  } catch (cause) {
    // Another run may have made it meanwhile.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return above;
    for (const folder of above) removeEmpty(folder);
    throw cause;
  }
}

/** Of a folder that this run made for nothing. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another run may have put something into it, or removed it: then it is not ours any more.
  }
}

/** A file beside the target, whose name no other run has: two runs may write the same target at once. */
function openTemporary(edge: Edge, target: string, path: string) {
  try {
    if (existsSync(target) && !statSync(target).isFile())
      throw refusal(path, 'this is a folder or a device, not a file');
    const folders = makeFolder(dirname(target));
    const stem = join(dirname(target), `.${basename(target)}.${Math.round(edge.now() * 1000)}`);
    for (let count = 1; ; count++) {
      const temporary = `${stem}-${count}.part`;
      const descriptor = openNew(temporary);
      if (descriptor !== null) return { temporary, descriptor, folders };
    }
  } catch (cause) {
    throw outputError(cause, path);
  }
}

const refusal = (path: string, message: string, hint?: string): EnlabError =>
  new EnlabError('E-OUTPUT', message, { place: { file: path }, ...(hint && { hint }) });

function outputError(cause: unknown, path: string): EnlabError {
  if (cause instanceof EnlabError) return cause;
  const { code = '', message } = cause as NodeJS.ErrnoException;
  return new EnlabError('E-OUTPUT', reasons[code] ?? message, { place: { file: path }, cause });
}

/** What the system's codes mean; its own messages name the temporary file. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission to write here',
  EPERM: 'there is no permission to write here',
  EROFS: 'this file system is read-only',
  ENOENT: 'no folder can be made here',
  ENOTDIR: 'a part of this path is a file, not a folder',
  EEXIST: 'a part of this path is a file, not a folder',
  ENOSPC: 'the disk is full',
};

/** Descriptor of a file that did not exist; null where it does. */
function openNew(path: string): number | null {
  try {
    return openSync(path, 'wx');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw cause;
  }
}

export interface Paths {
  /** Files and folders that the command reads; outputs must not replace them. */
  readonly inputs: readonly string[];
  readonly outputs: readonly (string | undefined)[];
  /** Where a command writes several files. */
  readonly folder?: string | undefined;
}

/** Files of one folder, each whole; a new one of the same name replaces the old. */
export type FolderWriter = (name: string, text: string) => void;

/**
 * Runs work with open destinations: all are committed when it succeeds, none when it fails or is interrupted. What was
 * written is named on stderr.
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
    open.push(openDestination(edge, path));
    return open.at(-1)!;
  };
  try {
    const destinations = outputs.map((path) => (path === undefined ? undefined : opened(path)));
    const tables = folder === undefined ? undefined : folderWriter(edge, folder, paths, opened);
    const result = await Promise.race([work(destinations, tables?.write), interruption(edge)]);
    for (const destination of open) destination.commit();
    if (!edge.interrupt.aborted) announce(edge, outputs, tables && `${tables.written()} files in ${folder}`);
    return result;
  } finally {
    // Innermost folders last: what the first destination made can be removed when the others are gone.
    for (const destination of open.toReversed()) destination.discard();
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
    return realpathSync.native(absolute);
  } catch {
    return absolute;
  }
}

/** Text of a small input file (a result, a configuration). Throws E-FILE-*. */
export function readText(edge: Edge, path: string): string {
  const place = { file: path };
  try {
    const text = readFileSync(resolve(edge.folder, path), 'utf8');
    if (text.trim() === '') throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place });
    return text;
  } catch (cause) {
    if (cause instanceof EnlabError) throw cause;
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
  if (clash !== undefined)
    throw refusal(
      path,
      `a table could replace ${clash}`,
      'give the tables a folder of their own, as in --tables out/tables',
    );
  openDestination(edge, join(path, 'test')).discard();
  let count = 0;
  return {
    write: (name, text) => {
      opened(join(path, name)).write(text);
      count++;
    },
    written: () => count,
  };
}
