/**
 * export.bin, walked once for everything but the keys, which are counted before memory is set aside for them, and once
 * for the keys. Unknown fields are skipped, as the encoding wants it; a known field in a form that it cannot have means
 * that the bytes are not what they claim.
 */
import protobuf from 'protobufjs';
import { EnlabError } from '../../core/errors.ts';
import { INTERVALS_PER_DAY } from '../gaen/intervals.ts';
import { emptyKeyTable, firstRows, type KeyTable } from '../gaen/keyTable.ts';
import { type Batch, BINARY_NAME, type ExportWindow, HEADER, type SignatureInfo } from './format.ts';
import { faultOf, type RawKey, Rejections, type StartBounds, storeKey, withoutRepeats } from './keyRules.ts';
import { exportTags, keyTags, messages } from './schema.ts';

/** Everything of the export but its keys. */
export interface Envelope {
  /** null where the file names none. */
  readonly window: ExportWindow | null;
  readonly region: string | null;
  readonly batch: Partial<Batch>;
  readonly signatureInfos: readonly SignatureInfo[];
  /** Keys in the two lists, usable or not. */
  readonly keys: number;
  readonly revisedKeys: number;
}

const TWO_TO_32 = 4_294_967_296;
/** Servers sign for one app, or for two while an app moves; more would only cost time. */
export const MOST_SIGNATURES = 16;
/** Region and names of keys are a few characters; longer ones are no names. */
const MOST_CHARACTERS = 200;

/** Throws E-KEY-FILE without the header, or where the bytes are no such message. */
export function readEnvelope(binary: Uint8Array): Envelope {
  if (!HEADER.equals(binary.subarray(0, HEADER.length))) throw wrongHeader(binary);
  const found = { start: null as number | null, end: null as number | null, region: null as string | null };
  const batch: { number?: number; size?: number } = {};
  const signatureInfos: SignatureInfo[] = [];
  const counts = { keys: 0, revisedKeys: 0 };
  const reader = readerOf(binary);
  guarded(reader, () => {
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag === exportTags.keys) counts.keys += skipped(reader);
      else if (tag === exportTags.revisedKeys) counts.revisedKeys += skipped(reader);
      else if (tag === exportTags.startTimestamp) found.start = fixed64(reader);
      else if (tag === exportTags.endTimestamp) found.end = fixed64(reader);
      else if (tag === exportTags.region) found.region = shortText(reader.string());
      else if (tag === exportTags.batchNum) batch.number = reader.int32();
      else if (tag === exportTags.batchSize) batch.size = reader.int32();
      else if (tag === exportTags.signatureInfos) signatureInfos.push(signatureInfo(reader, signatureInfos.length));
      else skipUnknown(reader, tag, exportTags);
    }
  });
  return { window: windowOf(found), region: found.region, batch, signatureInfos, ...counts };
}

function wrongHeader(binary: Uint8Array): EnlabError {
  const text = Buffer.from(binary.subarray(0, HEADER.length))
    .toString('latin1')
    .replaceAll(/[^\x20-\x7e]/g, '?');
  return new EnlabError(
    'E-KEY-FILE',
    `${BINARY_NAME} begins with "${text}" instead of "${HEADER.toString('latin1')}"`,
    {
      hint: 'only version 1 of the format exists; another beginning is another kind of file',
    },
  );
}

/** Positions count from the begin of export.bin. */
function readerOf(binary: Uint8Array): protobuf.Reader {
  const reader = new protobuf.Reader(binary);
  reader.pos = HEADER.length;
  return reader;
}

/** What the library throws for bytes that are no message becomes an error that says where. */
function guarded(reader: protobuf.Reader, work: () => void): void {
  try {
    work();
  } catch (cause) {
    if (cause instanceof EnlabError) throw cause;
    const at = Math.min(reader.pos, reader.len);
    throw new EnlabError('E-KEY-FILE', `${BINARY_NAME} is damaged near byte ${at} of ${reader.len}`, {
      cause,
      hint: HINT,
    });
  }
}

const HINT = 'download it again; if it verifies, the server writes bad files';

/** 1, past a field that has a length. */
function skipped(reader: protobuf.Reader): number {
  reader.skip(reader.uint32());
  return 1;
}

const fixed64 = (reader: protobuf.Reader): number => reader.fixed32() + reader.fixed32() * TWO_TO_32;

function shortText(text: string): string {
  if (text.length > MOST_CHARACTERS) throw new RangeError('a name of this length');
  return text;
}

function signatureInfo(reader: protobuf.Reader, already: number): SignatureInfo {
  if (already === MOST_SIGNATURES)
    throw new EnlabError('E-LIMIT', `${BINARY_NAME} names more than ${MOST_SIGNATURES} signatures`);
  const length = reader.uint32();
  const end = reader.pos + length;
  const message = messages.signatureInfo.decode(reader, length);
  if (reader.pos !== end) throw new RangeError('a field reaches beyond its signature');
  return messages.signatureInfo.toObject(message);
}

