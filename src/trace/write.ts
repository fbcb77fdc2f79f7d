/** Writes enlab's own trace. The same records give the same bytes: numbers as ECMAScript prints them, shortest form. */
import { EnlabError } from '../core/errors.ts';
import { TRACE_FORMAT, TRACE_VERSION, type TraceHeader, type TraceRecord, traceUnits } from '../core/records.ts';
import type { RecordBatches } from './importer.ts';
import { checkRecord } from './recordCheck.ts';

export const traceHeader = (provenance: TraceHeader['provenance']): TraceHeader => ({
  format: TRACE_FORMAT,
  version: TRACE_VERSION,
  units: traceUnits,
  provenance,
});

/**
 * Lines of records. Each is checked, since JSON would turn a NaN into null, "unknown", without a word; E-BUG then: nobody may
 * yield such a record.
 */
export function recordLines(records: Iterable<TraceRecord>): string {
  let text = '';
  for (const record of records) {
    const checked = checkRecord(record, () => {});
    if ('problem' in checked) throw new EnlabError('E-BUG', `an invalid record: ${checked.problem}`);
    text += `${JSON.stringify(checked)}\n`;
  }
  return text;
}

export const headerLine = (provenance: TraceHeader['provenance']): string =>
  `${JSON.stringify(traceHeader(provenance))}\n`;

/** The text of a trace: the header line, then a piece of text a batch. */
export async function* traceText(provenance: TraceHeader['provenance'], batches: RecordBatches): AsyncIterable<string> {
  yield headerLine(provenance);
  for await (const records of batches) {
    const text = recordLines(records);
    if (text !== '') yield text;
  }
}
