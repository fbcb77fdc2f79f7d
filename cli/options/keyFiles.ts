/** Options and reading of key export files, shared by the commands on them. */
import { type Command, Option } from 'commander';
import { EnlabError } from '../../src/core/errors.ts';
import { defined } from '../../src/core/object.ts';
import { readPublicKey } from '../../src/protocol/export/keyPair.ts';
import { defaultLimits, type KeyExport, readExport } from '../../src/protocol/export/reader.ts';
import type { VerificationKey } from '../../src/protocol/export/signature.ts';
import type { Edge } from '../edge.ts';
import { readBytes, readText } from '../files.ts';
import { integer } from './values.ts';

export interface KeyFileFlags {
  readonly publicKey?: string;
  readonly keyId?: string;
  readonly keyVersion?: string;
  readonly maxKeys: number;
}

export function addKeyFileOptions(command: Command, publicKey: Option): void {
  command
    .addOption(publicKey)
    .option('--key-id <id>', 'only a signature with this key id counts, as 222 of Immuni')
    .option('--key-version <version>', 'only a signature with this key version counts, as v1')
    .addOption(
      new Option('--max-keys <n>', 'most keys of a file; more is an error')
        .argParser(integer({ min: 1, max: 100_000_000 }))
        .default(defaultLimits.maxKeys),
    );
}

export const publicKeyOption = (): Option =>
  new Option('--public-key <pem>', 'public key of the server, P-256, to verify with');

/** Options as they were understood, for the result. */
export const keyFileEcho = ({ publicKey, keyId, keyVersion, maxKeys }: KeyFileFlags) => ({
  publicKey: publicKey ?? null,
  keyId: keyId ?? null,
  keyVersion: keyVersion ?? null,
  maxKeys,
});

/** Files that a command reads; outputs must not replace them. */
export const keyFileInputs = (paths: readonly string[], { publicKey }: KeyFileFlags): readonly string[] =>
  publicKey === undefined ? paths : [...paths, publicKey];

export interface ReadKeyFile {
  readonly file: string;
  readonly zip: Uint8Array;
  readonly read: KeyExport;
}

/** One after another; errors name the file. Throws E-USAGE for names of a key without the key. */
export function* readKeyFiles(edge: Edge, paths: readonly string[], flags: KeyFileFlags): Iterable<ReadKeyFile> {
  const publicKeys = verificationKeys(edge, flags);
  for (const file of paths) {
    const zip = readBytes(edge, file, defaultLimits.maxBytes);
    yield { file, zip, read: named(file, () => readExport(zip, defined({ publicKeys, maxKeys: flags.maxKeys }))) };
  }
}

function verificationKeys(edge: Edge, flags: KeyFileFlags): readonly VerificationKey[] | undefined {
  const { publicKey, keyId, keyVersion } = flags;
  if (publicKey !== undefined) {
    const key = named(publicKey, () => readPublicKey(readText(edge, publicKey)));
    return [defined({ key, keyId, keyVersion })];
  }
  if (keyId === undefined && keyVersion === undefined) return undefined;
  throw new EnlabError('E-USAGE', '--key-id and --key-version choose a signature to verify, but no key is given', {
    hint: 'add --public-key FILE.pem',
  });
}

/** Runs work on a file; an error says which file it was. */
export function named<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof EnlabError ? error.at({ file }) : error;
  }
}
