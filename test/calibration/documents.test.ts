/** The report of a fit and what it must not tell: no person, no small count. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../calibration/check.ts';
import { fitDocument } from '../../calibration/documents/fit.ts';
import { fitTables } from '../../calibration/documents/fitTables.ts';
import { flowBlocks } from '../../calibration/documents/flow.ts';
import { modelFitDocument } from '../../calibration/documents/modelFit.ts';
import { countText, countValue, isSmall, shown } from '../../calibration/documents/suppress.ts';
import { presetJudge } from '../../calibration/judges.ts';
import { modelStudy } from '../../calibration/modelFit.ts';
import { fitParts, modelFitParts } from '../../calibration/result.ts';
import type { Data, FitResult } from '../../calibration/schemas.ts';
import { type FitStudy, fitStudy } from '../../calibration/study.ts';
import type { Block, Estimate, HeatFigure, LineFigure, ReportDocument, Value } from '../../src/core/document.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { defined } from '../../src/core/object.ts';
import { figuresOf, tablesOf } from '../../src/report/blocks.ts';
import { renderCsvTables } from '../../src/report/csv.ts';
import { renderHtml } from '../../src/report/html.ts';
import { renderText } from '../../src/report/text.ts';
import { Tally } from '../../src/trace/importer.ts';
import { messyExposures } from '../helpers/calibrationData.ts';
import { fitInput, SHORT_NEVER } from '../helpers/fits.ts';

const presets = ['immuni-2020-06-05', 'immuni-2020-10-30', 'swisscovid-2020-09-10', 'stopp-corona'].map(presetJudge);
const bootstrap = { replicates: 15, seed: 1 };

/** Field data whose names, phones and users are people. */
const people = (seed: number, users: number): readonly Exposure[] =>
  messyExposures(seed, { users, most: 3, fractions: true }).map((own, k) => ({
    ...own,
    user: `Person ${own.user!}`,
    receiver: `Maria ${k % 4}`,
    transmitter: `Paolo ${k % 7}`,
    receiverModel: k % 4 === 0 ? 'SM-A515F' : 'SM-G973F',
    distance: (k % 9) / 2,
  }));

const dataOf = (study: FitStudy): Data => ({
  n: study.input.sample.subjects.length,
  positives: study.input.sample.positives,
  negatives: study.input.sample.negatives,
  unknown: 3,
  exposures: 70,
  rows: 73,
  rejected: 4,
  files: [{ name: 'field.ndjson', sha256: 'abc' }],
});

function flow(data: Data, below: number): readonly Block[] {
  const tally = new Tally();
  tally.rows = 73;
  tally.used = 69;
  for (const line of [2, 3, 5, 8]) tally.reject('RSSI outside -110..0 dBm', line);
  tally.notice('rows without true distance', 2);
  const trace = { file: { name: 'field.ndjson' }, tally };
  const loaded = { traces: [trace], exposures: [], files: [] } as unknown as Parameters<typeof flowBlocks>[0];
  return flowBlocks(loaded, data, 'user', { below });
}

const checked = (study: FitStudy) =>
  check(study.input.sample, presets, study.input.reading, study.input.metrics, bootstrap);

const resultOf = (study: FitStudy): FitResult => ({
  schema: 'enlab.calibrate.fit',
  version: 1,
  seed: 1,
  options: { level: 'user', truth: 'labels', prevalence: null },
  data: dataOf(study),
  ...fitParts(study.input, study.fit, study),
});

const documentOf = (study: FitStudy, below = 0): ReportDocument =>
  fitDocument(study, {
    result: resultOf(study),
    presets: checked(study),
    flow: flow(dataOf(study), below),
    suppression: { below },
    version: '0.1.0',
  });

/** Everything that a reader gets to see of a document. */
const textsOf = async (document: ReportDocument): Promise<readonly string[]> => [
  renderText(document, { width: 300, color: false }),
  await renderHtml(document),
  ...renderCsvTables(document).values(),
];

const study = fitStudy(fitInput(people(61, 40), { bootstrap }));
/** Enough of each class for a conclusion. */
const many = fitStudy(fitInput(people(61, 120), { bootstrap, policy: SHORT_NEVER }));

