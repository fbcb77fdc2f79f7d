/** The methods paragraphs: what they must say, and what they must not say where it is not true. */
import { describe, expect, it } from 'vitest';
import { methodsText } from '../../calibration/documents/methods.ts';
import { cellWords } from '../../calibration/documents/methodsCells.ts';
import { modelWords } from '../../calibration/documents/methodsModels.ts';
import { type ModelStudy, modelStudy } from '../../calibration/modelFit.ts';
import { fitParts, modelFitParts } from '../../calibration/result.ts';
import { sampleOf } from '../../calibration/sample.ts';
import type { FitResult } from '../../calibration/schemas.ts';
import { type FitStudy, fitStudy } from '../../calibration/study.ts';
import { weightedByScenario } from '../../calibration/subjects.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { defined } from '../../src/core/object.ts';
import { exposureIn, messyExposures } from '../helpers/calibrationData.ts';
import { Workplace } from '../helpers/cli.ts';
import { fieldCsv } from '../helpers/cliTraces.ts';
import { fitInput, readingWith, SHORT_NEVER } from '../helpers/fits.ts';

const bootstrap = { replicates: 12, seed: 7 };
const field = messyExposures(41, { users: 40 });

type Options = FitResult['options'];

function resultOf({ input: { sample } }: FitStudy | ModelStudy, options: Options, unknown: number) {
  return {
    schema: 'enlab.calibrate.fit' as const,
    version: 1 as const,
    options: { level: 'user', truth: 'labels', deviceTable: '201214', ...options },
    data: {
      n: sample.subjects.length,
      positives: sample.positives,
      negatives: sample.negatives,
      unknown,
      exposures: 99,
      rows: 73,
      rejected: 4,
      files: [],
    },
  };
}

/** All paragraphs of a D x A fit, as one text. */
function textOf(study: FitStudy, options: Options = {}, { unknown = 0, below = 0 } = {}): string {
  const result: FitResult = {
    ...resultOf(study, options, unknown),
    ...fitParts(study.input, study.fit, study),
    ...(options['unconstrained'] === true && { unconstrained: { objective: 0.5, gap: 0.1, flagged: [] } }),
  };
  const parts = { result, suppression: { below }, version: '1.2.3' };
  return methodsText(study, parts, cellWords(study, result)).join('\n');
}

function modelText(
  exposures: readonly Exposure[],
  family: 'minutes' | 'env2',
  more: Parameters<typeof fitInput>[1] = {},
): string {
  const study = modelStudy({ ...fitInput(exposures, more), family, factors: [1, 0.4], restarts: 2 });
  const result: FitResult = { ...resultOf(study, {}, 0), ...modelFitParts(study) };
  const parts = { result, suppression: { below: 0 }, version: '1.2.3' };
  return methodsText(study, parts, modelWords(study, result)).join('\n');
}

const plain = fitStudy(fitInput(field));
const drawn = fitStudy(fitInput(field, { bootstrap, policy: SHORT_NEVER }));

describe('whatever the options, the text', () => {
  it.each([
    ['of D x A rules', textOf(plain)],
    [
      'of D x A rules with everything',
      textOf(drawn, { forbid: [...SHORT_NEVER.forbid], unconstrained: true }, { unknown: 3 }),
    ],
    ['of minutes rules', modelText(field, 'minutes', { bootstrap })],
    ['of ENv2', modelText(field, 'env2', { bootstrap })],
  ])('%s is whole sentences without holes', (_, text) => {
    expect(text).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
    for (const paragraph of text.split('\n')) expect(paragraph).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toMatch(/\.\.| {2}| \.|,\./);
    expect(text).toContain('Computed with enlab 1.2.3.');
    expect(text).toContain('The chosen rule was compared with immuni-2020-06-05.');
  });
});

