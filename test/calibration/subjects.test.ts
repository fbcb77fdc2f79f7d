/** Levels, truth of users, weights, and the sample made of them: contract.md 2. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWeighted, sampleOf, subsample } from '../../calibration/sample.ts';
import {
  defaultLevel,
  levels,
  personOf,
  type Subject,
  subjectsOf,
  weightedByScenario,
} from '../../calibration/subjects.ts';
import type { EnlabError } from '../../src/core/errors.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { parseTruth } from '../../src/risk/truth.ts';
import { exposureAt, exposureIn } from '../helpers/calibrationData.ts';
import { bin, exposure, slice } from '../helpers/riskFixtures.ts';

/** An exposure made of scans, which have times. */
const scanned = (receiver: string, more: Partial<Exposure> = {}): Exposure =>
  exposure([slice(10, 60, { time: 1_600_000_000 })], { receiver, scenario: 'lunch', day: 5, ...more });

const errorOf = (run: () => unknown): EnlabError => {
  try {
    run();
  } catch (error) {
    return error as EnlabError;
  }
  throw new Error('nothing was thrown');
};

describe('whose exposure it is', () => {
  it.each([
    ['the user column', scanned('r', { user: 'u' }), 'u'],
    ['the receiver of scans, within its scenario', scanned('r'), 'lunch/r'],
    ['the same name in another scenario', scanned('r', { scenario: 'office' }), 'office/r'],
    [
      'nobody: the receiver of a histogram is a phone of a pair',
      exposure([bin(5, 50, 52)], { receiver: 'r' }),
      undefined,
    ],
    ['nobody: a sum names no receiver of scans', exposureAt(10, 60, { receiver: 'r' }), undefined],
    ['nobody: a cell', exposureIn(0, 0), undefined],
    ['the user of a sum', exposureAt(10, 60, { user: 'u' }), 'u'],
  ])('%s', (_, own, person) => {
    expect(personOf(own)).toBe(person);
  });
});

describe('the default level', () => {
  it.each([
    ['users everywhere', [exposureAt(1, 1, { user: 'u' }), scanned('r')], 'user'],
    ['one without', [exposureAt(1, 1, { user: 'u' }), exposureAt(1, 1)], 'exposure'],
    ['histograms of pairs', [exposure([bin(5, 50, 52)], { receiver: 'r' })], 'exposure'],
    ['nothing', [], 'exposure'],
  ] as const)('with %s', (_, exposures, level) => {
    expect(defaultLevel(exposures)).toBe(level);
  });
});

