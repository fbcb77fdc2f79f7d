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

/** Threads that stay for many jobs, one after the other. `close` ends them; so does a failure or an abort. */
export class MatchingWorkers {
  readonly #workers: readonly Worker[];
  #busy = false;
  #ended = false;

  constructor(count: number) {
    this.#workers = Array.from(
      { length: count },
      () => new Worker(builtWorker(new URL('./match.worker.js', import.meta.url)), { execArgv: [] }),
    );
  }

  /** As `matchRows`. Rejects with the signal's reason, or with the error of a worker; all workers are ended then. */
  async match(job: MatchJob, signal?: AbortSignal): Promise<MatchResult> {
    signal?.throwIfAborted();
    if (this.#ended) throw new Error('these workers have ended');
    if (this.#busy) throw new Error('these workers are busy with another job');
    this.#busy = true;
    const control = new AbortController();
    try {
      const parts = await this.#run(shared(job), control.signal, signal);
      const rejected = noRejections();
      for (const part of parts) addRejections(rejected, part.rejected);
      return { matches: joinMatches(parts.map(({ matches }) => matches)), rejected };
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      control.abort();
      this.#busy = false;
    }
  }

  /** Results by part. Listeners are gone when `done` fires. */
  #run({ rows, ...job }: MatchJob, done: AbortSignal, stop?: AbortSignal): Promise<readonly MatchResult[]> {
    const count = Math.ceil(rows.length / ROWS_A_PART);
    const results: MatchResult[] = [];
    let [dealt, finished] = [0, 0];
    return new Promise((resolve, reject) => {
      if (count === 0) resolve(results);
      stop?.addEventListener('abort', () => reject(stop.reason), { signal: done });
      for (const worker of this.#workers) {
        const deal = (): void => {
          if (dealt === count) return;
          const part = dealt++;
          worker.postMessage({ part, rows: rows.slice(part * ROWS_A_PART, (part + 1) * ROWS_A_PART) });
        };
        const take = ({ part, result }: WorkerReply): void => {
          results[part] = result;
          deal();
          if (++finished === count) resolve(results);
        };
        const exited = (code: number): void => reject(new Error(`a matching worker ended with code ${code}`));
        worker.on('message', take).on('error', reject).on('exit', exited);
        done.addEventListener('abort', () => {
          worker.off('message', take).off('error', reject).off('exit', exited);
        });
        worker.postMessage({ job: { ...job, rows: new Uint32Array() } });
        deal();
        deal();
      }
    });
  }

  async close(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** One job with workers of its own. */
export async function matchInWorkers(job: MatchJob, count: number, signal?: AbortSignal): Promise<MatchResult> {
  const workers = new MatchingWorkers(count);
  try {
    return await workers.match(job, signal);
  } finally {
    await workers.close();
  }
}