describe('who was analysed', () => {
  it('counts by class, and what was left out', () => {
    const { positives, negatives, subjects } = plain.input.sample;
    expect(textOf(plain)).toContain(
      `The analysis is of ${subjects.length} users, ${positives} with and ${negatives} without a true contact.`,
    );
    expect(textOf(plain, {}, { unknown: 1 })).toContain('a true contact; 1 more of unknown truth was left out.');
    expect(textOf(plain, {}, { unknown: 4 })).toContain('a true contact; 4 more of unknown truth were left out.');
  });

  it('hides small counts, and the prevalence of a cohort that would tell them', () => {
    const metrics = { prevalence: 'cohort' as const, falseNegativeCost: 7, thresholdProbability: 0.05 };
    const cohort = fitStudy(fitInput(field, { metrics }));
    const { positives, subjects } = cohort.input.sample;
    const share = (positives / subjects.length).toFixed(3);
    expect(textOf(cohort)).toContain(`is that of these data, a cohort (${share}).`);
    const hidden = textOf(cohort, {}, { unknown: 2, below: 30 });
    expect(hidden).toContain('<30 with and <30 without a true contact; <30 more of unknown truth');
    expect(hidden).toContain('is that of these data, a cohort.');
    expect(hidden).toContain('Counts from 1 to 29 are hidden, and what would tell them.');
    expect(textOf(fitStudy(fitInput(field, { metrics, bootstrap, policy: SHORT_NEVER })))).toContain(
      `a cohort (${share}); each bootstrap replicate has its own.`,
    );
    const given = fitStudy(fitInput(field, { metrics: { ...metrics, prevalence: 0.25 } }));
    expect(textOf(given)).toContain('The prevalence of true contacts was taken to be 0.25.');
    const unknown = fitStudy(fitInput(field, { metrics: { ...metrics, prevalence: null } }));
    expect(textOf(unknown)).not.toContain('prevalence');
    expect(textOf(unknown)).not.toContain('hidden');
  });

  it.each([
    ['user', 'A user has a true contact if any of the exposures is one.'],
    ['user-day', "A user's day has a true contact if any of the exposures is one."],
    ['exposure', null],
  ] as const)('--level %s', (level, sentence) => {
    const text = textOf(fitStudy(fitInput(field, { level })), { level });
    if (sentence === null) expect(text).not.toContain('if any of the exposures is one');
    else expect(text).toContain(sentence);
    expect(text).toContain({ user: ' users, ', 'user-day': ' user-days, ', exposure: ' exposures, ' }[level]);
    expect(text).toContain(
      { user: 'any exposure of a user.', 'user-day': "any exposure of a user's day.", exposure: 'of any exposure.' }[
        level
      ],
    );
  });
});

describe('weights', () => {
  const weighted = messyExposures(42, { users: 40, weighted: true });
  const scaled = fitInput(field);
  const byScenario = { ...scaled, sample: sampleOf(weightedByScenario(scaled.sample.subjects)) };

  it('are mentioned where they are', () => {
    expect(textOf(plain)).not.toMatch(/weights of|weights that|Weights/);
    const study = fitStudy(fitInput(weighted));
    expect(textOf(study)).toContain('Rows count with the weights that the trace holds. What stands for several rows');
    expect(textOf(study, { weight: 'times' })).toContain('Rows count with the weights of the column "times".');
    expect(textOf(fitStudy(fitInput(weighted, { level: 'exposure' })))).not.toContain('several rows has');
    const alike = textOf(fitStudy(byScenario), { weightBy: 'scenario' });
    expect(alike).toContain('Weights were scaled so that every scenario has the same total.');
    expect(alike).not.toContain('that the trace holds');
  });
});

