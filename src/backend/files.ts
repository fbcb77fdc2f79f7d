/** Files of a backend beside its databases: secrets and where it listens, for its owner only. */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { toBase64 } from '../core/bytes.ts';
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import { privateFolder, writePrivate } from '../core/files.ts';
import type { UnixSeconds } from '../core/units.ts';
import { type Accounts, accountsForm } from './console/accounts.ts';
import { type Access, accessesIn, accessLine } from './console/trail.ts';
import { newSecrets, readSecrets, type Secrets, secretsText } from './secrets.ts';

const SECRETS = 'secrets.json';
const SERVER = 'server.json';

/** Those of the folder; made where there are none. Throws E-STORE: new secrets would make old files worthless. */
export function openSecrets(folder: string, entropy: Entropy): Secrets {
  const path = join(folder, SECRETS);
  privateFolder(folder);
  if (existsSync(path)) {
    try {
      return readSecrets(readFileSync(path, 'utf8'));
    } catch (cause) {
      const hint = 'restore it from where you keep it, or choose an empty folder with --data';
      throw new EnlabError('E-STORE', 'the secrets of this backend cannot be read', {
        place: { file: path },
        hint,
        cause,
      });
    }
  }
  const secrets = newSecrets(entropy);
  writePrivate(path, secretsText(secrets));
  return secrets;
}

const OPERATORS = 'operators.json';
const TRAIL = 'access.ndjson';

/** Throws E-STORE where no backend was started yet. */
export function assertBackend(folder: string): void {
  if (existsSync(join(folder, SECRETS))) return;
  throw new EnlabError('E-STORE', 'this is not the folder of a backend', {
    place: { file: folder },
    hint: 'start one in it first: enlab backend start --system immuni|cwa --data DIR',
  });
}

/** Who may use the console; read at each login, so that who is added may come at once. Throws E-STORE. */
export function readAccounts(folder: string): Accounts {
  const path = join(folder, OPERATORS);
  if (!existsSync(path)) return {};
  try {
    return accountsForm.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new EnlabError('E-STORE', 'the operators of this backend cannot be read', { place: { file: path }, cause });
  }
}

export function writeAccounts(folder: string, accounts: Accounts): void {
  const written = Object.entries(accounts).map(([name, { salt, hash }]) => [
    name,
    { salt: toBase64(salt), hash: toBase64(hash) },
  ]);
  writePrivate(join(folder, OPERATORS), `${JSON.stringify(Object.fromEntries(written), null, 2)}\n`);
}

/** The access trail, without what is too old to be kept. */
export function openTrail(folder: string, now: UnixSeconds): readonly Access[] {
  const path = join(folder, TRAIL);
  const trail = existsSync(path) ? accessesIn(readFileSync(path, 'utf8'), now) : [];
  writePrivate(path, trail.map(accessLine).join(''));
  return trail;
}

export const addAccess = (folder: string, access: Access): void =>
  appendFileSync(join(folder, TRAIL), accessLine(access));

export const writeServerFile = (folder: string, content: object): void =>
  writePrivate(join(folder, SERVER), `${JSON.stringify(content)}\n`);

export const removeServerFile = (folder: string): void => rmSync(join(folder, SERVER), { force: true });
