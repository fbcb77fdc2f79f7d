/** Files of a backend beside its databases: secrets and where it listens, for its owner only. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Entropy } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import { writePrivate } from '../core/files.ts';
import { newSecrets, readSecrets, type Secrets, secretsText } from './secrets.ts';

const SECRETS = 'secrets.json';
const SERVER = 'server.json';

/** Those of the folder; made where there are none. Throws E-STORE: new secrets would make old files worthless. */
export function openSecrets(folder: string, entropy: Entropy): Secrets {
  const path = join(folder, SECRETS);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
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

export const writeServerFile = (folder: string, content: object): void =>
  writePrivate(join(folder, SERVER), `${JSON.stringify(content)}\n`);

export const removeServerFile = (folder: string): void => rmSync(join(folder, SERVER), { force: true });
