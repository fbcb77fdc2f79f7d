/** Servers in processes of their own, and how many requests a second they answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

export const CONNECTIONS = 64;

export interface Server {
  readonly child: ChildProcess;
  readonly url: string;
  readonly operatorToken?: string;
}

export async function started(words: readonly string[]): Promise<Server> {
  const child = spawn(process.execPath, [...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Also where the output of the bench was cut off.
  process.on('exit', () => child.kill('SIGKILL'));
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, ...(JSON.parse(line) as Omit<Server, 'child'>) };
}

export const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const startBackend = (folder: string, system: string, begin: number): Promise<Server> => {
  const words = `backend start --system ${system} --clock virtual --begin ${begin} --log-level error`.split(' ');
  return started([file('../dist/cli/main.js'), ...words, '--data', folder]);
};

/** A request; its status must be `expected`. */
export type Shot = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
};

/** Requests a second with all connections busy. */
export async function rate({ url }: Server, shots: readonly Shot[], expected: number): Promise<number> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  let next = 0;
  const begin = performance.now();
  const connection = async (): Promise<void> => {
    for (let shot = shots[next++]; shot; shot = shots[next++]) {
      const { statusCode, body } = await pool.request({ ...shot, body: shot.body ?? null });
      await body.dump();
      if (statusCode !== expected) throw new Error(`${shot.path} answered ${statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  const seconds = (performance.now() - begin) / 1000;
  await pool.close();
  return shots.length / seconds;
}

export const operator = ({ operatorToken }: Server) => ({ authorization: `Bearer ${operatorToken}` });
