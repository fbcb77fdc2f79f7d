/**
 * Tables of Immuni, in three files: what is published, what the health service learns, and what Apple would keep. Rows have no number of their own
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
    version: 2,
    sql: `
      CREATE TABLE report (
        id BLOB PRIMARY KEY,        -- 16 random bytes
        day INTEGER NOT NULL,       -- UTC day of the upload
        province TEXT NOT NULL,
        summaries TEXT NOT NULL     -- exposure detection summaries of one upload, JSON
      ) WITHOUT ROWID;
      CREATE TABLE operational_info (
        id BLOB PRIMARY KEY,        -- 16 random bytes
        day INTEGER NOT NULL,       -- UTC day on which it came
        province TEXT NOT NULL,
        platform TEXT NOT NULL,     -- ios or android
        exposure_permission INTEGER NOT NULL,
        bluetooth_active INTEGER NOT NULL,
        notification_permission INTEGER NOT NULL,
        exposure_notification INTEGER NOT NULL,
        last_exposure INTEGER NOT NULL  -- UTC day
      ) WITHOUT ROWID;
      CREATE TABLE analytics_token (
        hash BLOB PRIMARY KEY,      -- keyed hash of what the phone shows
        day INTEGER NOT NULL,       -- UTC day of authorisation
        month INTEGER NOT NULL,     -- its month, since January 1970
        used INTEGER NOT NULL       -- a bit a right that was used (analytics/rights.ts)
      ) WITHOUT ROWID;`,
  },
  deviceCheck: {
    version: 1,
    sql: `
      CREATE TABLE device (
        name BLOB PRIMARY KEY,      -- keyed hash
        bits INTEGER NOT NULL,      -- the first is worth 1, the second 2
        month INTEGER NOT NULL      -- in which they were last set, since January 1970
      ) WITHOUT ROWID;`,
  },
} as const satisfies Record<string, Schema>;
