/**
 * Whether a server loses what it has acknowledged: it is killed in the middle of uploads, while it starts, after jumps of
 * its clock, and its disk has no room; then every acknowledged key must be in exactly one export, and every export be there and verify.
 */
import { type Entropy, uniformFrom } from '../core/entropy.ts';
import type { HttpClient } from '../core/httpClient.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';

export interface CrashServer {
  readonly url: string;
  readonly token: string;
  /** PEM. */
  readonly publicKey: string;
  /** Ends it at once, whatever it is doing (SIGKILL). */
  kill(): Promise<void>;
  /** Lets it finish. */
  stop(): Promise<void>;
}

/** What a server has published: keys (Base64) by export, and the first thing that is wrong with one; empty: nothing. */
export interface Exports {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly problem: string;
}

/** What differs between systems. */
export interface Crashable {
  /** Options of "backend start". */
  readonly options: readonly string[];
  /** Base64 of a key of which the server said that it is stored; undefined: it did not. */
  upload(server: CrashServer, ports: CrashPorts): Promise<string | undefined>;
  publish(server: CrashServer, ports: CrashPorts): Promise<void>;
  exports(server: CrashServer, ports: CrashPorts): Promise<Exports>;
}

export interface CrashPorts {
  readonly http: HttpClient;
  /** Keyed: the same seed, the same rounds, but for what the machine does. */
  readonly entropy: Entropy;
  /** On the same folder each time; rejects with E-SERVER where it does not start. */
  readonly start: () => Promise<CrashServer>;
  /** The same with hardly any room on its disk: uploads fail before long. */
  readonly startWithoutRoom: () => Promise<CrashServer>;
  /** Starts it, and kills it after so long, whether it listens by then or not. */
  readonly startAndKill: (after: Seconds) => Promise<void>;
  readonly operate: (server: CrashServer, path: string, body: object) => Promise<void>;
  /** Of the virtual clock. */
  readonly now: (server: CrashServer) => Promise<UnixSeconds>;
  /** Of the virtual clock at the begin. */
  readonly begin: UnixSeconds;
}

export const crashKinds = [
  'killed under load',
  'killed while it started',
  'killed after a jump of the clock',
  'no room on the disk',
  'killed again and again while it started',
] as const;
type Kind = (typeof crashKinds)[number];

export interface Round {
  readonly round: number;
  readonly kind: Kind;
  /** Acknowledged in this round. */
  readonly acknowledged: number;
  /** Keys in all exports. */
  readonly published: number;
  /** Acknowledged so far, and in no export. */
  readonly lost: number;
  /** In more than one place. */
  readonly twice: number;
  /** Why exports are not as they should be; empty: they are. */
  readonly problem: string;
}

export const isSound = ({ lost, twice, problem }: Round): boolean => lost === 0 && twice === 0 && problem === '';

const UPLOADERS = 8;
/** Acknowledged uploads after which the server is killed, at most. */
const MOST_UPLOADS = 60;
const JUMP: Seconds = 1860;
/** Of one uploader: a jump of the clock makes its code too old, a disk without room takes nothing more. */
const MOST_REFUSALS = 3;
/** Starts in a row that do not get far. */
const STARTS: Partial<Record<Kind, number>> = {
  'killed while it started': 1,
  'killed again and again while it started': 5,
};
/** In which a backend usually begins to listen. */
const STARTING: Seconds = 0.8;

export async function* crashRounds(rounds: number, system: Crashable, ports: CrashPorts): AsyncGenerator<Round> {
  const acknowledged = new Set<string>();
  const places = new Map<string, string>();
  for (let round = 1; round <= rounds; round++) {
    const kind = crashKinds[(round - 1) % crashKinds.length]!;
    const before = acknowledged.size;
    await crash(kind, acknowledged, system, ports);
    const server = await ports.start();
    await system.publish(server, ports);
    const found = await system.exports(server, ports);
    await server.stop();
    yield { round, kind, acknowledged: acknowledged.size - before, ...judged({ places, acknowledged }, found) };
  }
}

async function crash(kind: Kind, acknowledged: Set<string>, system: Crashable, ports: CrashPorts): Promise<void> {
  for (let k = 0; k < (STARTS[kind] ?? 0); k++) await ports.startAndKill(uniformFrom(ports.entropy) * STARTING);
  const server = await (kind === 'no room on the disk' ? ports.startWithoutRoom() : ports.start());
  const drawn = 1 + Math.floor(uniformFrom(ports.entropy) * MOST_UPLOADS);
  // Until nothing more is accepted.
  const enough = kind === 'no room on the disk' ? Number.POSITIVE_INFINITY : drawn;
  const first = acknowledged.size;
  const state = { isDead: false };
  const uploader = async (): Promise<void> => {
    let refusals = 0;
    while (!state.isDead && acknowledged.size - first < enough && refusals < MOST_REFUSALS) {
      const key = await system.upload(server, ports);
      if (key === undefined) refusals++;
      else acknowledged.add(key);
    }
  };
  const uploaders = Array.from({ length: UPLOADERS }, uploader);
  if (kind === 'killed after a jump of the clock') await ports.operate(server, '/enlab/clock', { seconds: JUMP });
  // The first that is done ends all: the others are in the middle of something.
  await (kind === 'no room on the disk' ? Promise.all(uploaders) : Promise.race(uploaders));
  state.isDead = true;
  await server.kill();
  await Promise.all(uploaders);
}

interface Judged {
  /** Keys in all exports so far, and where each of them is. */
  readonly places: Map<string, string>;
  readonly acknowledged: ReadonlySet<string>;
}

/** A key that is in two places, also of different rounds, is there twice. */
function judged({ places, acknowledged }: Judged, exports: Exports) {
  let twice = 0;
  for (const [place, keys] of exports.keys)
    for (const key of keys) {
      if ((places.get(key) ?? place) !== place) twice++;
      places.set(key, place);
    }
  const doubled = [...exports.keys.values()].reduce((sum, keys) => sum + keys.length - new Set(keys).size, 0);
  const lost = [...acknowledged].filter((key) => !places.has(key)).length;
  return { published: places.size, lost, twice: twice + doubled, problem: exports.problem };
}
