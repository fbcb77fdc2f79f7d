/**
 * A phone on disk. What it keeps is sealed with AES-256-GCM under a key in a file of its own, as phones keep theirs in
 * hardware: a copy of the store alone is of no use.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Entropy } from '../../core/entropy.ts';
import { EnlabError } from '../../core/errors.ts';
import { privateFolder, writePrivate } from '../../core/files.ts';

const KEY_BYTES = 32;
/** Of GCM (NIST SP 800-38D 8.2): never twice under one key, so drawn anew with each save. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Beside the folder, not in it: whoever copies the folder has no key. */
const keyPath = (folder: string): string => `${folder}.key`;
const sealedPath = (folder: string): string => join(folder, 'phone.sealed');

const refused = (folder: string, message: string, hint: string, cause?: unknown): EnlabError =>
  new EnlabError('E-STORE', message, { place: { file: folder }, hint, ...(cause !== undefined && { cause }) });

/** Throws E-STORE where there is a phone, or something else, already. */
export function createSealed(folder: string, text: string, entropy: Entropy): void {
  // Of two that begin at once one makes the folder.
  if (existsSync(keyPath(folder)) || !privateFolder(folder))
    throw refused(folder, 'there is something already', 'choose another --store, or erase that phone first');
  writePrivate(keyPath(folder), Buffer.from(entropy(KEY_BYTES)).toString('hex'));
  writePrivate(sealedPath(folder), sealed(folder, text, entropy));
}

/** A phone that was opened; `seal` tells whether somebody else has changed it since. */
export interface Opened {
  readonly text: string;
  readonly seal: string;
}

const sealOf = (bytes: Uint8Array): string => Buffer.from(bytes.subarray(0, NONCE_BYTES)).toString('hex');

/** Throws E-STORE where another command has changed the phone that was opened with `seal`: nothing of it is lost. */
export function saveSealed(folder: string, { text, seal }: Opened, entropy: Entropy): void {
  if (sealOf(readFileSync(sealedPath(folder))) !== seal)
    throw refused(folder, 'another command has used this phone meanwhile', 'run this one again');
  writePrivate(sealedPath(folder), sealed(folder, text, entropy));
}

function sealed(folder: string, text: string, entropy: Entropy): Buffer {
  const nonce = entropy(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keyOf(folder), nonce);
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** Throws E-STORE where there is no phone, where its key is missing, and where a byte was changed. */
export function readSealed(folder: string): Opened {
  if (!existsSync(sealedPath(folder)))
    throw refused(folder, 'there is no phone here', `make one: enlab device new --store ${folder}`);
  const key = keyOf(folder);
  const bytes = readFileSync(sealedPath(folder));
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const opened = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return { text: Buffer.concat([opened, decipher.final()]).toString('utf8'), seal: sealOf(bytes) };
  } catch (cause) {
    throw refused(
      folder,
      'the store cannot be opened with its key',
      'one of the two files was changed or exchanged',
      cause,
    );
  }
}

function keyOf(folder: string): Buffer {
  try {
    const key = Buffer.from(readFileSync(keyPath(folder), 'utf8'), 'hex');
    if (key.length === KEY_BYTES) return key;
  } catch (cause) {
    throw refused(folder, 'the key of this phone cannot be read', `it should be in ${keyPath(folder)}`, cause);
  }
  throw refused(folder, 'the key of this phone is damaged', `it should be in ${keyPath(folder)}`);
}

/** The key first: without it the rest is noise, whatever becomes of the disk. */
export function eraseSealed(folder: string): void {
  rmSync(keyPath(folder), { force: true });
  rmSync(sealedPath(folder), { force: true });
  // What somebody else put into the folder stays.
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
