/** Requests to the wire descriptions: good ones, broken ones, and what must be said about those. */
import { expect } from 'vitest';
import type { Endpoint, Part } from '../../src/protocol/wire/endpoint.ts';
import { buildRequest, parseRequest, type RequestMessage } from '../../src/protocol/wire/messages.ts';

export interface Case {
  readonly endpoint: Endpoint;
  readonly asked: {
    readonly parameters?: Readonly<Record<string, unknown>>;
    readonly query?: Readonly<Record<string, unknown>>;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
  };
  /** Change of the good request, where it is wrong, and what is said. */
  readonly bad: readonly (readonly [change: Change, part: Part, reason: string | RegExp])[];
}

/** What stands in a part instead; undefined takes a field away. `raw` replaces bytes or path. */
export interface Change {
  readonly parameters?: object;
  readonly query?: object;
  readonly headers?: object;
  readonly body?: unknown;
  readonly raw?: Partial<RequestMessage>;
}

/** Without the fields that a change takes away. */
const merged = (good: unknown, change: unknown): unknown => {
  if (typeof change !== 'object' || change === null || Array.isArray(change) || change instanceof Uint8Array)
    return change;
  return Object.fromEntries(
    Object.entries({ ...(good as object), ...change }).filter(([, value]) => value !== undefined),
  );
};

export function messageOf({ endpoint, asked }: Pick<Case, 'endpoint' | 'asked'>, change: Change = {}): RequestMessage {
  const { raw, ...parts } = change;
  const changed = Object.fromEntries(
    Object.entries({ ...asked, ...parts }).map(([part, value]) => [part, merged(asked[part as 'body'], value)]),
  );
  return { ...buildRequest(endpoint, changed), ...raw };
}

/** The good request is read, and what was read can be written and read again. */
export function expectGood(one: Case): void {
  const read = parseRequest(one.endpoint, messageOf(one));
  expect(read).toMatchObject({ ok: true });
  if (!read.ok) return;
  const { body } = one.endpoint;
  expect(body.read(body.write(read.value.body))).toEqual({ ok: true, value: read.value.body });
}

export function expectBad(one: Case, [change, part, reason]: Case['bad'][number]): void {
  const read = parseRequest(one.endpoint, messageOf(one, change));
  expect(read).toEqual({ ok: false, part, reason: expect.stringMatching(reason) });
}

/** "cwa.tan: registrationToken ..." */
export const titleOf = ([change, part, reason]: Case['bad'][number]): string =>
  `${part} ${JSON.stringify(change).slice(0, 60)}: ${reason}`;
