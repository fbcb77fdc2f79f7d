/**
 * Signatures of key files: ECDSA on P-256 over all of export.bin, header included, in DER form (Google, "Exposure Key
 * export file format", "Signature"). They are checked before anything else of the file is looked at.
 */
import { type KeyObject, sign, verify } from 'node:crypto';
import { EnlabError } from '../../core/errors.ts';
import { defined } from '../../core/object.ts';
import { type Batch, digests, ECDSA_SHA256, SIGNATURE_NAME, type SignatureInfo } from './format.ts';
import { messages } from './schema.ts';

export interface Signer {
  readonly privateKey: KeyObject;
  readonly keyId: string;
  readonly keyVersion: string;
  /** Both are optional in the format; Immuni, Corona-Warn-App and SwissCovid name their iOS app. */
  readonly appBundleId?: string;
  readonly androidPackage?: string;
}

/** What both members of the archive say about a signer. */
export const signatureInfoOf = (signer: Signer): SignatureInfo =>
  defined({
    appBundleId: signer.appBundleId,
    androidPackage: signer.androidPackage,
    verificationKeyVersion: signer.keyVersion,
    verificationKeyId: signer.keyId,
    signatureAlgorithm: ECDSA_SHA256,
  });

/**
 * export.sig. Its bytes differ from run to run: ECDSA draws a number for each signature, and node:crypto takes it from
 * the system, which is the only hidden randomness in a file.
 */
export const signatureFile = (binary: Uint8Array, signers: readonly Signer[], { number, size }: Batch): Uint8Array =>
  messages.signatureList
    .encode({
      signatures: signers.map((signer) => ({
        signatureInfo: signatureInfoOf(signer),
        batchNum: number,
        batchSize: size,
        signature: sign('sha256', binary, signer.privateKey),
      })),
    })
    .finish();

/** A public key that a phone has been given. */
export interface VerificationKey {
  readonly key: KeyObject;
  /** Where they are given, only signatures that name them count. */
  readonly keyId?: string;
  readonly keyVersion?: string;
}

export interface TekSignature extends SignatureInfo {
  readonly batch: Partial<Batch>;
  readonly signature: Uint8Array;
}

/** Signatures in export.sig. Throws E-KEY-FILE where it is no list of signatures. */
export function readSignatures(file: Uint8Array): readonly TekSignature[] {
  interface Decoded {
    readonly signatures: readonly {
      readonly signatureInfo?: SignatureInfo;
      readonly batchNum?: number;
      readonly batchSize?: number;
      readonly signature?: Uint8Array;
    }[];
  }
  let decoded: Decoded;
  try {
    const message = messages.signatureList.decode(file);
    decoded = messages.signatureList.toObject(message, { arrays: true }) as Decoded;
  } catch (cause) {
    throw new EnlabError('E-KEY-FILE', `${SIGNATURE_NAME} is no list of signatures`, { hint: HINT_DAMAGED, cause });
  }
  return decoded.signatures.map(({ signatureInfo = {}, batchNum, batchSize, signature = new Uint8Array() }) => ({
    ...signatureInfo,
    batch: defined({ number: batchNum, size: batchSize }),
    signature,
  }));
}

const HINT_DAMAGED = 'download the file again, or ask who made it';

/** Of each signature: null = verifies with one of the keys, or why it does not. */
export const checkSignatures = (
  binary: Uint8Array,
  signatures: readonly TekSignature[],
  keys: readonly VerificationKey[],
): readonly (string | null)[] => signatures.map((signature) => checkSignature(binary, signature, keys));

function checkSignature(binary: Uint8Array, signature: TekSignature, keys: readonly VerificationKey[]): string | null {
  const { signatureAlgorithm: algorithm = '', signature: value } = signature;
  const digest = Object.hasOwn(digests, algorithm) ? digests[algorithm] : undefined;
  if (digest === undefined)
    return `algorithm "${algorithm}" is not known; phones know ${Object.keys(digests).join(' and ')}`;
  const named = keys.filter((key) => isNamed(key, signature));
  if (named.length === 0) return `it names ${nameOf(signature)}, which is not the key that was given`;
  if (named.some(({ key }) => verify(digest, binary, key, value))) return null;
  // 64 bytes may be DER too, where both numbers happen to be short: only a check tells.
  const isRaw = ({ key }: VerificationKey): boolean =>
    value.length === RAW_BYTES && verify(digest, binary, { key, dsaEncoding: 'ieee-p1363' }, value);
  return named.some(isRaw)
    ? 'it is in the raw form of IEEE P1363 (r and s, 64 bytes); phones accept the DER form only'
    : 'it does not verify: the file was changed, or another key signed it';
}

/** r and s of P-256, 32 bytes each (IEEE P1363). */
const RAW_BYTES = 64;

const isNamed = ({ keyId, keyVersion }: VerificationKey, signature: SignatureInfo): boolean =>
  (keyId === undefined || keyId === signature.verificationKeyId) &&
  (keyVersion === undefined || keyVersion === signature.verificationKeyVersion);

/** "key 222 version v1" */
export const nameOf = ({ verificationKeyId, verificationKeyVersion }: SignatureInfo): string =>
  `key ${verificationKeyId ?? '(none)'} version ${verificationKeyVersion ?? '(none)'}`;

/** Throws E-CHECK unless one signature verifies: one is enough, as a file may be signed for several apps. */
export function assertVerified(reasons: readonly (string | null)[]): void {
  if (reasons.includes(null)) return;
  if (reasons.length === 0)
    throw new EnlabError('E-CHECK', 'the file is unsigned', {
      hint: 'phones refuse it; ask the server for a signed file',
    });
  const text = reasons.length === 1 ? reasons[0] : reasons.map((reason, k) => `(${k + 1}) ${reason}`).join('; ');
  throw new EnlabError('E-CHECK', `the signature is not accepted: ${text}`, {
    hint: '"enlab backend inspect FILE" without --public-key shows who claims to have signed it',
  });
}
