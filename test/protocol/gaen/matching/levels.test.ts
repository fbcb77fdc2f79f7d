/** Device-exact, inverted and identity join give the same matches, and an oracle written apart gives them too. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EMBARGO_INTERVALS, utcDayOfInterval } from '../../../../src/protocol/gaen/intervals.ts';
import { type KeyTable, keyTableOf } from '../../../../src/protocol/gaen/keyTable.ts';
import { matchRows, storeSightings } from '../../../../src/protocol/gaen/matching/deviceExact.ts';
import { openExpander } from '../../../../src/protocol/gaen/matching/expander.ts';
import { type Encounters, joinByIdentity, keysByOwner } from '../../../../src/protocol/gaen/matching/identityJoin.ts';
import { matchInverted } from '../../../../src/protocol/gaen/matching/inverted.ts';
import { type Matches, MatchList, matchDigest } from '../../../../src/protocol/gaen/matching/matches.ts';
import { keysTakingPart } from '../../../../src/protocol/gaen/matching/rules.ts';
import { sightingsOf } from '../../../../src/protocol/gaen/matching/sightings.ts';
import { asTuples, type OracleMatch, oracle, oracleDigest, oracleIdentifier } from './oracle.ts';
import { CROSSING, type Encounter, makeWorld, type OwnedKey, PEOPLE, personKinds, type World } from './world.ts';

const TOLERANCE = 12;
const expander = await openExpander('wasm');

/** Encounters of one day, as the population keeps them. */
const ofDay = (day: number, rows: readonly Encounter[]): Encounters => ({
  length: rows.length,
  day,
  rpiOwner: Uint32Array.from(rows, ({ rpiOwner }) => rpiOwner),
  txInterval: Uint8Array.from(rows, ({ txInterval }) => txInterval - day * 144),
  clockDifference: Int16Array.from(rows, ({ txInterval, rxInterval }) => rxInterval - txInterval),
});

function identityJoin(table: KeyTable, rows: Uint32Array, { keys, encounters }: World): Matches {
  const owned = keysByOwner(
    table,
    rows,
    Uint32Array.from(keys, ({ owner }) => owner),
    PEOPLE,
  );
  const found = new MatchList();
  let first = 0;
  for (const day of new Set(encounters.map(({ txInterval }) => utcDayOfInterval(txInterval)))) {
    const group = encounters.filter(({ txInterval }) => utcDayOfInterval(txInterval) === day);
    joinByIdentity(table, owned, ofDay(day, group), TOLERANCE, found, first);
    first += group.length;
  }
  return found.sorted();
}

function allLevels(world: World) {
  const { keys, encounters } = world;
  const heard = encounters.map(({ identifier, rxInterval }) => ({ identifier, interval: rxInterval }));
  const publishedAt = Uint32Array.from(keys, (key) => key.publishedAt);
  const embargo = { intervals: EMBARGO_INTERVALS, publishedAt };
  const table = keyTableOf(keys);
  const { rows, rejected } = keysTakingPart(table, { embargo });
  const sightings = sightingsOf(heard);
  const exact = matchRows(table, rows, storeSightings(sightings), TOLERANCE, expander);
  return {
    rejected: { keys: rejected, sightings: exact.rejected },
    expected: oracle(keys, heard, { tolerance: TOLERANCE, embargo: { ...embargo, publishedAt: [...publishedAt] } }),
    exact: exact.matches,
    inverted: matchInverted(table, rows, sightings, TOLERANCE, expander),
    joined: identityJoin(table, rows, world),
  };
}

describe('on a stratified sample', () => {
  const world = makeWorld(20_210_201);
  const levels = allLevels(world);
  const matched = new Set(levels.expected.matches.map(([, , sighting]) => sighting));

  /** [encounters, those that match] of a stratum. */
  const counted = (stratum: string): readonly [number, number] => {
    const rows = [...world.encounters.keys()].filter((row) => world.encounters[row]!.stratum === stratum);
    return [rows.length, rows.filter((row) => matched.has(row)).length];
  };

  it('all levels and the oracle give one digest', () => {
    const digest = oracleDigest(levels.expected.matches);
    expect(levels.expected.matches.length).toBeGreaterThan(300);
    expect(matchDigest(levels.exact)).toBe(digest);
    expect(matchDigest(levels.inverted)).toBe(digest);
    expect(matchDigest(levels.joined)).toBe(digest);
  });

  it('counts what it rejects as the oracle does', () => {
    const { keys, sightings } = levels.rejected;
    const sum = Object.fromEntries(
      Object.entries(keys).map(([reason, count]) => [reason, count + sightings[reason as keyof typeof sightings]]),
    );
    expect(sum).toEqual(levels.expected.rejected);
    expect(Object.values(sum).every((count) => count > 0)).toBe(true);
  });

  // Not all, not none: an edge is exercised only where both sides occur.
  it.each([
    'skewed clocks',
    'edges of keys',
    'edges of short periods',
    'shortPeriod',
    'keyWithOtherPeriod',
    'stillValid',
    'heard again',
  ])('has matches and others in the stratum "%s"', (stratum) => {
    const [all, some] = counted(stratum);
    expect(some).toBeGreaterThan(0);
    expect(some).toBeLessThan(all);
  });

  it.each([
    'ordinary',
    'replacedKey',
    'keyTwice',
    'keyWithOtherStart',
    'clocks -12 apart',
    'clocks 12 apart',
    'heard after midnight',
    'heard before midnight',
    'around 65,536',
    'relayed',
    'replayed',
  ])('has only matches in the stratum "%s"', (stratum) => {
    const [all, some] = counted(stratum);
    expect(all).toBeGreaterThan(0);
    expect(some).toBe(all);
  });

  it.each(['healthy', 'revoked', 'clocks -13 apart', 'clocks 13 apart', 'replayed too late', 'before the keys'])(
    'has no matches in the stratum "%s"',
    (stratum) => {
      const [all, some] = counted(stratum);
      expect(all).toBeGreaterThan(0);
      expect(some).toBe(0);
    },
  );

  it('has every stratum in one of these lists', () => {
    const strata = new Set(world.encounters.map(({ stratum }) => stratum));
    expect(strata.size).toBe(7 + 11 + 6);
    for (const kind of personKinds) expect(strata).toContain(kind);
  });

  it('has beacons whose owner is not who emitted them, and they match the owner', () => {
    const foreign = asTuples(levels.joined).filter(([, , row]) => {
      const { emitter, rpiOwner } = world.encounters[row]!;
      return emitter !== rpiOwner;
    });
    expect(foreign.length).toBeGreaterThan(0);
    for (const [key, , row] of foreign) expect(world.keys[key]!.owner).toBe(world.encounters[row]!.rpiOwner);
  });

  it('has identifiers and receptions on both sides of 65,536', () => {
    const sides = new Set(
      asTuples(levels.exact).map(([, interval, row]) =>
        [interval >= CROSSING, world.encounters[row]!.rxInterval >= CROSSING].join(),
      ),
    );
    expect(sides.size).toBe(4);
  });
});

