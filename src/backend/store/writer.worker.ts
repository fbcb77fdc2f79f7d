/** The one thread that writes to the databases of a backend. */
import { parentPort, workerData } from 'node:worker_threads';
import { EnlabError } from '../../core/errors.ts';
import { defined } from '../../core/object.ts';
import { systemNamed } from '../systems.ts';
import type { OpenRequest, WireResult, WriterReply, WriterRequest } from './workers.ts';
import { type Result, Writer } from './writer.ts';

const port = parentPort!;
const send = (reply: WriterReply): void => port.postMessage(reply);
const { folder, system } = workerData as OpenRequest;

const onWire = (result: Result): WireResult =>
  result.ok ? result : { ok: false, fault: result.error.fault, message: result.error.message };

function open(): Writer | undefined {
  try {
    return new Writer(folder, systemNamed(system).store);
  } catch (error) {
    if (!(error instanceof EnlabError)) throw error;
    const { code, message, hint, place } = error;
    send({ refused: defined({ code, message, hint, place }) });
    return undefined;
  }
}

const writer = open();
if (writer) {
  port.on('message', (request: WriterRequest) => {
    if ('calls' in request) return send({ results: writer.run(request.calls).map(onWire) });
    if ('backup' in request) return send({ results: [onWire(writer.attempt(() => writer.backup(request.backup)))] });
    if ('wipe' in request) return send({ results: [onWire(writer.attempt(() => writer.wipe()))] });
    writer.close();
    send({ results: [] });
  });
  send({ results: [] });
}
