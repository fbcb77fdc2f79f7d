/** Threads that run towns: order, ends, failures. What they compute: town.test.ts. */
import { afterEach, describe, expect, it } from 'vitest';
import type { TownTask } from '../../src/scenario/town.ts';
import { TownWorkers } from '../../src/scenario/workers.ts';
import { resolved, smallTown } from '../helpers/scenario.ts';

const [, arm] = resolved(smallTown).arms;
const taskOf = (seed: number, days = 10): TownTask => ({ arm: arm!, seed, days });
/** Would take minutes. */
const endless: TownTask = { arm: resolved(smallTown, { agents: 2_000_000 }).arms[1]!, seed: 1, days: 1000 };

let workers: TownWorkers;
afterEach(() => workers.close());

describe('workers', () => {
  it('do what waits in the order in which it was asked for', async () => {
    workers = new TownWorkers(1);
    const done: number[] = [];
    const seeds = [5, 3, 9, 1];
    await Promise.all(
      seeds.map(async (seed) => {
        await workers.run(taskOf(seed));
        done.push(seed);
      }),
    );
    expect(done).toEqual(seeds);
  });

  it('tell every day of each run to who listens to it', async () => {
    workers = new TownWorkers(2);
    const days: number[][] = [[], []];
    await Promise.all([4, 7].map((count, k) => workers.run(taskOf(k, count), { day: (day) => days[k]!.push(day) })));
    expect(days).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3, 4, 5, 6, 7],
    ]);
  });

  it('give up what is stopped while it runs, and do what waits', async () => {
    workers = new TownWorkers(1);
    const stop = new AbortController();
    const first = workers.run(endless, { day: () => stop.abort(new Error('enough')) }, stop.signal);
    const second = workers.run(taskOf(1));
    await expect(first).rejects.toThrow('enough');
    expect((await second).series).toHaveLength(10);
  });

  it('never begin what is stopped while it waits', async () => {
    workers = new TownWorkers(1);
    const stop = new AbortController();
    const first = workers.run(taskOf(1));
    const told: number[] = [];
    const second = workers.run(taskOf(2), { day: (day) => told.push(day) }, stop.signal);
    stop.abort(new Error('never mind'));
    await expect(second).rejects.toThrow('never mind');
    await first;
    expect(told).toEqual([]);
  });

  it('do not begin what was stopped before it was asked for', async () => {
    workers = new TownWorkers(1);
    await expect(workers.run(taskOf(1), {}, AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect((await workers.run(taskOf(1))).series).toHaveLength(10);
  });

  it('that are closed end what runs, and start nothing more', async () => {
    workers = new TownWorkers(1);
    const begun = new Promise<void>((resolve) => {
      void workers.run(endless, { day: () => resolve() }).catch(() => {});
    });
    await begun;
    await expect(workers.close()).resolves.toBeUndefined();
  });
});