describe('a digest', () => {
  const list = (...rows: readonly OracleMatch[]): Matches => {
    const matches = new MatchList();
    for (const [key, interval, sighting] of rows) matches.add(key, sighting, interval);
    return matches.sorted();
  };

  it('does not depend on the order of finding', () => {
    const rows = [
      [3, 9, 1],
      [3, 8, 2],
      [1, 9, 9],
      [3, 9, 0],
    ] as const;
    expect(asTuples(list(...rows))).toEqual([
      [1, 9, 9],
      [3, 8, 2],
      [3, 9, 0],
      [3, 9, 1],
    ]);
    expect(matchDigest(list(...rows))).toBe(matchDigest(list(...rows.toReversed())));
  });

  it('tells lists apart that differ in one number', () => {
    const digests = [list([1, 2, 3]), list([2, 2, 3]), list([1, 3, 3]), list([1, 2, 4]), list()].map(matchDigest);
    expect(new Set(digests).size).toBe(5);
  });

  it('survives growth: thousands of matches', () => {
    const rows = Array.from({ length: 5_000 }, (_, k) => [k, 4_294_967_295 - k, 2 * k] as const);
    expect(asTuples(list(...rows.toReversed()))).toEqual(rows);
    expect(matchDigest(list(...rows))).toBe(oracleDigest(rows));
  });
});

describe('on any small world', () => {
  const START = CROSSING - 200;
  /** People with disjoint keys, and what was heard around them. */
  const worlds: fc.Arbitrary<World> = fc
    .record({
      keys: fc.array(
        fc.record({ owner: fc.nat(3), slot: fc.nat(3), offset: fc.nat(40), period: fc.integer({ min: 1, max: 144 }) }),
        { maxLength: 6 },
      ),
      heard: fc.array(
        fc.record({ key: fc.nat(5), place: fc.nat(143), difference: fc.integer({ min: -14, max: 14 }) }),
        { maxLength: 20 },
      ),
    })
    .map(({ keys: drawn, heard }) => {
      const keys = drawn
        .filter((key, k) => !drawn.slice(0, k).some((other) => other.owner === key.owner && other.slot === key.slot))
        .map(
          ({ owner, slot, offset, period }): OwnedKey => ({
            owner,
            keyData: new Uint8Array(16).fill(owner * 16 + slot + 1),
            rollingStartIntervalNumber: START + slot * 200 + offset,
            rollingPeriod: period,
            publishedAt: 0xffff_ffff,
          }),
        );
      const used = keys.length > 0 ? heard : [];
      return { keys, encounters: encountersOf(keys, used) };
    });

  it('the levels agree with the oracle', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { expected, exact, inverted, joined } = allLevels(world);
        for (const level of [exact, inverted, joined]) expect(asTuples(level)).toEqual(expected.matches);
      }),
      { numRuns: 150 },
    );
  });

  function encountersOf(
    keys: readonly OwnedKey[],
    heard: readonly { key: number; place: number; difference: number }[],
  ): readonly Encounter[] {
    return heard
      .map(({ key: wanted, place, difference }): Encounter => {
        const { owner, keyData, rollingStartIntervalNumber } = keys[wanted % keys.length]!;
        const txInterval = rollingStartIntervalNumber + place;
        const identifier = oracleIdentifier(keyData, txInterval);
        const rxInterval = txInterval + difference;
        return { stratum: 'any', receiver: 0, rpiOwner: owner, emitter: owner, txInterval, rxInterval, identifier };
      })
      .toSorted((a, b) => utcDayOfInterval(a.txInterval) - utcDayOfInterval(b.txInterval));
  }
});

describe('keys of one person that overlap', () => {
  it('are refused by the identity join: only the bytes would tell them apart', () => {
    const key = (start: number, fill: number) => ({
      keyData: new Uint8Array(16).fill(fill),
      rollingStartIntervalNumber: start,
      rollingPeriod: 144,
    });
    const table = keyTableOf([key(1440, 1), key(1440 + 143, 2), key(1440 + 287, 3)]);
    const rows = Uint32Array.of(0, 1, 2);
    const join = (...owners: readonly number[]) => keysByOwner(table, rows, Uint32Array.from(owners), 3);
    expect(() => join(1, 1, 1)).toThrow('keys 0 and 1 of person 1 overlap');
    expect(() => join(2, 1, 2)).not.toThrow();
    expect(() => join(0, 1, 3)).toThrow('key 2 belongs to person 3 of 3');
  });
});
