/** What helps to read a report of a fit: names of classes, notes, marks, and no table that tells nothing. */
import { describe, expect, it } from 'vitest';
import { sourceOf } from '../../calibration/documents/howToRead.ts';
import type { FitResult } from '../../calibration/schemas.ts';
import { type FitStudy, fitStudy } from '../../calibration/study.ts';
import type { HeatFigure, ReportDocument } from '../../src/core/document.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { figuresOf, tablesOf } from '../../src/report/blocks.ts';
import { scaleOf } from '../../src/risk/scale.ts';
import { exposureAt, messyExposures } from '../helpers/calibrationData.ts';
import { fitInput, readingWith, SHORT_NEVER } from '../helpers/fits.ts';
import { modelReportOf, paragraphsOf, reportOf, studyOfFamily } from '../helpers/reports.ts';

const field = messyExposures(71, { users: 60 });
const report = (changes: Parameters<typeof fitInput>[1] = {}, exposures: readonly Exposure[] = field): ReportDocument =>
  reportOf(fitStudy(fitInput(exposures, { policy: SHORT_NEVER, ...changes })));
const figure = (document: ReportDocument, name: string) => figuresOf(document).find((each) => each.name === name)!;
const namesOf = (document: ReportDocument) => tablesOf(document).map(({ name }) => name);
const table = (document: ReportDocument, name: string) => tablesOf(document).find((each) => each.name === name)!;

describe('classes in figures', () => {
  const heat = (changes: Parameters<typeof fitInput>[1]) => figure(report(changes), 'cells').plot as HeatFigure;
  const [closedRight, last] = ['D1 0,D2 >0-5,D3 >5-10,D4 >10-15,D5 >15-20,D6 >20-25', 'D8 >30'];

  it('say which of their ends they hold', () => {
    const { xNames, yNames } = heat({});
    expect(yNames.join()).toBe(`${closedRight},D7 >25-30,${last}`);
    expect(xNames.join()).toBe('A1 >73,A2 >63-73,A3 >51-63,A4 >33-51,A5 >27-33,A6 >15-27,A7 >10-15,A8 <=10');
  });

  it('follow the reading and the grid', () => {
    expect(heat({ policy: {}, reading: readingWith({ durationEdge: 'ge' }) }).yNames.join()).toBe(
      'D1 0,D2 >0-<5,D3 5-<10,D4 10-<15,D5 15-<20,D6 20-<25,D7 25-30,D8 >30',
    );
    const scale = scaleOf({ a5Edge: 23, thirtyPlus: true });
    const document = reportOf(fitStudy({ ...fitInput(field, { policy: SHORT_NEVER }), scale }));
    const dpia = figure(document, 'cells').plot as HeatFigure;
    expect(dpia.yNames.join()).toBe(`${closedRight},D7 >25-<30,D8 >=30`);
    expect(dpia.xNames.slice(4, 6)).toEqual(['A5 >23-33', 'A6 >15-23']);
  });

  it('are said to share exposures where histograms are summed up, and only there', () => {
    const words = 'A histogram counts once in every column';
    expect(figure(report(), 'cells').description).not.toContain(words);
    expect(figure(report({}, messyExposures(71, { users: 60, bins: true })), 'cells').description).toContain(words);
    const mean = readingWith({ reduce: 'mean' });
    expect(
      figure(report({ reading: mean }, messyExposures(71, { users: 60, bins: true })), 'cells').description,
    ).not.toContain(words);
  });
});

describe('the notes of a report', () => {
  it.each([
    [1, 'a0.csv (1 file)'],
    [2, 'a0.csv, a1.csv (2 files)'],
    [7, 'a0.csv, a1.csv, a2.csv, a3.csv, a4.csv, a5.csv, ... (7 files)'],
  ])('say under the title where the data are from, without a date: %d files', (count, words) => {
    const files = Array.from({ length: count }, (_, k) => ({ name: `a${k}.csv`, sha256: '' }));
    const result = { data: { files } } as unknown as FitResult;
    expect(sourceOf({ result, version: '1.2.3' })).toBe(`Data: ${words}. enlab 1.2.3.`);
    expect(report().subtitle).toContain('enlab');
  });

  it('explain classes and counts before the first table', () => {
    const [note, parameters] = report().sections[0]!.blocks;
    expect([note!.kind, parameters!.kind]).toEqual(['text', 'table']);
    const text = paragraphsOf(report(), 'result');
    for (const words of [
      'no minutes (D1)',
      'TP (true positives)',
      'FN (false',
      'FP (false',
      'TN (true',
      "Youden's J is",
    ])
      expect(text).toContain(words);
  });

  it('say of rules of other models that they can lie above the front', () => {
    expect(figure(report(), 'roc').description).toContain('can lie above the line');
  });
});

