/** Records -> exposures: contract.md 1, against the same definition written without any streaming. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attenuationBy, loadExposures } from '../../calibration/load.ts';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import type { ScanInstance } from '../../src/core/records.ts';
import { SECONDS_PER_DAY } from '../../src/core/units.ts';
import { Assembler } from '../../src/risk/assemble.ts';
import { parseTruth, truthOf } from '../../src/risk/truth.ts';
import { dp3tSqlite } from '../../src/trace/importers/dp3tSqlite.ts';
import { assembled, codeOf, defaults, MIDNIGHT, NOON, scan, sighting, timesOf } from '../helpers/assembling.ts';
import { hasRealData, importAll, realData } from '../helpers/imports.ts';
import { inOrder, naiveExposures } from '../helpers/naiveExposures.ts';

/** Sightings in time order, in bursts, over some days, of few phones: every gap that a rule looks at occurs. */
const sightings = fc
  .array(
    fc.record({
      step: fc.oneof(
        fc.constantFrom(0, 1, 6, 6.001, 600, 600.5),
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 200, max: 900 }),
        fc.integer({ min: 10_000, max: 90_000 }),
      ),
      receiver: fc.constantFrom('1', '2'),
      transmitter: fc.constantFrom('a', 'b', 'c'),
      attenuation: fc.option(fc.integer({ min: 30, max: 90 }), { nil: undefined }),
      distance: fc.option(fc.integer({ min: 0, max: 8 })),
    }),
    { maxLength: 80 },
  )
  .map((steps) => {
    let time = MIDNIGHT - 1000;
    return steps.map(({ step, attenuation, ...own }) => {
      const { attenuation: _, ...bare } = sighting((time += step), own);
      return attenuation === undefined ? bare : { ...bare, attenuation };
    });
  });

