/** Operations on the databases of a system, several in one commit: a write to disk costs as much for one as for many. */
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { privateFolder } from '../../core/files.ts';
import { openDatabase } from './database.ts';
import { type Operations, type StoreDefinition, StoreError } from './store.ts';

export interface Call {
  readonly name: string;
  readonly input: unknown;
}

export type Result =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: StoreError };

export class Writer {
  readonly #databases: readonly (readonly [name: string, database: Database])[];
  readonly #operations: Operations;

  /** Makes the folder where it is missing. Throws E-STORE. */
  constructor(folder: string, definition: StoreDefinition<Operations>) {
    privateFolder(folder);
    const open: [string, Database][] = [];
    try {
      for (const [name, schema] of Object.entries(definition.schemas))
        open.push([name, openDatabase(join(folder, fileOf(name)), schema)]);
    } catch (error) {
      for (const [, database] of open) database.close();
      throw error;
    }
    this.#databases = open;
    this.#operations = definition.operations(Object.fromEntries(open));
  }

  /**
   * Runs calls in their order; results are those of the calls. All share one commit, unless one of them fails: then
   * each has its own, so that only the one that fails is undone.
   */
  run(calls: readonly Call[]): readonly Result[] {
    try {
      return this.#commit(calls);
    } catch (error) {
      if (calls.length > 1) return calls.flatMap((call) => this.run([call]));
      return [{ ok: false, error: storeError(error as Error & { code?: string }) }];
    }
  }

  /** Other work on the databases, with its failure as a result. */
  attempt(work: () => void): Result {
    try {
      work();
      return { ok: true, value: undefined };
    } catch (error) {
      return { ok: false, error: storeError(error as Error & { code?: string }) };
    }
  }

  #commit(calls: readonly Call[]): readonly Result[] {
    this.#each('BEGIN IMMEDIATE');
    try {
      const results = calls.map(({ name, input }): Result => ({ ok: true, value: this.#operations[name]!(input) }));
      // Last to first: see StoreDefinition.
      for (const [, database] of this.#databases.toReversed()) database.exec('COMMIT');
      return results;
    } catch (error) {
      // SQLite has rolled back by itself where the disk was full.
      for (const [, database] of this.#databases) if (database.inTransaction) database.exec('ROLLBACK');
      throw error;
    }
  }

  /** What was deleted goes from the log too, and the log is cut to nothing (sqlite.org/wal.html, "Checkpointing"). */
  wipe(): void {
    for (const [, database] of this.#databases) database.pragma('wal_checkpoint(TRUNCATE)');
  }

  /** A consistent copy of each file in a folder; what is deleted does not come along. Throws where one exists. */
  backup(folder: string): void {
    privateFolder(folder);
    for (const [name, database] of this.#databases) database.prepare('VACUUM INTO ?').run(join(folder, fileOf(name)));
  }

  close(): void {
    for (const [, database] of this.#databases) database.close();
  }

  #each(sql: string): void {
    for (const [, database] of this.#databases) database.exec(sql);
  }
}

const fileOf = (name: string): string => `${name}.sqlite`;

const storeError = (error: Error & { code?: string }): StoreError =>
  new StoreError(error.code?.startsWith('SQLITE_FULL') ? 'full' : 'failed', error.message);
