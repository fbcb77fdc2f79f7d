/** Reads enlab's own trace: a header line, then one record a line (docs/trace-format.md). Memory is that of a chunk. */
import { EnlabError, type ErrorCode } from '../core/errors.ts';
import type { TraceRecord } from '../core/records.ts';
import { headerSchema, TRACE_FORMAT, TRACE_VERSION, type TraceHeader, traceUnits } from '../core/records.ts';
import { SECONDS_PER_DAY } from '../core/units.ts';
import type { TraceFile } from './files.ts';
import { linesOf, type RecordBatches, type Tally } from './importer.ts';
import { checkRecord } from './recordCheck.ts';

/** Records of the file; fills the tally, provenance included. Throws E-FILE-* and E-UNITS with the line. */
export async function* readNative(file: TraceFile, tally: Tally): RecordBatches {
  let line = 0;
  let header: TraceHeader | undefined;
  for await (const lines of file.lines()) {
    const records: TraceRecord[] = [];
    const numbers: number[] = [];
    for (const text of lines) {
      line++;
      if (header) {
        const record = parseRecord(text, file, line, tally);
        if (!record) continue;
        records.push(record);
        numbers.push(line);
      } else if (text.trim() !== '') {
        header = parseHeader(text, file, line);
        tally.provenance = header.provenance;
      }
    }
    linesOf.set(records, numbers);
    yield records;
  }
}

/** Undefined for a blank line. */
function parseRecord(text: string, file: TraceFile, line: number, tally: Tally): TraceRecord | undefined {
  if (text === '' || text.trim() === '') return undefined;
  const record = checkRecord(parseJson(text, file, line), (field) => tally.notice(`unknown field "${field}" left out`));
  if ('problem' in record) throw invalid('E-FILE-INVALID', record.problem, file, line);
  tally.rows++;
  tally.used++;
  account(record, tally);
  return record;
}

function parseJson(text: string, file: TraceFile, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const position = /at position (\d+)/.exec((cause as SyntaxError).message)?.[1];
    const place = { file: file.path, line, ...(position && { column: Number(position) + 1 }) };
    const hint = 'one JSON object a line; NaN and Infinity are no JSON numbers: leave unknown values out';
    throw new EnlabError('E-FILE-INVALID', 'the line is not JSON', { place, hint, cause });
  }
}

function account(record: TraceRecord, tally: Tally): void {
  if (record.type === 'cell') return;
  if (record.type === 'sighting') {
    tally.device(record.receiver, record.receiverModel);
    tally.device(record.transmitter, record.transmitterModel);
  } else {
    if (record.receiver !== undefined) tally.device(record.receiver);
    if ('transmitter' in record && record.transmitter !== undefined) tally.device(record.transmitter);
  }
  if ('time' in record) {
    tally.timeUnit = 'unix s';
    tally.time(record.time);
  } else if (record.day !== undefined) {
    if (tally.timeUnit === 'none') tally.timeUnit = 'UTC day';
    tally.time(record.day * SECONDS_PER_DAY);
  }
}

/** The most telling complaint first: no header at all, another version, other units, then any other field. */
function parseHeader(text: string, file: TraceFile, line: number): TraceHeader {
  const value = parseJson(text, file, line) as Partial<Record<keyof TraceHeader, unknown>> | null;
  if (value?.format !== TRACE_FORMAT) {
    throw invalid('E-FILE-FORMAT', `the first line is not a header with "format":"${TRACE_FORMAT}"`, file, line, {
      hint: 'put the header line before the records (docs/trace-format.md), or name another format with --from',
    });
  }
  if (value.version !== TRACE_VERSION) {
    const message = `version ${JSON.stringify(value.version)}; this enlab reads version ${TRACE_VERSION}`;
    throw invalid('E-FILE-FORMAT', message, file, line, { hint: 'import the original files again with this enlab' });
  }
  assertUnits(value.units, file, line);
  const { success, data, error } = headerSchema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw invalid('E-FILE-INVALID', `header: ${issue?.path.join('.')} ${issue?.message}`, file, line);
}

function assertUnits(units: unknown, file: TraceFile, line: number): void {
  for (const [quantity, unit] of Object.entries(traceUnits)) {
    const given = (units as Readonly<Record<string, unknown>> | undefined)?.[quantity];
    if (given === unit) continue;
    const message = `the header gives ${quantity} in ${given === undefined ? 'no unit' : JSON.stringify(given)}, not ${unit}`;
    const hint = `convert the values and write "units":${JSON.stringify(traceUnits)}`;
    throw invalid('E-UNITS', message, file, line, { hint });
  }
}

const invalid = (code: ErrorCode, message: string, file: TraceFile, line: number, more: { hint?: string } = {}) =>
  new EnlabError(code, message, { place: { file: file.path, line }, ...more });
