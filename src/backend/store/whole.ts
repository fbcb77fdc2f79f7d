/** Tables as a whole: how many rows, and none any more. */
import type { Database } from 'better-sqlite3';

export const rowsIn = (database: Database, table: string): number =>
  database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;

/** How many rows there were. */
export const emptied = (database: Database, ...tables: readonly string[]): number =>
  tables.reduce((sum, table) => sum + database.prepare(`DELETE FROM ${table}`).run().changes, 0);
