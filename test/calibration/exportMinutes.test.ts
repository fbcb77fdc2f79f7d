/** Minutes results: what holds them decides alike, and what refuses them has a reason. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportResult } from '../../calibration/export.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import {
  type MinutesRule,
  minutesAsCwaV1,
  minutesAsCwaV2,
  minutesAsDp3t,
  minutesAsEnv2,
} from '../../src/risk/config/equivalents.ts';
import {
  cellTargets,
  certified,
  decides,
  exported,
  minutesResult,
  minutesRule,
  minutesTargets,
  modelDecides,
  refusalOf,
  secondsTargets,
} from '../helpers/configurations.ts';
import { contact, exposure, slice } from '../helpers/riskFixtures.ts';

/** Minutes rules, half of them with weights that sum exactly. */
const percent = fc.integer({ min: 0, max: 250 }).map((value) => value / 100);
const easy = fc.constantFrom(0, 0.25, 0.5, 0.75, 1, 1.5, 2);
const rules = fc
  .record({
    edges: fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 })),
    weights: fc.oneof(fc.tuple(easy, easy), fc.tuple(percent, percent)),
    threshold: fc.oneof(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 80 }).map((half) => half / 2),
    ),
    operator: fc.constantFrom('>', '>='),
  })
  .map(({ edges: [a, b], ...own }) => minutesRule({ ...own, thresholds: [Math.min(a, b), Math.max(a, b)] }));

describe('minutes results', () => {
  it.each(minutesTargets)('SwissCovid 55/63 is held by %s', (name) => {
    const alerts = decides(exportResult(minutesResult(minutesRule()), name));
    const group = (low: number, middle: number) => [exposure([slice(low, 54), slice(middle, 62), slice(60, 63)])];
    expect([alerts(group(14, 1)), alerts(group(14, 2)), alerts(group(0, 29)), alerts(group(0, 30))]).toEqual([
      false,
      true,
      false,
      true,
    ]);
  });

  it.each(cellTargets)('are refused by %s', (name) => {
    expect(refusalOf(minutesResult(minutesRule()), name)).toMatch(/rule on minutes, the document a D x A rule/);
  });

  const scan = fc.record({ minutes: fc.integer({ min: 0, max: 25 }), dB: fc.integer({ min: 0, max: 100 }) });
  const contacts = fc.array(fc.array(scan, { maxLength: 6 }), { maxLength: 4 });
  const groupOf = (own: readonly (readonly { minutes: number; dB: number }[])[], days: readonly number[]) =>
    own.map((scans, k) =>
      exposure(
        scans.map(({ minutes, dB }) => slice(minutes, dB)),
        { day: days[k % days.length]! },
      ),
    );

  it.each([
    ...minutesTargets.map((name) => [name, [18_400]] as const),
    ...['dp3t', 'cwa-v2-android', 'cwa-v2-ios', ...secondsTargets].map((name) => [name, [18_400, 18_401]] as const),
  ])('%s decides as the rule it was made from, days %j', (name, days) => {
    fc.assert(
      fc.property(rules, fc.array(contacts, { minLength: 10, maxLength: 10 }), (rule, cases) => {
        const text = exported(minutesResult(rule), name);
        fc.pre(text !== null);
        const original = modelDecides('dp3t', rule);
        const alerts = decides(text);
        for (const one of cases) {
          const group = groupOf(one, days);
          expect(alerts(group)).toBe(original(group));
        }
      }),
      { numRuns: 80 },
    );
  });

  it('dp3t rounds up as the result does, so it holds data of any length', () => {
    const alerts = decides(exportResult(minutesResult(minutesRule(), {}), 'dp3t'));
    expect(alerts([contact(14.1, 50)])).toBe(true);
  });
});

