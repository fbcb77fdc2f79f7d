/** Files that commands write. A file appears whole or not at all: it is written beside its place and then renamed. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EnlabError } from '../src/core/errors.ts';
import type { Edge } from './edge.ts';

export interface Destination {
  write(text: string | Uint8Array): void;
  /** Makes the result visible under its name. */
  commit(): void;
  /** Leaves nothing behind; harmless after commit. */
  discard(): void;
}

const opened = new WeakMap<Edge, number>();

/**
 * Opens a file ("-" = stdout) before the work starts, so that an impossible path is found at once. Folders are made.
 * Throws E-OUTPUT.
 */
export function openDestination(edge: Edge, path: string): Destination {
  if (path === '-') return { write: (text) => edge.stdout.write(String(text)), commit: () => {}, discard: () => {} };
  const target = resolve(edge.folder, path);
  const place = { file: path };
  const number = (opened.get(edge) ?? 0) + 1;
  opened.set(edge, number);
  // Two runs at once must not share a temporary file: the name carries time and a count.
  const temporary = join(dirname(target), `.${basename(target)}.${Math.round(edge.now() * 1000)}-${number}.part`);
  let descriptor: number;
  try {
    if (existsSync(target) && !statSync(target).isFile())
      throw new EnlabError('E-OUTPUT', 'this is a folder or a device, not a file', { place });
    mkdirSync(dirname(target), { recursive: true });
    descriptor = openSync(temporary, 'wx');
  } catch (cause) {
    throw outputError(cause, path);
  }
  let open = true;
  const close = (): void => {
    if (open) closeSync(descriptor);
    open = false;
  };
  const discard = (): void => {
    close();
    rmSync(temporary, { force: true });
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
      }),
    discard,
  };
}

function outputError(cause: unknown, path: string): EnlabError {
  if (cause instanceof EnlabError) return cause;
  return new EnlabError('E-OUTPUT', (cause as Error).message, { place: { file: path }, cause });
}

/** Runs work with open destinations: all are committed when it succeeds, none when it fails. */
export async function withDestinations<Result>(
  edge: Edge,
  paths: readonly (string | undefined)[],
  work: (destinations: readonly (Destination | undefined)[]) => Promise<Result>,
): Promise<Result> {
  const destinations: (Destination | undefined)[] = [];
  try {
    for (const path of paths) destinations.push(path === undefined ? undefined : openDestination(edge, path));
    const result = await work(destinations);
    for (const destination of destinations) destination?.commit();
    return result;
  } finally {
    for (const destination of destinations) destination?.discard();
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
    throw new EnlabError('E-FILE-READ', message, { place, cause });
  }
}

/**
 * A folder that takes several files, each whole or not at all; made and tried before the work starts.
 * Throws E-OUTPUT.
 */
export function writeFolder(edge: Edge, path: string): (name: string, text: string) => void {
  openDestination(edge, join(path, 'test')).discard();
  return (name, text) => {
    const destination = openDestination(edge, join(path, name));
    destination.write(text);
    destination.commit();
  };
}
