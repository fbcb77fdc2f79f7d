import { expect } from 'vitest';
import { EnlabError } from '../../src/core/errors.ts';
import { recordSchema, type TraceRecord, traceUnits } from '../../src/core/records.ts';
import { type OpenOptions, type OpenTrace, openTrace } from '../../src/trace/open.ts';
import { fileWith } from './imports.ts';

export interface Opened extends OpenTrace {
  readonly records: readonly TraceRecord[];
}

/** All records of a trace, each checked against the schema. */
export async function openAll(path: string, options: OpenOptions = {}): Promise<Opened> {
  const trace = await openTrace(path, options);
  const records: TraceRecord[] = [];
  for await (const batch of trace.batches) {
    for (const record of batch) {
      const { success, data, error } = recordSchema.safeParse(record);
      expect(success, JSON.stringify(error?.issues)).toBe(true);
      expect(record).toEqual(data);
      records.push(record);
    }
  }
  expect(trace.tally.used).toBe(records.length);
  return { ...trace, records };
}

export const openText = (text: string | Uint8Array, options: OpenOptions = {}, name = 'trace.csv'): Promise<Opened> =>
  openAll(fileWith(name, text), options);

/** The error that opening or reading ends with. */
export async function openError(path: string, options: OpenOptions = {}): Promise<EnlabError> {
  try {
    await openAll(path, options);
  } catch (error) {
    expect(error).toBeInstanceOf(EnlabError);
    return error as EnlabError;
  }
  throw new Error(`${path} was read without an error`);
}

export const textError = (text: string | Uint8Array, options: OpenOptions = {}, name = 'trace.csv') =>
  openError(fileWith(name, text), options);

export const headerLine = (changes: object = {}): string =>
  JSON.stringify({ format: 'enlab-trace', version: 1, units: traceUnits, provenance: {}, ...changes });

/** A trace of ours with these records, given as objects or as lines. */
export const nativeText = (...records: readonly (object | string)[]): string =>
  [headerLine(), ...records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))), ''].join(
    '\n',
  );

export const sighting = { type: 'sighting', time: 1_600_000_000, receiver: 'r', transmitter: 't', rssi: -60 } as const;