/** The day that a refusal gives as its reason; null where a number does not fit the document at all. */
function namedDay(message: string): readonly Exposure[] | null {
  const found = /(\d+) min below (\d+) dB and (\d+) min from there to below (\d+) dB/.exec(message);
  if (!found) return null;
  const [low, lower, middle, higher] = found.slice(1).map(Number) as [number, number, number, number];
  return [exposure([slice(low, lower - 1), slice(middle, higher - 1)].filter(({ seconds }) => seconds > 0))];
}

/** What the document that comes nearest to a rule may decide: on either platform, with sums rounded either way. */
function nearestVerdicts(rule: MinutesRule, name: string): readonly ((group: readonly Exposure[]) => boolean)[] {
  if (name === 'dp3t') return [modelDecides('dp3t', minutesAsDp3t(rule))];
  if (name === 'cwa-v1')
    return ['android', 'ios'].map((platform) => modelDecides('cwa-v1', { ...minutesAsCwaV1(rule), platform }));
  if (name.startsWith('cwa-v2')) {
    const own = { ...minutesAsCwaV2(rule), platform: name.slice('cwa-v2-'.length) };
    return [1 - 1e-9, 1, 1 + 1e-9].map((factor) => {
      const weights = own.minutesAtAttenuationWeights.map((entry) => ({ ...entry, weight: entry.weight * factor }));
      return modelDecides('cwa-v2', { ...own, minutesAtAttenuationWeights: weights });
    });
  }
  const own = minutesAsEnv2(rule);
  return [1 - 1e-9, 1, 1 + 1e-9].map((factor) => modelDecides('env2', { ...own, threshold: own.threshold * factor }));
}

