/** A thread that runs towns, one after the other (workers.ts). */
import { parentPort } from 'node:worker_threads';
import type { TracedExposure } from '../population/tracing.ts';
import { runTown } from './town.ts';
import type { WorkerReply, WorkerRequest } from './workers.ts';

const port = parentPort!;
/** A message for each exposure would cost more than the exposure. */
const EXPOSURES_A_MESSAGE = 1_000;

const reply = (what: WorkerReply): void => port.postMessage(what);

// What fails here ends the thread and reaches the caller as the worker's 'error'.
port.on('message', ({ number, task, traced }: WorkerRequest) => {
  let exposures: TracedExposure[] = [];
  const send = (): void => {
    if (exposures.length > 0) reply({ number, exposures });
    exposures = [];
  };
  const outcome = runTown(task, {
    day: (day) => {
      // Exposures of a day are told before its end.
      send();
      reply({ number, day });
    },
    ...(traced && {
      exposure: (exposure) => {
        exposures.push(exposure);
        if (exposures.length === EXPOSURES_A_MESSAGE) send();
      },
    }),
  });
  reply({ number, outcome });
});