/** Throws where a field that the message has comes in another wire type. */
function skipUnknown(reader: protobuf.Reader, tag: number, known: Readonly<Record<string, number>>): void {
  for (const name in known)
    if (known[name]! >>> 3 === tag >>> 3) throw new RangeError(`field ${tag >>> 3} with wire type ${tag & 7}`);
  reader.skipType(tag & 7, 0, tag >>> 3);
}

function windowOf({ start, end }: { readonly start: number | null; readonly end: number | null }): ExportWindow | null {
  if (start === null || end === null) return null;
  if (start <= end && Number.isSafeInteger(end)) return { start, end };
  throw new EnlabError('E-KEY-FILE', `the window of the file ends at ${end} s and begins at ${start} s`, {
    hint: HINT,
  });
}

/** The keys of one of the two lists. */
export interface KeySet {
  readonly table: KeyTable;
  /** Keys in the list of the file, whether they are in the table or not. */
  readonly count: number;
  /** Keys of the file that are not in the table, by reason, and the places of the first few in the list, from 1. */
  readonly rejected: Readonly<Record<string, number>>;
  readonly rejectedRows: Readonly<Record<string, readonly number[]>>;
  /** Values of keys in the table that were read as absent. */
  readonly unread: Readonly<Record<string, number>>;
}

export interface KeyReading {
  /** How many the envelope counted. */
  readonly count: number;
  readonly bounds: StartBounds;
  /** Columns in memory that workers share. */
  readonly shared: boolean;
}

/** Keys of the list `keys` or `revisedKeys`. Throws E-KEY-FILE where a key is no message. */
export function readKeys(
  binary: Uint8Array,
  list: 'keys' | 'revisedKeys',
  { count, bounds, shared }: KeyReading,
): KeySet {
  const table = emptyKeyTable(count, { shared });
  const positions = new Uint32Array(count);
  const rejections = new Rejections();
  const unread: Record<string, number> = {};
  const countUnread = (what: string): void => void (unread[what] = (unread[what] ?? 0) + 1);
  const reader = readerOf(binary);
  const raw: RawKey = { at: 0, length: 0, risk: null, start: 0, period: 0, reportType: null, days: null };
  let position = 0;
  let rows = 0;
  guarded(reader, () => {
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag !== exportTags[list]) {
        reader.skipType(tag & 7, 0, tag >>> 3);
        continue;
      }
      position++;
      readKey(reader, raw);
      const fault = faultOf(raw, binary, bounds);
      if (fault !== null) {
        rejections.add(fault, position);
        continue;
      }
      positions[rows] = position;
      storeKey(raw, binary, table, rows++, countUnread);
    }
  });
  const unique = withoutRepeats(firstRows(table, rows), positions, rejections);
  return { table: unique, count, rejected: rejections.counts, rejectedRows: rejections.rows, unread };
}

/** One key, fields in any order; of a field that comes twice the last counts ("Encoding", "Last One Wins"). */
function readKey(reader: protobuf.Reader, raw: RawKey): void {
  const end = reader.uint32() + reader.pos;
  if (end > reader.len) throw new RangeError('a key is cut off');
  raw.length = 0;
  raw.start = 0;
  raw.period = INTERVALS_PER_DAY;
  raw.risk = raw.reportType = raw.days = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === keyTags.keyData) {
      raw.length = reader.uint32();
      raw.at = reader.pos;
      reader.skip(raw.length);
    } else if (tag === keyTags.rollingStartIntervalNumber) raw.start = reader.int32();
    else if (tag === keyTags.rollingPeriod) raw.period = reader.int32();
    else if (tag === keyTags.transmissionRiskLevel) raw.risk = reader.int32();
    else if (tag === keyTags.reportType) raw.reportType = reader.int32();
    else if (tag === keyTags.daysSinceOnsetOfSymptoms) raw.days = reader.sint32();
    else skipUnknown(reader, tag, keyTags);
  }
  if (reader.pos !== end) throw new RangeError('a field reaches beyond its key');
}

/** Numbers of the batch that are there and make sense; a file without them is the whole batch. */
export function batchOf({ number, size }: Partial<Batch>): Batch {
  if (number === undefined && size === undefined) return { number: 1, size: 1 };
  if (number !== undefined && size !== undefined && number >= 1 && number <= size) return { number, size };
  const text = `file ${number ?? '(none)'} of ${size ?? '(none)'}`;
  throw new EnlabError('E-CHECK', `the batch is ${text}, which no set of files can have`, { hint: HINT });
}
