/** Which server is tried: one of enlab, whose operator is known, or one of somebody else. */
import type { Command } from 'commander';
import { clockEndpoint } from '../../src/backend/operator.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { Edge } from '../edge.ts';
import { addUrlsOption, type Urls, urlOf } from '../options/servers.ts';
import { askOperator, figuresOf, type Server, serverOf } from './operator.ts';

export interface TargetFlags {
  readonly target?: Urls;
  readonly data?: string;
  readonly token?: string;
}

export const addTargetOptions = (command: Command): Command =>
  addUrlsOption(command.optionsGroup('Which server:'), '--target', 'of the server')
    .option('--data <dir>', 'or the backend of enlab that was started with this folder')
    .option('--token <token>', 'its operatorToken, with --target URL of a backend of enlab');

export interface Target {
  readonly urls: Urls;
  /** Of enlab. */
  readonly own?: Server;
}

/** Throws E-USAGE, and E-SERVER where no backend runs on the folder. */
export function targetOf(edge: Edge, { target, data, token }: TargetFlags): Target {
  if ((target === undefined) === (data === undefined) || (data !== undefined && token !== undefined))
    throw new EnlabError('E-USAGE', 'which server?', {
      hint: 'pass --target URL, with --token for one of enlab, or --data DIR',
    });
  if (data !== undefined) return owned(serverOf(edge, { data }));
  if (token === undefined) return { urls: target! };
  const url = urlOf(target!, 'get') ?? urlOf(target!, 'otp');
  if (url === undefined)
    throw new EnlabError('E-USAGE', '--token needs the address of the backend', { hint: '--target URL' });
  return owned({ url, token });
}

const owned = (own: Server): Target => ({ urls: { all: own.url }, own });

/** Throws E-SERVER where nothing answers at all: said once, and not once a request. */
export async function assertThere({ http }: Edge, urls: readonly (string | undefined)[]): Promise<void> {
  for (const url of new Set(urls))
    if (url !== undefined) await http(url, { method: 'GET', headers: {}, body: new Uint8Array() });
}

/** The clock that was moved by nothing: one of a machine cannot be moved. Throws E-SERVER. */
export async function isVirtual(edge: Edge, server: Server): Promise<boolean> {
  const { status } = await askOperator(edge, server, clockEndpoint, { body: { seconds: 0 } });
  return status === 200;
}

/** Moves a virtual clock; the time there. */
export const moved = async (edge: Edge, server: Server, seconds: number): Promise<number> =>
  figuresOf(await askOperator(edge, server, clockEndpoint, { body: { seconds } }))['now'] as number;
