/**
 * Device-exact matching on several cores. Workers share keys and stored sightings; rows of keys are dealt out in small
 * portions, so that a slow core holds nobody up, and the results are put together in the order of the rows.
 */
import { Worker } from 'node:worker_threads';
import { builtWorker } from '../../../core/builtWorker.ts';
import { sharedColumn } from './columns.ts';
import type { MatchResult, StoredSightings } from './deviceExact.ts';
import type { ExpanderName, KeyColumns } from './expander.ts';
import { joinMatches } from './matches.ts';
import { addRejections, noRejections } from './rules.ts';

/** What `matchRows` needs, with the name of the expander: each thread opens its own. */
export interface MatchJob {
  readonly keys: KeyColumns;
  readonly rows: Uint32Array;
  readonly stored: StoredSightings;
  readonly tolerance: number;
  readonly expander: ExpanderName;
}

/** To a worker: a job, or a part of its rows. */
export type WorkerRequest = { readonly job: MatchJob } | { readonly part: number; readonly rows: Uint32Array };
/** From a worker. */
export interface WorkerReply {
  readonly part: number;
  readonly result: MatchResult;
}

/** Ten milliseconds of work: a message takes a hundredth of that. */
const ROWS_A_PART = 2_048;

const shared = ({ keys, stored: { index, intervals }, ...job }: MatchJob): MatchJob => ({
  ...job,
  keys: {
    keyData: sharedColumn(Uint8Array, keys.keyData),
    rollingStart: sharedColumn(Uint32Array, keys.rollingStart),
    rollingPeriod: sharedColumn(Uint8Array, keys.rollingPeriod),
  },
  stored: {
    index: {
      ...index,
      words: sharedColumn(Uint32Array, index.words),
      filter: sharedColumn(Uint8Array, index.filter),
      directory: sharedColumn(Uint32Array, index.directory),
      order: sharedColumn(Uint32Array, index.order),
      prefixes: sharedColumn(Uint32Array, index.prefixes),
    },
    intervals: sharedColumn(Uint32Array, intervals),
  },
});

/** A job that is being worked on. */
interface Run {
  readonly job: MatchJob;
  readonly results: MatchResult[];
  /** Parts in all, and those that were handed out. */
  readonly parts: number;
  dealt: number;
  finished: number;
  resolve(): void;
  reject(reason: unknown): void;
}

/** Threads that stay for many jobs, one after the other. `close` ends them; so does a failure or an abort. */
export class MatchingWorkers {
  readonly #workers: readonly Worker[];
  #run: Run | undefined;
  #failure: Error | undefined;

  constructor(count: number) {
    this.#workers = Array.from({ length: count }, () => this.#start());
  }

  /** Its listeners stay for life: a thread that dies between two jobs must not be waited for in the next. */
  #start(): Worker {
    const worker = new Worker(builtWorker(new URL('./match.worker.js', import.meta.url)), { execArgv: [] });
    const fail = (error: Error): void => {
      this.#failure ??= error;
      this.#run?.reject(this.#failure);
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`a matching worker ended with code ${code}`)));
    return worker.on('message', (reply: WorkerReply) => this.#take(worker, reply));
  }

  /** As `matchRows`. Rejects with the signal's reason, or with the error of a worker; all workers are ended then. */
  async match(job: MatchJob, signal?: AbortSignal): Promise<MatchResult> {
    signal?.throwIfAborted();
    if (this.#failure) throw this.#failure;
    if (this.#run) throw new Error('these workers are busy with another job');
    const stop = (): void => this.#run?.reject(signal!.reason);
    signal?.addEventListener('abort', stop);
    try {
      const parts = await this.#results(shared(job));
      const rejected = noRejections();
      for (const part of parts) addRejections(rejected, part.rejected);
      return { matches: joinMatches(parts.map(({ matches }) => matches)), rejected };
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
      this.#run = undefined;
    }
  }

  /** Results by part. */
  #results(job: MatchJob): Promise<readonly MatchResult[]> {
    const parts = Math.ceil(job.rows.length / ROWS_A_PART);
    return new Promise((resolve, reject) => {
      const results: MatchResult[] = [];
      this.#run = { job, results, parts, dealt: 0, finished: 0, resolve: () => resolve(results), reject };
      if (parts === 0) resolve(results);
      for (const worker of this.#workers.slice(0, parts)) {
        worker.postMessage({ job: { ...job, rows: new Uint32Array() } });
        // One part to work on and one to go on with.
        this.#deal(worker);
        this.#deal(worker);
      }
    });
  }

  #deal(worker: Worker): void {
    const run = this.#run!;
    if (run.dealt === run.parts) return;
    const part = run.dealt++;
    worker.postMessage({ part, rows: run.job.rows.slice(part * ROWS_A_PART, (part + 1) * ROWS_A_PART) });
  }

  #take(worker: Worker, { part, result }: WorkerReply): void {
    const run = this.#run;
    // What a thread still says of a job that was stopped.
    if (!run) return;
    run.results[part] = result;
    this.#deal(worker);
    if (++run.finished === run.parts) run.resolve();
  }

  async close(): Promise<void> {
    this.#failure ??= new Error('these workers have ended');
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** One job with workers of its own, no more than have something to do. */
export async function matchInWorkers(job: MatchJob, count: number, signal?: AbortSignal): Promise<MatchResult> {
  const workers = new MatchingWorkers(Math.min(count, Math.ceil(job.rows.length / ROWS_A_PART)));
  try {
    return await workers.match(job, signal);
  } finally {
    await workers.close();
  }
}
