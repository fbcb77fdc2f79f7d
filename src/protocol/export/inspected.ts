/** A key file that was read, as plain values for people and programs. */
import { toBase64 } from '../../core/bytes.ts';
import { isoTime } from '../../core/time.ts';
import { type KeyTable, keyAt } from '../gaen/keyTable.ts';
import { isSimulatedKey } from '../gaen/simulatedKeys.ts';
import type { Batch, ExportWindow } from './format.ts';
import type { KeySet } from './parse.ts';
import type { CheckedSignature, KeyExport } from './reader.ts';
import type { InspectedFile } from './schemas.ts';

/** Everything of a file; absent values are null. */
export function inspectedFile(file: string, read: KeyExport): InspectedFile {
  const { keys, revisedKeys } = read;
  const lists = [listed(keys.table), listed(revisedKeys.table)] as const;
  return {
    file,
    bytes: read.bytes,
    hashes: read.hashes,
    header: read.header,
    region: read.region,
    window: shownWindow(read.window),
    batch: shownBatch(read.batch),
    verified: read.isVerified,
    signatures: read.signatures.map(shownSignature),
    keys: lists[0].keys,
    revisedKeys: lists[1].keys,
    rejected: summed(keys.rejected, revisedKeys.rejected),
    rejectedRows: { keys: shownRows(keys), revisedKeys: shownRows(revisedKeys) },
    unread: summed(keys.unread, revisedKeys.unread),
    simulatedKeys: lists[0].simulated + lists[1].simulated,
  };
}

const shownRows = ({ rejectedRows }: KeySet): Record<string, number[]> =>
  Object.fromEntries(Object.entries(rejectedRows).map(([reason, rows]) => [reason, [...rows]]));

export const shownWindow = (window: ExportWindow | null): InspectedFile['window'] =>
  window && {
    start: isoTime(window.start),
    end: isoTime(window.end),
    startTimestamp: window.start,
    endTimestamp: window.end,
  };

export const shownBatch = ({ number, size }: Partial<Batch>): InspectedFile['batch'] => ({
  number: number ?? null,
  size: size ?? null,
});

const shownSignature = (signature: CheckedSignature): InspectedFile['signatures'][number] => ({
  verificationKeyId: signature.verificationKeyId ?? null,
  verificationKeyVersion: signature.verificationKeyVersion ?? null,
  signatureAlgorithm: signature.signatureAlgorithm ?? null,
  appBundleId: signature.appBundleId ?? null,
  androidPackage: signature.androidPackage ?? null,
  batch: shownBatch(signature.batch),
  signature: toBase64(signature.signature),
  verdict: signature.verdict,
  reason: signature.reason,
});

function listed(table: KeyTable): { keys: InspectedFile['keys']; simulated: number } {
  const keys: InspectedFile['keys'] = [];
  let simulated = 0;
  for (let row = 0; row < table.length; row++) {
    const key = keyAt(table, row);
    if (isSimulatedKey(key.keyData)) simulated++;
    keys.push({
      keyData: toBase64(key.keyData),
      transmissionRiskLevel: key.transmissionRiskLevel ?? null,
      rollingStartIntervalNumber: key.rollingStartIntervalNumber,
      rollingPeriod: key.rollingPeriod,
      reportType: key.reportType ?? null,
      daysSinceOnsetOfSymptoms: key.daysSinceOnsetOfSymptoms ?? null,
    });
  }
  return { keys, simulated };
}

type Counts = Readonly<Record<string, number>>;

function summed(...counts: readonly Counts[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const [name, count] of counts.flatMap((each) => Object.entries(each))) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** How many in all. */
export const total = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