describe('refusals, each with an exposure that shows why', () => {
  it.each([...secondsTargets, 'cwa-v1', 'cwa-v2-android'])('%s: time that is no whole minutes', (name) => {
    const rule = minutesRule();
    expect(refusalOf(minutesResult(rule, { ...certified, wholeMinutes: false }), name)).toMatch(/whole minutes/);
    expect(refusalOf(minutesResult(rule, {}), name)).toMatch(/whole minutes/);
    const group = [contact(14.1, 50)];
    expect(modelDecides('dp3t', rule)(group)).toBe(true);
    expect(decides(exportResult(minutesResult(rule), name))(group)).toBe(false);
  });

  it('cwa-v1: several days', () => {
    const rule = minutesRule();
    expect(refusalOf(minutesResult(rule, { wholeMinutes: true }), 'cwa-v1')).toMatch(/sums over all days/);
    const group = [contact(10, 50, { day: 1 }), contact(10, 50, { day: 2 })];
    expect(modelDecides('dp3t', rule)(group)).toBe(false);
    expect(decides(exportResult(minutesResult(rule), 'cwa-v1'))(group)).toBe(true);
  });

  it.each(['cwa-v2-android', 'cwa-v2-ios'])('%s: scans whose smallest attenuation is not the typical one', (name) => {
    const rule = minutesRule();
    const { oneAttenuation: _, ...less } = certified;
    expect(refusalOf(minutesResult(rule, less), name)).toMatch(/smallest attenuation of every scan/);
    const group = [exposure([{ ...slice(20, 70), min: 50 }])];
    expect(modelDecides('dp3t', rule)(group)).toBe(false);
    expect(decides(exportResult(minutesResult(rule), name))(group)).toBe(true);
  });

  it('cwa-v2: a sum that Android rounds up to the trigger; iOS holds it', () => {
    const result = minutesResult(minutesRule({ weights: [1, 0.25], threshold: 14.8 }));
    expect(refusalOf(result, 'cwa-v2-android')).toMatch(/0.1 minutes; 0 min below 55 dB and 59 min/);
    const alerts = decides(exportResult(result, 'cwa-v2-ios'));
    expect([59, 60].map((minutes) => alerts([contact(minutes, 60)]))).toEqual([false, true]);
  });

  it('cwa-v2: holds ">" and triggers between minutes', () => {
    for (const name of ['cwa-v2-android', 'cwa-v2-ios']) {
      const alerts = decides(exportResult(minutesResult(minutesRule({ operator: '>', threshold: 14.5 })), name));
      const groups = [[contact(29, 60)], [contact(30, 60)], [contact(14, 50), contact(1, 60)]];
      expect(groups.map((group) => alerts(group))).toEqual([false, true, false]);
    }
  });

  it('dp3t: another number of days to look back', () => {
    const rule = minutesRule({ lastDays: 14 });
    expect(refusalOf(minutesResult(rule), 'dp3t')).toMatch(/looks back 10 days, not 14/);
    const group = [contact(60, 50, { daysSinceExposure: 12 })];
    expect(modelDecides('dp3t', rule)(group)).toBe(true);
    expect(modelDecides('dp3t', minutesRule())(group)).toBe(false);
  });

  it.each([
    ['cwa-v1', 'a bucket that alone needs more than 30 min', { threshold: 31 }],
    ['cwa-v1', 'a light middle bucket', { weights: [1, 0.25], threshold: 10 }],
    ['cwa-v1', 'a sum that rounds up to the threshold', { weights: [0.833, 1], threshold: 5 }],
    ['cwa-v1', 'a trigger of half minutes', { threshold: 14.5 }],
    ['dp3t', 'a trigger of half minutes', { threshold: 14.5 }],
    ['dp3t', 'more than a score of half minutes', { operator: '>' }],
  ])('%s: %s', (name, _, more) => {
    const rule = minutesRule(more);
    const message = refusalOf(minutesResult(rule), name);
    const day = namedDay(message)!;
    const original = modelDecides('dp3t', rule)(day);
    expect(message).toContain(original ? 'dB alert in the result' : 'dB do not alert in the result');
    expect(nearestVerdicts(rule, name).map((alerts) => alerts(day))).toContain(!original);
  });

  it.each([...minutesTargets])(
    '%s: whatever day a refusal names, the nearest document may judge it the other way',
    (name) => {
      fc.assert(
        fc.property(rules, (rule) => {
          if (exported(minutesResult(rule), name) !== null) return;
          const message = refusalOf(minutesResult(rule), name);
          const day = namedDay(message);
          fc.pre(day !== null);
          const original = modelDecides('dp3t', rule)(day);
          expect(message).toContain(original ? 'dB alert in the result' : 'dB do not alert in the result');
          expect(nearestVerdicts(rule, name).map((alerts) => alerts(day))).toContain(!original);
        }),
        { numRuns: 200 },
      );
    },
  );

  it.each(secondsTargets)('%s: a tie that the last digit of a sum decides', (name) => {
    const rule = minutesRule({ weights: [1, 0.07], threshold: 7 });
    expect(refusalOf(minutesResult(rule), name)).toMatch(/0 min below 55 dB and 100 min/);
    // 100 min in the middle bucket weigh 420 s, or a hair less or more, by the lengths of the scans.
    const verdicts = [1, 2, 3, 4, 5, 7, 10, 20, 100].map((length) => {
      const scans = Array.from({ length: Math.ceil(100 / length) }, (_, k) =>
        slice(Math.min(length, 100 - k * length), 60),
      );
      return modelDecides('env2', minutesAsEnv2(rule))([exposure(scans)]);
    });
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
    expect(exported(minutesResult({ ...rule, threshold: 7.005 }), name)).not.toBeNull();
  });

  it.each(secondsTargets)('%s: weights above 2.5', (name) => {
    const message = refusalOf(minutesResult(minutesRule({ weights: [3, 1] })), name);
    expect(message).toMatch(name === 'env2-apple' ? /immediateDurationWeight must be a number 0..250/ : /0..2.5/);
    const held = modelDecides('env2', minutesAsEnv2(minutesRule({ weights: [2.5, 1] })));
    expect(held([contact(5, 50)])).toBe(false);
    expect(modelDecides('dp3t', minutesRule({ weights: [3, 1] }))([contact(5, 50)])).toBe(true);
  });
});
