/** Diagnosis keys of several key export files as one table. */
import type { KeyExport } from '../../src/protocol/export/reader.ts';
import { type ENInterval, LAST_INTERVAL, SECONDS_PER_INTERVAL } from '../../src/protocol/gaen/intervals.ts';
import { appendKeys, emptyKeyTable, type KeyTable } from '../../src/protocol/gaen/keyTable.ts';

export interface PooledKeys {
  readonly table: KeyTable;
  /** Of each row: when its file was published; the last interval where the file does not say. */
  readonly publishedAt: Uint32Array;
  /** Files without a window. */
  readonly undated: number;
}

const publicationOf = ({ window }: KeyExport): ENInterval =>
  window === null ? LAST_INTERVAL : Math.min(Math.floor(window.end / SECONDS_PER_INTERVAL), LAST_INTERVAL);

/**
 * Revised keys come first, those of the newest file before older ones: of rows that tell of the same key the first
 * counts, and what was revised last is what is known. Keys as first published follow in order of publication, so that
 * a key that is seen again with another period is the one that is skipped.
 */
export function pooledKeys(files: readonly KeyExport[]): PooledKeys {
  const inOrder = files.toSorted((a, b) => publicationOf(a) - publicationOf(b));
  const parts = [
    ...inOrder.toReversed().map((file) => ({ table: file.revisedKeys.table, at: publicationOf(file) })),
    ...inOrder.map((file) => ({ table: file.keys.table, at: publicationOf(file) })),
  ];
  const length = parts.reduce((sum, { table }) => sum + table.length, 0);
  const pool = emptyKeyTable(length);
  const publishedAt = new Uint32Array(length);
  let row = 0;
  for (const { table, at } of parts) {
    appendKeys(pool, row, table);
    publishedAt.fill(at, row, row + table.length);
    row += table.length;
  }
  return { table: pool, publishedAt, undated: files.filter(({ window }) => window === null).length };
}
