/**
 * Tables of the Corona-Warn-App, in a file a server, as its operators had them: results of tests, who may submit, what was
 * submitted. Nothing in one says what belongs to it in another but keyed hashes of what only a phone and a laboratory
 * know. Rows lie in the order of their hashes or keys, not of their times.
 */
import type { Schema } from '../../store/store.ts';

export const tables = {
  // It commits last: a TAN is used up when the keys are stored (store.ts).
  verification: {
    version: 1,
    sql: `
      CREATE TABLE registered (
        hash BLOB PRIMARY KEY       -- keyed hash of a test or teleTAN: good for one token, for ever
      ) WITHOUT ROWID;
      CREATE TABLE session (
        token BLOB PRIMARY KEY,     -- keyed hash of the registration token
        test BLOB,                  -- keyed hash of the test; none for a teleTAN
        birth BLOB,                 -- the same, made with the date of birth
        type TEXT,                  -- of the teleTAN that it comes from
        tans INTEGER NOT NULL,      -- how many it has had
        day INTEGER NOT NULL        -- UTC day of registration
      ) WITHOUT ROWID;
      CREATE TABLE teletan (
        hash BLOB PRIMARY KEY,      -- keyed hash
        type TEXT NOT NULL,         -- TEST or EVENT
        expires REAL NOT NULL       -- unix seconds
      ) WITHOUT ROWID;
      CREATE TABLE issue (
        time REAL NOT NULL          -- when a teleTAN was issued, for an hour
      );
      CREATE TABLE tan (
        hash BLOB PRIMARY KEY,      -- keyed hash
        type TEXT,                  -- of the teleTAN that it comes from
        expires INTEGER NOT NULL    -- UTC day on which it is no longer good
      ) WITHOUT ROWID;
      CREATE TABLE fact (
        name TEXT PRIMARY KEY,
        value ANY
      ) WITHOUT ROWID;`,
  },
  submission: {
    version: 1,
    sql: `
      CREATE TABLE submitted_key (
        key_data BLOB PRIMARY KEY,
        start INTEGER NOT NULL,
        period INTEGER NOT NULL,
        level INTEGER NOT NULL,
        report TEXT,                -- name of the report type
        onset INTEGER,              -- days since onset of symptoms
        day INTEGER NOT NULL,       -- UTC day of the submission
        hour INTEGER                -- in whose package it is, hours since 1970; none: it waits
      ) WITHOUT ROWID;
      CREATE INDEX published ON submitted_key (hour) WHERE hour IS NOT NULL;
      CREATE TABLE package (
        country TEXT NOT NULL,
        day INTEGER NOT NULL,
        hour INTEGER NOT NULL,      -- 0..23; 24: the day as a whole
        keys INTEGER NOT NULL,
        hash TEXT NOT NULL,         -- cwa-hash
        file BLOB NOT NULL,         -- the signed archive, as it is served
        PRIMARY KEY (country, day, hour)
      ) WITHOUT ROWID;`,
  },
  results: {
    version: 1,
    sql: `
      CREATE TABLE result (
        test BLOB PRIMARY KEY,      -- keyed hash
        result INTEGER NOT NULL,    -- as the laboratory reports it
        sampled INTEGER,            -- unix seconds, where the laboratory says it
        lab TEXT,
        day INTEGER NOT NULL        -- UTC day of the report
      ) WITHOUT ROWID;`,
  },
} as const satisfies Record<string, Schema>;
