/** Provinces in results: sums, what reports say beside what was true, rows for other programs, and the report. */
import { describe, expect, it } from 'vitest';
import type { BarFigure, Figure, LineFigure, Table } from '../../src/core/document.ts';
import { renderText } from '../../src/report/text.ts';
import { scenarioDocument } from '../../src/scenario/document.ts';
import { insideShare, provinceRows, reportedOf, tellsProvinces } from '../../src/scenario/provinces.ts';
import { resultOf, simulateSchema } from '../../src/scenario/result.ts';
import { runScenario } from '../../src/scenario/run.ts';
import type { ProvinceOutcome } from '../../src/scenario/town.ts';
import { here, refused, resolved, smallTown } from '../helpers/scenario.ts';

const names = ['RM', 'MI', 'NA', 'TO', 'PA', 'BZ', 'AO', 'BO'];
const provinces = names.map((name, k) => `{ name: ${name}, share: ${10 - k} }`).join(', ');
const text = `${smallTown.replace('days: 30', 'days: 40').replace('agents: 500', `agents: 2000, provinces: [${provinces}]`)}replicates: 2
app: { adoption: 0.9, uploads: 1 }
arms:
  no-app: { app: { adoption: 0 } }
  all: { analytics: { withExposure: 1, withoutExposure: 1 } }
  some: { analytics: { withExposure: 0.3, withoutExposure: 0.2 } }
checks: [some.reports < all.reports]
`;
const run = await runScenario(resolved(text), here);
const result = resultOf(run, {});
const [none, all, some] = result.arms;

const outcomeOf = (changes: Partial<ProvinceOutcome> = {}): ProvinceOutcome => ({
  name: 'x',
  people: 1000,
  infections: [],
  uploads: [],
  warned: [],
  calls: [],
  ...changes,
});
const sample = (received: number, rate: number, rounds = 1) => ({ received, rate, rounds });

describe('reports of a province', () => {
  it('give adoption and alerts with intervals, beside what was true', () => {
    const reports = { phones: 400, alerted: 30, withExposure: sample(12, 0.5), withoutExposure: sample(240, 0.6, 2) };
    const reported = reportedOf(outcomeOf({ reports }))!;
    expect(reported.adoption).toMatchObject({ truth: 0.4, estimate: { value: expect.closeTo(0.2, 12) } });
    expect(reported.alerts).toMatchObject({ truth: 30, estimate: { value: 24 } });
    for (const { estimate } of Object.values(reported))
      expect(estimate.low! < estimate.value! && estimate.value! < estimate.high!).toBe(true);
    expect(insideShare([outcomeOf({ reports })], 'adoption')).toBe(0);
    expect(insideShare([outcomeOf({ reports })], 'alerts')).toBe(1);
    expect(insideShare([outcomeOf({ reports }), outcomeOf({ reports: { ...reports, alerted: 300 } })], 'alerts')).toBe(
      0.5,
    );
  });

  it('never give more phones than people', () => {
    const reports = { phones: 10, alerted: 0, withExposure: sample(0, 1), withoutExposure: sample(9, 0.1) };
    expect(reportedOf(outcomeOf({ people: 10, reports }))!.adoption).toMatchObject({
      truth: 1,
      estimate: { value: 1, high: 1 },
    });
  });

  it.each([
    ['no phone reports', { withoutExposure: sample(0, 0) }, 1000],
    ['no whole month', { withoutExposure: sample(0, 0.6, 0) }, 1000],
    ['nobody lives there', {}, 0],
  ])('say why there is none: %s', (reason, changes, people) => {
    const reports = { phones: 0, alerted: 0, withExposure: sample(0, 1), withoutExposure: sample(0, 0.6), ...changes };
    const own = outcomeOf({ people, reports });
    expect(reportedOf(own)!.adoption.estimate).toMatchObject({ value: null, reason });
    expect(insideShare([own], 'adoption')).toBeNull();
  });

  it('are none where no phone reports', () => {
    expect(reportedOf(outcomeOf())).toBeUndefined();
    expect(insideShare([outcomeOf()], 'alerts')).toBeNull();
  });
});

