import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { recordSchema, type TraceRecord } from '../../src/core/records.ts';
import { TraceFile } from '../../src/trace/files.ts';
import { type Importer, type ImportOptions, Tally } from '../../src/trace/importer.ts';

export const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/traces/${name}`, import.meta.url));

const dataFolder = new URL('../../../shared/data/', import.meta.url);
export const hasRealData = existsSync(dataFolder);
/** Path of a file of the public sets, which lie beside the checkout and are never copied into it. */
export const realData = (name: string): string => fileURLToPath(new URL(name, dataFolder));

/** Everything an importer yields, each record checked against the record schema, and its account. */
export async function importAll<T extends TraceRecord['type']>(
  importer: Importer,
  type: T,
  path: string,
  options: ImportOptions = {},
): Promise<{ records: Extract<TraceRecord, { type: T }>[]; tally: Tally }> {
  const tally = new Tally();
  const records: Extract<TraceRecord, { type: T }>[] = [];
  for await (const batch of importer.read(new TraceFile(path), options, tally)) {
    for (const record of batch) {
      expect(recordSchema.safeParse(record).error?.issues, JSON.stringify(record)).toBeUndefined();
      expect(record.type).toBe(type);
      records.push(record as Extract<TraceRecord, { type: T }>);
    }
  }
  expect(tally.used).toBe(records.length);
  expect(tally.rows).toBe(tally.used + sum(tally.rejected));
  return { records, tally };
}

const sum = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((a, b) => a + b, 0);

/** The error that importing a file ends with. */
export async function importError(importer: Importer, path: string, options: ImportOptions = {}): Promise<EnlabError> {
  try {
    for await (const batch of importer.read(new TraceFile(path), options, new Tally())) expect(batch).toBeDefined();
  } catch (error) {
    expect(error).toBeInstanceOf(EnlabError);
    return error as EnlabError;
  }
  throw new Error(`${path} was imported without an error`);
}

/** A new folder with these files, until the test ends; its path. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'enlab-trace-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export const fileWith = (name: string, content: string | Uint8Array): string =>
  join(folderWith({ [name]: content }), name);
