/** Opening trace files: the only place of this layer that touches the file system. */
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream, readdirSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { pipeline } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { EnlabError } from '../core/errors.ts';

const CHUNK_BYTES = 1 << 20;
const PROBE_BYTES = 64 * 1024;
/** A longer line is no record: it is refused before it fills the memory. */
const MAX_LINE_CHARACTERS = 16e6;

export type Encoding = 'utf-8' | 'windows-1252';

const TO_A_FILE = 'write it to a file first: a trace is read several times';

/** A pipe gives its bytes once. */
const notSeekable = (path: string): EnlabError =>
  new EnlabError('E-FILE-READ', 'this is a pipe or a device, not a file', { place: { file: path }, hint: TO_A_FILE });

/** Turns what the operating system or zlib says into the error a user can act on. */
export function readError(path: string, cause: unknown): EnlabError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const place = { file: path };
  if (code === 'ENOENT') {
    const hint = basename(path) === '-' ? TO_A_FILE : undefined;
    return new EnlabError('E-FILE-MISSING', 'there is no such file', { place, cause, ...(hint && { hint }) });
  }
  if (code?.startsWith('Z_')) return new EnlabError('E-FILE-TRUNCATED', `gzip: ${message}`, { place, cause });
  const hint = code === 'EISDIR' ? 'this is a folder; name a file in it' : undefined;
  return new EnlabError('E-FILE-READ', message, { place, cause, ...(hint && { hint }) });
}

/** What a detector may look at: the name and the first 64 KiB (decompressed). */
export interface Probe {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The bytes as UTF-8 text, without a byte order mark. */
  readonly text: string;
}

/** Base name without .gz and without its extension. */
const baseScenario = (path: string): string =>
  basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.[^.]+$/, '');

/**
 * Scenarios of files that are read together. Phones are only known to be the same inside one scenario, so base names
 * that repeat (A/log.csv B/log.csv) get their folder's name before them, or else a number behind.
 */
export function distinctScenarios(paths: readonly string[]): readonly string[] {
  const uses = new Map<string, number>();
  const use = (name: string): number => {
    uses.set(name, (uses.get(name) ?? 0) + 1);
    return uses.get(name) ?? 1;
  };
  for (const path of paths) use(baseScenario(path));
  const longer = paths.map((path) => {
    const name = baseScenario(path);
    return (uses.get(name) ?? 0) > 1 ? `${basename(dirname(path))}/${name}` : name;
  });
  uses.clear();
  return longer.map((name) => {
    const count = use(name);
    return count === 1 ? name : `${name}#${count}`;
  });
}

/** One input file, plain or gzip (told by its first bytes, whatever its name). */
export class TraceFile {
  readonly path: string;
  /** Scenario of records that name none; for some formats the receiver. */
  readonly scenario: string;

  constructor(path: string, scenario = baseScenario(path)) {
    this.path = path;
    this.scenario = scenario;
  }

  /** Base name: no folder of a user's machine goes into a result. */
  get name(): string {
    return basename(this.path);
  }

  /** Bytes on the disk. Throws E-FILE-*. */
  get size(): number {
    try {
      return statSync(this.path).size;
    } catch (cause) {
      throw readError(this.path, cause);
    }
  }

  /** Decompressed bytes, in chunks of about 1 MiB. Throws E-FILE-*. */
  async *chunks(): AsyncIterable<Buffer> {
    try {
      const stats = statSync(this.path);
      if (!stats.isFile() && !stats.isDirectory()) throw notSeekable(this.path);
      if (stats.size === 0) throw new EnlabError('E-FILE-EMPTY', 'the file is empty', { place: { file: this.path } });
      const isGzip = await startsWithGzipMagic(this.path);
      const raw = createReadStream(this.path, { highWaterMark: CHUNK_BYTES });
      yield* isGzip ? gunzipped(raw) : raw;
    } catch (cause) {
      throw cause instanceof EnlabError ? cause : readError(this.path, cause);
    }
  }

  /** Decoded text, in pieces as the chunks come; a byte order mark is dropped. */
  async *text(encoding: Encoding = 'utf-8'): AsyncIterable<string> {
    // StringDecoder gives one-byte strings for ASCII, which JSON.parse reads faster than TextDecoder's two-byte ones.
    const decoder = encoding === 'utf-8' ? new StringDecoder('utf8') : singleBytes(encoding);
    let isFirst = true;
    for await (const chunk of this.chunks()) {
      const piece = decoder.write(chunk);
      yield isFirst && piece.startsWith('\uFEFF') ? piece.slice(1) : piece;
      isFirst = false;
    }
    yield decoder.end();
  }

  /** Lines without their ends, in batches as the chunks come. Throws E-FILE-INVALID at a line over 16 million characters. */
  async *lines(): AsyncIterable<readonly string[]> {
    let rest = '';
    let line = 1;
    for await (const piece of this.text()) {
      const text = rest + piece;
      const lines = text.split('\n');
      rest = lines.pop() ?? '';
      line += lines.length;
      if (rest.length > MAX_LINE_CHARACTERS) throw this.#lineTooLong(line);
      if (lines.length > 0) yield text.includes('\r') ? lines.map(withoutReturn) : lines;
    }
    if (rest !== '') yield [withoutReturn(rest)];
  }

  /** What detectors look at. */
  async probe(): Promise<Probe> {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const chunk of this.chunks()) {
      parts.push(chunk);
      size += chunk.length;
      if (size >= PROBE_BYTES) break;
    }
    const bytes = Buffer.concat(parts).subarray(0, PROBE_BYTES);
    return { name: this.name, bytes, text: new TextDecoder('utf-8').decode(bytes) };
  }

  /** SHA-256 of the file as it is on disk, hexadecimal: its identity in provenance. */
  async sha256(): Promise<string> {
    const hash = createHash('sha256');
    try {
      for await (const chunk of createReadStream(this.path, { highWaterMark: CHUNK_BYTES }))
        hash.update(chunk as Buffer);
    } catch (cause) {
      throw readError(this.path, cause);
    }
    return hash.digest('hex');
  }

  #lineTooLong(line: number): EnlabError {
    const message = `the line is longer than ${MAX_LINE_CHARACTERS / 1e6} million characters`;
    const hint = 'check that this is the file you meant: records stand on lines of their own';
    return new EnlabError('E-FILE-INVALID', message, { place: { file: this.path, line }, hint });
  }
}

function singleBytes(encoding: Encoding): { write(chunk: Buffer): string; end(): string } {
  const decoder = new TextDecoder(encoding);
  return { write: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() };
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

function gunzipped(raw: ReadStream): AsyncIterable<Buffer> {
  // pipeline hands errors on and closes the file when the reader stops early; the iterator reports the error.
  return pipeline(raw, createGunzip({ chunkSize: CHUNK_BYTES }), () => {});
}

async function startsWithGzipMagic(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { end: 1 })) {
    const [first, second] = chunk as Buffer;
    return first === 0x1f && second === 0x8b;
  }
  return false;
}

/** Sorted names in a folder; null when the path is no folder. */
export function folderNames(path: string): readonly string[] | null {
  try {
    return statSync(path).isDirectory() ? readdirSync(path).toSorted() : null;
  } catch (cause) {
    throw readError(path, cause);
  }
}
