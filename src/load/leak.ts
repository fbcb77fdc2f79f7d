/** Whether replies tell genuine requests from dummies: both sent in random order under equal load, and compared. */
import type { Estimate } from '../core/document.ts';
import { type Entropy, uniformFrom } from '../core/entropy.ts';
import type { HttpClient } from '../core/httpClient.ts';
import type { Seconds } from '../core/units.ts';
import type { ReplyMessage, RequestMessage } from '../protocol/wire/messages.ts';
import { replyBytes } from '../protocol/wire/sizes.ts';
import { auc, ks, mannWhitney } from '../stats/ranks.ts';

/** A call that phones make genuinely and as a dummy. */
export interface Call {
  readonly name: string;
  /** Base address. */
  readonly url: string;
  /** What a genuine request needs first, such as an authorised password; done before dummies too, so that load is equal. */
  prepare(): Promise<{ readonly genuine: RequestMessage; readonly dummy: RequestMessage }>;
}

export interface LeakPorts {
  readonly http: HttpClient;
  readonly entropy: Entropy;
  /** Begins to measure. */
  readonly stopwatch: () => () => Seconds;
}

export interface LeakOptions {
  /** Of each kind. */
  readonly requests: number;
  /** Requests under way at once. */
  readonly connections: number;
  /** Distance of an AUC from 0.5 up to which a difference is of no use to a watcher. */
  readonly threshold: number;
}

interface Seen {
  /** Seconds from the request to the whole reply. */
  readonly latency: number[];
  readonly size: number[];
  readonly headers: string[];
}

export interface Comparison {
  readonly call: string;
  readonly measure: keyof Seen;
  readonly n: number;
  /** Probability that a genuine reply has more of it than a dummy's. */
  readonly auc: Estimate;
  readonly ks: number;
  /** Mann-Whitney, two-sided. */
  readonly p: number;
  /** Medians. */
  readonly genuine: number;
  readonly dummy: number;
  readonly leaks: boolean;
}

/** A dozen comparisons of equal replies are called unequal by chance in one of a hundred runs. */
const SIGNIFICANT = 0.001;

/** Three comparisons of one call. Rejects with E-SERVER where no reply comes. */
export async function compareCall(call: Call, options: LeakOptions, ports: LeakPorts): Promise<readonly Comparison[]> {
  const { genuine, dummy } = await observed(call, options, ports);
  const rank = rankOf(genuine.headers, dummy.headers);
  const compared = (measure: keyof Seen, one: readonly number[], other: readonly number[]): Comparison => {
    const area = auc(one, other);
    const { p } = mannWhitney(one, other);
    return {
      call: call.name,
      measure,
      n: one.length + other.length,
      auc: area,
      ks: ks(one, other).d,
      p,
      genuine: median(one),
      dummy: median(other),
      leaks: Math.abs(area.value! - 0.5) > options.threshold && p < SIGNIFICANT,
    };
  };
  return [
    compared('latency', genuine.latency, dummy.latency),
    compared('size', genuine.size, dummy.size),
    compared('headers', genuine.headers.map(rank), dummy.headers.map(rank)),
  ];
}

async function observed(call: Call, { requests, connections }: LeakOptions, ports: LeakPorts) {
  const seen = { genuine: newSeen(), dummy: newSeen() };
  const planned = shuffledKinds(requests, ports.entropy);
  const worker = async (): Promise<void> => {
    for (let kind = planned.pop(); kind !== undefined; kind = planned.pop()) {
      const prepared = await call.prepare();
      note(seen[kind], ...(await timed(call.url, prepared[kind], ports)));
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return seen;
}

const newSeen = (): Seen => ({ latency: [], size: [], headers: [] });

/** As many of both, so that who comes next cannot be guessed (Fisher and Yates). */
function shuffledKinds(requests: number, entropy: Entropy): ('genuine' | 'dummy')[] {
  const kinds = Array.from({ length: 2 * requests }, (_, k) =>
    k < requests ? ('genuine' as const) : ('dummy' as const),
  );
  for (let k = kinds.length - 1; k > 0; k--) {
    const other = Math.floor(uniformFrom(entropy) * (k + 1));
    [kinds[k], kinds[other]] = [kinds[other]!, kinds[k]!];
  }
  return kinds;
}

async function timed(url: string, { path, ...message }: RequestMessage, { http, stopwatch }: LeakPorts) {
  const elapsed = stopwatch();
  const reply = await http(new URL(path, url).href, message);
  return [reply, elapsed()] as const;
}

/** Header values that change from reply to reply, of genuine and dummy ones alike. */
const CHANGING = new Set(['date', 'etag', 'padding', 'content-length']);

function note(seen: Seen, reply: ReplyMessage, latency: Seconds): void {
  seen.latency.push(latency);
  seen.size.push(replyBytes(reply));
  const lines = Object.entries(reply.headers).map(([name, value]) => (CHANGING.has(name) ? name : `${name}: ${value}`));
  seen.headers.push(`${reply.status} ${lines.join(', ')}`);
}

/** Kinds of replies as numbers, the more a kind is of genuine ones the larger: what a watcher would guess by. */
function rankOf(genuine: readonly string[], dummy: readonly string[]): (kind: string) => number {
  const surplus = new Map<string, number>();
  for (const kind of genuine) surplus.set(kind, (surplus.get(kind) ?? 0) + 1);
  for (const kind of dummy) surplus.set(kind, (surplus.get(kind) ?? 0) - 1);
  const order = [...surplus].toSorted(([, one], [, other]) => one - other).map(([kind]) => kind);
  const ranks = new Map(order.map((kind, rank) => [kind, rank]));
  return (kind) => ranks.get(kind)!;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
