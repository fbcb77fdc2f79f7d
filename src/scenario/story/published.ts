/** Key files as anybody can download them who is no phone. */
import type { HttpClient } from '../../core/httpClient.ts';
import type { UnixSeconds } from '../../core/units.ts';
import { newPackages } from '../../device/cwa/packages.ts';
import { ask, type Servers } from '../../device/servers.ts';
import { readExport } from '../../protocol/export/reader.ts';
import type { KeyTable } from '../../protocol/gaen/keyTable.ts';
import { keysBatch, keysIndex } from '../../protocol/wire/immuni/keys.ts';
import type { Story } from './resolve.ts';

/** What an outsider needs. */
export interface OutsiderPorts {
  readonly servers: Servers;
  readonly http: HttpClient;
  readonly now: UnixSeconds;
}

/** Keys of each file that the backend serves. Throws E-SERVER, and E-KEY-FILE for what is no key file. */
export async function publishedFiles(system: Story['system'], ports: OutsiderPorts): Promise<readonly KeyTable[]> {
  const files = await { immuni: immuniFiles, cwa: cwaFiles }[system](ports);
  return files.map((zip) => readExport(zip).keys.table);
}

/** All batches; a server without any has no index. */
async function immuniFiles({ servers: { get }, http }: OutsiderPorts): Promise<readonly Uint8Array[]> {
  const index = await ask(http, get, keysIndex, {});
  if (index.status !== 200) return [];
  const files: Uint8Array[] = [];
  for (let batch = index.body.oldest; batch <= index.body.newest; batch++) {
    const answer = await ask(http, get, keysBatch, { parameters: { index: String(batch) } });
    if (answer.status === 200) files.push(answer.body);
  }
  return files;
}

/** Days before today, and hours of today; the app downloads the same. */
async function cwaFiles({ servers, http, now }: OutsiderPorts): Promise<readonly Uint8Array[]> {
  const packages = await newPackages([], { servers }, { http, clock: { now: () => now } });
  const files: Uint8Array[] = [];
  for (const one of packages) {
    const file = await one.load();
    if (file) files.push(file);
  }
  return files;
}
