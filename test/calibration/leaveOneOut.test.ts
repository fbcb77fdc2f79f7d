/** Held-out evaluation and breakdowns by scenario, phone and distance. */
import { describe, expect, it } from 'vitest';
import { bandOf, breakdown, byDistance } from '../../calibration/breakdown.ts';
import { confusion, evaluate } from '../../calibration/estimates.ts';
import { fit } from '../../calibration/fit.ts';
import { decisions } from '../../calibration/judges.ts';
import { membersOf, phonesOf } from '../../calibration/leaveOneOut.ts';
import { fitParts } from '../../calibration/result.ts';
import { subsample } from '../../calibration/sample.ts';
import { fitStudy } from '../../calibration/study.ts';
import { type Subject, scenariosOf } from '../../calibration/subjects.ts';
import { ordered } from '../../calibration/tieBreak.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { exposureAt, messyExposures, sampleFrom } from '../helpers/calibrationData.ts';
import { fitInput, SHORT_NEVER, tablesJudge } from '../helpers/fits.ts';
import { exposure, slice } from '../helpers/riskFixtures.ts';

/** Users of one scenario each, so that nobody is held out twice. */
const field = (seed: number, users = 60): readonly Exposure[] =>
  messyExposures(seed, { users, most: 3 }).map((own) => ({
    ...own,
    scenario: `s${own.user!.length % 2}${own.user!.at(-1)! > '5'}`,
  }));

describe('leaving a scenario out', () => {
  const input = fitInput(field(31), { policy: SHORT_NEVER, bootstrap: { replicates: 30, seed: 2 } });
  const study = fitStudy(input);

  it('has a row for each, in the order of their names', () => {
    const names = [...new Set(input.sample.subjects.map(({ scenario }) => scenario))].toSorted();
    expect(names.length).toBeGreaterThan(2);
    expect(study.scenarios.map(({ group }) => group)).toEqual(names);
  });

  it('tunes on the others and judges on it', () => {
    for (const { group, n, positives, tuned, default: fallback } of study.scenarios) {
      const test = subsample(input.sample, ({ scenario }) => scenario === group);
      const train = subsample(input.sample, ({ scenario }) => scenario !== group);
      const { ties, comparedRule } = fit({ ...input, sample: train, bootstrap: { replicates: 0, seed: 2 } });
      // Without bootstrap and shifts: fewest corners, nearest to the compared rule (contract.md 2).
      const { lattice } = input.space;
      const [rule] = ordered(ties, { lattice, mean: null, regret: null, near: comparedRule });
      const tables = input.space.tables(rule!);
      const judged = [tablesJudge(tables, '>='), input.compared].map((judge) => {
        const alerts = decisions(judge, test.subjects, input.reading);
        return evaluate(test, [alerts], input.metrics, input.bootstrap)[0]!.estimates.youden;
      });
      expect([n, positives]).toEqual([test.subjects.length, test.positives]);
      expect([tuned, fallback]).toEqual(judged);
    }
  });

  it('becomes JSON with the name of the scenario', () => {
    const { leaveOneScenarioOut } = fitParts(input, study.fit, study);
    expect(leaveOneScenarioOut).toEqual(
      study.scenarios.map(({ group, n, positives, tuned, default: fallback }) => ({
        scenario: group,
        n,
        positives,
        tuned,
        default: fallback,
      })),
    );
  });

  it('holds a user with several scenarios out of each of them', () => {
    const rows = ['a', 'b', 'c'].flatMap((scenario, k) =>
      [true, false].map((label) => exposureAt(10 + 10 * k, 60, { scenario, user: `${scenario}${label}`, label })),
    );
    const both = ['a', 'b'].map((scenario) => exposureAt(40, 30, { scenario, user: 'both', label: true }));
    const { scenarios } = fitStudy(fitInput([...rows, ...both]));
    expect(scenarios.map(({ group, n, positives }) => [group, n, positives])).toEqual([
      ['a', 3, 2],
      ['b', 3, 2],
      ['c', 2, 1],
    ]);
  });

  it('is not done with one scenario', () => {
    const rows = [true, false].map((label) => exposureAt(20, 60, { scenario: 'only', user: `${label}`, label }));
    const { scenarios, breakdowns } = fitStudy(fitInput(rows));
    expect(scenarios).toEqual([]);
    expect(breakdowns.scenario).toHaveLength(1);
  });

  it('says why a scenario is undefined, and why nothing can be tuned without one', () => {
    const rows = [
      exposureAt(40, 30, { scenario: 'mixed', user: 'a', label: true }),
      exposureAt(5, 80, { scenario: 'mixed', user: 'b', label: false }),
      exposureAt(5, 80, { scenario: 'none', user: 'c', label: false }),
    ];
    const [mixed, none] = fitStudy(fitInput(rows)).scenarios;
    expect(mixed!.tuned).toEqual({
      value: null,
      low: null,
      high: null,
      reason: 'nothing to tune on: 0 positives elsewhere',
    });
    expect(mixed!.default.value).toBe(1);
    expect(none!.tuned).toMatchObject({ value: null, reason: '0 positives' });
    expect(none!.default).toMatchObject({ value: null, reason: '0 positives' });
  });

  it('goes on where the limits cannot be kept without a scenario', () => {
    const rows = [
      exposureAt(40, 30, { scenario: 'clear', user: 'a', label: true }),
      exposureAt(5, 80, { scenario: 'clear', user: 'b', label: false }),
      exposureAt(20, 60, { scenario: 'mixed', user: 'c', label: true }),
      exposureAt(20, 60, { scenario: 'mixed', user: 'd', label: false }),
    ];
    const limits = { maxFpr: 0.5, minSensitivity: 1 };
    const [clear, mixed] = fitStudy(fitInput(rows, { limits })).scenarios;
    expect(clear!.tuned).toMatchObject({ value: null, reason: 'no rule keeps the limits elsewhere' });
    expect(mixed!.tuned.value).not.toBeNull();
  });
});

