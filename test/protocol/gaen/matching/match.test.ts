/** Device-exact matching as it is called, in this thread and in workers. */
import { beforeAll, describe, expect, it } from 'vitest';
import { keyedEntropy } from '../../../../src/core/entropy.ts';
import type { DiagnosisKey } from '../../../../src/protocol/gaen/keys.ts';
import { emptyKeyTable, type KeyTable, keyDataAt, keyTableOf } from '../../../../src/protocol/gaen/keyTable.ts';
import { storeSightings } from '../../../../src/protocol/gaen/matching/deviceExact.ts';
import { type ExpanderName, expanderNames } from '../../../../src/protocol/gaen/matching/expander.ts';
import { FEWEST_KEYS_FOR_WORKERS, match } from '../../../../src/protocol/gaen/matching/match.ts';
import { matchDigest } from '../../../../src/protocol/gaen/matching/matches.ts';
import { type Sightings, sightingsOf } from '../../../../src/protocol/gaen/matching/sightings.ts';
import { MatchingWorkers } from '../../../../src/protocol/gaen/matching/workers.ts';
import { asTuples, oracle, oracleIdentifier } from './oracle.ts';

const START = 2_642_976;
const key: DiagnosisKey = {
  keyData: keyedEntropy(1, 'match')(16),
  rollingStartIntervalNumber: START,
  rollingPeriod: 144,
};
const heard = (k: number, interval: number) => ({ identifier: oracleIdentifier(key.keyData, START + k), interval });

describe('the window of clocks', () => {
  it.each([
    [12, -13, false],
    [12, -12, true],
    [12, 12, true],
    [12, 13, false],
    // microG
    [6, -7, false],
    [6, -6, true],
    [6, 6, true],
    [6, 7, false],
    [0, -1, false],
    [0, 0, true],
    [0, 1, false],
  ])('of %i intervals, a clock %i away: %s', async (tolerance, difference, counts) => {
    for (const k of [0, 70, 143]) {
      const sightings = sightingsOf([heard(k, START + k + difference)]);
      const { matches, rejected } = await match(keyTableOf([key]), sightings, { tolerance });
      expect(asTuples(matches)).toEqual(counts ? [[0, START + k, 0]] : []);
      expect(rejected.outsideTolerance).toBe(Number(!counts));
    }
  });
});

describe('the rolling period', () => {
  it.each([
    [1, 0, true],
    [1, 1, false],
    [60, 59, true],
    [60, 60, false],
    [144, 143, true],
  ])('of %i, identifier %i: %s', async (rollingPeriod, k, counts) => {
    const { matches, rejected } = await match(
      keyTableOf([{ ...key, rollingPeriod }]),
      sightingsOf([heard(k, START + k)]),
    );
    expect(matches.length).toBe(Number(counts));
    expect(rejected.afterPeriod).toBe(Number(!counts));
  });

  it('is looked at before the clocks: a sighting is rejected once', async () => {
    const { rejected } = await match(keyTableOf([{ ...key, rollingPeriod: 1 }]), sightingsOf([heard(9, START + 99)]));
    expect(rejected).toMatchObject({ afterPeriod: 1, outsideTolerance: 0 });
  });
});

describe('embargo', () => {
  it('stops the replay of keys that are still valid, and nothing does without it (S5)', async () => {
    const sightings = sightingsOf([heard(100, START + 100)]);
    const publishedAt = Uint32Array.of(START + 90);
    const table = keyTableOf([key]);
    const on = await match(table, sightings, { embargo: { intervals: 12, publishedAt } });
    expect([on.matches.length, on.rejected.embargo]).toEqual([0, 1]);
    expect((await match(table, sightings)).matches.length).toBe(1);
  });
});

it('matches nothing of nothing', async () => {
  expect((await match(emptyKeyTable(0), sightingsOf([heard(0, START)]))).matches.length).toBe(0);
  expect((await match(keyTableOf([key]), sightingsOf([]))).matches.length).toBe(0);
});

it('refuses sightings whose identifier is no identifier', () => {
  expect(() => sightingsOf([{ identifier: new Uint8Array(15), interval: START }])).toThrow('identifier of 15 bytes');
});

