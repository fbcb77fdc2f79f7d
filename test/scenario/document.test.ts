import { describe, expect, it } from 'vitest';
import type { Figure, LineFigure, ReportDocument, Table } from '../../src/core/document.ts';
import { renderText } from '../../src/report/text.ts';
import { scenarioDocument } from '../../src/scenario/document.ts';
import { figureNames } from '../../src/scenario/figures.ts';
import { resultOf, simulateSchema } from '../../src/scenario/result.ts';
import { runScenario } from '../../src/scenario/run.ts';
import { here, resolved, smallTown } from '../helpers/scenario.ts';

const text = `${smallTown}replicates: 3
testing: { tested: { value: 1, source: everybody here } }
arms:
  no-app: { app: { adoption: 0 } }
  all: { app: { adoption: 1, risk: "attenuation<=60 minutes>=5" } }
checks:
  - { check: all.infections < no-app.infections, because: all have it }
  - all.warned == 0
`;

async function documentOf(own: string) {
  const run = await runScenario(resolved(own), here);
  const result = resultOf(run, {});
  return { run, result, document: scenarioDocument(run, result, { enlab: '1' }) };
}
const blocks = ({ sections }: ReportDocument) => sections.flatMap((section) => section.blocks);
const tableOf = (document: ReportDocument, name: string): Table =>
  blocks(document).find((block): block is Table => block.kind === 'table' && block.name === name)!;
/** The file has all of them. */
const shownFigures = (document: ReportDocument): Table =>
  blocks(document).find(
    (block): block is Table => block.kind === 'table' && block.caption.startsWith('Figures') && !block.fileOnly,
  )!;
const linesOf = (document: ReportDocument, name: string): LineFigure =>
  blocks(document).find((block): block is Figure => block.kind === 'figure' && block.name === name)!.plot as LineFigure;

