/** The committed fixtures are what their generators write (npx tsx tools/fixtures/traces.ts). */
import { readFileSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { traceFixtures } from '../../../tools/fixtures/traces.ts';
import { fixture } from '../../helpers/imports.ts';

/** Tables with their rows: the bytes of a database depend on the version of SQLite. */
function dump(bytes: Uint8Array): unknown {
  const database = new Database(Buffer.from(bytes));
  const tables = database.prepare<[], { name: string; sql: string }>('SELECT name, sql FROM sqlite_master').all();
  const content = tables.map(({ name, sql }) => [sql, database.prepare(`SELECT * FROM ${name}`).all()]);
  database.close();
  return content;
}

describe('a committed fixture is what its generator writes', () => {
  it.each([...traceFixtures()])('%s', (name, content) => {
    const committed = readFileSync(fixture(name));
    // Fixtures stay small; the trace of `npm start` must be large enough for a fit to say something.
    expect(statSync(fixture(name)).size).toBeLessThan(name === 'synthetic-field.ndjson' ? 200_000 : 50_000);
    if (typeof content === 'string') expect(committed.toString()).toBe(content);
    // The bytes of gzip depend on the version of zlib; its start does not.
    else if (name.endsWith('.gz')) expect([...committed.subarray(0, 3)]).toEqual([...content.subarray(0, 3)]);
    else expect(dump(committed)).toEqual(dump(content));
  });
});
