/**
 * Where a backend keeps what must not be lost, as its services see it: named operations, each a transaction. SQLite is
 * behind it (writer.ts); another database could be.
 */
import type { Database } from 'better-sqlite3';

/** Operations by name. Input and result are plain data: they travel between threads. */
// biome-ignore lint/suspicious/noExplicitAny: bound for any input; every use has a type of its own
// oxlint-disable-next-line typescript/no-explicit-any
export type Operations = Readonly<Record<string, (input: any) => unknown>>;

/** What the store of every system can do for the parts that all share: they note what a restart must find again. */
export type SharedOperations = Operations & {
  fact(input: { readonly name: string }): number | string | undefined;
  setFact(input: { readonly name: string; readonly value: number | string }): void;
};

export interface Store<O extends Operations> {
  /** Resolves when the result is on disk. Rejects with a StoreError; the operation has then left nothing. */
  run<Name extends keyof O & string>(name: Name, input: Parameters<O[Name]>[0]): Promise<ReturnType<O[Name]>>;
  /** Copies every database into `folder`, which must be empty, while work goes on. */
  backup(folder: string): Promise<void>;
  /** What was deleted before is in no file any more when it resolves. */
  wipe(): Promise<void>;
  /** Waits for what was asked before. */
  close(): Promise<void>;
}

/** One SQLite file of a system. */
export interface Schema {
  /** Counted up with each change of the tables; an older or newer file is refused. */
  readonly version: number;
  /** Statements that make the tables. */
  readonly sql: string;
}

/**
 * What a system keeps. The first database commits last: what stands in it is what a client was told, and a crash between
 * the two commits can at most repeat a record of another.
 */
export interface StoreDefinition<O extends Operations, Name extends string = string> {
  readonly schemas: Readonly<Record<Name, Schema>>;
  operations(databases: Readonly<Record<Name, Database>>): O;
}

/** full: no space left; failed: anything else. */
export type StoreFault = 'full' | 'failed';

export class StoreError extends Error {
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string) {
    super(message);
    this.name = 'StoreError';
    this.fault = fault;
  }
}
