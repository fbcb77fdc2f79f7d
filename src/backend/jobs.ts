/** Jobs in the order in which they are due, by whatever clock. */
import type { UnixSeconds } from '../core/units.ts';
import type { Job } from './service.ts';

export class Jobs {
  readonly #jobs: { readonly job: Job; due: UnixSeconds }[];

  constructor(jobs: readonly Job[], now: UnixSeconds) {
    this.#jobs = jobs.map((job) => ({ job, due: job.next(now) }));
  }

  /** When the next is due; infinity without jobs. */
  get next(): UnixSeconds {
    return Math.min(...this.#jobs.map(({ due }) => due));
  }

  /**
   * Runs everything that is due until `time`, that time included; `at` hears when each is due before it runs. A job that
   * fails is told to `failed`, and the others go on.
   */
  async runUntil(
    time: UnixSeconds,
    at: (due: UnixSeconds) => void,
    failed: (name: string, error: unknown) => void,
  ): Promise<void> {
    for (let due = this.next; due <= time; due = this.next) {
      at(due);
      for (const entry of this.#jobs) {
        if (entry.due !== due) continue;
        entry.due = entry.job.next(due);
        try {
          await entry.job.run(due);
        } catch (error) {
          failed(entry.job.name, error);
        }
      }
    }
  }

  /** After a pause, such as sleep of the machine, what was missed runs once, not once for each time it was due. */
  skipTo(time: UnixSeconds): void {
    for (const entry of this.#jobs) while (entry.job.next(entry.due) <= time) entry.due = entry.job.next(entry.due);
  }
}
