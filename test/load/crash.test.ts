/** Servers that lose, repeat or break what they acknowledged are found out; one that does not is not. */
import { expect, it } from 'vitest';
import { signedFile } from '../../src/backend/immuni/keyFiles.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { HttpRequest } from '../../src/core/httpClient.ts';
import { type CrashPorts, crashRounds, isSound, type Round } from '../../src/load/crash.ts';
import { immuniCrash } from '../../src/load/immuniCrash.ts';
import { publicKeyPem } from '../../src/protocol/export/keyPair.ts';
import type { DiagnosisKey } from '../../src/protocol/gaen/keys.ts';
import { uploadEndpoint } from '../../src/protocol/wire/immuni/ingestion.ts';
import { keysBatch, keysIndex } from '../../src/protocol/wire/immuni/keys.ts';
import { authoriseOtp } from '../../src/protocol/wire/immuni/otpService.ts';
import { immuniError } from '../../src/protocol/wire/immuni/parts.ts';
import { buildReply } from '../../src/protocol/wire/messages.ts';
import { NOON } from '../helpers/immuniBackend.ts';
import { otherPair, pair } from '../helpers/keyExports.ts';

interface Fault {
  /** Forgets the key that it acknowledged last before it was killed. */
  readonly losesLast?: boolean;
  /** Publishes the first key of each batch in the next one again. */
  readonly repeats?: boolean;
  readonly signsWithAnother?: boolean;
  /** The index names a batch more than there are. */
  readonly promisesMore?: boolean;
}

/** A server in memory. */
function ports(fault: Fault = {}): CrashPorts {
  const waiting: DiagnosisKey[] = [];
  const batches: Uint8Array[] = [];
  let repeated: DiagnosisKey[] = [];
  let isUp = false;
  let room = Number.POSITIVE_INFINITY;
  const publish = (): void => {
    const keys = [...waiting.splice(0), ...(fault.repeats ? repeated : [])];
    if (keys.length === 0) return;
    repeated = keys.slice(0, 1);
    const window = { start: NOON - 1800, end: NOON + batches.length };
    batches.push(signedFile(keys, window, fault.signsWithAnother ? otherPair : pair));
  };
  const http = async (url: string, { body }: HttpRequest) => {
    if (!isUp) throw new EnlabError('E-SERVER', 'no answer');
    const { pathname } = new URL(url);
    if (pathname === authoriseOtp.path) return buildReply(authoriseOtp, 204, undefined);
    if (pathname === uploadEndpoint.path) {
      if (room-- <= 0) return buildReply(uploadEndpoint, 500, immuniError('unknown'));
      const [tek] = (JSON.parse(Buffer.from(body).toString()) as { teks: Record<string, number | string>[] }).teks;
      waiting.push({
        keyData: Buffer.from(tek!['key_data'] as string, 'base64'),
        rollingStartIntervalNumber: tek!['rolling_start_number'] as number,
        rollingPeriod: 144,
        transmissionRiskLevel: 8,
      });
      return buildReply(uploadEndpoint, 204, undefined);
    }
    if (pathname === keysIndex.path)
      return buildReply(keysIndex, 200, { oldest: 1, newest: batches.length + (fault.promisesMore ? 1 : 0) });
    const file = batches[Number(pathname.split('/').at(-1)) - 1];
    return file ? buildReply(keysBatch, 200, file) : buildReply(keysBatch, 404, immuniError('batchNotFound'));
  };
  return {
    http,
    entropy: keyedEntropy(1, 'crash'),
    begin: NOON,
    now: async () => NOON,
    async startWithoutRoom() {
      const server = await this.start();
      room = 20;
      return server;
    },
    async start() {
      isUp = true;
      room = Number.POSITIVE_INFINITY;
      return {
        url: 'http://server.example',
        token: 'token',
        publicKey: publicKeyPem(pair.publicKey),
        async kill() {
          isUp = false;
          if (fault.losesLast) waiting.pop();
        },
        async stop() {
          isUp = false;
        },
      };
    },
    startAndKill: async () => {},
    operate: async (_server, path) => {
      if (path === '/enlab/publish') publish();
    },
  };
}

async function roundsOf(fault?: Fault): Promise<readonly Round[]> {
  const all: Round[] = [];
  for await (const round of crashRounds(6, immuniCrash, ports(fault))) all.push(round);
  return all;
}

it('a server that keeps its word is sound in every round, of each kind', async () => {
  const rounds = await roundsOf();
  expect(rounds.every(isSound)).toBe(true);
  expect(rounds.map(({ kind }) => kind)).toEqual([
    'killed under load',
    'killed while it started',
    'killed after a jump of the clock',
    'no room on the disk',
    'killed again and again while it started',
    'killed under load',
  ]);
  expect(rounds[3]!.acknowledged).toBe(20);
  expect(rounds.every(({ acknowledged }) => acknowledged > 0)).toBe(true);
  expect(rounds.at(-1)!.published).toBeGreaterThanOrEqual(rounds.reduce((sum, round) => sum + round.acknowledged, 0));
});

it.each([
  ['forgets', { losesLast: true }, (round: Round) => round.lost > 0],
  ['repeats', { repeats: true }, (round: Round) => round.twice > 0],
  [
    'signs with another key',
    { signsWithAnother: true },
    ({ problem }: Round) => problem.startsWith('batch 1 of 1 to 1: '),
  ],
  ['promises a batch', { promisesMore: true }, ({ problem }: Round) => problem === 'batch 2 of 1 to 2: is 404'],
])('one that %s is found out', async (_name, fault: Fault, isFound) => {
  const rounds = await roundsOf(fault);
  expect(rounds.some(isFound)).toBe(true);
  expect(rounds.every(isSound)).toBe(false);
});
