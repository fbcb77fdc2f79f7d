/** One file that a command writes. It appears whole or not at all: it is written beside its place and then renamed. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EnlabError } from '../../src/core/errors.ts';
import { makeFolder, reasonOf, removeEmpty } from '../../src/core/files.ts';
import type { Edge } from '../edge.ts';

export interface Destination {
  write(text: string | Uint8Array): void;
  /** Everything is on the disk, and nothing that can be seen stands against commit(). */
  finish(): void;
  /** Makes the result visible under its name. */
  commit(): void;
  /** Takes back everything that was not there before; what commit() has replaced cannot be brought back. */
  discard(): void;
}

/**
 * Opened before the work starts, so that an impossible path is found at once. Folders are made; links are written
 * through, as a shell does. Errors (E-OUTPUT) name `shown`, and with them nothing is left behind.
 */
export class OutputFile implements Destination {
  readonly #shown: string;
  readonly #target: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  /** Made for this file, innermost first. */
  readonly #folders: readonly string[];
  #isOpen = true;
  /** What commit() did, so that discard() knows what to take back. */
  #committed: 'nothing' | 'made' | 'replaced' = 'nothing';

  constructor(edge: Edge, path: string, shown = path) {
    this.#shown = shown;
    try {
      const absolute = resolve(edge.folder, path);
      assertFree(absolute, shown);
      this.#target = finalPath(absolute);
      this.#folders = makeFolder(dirname(this.#target));
      [this.#temporary, this.#descriptor] = openTemporary(this.#target, edge.now(), this.#folders);
    } catch (cause) {
      throw outputError(cause, shown);
    }
  }

  write(text: string | Uint8Array): void {
    this.#guarded(() => writeFileSync(this.#descriptor, text));
  }

  finish(): void {
    this.#guarded(() => {
      fsyncSync(this.#descriptor);
      this.#close();
      assertFree(this.#target, this.#shown);
      accessSync(dirname(this.#target), constants.W_OK);
    });
  }

  commit(): void {
    this.#guarded(() => {
      const did = existsSync(this.#target) ? 'replaced' : 'made';
      renameSync(this.#temporary, this.#target);
      this.#committed = did;
    });
  }

  discard(): void {
    this.#close();
    if (this.#committed === 'replaced') return;
    rmSync(this.#committed === 'made' ? this.#target : this.#temporary, { force: true });
    for (const folder of this.#folders) removeEmpty(folder);
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }

  #guarded(work: () => void): void {
    try {
      work();
    } catch (cause) {
      this.discard();
      throw outputError(cause, this.#shown);
    }
  }
}

/** Throws E-OUTPUT where something else than a file is; what the system says of an impossible name is thrown too. */
function assertFree(path: string, shown: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found && !found.isFile()) throw refusal(shown, 'this is a folder or a device, not a file');
}

/** More links than this in a row are a circle. */
const MOST_LINKS = 40;

/**
 * Where writing to an absolute path ends: the same for all its spellings, links followed, also those that lead to what
 * is not there yet. Throws what the system throws.
 */
export function finalPath(path: string, links = 0): string {
  if (path === dirname(path)) return path;
  const folder = existsSync(dirname(path)) ? realpathSync.native(dirname(path)) : finalPath(dirname(path), links);
  const here = join(folder, basename(path));
  const link = linkAt(here);
  if (link === null) return here;
  if (links === MOST_LINKS) throw Object.assign(new Error('links in a circle'), { code: 'ELOOP' });
  return finalPath(resolve(folder, link), links + 1);
}

/** What a link points to; null where there is none. */
function linkAt(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Names end at 255 bytes: with so many characters of the target's, of at most 4 bytes each, the rest fits as well. */
const NAME_PART = 40;

/**
 * A file beside the target, whose name no other run has: two runs may write the same target at once. Where none can be
 * opened, the folders that were made for it go again.
 */
function openTemporary(target: string, now: number, folders: readonly string[]): [path: string, descriptor: number] {
  const stem = join(dirname(target), `.${basename(target).slice(0, NAME_PART)}.${Math.round(now * 1000)}`);
  try {
    for (let count = 1; ; count++) {
      const path = `${stem}-${count}.part`;
      const descriptor = openNew(path);
      if (descriptor !== null) return [path, descriptor];
    }
  } catch (cause) {
    for (const folder of folders) removeEmpty(folder);
    throw cause;
  }
}

/** Descriptor of a file that did not exist; null where it does. */
function openNew(path: string): number | null {
  try {
    return openSync(path, 'wx');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return null;
    throw cause;
  }
}

export const refusal = (path: string, message: string, hint?: string): EnlabError =>
  new EnlabError('E-OUTPUT', message, { place: { file: path }, ...(hint && { hint }) });

/** What went wrong in words about the path that the user typed: the system's own messages name the temporary file. */
export function outputError(cause: unknown, path: string): EnlabError {
  if (cause instanceof EnlabError) return cause;
  return new EnlabError('E-OUTPUT', reasonOf(cause), { place: { file: path }, cause });
}
