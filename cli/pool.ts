/** Several traces as one, for "trace import". */
import { interruptible } from '../calibration/load.ts';
import { EnlabError } from '../src/core/errors.ts';
import type { TraceRecord } from '../src/core/records.ts';
import type { OpenTrace } from '../src/trace/open.ts';

/** Where the reading of one trace stands. */
interface Cursor {
  readonly batches: AsyncIterator<readonly TraceRecord[]>;
  readonly file: OpenTrace['file'];
  batch: readonly TraceRecord[];
  index: number;
}

/**
 * Records of all traces in order of time, which is how a trace must be to be read in constant memory; those without
 * a time come as soon as they are reached. A single trace passes unchanged; of several, records that name no scenario
 * get the one of their file, so that pooling loses nothing.
 */
export async function* pooled(
  traces: readonly OpenTrace[],
  interrupt: AbortSignal,
): AsyncIterable<readonly TraceRecord[]> {
  if (traces.length === 1) {
    yield* interruptible(traces[0]!.batches, interrupt);
    return;
  }
  let open = traces.map(({ batches, file }): Cursor => {
    return { batches: interruptible(batches, interrupt)[Symbol.asyncIterator](), file, batch: [], index: 0 };
  });
  for (let merged: TraceRecord[] = []; ; merged = []) {
    const left = await Promise.all(open.map(refilled));
    open = open.filter((_, k) => left[k]);
    if (open.length === 0) return;
    while (open.every(({ index, batch }) => index < batch.length)) {
      const first = open.reduce((earliest, other) => (timeAt(other) < timeAt(earliest) ? other : earliest));
      merged.push(withScenario(first.batch[first.index]!, first.file));
      first.index++;
    }
    yield merged;
  }
}

/** Reads on where a batch is used up; false at the end of the trace. */
async function refilled(cursor: Cursor): Promise<boolean> {
  while (cursor.index === cursor.batch.length) {
    const next = await cursor.batches.next();
    if (next.done) return false;
    cursor.batch = next.value;
    cursor.index = 0;
  }
  return true;
}

function timeAt({ batch, index }: Cursor): number {
  const record = batch[index]!;
  return 'time' in record ? record.time : Number.NEGATIVE_INFINITY;
}

function withScenario(record: TraceRecord, { path, scenario }: OpenTrace['file']): TraceRecord {
  if (record.type !== 'truth') return record.scenario === undefined ? { ...record, scenario } : record;
  if (record.user !== undefined) return record;
  throw new EnlabError('E-USAGE', 'truth about phones cannot be pooled: other traces may use the same names', {
    place: { file: path },
    hint: 'import the traces one by one; every other command takes several of them',
  });
}
