/** A thread that matches: gets a job, then parts of its rows, and answers each part (workers.ts). */
import { parentPort } from 'node:worker_threads';
import { matchRows } from './deviceExact.ts';
import { type Expander, openExpander } from './expander.ts';
import type { MatchJob, WorkerReply, WorkerRequest } from './workers.ts';

const port = parentPort!;
let ready: Promise<{ readonly job: MatchJob; readonly expander: Expander }> | undefined;

async function open(job: MatchJob) {
  return { job, expander: await openExpander(job.expander) };
}

async function answer(part: number, rows: Uint32Array): Promise<void> {
  const { job, expander } = await ready!;
  const result = matchRows(job.keys, rows, job.stored, job.tolerance, expander);
  const reply: WorkerReply = { part, result };
  port.postMessage(reply);
}

// What fails here ends the thread and reaches the caller as the worker's 'error'.
port.on('message', (request: WorkerRequest) => {
  if ('job' in request) ready = open(request.job);
  else void answer(request.part, request.rows);
});
