/** A phone of the command line: opened from its folder, used, sealed again. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { EnlabError } from '../../src/core/errors.ts';
import { defined } from '../../src/core/object.ts';
import type { PhonePorts } from '../../src/device/ports.ts';
import { networkOf } from '../../src/device/profile.ts';
import { phoneText, readPhone, type SavedPhone } from '../../src/device/saved.ts';
import type { Servers } from '../../src/device/servers.ts';
import { readSealed, saveSealed } from '../../src/device/store/sealed.ts';
import type { SyncOptions } from '../../src/device/system.ts';
import { readPublicKey } from '../../src/protocol/export/keyPair.ts';
import type { Edge } from '../edge.ts';
import { readText } from '../files.ts';
import { named } from '../options/keyFiles.ts';
import { addUrlsOption, type ServerService, type Urls, urlOf } from '../options/servers.ts';

export interface OpenPhone extends SavedPhone {
  readonly seal: string;
}

export interface StoreFlags {
  readonly store: string;
}

export const addStoreOption = (command: Command): Command =>
  command.requiredOption('--store <dir>', 'folder of the phone; its key lies beside it, in DIR.key');

export const folderOf = ({ folder }: Edge, store: string): string => resolve(folder, store);

/** Throws E-STORE. */
export function openPhone(edge: Edge, store: string): OpenPhone {
  const folder = folderOf(edge, store);
  const { text, seal } = readSealed(folder);
  return { ...readPhone(text, folder), seal };
}

/** Throws E-STORE where another command has used the phone since it was opened. */
export const savePhone = (edge: Edge, store: string, phone: OpenPhone): void =>
  saveSealed(folderOf(edge, store), { text: phoneText(phone), seal: phone.seal }, edge.entropy);

export const timeOn = (edge: Edge, { clock }: SavedPhone): number => clock ?? edge.now();

export const portsOf = (edge: Edge, phone: SavedPhone): PhonePorts => ({
  clock: { now: () => timeOn(edge, phone) },
  entropy: edge.entropy,
  http: networkOf(phone.profile, edge.http),
});

export interface ServerFlags {
  readonly url?: Urls;
}

export const addServersOption = (command: Command): Command => addUrlsOption(command, '--url', 'of the backend');

/** Throws E-USAGE where an address is missing. */
export function serversOf({ url = {} }: ServerFlags): Servers {
  const of = (service: ServerService): string => {
    const found = urlOf(url, service);
    if (found === undefined)
      throw new EnlabError('E-USAGE', `where is the service "${service}"?`, {
        hint: 'pass --url URL, or --url get=URL upload=URL',
      });
    return found;
  };
  const optional = { analytics: urlOf(url, 'analytics'), verification: urlOf(url, 'verification') };
  return { get: of('get'), upload: of('upload'), ...defined(optional) };
}

export interface SyncFlags extends ServerFlags {
  readonly publicKey?: string;
}

export const addSyncOptions = (command: Command): Command =>
  addServersOption(command).option(
    '--public-key <pem>',
    'files must verify with it (default: no signature is checked)',
  );

/** Says so where no signature is checked. Throws E-USAGE where an address is missing, and what reading a key throws. */
export function syncOptionsOf(
  edge: Edge,
  { profile }: SavedPhone,
  { publicKey: file, ...flags }: SyncFlags,
): SyncOptions {
  const key = file === undefined ? undefined : named(file, () => readPublicKey(readText(edge, file)));
  const servers = serversOf(flags);
  if (!key) edge.stderr.write('signatures not checked: pass --public-key to check them\n');
  return { servers, profile, ...(key && { publicKeys: [{ key }] }) };
}
