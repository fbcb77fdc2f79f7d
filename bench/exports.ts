/**
 * A key export file of a nation's day: built, sorted, signed and zipped, and read, verified and parsed again.
 *   npx tsx bench/exports.ts [KEYS]
 * Medians of alternating rounds in this process, which also prints the most memory it had.
 */
import { keyedEntropy } from '../src/core/entropy.ts';
import { keyOrders } from '../src/protocol/export/keyOrder.ts';
import { newKeyPair } from '../src/protocol/export/keyPair.ts';
import { readExport } from '../src/protocol/export/reader.ts';
import { writeExport } from '../src/protocol/export/writer.ts';
import { simulatedDiagnosisKeys } from '../src/protocol/gaen/simulatedDiagnosisKeys.ts';

const ROUNDS = 5;
const [count = 600_000] = process.argv.slice(2).map(Number);

const pair = newKeyPair(keyedEntropy(1, 'bench'));
const firstDay = 18_536;
const keys = simulatedDiagnosisKeys(count, { seed: 1, firstDay, days: 14 });
const window = { start: (firstDay + 14) * 86_400, end: (firstDay + 15) * 86_400 };
const signers = [{ privateKey: pair.privateKey, keyId: '222', keyVersion: 'v1' }];

const median = (values: readonly number[]): string =>
  (values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0).toFixed(0);

for (const order of keyOrders) {
  const times = { write: [] as number[], read: [] as number[] };
  let size = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    const file = writeExport({ window, region: '222', keys, signers, order });
    const written = performance.now();
    const { keys: read } = readExport(file, { publicKeys: [{ key: pair.publicKey, keyId: '222' }] });
    if (read.table.length !== count) throw new Error(`${read.table.length} keys instead of ${count}`);
    times.write.push(written - start);
    times.read.push(performance.now() - written);
    size = file.length;
  }
  console.log(
    `${count} keys in the order of ${order}, ${(size / 1e6).toFixed(1)} MB: ` +
      `built, sorted, signed, zipped ${median(times.write)} ms; read, verified, parsed ${median(times.read)} ms`,
  );
}
console.log(`highest RSS ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
