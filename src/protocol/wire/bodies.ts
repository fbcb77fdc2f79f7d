/** Kinds of bodies: nothing, JSON, a form, text, bytes. */
import type { z } from 'zod';
import type { Body, Outcome, Part } from './endpoint.ts';

/** Checks a value; of several faults the first is told, with its place ("teks.3.key_data: ..."). */
export function checked<Value>(schema: z.ZodType<Value>, value: unknown, part: Part): Outcome<Value> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return { ok: true, value: data };
  const { path, message } = error.issues[0]!;
  return { ok: false, part, reason: path.length === 0 ? message : `${path.join('.')}: ${message}` };
}

const refused = (reason: string): Outcome<never> => ({ ok: false, part: 'body', reason });

/** No body; what is sent all the same is ignored, as servers do for GET. */
export const nothing: Body<undefined> = {
  contentType: '',
  accepts: () => true,
  limit: Number.POSITIVE_INFINITY,
  read: () => ({ ok: true, value: undefined }),
  write: () => new Uint8Array(),
};

interface Options {
  readonly limit: number;
  readonly contentType?: string;
  readonly accepts?: (contentType: string) => boolean;
}

/** Content type without its parameters: "application/json" of "application/json; charset=utf-8". */
export const mediaType = (contentType: string): string => contentType.split(';', 1)[0]!.trim();

const ofType = (expected: string) => (contentType: string) => mediaType(contentType) === expected;

/** Bytes that are no UTF-8 are refused; a byte order mark is no white space in JSON, so that it is refused too. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

export function json<Value>(schema: z.ZodType<Value>, options: Options): Body<Value> {
  const { limit, contentType = 'application/json', accepts = ofType('application/json') } = options;
  return {
    contentType,
    accepts,
    limit,
    read(bytes) {
      const text = utf8(bytes);
      if (text === undefined) return refused('these bytes are no UTF-8');
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        return refused(text.trim() === '' ? 'the body is empty' : 'this is no JSON');
      }
      return checked(schema, value, 'body');
    },
    write: (value) => encoder.encode(JSON.stringify(value)),
  };
}

/** A form as browsers send it; of an argument that is given twice the first counts. */
export function form<Value>(schema: z.ZodType<Value>, { limit }: { readonly limit: number }): Body<Value> {
  const contentType = 'application/x-www-form-urlencoded';
  return {
    contentType,
    accepts: ofType(contentType),
    limit,
    read(bytes) {
      const text = utf8(bytes);
      if (text === undefined) return refused('these bytes are no UTF-8');
      const words = [...new URLSearchParams(text)].toReversed();
      return checked(schema, Object.fromEntries(words), 'body');
    },
    write: (value) => encoder.encode(new URLSearchParams(value as Record<string, string>).toString()),
  };
}

/** Text that nobody takes apart: web pages, metrics, plain messages. */
export const text = (contentType: string, limit: number): Body<string> => ({
  contentType,
  accepts: ofType(mediaType(contentType)),
  limit,
  read(bytes) {
    const value = utf8(bytes);
    return value === undefined ? refused('these bytes are no UTF-8') : { ok: true, value };
  },
  write: (value) => encoder.encode(value),
});

/** Bytes that another reader takes apart, such as a key export file. */
export const bytes = (contentType: string, limit: number): Body<Uint8Array> => ({
  contentType,
  accepts: ofType(contentType),
  limit,
  read: (value) => ({ ok: true, value }),
  write: (value) => value,
});
