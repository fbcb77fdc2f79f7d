/** enlab: our own trace, a header line, then one record a line (docs/trace-format.md). Memory is that of a chunk. */
import { EnlabError, type ErrorCode } from '../../core/errors.ts';
import {
  headerSchema,
  TRACE_FORMAT,
  TRACE_VERSION,
  type TraceHeader,
  type TraceRecord,
  traceUnits,
} from '../../core/records.ts';
import { SECONDS_PER_DAY } from '../../core/units.ts';
import type { TraceFile } from '../files.ts';
import { type Importer, linesOf, type RecordBatches, type Tally } from '../importer.ts';
import { checkRecord } from '../recordCheck.ts';
import { fewNames, shown } from '../shown.ts';

/** A record without the header before it is recognised too: its error says what is missing. */
const RECORD = /^\{[^\n]*"type"\s*:\s*"(?:sighting|scan|histogram|window|exposure|cell|truth)"/;
const HEADER = new RegExp(`^\\{[^\\n]*"format"\\s*:\\s*"${TRACE_FORMAT}"`);

export const native: Importer = {
  name: 'enlab',
  title: "enlab's own trace (NDJSON, docs/trace-format.md)",
  reads: [],
  units: [],
  detect: ({ text }) => HEADER.test(text.trimStart()) || RECORD.test(text.trimStart()),
  read: (file, _options, tally) => readNative(file, tally),
};

/** Records of the file; fills the tally, provenance included. Throws E-FILE-* and E-UNITS with the line. */
export async function* readNative(file: TraceFile, tally: Tally): RecordBatches {
  let line = 0;
  let header: TraceHeader | undefined;
  const named = fewNames(OTHER_FIELDS);
  const noticeUnknown = (field: string): void => {
    const name = named(field);
    tally.notice(name === OTHER_FIELDS ? `${name} left out` : `unknown field "${name}" left out`);
  };
  for await (const lines of file.lines()) {
    const records: TraceRecord[] = [];
    const numbers: number[] = [];
    for (const text of lines) {
      line++;
      if (header) {
        const record = parseRecord(text, { file, line }, noticeUnknown);
        if (!record) continue;
        account(record, tally);
        records.push(record);
        numbers.push(line);
      } else if (text.trim() !== '') {
        header = parseHeader(text, { file, line }, noticeUnknown);
        tally.provenance = header.provenance;
      }
    }
    linesOf.set(records, numbers);
    yield records;
  }
}

const OTHER_FIELDS = 'other unknown fields';

interface Line {
  readonly file: TraceFile;
  readonly line: number;
}

/** Undefined for a blank line. */
function parseRecord(text: string, at: Line, onUnknown: (field: string) => void): TraceRecord | undefined {
  if (text === '' || text.trim() === '') return undefined;
  const record = checkRecord(parseJson(text, at), onUnknown);
  if ('problem' in record) throw invalid('E-FILE-INVALID', record.problem, at);
  return record;
}

function parseJson(text: string, { file, line }: Line): unknown {
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
  tally.rows++;
  tally.used++;
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
function parseHeader(text: string, at: Line, onUnknown: (field: string) => void): TraceHeader {
  const value = parseJson(text, at) as Partial<Record<keyof TraceHeader, unknown>> | null;
  if (value?.format !== TRACE_FORMAT) {
    throw invalid('E-FILE-FORMAT', `the first line is not a header with "format":"${TRACE_FORMAT}"`, at, {
      hint: 'put the header line before the records (docs/trace-format.md), or name another format with --from',
    });
  }
  if (value.version !== TRACE_VERSION) {
    const message = `version ${shownValue(value.version)}; this enlab reads version ${TRACE_VERSION}`;
    throw invalid('E-FILE-FORMAT', message, at, { hint: 'import the original files again with this enlab' });
  }
  assertUnits(value.units, at);
  const { success, data, error } = headerSchema.safeParse(value);
  if (success) {
    for (const field of Object.keys(value)) if (!Object.hasOwn(data, field)) onUnknown(`header.${field}`);
    return data;
  }
  const [issue] = error.issues;
  const message = ['header', issue?.path.join('.'), issue?.message].filter(Boolean).join(': ');
  throw invalid('E-FILE-INVALID', message, at);
}

function assertUnits(units: unknown, at: Line): void {
  for (const [quantity, unit] of Object.entries(traceUnits)) {
    const given = (units as Readonly<Record<string, unknown>> | undefined)?.[quantity];
    if (given === unit) continue;
    const message = `the header gives ${quantity} in ${given === undefined ? 'no unit' : shownValue(given)}, not ${unit}`;
    const hint = `convert the values and write "units":${JSON.stringify(traceUnits)}`;
    throw invalid('E-UNITS', message, at, { hint });
  }
}

const shownValue = (value: unknown): string => shown(JSON.stringify(value) ?? 'missing');

const invalid = (code: ErrorCode, message: string, { file, line }: Line, more: { hint?: string } = {}) =>
  new EnlabError(code, message, { place: { file: file.path, line }, ...more });
