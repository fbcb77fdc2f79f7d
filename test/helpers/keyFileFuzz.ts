/** Damages key files at random and reads them: whatever comes in, only an EnlabError may come out, and soon. */

import { EnlabError } from '../../src/core/errors.ts';
import { keyed, type Stream } from '../../src/core/random.ts';
import { readExport } from '../../src/protocol/export/reader.ts';
import { bytes, DAY_BEFORE, exportMessage, foreignFile, foreignZip, signatureMessage } from './foreignKeyFiles.ts';
import { keysOf, pair, publicKeys, swissZip } from './keyExports.ts';

const someKeys = keysOf(4).map(({ keyData }) => ({
  data: keyData,
  start: DAY_BEFORE,
  period: 144,
  level: 2,
  days: -1,
}));
const signatures = [{ privateKey: pair.privateKey }];
/** Whole files of several writers. */
const seeds = [
  swissZip,
  foreignFile({ keys: someKeys }, signatures),
  foreignFile({ keys: someKeys, revised: someKeys }, signatures, { descriptors: true, date: 0 }),
];

const flipped = (file: Buffer, draws: Stream): Buffer => {
  const copy = Buffer.from(file);
  for (let count = 1 + draws.below(4); count > 0; count--) copy[draws.below(copy.length)]! ^= 1 << draws.below(8);
  return copy;
};

const spliced = (file: Buffer, draws: Stream): Buffer => {
  const other = seeds[draws.below(seeds.length)]!;
  const at = draws.below(other.length);
  return bytes(file.subarray(0, draws.below(file.length)), other.subarray(at, at + draws.below(other.length)));
};

/** A sound archive around damaged members, so that the damage reaches the parsers behind the CRC. */
const wrapped = (file: Buffer, damage: (member: Buffer, draws: Stream) => Buffer, draws: Stream): Buffer => {
  const binary = damage(exportMessage({ keys: someKeys, revised: someKeys }), draws);
  const list = signatureMessage(file, signatures);
  return foreignZip([
    { name: 'export.bin', data: binary, method: draws.below(2) * 8 },
    { name: 'export.sig', data: draws.below(2) === 0 ? list : flipped(list, draws) },
  ]);
};

const damages: readonly ((file: Buffer, draws: Stream) => Buffer)[] = [
  flipped,
  (file, draws) => file.subarray(0, draws.below(file.length)),
  spliced,
  (file, draws) => wrapped(file, flipped, draws),
  (file, draws) => wrapped(file, (member) => member.subarray(0, draws.below(member.length)), draws),
  (file, draws) => wrapped(file, (member) => bytes(member, Buffer.from(someKeys[draws.below(4)]!.data)), draws),
];

/** Reads `count` damaged files with and without a public key; how many were read all the same, and how many refused. */
export function fuzzKeyFiles(count: number, seed: number): { readonly read: number; readonly refused: number } {
  let read = 0;
  for (let k = 0; k < count; k++) {
    const draws = keyed(seed, 'damaged key file', k);
    const file = damages[k % damages.length]!(seeds[draws.below(seeds.length)]!, draws);
    try {
      readExport(file, draws.below(4) === 0 ? { publicKeys } : {});
      read++;
    } catch (error) {
      if (!(error instanceof EnlabError)) throw new Error(`case ${k} of seed ${seed}`, { cause: error });
    }
  }
  return { read, refused: count - read };
}
