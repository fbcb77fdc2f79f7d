/** The result of a policy and its report: the frontier, the agreement, sentences, what can be used afterwards. */
import { describe, expect, it } from 'vitest';
import { IntegerSolver } from '../../../calibration/integers.ts';
import { buildLattice } from '../../../calibration/lattice.ts';
import type { Figure, LineFigure, Table } from '../../../src/core/document.ts';
import { renderCsvTables } from '../../../src/report/csv.ts';
import type { Figures } from '../../../src/scenario/figures.ts';
import { manifestText } from '../../../src/scenario/manifest.ts';
import { estimatesTable, policyDocument } from '../../../src/scenario/policy/document.ts';
import { frontierScenario, policyResult, policySchema } from '../../../src/scenario/policy/result.ts';
import { type PolicyRun, type RuleRun, runPolicy } from '../../../src/scenario/policy/run.ts';
import { here, resolved, smallTown } from '../../helpers/scenario.ts';

const scenario = resolved(`${smallTown}replicates: 3\n`);
const real = await runPolicy(scenario, here, { rules: 3, durationCap: null });
const realResult = policyResult(real, {});

/** A rule by what came of it in two replicates: averted and days, simulated and estimated. */
type Outcome = readonly [averted: number, days: number];
function made(name: string, simulated: readonly [Outcome, Outcome], estimated = simulated): RuleRun {
  const figuresOf = ([averted, quarantineDays]: Outcome): Figures => ({
    averted,
    quarantineDays,
    warned: quarantineDays / 10,
    rightShare: 0.5,
    infections: 100 - averted,
  });
  return {
    rule: { name, kind: 'preset', risk: { name }, alike: [] },
    figures: simulated.map(figuresOf),
    estimates: estimated.map(([averted, quarantineDays]) => ({ averted, quarantineDays, warned: quarantineDays / 10 })),
    digests: ['', ''],
  };
}
const runOf = (...rules: readonly RuleRun[]): PolicyRun => ({
  ...real,
  scenario: { ...scenario, replicates: 2 },
  rules,
  asked: rules.length,
});
const frontierOf = (...rules: readonly RuleRun[]) =>
  policyResult(runOf(...rules), {})
    .rules.filter(({ onFrontier }) => onFrontier)
    .map(({ name }) => name);

describe('the frontier', () => {
  const cheap = made('cheap', [
    [4, 100],
    [6, 100],
  ]);
  const dear = made('dear', [
    [10, 300],
    [12, 320],
  ]);

  it('has who averts more than all with fewer days, and more than nothing', () => {
    const worse = made('worse', [
      [4, 200],
      [5, 200],
    ]);
    const harmful = made('harmful', [
      [-3, 50],
      [1, 50],
    ]);
    const idle = made('idle', [
      [0, 0],
      [0, 0],
    ]);
    expect(frontierOf(dear, worse, cheap, harmful, idle)).toEqual(['cheap', 'dear']);
    expect(frontierOf(idle)).toEqual([]);
  });

  it('of equal days has the best only', () => {
    const better = made('better', [
      [6, 100],
      [7, 100],
    ]);
    expect(frontierOf(cheap, better)).toEqual(['better']);
    expect(frontierOf(better, cheap)).toEqual(['better']);
  });

  it('says what a step brings, by differences of the same seeds', () => {
    const { rules } = policyResult(runOf(cheap, dear), {});
    expect(rules[0]!.more).toMatchObject({ averted: { value: 5 }, quarantineDays: { value: 100 } });
    // 6 in both: no chance left, though single values vary.
    expect(rules[1]!.more!.averted).toEqual({ value: 6, low: 6, high: 6 });
    expect(rules[1]!.more!.quarantineDays.value).toBe(210);
    expect(rules[1]!.simulated.averted.low).toBeLessThan(0);
  });
});

describe('the agreement of estimate and simulation', () => {
  it('is perfect where both are equal', () => {
    const { agreement } = policyResult(
      runOf(
        made('a', [
          [1, 10],
          [2, 20],
        ]),
        made('b', [
          [3, 30],
          [4, 40],
        ]),
      ),
      {},
    );
    for (const effect of ['averted', 'quarantineDays', 'warned'] as const)
      expect(agreement[effect]).toEqual({
        rankCorrelation: { value: expect.closeTo(1, 9), low: expect.closeTo(1, 9), high: expect.closeTo(1, 9) },
        ratio: { value: 1, low: 1, high: 1 },
      });
  });

  it('says how much less comes of it, and in what order', () => {
    const a = made(
      'a',
      [
        [2, 10],
        [2, 10],
      ],
      [
        [4, 10],
        [4, 10],
      ],
    );
    const b = made(
      'b',
      [
        [1, 20],
        [1, 20],
      ],
      [
        [8, 20],
        [8, 20],
      ],
    );
    const { agreement } = policyResult(runOf(a, b), {});
    expect(agreement.averted).toMatchObject({
      rankCorrelation: { value: expect.closeTo(-1, 9) },
      ratio: { value: 3 / 12 },
    });
  });

  it('is undefined where nothing varies or nothing was estimated', () => {
    const { agreement, rules } = policyResult(
      runOf(
        made('a', [
          [0, 0],
          [0, 0],
        ]),
      ),
      {},
    );
    expect(agreement.averted.rankCorrelation).toMatchObject({ value: null, reason: 'in 2 of 2' });
    expect(agreement.averted.ratio.value).toBeNull();
    expect(rules[0]!.daysPerAverted.value).toBeNull();
  });
});