describe('the report of a fit', () => {
  let texts: readonly string[];
  beforeAll(async () => {
    texts = await textsOf(documentOf(study));
  });

  it('has its sections in the order in which they are read', () => {
    const { sections } = documentOf(study);
    expect(sections.map(({ id }) => id)).toEqual([
      'result',
      'performance',
      'cells',
      'groups',
      'certainty',
      'flow',
      'methods',
    ]);
    expect(figuresOf(documentOf(study)).map(({ name }) => name)).toEqual([
      'roc',
      'cells',
      'stability',
      'shifts',
      'participant-flow',
    ]);
  });

  it('has no holes', () => {
    for (const text of texts) expect(text).not.toMatch(/NaN|Infinity|\[object/);
    // An undefined figure says why.
    expect(texts[0]).not.toMatch(/undefined(?! \()/);
  });

  it('has no holes without bootstrap either', async () => {
    const input = fitInput(people(61, 12), { objective: 'f1', policy: SHORT_NEVER });
    for (const text of await textsOf(documentOf(fitStudy(input)))) expect(text).not.toMatch(/NaN|Infinity|\[object/);
    expect(documentOf(fitStudy(input)).summary.join(' ')).toContain('(no interval: no bootstrap)');
  });

  it('names no person: no user, receiver or transmitter', () => {
    for (const text of texts) expect(text).not.toMatch(/Person|Maria|Paolo/);
    expect(texts[0]).toMatch(/phone \d+ \(SM-A515F\)/);
    expect(texts[0]).toMatch(/phone \d+ \(SM-G973F\)/);
    for (const text of renderCsvTables(fitTables(study)).values()) expect(text).not.toMatch(/Person|Maria|Paolo/);
  });

  it('prints the numbers of the result', () => {
    const result = resultOf(study);
    const [text] = texts;
    expect(text).toContain(`${result.data.n} users with known truth: ${result.data.positives} with a true contact`);
    expect(text).toContain('The best of 12,021 rules');
    expect(text).toContain(result.best.objective.value!.toFixed(3));
    expect(text).toContain(result.best.objective.optimismCorrected!.toFixed(3));
    expect(text).toContain('SHA-256 of field.ndjson: abc');
  });

  it('says plainly when tuning does worse on what it has not seen', () => {
    const { default: fallback, tuned } = study.scenarios[0]!;
    const worse: FitStudy = {
      ...study,
      scenarios: [{ ...study.scenarios[0]!, group: 'tram', tuned: { ...tuned, value: fallback.value! - 0.1 } }],
    };
    expect(documentOf(worse).summary.join(' ')).toMatch(/tram did worse than with immuni-2020-06-05/);
  });

  it('draws no conclusion from fewer than ten of a class', () => {
    const few = fitStudy(fitInput(people(62, 12), { policy: SHORT_NEVER, bootstrap }));
    expect(documentOf(few).summary.join(' ')).toMatch(
      /Only \d of the users are with a true contact: whether tuning pays/,
    );
  });

  it.each([
    [0.05, 0.01, 0.09, /Tuning pays: expect 0.050 better than immuni-2020-06-05/],
    [0.05, -0.01, 0.09, /Tuning may pay: expect 0.050 .* does not exclude/],
    [-0.02, -0.05, 0.03, /Tuning does not pay on these data: .*\(-0.020, 95 % interval -0.050 to 0.030/],
    [null, null, null, /Whether tuning pays cannot be said here/],
  ])('says of a gain of %s (%s to %s) whether tuning pays', (value, low, high, words) => {
    const own: FitStudy = { ...many, fit: { ...many.fit, gain: { value, low, high } } };
    expect(documentOf(own).summary.join(' ')).toMatch(words);
  });

  it('names the published preset that is best, and says where it decides as the tuned rule', () => {
    const values = checked(study).map(
      ({ judge, evaluation }) => [judge.name, evaluation.estimates.youden.value!] as const,
    );
    const top = Math.max(...values.map(([, value]) => value));
    const names = values.filter(([, value]) => value === top).map(([name]) => name);
    const text = documentOf(study).summary.join(' ');
    expect(text).toContain(`Of the ${presets.length} published presets ${names.join(', ')}`);
    expect(text).not.toContain('as the tuned rule does');
    const alike: FitStudy = {
      ...study,
      fit: {
        ...study.fit,
        best: { ...study.fit.best, ...checked(study)[values.findIndex(([name]) => name === names[0])]! },
      },
    };
    if (names.length === 1) expect(documentOf(alike).summary.join(' ')).toContain('as the tuned rule does');
  });

  it('warns where rows without people share phones, and counts replicates that say nothing', () => {
    const pairs = people(61, 40).map((own) => defined({ ...own, user: undefined }));
    const found = fitStudy(fitInput(pairs, { level: 'exposure', bootstrap }));
    expect(documentOf(found).summary.join(' ')).toMatch(
      /The \d+ rows that name phones come from 11 but are treated as independent/,
    );
    expect(documentOf(study).summary.join(' ')).not.toContain('treated as independent');
    const apart = pairs.map((own, k) => ({ ...own, receiver: `r${k}`, transmitter: `t${k}` }));
    const independent = fitStudy(fitInput(apart, { level: 'exposure', bootstrap }));
    expect(documentOf(independent).summary.join(' ')).not.toContain('treated as independent');
    const dropped: FitStudy = { ...study, fit: { ...study.fit, searched: 11 } };
    expect(documentOf(dropped).summary.join(' ')).toContain('4 of 15 bootstrap replicates had only one class');
    expect(documentOf(study).summary.join(' ')).not.toContain('had only one class');
  });

  it('says of shifts under limits that the best rule keeps them', () => {
    const wordsOf = (own: FitStudy) => figuresOf(documentOf(own)).find(({ name }) => name === 'shifts')!.description;
    const limits = { maxFpr: 0.5 };
    expect(wordsOf(fitStudy(fitInput(people(61, 40), { policy: SHORT_NEVER, limits })))).toContain('within the limits');
    expect(wordsOf(study)).not.toContain('limits');
  });

  it('has a front that ends where the allowed rules do', () => {
    const ends = (own: FitStudy) => {
      const { points } = rocOf(documentOf(own)).series[0]!;
      return [points[0], points.at(-1)].map((point) => [point!.x, point!.y]);
    };
    expect(ends(study)).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const limited = fitStudy(fitInput(people(61, 40), { policy: SHORT_NEVER, bootstrap }));
    expect(ends(limited)[0]).toEqual([0, 0]);
    expect(ends(limited)[1]).not.toEqual([1, 1]);
    const required = fitStudy(fitInput(people(61, 40), { policy: { require: ['minutes>0'] }, bootstrap }));
    expect(ends(required)[0]).not.toEqual([0, 0]);
  });

  it('of minutes rules and of ENv2 is complete as well', async () => {
    for (const family of ['minutes', 'env2'] as const) {
      const input = { ...fitInput(people(63, 12), { bootstrap: { replicates: 2, seed: 1 } }), family };
      const own = modelStudy({ ...input, factors: [1, 0.5], restarts: 1 });
      const result = { ...resultOf(study), ...modelFitParts(own) } as FitResult;
      const document = modelFitDocument(own, {
        result,
        presets: checked(study),
        flow: flow(result.data, 0),
        suppression: { below: 0 },
        version: '0.1.0',
      });
      for (const text of await textsOf(document)) expect(text).not.toMatch(/NaN|Infinity|\[object|Person|Maria|Paolo/);
    }
  });
});

/** Columns that count people or rows. */
const COUNTS = /^(n|positives|count|(tuned-|preset-)?(tp|fp|fn|tn))$/;

const countsIn = (document: ReportDocument): readonly Value[] =>
  tablesOf(document).flatMap(({ rows }) =>
    rows.flatMap((row) => Object.entries(row).flatMap(([key, value]) => (COUNTS.test(key) ? [value] : []))),
  );

const heatOf = (document: ReportDocument): HeatFigure =>
  figuresOf(document).find(({ name }) => name === 'cells')!.plot as HeatFigure;

const rocOf = (document: ReportDocument): LineFigure =>
  figuresOf(document).find(({ name }) => name === 'roc')!.plot as LineFigure;

describe('--suppress-below 5', () => {
  const smallInput = (seed: number) => fitInput(people(seed, 18), { policy: SHORT_NEVER, bootstrap });
  const smallStudy = (seed: number) => fitStudy(smallInput(seed));

  it('hides every count from 1 to 4 in all tables and in the heat map', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const input = smallInput(seed);
        fc.pre(input.sample.positives > 0 && input.sample.negatives > 0);
        const own = fitStudy(input);
        const document = documentOf(own, 5);
        const counts = countsIn(document);
        expect(counts.filter((count) => typeof count === 'number' && count > 0 && count < 5)).toEqual([]);
        expect(counts).toContain('<5');
        for (const { text, value } of heatOf(document).cells.flat()) {
          const [positives, all] = text.split('/').map(Number);
          const shownCounts = text.includes('/') ? [positives!, all! - positives!, all!] : [];
          expect(shownCounts.filter((count) => count > 0 && count < 5)).toEqual([]);
          if (text.startsWith('<')) expect(value).toBeNull();
        }
      }),
      { numRuns: 20 },
    );
  });

  it('hides what is computed from them', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const own = smallStudy(seed);
      const document = documentOf(own, 5);
      const table = tablesOf(document).find(({ name }) => name === 'presets')!;
      for (const row of table.rows) {
        const isHidden = (key: string): boolean => row[key] === 'hidden';
        for (const [figure, keys] of [
          ['sensitivity', ['tp', 'fn']],
          ['specificity', ['fp', 'tn']],
          ['youden', ['tp', 'fp', 'fn', 'tn']],
        ] as const)
          if (keys.some(isHidden)) expect(row[figure]).toMatchObject({ value: null, reason: 'suppressed' });
      }
      const presetsShown = rocOf(document).series.find(({ name }) => name === 'presets')!.points;
      const complete = table.rows
        .slice(1)
        .filter((row) => ['tp', 'fp', 'fn', 'tn'].every((key) => row[key] !== 'hidden'));
      expect(presetsShown.map(({ label }) => label)).toEqual(complete.map((row) => row['name']));
    }
  });

  it('hides them in sentences', async () => {
    const own = smallStudy(2);
    const { positives } = own.input.sample;
    expect(positives).toBeLessThan(5);
    const [first, few, second, ...rest] = documentOf(own, 5).summary;
    expect(first).toContain('<5 with a true contact');
    expect(first).toContain('<5 of unknown truth');
    expect(few).toContain('Only <5 of the users');
    expect(second).toContain('not shown (small counts)');
    expect(rest.find((sentence) => sentence.startsWith("Youden's J"))).toContain('not shown (small counts)');
    const texts = await textsOf(documentOf(own, 5));
    for (const text of texts) expect(text).not.toMatch(/NaN|Infinity|\[object/);
  });

  it('hides held-out figures of few and the gain of a rule that is hidden', () => {
    const own = smallStudy(3);
    const table = tablesOf(documentOf(own, 5)).find(({ name }) => name === 'leave-one-device-out')!;
    for (const [k, { confusions }] of own.devices.entries())
      for (const rule of ['tuned', 'default'] as const) {
        const counts = Object.values(confusions[rule] ?? {});
        if (counts.some((count) => count > 0 && count < 5))
          expect(table.rows[k]![rule]).toMatchObject({ value: null, reason: 'suppressed' });
      }
    expect(
      own.devices.some(({ confusions }) => Object.values(confusions.default).some((count) => count in [0, 1, 2, 3, 4])),
    ).toBe(true);
    const enough: FitStudy = {
      ...many,
      fit: { ...many.fit, best: { ...many.fit.best, evaluation: { ...many.fit.best.evaluation, fn: 2 } } },
    };
    const text = documentOf(enough, 5).summary.join(' ');
    expect(text).toContain('Whether tuning pays is not shown (small counts).');
    expect(text).not.toContain('better than');
  });

  it('leaves out pictures that tell every count: the front, the flow', () => {
    const document = documentOf(smallStudy(3), 5);
    expect(tablesOf(document).find(({ name }) => name === 'pareto')!.rows).toEqual([]);
    expect(rocOf(document).series.map(({ name }) => name)).not.toContain('Pareto front of D x A rules');
    expect(figuresOf(document).map(({ name }) => name)).not.toContain('participant-flow');
    expect(figuresOf(document).map(({ name }) => name)).not.toContain('shifts');
  });

  it('changes nothing where nothing is small, but for the front', () => {
    const [plain, hidden] = [0, 1].map((below) => documentOf(study, below));
    expect(countsIn(hidden!)).toEqual(countsIn(plain!));
    expect(hidden!.summary).toEqual(plain!.summary);
    expect(heatOf(hidden!)).toEqual(heatOf(plain!));
  });
});

describe('a small count', () => {
  const below = { below: 5 };
  const figure: Estimate = { value: 0.5, low: 0.2, high: 0.8 };

  it.each([
    [0, false, '0', 0],
    [0.4, true, '<5', '<5'],
    [1, true, '<5', '<5'],
    [4, true, '<5', '<5'],
    [4.9, true, '<5', '<5'],
    [5, false, '5', 5],
    [12, false, '12', 12],
  ])('%d: %s', (count, small, text, value) => {
    expect([isSmall(count, below), countText(count, below), countValue(count, below)]).toEqual([small, text, value]);
    expect([isSmall(count, { below: 0 }), countValue(count, { below: 0 })]).toEqual([false, count]);
  });

  it('hides a figure that it is part of', () => {
    expect(shown(figure, [5, 0], below)).toBe(figure);
    expect(shown(figure, [5, 4], below)).toEqual({ value: null, low: null, high: null, reason: 'suppressed' });
  });
});
