/** JSON documents of any size, one element at a time. */
import { JSONParser, type JSONParserOptions } from '@streamparser/json';
import { EnlabError, type Place } from '../../core/errors.ts';
import type { TraceFile } from '../files.ts';

export interface JsonElement {
  readonly value: unknown;
  /** 1-based among the elements of the file. */
  readonly number: number;
  /** The line on which the element ends: its own line in NDJSON. */
  readonly place: Place;
}

const NEWLINE = 0x0a;

/**
 * Elements of a top-level array, of the array `member` of a top-level object, or of a sequence of documents (NDJSON).
 * Memory is that of one element. Throws E-FILE-INVALID with the line where the text stops being JSON, E-FILE-EMPTY where
 * `member` is somewhere in the file, but no list of that name with anything in it at its top.
 */
export async function* jsonElements(file: TraceFile, member?: string): AsyncIterable<readonly JsonElement[]> {
  const isMember = member !== undefined && (await hasMember(file, member));
  const parser = new JSONParser(layout((await file.probe()).text, isMember ? member : undefined));
  let batch: JsonElement[] = [];
  let number = 0;
  let line = 1;
  let complete = false;
  const place = (): Place => ({ file: file.path, line });
  parser.onValue = ({ value }) => batch.push({ value, number: ++number, place: place() });
  parser.onError = (cause) => {
    const what = complete ? 'the text ends inside a value' : cause.message.replace(/ at chunk position .*$/s, '');
    throw new EnlabError('E-FILE-INVALID', `not JSON: ${what}`, { place: place(), cause });
  };
  for await (const chunk of file.chunks()) {
    for (const piece of linesOf(chunk)) {
      parser.write(piece);
      if (piece.at(-1) === NEWLINE) line++;
    }
    yield batch;
    batch = [];
  }
  complete = true;
  if (!parser.isEnded) parser.end();
  if (number > 0 || !isMember) return;
  const message = `no entry in a list "${member}" at the top of the document`;
  const hint = `take the lists out of what they lie in, for example: jq '[.. | .${member}? // empty | .[]]'`;
  throw new EnlabError('E-FILE-EMPTY', message, { place: { file: file.path }, hint });
}

/** Whether a document that is an object has this name in it. It may stand behind a long note: the whole file is searched. */
async function hasMember(file: TraceFile, member: string): Promise<boolean> {
  if (!/^\s*\{/.test((await file.probe()).text)) return false;
  const name = Buffer.from(`"${member}"`);
  let rest = Buffer.alloc(0);
  for await (const chunk of file.chunks()) {
    const bytes = Buffer.concat([rest, chunk]);
    if (bytes.includes(name)) return true;
    rest = bytes.subarray(Math.max(0, bytes.length - name.length + 1));
  }
  return false;
}

/** Which values the parser emits; emitted ones are dropped from its stack, so a large array does not pile up. */
function layout(probe: string, member: string | undefined): JSONParserOptions {
  if (/^\s*\[/.test(probe)) return { paths: ['$.*'], keepStack: false };
  if (member) return { paths: [`$.${member}.*`], keepStack: false };
  return { paths: ['$'], keepStack: false, separator: '' };
}

/** The chunk cut behind each newline, without copying. */
function* linesOf(chunk: Buffer): Iterable<Buffer> {
  for (let start = 0; start < chunk.length; ) {
    const newline = chunk.indexOf(NEWLINE, start);
    const end = newline < 0 ? chunk.length : newline + 1;
    yield chunk.subarray(start, end);
    start = end;
  }
}