describe('the reading', () => {
  const bins = messyExposures(43, { users: 20, bins: true });
  const read = (exposures: readonly Exposure[], more: Parameters<typeof readingWith>[0] = {}): string =>
    textOf(fitStudy(fitInput(exposures, { reading: readingWith(more) })));

  it('of single values', () => {
    const text = read(field);
    expect(text).toContain('edges at 0, 5, 10, 15, 20, 25 and 30 minutes and at 10, 15, 27, 33, 51, 63 and 73 dB');
    expect(text).toContain('Each is in one cell, by its duration and its mean attenuation');
    expect(text).toContain('the device table 201214 made them attenuations');
    expect(text).not.toContain('bin');
    expect(text).not.toContain('upper edge');
  });

  it.each([
    ['proportional', 'was divided in proportion'],
    ['lower', 'counts whole as below it'],
    ['upper', 'counts whole as above it'],
  ] as const)('of bins, split %s', (binSplit, words) => {
    const text = read(bins, { binSplit });
    expect(text).toContain('Each is in one cell per attenuation class, by the time at or below its upper edge.');
    expect(text).toContain(`A histogram bin that a threshold cuts ${words}.`);
    expect(text).not.toContain('mean attenuation');
    expect(modelText(bins, 'minutes', { reading: readingWith({ binSplit }) })).toContain(words);
  });

  it('of bins by their mean, which none of them is split for', () => {
    const text = read(bins, { reduce: 'mean' });
    expect(text).toContain('rounded to whole dB; a histogram bin counts at its middle.');
    expect(text).not.toContain('cuts');
  });

  it('of both', () => {
    const text = read([...bins, ...field]);
    expect(text).toContain('A histogram is in one cell per attenuation class');
    expect(text).toContain('Any other is in one cell');
  });

  it('of what the framework reported, or would report of scans with times', () => {
    const told = field.map((own) => ({ ...own, reported: { minutes: 20, attenuation: 60 } }));
    expect(read(told)).toContain(
      'Each is in one cell, by the duration and the mean attenuation that the framework reported.',
    );
    const timed = field.map((own) => ({
      ...own,
      slices: own.slices.map((slice, k) => ({ ...slice, time: 1_590_000_000 + 300 * k })),
    }));
    const reported = 'by the duration (in steps of 5 minutes) and the mean attenuation that the framework would report';
    expect(read(timed, { reduce: 'env1' })).toContain(`Each is in one cell, ${reported}`);
    expect(read(timed)).not.toContain('framework');
    const all = read([...told, ...timed, ...field, ...bins], { reduce: 'env1' });
    for (const name of [
      'An exposure with figures of the framework',
      'An exposure with times of all scans',
      'Any other',
    ])
      expect(all).toContain(`${name} is in one cell, by`);
  });

  it.each([
    ['bucket', 'rounded down to whole minutes; a class includes its upper end'],
    ['gt', 'not rounded; a class includes its upper end'],
    ['ge', 'not rounded; a class includes its lower end'],
  ] as const)('--duration-edge %s', (durationEdge, words) => {
    expect(read(field, { durationEdge })).toContain(words);
  });

  it('of cells, which have neither minutes nor dB: nothing was read, nothing shifted', () => {
    const cells = [true, false].flatMap((label) =>
      Array.from({ length: 6 }, (_, k) =>
        exposureIn((k + (label ? 2 : 0)) % 8, k % 8, { label, user: `${k}${label}` }),
      ),
    );
    const text = textOf(fitStudy(fitInput(cells)));
    expect(text).toContain('The data are counts of exposures in cells of the 8 x 8 grid');
    expect(text).not.toMatch(/-6 to 6 dB|regret|rounded|device table|mean attenuation/);
    expect(textOf(plain)).toContain('Rules were also judged with all attenuations moved by -6 to 6 dB.');
    expect(textOf(fitStudy(fitInput([...cells, ...field])))).toContain(
      'Those that the trace gives as cells stayed there.',
    );
  });
});

describe('which rules were tried', () => {
  it('without policy: all', () => {
    expect(textOf(plain)).toContain('make 12,021 rules that decide differently; all of them were evaluated.');
    expect(textOf(plain)).not.toContain('It was required');
  });

  it('with every kind of policy', () => {
    const policy = {
      forbid: ['minutes<=5', 'minutes<=10 attenuation>73'],
      require: ['minutes>30 attenuation<=33'],
      fix: ['A1=0'],
      durationCap: 30 as const,
    };
    const study = fitStudy(fitInput(field, { policy }));
    const count = study.input.space.candidates.length.toLocaleString('en-US');
    expect(textOf(study, policy)).toContain(
      'decide differently. It was required that no rule alerts where minutes<=5, no rule alerts where minutes<=10 and ' +
        'attenuation>73, every rule alerts where minutes>30 and attenuation<=33, A1 = 0 and D7 and D8 are alike, as ' +
        `reported durations end at 30 minutes; the ${count} rules that do so were all evaluated.`,
    );
  });

  it('within limits', () => {
    const budget = { alerts: 600, prevalence: 0.1 };
    const limits = { maxFpr: 0.6, minSensitivity: 0.1, maxAlertsPer1000: budget };
    expect(textOf(fitStudy(fitInput(field, { limits })))).toContain(
      'Only rules with a false-positive rate of at most 0.6, a sensitivity of at least 0.1 and at most 600 alerts per ' +
        '1,000 people at that prevalence on these data could be chosen.',
    );
    expect(textOf(fitStudy(fitInput(field, { limits: { maxFpr: 0.6 } })))).toContain(
      'Only rules with a false-positive rate of at most 0.6 on these data could be chosen.',
    );
    expect(textOf(plain)).not.toContain('could be chosen');
  });

  it('by which objective', () => {
    expect(textOf(plain)).toContain("has the highest Youden's J (sensitivity + specificity - 1). As every rule was");
    expect(textOf(fitStudy(fitInput(field, { objective: 'cost' })))).toContain(
      'has the lowest expected cost per person (missed contact = 7 false alerts).',
    );
  });

  it('and without order, where that was asked for', () => {
    expect(textOf(plain, { unconstrained: true })).toContain(
      'The best rule whose scores may also fall was found exactly',
    );
    expect(textOf(plain)).not.toContain('may also fall');
  });
});

