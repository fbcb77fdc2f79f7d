/**
 * An endpoint of a deployed backend as data: the server answers by it, the client asks by it, docs/wire.md prints it.
 * Forms are those of the code that was deployed; where the documents of a system say something else, documented.ts of
 * that system has the line.
 */
import type { z } from 'zod';

/** Where a message is wrong. */
export type Part = 'path' | 'query' | 'headers' | 'content type' | 'size' | 'body' | 'status';

/** What was read, or what is wrong with it: reading never throws. */
export type Outcome<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly part: Part; readonly reason: string };

/** How bytes are read and written. `read` checks everything that does not need a clock or a store. */
export interface Body<Value> {
  /** Sent with the bytes; empty when there are none. */
  readonly contentType: string;
  /** Content types that are taken, in lower case. */
  accepts(contentType: string): boolean;
  /** Bytes; more is refused unread. */
  readonly limit: number;
  read(bytes: Uint8Array): Outcome<Value>;
  write(value: Value): Uint8Array;
}

export type ValueOf<B> = B extends Body<infer Value> ? Value : never;

export interface Reply {
  readonly meaning: string;
  readonly body: Body<unknown>;
  /** Headers that are always the same, such as Cache-Control; names in lower case. */
  readonly fixed: Readonly<Record<string, string>>;
  /** Headers that vary; absent where there are none. */
  readonly headers?: z.ZodType<Headers>;
}

/** Names in lower case, as node:http gives them. */
export type Headers = Readonly<Record<string, unknown>>;

export interface Endpoint {
  /** "immuni.upload" */
  readonly name: string;
  /** What it is for, and who calls it. */
  readonly purpose: string;
  /** Host in production; absent for services that were not public. */
  readonly host?: string;
  readonly method: 'GET' | 'POST';
  /** "/v1/keys/{index}" */
  readonly path: string;
  /** What stands for the names in braces. */
  readonly parameters: z.ZodType<Readonly<Record<string, unknown>>>;
  readonly query: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Names in lower case; headers that are not described pass. */
  readonly headers: z.ZodType<Headers>;
  readonly body: Body<unknown>;
  /** By status. */
  readonly replies: Readonly<Record<number, Reply>>;
  /** Status with which the server refuses what is wrong in a part. */
  readonly refusals: Readonly<Record<Exclude<Part, 'status'>, number>>;
}