describe('phones', () => {
  const row = (receiver: string, receiverModel?: string): Exposure =>
    exposureAt(20, 60, { receiver, label: true, ...(receiverModel !== undefined && { receiverModel }) });
  const namesIn = (...rows: readonly Exposure[]) => {
    const sample = sampleFrom(rows, 'exposure');
    return sample.subjects.map(phonesOf(sample));
  };

  it('are numbered in the order of their names and carry models, never names', () => {
    expect(namesIn(row('10', 'B'), row('2'), row('Maria'), row('10'))).toEqual([
      ['phone 2 (B)'],
      ['phone 1'],
      ['phone 3'],
      ['phone 2 (B)'],
    ]);
  });

  it('have numbers of one width, so that they sort', () => {
    const names = namesIn(...Array.from({ length: 12 }, (_, k) => row(String(k + 1)))).flat();
    expect(names).toEqual(names.toSorted());
    expect([names[0], names[11]]).toEqual(['phone 01', 'phone 12']);
  });

  it('of the same name are one where the model is the same, in whatever scenario', () => {
    const names = namesIn(
      { ...row('1', 'A'), scenario: 'bus' },
      { ...row('1', 'B'), scenario: 'bus' },
      { ...row('1', 'A'), scenario: 'tram' },
    );
    expect(names).toEqual([['phone 1 (A)'], ['phone 2 (B)'], ['phone 1 (A)']]);
  });

  it('are missing where the trace names none', () => {
    expect(namesIn(exposureAt(20, 60, { label: true }))).toEqual([[]]);
  });

  it('are left out one by one under those names', () => {
    const rows = ['Anna', 'Bruno', 'Carla'].flatMap((receiver, k) =>
      [true, false].map((label) =>
        exposureAt(20 + k, label ? 50 : 80, { receiver, user: `${receiver} ${label}`, label }),
      ),
    );
    const input = fitInput(rows);
    const study = fitStudy(input);
    expect(study.devices.map(({ group, n }) => [group, n])).toEqual([
      ['phone 1', 2],
      ['phone 2', 2],
      ['phone 3', 2],
    ]);
    expect(study.breakdowns.device.map(({ group }) => group)).toEqual(['phone 1', 'phone 2', 'phone 3']);
    expect(JSON.stringify(fitParts(input, study.fit, study))).not.toMatch(/Anna|Bruno|Carla/);
  });

  it('of a population are not left out one by one', () => {
    const rows = Array.from({ length: 51 }, (_, k) =>
      exposureAt(20, 60, { receiver: `${k}`, user: `${k}`, label: k < 9 }),
    );
    expect(fitStudy(fitInput(rows, { policy: SHORT_NEVER })).devices).toEqual([]);
    expect(fitStudy(fitInput(rows.slice(0, 50), { policy: SHORT_NEVER })).devices).toHaveLength(50);
  });
});

