import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';

/** Compressed pieces of a text that comes in pieces; memory does not grow with it. What goes wrong there, ends it. */
export const gzipped = (text: AsyncIterable<string>): AsyncIterable<Buffer> =>
  // The reader of the stream gets the error; without a callback it would be thrown a second time, at nobody.
  pipeline(text, createGzip(), () => {});
