/** check and replay: the same verdicts counted and spelled out; the figures of contract.md 1 on the Dublin data. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { check, checkedJson } from '../../calibration/check.ts';
import { decisions, type Judge, presetJudge, ruleJudge } from '../../calibration/judges.ts';
import { loadExposures } from '../../calibration/load.ts';
import { replayRow } from '../../calibration/replay.ts';
import { sampleOf } from '../../calibration/sample.ts';
import { defaultLevel, type Level, levels, type Subject, subjectsOf } from '../../calibration/subjects.ts';
import { builtInDeviceTable } from '../../src/core/deviceTable.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { allPresets } from '../../src/risk/presets.ts';
import { defaultReading, type Reading } from '../../src/risk/reading.ts';
import { parseTruth } from '../../src/risk/truth.ts';
import { exposureAt, exposureIn, messyExposures, metricOptions } from '../helpers/calibrationData.ts';
import { readingWith } from '../helpers/fits.ts';
import { hasRealData, realData } from '../helpers/imports.ts';
import { bin, exposure } from '../helpers/riskFixtures.ts';

const june = presetJudge('immuni-2020-06-05');
const noBootstrap = { replicates: 0, seed: 1 };

const checked = (subjects: readonly Subject[], judges: readonly Judge[], reading: Reading = defaultReading) =>
  check(sampleOf(subjects), judges, reading, metricOptions, noBootstrap).map(checkedJson);

/** Totals of replayed lines. */
function totals(subjects: readonly Subject[], judge: Judge, reading: Reading) {
  const sums = { tp: 0, fp: 0, fn: 0, tn: 0, unknown: 0 };
  for (const subject of subjects) {
    const { alert, truth } = replayRow(subject, judge, reading);
    if (truth === null) sums.unknown++;
    else sums[truth ? (alert ? 'tp' : 'fn') : alert ? 'fp' : 'tn']++;
  }
  return sums;
}

const all = allPresets().map(({ name }) => presetJudge(name));

function expectSameTotals(exposures: readonly Exposure[], level: Level, judges: readonly Judge[], reading: Reading) {
  const subjects = subjectsOf(exposures, level);
  const rules = checked(subjects, judges, reading);
  for (const [k, judge] of judges.entries()) {
    const { tp, fp, fn, tn, n } = rules[k]!;
    const { unknown, ...sums } = totals(subjects, judge, reading);
    expect([judge.name, sums]).toEqual([judge.name, { tp, fp, fn, tn }]);
    expect(n + unknown).toBe(subjects.length);
  }
}

describe('replayed lines', () => {
  it('add up to check for every preset, level and reading', () => {
    const reading = fc.record({
      reduce: fc.constantFrom('auto', 'mean', 'cumulative'),
      binSplit: fc.constantFrom('proportional', 'lower', 'upper'),
      durationEdge: fc.constantFrom('bucket', 'gt', 'ge'),
      days: fc.integer({ min: 0, max: 14 }),
      transmissionLevel: fc.option(fc.integer({ min: 0, max: 8 })),
    }) as fc.Arbitrary<Partial<Reading>>;
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.boolean(),
        fc.constantFrom(...levels),
        reading,
        (seed, bins, level, more) => {
          const exposures = messyExposures(seed, { users: 8, bins, fractions: true });
          expectSameTotals(exposures, level, [...all, ruleJudge('attenuation<=63 minutes>10')], readingWith(more));
        },
      ),
      { numRuns: 25 },
    );
  });

  const row = (exposures: readonly Exposure[], judge = june, level: Level = 'user') =>
    subjectsOf(exposures, level).map((subject) => replayRow(subject, judge, defaultReading));

  it('say who, when, how long, how near, and why', () => {
    const who = { user: 'u', receiver: 'p1', transmitter: 'p2', scenario: 'tram', distance: 1.2 };
    const [own] = row([exposureAt(16, 60.4, { ...who, day: 18_473, label: true })]);
    expect(own).toMatchObject({
      day: '2020-07-30',
      minutes: 16,
      attenuation: 60.4,
      cell: 'D5/A3',
      score: 25,
      threshold: 20,
      operator: '>=',
      alert: true,
      truth: true,
      ...who,
    });
    expect(own!.reasons).toMatch(/duration bucket D5: .*; .*decision alert: score 25 is >= threshold 20$/);
    expect(Object.keys(own!)).toEqual(
      'user day minutes attenuation cell score threshold operator alert truth reasons receiver transmitter scenario distance'.split(
        ' ',
      ),
    );
  });

  it('leave open what a trace does not say', () => {
    expect(row([exposureIn(4, 2, { label: null })], june, 'exposure')).toMatchObject([
      { user: null, day: null, minutes: null, attenuation: null, cell: 'D5/A3', truth: null, alert: true },
    ]);
    expect(row([exposureIn(4, 2, { label: null })], june, 'exposure')).toMatchObject([
      { receiver: null, transmitter: null, scenario: null, distance: null },
    ]);
  });

  it('sum up a user, with a day only where there is one', () => {
    const days = [1, 1, 2].map((day, k) =>
      exposureAt(10 + k, 50 + 10 * k, { user: 'u', day, label: false, transmitter: `p${day}`, distance: 3 - k }),
    );
    expect(row(days)).toMatchObject([
      { minutes: 33, day: null, cell: 'D3/A4 D4/A3 D4/A2', alert: false, transmitter: 'p1+p2', distance: 1 },
    ]);
    expect(row(days, june, 'user-day').map(({ day }) => day)).toEqual(['1970-01-02', '1970-01-03']);
  });

  it('list every cell of a histogram once', () => {
    const [own] = row([exposure([bin(20, 60, 62), bin(20, 80, 90)], { label: true })], june, 'exposure');
    expect(own!.cell.split(' ')).toEqual(['D8/A1', 'D5/A2', 'D5/A3', 'D1/A4', 'D1/A5', 'D1/A6', 'D1/A7', 'D1/A8']);
  });
});

