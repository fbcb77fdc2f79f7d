/** Key export files as servers write them: the same keys and window give the same export.bin, byte by byte. */
import { KEY_BYTES } from '../gaen/keys.ts';
import { ABSENT, type KeyTable } from '../gaen/keyTable.ts';
import { type Batch, BINARY_NAME, type ExportWindow, HEADER, SIGNATURE_NAME } from './format.ts';
import { type KeyOrder, sortedRows } from './keyOrder.ts';
import { exportTags, keyTags, messages } from './schema.ts';
import { type Signer, signatureFile, signatureInfoOf } from './signature.ts';
import { writeZip } from './zipWriter.ts';

export interface ExportContent {
  readonly window: ExportWindow;
  readonly region: string;
  readonly keys: KeyTable;
  readonly revisedKeys?: KeyTable;
  /** At least one; phones refuse unsigned files. */
  readonly signers: readonly Signer[];
  /** Default 1 of 1: Apple says to write nothing else, since not every phone reads batches. */
  readonly batch?: Batch;
  /** Default `bytes`. */
  readonly order?: KeyOrder;
}

const WHOLE: Batch = { number: 1, size: 1 };

/** The zip archive: export.bin and export.sig. */
export const writeExport = (content: ExportContent): Uint8Array => exportZip(exportBinary(content), content);

/** The archive around an export.bin that was made before. */
export const exportZip = (
  binary: Uint8Array,
  { signers, batch = WHOLE }: Pick<ExportContent, 'signers' | 'batch'>,
): Uint8Array =>
  writeZip([
    { name: BINARY_NAME, data: binary },
    { name: SIGNATURE_NAME, data: signatureFile(binary, signers, batch) },
  ]);

/** export.bin. Fields stand in the order of their numbers, as every other serialiser writes them. */
export function exportBinary({
  window,
  region,
  keys,
  revisedKeys,
  signers,
  batch = WHOLE,
  order,
}: ExportContent): Uint8Array {
  const envelope = messages.export
    .encode({
      startTimestamp: window.start,
      endTimestamp: window.end,
      region,
      batchNum: batch.number,
      batchSize: batch.size,
      signatureInfos: signers.map(signatureInfoOf),
    })
    .finish();
  // The encoding of a message is that of its parts in a row, so keys can be appended to what the library wrote.
  const parts = [HEADER, envelope, keyFields(exportTags.keys, keys, order)];
  if (revisedKeys) parts.push(keyFields(exportTags.revisedKeys, revisedKeys, order));
  return Buffer.concat(parts);
}

/** Most bytes of a key: tag, length, 18 for key data, and five varints with their tags. */
const MOST_BYTES_OF_KEY = 64;

/** Each key as a field of the export, in the order of keys. */
function keyFields(tag: number, table: KeyTable, order: KeyOrder | undefined): Uint8Array {
  const bytes = new Uint8Array(table.length * MOST_BYTES_OF_KEY);
  let at = 0;
  for (const row of sortedRows(table, order)) {
    bytes[at] = tag;
    const end = writeKey(table, row, bytes, at + 2);
    // A key is shorter than 128 bytes, so its length is one byte.
    bytes[at + 1] = end - at - 2;
    at = end;
  }
  return bytes.subarray(0, at);
}

/** Writes the fields of a key from `at` on; returns where they end. Absent values are left out. */
function writeKey(table: KeyTable, row: number, bytes: Uint8Array, at: number): number {
  const { keyData, rollingStart, rollingPeriod, transmissionRiskLevel, reportType, daysSinceOnset } = table;
  const level = transmissionRiskLevel[row]!;
  const type = reportType[row]!;
  const days = daysSinceOnset[row]!;
  bytes[at++] = keyTags.keyData;
  bytes[at++] = KEY_BYTES;
  // A loop, because making a view for each key takes longer than copying it.
  for (let from = row * KEY_BYTES, end = from + KEY_BYTES; from < end; from++) bytes[at++] = keyData[from]!;
  if (level !== ABSENT.level) at = writeVarint(bytes, at, keyTags.transmissionRiskLevel, level);
  at = writeVarint(bytes, at, keyTags.rollingStartIntervalNumber, rollingStart[row]!);
  // 144 is the default, but servers write it, and readers that know no defaults need it.
  at = writeVarint(bytes, at, keyTags.rollingPeriod, rollingPeriod[row]!);
  if (type !== ABSENT.reportType) at = writeVarint(bytes, at, keyTags.reportType, type);
  // sint32 is written in zigzag form: 0, -1, 1, -2, ... ("Encoding", "Signed Integers").
  if (days !== ABSENT.days)
    at = writeVarint(bytes, at, keyTags.daysSinceOnsetOfSymptoms, days < 0 ? -2 * days - 1 : 2 * days);
  return at;
}

/** Seven bits a byte, lowest first; the high bit says that more follow ("Encoding", "Base 128 Varints"). */
function writeVarint(bytes: Uint8Array, at: number, tag: number, value: number): number {
  bytes[at++] = tag;
  let rest = value;
  for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
  bytes[at++] = rest;
  return at;
}
