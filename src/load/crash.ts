/**
 * Whether a server loses what it has acknowledged: it is killed in the middle of uploads, while it starts, after jumps of
 * its clock; then every acknowledged key must be in exactly one export, and every export be there and verify.
 */
import { toBase64 } from '../core/bytes.ts';
import { type Entropy, uniformFrom } from '../core/entropy.ts';
import { EnlabError } from '../core/errors.ts';
import type { HttpClient, HttpReply } from '../core/httpClient.ts';
import { isoDay, utcDayOf } from '../core/time.ts';
import type { Seconds, UnixSeconds } from '../core/units.ts';
import { readPublicKey } from '../protocol/export/keyPair.ts';
import { readExport } from '../protocol/export/reader.ts';
import { INTERVALS_PER_DAY, intervalOfDay } from '../protocol/gaen/intervals.ts';
import { keyDataAt } from '../protocol/gaen/keyTable.ts';
import { uploadEndpoint } from '../protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysIndex } from '../protocol/wire/immuni/keys.ts';
import { newOtp, otpToken } from '../protocol/wire/immuni/otp.ts';
import { authoriseOtp } from '../protocol/wire/immuni/otpService.ts';
import { bearer } from '../protocol/wire/immuni/parts.ts';
import { buildRequest, parseReply, type RequestMessage } from '../protocol/wire/messages.ts';

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

export interface CrashPorts {
  readonly http: HttpClient;
  /** Keyed: the same seed, the same rounds, but for what the machine does. */
  readonly entropy: Entropy;
  /** On the same folder each time; rejects with E-SERVER where it does not start. */
  readonly start: () => Promise<CrashServer>;
  /** Starts it, and kills it after so long, whether it listens by then or not. */
  readonly startAndKill: (after: Seconds) => Promise<void>;
  readonly operate: (server: CrashServer, path: string, body: object) => Promise<void>;
  /** Of the virtual clock at the begin. */
  readonly begin: UnixSeconds;
}

export const crashKinds = ['killed under load', 'killed while it started', 'killed after a jump of the clock'] as const;
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
/** In which a backend usually begins to listen. */
const STARTING: Seconds = 0.8;

export async function* crashRounds(rounds: number, ports: CrashPorts): AsyncGenerator<Round> {
  const acknowledged = new Set<string>();
  for (let round = 1; round <= rounds; round++) {
    const kind = crashKinds[(round - 1) % crashKinds.length]!;
    const before = acknowledged.size;
    await crash(kind, acknowledged, ports);
    const server = await ports.start();
    await ports.operate(server, '/enlab/publish', {});
    const found = await exported(server, ports);
    await server.stop();
    yield { round, kind, acknowledged: acknowledged.size - before, ...judged(acknowledged, found) };
  }
}

async function crash(kind: Kind, acknowledged: Set<string>, ports: CrashPorts): Promise<void> {
  if (kind === 'killed while it started') await ports.startAndKill(uniformFrom(ports.entropy) * STARTING);
  const server = await ports.start();
  const enough = 1 + Math.floor(uniformFrom(ports.entropy) * MOST_UPLOADS);
  const first = acknowledged.size;
  const state = { isDead: false };
  const uploader = async (): Promise<void> => {
    while (!state.isDead && acknowledged.size - first < enough) {
      const key = await uploaded(server, ports);
      if (key === undefined) return;
      acknowledged.add(key);
    }
  };
  const uploaders = Array.from({ length: UPLOADERS }, uploader);
  if (kind === 'killed after a jump of the clock') await ports.operate(server, '/enlab/clock', { seconds: JUMP });
  // The first that is done ends all: the others are in the middle of something.
  await Promise.race(uploaders);
  state.isDead = true;
  await server.kill();
  await Promise.all(uploaders);
}

/** Base64 of a key of which the server said that it is stored. */
async function uploaded(server: CrashServer, { http, entropy, begin }: CrashPorts): Promise<string | undefined> {
  const today = utcDayOf(begin);
  const otp = newOtp(entropy);
  const key_data = toBase64(entropy(16));
  const rolling_start_number = intervalOfDay(today - 1 - Math.floor(uniformFrom(entropy) * 7));
  const asked = { body: { otp, symptoms_started_on: isoDay(today - 10) } };
  const { headers, ...authorisation } = buildRequest(authoriseOtp, asked);
  const operator = { ...headers, authorization: bearer(server.token) };
  const upload = buildRequest(uploadEndpoint, {
    headers: {
      authorization: bearer(otpToken(otp)),
      'immuni-dummy-data': '0',
      'immuni-client-clock': String(begin),
    },
    body: {
      teks: [{ key_data, rolling_start_number, rolling_period: INTERVALS_PER_DAY }],
      province: 'MI',
      exposure_detection_summaries: [],
      padding: '',
    },
  });
  await replyOf(server, { ...authorisation, headers: operator }, http);
  const reply = await replyOf(server, upload, http);
  return reply?.status === 204 ? key_data : undefined;
}

/** Undefined: the server was killed meanwhile. */
async function replyOf({ url }: CrashServer, { path, ...message }: RequestMessage, http: HttpClient) {
  try {
    return await http(new URL(path, url).href, message);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-SERVER') return undefined;
    throw error;
  }
}

interface Exported {
  readonly keys: readonly string[];
  readonly problem: string;
}

/** Keys of all batches that the index names, and the first thing that is wrong with one. */
async function exported(server: CrashServer, { http }: CrashPorts): Promise<Exported> {
  const get = (message: RequestMessage): Promise<HttpReply> => {
    const { path, ...rest } = message;
    return http(new URL(path, server.url).href, rest);
  };
  const answer = parseReply(keysIndex, await get(buildRequest(keysIndex, {})));
  if (!answer.ok) return { keys: [], problem: `the index: ${answer.reason}` };
  if (answer.value.status !== 200) return { keys: [], problem: '' };
  const { oldest, newest } = answer.value.body;
  const publicKeys = [{ key: readPublicKey(server.publicKey) }];
  const keys: string[] = [];
  for (let index = oldest; index <= newest; index++) {
    const { status, body } = await get(buildRequest(keysBatch, { parameters: { index } }));
    if (status !== 200) return { keys, problem: `batch ${index} of ${oldest} to ${newest} is ${status}` };
    try {
      const { table } = readExport(body, { publicKeys }).keys;
      for (let row = 0; row < table.length; row++) keys.push(toBase64(keyDataAt(table, row)));
    } catch (error) {
      if (error instanceof EnlabError) return { keys, problem: `batch ${index}: ${error.message}` };
      throw error;
    }
  }
  return { keys, problem: '' };
}

function judged(acknowledged: ReadonlySet<string>, { keys, problem }: Exported) {
  const published = new Set(keys);
  const lost = [...acknowledged].filter((key) => !published.has(key)).length;
  return { published: keys.length, lost, twice: keys.length - published.size, problem };
}
