/** P-256 key pairs of servers (NIST SP 800-186, "secp256r1", in OpenSSL "prime256v1"), and their PEM form. */
import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { Entropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';

const SCALAR_BYTES = 32;
/** Order n of the group (NIST SP 800-186 3.2.1.3); private keys are 1..n - 1. */
const ORDER = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** A pair from nothing but `entropy`, so that a simulated server has the same key on every machine. */
export function newKeyPair(entropy: Entropy): KeyPair {
  let scalar = Buffer.from(entropy(SCALAR_BYTES));
  // Rejection keeps the choice uniform (FIPS 186-5 A.2.2); one draw in 2^32 is repeated.
  while (scalar.compare(ORDER) >= 0 || scalar.every((byte) => byte === 0)) scalar = Buffer.from(entropy(SCALAR_BYTES));
  const curve = createECDH('prime256v1');
  curve.setPrivateKey(scalar);
  // Uncompressed point: 4, x, y (SEC 1 2.3.3).
  const point = curve.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + SCALAR_BYTES), point.subarray(1 + SCALAR_BYTES)];
  const jwk = { kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url') };
  return {
    privateKey: createPrivateKey({ key: { ...jwk, d: scalar.toString('base64url') }, format: 'jwk' }),
    publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
  };
}

/** SPKI, as `openssl ec -pubout` writes it. */
export const publicKeyPem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();

/** PKCS #8. */
export const privateKeyPem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const HINT = 'make a pair with: openssl ecparam -genkey -name prime256v1 -noout -out private.pem';

/** PEM of a public key, or of a private one, whose public half counts. Throws E-FILE-FORMAT for anything but P-256. */
export function readPublicKey(pem: string): KeyObject {
  return onCurve(() => createPublicKey(pem), 'public');
}

/** SEC 1 ("EC PRIVATE KEY") or PKCS #8 without a passphrase. Throws E-FILE-FORMAT for anything but P-256. */
export function readKeyPair(pem: string): KeyPair {
  const privateKey = onCurve(() => createPrivateKey(pem), 'private');
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function onCurve(read: () => KeyObject, kind: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (cause) {
    throw new EnlabError('E-FILE-FORMAT', `this is no ${kind} key in PEM form`, { hint: HINT, cause });
  }
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return key;
  const what = key.asymmetricKeyDetails?.namedCurve ?? key.asymmetricKeyType;
  throw new EnlabError('E-FILE-FORMAT', `this is a key for ${what}; key files are signed on P-256`, { hint: HINT });
}
