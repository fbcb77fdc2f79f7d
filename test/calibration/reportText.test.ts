/** What reports of a fit say about certainty, whatever family of rules was searched. */
import { describe, expect, it } from 'vitest';
import { type FitStudy, fitStudy } from '../../calibration/study.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { defined } from '../../src/core/object.ts';
import { tablesOf } from '../../src/report/blocks.ts';
import { exposureAt, messyExposures } from '../helpers/calibrationData.ts';
import { fitInput, SHORT_NEVER } from '../helpers/fits.ts';
import { modelReportOf, paragraphsOf, reportOf, rocOf, studyOfFamily } from '../helpers/reports.ts';

const bootstrap = { replicates: 10, seed: 1 };
const field = messyExposures(71, { users: 60 });
const drawn = fitStudy(fitInput(field, { bootstrap, policy: SHORT_NEVER }));
const bare = fitStudy(fitInput(field, { policy: SHORT_NEVER }));

describe('the report of minutes rules and of ENv2', () => {
  const minutes = studyOfFamily('minutes', fitInput(field, { bootstrap }));
  const env2 = studyOfFamily('env2', fitInput(field, { bootstrap }));

  it.each([
    ['minutes', minutes],
    ['env2', env2],
  ] as const)('%s has the sections of any fit, with the rules in ROC space', (_, study) => {
    const document = modelReportOf(study);
    const ids = ['result', 'performance', 'groups', 'certainty', 'flow', 'methods'];
    expect(document.sections.map(({ id }) => id)).toEqual(ids);
    const { series } = rocOf(document);
    expect(series.map(({ name }) => name)).toEqual(['presets', 'tuned rule']);
    const { sensitivity, specificity } = study.fit.best.evaluation.estimates;
    expect(series[1]!.points).toEqual([
      {
        label: 'tuned rule',
        x: 1 - specificity.value!,
        xLow: 1 - specificity.high!,
        xHigh: 1 - specificity.low!,
        y: sensitivity.value,
        low: sensitivity.low,
        high: sensitivity.high,
      },
    ]);
    expect(series[0]!.points.map(({ label }) => label)).toContain('stopp-corona');
    expect(paragraphsOf(document, 'methods')).toContain('The analysis is of 60 users');
  });

  it('minutes: ties, near ties, and how often the search was repeated', () => {
    const certificate = { rules: 111_630, optimal: true as const, ties: 7, withinThousandth: 9 };
    const text = paragraphsOf(modelReportOf({ ...minutes, fit: { ...minutes.fit, certificate } }), 'certainty');
    expect(text).toContain('7 rules reach the same value; 2 are less than 0.001 below it.');
    expect(text).toContain('The search was repeated in 10 of 10 bootstrap replicates.');
    expect(modelReportOf(minutes).summary.join(' ')).toContain('repeated in 10 of 10');
  });

  it('ENv2: no certificate, and no repeated search', () => {
    const text = paragraphsOf(modelReportOf(env2), 'certainty');
    expect(text).toMatch(/There is no certificate: \d of 2 random starts/);
    expect(text).toContain('The search was not repeated in the bootstrap replicates');
    const summary = modelReportOf(env2).summary.join(' ');
    expect(summary).toContain('not corrected for the search: the search is not repeated in the bootstrap');
    expect(summary.match(/no certificate/g)).toHaveLength(1);
  });

  it.each(['minutes', 'env2'] as const)('%s without bootstrap says so', (family) => {
    const document = modelReportOf(studyOfFamily(family, fitInput(field)));
    expect(paragraphsOf(document, 'certainty')).toContain('Without bootstrap nothing can be said about stability.');
    expect(document.summary.join(' ')).toContain('not corrected for the search: no bootstrap.');
  });

  it('hides points that tell small counts', () => {
    const [presets, tuned] = rocOf(modelReportOf(minutes, 30)).series;
    expect([presets!.points, tuned!.points]).toEqual([[], []]);
  });
});

describe('ties', () => {
  it.each([
    [1, 1, 'No other rule reaches the same value, and no other comes within 0.001 of it.'],
    [1, 2, 'No other rule reaches the same value; 1 is less than 0.001 below it.'],
    [3, 1234, '3 rules reach the same value; 1,231 are less than 0.001 below it.'],
  ])('%d, and %d within a thousandth', (ties, withinThousandth, words) => {
    const document = reportOf(drawn, { certificate: { rules: 12_021, optimal: true, ties, withinThousandth } });
    expect(paragraphsOf(document, 'certainty')).toContain(words);
    expect(document.summary.join('\n')).toContain(words);
  });
});

describe('the optimum without order', () => {
  const free = { objective: 0.6, gap: 0.025, flagged: [] };

  it('is mentioned where it was asked for, and its gain is not praised', () => {
    expect(reportOf(drawn).summary.join(' ')).not.toContain('need not increase');
    const document = reportOf(drawn, { unconstrained: free });
    for (const text of [document.summary.join('\n'), paragraphsOf(document, 'certainty')]) {
      expect(text).toContain(
        "Tables that need not increase would reach 0.600 on these data (Youden's J), 0.025 better.",
      );
      expect(text).toContain('rather noise than gain, unless it is seen again on other data');
    }
  });

  it('may gain nothing', () => {
    const text = reportOf(drawn, { unconstrained: { ...free, gap: 1e-5 } }).summary.join(' ');
    expect(text).toContain('Tables that need not increase would reach no more on these data: 0.600.');
    expect(text).not.toContain('noise');
  });

  it('is not told with suppression, since its value tells counts', () => {
    expect(reportOf(drawn, { unconstrained: free }, 5).summary.join(' ')).not.toContain('need not increase');
  });
});

