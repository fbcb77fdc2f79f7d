/** Databases of a backend: what is refused and left alone, what shares a commit, what a failure undoes, what is gone. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLocalStore } from '../../../src/backend/store/local.ts';
import { type Operations, type StoreDefinition, StoreError } from '../../../src/backend/store/store.ts';
import { Writer } from '../../../src/backend/store/writer.ts';
import type { EnlabError } from '../../../src/core/errors.ts';
import { temporaryFolder } from '../../helpers/immuniBackend.ts';

/** Two files: words, and their lengths. */
const words = {
  schemas: {
    words: { version: 3, sql: 'CREATE TABLE word (text TEXT PRIMARY KEY) WITHOUT ROWID' },
    lengths: { version: 1, sql: 'CREATE TABLE length (characters INTEGER)' },
  },
  operations: ({ words: first, lengths: second }) => ({
    add(text: string) {
      second.prepare('INSERT INTO length VALUES (?)').run(text.length);
      first.prepare('INSERT INTO word VALUES (?)').run(text);
      return text.length;
    },
    remove: (text: string) => first.prepare('DELETE FROM word WHERE text = ?').run(text).changes,
    all: () => first.prepare('SELECT text FROM word ORDER BY text').pluck().all(),
    lengths: () => second.prepare('SELECT characters FROM length').pluck().all(),
    /** More than the file may hold. */
    limit: (pages: number) => first.pragma(`max_page_count = ${pages}`),
  }),
} satisfies StoreDefinition<Operations, 'words' | 'lengths'>;
const definition: StoreDefinition<Operations> = words;

let place: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  place = temporaryFolder();
});
afterEach(() => place.remove());

const opened = (folder = place.folder) => new Writer(folder, definition);
const call = (name: string, input?: unknown) => ({ name, input });
const valuesOf = (writer: Writer, name: string) => {
  const [result] = writer.run([call(name)]);
  return result!.ok ? result!.value : result!.error;
};

/** All bytes of all files of a folder. */
const bytesOf = (folder: string): Buffer =>
  Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));

describe('opening', () => {
  const refusal = (folder = place.folder): EnlabError => {
    try {
      opened(folder).close();
    } catch (error) {
      return error as EnlabError;
    }
    throw new Error('it was opened');
  };
  const made = () => opened().close();
  const file = () => join(place.folder, 'words.sqlite');

  it('finds what was there before', () => {
    const first = opened();
    first.run([call('add', 'one')]);
    first.close();
    const second = opened();
    expect(valuesOf(second, 'all')).toEqual(['one']);
    second.close();
  });

  it('makes the folder, for its owner only', () => {
    const folder = join(place.folder, 'deep', 'er');
    opened(folder).close();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it.each([
    [
      'text',
      () => writeFileSync(file(), 'this is a letter, and a rather long one at that'.repeat(20)),
      'damaged, or is none',
    ],
    ['a database of another program', () => new Database(file()).exec('CREATE TABLE a (b)').close(), 'another program'],
    [
      'another version',
      () => {
        made();
        const other = new Database(file());
        other.pragma('user_version = 4');
        other.close();
      },
      'version 4; this enlab writes 3',
    ],
    ['a folder', () => mkdirSync(file()), 'cannot be opened'],
  ])('refuses %s, and leaves it as it is', (_, prepare, message) => {
    prepare();
    const before = statSync(file()).isFile() ? readFileSync(file()) : undefined;
    const error = refusal();
    expect([error.code, error.place]).toEqual(['E-STORE', { file: file() }]);
    expect(error.message).toContain(message);
    expect(error.hint).toMatch(/\S/);
    if (before) expect(readFileSync(file())).toEqual(before);
  });

  it('refuses a damaged database', () => {
    const writer = opened();
    writer.run(Array.from({ length: 3000 }, (_, k) => call('add', `word number ${k}`)));
    writer.close();
    const bytes = readFileSync(file());
    bytes.fill(0xff, 8192, 12_288);
    writeFileSync(file(), bytes);
    expect(refusal().message).toMatch(/damaged/);
    expect(readFileSync(file())).toEqual(bytes);
  });

  it('refuses a second user of the folder until the first has closed', () => {
    const first = opened();
    const error = refusal();
    expect([error.code, error.message]).toEqual(['E-STORE', 'another process uses this database']);
    first.close();
    opened().close();
  });
});

describe('calls', () => {
  it('give their results in order', () => {
    const writer = opened();
    expect(writer.run([call('add', 'b'), call('add', 'aaa'), call('all')])).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 3 },
      { ok: true, value: ['aaa', 'b'] },
    ]);
    writer.close();
  });

  it('that fail are undone in both files, alone', () => {
    const writer = opened();
    const results = writer.run([call('add', 'one'), call('add', 'one'), call('add', 'three')]);
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(valuesOf(writer, 'all')).toEqual(['one', 'three']);
    expect(valuesOf(writer, 'lengths')).toEqual([3, 5]);
    writer.close();
  });

  it('are refused where no space is left, and those after them go on', () => {
    const writer = opened();
    writer.run([call('add', 'small'), call('limit', 2)]);
    const [full] = writer.run([call('add', 'x'.repeat(100_000))]);
    expect(full).toMatchObject({ ok: false, error: { fault: 'full' } });
    expect(valuesOf(writer, 'all')).toEqual(['small']);
    expect(valuesOf(writer, 'lengths')).toEqual([5]);
    expect(writer.run([call('add', 'tiny')])).toEqual([{ ok: true, value: 4 }]);
    writer.close();
  });
});

describe('what was deleted', () => {
  it('is in no file after wiping', () => {
    const writer = opened();
    const secrets = Array.from({ length: 500 }, (_, k) => `secret ${String(k).padStart(4, '0')} of somebody`);
    writer.run(secrets.map((text) => call('add', text)));
    writer.run(secrets.filter((_, k) => k % 3 > 0).map((text) => call('remove', text)));
    writer.wipe();
    const bytes = bytesOf(place.folder);
    for (const [k, text] of secrets.entries()) expect(bytes.includes(text), text).toBe(k % 3 === 0);
    writer.close();
  });
});

describe('a backup', () => {
  it('is a store of its own, and never written over something', () => {
    const writer = opened();
    writer.run([call('add', 'kept'), call('add', 'deleted later')]);
    const folder = join(place.folder, 'copy');
    writer.backup(folder);
    writer.run([call('remove', 'deleted later')]);
    const before = bytesOf(folder);
    expect(() => writer.backup(folder)).toThrow(/exists/);
    expect(bytesOf(folder)).toEqual(before);
    const copy = opened(folder);
    expect(valuesOf(copy, 'all')).toEqual(['deleted later', 'kept']);
    copy.close();
    writer.close();
  });
});

it('a local store rejects with what went wrong', async () => {
  const store = openLocalStore(place.folder, definition);
  await expect(store.run('add', 'one')).resolves.toBe(3);
  await expect(store.run('add', 'one')).rejects.toThrow(StoreError);
  await store.close();
});
