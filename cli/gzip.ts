import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';

/** Compressed pieces of a text that comes in pieces; memory does not grow with it. */
export const gzipped = (text: AsyncIterable<string>): AsyncIterable<Buffer> => Readable.from(text).pipe(createGzip());