describe('subjects', () => {
  const exposures = [
    scanned('r', { user: 'u', day: 1, label: false, weight: 1 }),
    scanned('r', { user: 'v', day: 1, label: false, weight: 4 }),
    scanned('r', { user: 'u', day: 2, label: true, weight: 2, scenario: 'office' }),
    scanned('r', { user: 'u', day: 1, label: null, weight: 3 }),
  ];
  const shape = (subjects: readonly Subject[]) =>
    subjects.map(({ exposures: own, truth, cluster, scenario, weight }) => [
      own.length,
      truth,
      cluster,
      scenario,
      weight,
    ]);

  it('at exposure level are the exposures, drawn together by user', () => {
    expect(shape(subjectsOf(exposures, 'exposure'))).toEqual([
      [1, false, 'u', 'lunch', 1],
      [1, false, 'v', 'lunch', 4],
      [1, true, 'u', 'office', 2],
      [1, null, 'u', 'lunch', 3],
    ]);
  });

  it('at user level are users, in the order of their first exposures', () => {
    expect(shape(subjectsOf(exposures, 'user'))).toEqual([
      [3, true, 'u', 'lunch+office', 2],
      [1, false, 'v', 'lunch', 4],
    ]);
  });

  it('at user-day level are the days of users, drawn together by user', () => {
    expect(shape(subjectsOf(exposures, 'user-day'))).toEqual([
      [2, null, 'u', 'lunch', 2],
      [1, false, 'v', 'lunch', 4],
      [1, true, 'u', 'office', 2],
    ]);
  });

  it('are every exposure for itself where nobody is named', () => {
    const clusters = subjectsOf([exposureAt(1, 60), exposureAt(1, 60)], 'exposure').map(({ cluster }) => cluster);
    expect(new Set(clusters).size).toBe(2);
  });

  it.each([
    ['user', [exposureAt(1, 1, { user: 'u' }), exposureAt(1, 1)], 'an exposure names neither user nor receiver'],
    ['user-day', [exposureAt(1, 1, { day: 1 })], 'an exposure names neither user nor receiver'],
    ['user-day', [exposureAt(1, 1, { user: 'u' })], 'an exposure has no date'],
  ] as const)('at level %s need a name, and a date for days', (level, own, message) => {
    const error = errorOf(() => subjectsOf(own, level));
    expect([error.code, error.exitCode]).toEqual(['E-LEVEL', 2]);
    expect(error.message).toContain(message);
    expect(error.message).toContain(`--level ${level} is impossible`);
    expect(error.hint).toContain('--level exposure');
  });

  it('of a user are positive if any exposure is, else unknown if any is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(true, false, null), { minLength: 1, maxLength: 6 }), (labels) => {
        const [own] = subjectsOf(
          labels.map((label) => exposureAt(1, 1, { user: 'u', label })),
          'user',
        );
        const known = labels.filter((label) => label !== null);
        const any = known.some((label) => label);
        expect(own!.truth).toBe(any ? true : known.length < labels.length ? null : false);
      }),
    );
  });

  it('are judged by the rule that is passed', () => {
    const near = scanned('r', { slices: [slice(20, 60, { time: 1, distance: 3 })] });
    const truths = ['within 3 m', 'within 2 m'].map((rule) => subjectsOf([near], 'user', parseTruth(rule))[0]!.truth);
    expect(truths).toEqual([true, false]);
  });

  it('lose no exposure at any level', () => {
    const own = fc.record({ user: fc.constantFrom('u', 'v', 'w'), day: fc.integer({ min: 1, max: 3 }) });
    fc.assert(
      fc.property(fc.array(own), fc.constantFrom(...levels), (rows, level) => {
        const all = rows.map((row) => exposureAt(1, 1, row));
        const subjects = subjectsOf(all, level);
        expect(subjects.flatMap((subject) => subject.exposures)).toHaveLength(all.length);
        expect(new Set(subjects.flatMap((subject) => subject.exposures))).toEqual(new Set(all));
        const keys = { exposure: rows.length, user: unique(rows, ['user']), 'user-day': unique(rows, ['user', 'day']) };
        expect(subjects).toHaveLength(keys[level]);
      }),
    );
  });
});

const unique = <T extends object>(rows: readonly T[], keys: readonly (keyof T)[]): number =>
  new Set(rows.map((row) => JSON.stringify(keys.map((key) => row[key])))).size;

describe('--weight-by scenario', () => {
  const row = fc.record({
    scenario: fc.constantFrom('a', 'b', 'c'),
    label: fc.constantFrom(true, false, null),
    weight: fc.double({ min: 0.1, max: 5, noNaN: true }),
  });

  it('gives every scenario the same total and the average subject weight 1', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const before = subjectsOf(
          rows.map((own) => exposureAt(1, 1, own)),
          'exposure',
        );
        const known = weightedByScenario(before).filter(({ truth }) => truth !== null);
        const totals = new Map<string, number>();
        for (const { scenario, weight } of known) totals.set(scenario, (totals.get(scenario) ?? 0) + weight);
        for (const total of totals.values()) expect(total).toBeCloseTo(known.length / totals.size, 9);
      }),
    );
  });

  it('keeps the proportions within a scenario', () => {
    const rows = [1, 3, 5].map((weight, k) => exposureAt(1, 1, { scenario: k < 2 ? 'a' : 'b', weight, label: true }));
    expect(weightedByScenario(subjectsOf(rows, 'exposure')).map(({ weight }) => weight)).toEqual([0.375, 1.125, 1.5]);
  });

  it('gives whoever was in several scenarios to each in parts', () => {
    const inBoth = ['a', 'b'].map((scenario) => exposureAt(1, 1, { user: 'both', scenario, label: true }));
    const others = Array.from({ length: 11 }, (_, k) =>
      exposureAt(1, 1, { user: `u${k}`, scenario: k < 9 ? 'a' : 'b', label: k % 2 === 0 }),
    );
    const weighted = weightedByScenario(subjectsOf([...inBoth, ...others], 'user'));
    const [both, inA, inB] = [weighted[0]!.weight, weighted[1]!.weight, weighted.at(-1)!.weight];
    // 12 people, two scenarios: 6 each; 9.5 parts of a person in a, 2.5 in b.
    expect([inA, inB]).toEqual([expect.closeTo(6 / 9.5, 12), expect.closeTo(6 / 2.5, 12)]);
    expect(both).toBeCloseTo((inA + inB) / 2, 12);
    expect(weighted.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(12, 9);
  });

  it('leaves subjects of unknown truth out of the totals', () => {
    const rows = [true, false, null].map((label) => exposureAt(1, 1, { scenario: label === null ? 'x' : 'a', label }));
    expect(weightedByScenario(subjectsOf(rows, 'exposure')).map(({ weight }) => weight)).toEqual([1, 1, 1]);
  });
});