describe('the table of the front', () => {
  const marksOf = (study: FitStudy) => table(reportOf(study), 'pareto').rows.map(({ tuned }) => tuned);

  it('marks the tuned rule, or the rule with its rates and why its integers differ', () => {
    const found = { yes: 0, 'same rates': 0 };
    for (let seed = 1; seed <= 8; seed++) {
      const study = fitStudy(fitInput(messyExposures(seed, { users: 30 }), { policy: SHORT_NEVER }));
      const marked = marksOf(study).filter((mark) => mark !== 'no');
      expect(marked).toHaveLength(1);
      const [mark] = marked as (keyof typeof found)[];
      found[mark!]++;
      const isListed = study.fit.front.rules.includes(study.fit.best.rule);
      expect(mark).toBe(isListed ? 'yes' : 'same rates');
      expect(paragraphsOf(reportOf(study), 'performance').includes('its integers differ')).toBe(!isListed);
    }
    expect(Math.min(...Object.values(found))).toBeGreaterThan(0);
  });
});

describe('tables that would tell nothing', () => {
  const people = (scenarioOf: (label: boolean) => string): readonly Exposure[] =>
    Array.from({ length: 40 }, (_, k) => {
      const label = k % 2 === 0;
      return exposureAt(k % 5 === 0 ? 10 : 35, 60, { user: `u${k}`, label, scenario: scenarioOf(label) });
    });

  it('of one scenario are left out', () => {
    const document = report(
      {},
      people(() => 'tram'),
    );
    expect(namesOf(document)).not.toContain('scenarios');
    expect(paragraphsOf(document, 'groups')).toContain('no groups apart');
  });

  it('of held-out figures none of which is defined are one sentence', () => {
    const document = report(
      {},
      people((label) => (label ? 'office' : 'home')),
    );
    expect(namesOf(document)).toContain('scenarios');
    expect(namesOf(document)).not.toContain('leave-one-scenario-out');
    expect(paragraphsOf(document, 'certainty')).toMatch(
      /Held out by scenario: nothing can be said, as Youden's J is undefined on each of them \(.*0 (positives|negatives)/,
    );
  });
});

describe('a minutes rule', () => {
  const study = studyOfFamily('minutes', fitInput(field));
  const document = modelReportOf(study);

  it('stands in words above its parameters, and in the summary', () => {
    const { thresholds, weights, threshold } = study.fit.best.judge.source!.parameters as {
      thresholds: readonly number[];
      weights: readonly number[];
      threshold: number;
    };
    expect(weights).toEqual([1, 0.5]);
    const words =
      `Alert when, on one day, minutes below ${thresholds[0]} dB plus 0.5 x minutes from ${thresholds[0]} to below ` +
      `${thresholds[1]} dB reach ${threshold}.`;
    expect(document.sections[0]!.blocks[0]).toMatchObject({ kind: 'text', paragraphs: [words, expect.any(String)] });
    expect(document.summary).toContain(`The tuned rule in words: ${words}`);
    const values = Object.fromEntries(table(document, 'parameters').rows.map(({ name, value }) => [name, value]));
    expect(values).toMatchObject({ thresholds: thresholds.join(', '), weights: '1, 0.5', operator: '>=' });
  });

  it('has no sentence where the rule is of another model', () => {
    const env2 = modelReportOf(studyOfFamily('env2', fitInput(field)));
    expect(env2.summary.join(' ')).not.toContain('in words');
    const values = table(env2, 'parameters').rows.map(({ value }) => value);
    expect(values).toContain('>=');
    for (const value of values) expect(value).not.toMatch(/^["[]/);
  });
});