describe('the estimate of a town', () => {
  it('puts rules into the order in which they do, and is near in days', () => {
    const { averted, quarantineDays, warned } = realResult.agreement;
    for (const { rankCorrelation } of [averted, quarantineDays, warned])
      expect(rankCorrelation.value).toBeGreaterThan(0.8);
    expect(Math.abs(quarantineDays.ratio.value! - 1)).toBeLessThan(0.25);
    expect(Math.abs(warned.ratio.value! - 1)).toBeLessThan(0.25);
  });

  it('of each rule is the mean of its replicates', () => {
    for (const { rule, estimates } of real.rules) {
      const { estimated } = realResult.rules.find(({ name }) => name === rule.name)!;
      const mean = estimates.reduce((sum, own) => sum + own.quarantineDays, 0) / estimates.length;
      expect(estimated.quarantineDays.value).toBeCloseTo(mean, 9);
    }
  });

  it('of what never warns is nothing, and so is what comes of it', () => {
    const idle = realResult.rules.filter(({ estimated }) => estimated.warned.value === 0);
    expect(idle.map(({ name }) => name)).toContain('stopp-corona');
    for (const { simulated } of idle)
      expect([simulated.warned.value, simulated.averted.value, simulated.quarantineDays.value]).toEqual([0, 0, 0]);
  });
});

describe('the result', () => {
  it('has its schema, rules by days, and intervals everywhere', () => {
    expect(policySchema.parse(JSON.parse(JSON.stringify(realResult)))).toEqual(JSON.parse(JSON.stringify(realResult)));
    const days = realResult.rules.map(({ simulated }) => simulated.quarantineDays.value!);
    expect(days).toEqual(days.toSorted((one, other) => one - other));
    for (const { simulated, estimated } of realResult.rules)
      for (const own of [...Object.values(simulated), ...Object.values(estimated)]) expect(own.low).not.toBeNull();
    expect(realResult.estimated).toEqual({ rules: 12_021, front: real.front.length });
    expect(realResult.data).toEqual({ arm: 'default', agents: 500, days: 30, replicates: 3 });
    expect(realResult).not.toHaveProperty('interrupted');
  });

  it('says where it was stopped', () => {
    expect(policyResult({ ...real, asked: real.asked + 1 }, {})).toMatchObject({ interrupted: true });
  });

  it('can be simulated again: the manifest of the frontier has its rules', () => {
    const again = resolved(manifestText(frontierScenario(real, realResult), {}));
    const names = realResult.rules.filter(({ onFrontier }) => onFrontier).map(({ name }) => name);
    expect(names.length).toBeGreaterThan(0);
    expect(again.arms[0]).toMatchObject({ name: 'no-app', parameters: { app: { adoption: 0 } } });
    expect(new Set(again.arms.slice(1).map(({ name }) => name))).toEqual(new Set(names));
    for (const { name, parameters } of again.arms.slice(1)) {
      const { risk } = real.rules.find(({ rule }) => rule.name === name)!.rule;
      expect(JSON.parse(JSON.stringify(parameters.app.risk))).toEqual(JSON.parse(JSON.stringify(risk)));
    }
  });
});

