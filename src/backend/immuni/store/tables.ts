/**
 * Tables of Immuni, in two files: what is published, and what the health service learns. Rows have no number of their own
 * and lie in the order of random bytes, so that neither columns nor places tell which came together; no time is finer
 * than a day, but for the passwords, which are gone after 150 s, and for batches, which everybody can see.
 */
import type { Schema } from '../../store/store.ts';

export const tables = {
  keys: {
    version: 1,
    sql: `
      CREATE TABLE otp (
        hash BLOB PRIMARY KEY,      -- keyed hash of what the phone shows: a copy of the file is of no use
        onset INTEGER NOT NULL,     -- UTC day of the first symptoms
        expires REAL NOT NULL       -- unix seconds
      ) WITHOUT ROWID;
      CREATE TABLE waiting_key (
        key_data BLOB PRIMARY KEY,
        start INTEGER NOT NULL,
        period INTEGER NOT NULL,
        level INTEGER NOT NULL,
        day INTEGER NOT NULL        -- UTC day of the upload
      ) WITHOUT ROWID;
      CREATE TABLE batch (
        number INTEGER PRIMARY KEY,
        published REAL NOT NULL,    -- unix seconds
        keys INTEGER NOT NULL,
        file BLOB NOT NULL          -- the signed archive, as it is served
      );
      CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        value ANY
      ) WITHOUT ROWID;`,
  },
  epidemiology: {
    version: 1,
    sql: `
      CREATE TABLE report (
        id BLOB PRIMARY KEY,        -- 16 random bytes
        day INTEGER NOT NULL,       -- UTC day of the upload
        province TEXT NOT NULL,
        summaries TEXT NOT NULL     -- exposure detection summaries of one upload, JSON
      ) WITHOUT ROWID;`,
  },
} as const satisfies Record<string, Schema>;
