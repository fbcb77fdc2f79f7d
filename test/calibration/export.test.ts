import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportResult } from '../../calibration/export.ts';
import { IntegerSolver } from '../../calibration/integers.ts';
import { buildLattice, flags } from '../../calibration/lattice.ts';
import { lintText } from '../../calibration/lint.ts';
import type { FitResult } from '../../calibration/schemas.ts';
import { fitSchema } from '../../calibration/schemas.ts';
import { EnlabError } from '../../src/core/errors.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { packageText } from '../../src/core/files.ts';
import { type MinutesRule, minutesAsCwaV1, minutesAsDp3t, minutesAsEnv2 } from '../../src/risk/config/equivalents.ts';
import { decodeConfiguration, targetNamed } from '../../src/risk/config/registry.ts';
import { dp3t } from '../../src/risk/models/dp3t.ts';
import { decides, modelDecides, resultOf } from '../helpers/configurations.ts';
import { contact, exposure, slice } from '../helpers/riskFixtures.ts';

const cellTargets = ['immuni', 'env1-apple', 'env1-google'];
const secondsTargets = ['env2-apple', 'env2-google'];
const minutesTargets = ['dp3t', 'cwa-v1', ...secondsTargets];

const tables = {
  D: [0, 0, 0, 0, 8, 8, 8, 8],
  A: [0, 8, 8, 8, 8, 8, 8, 8],
  threshold: 32,
  operator: '>=' as '>' | '>=',
};

const minutesRule = (more: object = {}): MinutesRule =>
  dp3t.parameters.parse({ thresholds: [55, 63], weights: [1, 0.5], threshold: 15, ...more });
/** What the data allow: nothing is rounded and nothing is summed over days. */
const certified = { wholeMinutes: true, oneDay: true };
const minutesResult = (rule: MinutesRule, options: FitResult['options'] = certified): FitResult =>
  resultOf({ model: 'dp3t', parameters: rule }, options);

const env2Rule = (more: object = {}) => ({
  thresholds: [54, 62, 70],
  boundary: 'closed',
  weights: [1.5, 1, 0.5, 0],
  reportTypeWeights: { confirmedTest: 1, clinicalDiagnosis: 1, selfReport: 0.5, recursive: 0 },
  infectiousnessWeights: { standard: 0.3, high: 1 },
  minimumWindowScore: 0,
  threshold: 900,
  operator: '>=',
  ...more,
});

function refusalOf(result: FitResult, target: string): string {
  try {
    exportResult(result, target);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-LOSSY') return error.message;
    throw error;
  }
  throw new Error(`${target} did not refuse`);
}

/** The exported text, or null where the target refuses. */
function exported(result: FitResult, target: string): string | null {
  try {
    return exportResult(result, target);
  } catch (error) {
    if (error instanceof EnlabError && error.code === 'E-LOSSY') return null;
    throw error;
  }
}

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

