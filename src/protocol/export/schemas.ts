/** JSON of the commands on key files (contract.md 4). */
import { z } from 'zod';
import { envelope } from '../../core/envelope.ts';
import { reportTypes } from '../gaen/keys.ts';

const counts = z.record(z.string(), z.int());
const places = z.record(z.string(), z.array(z.int()));
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const batchSchema = z.strictObject({ number: z.int().nullable(), size: z.int().nullable() });

const windowSchema = z.strictObject({
  /** ISO 8601. */
  start: z.string(),
  end: z.string(),
  /** Seconds since 1970. */
  startTimestamp: z.int(),
  endTimestamp: z.int(),
});

const signatureInfo = {
  verificationKeyId: z.string().nullable(),
  verificationKeyVersion: z.string().nullable(),
  signatureAlgorithm: z.string().nullable(),
  appBundleId: z.string().nullable(),
  androidPackage: z.string().nullable(),
};

const keySchema = z.strictObject({
  /** Base64 of 16 bytes. */
  keyData: z.string(),
  transmissionRiskLevel: z.int().nullable(),
  rollingStartIntervalNumber: z.int(),
  rollingPeriod: z.int(),
  reportType: z.enum(reportTypes).nullable(),
  daysSinceOnsetOfSymptoms: z.int().nullable(),
});

const fileShape = {
  file: z.string(),
  bytes: z.strictObject({ zip: z.int(), binary: z.int() }),
  /** SHA-256 of the archive and of export.bin; phones name a file by the second. */
  hashes: z.strictObject({ zip: sha256, binary: sha256 }),
  header: z.string(),
  region: z.string().nullable(),
  window: windowSchema.nullable(),
  batch: batchSchema,
  /** False when no public key was given: then no signature was checked. */
  verified: z.boolean(),
  signatures: z.array(
    z.strictObject({
      ...signatureInfo,
      batch: batchSchema,
      /** Base64. */
      signature: z.string(),
      verdict: z.enum(['unchecked', 'valid', 'invalid']),
      reason: z.string().nullable(),
    }),
  ),
  keys: z.array(keySchema),
  revisedKeys: z.array(keySchema),
  /** Keys of both lists that are not used, by reason, and the places of the first few in their list, from 1. */
  rejected: counts,
  rejectedRows: z.strictObject({ keys: places, revisedKeys: places }),
  /** Values that were read as absent. */
  unread: counts,
  /** Keys that a simulation made. */
  simulatedKeys: z.int(),
};

const phoneLogSchema = z.strictObject({
  file: z.string(),
  system: z.enum(['ios', 'android']),
  version: z.number().nullable(),
  checks: z.int(),
  /** Entries without a hash, and checks of files that were not given. */
  unreadable: z.int(),
  others: z.int(),
  files: z.array(
    z.strictObject({
      file: z.string(),
      hash: sha256,
      checks: z.array(
        z.strictObject({
          time: z.string().nullable(),
          app: z.string().nullable(),
          keyCount: z.number().nullable(),
          matchCount: z.number().nullable(),
          countAgrees: z.boolean().nullable(),
        }),
      ),
    }),
  ),
});

const inspected = {
  ...envelope('backend.inspect'),
  data: z.strictObject({
    files: z.int(),
    keys: z.int(),
    revisedKeys: z.int(),
    rejected: z.int(),
    simulatedKeys: z.int(),
  }),
  phoneLog: phoneLogSchema.optional(),
};

/** One file: its parts stand at the top. Several: a list of them. */
export const backendInspectSchema = z.union([
  z.strictObject({ ...inspected, ...fileShape }),
  z.strictObject({ ...inspected, files: z.array(z.strictObject(fileShape)) }),
]);

const inspectedFileSchema = z.strictObject(fileShape);

export const backendVerifySchema = z.strictObject({
  ...envelope('backend.verify'),
  data: z.strictObject({ files: z.int(), keys: z.int(), rejected: z.int() }),
  files: z.array(
    z.strictObject({
      file: z.string(),
      region: z.string().nullable(),
      window: windowSchema.nullable(),
      batch: batchSchema,
      verificationKeyId: z.string().nullable(),
      verificationKeyVersion: z.string().nullable(),
      keys: z.int(),
      rejected: counts,
    }),
  ),
});

export const generateKeysSchema = z.strictObject({
  ...envelope('backend.generate-keys'),
  seed: z.int(),
  data: z.strictObject({ keys: z.int() }),
  file: z.string(),
  publicKeyFile: z.string(),
  bytes: z.int(),
  region: z.string(),
  window: windowSchema,
  /** Of export.bin. */
  hash: sha256,
});

export type InspectedFile = z.infer<typeof inspectedFileSchema>;
export type InspectResult = z.infer<typeof backendInspectSchema>;
export type VerifyResult = z.infer<typeof backendVerifySchema>;
export type GenerateKeysResult = z.infer<typeof generateKeysSchema>;
