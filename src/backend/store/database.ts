/** A database file of a backend: opened, recognised, or refused with a reason. Nothing is ever overwritten. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { EnlabError } from '../../core/errors.ts';
import type { Schema } from './store.ts';

/** "enlB" in the header of the file (sqlite.org/fileformat.html 1.3.17): a file of another program is left alone. */
const APPLICATION_ID = 0x656e6c42;

/**
 * Opens or makes a file and locks it for this process until it is closed or the process ends, however it ends. Throws
 * E-STORE where the file is damaged, of somebody else, of another version, in use, or cannot be written.
 */
export function openDatabase(path: string, schema: Schema): Database.Database {
  const isNew = !existsSync(path) || statSync(path).size === 0;
  let database: Database.Database | undefined;
  try {
    // For its owner only; the log beside it gets the same permissions.
    if (isNew) closeSync(openSync(path, 'a', 0o600));
    database = new Database(path, { timeout: 0 });
    // The lock of the operating system goes with the process, so that kill -9 leaves nothing to clean up.
    database.pragma('locking_mode = EXCLUSIVE');
    // First, because everything else may write.
    if (!isNew) recognise(database, schema, path);
    prepare(database);
    if (isNew) create(database, schema);
    return database;
  } catch (cause) {
    database?.close();
    throw cause instanceof EnlabError ? cause : openError(path, cause as Error & { code?: string });
  }
}

function prepare(database: Database.Database): void {
  database.pragma('journal_mode = WAL');
  // A commit is on disk when it returns (sqlite.org/pragma.html, "synchronous").
  database.pragma('synchronous = FULL');
  // What retention deletes is overwritten with zeros.
  database.pragma('secure_delete = ON');
  // Sorting must not write rows into files of its own, which nobody would wipe.
  database.pragma('temp_store = MEMORY');
  database.exec('BEGIN IMMEDIATE; COMMIT');
}

const create = (database: Database.Database, { version, sql }: Schema): void =>
  database.transaction(() => {
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${version}`);
    database.exec(sql);
  })();

function recognise(database: Database.Database, { version }: Schema, path: string): void {
  const refuse = (message: string, hint: string): never => {
    throw new EnlabError('E-STORE', message, { place: { file: path }, hint });
  };
  if (database.pragma('application_id', { simple: true }) !== APPLICATION_ID)
    refuse('this is a database of another program', 'choose an empty folder with --data');
  const found = database.pragma('user_version', { simple: true });
  if (found !== version)
    refuse(
      `this database has version ${String(found)}; this enlab writes ${version}`,
      'choose an empty folder with --data',
    );
  const problem = database.pragma('quick_check(1)', { simple: true });
  if (problem !== 'ok') refuse(`the database is damaged: ${String(problem)}`, 'restore a backup into an empty folder');
}

function openError(path: string, cause: Error & { code?: string }): EnlabError {
  const place = { file: path };
  const code = cause.code ?? '';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new EnlabError('E-STORE', 'another process uses this database', {
      place,
      hint: 'stop that one ("enlab backend status --data DIR" tells its address), or choose another folder with --data',
      cause,
    });
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT'))
    return new EnlabError('E-STORE', 'the database is damaged, or is none', {
      place,
      hint: 'restore a backup into an empty folder',
      cause,
    });
  if (code === 'SQLITE_FULL')
    return new EnlabError('E-STORE', 'no space is left', { place, hint: 'free some space', cause });
  return new EnlabError('E-STORE', `the database cannot be opened: ${cause.message}`, { place, cause });
}
