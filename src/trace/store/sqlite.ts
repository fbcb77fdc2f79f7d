/** SQLite files as input: the only place of this layer that opens one, and it never writes. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { EnlabError } from '../../core/errors.ts';
import { readError } from '../files.ts';

export const SQLITE_MAGIC = 'SQLite format 3\0';

/** Write and read version in the header: 1 = rollback journal, 2 = WAL (sqlite.org/fileformat.html 1.3.3). */
const FORMAT_BYTES = [18, 19] as const;
const ROLLBACK_FORMAT = 1;
const WAL_FORMAT = 2;
const HEADER_BYTES = 20;

/** A database opened for reading. Close it in a `finally`. */
export class ReadOnlyDatabase {
  readonly path: string;
  readonly #database: Database.Database;

  /** Throws E-FILE-* when the file is not a complete SQLite database, E-MACHINE when SQLite itself is missing. */
  constructor(path: string) {
    this.path = path;
    const isInWalMode = headerOf(path)[FORMAT_BYTES[0]] === WAL_FORMAT;
    assertIsComplete(path);
    const source = isInWalMode ? withoutWalMode(path) : path;
    this.#database = this.#guard(() => new Database(source, { readonly: true, fileMustExist: true }));
  }

  tables(): readonly string[] {
    const tables = this.rows<Named>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
    return namesOf(tables).filter((name) => !name.startsWith('sqlite_'));
  }

  /** Column names of a table; empty when there is no such table. */
  columns(table: string): readonly string[] {
    return namesOf(this.rows<Named>(`PRAGMA table_info("${table.replaceAll('"', '""')}")`));
  }

  /** Rows of a query as they are stepped through: memory does not grow with the table. */
  *rows<Row>(sql: string): Iterable<Row> {
    const rows = this.#guard(() => this.#database.prepare<[], Row>(sql).iterate());
    try {
      for (let next = this.#guard(() => rows.next()); !next.done; next = this.#guard(() => rows.next())) {
        yield next.value;
      }
    } finally {
      // A statement that is still being stepped through would keep the database from closing.
      rows.return?.();
    }
  }

  close(): void {
    this.#database.close();
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      throw sqliteError(this.path, cause as Error);
    }
  }
}

interface Named {
  readonly name: string;
}

const namesOf = (rows: Iterable<Named>): readonly string[] => Array.from(rows, ({ name }) => name);

function sqliteError(path: string, cause: Error): EnlabError {
  const place = { file: path };
  if (!(cause instanceof Database.SqliteError)) {
    const hint = 'run "npm rebuild better-sqlite3" where enlab is installed';
    return new EnlabError('E-MACHINE', `SQLite cannot be loaded: ${cause.message}`, { place, hint, cause });
  }
  const hint = 'check it with: sqlite3 FILE "PRAGMA integrity_check"';
  return new EnlabError('E-FILE-READ', `SQLite: ${cause.message}`, { place, hint, cause });
}

/** First bytes of the file. Throws E-FILE-* unless they are those of a SQLite database. */
function headerOf(path: string): Buffer {
  const start = firstBytes(path, HEADER_BYTES);
  const place = { file: path };
  if (start.length === 0) throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place });
  if (start.toString('latin1').startsWith(SQLITE_MAGIC)) return start;
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const hint = 'unpack it first (gunzip): SQLite reads its file in no fixed order';
    throw new EnlabError('E-FILE-FORMAT', 'a compressed SQLite file cannot be read', { place, hint });
  }
  throw new EnlabError('E-FILE-FORMAT', 'this is not a SQLite database', { place });
}

/** Rows that a writer left beside the file would be missing without a word, and applying them would change the file. */
function assertIsComplete(path: string): void {
  for (const suffix of ['-wal', '-journal']) {
    if ((statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0) === 0) continue;
    throw new EnlabError('E-FILE-READ', `changes are still in "${path}${suffix}"`, {
      place: { file: path },
      hint: 'end the program that writes it and open it once with sqlite3, which takes them into the file',
    });
  }
}

/** In WAL mode even a reader leaves two files beside the database, so it reads a copy in memory that says otherwise. */
function withoutWalMode(path: string): Buffer {
  const copy = readFileSync(path);
  for (const position of FORMAT_BYTES) copy[position] = ROLLBACK_FORMAT;
  return copy;
}

function firstBytes(path: string, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, 0));
  } catch (cause) {
    throw readError(path, cause);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