describe('an exposure', () => {
  it('is one pair on one UTC day', () => {
    const records = [
      sighting(NOON),
      sighting(NOON + 1, { transmitter: 'u' }),
      sighting(NOON + 2, { receiver: 's' }),
      sighting(NOON + 7200),
      sighting(NOON + SECONDS_PER_DAY),
    ];
    const exposures = assembled(records);
    expect(
      exposures.map(({ receiver, transmitter, day, slices }) => [receiver, transmitter, day, slices.length]),
    ).toEqual([
      ['r', 't', 18_473, 2],
      ['r', 'u', 18_473, 1],
      ['s', 't', 18_473, 1],
      ['r', 't', 18_474, 1],
    ]);
  });

  it.each([false, true])('equals the definition on random sightings, episodes %s', (episodes) => {
    fc.assert(
      fc.property(sightings, fc.array(fc.nat(80), { maxLength: 4 }), (records, cuts) => {
        const options = { ...defaults, episodes };
        const assembler = new Assembler(options);
        const ends = [0, ...cuts.toSorted((a, b) => a - b), records.length];
        const batches = ends.map((end, k) => assembler.add(records.slice(ends[k - 1] ?? 0, end)));
        const exposures = [...batches.flat(), ...assembler.finish()].map(({ scenario: _scenario, ...own }) => own);
        const expected = naiveExposures(records, options);
        expect(inOrder(exposures)).toEqual(inOrder(expected));
      }),
      { numRuns: 300 },
    );
  });

  it('of a pair that meets at midnight belongs to the day on which each scan began', () => {
    const heard = [-8, -4, 0, 4].map((time) => sighting(MIDNIGHT + time));
    const later = sighting(MIDNIGHT + 120);
    const [before, after] = assembled([...heard, later]);
    expect([before!.day, timesOf(before!)]).toEqual([18_472, [MIDNIGHT - 8]]);
    expect([after!.day, timesOf(after!)]).toEqual([18_473, [MIDNIGHT + 120]]);
    // The scan before midnight counts for the receiver's next one: 23:59 to 00:02.
    expect(after!.slices[0]!.seconds).toBe(180);
  });

  it('keeps scenarios apart that use the same names, and takes the file name where there is none', () => {
    const records = [sighting(NOON), sighting(NOON + 1, { scenario: 'bus' })];
    expect(assembled(records).map(({ scenario, slices }) => [scenario, slices.length])).toEqual([
      ['lunch', 1],
      ['bus', 1],
    ]);
  });

  it('carries what its sightings say', () => {
    const more = { user: 'u7', label: true, weight: 2.5, receiverModel: 'A', transmitterModel: 'B', scenario: 'bus' };
    const [own] = assembled([sighting(NOON, more)]);
    expect(own).toMatchObject({ ...more, receiver: 'r', transmitter: 't', day: 18_473 });
    expect(assembled([sighting(NOON)])[0]).toEqual({
      receiver: 'r',
      transmitter: 't',
      scenario: 'lunch',
      weight: 1,
      day: 18_473,
      slices: [{ seconds: 120, low: 50, high: 50, min: 50, time: NOON, pairSeconds: 120 }],
    });
  });

  it('counts the time of its truth across midnight, where the pair met within 5 minutes before', () => {
    const truth = parseTruth('minutes >= 10 within 2 m');
    const met = [-900, -600, -300, 0, 300].map((time) => sighting(MIDNIGHT + time, { distance: 1 }));
    const [before, after] = assembled(met);
    expect([before, after].map((own) => own!.slices.map((slice) => slice.pairSeconds))).toEqual([
      [120, 300, 300],
      [300, 300],
    ]);
    expect([truthOf(before!, truth), truthOf(after!, truth)]).toEqual([true, true]);
    const [, late] = assembled([sighting(MIDNIGHT - 200), sighting(MIDNIGHT + 100.5)]);
    expect(late!.slices[0]!.pairSeconds).toBe(120);
    const [, other] = assembled([sighting(MIDNIGHT - 200), sighting(MIDNIGHT, { transmitter: 'u' })]);
    expect(other!.slices[0]!.pairSeconds).toBe(120);
  });

  it('forgets the evening of a day that is no neighbour', () => {
    const [, next] = assembled([sighting(MIDNIGHT - 60), sighting(MIDNIGHT + SECONDS_PER_DAY)]);
    expect(next!.slices[0]!.pairSeconds).toBe(120);
  });

  it.each([
    [[undefined, undefined], undefined, 0],
    [[undefined, true], true, 0],
    [[undefined, false], false, 0],
    [[false, null], null, 0],
    [[null, true], true, 0],
    [[false, true], true, 1],
    [[true, false], true, 1],
    [[false, undefined, true, false], true, 1],
  ] as const)('labelled %j by its records is %s, with %i contradictions', (labels, label, contradictions) => {
    for (const step of [1, 300]) {
      let told = 0;
      const records = labels.map((own, k) => sighting(NOON + k * step, own === undefined ? {} : { label: own }));
      const [own, ...rest] = assembled(records, { notice: (_, rows) => void (told += rows) });
      expect([own!.label, told, rest.length]).toEqual([label, contradictions, 0]);
      expect('label' in own!).toBe(label !== undefined);
    }
  });

  it('weighs the mean of its records, and exactly what they all say', () => {
    const weights = (...own: readonly (number | undefined)[]) =>
      own.map((weight, k) => sighting(NOON + 100 * k, weight === undefined ? {} : { weight }));
    expect(assembled(weights(0.1, 0.1, 0.1, 0.1))[0]!.weight).toBe(0.1);
    expect(assembled(weights(2, undefined, 3))[0]!.weight).toBe(2);
  });

  it('is that of one user: two people who share a phone have one each', () => {
    const records = ['u', 'v', 'u'].flatMap((user, k) => [
      sighting(NOON + k, { user, attenuation: user === 'u' ? 50 : 70 }),
      scan(NOON + 100 * k, { user, receiver: 's' }),
    ]);
    expect(
      assembled(records).map(({ user, receiver, slices }) => [receiver, user, slices.length, slices[0]!.low]),
    ).toEqual([
      ['s', 'u', 2, 60],
      ['r', 'u', 1, 50],
      ['r', 'v', 1, 70],
      ['s', 'v', 1, 60],
    ]);
  });

  it('takes label and weight of its own day, not of the first one', () => {
    const day = (k: number, label: boolean | null, weight: number) =>
      sighting(NOON + k * SECONDS_PER_DAY, { label, weight });
    const exposures = assembled([day(0, true, 1), day(1, false, 2), day(2, null, 3)]);
    expect(exposures.map(({ label, weight }) => [label, weight])).toEqual([
      [true, 1],
      [false, 2],
      [null, 3],
    ]);
  });

  it('has the mean of the known attenuations; what is silent is no slice, but time of the pair', () => {
    const { attenuation: _, ...bare } = sighting(NOON);
    const records = [sighting(NOON), { ...bare, rssi: -60 }, { ...bare, rssi: null }, bare];
    const [own, ...rest] = assembled([...records, { ...bare, time: NOON + 200, distance: 1 }, sighting(NOON + 290)]);
    expect(rest).toEqual([]);
    expect(own!.slices).toMatchObject([
      { low: 55, min: 50, pairSeconds: 120 },
      { low: 50, time: NOON + 290, pairSeconds: 90 },
    ]);
    expect(own!.silent).toEqual([{ seconds: 180, time: NOON + 200, distance: 1, pairSeconds: 200 }]);
  });

  it('of silent scans alone has no slices, and comes in the order of its first scan', () => {
    const { attenuation: _, ...bare } = sighting(NOON + 10, { transmitter: 'silent' });
    const exposures = assembled([sighting(NOON), bare, sighting(NOON + 20, { transmitter: 'u' })]);
    expect(exposures.map(({ transmitter, slices }) => [transmitter, slices.length])).toEqual([
      ['t', 1],
      ['silent', 0],
      ['u', 1],
    ]);
  });
});