describe('a result with provinces', () => {
  it('follows its schema', () => {
    expect(simulateSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
  });

  it('has sums that are those of the town', () => {
    for (const { provinces: own, figures } of result.arms) {
      expect(own!.map(({ name }) => name)).toEqual(names);
      for (const figure of ['infections', 'uploads', 'warned', 'calls'] as const) {
        const sum = own!.reduce((total, province) => total + province[figure].value!, 0);
        expect(sum).toBeCloseTo(figures[figure]!.value!, 9);
      }
    }
    expect(none!.figures['calls']!.value).toBe(0);
    expect(all!.figures['calls']!.value).toBeGreaterThan(20);
  });

  it('has estimates that are the truth where all phones send, and hold it in their intervals where some do', () => {
    expect(none!.provinces![0]).not.toHaveProperty('reported');
    for (const { reported } of all!.provinces!) {
      expect(reported).toHaveLength(2);
      for (const { alerts } of reported!)
        expect(alerts.estimate).toMatchObject({ value: alerts.truth, low: alerts.truth });
    }
    // Who is offline for all of their window sends nothing.
    for (const { reported } of all!.provinces!)
      for (const { adoption } of reported!) expect(adoption.estimate.value!).toBeCloseTo(adoption.truth!, 2);
    expect(some!.figures['adoptionInside']!.value).toBeGreaterThan(0.7);
    expect(some!.figures['alertsInside']!.value).toBeGreaterThan(0.7);
    expect(none!.figures['alertsInside']).toMatchObject({ value: null, reason: 'no reports' });
    expect(none!.figures['reports']!.value).toBe(0);
  });

  it('has rows for each arm, replicate, province and day', () => {
    const rows = provinceRows(run);
    expect(rows).toHaveLength(3 * 2 * 8 * 40);
    expect(rows[40]).toMatchObject({ arm: 'no-app', replicate: 0, province: 'MI', day: 1 });
    const infections = rows.filter(({ arm }) => arm === 'some').reduce((sum, row) => sum + Number(row.infections), 0);
    expect(infections / 2).toBeCloseTo(some!.figures['infections']!.value!, 9);
  });

  it('differs run by run where people live elsewhere, and nowhere else', async () => {
    const moved = await runScenario(resolved(text.replace('share: 10 }', 'share: 30 }')), here);
    expect(resultOf(moved, {}).arms[0]!.figures['infections']).toEqual(none!.figures['infections']);
    expect(moved.arms[0]!.outcomes[0]!.digest).not.toBe(run.arms[0]!.outcomes[0]!.digest);
  });
});

describe('the report', () => {
  const { sections } = scenarioDocument(run, result, {});
  const { blocks } = sections.find(({ id }) => id === 'provinces')!;
  const figureOf = (name: string) =>
    blocks.find((block): block is Figure => block.kind === 'figure' && block.name === name);

  it('draws calls of those with most, and the mean of the others, for each arm in which somebody calls', () => {
    expect(figureOf('calls-1')).toBeUndefined();
    const { series } = figureOf('calls-2')!.plot as LineFigure;
    expect(series).toHaveLength(6);
    expect(series.at(-1)!.name).toBe('others, mean of 3');
    const areas = series.map(({ points }) => points.reduce((sum, { y }) => sum + y, 0));
    expect(areas.slice(0, 5)).toEqual(areas.slice(0, 5).toSorted((one, other) => other - one));
    for (const { points } of series)
      for (const { y, low, high } of points) expect(low! >= 0 && low! <= y && y <= high!).toBe(true);
  });

  it('takes the mean of a week, of fewer days at the ends', () => {
    const [first] = (figureOf('calls-3')!.plot as LineFigure).series;
    const own = run.arms[2]!.outcomes.map((outcome) => outcome.provinces[names.indexOf(first!.name)]!.calls);
    const mean = (from: number, to: number) =>
      own.reduce((sum, calls) => sum + calls.slice(from, to).reduce((sum_, one) => sum_ + one, 0) / (to - from), 0) / 2;
    expect(first!.points[20]!.y).toBeCloseTo(mean(17, 24), 9);
    expect(first!.points[0]!.y).toBeCloseTo(mean(0, 4), 9);
    expect(first!.points[39]!.y).toBeCloseTo(mean(36, 40), 9);
  });

  it('sets estimates under what was true', () => {
    const { bars } = figureOf('reported-adoption')!.plot as BarFigure;
    expect(bars.slice(0, 3).map(({ group, name }) => [group, name])).toEqual([
      ['RM', 'true'],
      ['RM', 'all, estimated'],
      ['RM', 'some, estimated'],
    ]);
    expect(bars).toHaveLength(3 * 8);
    const alerts = (figureOf('reported-alerts')!.plot as BarFigure).bars.filter(({ group }) => group === 'RM');
    expect(alerts.map(({ name }) => name)).toEqual(['true', 'all, estimated', 'some, estimated']);
    // Nobody has the app in the first arm.
    expect(JSON.stringify(figureOf('reported-alerts'))).not.toMatch(/no-app/);
  });

  it('has tables of all provinces', () => {
    const tables = blocks.filter((block): block is Table => block.kind === 'table');
    expect(tables.map(({ name, rows }) => [name, rows.length])).toEqual([
      ['provinces', 24],
      ['reported', 16],
    ]);
    expect(renderText(scenarioDocument(run, result, {}), { width: 100, color: false })).toMatch(/Province by province/);
  });

  it('of a town without provinces says nothing of them', async () => {
    const plain = await runScenario(resolved(smallTown), here);
    expect(tellsProvinces(plain)).toBe(false);
    expect(resultOf(plain, {}).arms[0]).not.toHaveProperty('provinces');
    expect(scenarioDocument(plain, resultOf(plain, {}), {}).sections.map(({ id }) => id)).not.toContain('provinces');
  });
});

describe('provinces in a scenario', () => {
  it.each([
    ['[]', /at least 1/],
    ['[{ name: RM, share: 0 }]', /one of the weights must be above 0/],
    ['[{ name: RM, share: 1 }, { name: RM, share: 2 }]', /two provinces have one name/],
    ['[{ name: "", share: 1 }]', /provinces.0.name: it must not be empty/],
    ['[{ share: 1 }]', /provinces.0.name: it is missing/],
    ['[{ name: RM, share: 1, people: 5 }]', /has no people/],
  ])('%s are refused', (list, message) => {
    expect(refused(`title: x\npopulation: { provinces: ${list} }\n`).message).toMatch(message);
  });

  it('are one by default, and change behaviour on a day as all else does', async () => {
    expect(resolved('title: x\n').arms[0]!.parameters.population.provinces).toMatchObject([{ name: 'everywhere' }]);
    const changed = `${text}changes: [{ day: 20, set: { behaviour: { calls: 0 } } }]\n`.replace(
      'replicates: 2',
      'replicates: 1',
    );
    const silent = await runScenario(resolved(changed), here);
    const calls = silent.arms[1]!.outcomes[0]!.series.map((day) => day.calls);
    expect(calls.slice(0, 19)).toEqual(run.arms[1]!.outcomes[0]!.series.slice(0, 19).map((day) => day.calls));
    expect(calls.slice(30)).toEqual(calls.slice(30).map(() => 0));
  });
});