describe('a breakdown', () => {
  const at = (distance: number | undefined): Exposure =>
    exposure([slice(5, 60), slice(5, 60, distance === undefined ? {} : { distance })]);

  it.each([
    [0, '<= 1 m'],
    [1, '<= 1 m'],
    [1.001, '(1, 1.5] m'],
    [2, '(1.5, 2] m'],
    [2.5, '(2, 3] m'],
    [10, '(5, 10] m'],
    [10.5, '> 10 m'],
    [undefined, 'unknown'],
  ])('puts %s m into %s', (distance, band) => {
    const subject = { exposures: [at(distance)] } as unknown as Subject;
    expect(bandOf(subject)).toBe(band);
    if (distance !== undefined)
      expect(bandOf({ exposures: [at(undefined), exposure([slice(1, 60)], { distance })] } as unknown as Subject)).toBe(
        band,
      );
  });

  it('puts a subject into the band of its nearest exposure', () => {
    expect(bandOf({ exposures: [at(9), at(1.2), at(undefined)] } as unknown as Subject)).toBe('(1, 1.5] m');
  });

  it('by distance runs from near to far, unknown last', () => {
    const rows = [20, 0.5, undefined, 7, 2.5, 1.2].map((distance) => ({ ...at(distance), label: true }));
    const sample = sampleFrom(rows, 'exposure');
    expect(byDistance(sample, []).map(({ group }) => group)).toEqual([
      '<= 1 m',
      '(1, 1.5] m',
      '(2, 3] m',
      '(5, 10] m',
      '> 10 m',
      'unknown',
    ]);
  });

  it('by scenario adds up to the whole where nobody is in two', () => {
    const input = fitInput(field(33));
    const { breakdowns, fit: found } = fitStudy(input);
    const whole = confusion(input.sample, found.best.alerts);
    for (const key of ['tp', 'fp', 'fn', 'tn'] as const)
      expect(breakdowns.scenario.reduce((sum, { confusions }) => sum + confusions[0]![key], 0)).toBe(whole[key]);
    expect(breakdowns.scenario.reduce((sum, { n }) => sum + n, 0)).toBe(input.sample.subjects.length);
  });

  it('counts a subject in each of its groups, with the alerts of its own', () => {
    const rows = [
      exposureAt(20, 60, { user: 'a', scenario: 'x', receiver: '1', label: true }),
      exposureAt(20, 60, { user: 'a', scenario: 'y', receiver: '2', label: true }),
      exposureAt(20, 60, { user: 'b', scenario: 'y', receiver: '2', label: false }),
    ];
    const sample = sampleFrom(rows);
    const alerts = Uint8Array.from([1, 0]);
    const hit = { tp: 1, fp: 0, fn: 0, tn: 0 };
    expect(breakdown(sample, [alerts], membersOf(sample, scenariosOf))).toEqual([
      { group: 'x', n: 1, confusions: [hit] },
      { group: 'y', n: 2, confusions: [{ ...hit, tn: 1 }] },
    ]);
    expect(breakdown(sample, [alerts], membersOf(sample, phonesOf(sample))).map(({ n }) => n)).toEqual([1, 2]);
  });
});
