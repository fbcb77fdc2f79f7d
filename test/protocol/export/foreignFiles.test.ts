/** Files of other servers: real bytes where they could be had, and imitations of what their code writes. */
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readExport } from '../../../src/protocol/export/reader.ts';
import { checkSignatures, readSignatures } from '../../../src/protocol/export/signature.ts';
import { type KeyTable, keyAt } from '../../../src/protocol/gaen/keyTable.ts';
import {
  bytes,
  DAY_BEFORE,
  dataField,
  type ForeignExport,
  type ForeignKey,
  foreignFile,
  integerField,
  OID_512,
  type ZipStyle,
} from '../../helpers/foreignKeyFiles.ts';
import { keysOf, otherPair, pair, publicKeys, swissKey, swissZip, vectors, zipOf } from '../../helpers/keyExports.ts';

const keysIn = (table: KeyTable) => Array.from({ length: table.length }, (_, row) => keyAt(table, row));

describe('real files', () => {
  it('SwissCovid, production, 26 August 2020: verifies and is read', () => {
    const read = readExport(swissZip, { publicKeys: [{ key: swissKey, keyId: '228', keyVersion: 'v1' }] });
    expect(read).toMatchObject({
      header: 'EK Export v1',
      region: 'ch',
      window: { start: 1_598_400_000, end: 1_598_407_200 },
      batch: { number: 1, size: 1 },
      isVerified: true,
      signatures: [{ verdict: 'valid', appBundleId: 'ch.admin.bag.dp3t', signatureAlgorithm: '1.2.840.10045.4.3.2' }],
      keys: { rejected: {}, count: 1 },
    });
    expect(keysIn(read.keys.table)).toMatchObject([
      { rollingStartIntervalNumber: 2_664_000, rollingPeriod: 144, transmissionRiskLevel: 0 },
    ]);
  });

  it('SwissCovid: a changed bit does not verify', () => {
    const binary = Buffer.from(vectors.swisscovid.binary, 'hex');
    binary[100]! ^= 1;
    const zip = zipOf(binary, Buffer.from(vectors.swisscovid.signatureFile, 'hex'));
    expect(() => readExport(zip, { publicKeys: [{ key: swissKey }] })).toThrow(/does not verify: the file was changed/);
  });

  it('Corona-Warn-App, production: its signature list verifies with the published key', () => {
    const { binary, signatureFile, publicKey } = vectors.coronaWarnApp;
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const signatures = readSignatures(Buffer.from(signatureFile, 'hex'));
    expect(signatures).toMatchObject([
      {
        verificationKeyId: '262',
        verificationKeyVersion: 'v1',
        appBundleId: 'de.rki.coronawarnapp',
        batch: { number: 1, size: 1 },
      },
    ]);
    const keys = [{ key, keyId: '262', keyVersion: 'v1' }];
    expect(checkSignatures(Buffer.from(binary, 'hex'), signatures, keys)).toEqual([null]);
    expect(checkSignatures(Buffer.from(binary, 'hex').subarray(1), signatures, keys)).not.toEqual([null]);
  });

  it('Apturi Covid, staging: no window, the name of an algorithm, and a signature file that is none', () => {
    const binary = Buffer.from(vectors.apturiCovid.binary, 'base64');
    expect(() => readExport(zipOf(binary, Buffer.from(vectors.apturiCovid.signatureFile, 'base64')))).toThrow(
      /export\.sig is no list of signatures/,
    );
    const read = readExport(zipOf(binary, new Uint8Array()));
    expect(read).toMatchObject({ region: '310', window: null, signatures: [], keys: { count: 3, rejected: {} } });
    expect(read.signatureInfos).toMatchObject([{ signatureAlgorithm: 'SHA256withECDSA', verificationKeyId: '310' }]);
    expect(keysIn(read.keys.table).map((key) => key.rollingStartIntervalNumber % 144)).toEqual([0, 0, 0]);
  });

  it("Google's example, rebuilt from its keys: both start weeks after the window, which the reader says", () => {
    const { google } = vectors;
    const keys = google.temporaryExposureKeys.map(({ key, rollingStartNumber, rollingPeriod, transmissionRisk }) => ({
      data: Buffer.from(key, 'base64'),
      level: transmissionRisk,
      start: rollingStartNumber,
      period: rollingPeriod,
    }));
    const info = { id: google.verificationKeyId, version: google.verificationKeyVersion };
    const { start, end } = google.window;
    const file = foreignFile({ window: [start, end], region: 'US', infos: [info], keys }, [{ ...info, ...pair }], {
      date: 0,
    });
    expect(readExport(file, { publicKeys }).keys).toMatchObject({
      table: { length: 0 },
      rejected: { 'rolling start is after the window': 2 },
      rejectedRows: { 'rolling start is after the window': [1, 2] },
    });
    const patient = readExport(file, { publicKeys, plausibleDays: { before: 30, after: 30 } });
    expect(keysIn(patient.keys.table)).toMatchObject([
      { rollingPeriod: 1, transmissionRiskLevel: 8 },
      { rollingPeriod: 114, transmissionRiskLevel: 1 },
    ]);
    expect(createPublicKey(google.publicKey).asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });
});

const [first, second] = keysOf(2).map(
  (key): ForeignKey => ({ data: key.keyData, start: DAY_BEFORE, period: 144, level: 3 }),
) as [ForeignKey, ForeignKey];

/** Extended timestamp (Info-ZIP, id 0x5455), as Go writes it where a time is set. */
const GO_TIMES = Buffer.from('55540500010000000000', 'hex').subarray(0, 9);

const styles: readonly (readonly [string, ZipStyle])[] = [
  ['Go archive/zip: data descriptors, the date 1980-00-00', { descriptors: true, date: 0 }],
  ['Go with a time set: extra fields', { descriptors: true, extra: GO_TIMES }],
  ['Java ZipOutputStream: data descriptors', { descriptors: true, date: 0x5141 }],
  ['Python zipfile: sizes in the local header', {}],
];

describe('archives of other languages', () => {
  it.each(styles)('%s', (_, style) => {
    const file = foreignFile({ keys: [first, second] }, [{ privateKey: pair.privateKey }], style);
    expect(readExport(file, { publicKeys }).keys.table).toHaveLength(2);
  });
});

const contents: readonly (readonly [string, ForeignExport, object])[] = [
  ['no rolling period: 144', { keys: [{ data: first.data!, start: DAY_BEFORE, level: 3 }] }, { rollingPeriod: 144 }],
  [
    'no level, a report type and days: Google after 2020',
    { keys: [{ data: first.data!, start: DAY_BEFORE, reportType: 1, days: -3 }] },
    { reportType: 'CONFIRMED_TEST', daysSinceOnsetOfSymptoms: -3 },
  ],
  [
    'onset encoded in thousands: Corona-Warn-App',
    { keys: [{ ...first, days: 2998 }] },
    { daysSinceOnsetOfSymptoms: 2998 },
  ],
  [
    'fields of a key in another order',
    { keys: [{ extra: bytes(integerField(4, 100), integerField(3, DAY_BEFORE), dataField(1, first.data!)) }] },
    { rollingPeriod: 100 },
  ],
  ['a field twice: the last counts', { keys: [{ ...first, extra: integerField(4, 12) }] }, { rollingPeriod: 12 }],
  [
    'unknown fields of every wire type',
    {
      keys: [{ ...first, extra: bytes(integerField(15, 7), dataField(16, 'new'), Buffer.from('f50161626364', 'hex')) }],
      extra: bytes(dataField(90, 'later'), integerField(91, -1)),
    },
    {},
  ],
  ['a batch that is not given', { batch: null, keys: [first] }, {}],
  ['any key id and version', { infos: [{ id: 'some_id', version: '1' }], keys: [first] }, {}],
];

describe('export.bin of other servers', () => {
  it.each(contents)('%s', (_, content, expected) => {
    const read = readExport(foreignFile(content, [{ privateKey: pair.privateKey, id: 'any', version: '7' }]), {
      publicKeys,
    });
    expect(read.keys.rejected).toEqual({});
    expect(keysIn(read.keys.table)).toMatchObject([{ keyData: new Uint8Array(first.data!), ...expected }]);
  });

  it('EFGS: a level that says "not used" is read as none, and counted', () => {
    const file = foreignFile({ keys: [{ ...first, level: 0x7fff_ffff }] }, [{ privateKey: pair.privateKey }]);
    const { table, rejected, unread } = readExport(file, { publicKeys }).keys;
    expect(rejected).toEqual({});
    expect(Object.values(unread)).toEqual([1]);
    expect(keyAt(table, 0).transmissionRiskLevel).toBeUndefined();
  });

  it('a report type of later years and days beyond 16 bits are read as none, and counted', () => {
    const file = foreignFile(
      {
        keys: [
          { ...first, reportType: 6 },
          { ...second, days: 40_000 },
        ],
      },
      [{ privateKey: pair.privateKey }],
    );
    const { table, unread } = readExport(file, { publicKeys }).keys;
    expect(Object.keys(unread)).toHaveLength(2);
    for (const key of keysIn(table))
      expect([key.reportType, key.daysSinceOnsetOfSymptoms]).toEqual([undefined, undefined]);
  });

  it('Google: revised keys are a list of their own, and may repeat what is in the other', () => {
    const file = foreignFile({ keys: [first], revised: [first, { ...second, reportType: 5 }] }, [
      { privateKey: pair.privateKey },
    ]);
    const read = readExport(file, { publicKeys });
    expect([read.keys.table.length, read.revisedKeys.table.length]).toEqual([1, 2]);
    expect(keysIn(read.revisedKeys.table).map(({ reportType }) => reportType)).toContain('REVOKED');
  });

  it('keys in no order, with keys of other lists between them', () => {
    const file = foreignFile(
      {
        keys: [second],
        revised: [first],
        extra: dataField(7, bytes(dataField(1, first.data!), integerField(3, DAY_BEFORE))),
      },
      [{ privateKey: pair.privateKey }],
    );
    expect(readExport(file, { publicKeys }).keys.table).toHaveLength(2);
  });

  it('a file signed for two apps needs one of the two keys', () => {
    const signatures = [
      { privateKey: pair.privateKey, id: '222' },
      { privateKey: otherPair.privateKey, id: '262', digest: 'sha512', oid: OID_512 },
    ];
    const file = foreignFile({ keys: [first], infos: signatures.map(({ id }) => ({ id })) }, signatures);
    expect(readExport(file, { publicKeys }).signatures.map(({ verdict }) => verdict)).toEqual(['valid', 'invalid']);
    const other = readExport(file, { publicKeys: [{ key: otherPair.publicKey }] });
    expect(other.signatures.map(({ verdict }) => verdict)).toEqual(['invalid', 'valid']);
  });

  it('an hour without keys is a file too: Corona-Warn-App', () => {
    const file = foreignFile({ region: 'DE' }, [{ privateKey: pair.privateKey, id: '262' }]);
    expect(readExport(file, { publicKeys }).keys.table).toHaveLength(0);
  });
});
