/** The store in a thread of its own: the server goes on reading requests while a commit waits for the disk. */
import { Worker } from 'node:worker_threads';
import { builtWorker } from '../../core/builtWorker.ts';
import { EnlabError, type ErrorCode, type Place } from '../../core/errors.ts';
import { type Operations, type Store, StoreError, type StoreFault } from './store.ts';
import type { Call } from './writer.ts';

/** With what the thread starts. */
export interface OpenRequest {
  readonly folder: string;
  readonly system: string;
}

/** Each is answered before the next is sent. */
export type WriterRequest =
  | { readonly calls: readonly Call[] }
  | { readonly backup: string }
  | { readonly wipe: true }
  | { readonly close: true };

export type WireResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly fault: StoreFault; readonly message: string };

/** One result for each call, or a single one. */
export type WriterReply =
  | { readonly results: readonly WireResult[] }
  | {
      readonly refused: {
        readonly code: ErrorCode;
        readonly message: string;
        readonly hint: string;
        readonly place?: Place;
      };
    };

interface Waiting {
  readonly call: Call;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** For a system of the registry (systems.ts). Throws E-STORE. */
export async function openWorkerStore<O extends Operations>(folder: string, system: string): Promise<Store<O>> {
  const thread = new Worker(builtWorker(new URL('./writer.worker.js', import.meta.url)), {
    execArgv: [],
    workerData: { folder, system } satisfies OpenRequest,
  });
  const line = new Line(thread);
  const reply = await line.reply();
  if ('refused' in reply) {
    await thread.terminate();
    const { code, message, ...details } = reply.refused;
    throw new EnlabError(code, message, details);
  }
  return new WorkerStore(line);
}

/** Questions to the thread, one after the other. A thread that dies fails them all. */
class Line {
  readonly #thread: Worker;
  #waiting: { resolve(reply: WriterReply): void; reject(error: StoreError): void } | undefined;
  #failure: StoreError | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(thread: Worker) {
    this.#thread = thread;
    const fail = (message: string): void => {
      this.#failure ??= new StoreError('failed', message);
      this.#waiting?.reject(this.#failure);
    };
    thread.on('message', (reply: WriterReply) => this.#waiting?.resolve(reply));
    thread.on('error', (error) => fail(error.message));
    thread.on('exit', () => fail('the thread of the store has ended'));
  }

  /** What the thread says next. */
  reply(): Promise<WriterReply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#waiting = { resolve, reject };
    });
  }

  ask(request: WriterRequest): Promise<readonly WireResult[]> {
    const answer = this.#last.then(async () => {
      if (this.#failure) throw this.#failure;
      this.#thread.postMessage(request);
      const reply = await this.reply();
      return 'results' in reply ? reply.results : [];
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async end(): Promise<void> {
    this.#failure ??= new StoreError('failed', 'the store is closed');
    await this.#thread.terminate();
  }
}

const valueOf = (result: WireResult | undefined): unknown => {
  if (result?.ok) return result.value;
  throw new StoreError(result?.fault ?? 'failed', result?.message ?? 'the store gave no answer');
};

/**
 * Calls that come while a commit is on its way share the next one: commits grow with the load, and no call waits for
 * company.
 */
class WorkerStore<O extends Operations> implements Store<O> {
  readonly #line: Line;
  #queue: Waiting[] = [];
  #pump: Promise<void> | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  run<Name extends keyof O & string>(name: Name, input: Parameters<O[Name]>[0]): Promise<ReturnType<O[Name]>> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ call: { name, input }, resolve: resolve as Waiting['resolve'], reject });
      this.#pump ??= this.#run();
    });
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#settle(batch);
    }
    this.#pump = undefined;
  }

  async #settle(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#line.ask({ calls: batch.map(({ call }) => call) });
      for (const [k, waiting] of batch.entries()) {
        try {
          waiting.resolve(valueOf(results[k]));
        } catch (error) {
          waiting.reject(error);
        }
      }
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }

  async backup(folder: string): Promise<void> {
    valueOf((await this.#line.ask({ backup: folder }))[0]);
  }

  async wipe(): Promise<void> {
    valueOf((await this.#line.ask({ wipe: true }))[0]);
  }

  async close(): Promise<void> {
    await this.#pump;
    // A thread that has died has nothing left to close.
    await this.#line.ask({ close: true }).catch(() => undefined);
    await this.#line.end();
  }
}
