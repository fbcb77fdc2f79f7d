/** Key pairs of servers: reproducible, in the range, and in forms that OpenSSL knows. */
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../src/core/entropy.ts';
import {
  newKeyPair,
  privateKeyPem,
  publicKeyPem,
  readKeyPair,
  readPublicKey,
} from '../../../src/protocol/export/keyPair.ts';

const ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
/** Entropy that gives these 32 bytes, one after another. */
const giving = (...scalars: readonly string[]) => {
  const left = [...scalars];
  return () => new Uint8Array(Buffer.from(left.shift()!, 'hex'));
};
const scalarOf = (pair: ReturnType<typeof newKeyPair>): string =>
  Buffer.from(pair.privateKey.export({ format: 'jwk' }).d!, 'base64url').toString('hex');

describe('a new pair', () => {
  it('comes from its entropy alone', () => {
    const pem = (seed: number): string => privateKeyPem(newKeyPair(keyedEntropy(seed, 'x')).privateKey);
    expect(pem(1)).toBe(pem(1));
    expect(pem(1)).not.toBe(pem(2));
  });

  it('has the public key that belongs to the private one', () => {
    const { privateKey, publicKey } = newKeyPair(keyedEntropy(3, 'x'));
    expect(publicKeyPem(createPublicKey(privateKey))).toBe(publicKeyPem(publicKey));
    expect(verify('sha256', Buffer.from('a'), publicKey, sign('sha256', Buffer.from('a'), privateKey))).toBe(true);
  });

  it('draws again for 0 and for numbers from the order of the group on', () => {
    const one = `${'0'.repeat(63)}1`;
    const last = ORDER.replace(/51$/, '50');
    expect(scalarOf(newKeyPair(giving('0'.repeat(64), ORDER, 'f'.repeat(64), one)))).toBe(one);
    expect(scalarOf(newKeyPair(giving(last)))).toBe(last);
  });
});

describe('PEM', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }).toString();

  it('goes out and comes in', () => {
    expect(publicKeyPem(readPublicKey(publicKeyPem(publicKey)))).toBe(publicKeyPem(publicKey));
    for (const pem of [sec1, privateKeyPem(privateKey)]) {
      expect(privateKeyPem(readKeyPair(pem).privateKey)).toBe(privateKeyPem(privateKey));
      expect(publicKeyPem(readKeyPair(pem).publicKey)).toBe(publicKeyPem(publicKey));
    }
  });

  it('of a private key serves as a public one', () => {
    expect(publicKeyPem(readPublicKey(sec1))).toBe(publicKeyPem(publicKey));
  });

  it.each([
    ['nonsense', 'hello', /no public key in PEM form/],
    [
      'another curve',
      publicKeyPem(generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey),
      /a key for secp256k1/,
    ],
    ['RSA', publicKeyPem(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey), /a key for rsa/],
  ])('of %s is refused', (_, pem, message) => {
    expect(() => readPublicKey(pem)).toThrow(message);
  });

  it('of a public key signs nothing', () => {
    expect(() => readKeyPair(publicKeyPem(publicKey))).toThrow(/no private key in PEM form/);
  });
});