describe('a figure on these data', () => {
  it('has its interval, which needs no bootstrap where there is a formula', () => {
    for (const study of [drawn, bare]) {
      const { value, low, high } = study.fit.best.objective;
      const [own, below, above] = [value!, low!, high!].map((each) => each.toFixed(3));
      expect(reportOf(study).summary.join(' ')).toContain(
        `Youden's J of the tuned rule is ${own} (${below} to ${above}) on these data.`,
      );
    }
  });

  it('says why it has none, and why tuning cannot be judged', () => {
    const study = fitStudy(fitInput(field, { level: 'exposure', policy: SHORT_NEVER }));
    const document = reportOf(study);
    const text = document.summary.join(' ');
    expect(text).toMatch(/Youden's J of the tuned rule is [\d.]+ \(no interval: no bootstrap\) on these data/);
    expect(text).toContain('It is not corrected for the search: no bootstrap.');
    expect(text).toContain('Whether tuning pays cannot be said here: no bootstrap.');
    const front = tablesOf(document).find(({ name }) => name === 'pareto')!.rows;
    for (const row of front)
      for (const key of ['fpr', 'sensitivity']) expect(row[key]).toMatchObject({ low: null, reason: 'no bootstrap' });
  });

  it('begins its sentence with a capital', () => {
    const study = fitStudy(fitInput(field, { objective: 'cost', policy: SHORT_NEVER }));
    expect(reportOf(study).summary.join(' ')).toMatch(/ Expected cost per person .* of the tuned rule is/);
  });
});

/** So many true contacts and others, each a user of one exposure; three in four are told apart by duration. */
const classes = (positives: number, negatives: number): readonly Exposure[] =>
  [...Array<boolean>(positives).fill(true), ...Array<boolean>(negatives).fill(false)].map((label, k) =>
    exposureAt((k % 4 === 0) === label ? 10 : 35, 60, { user: `u${k}`, label }),
  );

describe('classes of few people', () => {
  it.each([
    [9, 20, 'Only 9 of the users are with a true contact'],
    [20, 9, 'Only 9 of the users are without a true contact'],
    [10, 10, null],
  ])('%d with and %d without a contact', (positives, negatives, words) => {
    const study = fitStudy(fitInput(classes(positives, negatives), { bootstrap, policy: SHORT_NEVER }));
    const text = reportOf(study).summary.join(' ');
    if (words === null) expect(text).not.toContain('Only ');
    else expect(text).toContain(words);
    // Whoever is few gets no verdict, whoever is not gets one.
    expect(/Tuning (pays|may pay|does not pay)/.test(text)).toBe(words === null);
  });
});

describe('more groups than can be listed', () => {
  const users = (phones: number, scenarios: number): FitStudy =>
    fitStudy(
      fitInput(
        classes(60, 60).map((own, k) => ({
          ...own,
          receiver: `r${k % phones}`,
          scenario: `s${(k % phones) % scenarios}`,
        })),
        { policy: SHORT_NEVER },
      ),
    );

  it('are counted instead, in both places where a reader looks for them', () => {
    const document = reportOf(users(60, 51));
    for (const id of ['groups', 'certainty']) {
      expect(paragraphsOf(document, id)).toContain(
        '51 scenarios: too many to list and to leave out one by one (limit 50).',
      );
      expect(paragraphsOf(document, id)).toContain(
        '60 phones: too many to list and to leave out one by one (limit 50).',
      );
    }
    expect(tablesOf(document).map(({ name }) => name)).not.toContain('scenarios');
  });

  it('are not spoken of where they are listed', () => {
    const document = reportOf(users(50, 50));
    for (const id of ['groups', 'certainty']) expect(paragraphsOf(document, id)).not.toContain('too many');
    const names = tablesOf(document).map(({ name }) => name);
    for (const name of ['scenarios', 'devices', 'leave-one-scenario-out', 'leave-one-device-out'])
      expect(names).toContain(name);
  });

  it('leave a reader without the table that shared phones would send them to', () => {
    const pairs = (phones: number): FitStudy =>
      fitStudy(
        fitInput(
          classes(60, 60).map((own, k) => defined({ ...own, user: undefined, receiver: `r${k % phones}` })),
          { level: 'exposure', policy: SHORT_NEVER },
        ),
      );
    const words = 'is said where phones are left out';
    expect(reportOf(pairs(40)).summary.join(' ')).toContain(words);
    const many = reportOf(pairs(60)).summary.join(' ');
    expect(many).toContain(
      '120 rows that name phones come from 60 but are treated as independent: the true intervals are wider.',
    );
    expect(many).not.toContain(words);
  });
});

describe('--suppress-below in held-out tables', () => {
  it('hides both figures of a scenario with few people of a class', () => {
    const scenarios = [
      ...classes(20, 20).map((own) => ({ ...own, scenario: 'large', user: `l${own.user}` })),
      ...classes(3, 20).map((own) => ({ ...own, scenario: 'small', user: `s${own.user}` })),
    ];
    const study = fitStudy(fitInput(scenarios, { policy: SHORT_NEVER }));
    const row = (below: number) =>
      tablesOf(reportOf(study, {}, below))
        .find(({ name }) => name === 'leave-one-scenario-out')!
        .rows.find(({ group }) => group === 'small')!;
    for (const key of ['tuned', 'default']) {
      expect(row(0)[key]).toMatchObject({ value: expect.any(Number) });
      expect(row(5)[key]).toEqual({ value: null, low: null, high: null, reason: 'suppressed' });
    }
  });
});