describe('the report', () => {
  const document = policyDocument(real, realResult, { command: 'enlab policy x.yaml' });
  const blocks = document.sections.flatMap((section) => section.blocks);
  const figure = (name: string) =>
    blocks.find((block): block is Figure => block.kind === 'figure' && block.name === name)!.plot as LineFigure;
  const table = (name: string) =>
    blocks.find((block): block is Table => block.kind === 'table' && block.name === name)!;

  it('draws every rule once, with intervals both ways, presets by name', () => {
    const [line, ...points] = figure('frontier').series;
    expect(points.reduce((sum, series) => sum + series.points.length, 0)).toBe(real.rules.length);
    expect(line!.points).toHaveLength(table('frontier').rows.length);
    const presets = points.find(({ name }) => name === 'presets')!.points;
    for (const { label, xLow, xHigh, low, high } of presets) {
      expect(label).toMatch(/^[a-z]/);
      expect([xLow, xHigh, low, high]).not.toContain(null);
    }
  });

  it('names the rules found here that are on the frontier', () => {
    const found = realResult.rules.filter(({ kind }) => kind === 'front');
    const points = figure('frontier').series.find(({ name }) => name === 'rules of the estimated front')!.points;
    expect(points.map(({ label }) => label)).toEqual(
      found.map(({ name, onFrontier }) => (onFrontier ? name : undefined)),
    );
    expect(points.some(({ label }) => label !== undefined)).toBe(true);
  });

  it('says how a rule is simulated again', () => {
    const text = (own: typeof document) =>
      own.sections[0]!.blocks.flatMap((block) => (block.kind === 'text' ? block.paragraphs : [])).join('\n');
    expect(text(document)).toMatch(/^--out-dir DIR writes .*enlab simulate \S+ --arms .*mine=DIR\/rule-\d\d\.json$/m);
    expect(text(policyDocument(real, realResult, {}, 'out/p'))).toMatch(/mine=out\/p\/rule-\d\d\.json\. Apps load/);
  });

  it('has on the page what the file has, in two tables', () => {
    const [file, numbers, words] = document.sections.find(({ id }) => id === 'rules')!.blocks as readonly Table[];
    const keys = (own: Table) => own.columns.map(({ key }) => key);
    expect([file!.fileOnly, numbers!.fileOnly, words!.fileOnly]).toEqual([true, undefined, undefined]);
    expect(new Set([...keys(numbers!), ...keys(words!)])).toEqual(new Set(keys(file!)));
    expect(numbers!.rows.map(({ rule }) => rule)).toEqual(words!.rows.map(({ rule }) => rule));
    expect(keys(table('frontier'))).toContain('daysPerAverted');
  });

  it.each(['estimate-averted', 'estimate-days'])(
    '%s has one scale both ways, and the line on which both are equal',
    (name) => {
      const { x, y, diagonal, diagonalName, series } = figure(name);
      expect(x.domain).toEqual(y.domain);
      expect([diagonal, diagonalName]).toEqual([true, 'both are equal']);
      expect(x.label).toMatch(/first-order estimate$/);
      expect(series.reduce((sum, own) => sum + own.points.length, 0)).toBe(real.rules.length);
    },
  );

  it('labels estimates as what they are', () => {
    const text = JSON.stringify(document);
    expect(text).toMatch(/first order, without feedback/);
    for (const key of ['estimatedAverted', 'estimatedDays'])
      expect(table('rules').columns.find((column) => column.key === key)!.meaning).toBe(
        'first-order estimate without feedback',
      );
  });

  it('says in words what it found', () => {
    const words = document.summary.join('\n');
    expect(words).toMatch(/Where nobody is warned, \d+ \(\d+ to \d+\) are infected/);
    expect(words).toMatch(/\d+ of the \d+ rules that were simulated are on the frontier/);
    expect(words).toMatch(/Of its \d+ steps \d+ avert more than the rule before beyond chance/);
    expect(words).toMatch(/over 3 runs/);
    expect(policyDocument(real, { ...realResult, interrupted: true }, {}).summary[0]).toMatch(
      /^Stopped on request: only \d+ rules/,
    );
  });

  it('of one run says that there is no interval', () => {
    const one: PolicyRun = {
      ...real,
      scenario: { ...scenario, replicates: 1 },
      reference: real.reference.slice(0, 1),
      rules: real.rules.map((own) => ({
        ...own,
        figures: own.figures.slice(0, 1),
        estimates: own.estimates.slice(0, 1),
      })),
    };
    const { summary, subtitle } = policyDocument(one, policyResult(one, {}), {});
    expect(subtitle).toMatch(/one run a rule/);
    expect(summary[0]).toMatch(/no interval: one replicate/);
    expect(summary.join()).not.toMatch(/beyond chance/);
  });

  it('where no rule helps says so', () => {
    const idle = runOf(
      made('idle', [
        [0, 0],
        [0, 0],
      ]),
    );
    expect(policyDocument(idle, policyResult(idle, {}), {}).summary.join()).toMatch(/No rule averted infections/);
  });

  it('writes all that was estimated as a file of its own', () => {
    const own = estimatesTable(real, new IntegerSolver(buildLattice()));
    expect(own.fileOnly).toBe(true);
    expect(own.rows).toHaveLength(12_021);
    expect(own.rows.filter(({ front }) => front === 'yes')).toHaveLength(real.front.length);
    const csv = renderCsvTables({ ...document, sections: [{ id: 'all', title: 'all', blocks: [own] }] });
    expect(csv.get('estimates.csv')!.split('\r\n')[0]).toMatch(/^D,A,threshold,warned,warned_low,warned_high/);
  });
});
