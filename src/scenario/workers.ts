/** Towns side by side: a thread for each processor, and a run is one thread's, so that their number changes nothing. */
import { Worker } from 'node:worker_threads';
import { builtWorker } from '../core/builtWorker.ts';
import type { TracedExposure } from '../population/tracing.ts';
import type { TownListener, TownOutcome, TownTask } from './town.ts';

/** To a thread. */
export interface WorkerRequest {
  readonly number: number;
  readonly task: TownTask;
  /** Whether exposures are asked for. */
  readonly traced: boolean;
}
/** From a thread. */
export type WorkerReply = { readonly number: number } & (
  | { readonly day: number }
  | { readonly exposures: readonly TracedExposure[] }
  | { readonly outcome: TownOutcome }
);

/** A task that waits or is worked on. */
interface Job {
  readonly task: TownTask;
  readonly signal: AbortSignal | undefined;
  readonly listener: TownListener;
  readonly resolve: (outcome: TownOutcome) => void;
  readonly reject: (reason: unknown) => void;
}

/** Threads for many runs. `close` ends them, and with them what they work on. */
export class TownWorkers {
  readonly #waiting: number[] = [];
  readonly #jobs: Job[] = [];
  readonly #signals = new WeakSet<AbortSignal>();
  readonly #idle: Worker[] = [];
  readonly #workers = new Map<Worker, number | undefined>();
  readonly #most: number;

  /** At most so many threads; they start when there is work. */
  constructor(most: number) {
    this.#most = most;
  }

  /** In the order in which they were asked for, as threads become free. Rejects with the reason of `signal` when it aborts. */
  run(task: TownTask, listener: TownListener = {}, signal?: AbortSignal): Promise<TownOutcome> {
    return new Promise((resolve, reject) => {
      const number = this.#jobs.push({ task, listener, signal, resolve, reject }) - 1;
      this.#waiting.push(number);
      if (signal) this.#listenTo(signal);
      this.#deal();
    });
  }

  async close(): Promise<void> {
    this.#waiting.length = 0;
    await Promise.all([...this.#workers.keys()].map((worker) => worker.terminate()));
  }

  #deal(): void {
    while (this.#waiting.length > 0) {
      const worker = this.#idle.pop() ?? (this.#workers.size < this.#most ? this.#start() : undefined);
      if (!worker) return;
      const number = this.#waiting.shift()!;
      const { task, listener, signal, reject } = this.#jobs[number]!;
      if (signal?.aborted) {
        this.#idle.push(worker);
        reject(signal.reason);
        continue;
      }
      this.#workers.set(worker, number);
      const request: WorkerRequest = { number, task, traced: listener.exposure !== undefined };
      worker.postMessage(request);
    }
  }

  /** Once for all jobs of a signal. */
  #listenTo(signal: AbortSignal): void {
    if (this.#signals.has(signal)) return;
    this.#signals.add(signal);
    signal.addEventListener('abort', () => this.#cancel(signal), { once: true });
  }

  /** Threads that work on something of the signal are given up: they listen to nobody until they are done. */
  #cancel(signal: AbortSignal): void {
    for (const job of this.#jobs) if (job.signal === signal) job.reject(signal.reason);
    for (const [worker, number] of this.#workers)
      if (number !== undefined && this.#jobs[number]!.signal === signal) {
        this.#workers.delete(worker);
        void worker.terminate();
      }
    this.#deal();
  }

  #start(): Worker {
    const worker = new Worker(builtWorker(new URL('./town.worker.js', import.meta.url)), { execArgv: [] });
    this.#workers.set(worker, undefined);
    worker.on('message', (reply: WorkerReply) => {
      if (this.#workers.has(worker)) this.#take(worker, reply);
    });
    worker.on('error', (error) => {
      const number = this.#workers.get(worker);
      this.#workers.delete(worker);
      if (number !== undefined) this.#jobs[number]!.reject(error);
      this.#deal();
    });
    return worker;
  }

  #take(worker: Worker, reply: WorkerReply): void {
    const { listener, resolve, reject } = this.#jobs[reply.number]!;
    try {
      if ('day' in reply) listener.day?.(reply.day);
      else if ('exposures' in reply) for (const exposure of reply.exposures) listener.exposure?.(exposure);
      else resolve(reply.outcome);
    } catch (error) {
      // Whoever listens could not take it, as where a disk is full.
      reject(error);
    }
    if (!('outcome' in reply)) return;
    this.#workers.set(worker, undefined);
    this.#idle.push(worker);
    this.#deal();
  }
}
