/** What a system's backend is to the parts that all systems share: the server, the jobs, the operator. */
import type { Clock } from '../core/clock.ts';
import type { Entropy } from '../core/entropy.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';
import type { Endpoint, Part } from '../protocol/wire/endpoint.ts';
import type { ReplyMessage, Request } from '../protocol/wire/messages.ts';
import type { Desk } from './console/desk.ts';
import type { Equality } from './equality.ts';
import type { ReadyReply } from './ready.ts';
import type { Retained } from './retention.ts';
import type { Secrets } from './secrets.ts';
import type { Operations, Store } from './store/store.ts';

export interface Route {
  readonly endpoint: Endpoint;
  /** Of several routes with one path, the first that takes the headers; absent: all. */
  readonly takes?: (headers: Readonly<Record<string, string | undefined>>) => boolean;
  /** Called for requests that follow the description of the endpoint. */
  answer(request: Request<Endpoint>): ReplyMessage | Promise<ReplyMessage>;
}

/** An endpoint with its handler; the handler's request has the types of the endpoint. */
export const route = <E extends Endpoint>(
  endpoint: E,
  answer: (request: Request<E>) => ReplyMessage | Promise<ReplyMessage>,
): Route => ({ endpoint, answer });

/** Work that comes again and again. */
export interface Job {
  readonly name: string;
  /** The first time after `time` at which it is due. */
  next(time: UnixSeconds): UnixSeconds;
  run(now: UnixSeconds): Promise<void>;
}

/** What the service of every system is opened with. */
export interface ServicePorts<O extends Operations> {
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly store: Store<O>;
  readonly secrets: Secrets;
  /** The document that phones get; the same for both platforms and all builds. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Resolves after so many seconds; at once where the clock is virtual. */
  readonly wait: (seconds: Seconds) => Promise<void>;
  /** Begins to measure; the result says how long it is since, by the clock of the machine. */
  readonly stopwatch: () => () => Seconds;
  /** By which the server is asked. */
  readonly scheme: 'http' | 'https';
  /** Regions whose operators may authorise codes while a system is tried out; absent: all. */
  readonly pilotRegions?: readonly string[];
}

export const NEWEST_FILES = 24;

export interface PublishedFile {
  readonly name: string;
  readonly keys: number;
}

export interface Service {
  readonly routes: readonly Route[];
  /** Paths that only the operator may call; the deployed ones were not public. */
  readonly internal: readonly Endpoint[];
  readonly jobs: readonly Job[];
  /** PEM of the key that phones check files with. */
  readonly publicKey: string;
  /** The file of a path that never changes, if there is one. */
  ready(path: string): ReadyReply | undefined;
  /** Reply to a request that does not follow its endpoint. */
  refuse(endpoint: Endpoint, part: Exclude<Part, 'status'>): ReplyMessage;
  /** Reply where no endpoint fits, and where something unforeseen happened. */
  unknown(status: 401 | 404 | 405 | 413 | 500): ReplyMessage;
  /** Which replies are made equal; absent: none. */
  readonly equality?: Equality;
  /** Serves another document to phones from now on. */
  configure(settings: Readonly<Record<string, unknown>>): void;
  /** Publishes what waits, now; what became of it, for the operator. */
  publish(): Promise<Readonly<Record<string, number>>>;
  /** Deletes what is due, now. */
  expire(): Promise<Readonly<Record<string, number>>>;
  /** Deletes everything about people: the end of the emergency. */
  purge(): Promise<Readonly<Record<string, number>>>;
  /** Reports for epidemiologists, a line of JSON each; absent: the system collects none. */
  extract?(): Promise<string>;
  /** Counts for the ministry, as CSV; those below `below` are left out. */
  aggregates?(below: number): Promise<string>;
  readonly retention: readonly Retained[];
  status(): Promise<Readonly<Record<string, number | null>>>;
  /** The newest key files, newest first; at most `NEWEST_FILES`. */
  published(): Promise<readonly PublishedFile[]>;
  /** Whether a request says of itself that it is a dummy. */
  isDummy(headers: Readonly<Record<string, string | undefined>>): boolean;
  /** What operators do at the console, the most usual first. */
  readonly desks: readonly [Desk, ...Desk[]];
}

/** Times that are whole multiples of a period. */
export const every =
  (period: number) =>
  (time: UnixSeconds): UnixSeconds =>
    (Math.floor(time / period) + 1) * period;
