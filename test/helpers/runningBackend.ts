/** A backend that listens on loopback, with its databases in a temporary folder and a virtual clock at noon. */
import { Agent, request } from 'undici';
import { type BackendOptions, type BackendPorts, start } from '../../src/backend/start.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import type { Endpoint } from '../../src/protocol/wire/endpoint.ts';
import { type Asked, buildRequest } from '../../src/protocol/wire/messages.ts';
import { NOON } from './immuniBackend.ts';

export interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export async function runBackend(
  folder: string,
  changes: Partial<BackendOptions> = {},
  seed = 1,
  after: BackendPorts['after'] = () => () => {},
) {
  const log: string[] = [];
  const options: BackendOptions = {
    system: 'immuni',
    folder,
    host: '127.0.0.1',
    port: 0,
    clock: 'virtual',
    begin: NOON,
    behaviour: 'documented',
    settings: { minimum_build_version: 1 },
    logLevel: 'debug',
    ...changes,
  };
  const ports = {
    now: () => NOON,
    after,
    entropy: keyedEntropy(seed, 'backend'),
    log: (line: string) => void log.push(line),
    pid: 4711,
  };
  const running = await start(options, ports);
  // More connections than a browser opens, fewer than a test machine minds.
  const dispatcher = new Agent({ connections: 64 });
  const send = async (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: Uint8Array,
  ): Promise<Heard> => {
    const reply = await request(`${running.url}${path}`, {
      method: method as 'GET',
      headers,
      body: body && body.length > 0 ? body : null,
      dispatcher,
    });
    return { status: reply.statusCode, headers: reply.headers, text: await reply.body.text() };
  };
  const operator = { authorization: `Bearer ${running.operatorToken}` };
  return {
    ...running,
    log,
    send,
    operator,
    ask<E extends Endpoint>(endpoint: E, asked: Asked<E>, more: Record<string, string> = {}): Promise<Heard> {
      const { method, path, headers, body } = buildRequest(endpoint, asked);
      return send(method, path, { ...(headers as Record<string, string>), ...more }, body);
    },
    async close() {
      await dispatcher.close();
      await running.close();
    },
  };
}