describe('check', () => {
  it('keeps the order of the command line and the kind of each rule', () => {
    const judges = [ruleJudge('minutes>15'), presetJudge('stopp-corona'), june];
    const rules = checked(subjectsOf(messyExposures(1, { users: 20 }), 'user'), judges);
    expect(rules.map(({ name, kind }) => [name, kind])).toEqual([
      ['minutes>15', 'rule'],
      ['stopp-corona', 'preset'],
      ['immuni-2020-06-05', 'preset'],
    ]);
  });

  it.each([
    ['lacks both', {}, ['days', 'transmission-level']],
    ['has days', { daysSinceExposure: 3 }, ['transmission-level']],
    ['has levels', { transmissionLevel: 3 }, ['days']],
    ['has both', { daysSinceExposure: 3, transmissionLevel: 3 }, []],
  ] as const)('says which presets depend on what a trace that %s', (_, more, expected) => {
    const exposures = messyExposures(2, { users: 5 }).map((own) => ({ ...own, ...more }));
    const [first, four] = checked(subjectsOf(exposures, 'user'), [june, presetJudge('immuni-2020-05-25')]);
    expect([first!.dependsOn, four!.dependsOn]).toEqual([[], expected]);
  });

  it('fills what a trace lacks from the reading, and nothing else', () => {
    const judge = presetJudge('cwa-v1-2020-06-15');
    const near = (more: Partial<Exposure>) => [exposureAt(20, 50, { label: true, ...more })];
    const score = (exposures: readonly Exposure[], reading: Partial<Reading>) =>
      decisions(judge, subjectsOf(exposures, 'exposure'), readingWith(reading))[0];
    expect(score(near({ transmissionLevel: 1 }), { transmissionLevel: 8 })).toBe(
      score(near({ transmissionLevel: 1 }), {}),
    );
    expect(score(near({}), { transmissionLevel: 8 })).toBe(score(near({ transmissionLevel: 8 }), {}));
  });
});

describe.skipIf(!hasRealData)('the real traces', () => {
  const load = async (...names: readonly string[]) => {
    const table = builtInDeviceTable('201214');
    const { exposures } = await loadExposures(names.map(realData), { table, episodes: false, importing: {} });
    return exposures;
  };

  it('of the tram replay to what check counts', async () => {
    const exposures = await load('leith-tram');
    expect(defaultLevel(exposures)).toBe('exposure');
    expect(() => subjectsOf(exposures, 'user')).toThrow(expect.objectContaining({ code: 'E-LEVEL' }));
    expectSameTotals(exposures, 'exposure', all, defaultReading);
  });

  it.each(levels)('of the lunch replay to what check counts at level %s', async (level) => {
    const exposures = await load('dp3t-exp34/scenario01-lunch.sqlite');
    expect(defaultLevel(exposures)).toBe('user');
    expectSameTotals(exposures, level, [june, presetJudge('swisscovid-2020-09-10')], defaultReading);
  });

  it.each([
    ['attenuation<=73 minutes>=15', 'proportional', 16, 18],
    ['attenuation<=73 minutes>=15', 'lower', 19, 20],
    ['attenuation<=73 minutes>=15', 'upper', 16, 16],
    ['attenuation<=73 minutes>15', 'proportional', 9, 7],
  ] as const)('tram, "%s", bins split %s: %d of 34 and %d of 38', async (rule, binSplit, tp, fp) => {
    const subjects = subjectsOf(await load('leith-tram'), 'exposure', parseTruth('within 2 m'));
    const [own] = checked(subjects, [ruleJudge(rule)], readingWith({ binSplit }));
    expect(own).toMatchObject({ n: 72, tp, fn: 34 - tp, fp, tn: 38 - fp });
  });

  it('tram and bus are pooled as two scenarios, the bus without negatives', async () => {
    const subjects = subjectsOf(await load('leith-tram', 'leith-bus'), 'exposure');
    expect(subjects).toHaveLength(132);
    const names = [...new Set(subjects.map(({ scenario }) => scenario))];
    expect(names).toHaveLength(2);
    const bus = subjects.filter(({ scenario }) => scenario === names[1]);
    const [own] = checked(bus, [ruleJudge('attenuation<=70 minutes>15')]);
    expect(own).toMatchObject({ n: 60, tp: 3, fn: 57, fp: 0, tn: 0 });
    expect(own!.specificity).toEqual({ value: null, low: null, high: null, reason: '0 negatives' });
    expect(own!.youden.reason).toBe('0 negatives');
  });
});
