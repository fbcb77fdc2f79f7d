import { describe, expect, it } from 'vitest';
import {
  dp3tParameters,
  fitMinutes,
  MINUTES_SPACE,
  type MinutesRule,
  MinutesRules,
  type MinutesSpace,
} from '../../calibration/minutesSearch.ts';
import { objective, objectiveNames } from '../../calibration/objectives.ts';
import { type Sample, sampleOf } from '../../calibration/sample.ts';
import type { Limits } from '../../calibration/search.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { keyed } from '../../src/core/random.ts';
import { dp3t } from '../../src/risk/models/dp3t.ts';
import { defaultReading, type Reading } from '../../src/risk/reading.ts';
import { exposureAt, messyExposures, metricOptions, population, sampleFrom } from '../helpers/calibrationData.ts';

/** Silent positives and negatives of a rule by the model itself. */
function silent(sample: Sample, rule: MinutesRule, reading: Reading, space: MinutesSpace): readonly [number, number] {
  const parameters = dp3t.parameters.parse(dp3tParameters(rule, space));
  const sums: [number, number] = [0, 0];
  for (const [k, { exposures }] of sample.subjects.entries())
    if (!dp3t.assess(exposures, parameters, reading).alert) sums[sample.positive[k] ? 0 : 1] += sample.weight[k]!;
  return sums;
}

const reduced: MinutesSpace = { ...MINUTES_SPACE, lowest: 40, highest: 50, longest: 25 };
const aged = (exposures: readonly Exposure[]): readonly Exposure[] =>
  exposures.map((exposure, k) => ({ ...exposure, daysSinceExposure: k % 14 }));
const undated = (exposures: readonly Exposure[]): readonly Exposure[] =>
  exposures.map(({ slices, user, label, weight }) => ({ slices, user: user!, label: label!, weight }));

const cases: readonly {
  name: string;
  exposures: readonly Exposure[];
  reading?: Partial<Reading>;
  space?: Partial<MinutesSpace>;
}[] = [
  { name: 'whole minutes', exposures: messyExposures(1, { users: 40 }) },
  { name: 'fractions of minutes and dB', exposures: messyExposures(2, { users: 40, fractions: true }) },
  { name: 'weights', exposures: messyExposures(3, { users: 40, weighted: true }) },
  { name: 'many slices a day', exposures: messyExposures(4, { users: 20, slices: 30, days: 1 }) },
  { name: 'histograms, bins split', exposures: messyExposures(5, { users: 30, bins: true }) },
  {
    name: 'histograms, bins at their lower edge',
    exposures: messyExposures(6, { users: 30, bins: true }),
    reading: { binSplit: 'lower' },
  },
  {
    name: 'histograms, bins at their upper edge',
    exposures: messyExposures(7, { users: 30, bins: true }),
    reading: { binSplit: 'upper' },
  },
  { name: 'attenuations 4 dB higher', exposures: messyExposures(8, { users: 40 }), reading: { shift: 4 } },
  { name: 'exposures that are too long ago', exposures: aged(messyExposures(9, { users: 40 })) },
  { name: 'no dates', exposures: undated(messyExposures(10, { users: 40 })) },
  { name: 'other factors', exposures: messyExposures(11, { users: 40 }), space: { factors: [0.8, 1] } },
  {
    name: 'factors that leave fractions',
    exposures: messyExposures(12, { users: 40, fractions: true }),
    space: { factors: [1.3, 0.35] },
  },
  { name: 'one person', exposures: messyExposures(13, { users: 1, most: 1 }) },
];

describe.each(cases)('every minutes rule, with $name', ({ exposures, reading: change, space: own }) => {
  const reading = { ...defaultReading, ...change };
  const space = { ...reduced, ...own };
  const sample = sampleFrom(exposures);
  const rules = new MinutesRules(sample, reading, space);
  const expected = [...rules.ids].map((id) => silent(sample, rules.rule(id), reading, space));
  const counts = rules.count(sample.weight);

  it('is silent about whom the model is silent about', () => {
    for (const [k, id] of rules.ids.entries()) {
      expect(counts.fn[id]).toBeCloseTo(expected[k]![0], 9);
      expect(counts.tn[id]).toBeCloseTo(expected[k]![1], 9);
    }
    expect(rules.ids).toHaveLength(55 * 25);
  });

  it('contains the best one, which is central among its ties', () => {
    if (sample.positives === 0 || sample.negatives === 0) return;
    const { positives: P, negatives: N } = counts;
    for (const name of objectiveNames) {
      const target = objective(name, metricOptions);
      const values = expected.map(([fn, tn]) => target.value(P - fn, N - tn, P, N));
      const best = Math.max(...values);
      const ties = [...rules.ids].filter((_, k) => values[k]! > best - 1e-9).map((id) => rules.rule(id));
      const fit = fitMinutes(rules, target);
      expect(fit.value).toBeCloseTo(best, 9);
      expect(fit.configurations).toBe(rules.ids.length);
      expect(fit.ties).toBe(ties.length);
      expect(ties).toContainEqual(fit.best);
      const point = (rule: MinutesRule) => [rule.lowerThreshold, rule.higherThreshold, rule.trigger];
      const centre = [0, 1, 2].map((axis) => ties.reduce((sum, rule) => sum + point(rule)[axis]!, 0) / ties.length);
      const distance = (rule: MinutesRule): number => Math.hypot(...point(rule).map((x, axis) => x - centre[axis]!));
      expect(distance(fit.best)).toBeCloseTo(Math.min(...ties.map(distance)), 9);
    }
  });
});

