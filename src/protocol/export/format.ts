/** What a key export file is made of ("Exposure Key export file format and verification", Google 2020; Apple the same). */
import type { UnixSeconds } from '../../core/units.ts';

/** The header fills 16 bytes, right-padded with spaces; what follows is protobuf. */
export const HEADER = Buffer.from('EK Export v1    ', 'latin1');

/** The only two members of the archive (exposure-notifications-internals, ProvideDiagnosisKeys). */
export const BINARY_NAME = 'export.bin';
export const SIGNATURE_NAME = 'export.sig';

/**
 * Signature algorithms by object identifier (RFC 5758 3.2) -> digest. Apple allows the first only, Android both
 * (exposure-notifications-internals, SignatureVerifier).
 */
export const digests: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.4': 'sha512',
};
export const ECDSA_SHA256 = '1.2.840.10045.4.3.2';

/** When the keys of a file reached the server; the end is exclusive. */
export interface ExportWindow {
  readonly start: UnixSeconds;
  readonly end: UnixSeconds;
}

/** File `number` of `size`, from 1. */
export interface Batch {
  readonly number: number;
  readonly size: number;
}

/** Which key signed, as both members of the archive say it. */
export interface SignatureInfo {
  readonly appBundleId?: string;
  readonly androidPackage?: string;
  readonly verificationKeyVersion?: string;
  readonly verificationKeyId?: string;
  /** Object identifier in dots. */
  readonly signatureAlgorithm?: string;
}
