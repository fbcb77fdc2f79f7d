/**
 * Reads a key export file that may come from anybody: archive, then signature, then keys. What the phone does with a
 * download and what `enlab backend inspect` shows of it is this function.
 */
import { createHash } from 'node:crypto';
import { EnlabError } from '../../core/errors.ts';
import { BINARY_NAME, HEADER, SIGNATURE_NAME } from './format.ts';
import { type PlausibleDays, plausibleDays, startBounds } from './keyRules.ts';
import { type Envelope, type KeySet, MOST_SIGNATURES, readEnvelope, readKeys } from './parse.ts';
import {
  assertVerified,
  checkSignatures,
  readSignatures,
  type TekSignature,
  type VerificationKey,
} from './signature.ts';
import { readZip } from './zipReader.ts';

export interface ReadOptions {
  /** One signature must verify with one of them; absent: no signature is checked, and the result says so. */
  readonly publicKeys?: readonly VerificationKey[];
  /** Of both lists together. Default 1,000,000: Corona-Warn-App writes 600,000, Apple advises 750,000. */
  readonly maxKeys?: number;
  /** Of the archive, and of export.bin. Default 64 MiB: a million keys of servers have 34 MB and 19 MB zipped. */
  readonly maxBytes?: number;
  /** Uncompressed over compressed. Default 10 (zipReader.ts). */
  readonly maxRatio?: number;
  readonly plausibleDays?: PlausibleDays;
  /** Columns of keys in memory that workers share. */
  readonly shared?: boolean;
}

export const defaultLimits = { maxKeys: 1_000_000, maxBytes: 67_108_864, maxRatio: 10 } as const;
/** 16 signatures have 3 kB. */
const MOST_SIGNATURE_FILE_BYTES = 65_536;

export interface CheckedSignature extends TekSignature {
  /** `unchecked` without public keys; otherwise whether this one verifies. */
  readonly verdict: 'unchecked' | 'valid' | 'invalid';
  /** Why it does not verify. */
  readonly reason: string | null;
}

export interface KeyExport extends Omit<Envelope, 'keys' | 'revisedKeys'> {
  /** The 16 bytes without the padding: "EK Export v1". */
  readonly header: string;
  /** Of export.sig. */
  readonly signatures: readonly CheckedSignature[];
  /** Whether a signature was verified; false only when no public key was given. */
  readonly isVerified: boolean;
  readonly keys: KeySet;
  readonly revisedKeys: KeySet;
  /** SHA-256 in hex of the archive and of export.bin. The second is how phones name a file in their logs. */
  readonly hashes: { readonly zip: string; readonly binary: string };
  readonly bytes: { readonly zip: number; readonly binary: number };
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/**
 * Throws E-KEY-FILE for what is no whole key file, E-LIMIT for more than allowed, E-CHECK where public keys are given
 * and no signature verifies. Memory stays below some six times `maxBytes` whatever the bytes are.
 */
export function readExport(zip: Uint8Array, options: ReadOptions = {}): KeyExport {
  const { publicKeys, maxKeys, maxBytes, maxRatio } = { ...defaultLimits, ...options };
  const [binary, signatureFile] = membersOf(zip, maxBytes, maxRatio) as [Uint8Array, Uint8Array];
  const signatures = signaturesOf(binary, signatureFile, publicKeys);
  if (publicKeys) assertVerified(signatures.map(({ reason }) => reason));
  const { keys, revisedKeys, ...envelope } = readEnvelope(binary);
  if (publicKeys) assertSameSigners(envelope.signatureInfos.length, signatures.length);
  if (keys + revisedKeys > maxKeys) throw tooMany(keys + revisedKeys, maxKeys);
  const bounds = startBounds(envelope.window, options.plausibleDays ?? plausibleDays);
  const shared = options.shared ?? false;
  return {
    ...envelope,
    header: HEADER.toString('latin1').trimEnd(),
    signatures,
    isVerified: publicKeys !== undefined,
    keys: readKeys(binary, 'keys', { count: keys, bounds, shared }),
    revisedKeys: readKeys(binary, 'revisedKeys', { count: revisedKeys, bounds, shared }),
    hashes: { zip: sha256(zip), binary: sha256(binary) },
    bytes: { zip: zip.length, binary: binary.length },
  };
}

/** Of application configurations, which are packed and signed as key files are. */
const MOST_CONFIGURATION_BYTES = 1_048_576;

/**
 * export.bin of a signed file that holds no keys. Throws E-KEY-FILE for what is no such file, E-CHECK where public keys
 * are given and no signature verifies.
 */
export function readSigned(zip: Uint8Array, publicKeys?: readonly VerificationKey[]): Uint8Array {
  const [binary, signatureFile] = membersOf(zip, MOST_CONFIGURATION_BYTES, defaultLimits.maxRatio) as [
    Uint8Array,
    Uint8Array,
  ];
  const signatures = signaturesOf(binary, signatureFile, publicKeys);
  if (publicKeys) assertVerified(signatures.map(({ reason }) => reason));
  return binary;
}

/**
 * SHA-256 in hex over the export.bin of several files in a row: how Android names the files of one request. The files
 * were read before, so that only their archives are opened again.
 */
export function jointHash(zips: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const zip of zips) hash.update(membersOf(zip, defaultLimits.maxBytes, defaultLimits.maxRatio)[0]!);
  return hash.digest('hex');
}

const membersOf = (zip: Uint8Array, maxBytes: number, maxRatio: number): readonly Uint8Array[] =>
  readZip(zip, {
    maxBytes,
    maxRatio,
    members: { [BINARY_NAME]: maxBytes, [SIGNATURE_NAME]: MOST_SIGNATURE_FILE_BYTES },
  });

function signaturesOf(
  binary: Uint8Array,
  file: Uint8Array,
  publicKeys: readonly VerificationKey[] | undefined,
): readonly CheckedSignature[] {
  const signatures = readSignatures(file);
  if (signatures.length > MOST_SIGNATURES)
    throw new EnlabError(
      'E-LIMIT',
      `${SIGNATURE_NAME} holds ${signatures.length} signatures, more than ${MOST_SIGNATURES}`,
    );
  if (!publicKeys) return signatures.map((signature) => ({ ...signature, verdict: 'unchecked', reason: null }));
  return checkSignatures(binary, signatures, publicKeys).map((reason, k) => ({
    ...signatures[k]!,
    verdict: reason === null ? 'valid' : 'invalid',
    reason,
  }));
}

/** Android compares the two (exposure-notifications-internals, SignatureVerifier), so that no signature can be left out. */
function assertSameSigners(named: number, found: number): void {
  if (named === found) return;
  throw new EnlabError(
    'E-CHECK',
    `${BINARY_NAME} names ${named} signers, but ${SIGNATURE_NAME} holds ${found} signatures`,
    {
      hint: 'Android refuses such a file: the server must name every signer in both',
    },
  );
}

const tooMany = (count: number, limit: number): EnlabError =>
  new EnlabError(
    'E-LIMIT',
    `the file holds ${count.toLocaleString('en')} keys, more than ${limit.toLocaleString('en')}`,
    {
      hint: 'phones take files of at most some 750,000 keys: publish several files, or raise the limit with --max-keys',
    },
  );
