/** What is heard of a contact: the levels agree, edges of contact and range, the same draws the same rows. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyed } from '../../src/core/random.ts';
import { HeardScans, type Hearing, hear, type RadioLevel, radioLevels } from '../../src/propagation/hearing.ts';
import { frameworkSchedule, type ScanSchedule } from '../../src/propagation/schedule.ts';
import { ks } from '../../src/stats/ranks.ts';
import { indoors } from '../helpers/propagation.ts';

/** Of so small a p some twenty comparisons of the same distributions have none. */
const CHANCE = 1e-4;

interface Row {
  readonly at: number;
  readonly since: number;
  readonly lowest: number;
  readonly typical: number;
}

function rowsOf(
  hearing: Hearing,
  level: RadioLevel,
  contact: number,
  schedule: ScanSchedule = frameworkSchedule,
): readonly Row[] {
  const heard = new HeardScans();
  const noise = keyed(radioLevels.indexOf(level), 'noise', contact);
  hear(hearing, { schedule, model: indoors, level }, { times: keyed(4, 'times', contact), noise }, heard);
  return Array.from({ length: heard.length }, (_, row) => ({
    at: heard.at[row]!,
    since: heard.since[row]!,
    lowest: heard.lowest[row]!,
    typical: heard.typical[row]!,
  }));
}

/** All scans as one row. */
function wholeOf(hearing: Hearing, level: RadioLevel, contact: number): readonly Row[] {
  const rows = rowsOf(hearing, level, contact);
  if (rows.length === 0) return [];
  const seconds = rows.reduce((sum, { since }) => sum + since, 0);
  const mean = (what: 'lowest' | 'typical') => rows.reduce((sum, row) => sum + row.since * row[what], 0) / seconds;
  return [{ at: rows[0]!.at, since: seconds, lowest: mean('lowest'), typical: mean('typical') }];
}

const manyRows = (hearing: Hearing, level: RadioLevel): readonly Row[] =>
  Array.from({ length: 3000 }, (_, contact) => rowsOf(hearing, level, contact)).flat();

describe.each([
  ['near', 55],
  ['at the edge of what is received', 100],
  ['mostly beyond it', 108],
])('a contact %s', (_, mean) => {
  const [scan, advert] = (['scan', 'advert'] as const).map((level) => manyRows({ seconds: 1200, mean }, level));

  it.each(['lowest', 'typical'] as const)('has the same distribution of the %s attenuation on both levels', (what) => {
    const { p } = ks(
      scan!.map((row) => row[what]),
      advert!.map((row) => row[what]),
    );
    expect(p).toBeGreaterThan(CHANCE);
  });

  it('has lowest and typical attenuation that go together alike', () => {
    const { p } = ks(
      scan!.map(({ lowest, typical }) => typical - lowest),
      advert!.map(({ lowest, typical }) => typical - lowest),
    );
    expect(p).toBeGreaterThan(CHANCE);
  });
});

describe.each([
  ['too short for most scans', 120, 60],
  ['of one to two scans', 300, 60],
  ['of a quarter of an hour', 900, 60],
  ['of an afternoon', 14_400, 60],
  ['at the edge of what is received', 900, 100],
])('a contact %s, as one row', (_, seconds, mean) => {
  const contacts = Array.from({ length: 4000 }, (__, contact) => contact);
  const wholes = (level: RadioLevel) => contacts.flatMap((contact) => wholeOf({ seconds, mean }, level, contact));
  const [one, scans] = [wholes('contact'), wholes('scan')];
  const isSafe = mean + 5 * (indoors.scanNoise + indoors.advertNoise) <= indoors.limit;

  it('is heard as long as its scans, and as often, where none can be lost', () => {
    if (!isSafe) return expect(one.length / scans.length).toBeCloseTo(1, 1);
    expect(one.map(({ at }) => at)).toEqual(scans.map(({ at }) => at));
    for (const [k, { since }] of one.entries()) expect(since).toBeCloseTo(scans[k]!.since, 6);
  });

  it.each(['lowest', 'typical'] as const)('has the distribution of the mean of %s attenuations', (what) => {
    const { p } = ks(
      one.map((row) => row[what]),
      scans.map((row) => row[what]),
    );
    expect(p).toBeGreaterThan(CHANCE);
  });
});

describe('scans', () => {
  it('are at the same times on both levels', () => {
    const times = (level: RadioLevel) =>
      rowsOf({ seconds: 9000, mean: 60 }, level, 7).map(({ at, since }) => [at, since]);
    expect(times('scan')).toEqual(times('advert'));
    expect(times('scan').length).toBeGreaterThan(29);
  });

  it.each(radioLevels)('lie in the contact, in order, and none has more than the limit (%s)', (level) => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5000, noNaN: true }),
        fc.double({ min: 20, max: 120, noNaN: true }),
        fc.nat(1000),
        (seconds, mean, contact) => {
          const rows = rowsOf({ seconds, mean }, level, contact);
          for (const [k, { at, lowest, typical }] of rows.entries()) {
            expect(at >= (rows[k - 1]?.at ?? 0) && at < seconds).toBe(true);
            expect(lowest <= typical && typical <= indoors.limit).toBe(true);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are none in a contact of no time, nor out of range', () => {
    for (const level of radioLevels) expect(rowsOf({ seconds: 0, mean: 50 }, level, 1)).toEqual([]);
    for (const level of radioLevels) expect(rowsOf({ seconds: 9000, mean: 160 }, level, 1)).toEqual([]);
  });

  it('hear one advertisement where the contact ends at once after their begin: lowest and typical are the same', () => {
    const [first] = rowsOf({ seconds: 300, mean: 60 }, 'scan', 3);
    for (const level of radioLevels) {
      const [row] = rowsOf({ seconds: first!.at + 0.1, mean: 60 }, level, 3);
      expect(row!.lowest).toBe(row!.typical);
    }
  });

  it('of a day are more than fit at first, and all are kept', () => {
    const rows = rowsOf({ seconds: 86_400, mean: 60 }, 'scan', 1);
    expect(rows.length).toBeGreaterThan(300);
    expect(rows.every(({ since, lowest }) => since > 0 && lowest > 20)).toBe(true);
  });

  it('leave nothing of the contact before', () => {
    const heard = new HeardScans();
    const radio = { schedule: frameworkSchedule, model: indoors, level: 'scan' } as const;
    const draws = () => ({ times: keyed(4, 'times', 1), noise: keyed(5, 'noise', 1) });
    hear({ seconds: 9000, mean: 60 }, radio, draws(), heard);
    hear({ seconds: 0, mean: 60 }, radio, draws(), heard);
    expect(heard.length).toBe(0);
  });
});