describe('the choice among equals', () => {
  it('names only criteria that were applied', () => {
    expect(plain.fit.ties.length).toBeGreaterThan(1);
    expect(textOf(plain)).toContain(
      `Of ${plain.fit.ties.length} rules with this value the one was taken that has the smallest`,
    );
    expect(textOf(plain)).not.toContain('mean over the bootstrap');
    expect(textOf(drawn)).toContain('was taken that has the best mean over the bootstrap, among equals the smallest');
    expect(textOf(plain)).toContain('the fewest cells that differ from immuni-2020-06-05');
    const elsewhere: FitStudy = { ...plain, fit: { ...plain.fit, comparedRule: null } };
    expect(textOf(elsewhere)).not.toContain('cells that differ');
  });

  it('is none where one rule is best', () => {
    const alone: FitStudy = { ...plain, fit: { ...plain.fit, ties: plain.fit.ties.slice(0, 1) } };
    expect(textOf(alone)).toContain('No other rule reaches the same value.');
    expect(textOf(alone)).not.toContain('the one was taken');
  });
});

describe('intervals and optimism', () => {
  const repeated = 'The whole search was repeated';

  it('without bootstrap claim no replicate', () => {
    const text = textOf(plain);
    expect(text).toContain('other figures have none, because no bootstrap was run.');
    expect(text).toContain('is not corrected for having been searched for and is too good for new data.');
    expect(text).not.toMatch(/replicate|percentiles|Efron/);
  });

  it('with one, of independent rows', () => {
    const rows = messyExposures(45, { users: 60, most: 1 });
    const text = textOf(fitStudy(fitInput(rows, { bootstrap, policy: SHORT_NEVER })));
    expect(text).toContain("Newcombe's hybrid of the two for Youden's J, and percentiles of 12 bootstrap replicates");
    expect(text).toContain(
      'Each replicate draws users with replacement, as many from every scenario as there are (seed 7).',
    );
    expect(text).toContain(`${repeated} in every replicate. The mean`);
    expect(text).toContain('The gain over immuni-2020-06-05 was corrected in the same way');
  });

  it('tell that small scenarios are drawn together', () => {
    const rare = field.map((own) => ({ ...own, scenario: { u1: 's9', u2: 's8' }[own.user!] ?? 's0' }));
    expect(textOf(fitStudy(fitInput(rare, { bootstrap, policy: SHORT_NEVER })))).not.toContain('every scenario');
    const many = rare.map((own) => ({
      ...own,
      scenario: own.user! > 'u3' && own.scenario === 's0' ? 's1' : own.scenario,
    }));
    expect(textOf(fitStudy(fitInput(many, { bootstrap, policy: SHORT_NEVER })))).toContain(
      'as many from every scenario as there are, of the small ones together (seed 7).',
    );
  });

  it('do not speak of scenarios where there is one', () => {
    const one = field.map((own) => ({ ...own, scenario: 's' }));
    expect(textOf(fitStudy(fitInput(one, { bootstrap, policy: SHORT_NEVER })))).toContain(
      'Each replicate draws users with replacement (seed 7).',
    );
  });

  it('of rows that belong together', () => {
    const text = textOf(fitStudy(fitInput(field, { level: 'exposure', bootstrap, policy: SHORT_NEVER })), {
      level: 'exposure',
    });
    expect(text).toContain('percentiles of 12 bootstrap replicates, because several exposures belong to one person.');
    expect(text).toContain('Each replicate draws people, with all their exposures, with replacement');
    expect(text).toContain('the formulas of Wilson and Newcombe were used');
    const bare = textOf(fitStudy(fitInput(field, { level: 'exposure' })), { level: 'exposure' });
    expect(bare).toContain('Figures have no intervals: several exposures belong to one person, so no formula holds');
  });

  it('of weighted rows, for which no formula holds', () => {
    const study = fitStudy(
      fitInput(messyExposures(44, { users: 40, weighted: true }), { bootstrap, policy: SHORT_NEVER }),
    );
    expect(textOf(study)).toContain('bootstrap replicates, because rows have weights.');
    expect(textOf(study)).not.toContain('Wilson');
  });

  it('count replicates that could not be searched', () => {
    const some: FitStudy = { ...drawn, fit: { ...drawn.fit, searched: 9 } };
    expect(textOf(some)).toContain(`${repeated} in every replicate but 3, which had one class only`);
    const none: FitStudy = { ...drawn, fit: { ...drawn.fit, searched: 0 } };
    expect(textOf(none)).toContain('No replicate could be searched');
    expect(textOf(none)).not.toContain(repeated);
  });
});

