/** Real key export files of fixtures/vectors, key pairs and tables for tests of key files. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { newKeyPair } from '../../src/protocol/export/keyPair.ts';
import { type DiagnosisKey, reportTypes } from '../../src/protocol/gaen/keys.ts';
import { DAY_BEFORE, foreignZip, WINDOW } from './foreignKeyFiles.ts';
import { textOf } from './sourceFiles.ts';

export const pair = newKeyPair(keyedEntropy(1, 'server of a test'));
export const otherPair = newKeyPair(keyedEntropy(2, 'server of a test'));
export const publicKeys = [{ key: pair.publicKey }];

export const window = { start: WINDOW[0], end: WINDOW[1] };
export const signer = { privateKey: pair.privateKey, keyId: '222', keyVersion: 'v1' };

interface Vectors {
  readonly swisscovid: {
    readonly binary: string;
    readonly signatureFile: string;
    readonly publicKey: { readonly x: string; readonly y: string };
  };
  readonly coronaWarnApp: { readonly binary: string; readonly signatureFile: string; readonly publicKey: string };
  readonly apturiCovid: { readonly binary: string; readonly signatureFile: string };
  readonly google: {
    readonly window: { readonly start: number; readonly end: number };
    readonly region: string;
    readonly verificationKeyId: string;
    readonly verificationKeyVersion: string;
    readonly bytesOfBinary: number;
    readonly publicKey: string;
    readonly temporaryExposureKeys: readonly {
      readonly key: string;
      readonly rollingStartNumber: number;
      readonly rollingPeriod: number;
      readonly transmissionRisk: number;
    }[];
  };
  readonly phoneLogs: {
    readonly files: readonly { readonly keyCount: number; readonly ios: string; readonly android: string }[];
  };
}

export const vectors = JSON.parse(textOf('fixtures/vectors/key-exports.json')) as Vectors;

/** An archive of members that were found without one. */
export const zipOf = (binary: Uint8Array, signatureFile: Uint8Array): Buffer =>
  foreignZip([
    { name: 'export.bin', data: binary },
    { name: 'export.sig', data: signatureFile },
  ]);

const { swisscovid } = vectors;
export const swissZip = zipOf(Buffer.from(swisscovid.binary, 'hex'), Buffer.from(swisscovid.signatureFile, 'hex'));
const base64url = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
export const swissKey: KeyObject = createPublicKey({
  key: { kty: 'EC', crv: 'P-256', x: base64url(swisscovid.publicKey.x), y: base64url(swisscovid.publicKey.y) },
  format: 'jwk',
});

/** `n` different keys of the day before the window. */
export const keysOf = (n: number): DiagnosisKey[] =>
  Array.from({ length: n }, (_, k) => ({
    keyData: keyedEntropy(7, 'key of a test', k)(16),
    rollingStartIntervalNumber: DAY_BEFORE,
    rollingPeriod: 144,
    transmissionRiskLevel: k % 9,
  }));

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Keys that every reader must accept, each with other key data. */
export const plausibleKeys: fc.Arbitrary<DiagnosisKey[]> = fc
  .uniqueArray(
    fc.record({
      keyData: fc.uint8Array({ minLength: 16, maxLength: 16 }).filter((data) => data.some((byte) => byte !== 0)),
      rollingStartIntervalNumber: fc.integer({ min: DAY_BEFORE - 10 * 144, max: DAY_BEFORE + 144 }),
      rollingPeriod: fc.integer({ min: 1, max: 144 }),
      transmissionRiskLevel: optional(fc.integer({ min: 0, max: 8 })),
      reportType: optional(fc.constantFrom(...reportTypes)),
      daysSinceOnsetOfSymptoms: optional(fc.integer({ min: -14, max: 4000 })),
    }),
    { maxLength: 30, selector: ({ keyData }) => keyData.join() },
  )
  .map((keys) => keys as DiagnosisKey[]);
