/** Talking to a running backend as its operator: which one, with what token, and what it said. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import type { ReportDocument, Table } from '../../src/core/document.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { Endpoint } from '../../src/protocol/wire/endpoint.ts';
import { type Answer, type Asked, buildRequest, parseReply } from '../../src/protocol/wire/messages.ts';
import type { Edge } from '../edge.ts';
import { readText, withDestinations } from '../files.ts';
import { addShowOptions, type ShowFlags, show } from '../show.ts';

export interface ServerFlags {
  readonly data?: string;
  readonly url?: string;
  readonly token?: string;
}

export interface OperatorFlags extends ShowFlags, ServerFlags {}

/** Where a backend listens, and what makes its operator. */
export interface Server {
  readonly url: string;
  readonly token: string;
}

export const addServerOptions = (command: Command): Command =>
  command
    .optionsGroup('Which backend:')
    .option('--data <dir>', 'the one that was started with this folder')
    .option('--url <url>', 'the one at this address; with --token')
    .option('--token <token>', 'operatorToken, as "backend start" printed it');

export const addOperatorOptions = (command: Command): Command => addShowOptions(addServerOptions(command));

const serverFile = z.object({ url: z.string(), pid: z.int(), token: z.string() });

/** Throws E-USAGE, and E-SERVER where no backend runs on the folder. */
export function serverOf(edge: Edge, { data, url, token }: ServerFlags): Server {
  if (data !== undefined && url === undefined && token === undefined) return runningIn(edge, data);
  if (data === undefined && url !== undefined && token !== undefined) return { url, token };
  throw new EnlabError('E-USAGE', 'which backend?', { hint: 'pass --data DIR, or --url URL with --token TOKEN' });
}

function runningIn(edge: Edge, folder: string): Server {
  try {
    return serverFile.parse(JSON.parse(readText(edge, `${folder}/server.json`)));
  } catch (cause) {
    throw new EnlabError('E-SERVER', 'no backend runs on this folder', {
      place: { file: resolve(edge.folder, folder) },
      hint: `start one: enlab backend start --system immuni|cwa --data ${folder}`,
      cause,
    });
  }
}

/** Asks one thing. Throws E-SERVER where it is not done, with what the server said. */
export async function askOperator<E extends Endpoint>(edge: Edge, flags: ServerFlags, endpoint: E, asked: Asked<E>) {
  const { url, token } = serverOf(edge, flags);
  const { path, headers, ...message } = buildRequest(endpoint, asked);
  const authorised = { ...message, headers: { ...headers, authorization: `Bearer ${token}` } };
  const reply = await edge.http(addressOf(url, path), authorised);
  if (reply.status === 401)
    throw refused('the token is not that of this backend', 'each start of a backend makes a new one');
  if (reply.status === 403)
    throw refused(
      'operators of this region may not do that in the pilot phase',
      'pass --region NAME of one that takes part',
    );
  const answer = parseReply(endpoint, reply);
  if (!answer.ok) throw refused(`it said what ${endpoint.name} never says: ${answer.reason}`);
  return answer.value;
}

/** Throws E-USAGE for what is no address. */
function addressOf(url: string, path: string): string {
  try {
    return new URL(path, url).href;
  } catch (cause) {
    throw new EnlabError('E-USAGE', `"${url}" is no address`, { hint: 'it looks like http://127.0.0.1:8080', cause });
  }
}

export const refused = (message: string, hint?: string): EnlabError =>
  new EnlabError('E-SERVER', message, hint === undefined ? {} : { hint });

type Figures = Readonly<Record<string, number | string | null>>;

/** The figures of a reply with 200; E-SERVER with the words of any other. */
export function figuresOf({ status, body }: Answer<Endpoint>): Figures {
  if (status === 200) return body as Figures;
  throw refused(messageOf(body));
}

/** Why something is not possible, in the words of the backend. */
export const messageOf = (body: unknown): string => (body as { readonly message: string }).message;

/** Asks for figures and prints them, one a line; where they go is tried before anything is asked. */
export const operate = (
  edge: Edge,
  flags: OperatorFlags,
  { name, title, work }: { readonly name: string; readonly title: string; readonly work: () => Promise<Figures> },
): Promise<void> =>
  withDestinations(edge, { inputs: [], outputs: [flags.out] }, async ([out]) => {
    const data = await work();
    const result = { schema: `enlab.backend.${name}`, version: 1, options: {}, data };
    await show(edge, flags, out, result, documentOf(title, data));
  });

function documentOf(title: string, data: Figures): ReportDocument {
  const columns = [
    { key: 'what', label: 'what' },
    { key: 'value', label: 'value' },
  ];
  const rows = Object.entries(data).map(([what, value]) => ({ what, value: value ?? 'none' }));
  const table: Table = { kind: 'table', name: 'figures', caption: 'as the backend says', columns, rows };
  return { title, summary: [], sections: [{ id: 'figures', title: 'Figures', blocks: [table] }], provenance: {} };
}
