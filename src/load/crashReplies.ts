/** Replies of servers that may be killed, and keys of exports. */
import { toBase64 } from '../core/bytes.ts';
import { EnlabError } from '../core/errors.ts';
import type { HttpClient, HttpReply } from '../core/httpClient.ts';
import { readPublicKey } from '../protocol/export/keyPair.ts';
import { readExport } from '../protocol/export/reader.ts';
import { keyDataAt } from '../protocol/gaen/keyTable.ts';
import type { RequestMessage } from '../protocol/wire/messages.ts';
import type { CrashServer } from './crash.ts';

/** Undefined: the server was killed meanwhile. */
export async function replyOf({ url }: CrashServer, { path, ...message }: RequestMessage, http: HttpClient) {
  try {
    return await http(new URL(path, url).href, message);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-SERVER') return undefined;
    throw error;
  }
}

/** Rejects with E-SERVER. */
export const get = ({ url }: CrashServer, { path, ...message }: RequestMessage, http: HttpClient): Promise<HttpReply> =>
  http(new URL(path, url).href, message);

/** Keys of an export, Base64; a text: what is wrong with it. */
export function keysOf({ status, body }: HttpReply, { publicKey }: CrashServer): readonly string[] | string {
  if (status !== 200) return `is ${status}`;
  try {
    const { table } = readExport(body, { publicKeys: [{ key: readPublicKey(publicKey) }] }).keys;
    return Array.from({ length: table.length }, (_, row) => toBase64(keyDataAt(table, row)));
  } catch (error) {
    if (error instanceof EnlabError) return error.message;
    throw error;
  }
}