/** Enough keys for workers: random ones, of which every 97th was heard in its own and other intervals. */
function manyKeys(): { readonly keys: KeyTable; readonly sightings: Sightings; readonly sample: readonly number[] } {
  const keys = emptyKeyTable(FEWEST_KEYS_FOR_WORKERS + 500);
  keys.keyData.set(keyedEntropy(3, 'many')(keys.keyData.length));
  keys.rollingStart.set(Array.from({ length: keys.length }, (_, row) => START + (row % 14) * 144));
  keys.rollingPeriod.fill(144);
  const sample = [...keys.rollingStart.keys()].filter((row) => row % 97 === 0);
  const rows = sample.flatMap((row) =>
    [-13, 0, 0, 12].map((difference) => {
      const interval = keys.rollingStart[row]! + (row % 144);
      return { identifier: oracleIdentifier(keyDataAt(keys, row), interval), interval: interval + difference };
    }),
  );
  return { keys, sightings: sightingsOf(rows.toReversed()), sample };
}

const many = manyKeys();
const { keys, sightings } = many;
const rows = Uint32Array.from(keys.rollingStart.keys());

describe('workers', () => {
  let digest = '';
  beforeAll(async () => {
    digest = matchDigest((await match(keys, sightings)).matches);
  });

  it.each([1, 2, 3])('%i of them give what one thread gives', async (workers) => {
    const { matches, rejected } = await match(keys, sightings, { workers });
    expect(matches.length).toBe(many.sample.length * 3);
    expect(matchDigest(matches)).toBe(digest);
    expect(rejected.outsideTolerance).toBe(many.sample.length);
  });

  it.each(expanderNames)('expander %s gives the same in them', async (expander) => {
    expect(matchDigest((await match(keys, sightings, { workers: 2, expander })).matches)).toBe(digest);
  });

  it('and the oracle finds the same', () => {
    const known = many.sample.map((row) => ({
      ...key,
      keyData: keyDataAt(keys, row),
      rollingStartIntervalNumber: keys.rollingStart[row]!,
    }));
    const all = Array.from({ length: sightings.length }, (_, row) => ({
      identifier: sightings.identifiers.subarray(row * 16, row * 16 + 16),
      interval: sightings.intervals[row]!,
    }));
    // 144 hashes a key: a part of the sample is enough here.
    const { matches } = oracle(known.slice(0, 20), all, { tolerance: 12 });
    expect(matches).toHaveLength(60);
  });

  const job = { keys, rows, stored: storeSightings(sightings), tolerance: 12, expander: 'wasm' as ExpanderName };

  it('stay for several jobs, and none is mixed up with another', async () => {
    const workers = new MatchingWorkers(2);
    try {
      expect(matchDigest((await workers.match(job)).matches)).toBe(digest);
      expect((await workers.match({ ...job, tolerance: 0 })).matches.length).toBe(many.sample.length * 2);
      expect((await workers.match({ ...job, rows: new Uint32Array() })).matches.length).toBe(0);
      expect(matchDigest((await workers.match(job)).matches)).toBe(digest);
    } finally {
      await workers.close();
    }
  });

  it('refuse a second job at the same time', async () => {
    const workers = new MatchingWorkers(1);
    const first = workers.match(job);
    await expect(workers.match(job)).rejects.toThrow('busy');
    await workers.close();
    await expect(first).rejects.toThrow('ended');
  });

  it('that fail are heard, and end', async () => {
    const workers = new MatchingWorkers(2);
    const broken = { ...job, rows: Uint32Array.of(...rows, keys.length) };
    await expect(workers.match(broken)).rejects.toThrow(`no key in row ${keys.length} of ${keys.length}`);
    await expect(workers.match(job)).rejects.toThrow('no key in row');
  });

  it('end when the signal fires, and the caller gets its reason', async () => {
    const abort = new AbortController();
    const matching = match(keys, sightings, { workers: 2, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(matching).rejects.toThrow('enough');
  });

  it('are not started when the signal has fired before', async () => {
    await expect(
      match(keys, sightings, { workers: 2, signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
  });
});