describe('what was left out in turn', () => {
  it('is named where it was done', () => {
    const phones = field.map((own, k) => ({ ...own, receiver: `r${k % 3}` }));
    expect(textOf(plain)).toContain('In addition each scenario was left out in turn');
    expect(textOf(fitStudy(fitInput(phones)))).toContain('In addition each scenario and each phone was left out');
    const one = field.map((own) => ({ ...own, scenario: 's' }));
    expect(textOf(fitStudy(fitInput(one)))).not.toContain('left out in turn');
  });
});

describe('other families', () => {
  it('minutes rules: what they are, that all were tried, how one of several was chosen', () => {
    const text = modelText(field, 'minutes', { bootstrap });
    expect(text).toContain(
      'below a lower threshold (weight 1) and those from there to below a higher threshold (weight 0.4)',
    );
    expect(text).toContain(
      'All 111,630 rules with these weights, thresholds of whole dB from 30 to 90 and triggers of 1 to 61',
    );
    expect(text).toContain('nearest to the centre of all of them');
    expect(text).toContain('The whole search was repeated in every replicate');
    expect(text).toContain('Where the trace does not say how long ago an exposure was, 0 days were assumed.');
    expect(text).not.toMatch(/D x A|8 x 8|12,021|certificate/);
    const aged = field.map((own) => ({ ...own, daysSinceExposure: 2 }));
    expect(modelText(aged, 'minutes')).not.toContain('were assumed');
    expect(modelText(aged, 'minutes')).not.toContain('stands alone');
    const undated = field.map((own) => defined({ ...own, day: undefined }));
    expect(modelText(undated, 'minutes')).toContain('An exposure without a date stands alone.');
  });

  it('ENv2: no certificate, and a search that was not repeated', () => {
    const text = modelText(field, 'env2', { bootstrap });
    expect(text).toContain('was sought from 2 random starts (seed 7)');
    expect(text).toMatch(/There is no certificate: \d of 2 random starts ended at the best value, [\d,]+ settings/);
    expect(text).toContain(
      'weights are multiples of 1/20 up to 2.5, triggers are multiples of 60 seconds up to 120 minutes',
    );
    expect(text).toContain('The search was not repeated in the replicates, because a search without certificate');
    expect(text).not.toMatch(/D x A|Efron|this is certain|As every rule/);
    expect(modelText(field, 'env2')).toContain('The search was not repeated, so the value');
  });
});

it('the names of options are those that the command echoes', async () => {
  const place = new Workplace({ 'field.csv': fieldCsv() });
  await place.output(
    'calibrate fit field.csv --level exposure --bootstrap 0 --forbid "minutes<=5" --require "minutes>30 attenuation<=51" ' +
      '--fix A1=0 --duration-cap 30 --weight-by scenario --cohort --truth "within 2 m" --report fit.html',
  );
  const html = place.text('fit.html');
  for (const words of [
    'It was required that no rule alerts where minutes&lt;=5, every rule alerts where minutes&gt;30 and attenuation&lt;=51, A1 = 0',
    'D7 and D8 are alike',
    'Weights were scaled so that every scenario has the same total.',
    'is that of these data, a cohort',
    'The analysis is of 120 exposures',
  ])
    expect(html).toContain(words);
});