describe('scan instances of a trace', () => {
  it('are slices as they are, with the time that truth counts', () => {
    const [own] = assembled([scan(NOON, { distance: 1.5 }), scan(NOON + 100), scan(NOON + 700, { distance: null })]);
    expect(own!.slices).toEqual([
      { seconds: 300, low: 60, high: 60, min: 55, time: NOON, distance: 1.5, pairSeconds: 120 },
      { seconds: 300, low: 60, high: 60, min: 55, time: NOON + 100, pairSeconds: 100 },
      { seconds: 300, low: 60, high: 60, min: 55, time: NOON + 700, pairSeconds: 300 },
    ]);
  });

  it('must be in time order for each pair', () => {
    expect(codeOf(() => assembled([scan(NOON), scan(NOON - 1)]))).toBe('E-TRACE-ORDER');
    expect(codeOf(() => assembled([scan(NOON), scan(NOON - 1, { transmitter: 'u' })]))).toBeUndefined();
  });
});

describe('a scan that is written twice', () => {
  const twice = (...more: readonly Partial<ScanInstance>[]) => more.map((own) => scan(NOON, { distance: 1, ...own }));

  it('counts once, with all labels, and as a notice', () => {
    const notices: [string, number][] = [];
    const notice = (what: string, rows: number) => void notices.push([what, rows]);
    const [own] = assembled([...twice({}, { label: true }, {}), scan(NOON + 300)], { notice });
    expect(own!.slices.map(({ seconds, time }) => [seconds, time])).toEqual([
      [300, NOON],
      [300, NOON + 300],
    ]);
    expect(own!.label).toBe(true);
    const duplicate = ['exact duplicate of a scan of a pair: counted once', 1];
    expect(notices).toEqual([duplicate, duplicate]);
  });

  it.each([{ seconds: 299 }, { typicalAttenuation: 61 }, { minAttenuation: 54 }, { distance: 2 }, { distance: null }])(
    'but differs in %j is an error',
    (more) => {
      expect(() => assembled(twice({}, more))).toThrow(
        expect.objectContaining({
          code: 'E-FILE-INVALID',
          message: `two different scans of t by r at unix time ${NOON}`,
        }),
      );
    },
  );

  it('is another one for another transmitter or user', () => {
    expect(assembled(twice({}, { transmitter: 'u' }, { user: 'v' }))).toHaveLength(3);
  });
});

describe('--episodes', () => {
  it('do not restart the time that truth counts', () => {
    const records = [0, 601].map((time) => sighting(NOON + time));
    const seconds = assembled(records, { episodes: true }).map(({ slices }) => slices[0]!.pairSeconds);
    expect(seconds).toEqual([120, 300]);
  });

  it.each([
    [600, 1],
    [600.001, 2],
    [601, 2],
  ])('%d s without a scan: %d', (gap, episodes) => {
    const records = [sighting(NOON), sighting(NOON + gap)];
    expect(assembled(records, { episodes: true })).toHaveLength(episodes);
    expect(assembled(records, { episodes: false })).toHaveLength(1);
  });

  it('looks at the last scan, not at the first', () => {
    const records = [0, 500, 1000, 1601, 1700].map((time) => sighting(NOON + time));
    expect(assembled(records, { episodes: true }).map(timesOf)).toEqual([
      [NOON, NOON + 500, NOON + 1000],
      [NOON + 1601, NOON + 1700],
    ]);
  });
});

describe.skipIf(!hasRealData)('the DP-3T measurements', () => {
  it.each([
    ['scenario01-lunch', false],
    ['scenario03-office', true],
  ])('%s (episodes %s) equals the definition', async (name, episodes) => {
    const path = realData(`dp3t-exp34/${name}.sqlite`);
    const table = builtInDeviceTable('201214');
    const { exposures } = await loadExposures([path], { table, episodes, importing: {} });
    const { records } = await importAll(dp3tSqlite, 'sighting', path);
    const attenuationOf = attenuationBy(table);
    const bare = exposures.map(({ scenario: _scenario, receiverModel: __, transmitterModel: ___, ...own }) => own);
    expect(inOrder(bare)).toEqual(inOrder(naiveExposures(records, { scanGap: 6, episodes, attenuationOf })));
    expect(new Set(exposures.map(({ scenario }) => scenario))).toEqual(new Set([name]));
  });
});
