/** What tells genuine requests from dummies is found, and what does not is not: a server whose replies are made up. */
import { describe, expect, it } from 'vitest';
import { keyedEntropy, uniformFrom } from '../../src/core/entropy.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { type Call, compareCall } from '../../src/load/leak.ts';
import type { ReplyMessage } from '../../src/protocol/wire/messages.ts';

const OPTIONS = { requests: 400, connections: 8, threshold: 0.05 };

type Kind = 'genuine' | 'dummy';

interface Server {
  /** Seconds. */
  readonly latency?: (kind: Kind, draw: number) => number;
  readonly reply?: (kind: Kind, draw: number) => Partial<ReplyMessage>;
}

/** Comparisons by measure, and the kinds in the order in which they were asked. */
async function compared({ latency = () => 0.1, reply = () => ({}) }: Server, options = OPTIONS) {
  const entropy = keyedEntropy(1, 'server');
  const asked: Kind[] = [];
  let prepared = 0;
  let last = 0;
  const message = (kind: Kind) => ({ method: 'POST', path: `/${kind}`, headers: {}, body: new Uint8Array() });
  const call: Call = {
    name: 'call',
    url: 'http://server.example',
    prepare: async () => {
      prepared++;
      return { genuine: message('genuine'), dummy: message('dummy') };
    },
  };
  const http = async (url: string, _request: HttpRequest): Promise<ReplyMessage> => {
    const kind = new URL(url).pathname.slice(1) as Kind;
    asked.push(kind);
    const draw = uniformFrom(entropy);
    last = latency(kind, draw);
    return {
      status: 204,
      headers: { date: draw < 0.5 ? 'today' : 'later' },
      body: new Uint8Array(),
      ...reply(kind, draw),
    };
  };
  // One at a time, so that what was measured is of the request before.
  const rows = await compareCall(
    call,
    { ...options, connections: 1 },
    {
      http,
      entropy: keyedEntropy(2, 'order'),
      stopwatch: () => () => last,
    },
  );
  return { rows: Object.fromEntries(rows.map((row) => [row.measure, row])), asked, prepared };
}

const leaks = ({ rows }: Awaited<ReturnType<typeof compared>>) =>
  Object.values(rows)
    .filter((row) => row.leaks)
    .map(({ measure }) => measure);

it('equal replies tell nothing, and as many of both are sent, in an order that nobody can guess', async () => {
  const found = await compared({ latency: (_kind, draw) => 0.25 + draw / 1000 });
  expect(leaks(found)).toEqual([]);
  expect(found.asked.filter((kind) => kind === 'dummy')).toHaveLength(OPTIONS.requests);
  expect(found.asked).toHaveLength(2 * OPTIONS.requests);
  expect(found.prepared).toBe(2 * OPTIONS.requests);
  const changes = found.asked.filter((kind, k) => k > 0 && kind !== found.asked[k - 1]).length;
  // Of 799 places half are changes: five standard errors are 71.
  expect(Math.abs(changes - 400)).toBeLessThan(71);
});

describe('a server that gives dummies away', () => {
  it.each([
    [
      'by its time',
      { latency: (kind: Kind, draw: number) => (kind === 'dummy' ? 0.3 : 0.25) + draw / 10 },
      ['latency'],
    ],
    ['by a body', { reply: (kind: Kind) => ({ status: 200, body: Buffer.alloc(kind === 'dummy' ? 1 : 2) }) }, ['size']],
    [
      'by a header of the same length',
      { reply: (kind: Kind) => ({ headers: { served: kind === 'dummy' ? 'a' : 'b' } }) },
      ['headers'],
    ],
    [
      'by a status in a third of its replies',
      { reply: (kind: Kind, draw: number) => (kind === 'dummy' && draw < 1 / 3 ? { status: 401 } : {}) },
      ['size', 'headers'],
    ],
  ])('%s', async (_name, server: Server, expected) => {
    expect(leaks(await compared(server))).toEqual(expected);
  });

  it('is found out by the probability of guessing right', async () => {
    const { rows } = await compared({ latency: (kind) => (kind === 'dummy' ? 0.3 : 0.15) });
    expect(rows['latency']).toMatchObject({ auc: { value: 0 }, ks: 1, genuine: 0.15, dummy: 0.3, n: 800 });
    expect(rows['latency']!.p).toBeLessThan(1e-6);
  });
});

it('a difference below the threshold is let pass', async () => {
  const rare = { reply: (kind: Kind, draw: number) => (kind === 'dummy' && draw < 0.02 ? { status: 401 } : {}) };
  expect(leaks(await compared(rare))).toEqual([]);
  expect(leaks(await compared(rare, { ...OPTIONS, requests: 4000, threshold: 0 }))).toEqual(['size', 'headers']);
});