describe('D x A results', () => {
  const lattice = buildLattice();
  const solver = new IntegerSolver(lattice);
  const reachable = Array.from({ length: lattice.size }, (_, rule) => rule).filter(
    (rule) => lattice.classes[rule]! <= 5,
  );
  const cells = Array.from({ length: 64 }, (_, k): readonly [number, number] => [Math.floor(k / 8), k % 8]);
  const exposures = cells.map((cell): Exposure => ({ slices: [], cell, weight: 1 }));

  it.each(cellTargets)(
    '%s: each of the 12,021 rules decides all 64 cells alike after a round trip',
    (name) => {
      expect(reachable).toHaveLength(12_021);
      const target = targetNamed(name);
      const { model } = target;
      for (const rule of reachable) {
        const own = solver.tables(rule)!;
        // The document as export writes it, without the provenance that takes most of its time.
        const document = target.encode(model.parameters.parse({ ...own, operator: '>=' }));
        const { parameters } = decodeConfiguration(JSON.stringify(document), 'f');
        for (const operator of ['>=', '>'] as const) {
          const alerts = modelDecides(model.name, { ...(parameters as object), operator });
          const wrong = cells.findIndex(
            ([row, column], k) => alerts([exposures[k]!]) !== flags(lattice, rule, row, column),
          );
          if (wrong >= 0) expect.fail(`rule ${rule}, cell ${String(cells[wrong])}, ${operator}`);
        }
      }
    },
    120_000,
  );

  it.each(cellTargets)('%s: the exported text itself decides alike, whatever the operator of the result', (name) => {
    for (let k = 0; k < reachable.length; k += 97) {
      const own = solver.tables(reachable[k]!)!;
      for (const operator of ['>=', '>'] as const) {
        const result = resultOf({ D: [...own.D], A: [...own.A], threshold: own.threshold, operator });
        const alerts = decides(exportResult(result, name));
        const decided = exposures.map((one) => alerts([one]));
        expect(decided).toEqual(cells.map(([row, column]) => flags(lattice, reachable[k]!, row, column)));
      }
    }
  });

  it.each(cellTargets)('%s: a threshold that equals a product moves by one under ">"', (name) => {
    const tie = { ...tables, threshold: 64 };
    const reached = decides(exportResult(resultOf(tie), name));
    const exceeded = decides(exportResult(resultOf({ ...tie, operator: '>' }), name));
    expect([reached([contact(20, 60)]), exceeded([contact(20, 60)])]).toEqual([true, false]);
  });

  it('keeps the threshold in the middle of its margin', () => {
    const document = JSON.parse(exportResult(resultOf({ ...tables, operator: '>' }), 'immuni'));
    expect(document).toMatchObject({ exposure_info_minimum_risk_score: 32 });
  });

  it.each(minutesTargets)('are refused by %s', (name) => {
    expect(refusalOf(resultOf(tables), name)).toMatch(/D x A rule, the document a rule on minutes/);
  });

  it('are refused where the threshold does not fit', () => {
    const high = resultOf({ ...tables, threshold: 300 });
    expect(refusalOf(high, 'env1-apple')).toMatch(/minimumRiskScore must be a whole number 0..255/);
    expect(exported(high, 'env1-google')).not.toBeNull();
    expect(refusalOf(resultOf({ ...tables, threshold: 5000 }), 'immuni')).toMatch(/threshold/);
  });

  it('reach a threshold of 0 with every contact, where the target has one', () => {
    const always = resultOf({ ...tables, threshold: 0 });
    expect(refusalOf(always, 'env1-google')).toMatch(/minimumRiskScore must be a whole number 1..4096/);
    for (const name of ['immuni', 'env1-apple'])
      expect(decides(exportResult(always, name))([contact(1, 90)])).toBe(true);
  });
});

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
    ...['dp3t', ...secondsTargets].map((name) => [name, [18_400, 18_401]] as const),
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
  const own = minutesAsEnv2(rule);
  return [1 - 1e-9, 1, 1 + 1e-9].map((factor) => modelDecides('env2', { ...own, threshold: own.threshold * factor }));
}