describe('a sample', () => {
  const subject = (more: Partial<Subject>): Subject => ({
    exposures: [exposureAt(1, 1)],
    truth: true,
    cluster: 'u',
    scenario: 's',
    weight: 1,
    ...more,
  });

  it('leaves unknown truth out and counts it', () => {
    const own = sampleOf([
      subject({}),
      subject({ truth: null, cluster: 'x' }),
      subject({ truth: false, cluster: 'v' }),
    ]);
    expect([own.subjects.length, own.positives, own.negatives, own.unknown]).toEqual([2, 1, 1, 1]);
    expect([[...own.positive], [...own.cluster]]).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('lists the clusters of every scenario once, scenarios in the order of their names', () => {
    const own = sampleOf([
      subject({ cluster: 'a', scenario: 'z' }),
      subject({ cluster: 'b', scenario: 'y' }),
      subject({ cluster: 'a', scenario: 'z' }),
      subject({ cluster: 'c', scenario: 'z' }),
      subject({ cluster: 'a', scenario: 'y' }),
    ]);
    expect(own.strata.map((stratum) => [...stratum])).toEqual([[1, 0, 2]]);
  });

  it.each([
    ['large ones stay', { a: 5, b: 6 }, [5, 6], 0],
    ['small ones are one stratum when they suffice', { a: 5, b: 3, c: 2 }, [5, 5], 2],
    ['else they join the smallest of the others', { a: 9, b: 5, c: 1, d: 1 }, [9, 7], 2],
    ['a single one joins too', { a: 9, b: 1 }, [10], 1],
    ['nothing is joined to nothing', { a: 3 }, [3], 0],
    ['one person a scenario', { a: 1, b: 1, c: 1 }, [3], 3],
  ])('draws small scenarios together: %s', (_, sizes, strata, pooled) => {
    const own = sampleOf(
      Object.entries(sizes).flatMap(([scenario, size]) =>
        Array.from({ length: size }, (__, k) => subject({ scenario, cluster: `${scenario}${k}` })),
      ),
    );
    expect(own.strata.map(({ length }) => length)).toEqual(strata);
    expect(own.pooledScenarios).toBe(pooled);
    expect(own.strata.flatMap((stratum) => [...stratum]).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: own.subjects.length }, (__, k) => k),
    );
  });

  it.each([
    ['one exposure each', [subject({}), subject({ cluster: 'v' })], true],
    ['two subjects of a person', [subject({}), subject({})], false],
    ['several exposures of one subject', [subject({ exposures: [exposureAt(1, 1), exposureAt(2, 2)] })], true],
    ['nothing', [], true],
  ] as const)('has independent rows with %s', (_, subjects, independent) => {
    expect(sampleOf(subjects).independent).toBe(independent);
  });

  it.each([
    [[1, 1, 1], false],
    // A formula would take 200 for people where two were asked.
    [[100, 100], true],
    [[1, 1, 1.5], true],
    [[], false],
  ])('with weights %j is weighted: %s', (weights, expected) => {
    expect(isWeighted(sampleOf(weights.map((weight) => subject({ weight }))))).toBe(expected);
  });

  it('has parts with clusters and strata of their own', () => {
    const whole = sampleOf([
      subject({ cluster: 'a', scenario: 'x' }),
      subject({ cluster: 'b', scenario: 'y', truth: false }),
      subject({ cluster: 'c', scenario: 'y' }),
    ]);
    const part = subsample(whole, ({ scenario }) => scenario === 'y');
    expect(part).toMatchObject({ positives: 1, negatives: 1, unknown: 0 });
    expect([[...part.cluster], part.strata.map((own) => [...own])]).toEqual([[0, 1], [[0, 1]]]);
  });
});