describe('the whole family', () => {
  const sample = sampleFrom(population(21, 600));
  const rules = new MinutesRules(sample, defaultReading);

  it('has 1,830 pairs of 30..90 dB x 61 triggers = 111,630 configurations, each once', () => {
    expect(rules.ids).toHaveLength(111_630);
    const all = [...rules.ids].map((id) => rules.rule(id));
    expect(new Set(all.map((rule) => Object.values(rule).join())).size).toBe(111_630);
    const inRange = ({ lowerThreshold, higherThreshold, trigger }: MinutesRule): boolean =>
      lowerThreshold >= 30 &&
      lowerThreshold < higherThreshold &&
      higherThreshold <= 90 &&
      trigger >= 1 &&
      trigger <= 61;
    expect(all.every(inRange)).toBe(true);
  });

  it('decides as the model on 300 random rules, SwissCovid and the DP-3T pilot', () => {
    const counts = rules.count(sample.weight);
    const stream = keyed(2, 'test minutes rules');
    const chosen = Array.from({ length: 300 }, () => rules.ids[stream.below(rules.ids.length)]!);
    const deployed = rules.ids.filter((id) => {
      const { lowerThreshold, higherThreshold, trigger } = rules.rule(id);
      return trigger === 15 && ['55 63', '50 55'].includes(`${lowerThreshold} ${higherThreshold}`);
    });
    expect(deployed).toHaveLength(2);
    for (const id of [...chosen, ...deployed])
      expect([counts.fn[id], counts.tn[id]]).toEqual(silent(sample, rules.rule(id), defaultReading, MINUTES_SPACE));
  });

  it('counts a bootstrap replicate as the sample that it stands for', () => {
    const stream = keyed(3, 'test replicate');
    const drawn = Float64Array.from(sample.weight, () => stream.below(3));
    const repeated = sample.subjects.flatMap((subject, k) => Array.from({ length: drawn[k]! }, () => subject));
    const other = new MinutesRules(sampleOf(repeated), defaultReading);
    const [own, expected] = [rules.count(drawn), other.count(other.sample.weight)];
    expect([own.positives, own.negatives]).toEqual([expected.positives, expected.negatives]);
    expect(rules.ids.every((id) => own.fn[id] === expected.fn[id] && own.tn[id] === expected.tn[id])).toBe(true);
  });
});

describe('what a fit says about the data', () => {
  const positive = { user: 'p', label: true, day: 1 };
  const negative = { user: 'n', label: false, day: 1 };
  const fitOf = (exposures: readonly Exposure[], limits: Limits = {}) =>
    fitMinutes(new MinutesRules(sampleFrom(exposures), defaultReading), objective('youden', metricOptions), limits);

  it.each<[string, readonly Exposure[], { wholeMinutes: boolean; oneDay: boolean }]>([
    [
      'whole minutes, one day each',
      [exposureAt(20, 55, positive), exposureAt(5, 70, negative)],
      { wholeMinutes: true, oneDay: true },
    ],
    [
      'half a minute',
      [exposureAt(20.5, 55, positive), exposureAt(5, 70, negative)],
      { wholeMinutes: false, oneDay: true },
    ],
    [
      'half a minute above 90 dB',
      [exposureAt(20, 55, positive), exposureAt(5.5, 95, negative)],
      { wholeMinutes: true, oneDay: true },
    ],
    [
      'two days',
      [exposureAt(20, 55, positive), exposureAt(5, 70, negative), exposureAt(5, 70, { ...negative, day: 2 })],
      { wholeMinutes: true, oneDay: false },
    ],
    [
      'two exposures of one day',
      [exposureAt(20, 55, positive), exposureAt(5, 70, negative), exposureAt(5, 71, negative)],
      { wholeMinutes: true, oneDay: true },
    ],
  ])('%s', (_, exposures, expected) => {
    expect(fitOf(exposures)).toMatchObject(expected);
  });

  it('is in the middle of the rules that separate two people', () => {
    // Separating: 55 dB is below one of the thresholds, 70 dB is not below the higher one (or too short to matter).
    const { best, value, ties } = fitOf([exposureAt(40, 55, positive), exposureAt(40, 70, negative)]);
    expect(value).toBe(1);
    expect(ties).toBeGreaterThan(1000);
    expect(best.lowerThreshold).toBeLessThanOrEqual(70);
    expect(best.higherThreshold).toBeGreaterThan(55);
    expect(best.trigger).toBeGreaterThan(1);
    expect(best.trigger).toBeLessThan(40);
  });

  it('keeps limits, and fails where nothing keeps them', () => {
    const exposures = [
      exposureAt(40, 55, positive),
      exposureAt(40, 55, { ...positive, user: 'p2' }),
      exposureAt(40, 50, negative),
      exposureAt(10, 80, { ...negative, user: 'n2' }),
    ];
    expect(fitOf(exposures, { minSensitivity: 1 }).value).toBe(0.5);
    expect(fitOf(exposures, { maxFpr: 0 }).value).toBe(0);
    expect(() => fitOf(exposures, { maxFpr: 0, minSensitivity: 1 })).toThrow('none of 111630 rules keeps');
  });
});
