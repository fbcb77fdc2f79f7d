/** Which signatures count, and what is said about those that do not. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EnlabError } from '../../../src/core/errors.ts';
import { readExport } from '../../../src/protocol/export/reader.ts';
import type { VerificationKey } from '../../../src/protocol/export/signature.ts';
import {
  dataField,
  exportMessage,
  type ForeignSignature,
  foreignFile,
  OID_512,
} from '../../helpers/foreignKeyFiles.ts';
import { otherPair, pair, publicKeys, zipOf } from '../../helpers/keyExports.ts';

const { privateKey, publicKey } = pair;
const errorOf = (work: () => unknown): EnlabError => {
  try {
    work();
  } catch (error) {
    if (error instanceof EnlabError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const read = (signatures: readonly ForeignSignature[], keys: readonly VerificationKey[] = publicKeys) =>
  readExport(foreignFile({}, signatures), { publicKeys: keys });

const refused: readonly (readonly [string, readonly ForeignSignature[], readonly VerificationKey[], RegExp])[] = [
  ['unsigned', [], publicKeys, /the file is unsigned/],
  [
    'no algorithm',
    [{ privateKey, oid: '' }],
    publicKeys,
    /algorithm "" is not known; phones know 1\.2\.840\.10045\.4\.3\.2 and/,
  ],
  [
    'an unknown OID',
    [{ privateKey, oid: '1.2.840.113549.1.1.11' }],
    publicKeys,
    /"1\.2\.840\.113549\.1\.1\.11" is not known/,
  ],
  ['a name instead of an OID', [{ privateKey, oid: 'SHA256withECDSA' }], publicKeys, /"SHA256withECDSA" is not known/],
  ['the name of a property', [{ privateKey, oid: 'constructor' }], publicKeys, /"constructor" is not known/],
  ['the wrong OID of the two', [{ privateKey, oid: OID_512 }], publicKeys, /does not verify/],
  [
    'P1363 instead of DER',
    [{ privateKey, encoding: 'ieee-p1363' }],
    publicKeys,
    /raw form of IEEE P1363 .* DER form only/,
  ],
  [
    'P1363 of another key',
    [{ privateKey: otherPair.privateKey, encoding: 'ieee-p1363' }],
    publicKeys,
    /does not verify/,
  ],
  [
    'another key',
    [{ privateKey: otherPair.privateKey }],
    publicKeys,
    /does not verify: the file was changed, or another key/,
  ],
  ['other bytes', [{ privateKey, signed: Buffer.from('else') }], publicKeys, /does not verify/],
  [
    'the body without the header',
    [{ privateKey, signed: exportMessage({}).subarray(16) }],
    publicKeys,
    /does not verify/,
  ],
  [
    'a wrong key id',
    [{ privateKey, id: '262' }],
    [{ key: publicKey, keyId: '222' }],
    /names key 262 version v1, which is not/,
  ],
  [
    'a wrong key version',
    [{ privateKey, version: 'v2' }],
    [{ key: publicKey, keyVersion: 'v1' }],
    /names key 222 version v2/,
  ],
  [
    'two that do not count',
    [{ privateKey, oid: '' }, { privateKey: otherPair.privateKey }],
    publicKeys,
    /\(1\) algorithm .*; \(2\) it does/,
  ],
];

describe('a signature is refused', () => {
  it.each(refused)('%s', (_, signatures, keys, message) => {
    const error = errorOf(() => read(signatures, keys));
    expect(error.code).toBe('E-CHECK');
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBe('');
  });

  it('where it has no bytes', () => {
    const list = dataField(1, dataField(1, dataField(5, '1.2.840.10045.4.3.2')));
    expect(errorOf(() => readExport(zipOf(exportMessage({}), list), { publicKeys })).code).toBe('E-CHECK');
  });

  it('before a byte of export.bin is understood: nothing but the signature is said of nonsense', () => {
    const zip = zipOf(Buffer.from('nonsense, not signed by anybody'), new Uint8Array());
    expect(errorOf(() => readExport(zip, { publicKeys })).message).toMatch(/unsigned/);
    expect(errorOf(() => readExport(zip)).message).toMatch(/export\.bin begins with "nonsense, not si"/);
  });

  it('where there are more than any server writes', () => {
    const many = Array.from({ length: 17 }, () => ({ privateKey }));
    expect(errorOf(() => read(many))).toMatchObject({
      code: 'E-LIMIT',
      message: expect.stringMatching(/17 signatures/),
    });
  });
});

it('a file that names another number of signers than it has signatures is refused, as Android does', () => {
  const file = foreignFile({ infos: [{}, {}] }, [{ privateKey }]);
  expect(errorOf(() => readExport(file, { publicKeys })).message).toMatch(
    /names 2 signers, but export\.sig holds 1 signatures/,
  );
  expect(readExport(file).signatureInfos).toHaveLength(2);
});

describe('a signature is accepted', () => {
  const accepted: readonly (readonly [string, readonly ForeignSignature[], readonly VerificationKey[]])[] = [
    ['with SHA-512', [{ privateKey, digest: 'sha512', oid: OID_512 }], publicKeys],
    ['of any key id where none is asked for', [{ privateKey, id: 'whatever', version: '' }], publicKeys],
    [
      'of the key id and version that are asked for',
      [{ privateKey }],
      [{ key: publicKey, keyId: '222', keyVersion: 'v1' }],
    ],
    ['of one of several public keys', [{ privateKey }], [{ key: otherPair.publicKey }, { key: publicKey }]],
    ['beside one that does not verify', [{ privateKey: otherPair.privateKey }, { privateKey }], publicKeys],
  ];

  it.each(accepted)('%s', (_, signatures, keys) => {
    expect(read(signatures, keys)).toMatchObject({ isVerified: true });
  });

  it('and without a public key none is checked', () => {
    const file = readExport(foreignFile({}, [{ privateKey: otherPair.privateKey }]));
    expect(file).toMatchObject({ isVerified: false, signatures: [{ verdict: 'unchecked', reason: null }] });
  });
});

it('a key of another curve verifies nothing, and is no bug', () => {
  const foreign = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  expect(
    errorOf(() =>
      read([{ privateKey }], [{ key: createPublicKey(foreign.publicKey.export({ type: 'spki', format: 'pem' })) }]),
    ).code,
  ).toBe('E-CHECK');
});