describe('the report of a scenario', async () => {
  const { run, result, document } = await documentOf(text);

  it('follows its schema as JSON', () => {
    expect(simulateSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
    expect(result.arms.map(({ name, differences }) => [name, differences !== undefined])).toEqual([
      ['no-app', false],
      ['all', true],
    ]);
  });

  it('says in words what came of each arm, and which checks failed', () => {
    const [none, all, checks] = document.summary;
    expect(none).toMatch(/^no-app: \d+ infections, nobody warned\.$/);
    expect(all).toMatch(
      /^all: \d+ infections, -?\d+ averted; attenuation<=60 minutes>=5 warned \d+, \d+ % of them infected, for [\d,]+ days at home\.$/,
    );
    expect(checks).toBe('1 of 2 checks failed: all.warned == 0.');
  });

  it('has every figure of every arm, and what each is', () => {
    expect(tableOf(document, 'figures').rows.map(({ figure }) => figure)).toEqual(figureNames());
    expect(tableOf(document, 'figures').columns.map(({ key }) => key)).toEqual(['figure', 'no-app', 'all']);
    // Those of parts that no arm has are only in the file.
    const shown = shownFigures(document).rows.map(({ figure }) => figure);
    const parts = ['called', 'calledRightly', 'calledDays', 'mostWaiting', 'reports', 'adoptionInside', 'alertsInside'];
    expect(shown).toEqual(figureNames().filter((name) => !parts.includes(name)));
    expect(tableOf(document, 'meanings').rows.map(({ figure }) => figure)).toEqual(shown);
    expect(tableOf(document, 'checks').rows).toMatchObject([
      { holds: 'yes', because: 'all have it' },
      { holds: 'NO', found: expect.stringMatching(/^all.warned = \d+/) },
    ]);
  });

  it('differs by replicate: the interval of a difference is that of differences', () => {
    const [none, all] = run.arms.map(({ figures }) => figures.map((own) => own['infections']!));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const { value, low, high } = result.arms[1]!.differences!['infections']!;
    expect(value).toBeCloseTo(mean(all!.map((own, k) => own - none![k]!)), 9);
    expect(low! < value! && value! < high!).toBe(true);
    expect(result.arms[1]!.figures['averted']!.value).toBeCloseTo(-value!, 9);
  });

  it.each([
    ['infections', 30],
    ['warned', 30],
    ['quarantine', 30],
  ])('draws %s of each day with room for its bands', (name, days) => {
    const { series, y } = linesOf(document, name);
    expect(series.map(({ name: arm, band }) => [arm, band])).toEqual([
      ['no-app', true],
      ['all', true],
    ]);
    for (const { points } of series) {
      expect(points.map(({ x }) => x)).toEqual(Array.from({ length: days }, (_, k) => k + 1));
      for (const { y: value, low, high } of points) {
        expect(low! >= 0 && low! <= value && value <= high! && high! <= y.domain![1]).toBe(true);
      }
    }
  });

  it('draws R of cohorts that are large and old enough', () => {
    for (const { points } of linesOf(document, 'reproduction').series)
      for (const { x, y } of points) {
        expect(x).toBeLessThanOrEqual(30 - 14);
        expect(y).toBeGreaterThanOrEqual(0);
      }
    const first = linesOf(document, 'reproduction').series[0]!.points[0]!;
    const [none] = run.arms;
    // 10 were infected at the begin of each of three runs.
    expect(first.x).toBe(0);
    expect(first.y).toBeCloseTo(none!.outcomes.reduce((sum, { infectees }) => sum + infectees[0]! / 10, 0) / 3, 9);
  });

  it('names every parameter, what arms have otherwise, and sources', () => {
    const { rows } = tableOf(document, 'parameters');
    const rowOf = (name: string) => rows.find(({ parameter }) => parameter === name);
    const differing = tableOf(document, 'arms').rows.map((row) => [row['parameter'], row['value'], row['arms']]);
    expect(differing).toEqual([
      ['app.risk', 'immuni-2020-06-05', 'no-app'],
      ['app.risk', 'attenuation<=60 minutes>=5', 'all'],
      ['app.adoption', '0', 'no-app'],
      ['app.adoption', '1', 'all'],
    ]);
    expect(rowOf('app.adoption')).toBeUndefined();
    expect(rowOf('testing.tested')).toMatchObject({ value: '1', source: 'everybody here' });
    expect(rowOf('disease.incubationDays.sigma')).toMatchObject({ source: expect.stringMatching(/Lauer/) });
    expect(rowOf('population.ages')?.['value']).toMatch(/^(from \d+, share [\d.]+, uses [\d.]+(;\n)?)+$/);
    expect(rowOf('population.households')).toMatchObject({ value: '42, 33, 12, 9, 3' });
  });

  it('says how long each step took, of arms in which somebody uploaded', () => {
    const { columns, rows } = tableOf(document, 'timeliness');
    expect(columns.map(({ label }) => label)).toEqual(['step', 'all: median', '90 %']);
    const [, all] = result.arms;
    expect(rows).toHaveLength(Object.keys(all!.timeliness).length);
    const lab = rows.find(({ step }) => step === 'laboratory: test to result')!;
    expect(lab['all median']).toBe(all!.timeliness['lab']!.median);
    expect(all!.timeliness['lab']!.n).toBeGreaterThan(100);
    // Of a log-normal around 24 hours.
    expect(all!.timeliness['lab']!.median).toBeGreaterThan(20);
    expect(all!.timeliness['lab']!.median).toBeLessThan(28);
    expect(result.arms[0]!.timeliness['lab']).toEqual({ n: 0, median: null, p90: null });
  });

  it('can be shown on a terminal', () => {
    expect(renderText(document, { width: 100, color: false })).toMatch(/Figures of each arm/);
  });
});

describe('the report of one run', async () => {
  const { result, document } = await documentOf(text.replace('replicates: 3', 'replicates: 1'));

  it('has values without intervals', () => {
    expect(document.subtitle).toBe('500 people, 30 days, one run an arm');
    expect(result.arms[0]!.figures['infections']).toMatchObject({ low: null, high: null, reason: 'one replicate' });
    for (const { band, points } of linesOf(document, 'infections').series) {
      expect(band).toBe(false);
      expect(points.every(({ low, high }) => low === null && high === null)).toBe(true);
    }
  });

  it('says so once, and why a figure is undefined in its cell', () => {
    const { caption, rows } = shownFigures(document);
    expect(caption).toBe('Figures of each arm: of one run, without intervals');
    const rowOf = (name: string) => rows.find(({ figure }) => figure === name)!;
    expect(rowOf('infections')['no-app']).toBe(result.arms[0]!.figures['infections']!.value);
    expect(rowOf('rightShare')['no-app']).toMatchObject({ value: null, reason: 'nobody was warned' });
    expect(renderText(document, { width: 100, color: false })).not.toMatch(/no interval/);
  });

  it('without checks and with one arm says neither', async () => {
    const alone = await documentOf(`${smallTown}arms: { only: }\n`);
    expect(tableOf(alone.document, 'checks')).toBeUndefined();
    expect(alone.result.arms[0]).not.toHaveProperty('differences');
    expect(alone.result.arms[0]!.figures['averted']!.value).toBeNull();
    expect(alone.document.summary[0]).not.toMatch(/averted/);
    expect(alone.result.comparisons).toEqual([]);
    const shown = shownFigures(alone.document).rows.map(({ figure }) => figure);
    expect(shown).not.toContain('averted');
    expect(shown).toContain('warned');
  });
});

describe('the report of two apps', async () => {
  const { run, result, document } = await documentOf(`${smallTown}replicates: 3
arms:
  no-app: { app: { adoption: 0 } }
  near: { app: { adoption: 1, risk: "attenuation<=55 minutes>=15" } }
  wide: { app: { adoption: 1, risk: "attenuation<=73 minutes>=15" } }
  called: { manual: { named: { household: 1 } } }
checks: [near.warned < wide.warned, near.warned > wide.warned]
`);

  it('compares each with the first, seed by seed', () => {
    expect(result.comparisons.map(({ arm, against }) => [arm, against])).toEqual([
      ['wide', 'near'],
      ['called', 'near'],
    ]);
    const [near, wide] = [run.arms[1]!, run.arms[2]!].map(({ figures }) => figures.map((own) => own['warned']!));
    const own = wide!.map((value, k) => value - near![k]!);
    const { value, low, high } = result.comparisons[0]!.differences['warned']!;
    expect(value).toBeCloseTo(own.reduce((sum, one) => sum + one, 0) / 3, 9);
    expect(low! <= Math.max(...own) && high! >= Math.min(...own)).toBe(true);
    // More are warned where the rule reaches farther.
    expect(value).toBeGreaterThan(0);
    expect(simulateSchema.parse(JSON.parse(JSON.stringify(result)))).toEqual(result);
  });

  it('shows the differences that say something', () => {
    const { rows, columns } = tableOf(document, 'differences');
    expect(columns.map(({ label }) => label)).toEqual(['figure', 'wide less near', 'called less near']);
    expect(rows.map(({ figure }) => figure).slice(0, 3)).toEqual(['infections', 'averted', 'warned']);
    const averted = rows.find(({ figure }) => figure === 'averted')!['wide'];
    const infections = rows.find(({ figure }) => figure === 'infections')!['wide'];
    expect((averted as { value: number }).value).toBeCloseTo(-(infections as { value: number }).value, 9);
  });

  it('has figures of a part that one of the arms has', () => {
    const shown = shownFigures(document).rows.map(({ figure }) => figure);
    expect(shown).toContain('called');
    expect(shown).not.toContain('reports');
  });

  it('counts in the singular', () => {
    expect(document.summary.find((sentence) => /checks? failed/.test(sentence))).toMatch(/^1 of 2 checks failed/);
  });
});