describe('refusals, each with an exposure that shows why', () => {
  it.each([...secondsTargets, 'cwa-v1'])('%s: time that is no whole minutes', (name) => {
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

describe('ENv2 results', () => {
  it.each(secondsTargets)('%s holds all parameters', (name) => {
    const rule = env2Rule({ infectiousnessDays: { standard: [-5, 9], high: [-3, 4] } });
    const { model, parameters } = decodeConfiguration(
      exportResult(resultOf({ model: 'env2', parameters: rule }), name),
      'f',
    );
    expect(model).toBe('env2');
    expect(parameters).toEqual(rule);
  });

  it.each(secondsTargets)('%s holds open buckets as closed ones, one dB lower', (name) => {
    const open = env2Rule({ boundary: 'open', thresholds: [55, 63, 71] });
    const alerts = decides(exportResult(resultOf({ model: 'env2', parameters: open }), name));
    const original = modelDecides('env2', open);
    for (const dB of [54, 55, 62, 63, 70, 71])
      for (const minutes of [10, 15, 30]) {
        const group = [contact(minutes, dB, { infectiousness: 2 })];
        expect(alerts(group)).toBe(original(group));
      }
  });

  it.each([
    ['env2-google', 'open at 0 dB', { boundary: 'open', thresholds: [0, 63, 71] }, /0..255/],
    ['env2-google', 'exceeded, not reached', { operator: '>' }, /reached/],
    ['env2-apple', 'a minimum window score', { minimumWindowScore: 60 }, /minimum window score/],
    ['env2-apple', 'more digits than percent hold', { weights: [1 / 3, 0.1, 0.1 + Number.EPSILON, 0] }, /fewer digits/],
    ['dp3t', 'buckets of minutes', {}, /daily summaries/],
    ['cwa-v1', 'buckets of minutes', {}, /daily summaries/],
    ['immuni', 'tables', {}, /daily summaries/],
  ])('%s refuses: %s', (name, _, more, reason) => {
    expect(refusalOf(resultOf({ model: 'env2', parameters: env2Rule(more) }, certified), name)).toMatch(reason);
  });

  it('env2-google does hold a minimum window score', () => {
    const result = resultOf({ model: 'env2', parameters: env2Rule({ minimumWindowScore: 60 }) });
    expect(JSON.parse(exportResult(result, 'env2-google'))).toMatchObject({ minimumWindowScore: 60 });
  });
});

describe('the document', () => {
  const text = exportResult(resultOf(tables, { level: 'user' }), 'immuni');

  it('is stable JSON with two spaces', () => {
    expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 2)}\n`);
    expect(exportResult(resultOf(tables, { level: 'user' }), 'immuni')).toBe(text);
  });

  it('says where its numbers come from', () => {
    const { version } = JSON.parse(packageText('package.json')) as { version: string };
    const { _enlab: provenance } = JSON.parse(text);
    expect(provenance).toEqual({
      version,
      source: 'enlab.calibrate.fit',
      seed: 7,
      objective: {
        name: 'youden',
        value: 0.5,
        low: 0.3,
        high: 0.7,
        optimismCorrected: 0.4,
        optimismCorrectedInterval: [0.2, 0.6],
      },
      data: {
        n: 40,
        positives: 20,
        negatives: 20,
        unknown: 2,
        files: [{ name: 'field.ndjson', sha256: 'ab'.repeat(32) }],
      },
      options: { objective: 'youden', level: 'user' },
      unidentified: { D: ['D8'], A: ['A7', 'A8'] },
      certificate: { rules: 12_021, optimal: true, ties: 3, withinThousandth: 5 },
    });
  });

  it('has nothing for lint to complain about', () => {
    for (const name of cellTargets) expect(lintText(exportResult(resultOf(tables), name), 'f').findings).toEqual([]);
    for (const name of minutesTargets)
      expect(lintText(exportResult(minutesResult(minutesRule()), name), 'f').findings).toEqual([]);
  });

  it('starts from results that the schema of fit accepts', () => {
    for (const result of [resultOf(tables), minutesResult(minutesRule())])
      expect(fitSchema.safeParse(JSON.parse(JSON.stringify(result))).error).toBeUndefined();
  });
});

describe('what cannot be exported at all', () => {
  it.each([
    ['an unknown target', resultOf(tables), 'imuni', 'E-USAGE', /no target "imuni"/],
    [
      'a model without documents',
      resultOf({ model: 'stopp-corona', parameters: {} }),
      'dp3t',
      'E-LOSSY',
      /stopp-corona/,
    ],
    [
      'broken parameters',
      resultOf({ model: 'dp3t', parameters: { thresholds: [70, 50] } }),
      'dp3t',
      'E-FILE-INVALID',
      /best.parameters.thresholds/,
    ],
    [
      'broken ENv2 parameters',
      resultOf({ model: 'env2', parameters: {} }),
      'env2-apple',
      'E-FILE-INVALID',
      /best.parameters/,
    ],
  ])('%s', (_, result, target, code, message) => {
    expect(() => exportResult(result, target)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });
});
