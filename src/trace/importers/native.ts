import { TRACE_FORMAT } from '../../core/records.ts';
import type { Importer } from '../importer.ts';
import { readNative } from '../native.ts';

/** A record without the header before it is recognised too: its error says what is missing. */
const RECORD = /^\{[^\n]*"type"\s*:\s*"(?:sighting|scan|histogram|window|exposure|cell|truth)"/;
const HEADER = new RegExp(`^\\{[^\\n]*"format"\\s*:\\s*"${TRACE_FORMAT}"`);

export const native: Importer = {
  name: 'enlab',
  title: "enlab's own trace (NDJSON, docs/trace-format.md)",
  scanGap: 25.5,
  reads: [],
  units: [],
  detect: ({ text }) => HEADER.test(text.trimStart()) || RECORD.test(text.trimStart()),
  read: (file, _options, tally) => readNative(file, tally),
};
