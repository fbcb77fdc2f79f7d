/** Files that we write, read by the reader that shares no code with them, and by ours. */

import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../../src/core/bytes.ts';
import { keyOrders } from '../../../src/protocol/export/keyOrder.ts';
import { readExport } from '../../../src/protocol/export/reader.ts';
import { type ExportContent, exportBinary, writeExport } from '../../../src/protocol/export/writer.ts';
import { type DiagnosisKey, reportTypes } from '../../../src/protocol/gaen/keys.ts';
import { keyAt, keyTableOf } from '../../../src/protocol/gaen/keyTable.ts';
import {
  keysOf,
  otherPair,
  pair,
  plausibleKeys,
  publicKeys,
  signer,
  vectors,
  window,
} from '../../helpers/keyExports.ts';
import { readBySpec, type SpecKey } from '../../helpers/specReader.ts';

const contentOf = (keys: readonly DiagnosisKey[], more: Partial<ExportContent> = {}): ExportContent => ({
  window,
  region: '222',
  keys: keyTableOf(keys),
  signers: [signer],
  ...more,
});

const specKey = (key: DiagnosisKey): SpecKey =>
  ({
    data: toHex(key.keyData),
    level: key.transmissionRiskLevel,
    start: key.rollingStartIntervalNumber,
    period: key.rollingPeriod,
    reportType: key.reportType === undefined ? undefined : reportTypes.indexOf(key.reportType),
    days: key.daysSinceOnsetOfSymptoms,
  }) as SpecKey;

const byData = (keys: readonly SpecKey[]): readonly SpecKey[] => keys.toSorted((a, b) => (a.data < b.data ? -1 : 1));

describe('a file that we write', () => {
  it('is accepted by a reader written from the specification, with the same keys', () => {
    fc.assert(
      fc.property(plausibleKeys, plausibleKeys, (keys, revised) => {
        const file = writeExport(contentOf(keys, { revisedKeys: keyTableOf(revised) }));
        const read = readBySpec(file, pair.publicKey);
        expect(read).toMatchObject({ header: 'EK Export v1    ', region: '222', batch: [1, 1], verifies: true });
        expect([read.start, read.end]).toEqual([BigInt(window.start), BigInt(window.end)]);
        expect(read.infos).toEqual([['v1', '222', '1.2.840.10045.4.3.2', '']]);
        expect(read.keys).toEqual(byData(keys.map(specKey)));
        expect(read.revised).toEqual(byData(revised.map(specKey)));
      }),
      { numRuns: 60 },
    );
  });

  it('comes back from our own reader key by key', () => {
    fc.assert(
      fc.property(plausibleKeys, fc.constantFrom(...keyOrders), (keys, order) => {
        const { table, rejected, unread } = readExport(writeExport(contentOf(keys, { order })), { publicKeys }).keys;
        expect([rejected, unread]).toEqual([{}, {}]);
        const read = Array.from({ length: table.length }, (_, row) => specKey(keyAt(table, row)));
        expect(byData(read)).toEqual(byData(keys.map(specKey)));
      }),
      { numRuns: 60 },
    );
  });

  it('does not verify with another key, nor when a byte of export.bin changes', () => {
    const file = writeExport(contentOf(keysOf(3)));
    expect(readBySpec(file, otherPair.publicKey).verifies).toBe(false);
  });

  it('opens in fflate, with just the two members', () => {
    const members = unzipSync(writeExport(contentOf(keysOf(2))));
    expect(Object.keys(members)).toEqual(['export.bin', 'export.sig']);
    expect(Buffer.from(members['export.bin']!)).toEqual(exportBinary(contentOf(keysOf(2))));
  });
});

describe('export.bin', () => {
  it('does not depend on the order in which keys come', () => {
    const keys = keysOf(200);
    for (const order of keyOrders)
      expect(exportBinary(contentOf(keys.toReversed(), { order }))).toEqual(exportBinary(contentOf(keys, { order })));
  });

  it('has keys in the order of their bytes, or of their base64 text', () => {
    const dataOf = (order: 'bytes' | 'base64'): string[] =>
      readBySpec(writeExport(contentOf(keysOf(500), { order })), pair.publicKey).keys.map(({ data }) => data);
    const text = (hex: string): string => Buffer.from(hex, 'hex').toString('base64');
    expect(dataOf('bytes')).toEqual(dataOf('bytes').toSorted());
    expect(dataOf('base64').map(text)).toEqual(dataOf('base64').map(text).toSorted());
    expect(dataOf('base64')).not.toEqual(dataOf('bytes'));
  });

  it('is, byte by byte, the file that the production server of SwissCovid made of the same key', () => {
    const expected = Buffer.from(vectors.swisscovid.binary, 'hex');
    const key = { keyData: expected.subarray(97, 113), rollingStartIntervalNumber: 2_664_000, rollingPeriod: 144 };
    const written = exportBinary({
      window: { start: 1_598_400_000, end: 1_598_407_200 },
      region: 'ch',
      keys: keyTableOf([{ ...key, transmissionRiskLevel: 0 }]),
      signers: [{ privateKey: pair.privateKey, keyId: '228', keyVersion: 'v1', appBundleId: 'ch.admin.bag.dp3t' }],
    });
    expect(toHex(written)).toBe(vectors.swisscovid.binary);
  });

  it('has the length of the example file of Google, made of the same keys', () => {
    const { google } = vectors;
    const keys = google.temporaryExposureKeys.map((key) => ({
      keyData: Buffer.from(key.key, 'base64'),
      rollingStartIntervalNumber: key.rollingStartNumber,
      rollingPeriod: key.rollingPeriod,
      transmissionRiskLevel: key.transmissionRisk,
    }));
    const written = exportBinary({
      window: google.window,
      region: google.region,
      keys: keyTableOf(keys),
      signers: [
        { privateKey: pair.privateKey, keyId: google.verificationKeyId, keyVersion: google.verificationKeyVersion },
      ],
    });
    expect(written).toHaveLength(google.bytesOfBinary);
  });

  it('names every signer and its place in a batch', () => {
    const signers = [
      signer,
      { ...signer, privateKey: otherPair.privateKey, keyId: '262', androidPackage: 'de.rki.coronawarnapp' },
    ];
    const file = writeExport(contentOf(keysOf(1), { signers, batch: { number: 2, size: 3 } }));
    const read = readExport(file, { publicKeys: [{ key: otherPair.publicKey, keyId: '262' }] });
    expect(read.batch).toEqual({ number: 2, size: 3 });
    expect(
      read.signatureInfos.map(({ verificationKeyId, androidPackage }) => [verificationKeyId, androidPackage]),
    ).toEqual([
      ['222', undefined],
      ['262', 'de.rki.coronawarnapp'],
    ]);
    expect(read.signatures.map(({ verdict, batch }) => [verdict, batch])).toEqual([
      ['invalid', { number: 2, size: 3 }],
      ['valid', { number: 2, size: 3 }],
    ]);
  });
});
