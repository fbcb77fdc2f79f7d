/**
 * A power failure: the machine is gone in the middle of uploads, with everything that its kernel had not written. What was
 * acknowledged must be there after the next start; and as a control the same is lost where SQLite does not wait for the disk.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { httpClient } from '../../cli/edge.ts';
import { keyedEntropy } from '../../src/core/entropy.ts';
import { type CrashPorts, type CrashServer, crashRounds, type Round } from '../../src/load/crash.ts';
import { immuniCrash } from '../../src/load/immuniCrash.ts';
import { NOON } from '../helpers/immuniBackend.ts';
import { boot, isPossible, newDisk, prepared } from './guest.ts';

const http = httpClient(new AbortController().signal);
const START =
  `backend start --system immuni --data /data/backend --clock virtual --begin ${NOON} --log-level error`.split(' ');

let made: ReturnType<typeof prepared>;

/** A start of the backend on a disk; stopping is what a power failure does as well. */
const starter = (disk: string, isUnsynced: boolean) => async (): Promise<CrashServer> => {
  const guest = await boot(made, disk, { words: [...START, ...immuniCrash.options], isUnsynced });
  const { publicKey, operatorToken: token } = JSON.parse(guest.line) as { publicKey: string; operatorToken: string };
  return { url: guest.url, publicKey, token, kill: guest.kill, stop: guest.kill };
};

/** One round: uploads, the power is cut, a new start, all exports. */
async function powerFailure(start: () => Promise<CrashServer>): Promise<Round> {
  const ports: CrashPorts = {
    http,
    entropy: keyedEntropy(3, 'power failure'),
    begin: NOON,
    start,
    startWithoutRoom: start,
    startAndKill: async () => {},
    now: async () => NOON,
    async operate({ url, token }, path, body) {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
      await http(url + path, { method: 'POST', headers, body: Buffer.from(JSON.stringify(body)) });
    },
  };
  const rounds: Round[] = [];
  for await (const round of crashRounds(1, immuniCrash, ports)) rounds.push(round);
  return rounds[0]!;
}

describe.skipIf(!isPossible())('a machine whose power fails', () => {
  beforeAll(() => {
    made = prepared();
  }, 600_000);

  it('has everything that was acknowledged', async () => {
    const round = await powerFailure(starter(newDisk('synced.img'), false));
    expect(round.acknowledged).toBeGreaterThan(5);
    expect(round).toMatchObject({ lost: 0, twice: 0, problem: '' });
  }, 900_000);

  it('has lost some of it where the database does not wait for the disk: the test can fail', async () => {
    const disk = newDisk('unsynced.img');
    // The tables themselves are there: only rows can be lost.
    await (await starter(disk, false)()).kill();
    const round = await powerFailure(starter(disk, true));
    expect(round.acknowledged).toBeGreaterThan(5);
    expect(round.lost).toBeGreaterThan(0);
  }, 900_000);
});
