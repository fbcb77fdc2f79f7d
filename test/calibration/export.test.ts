import { describe, expect, it } from 'vitest';
import { exportResult } from '../../calibration/export.ts';
import { IntegerSolver } from '../../calibration/integers.ts';
import { buildLattice, flags } from '../../calibration/lattice.ts';
import { lintConfiguration } from '../../calibration/lint.ts';
import { fitSchema } from '../../calibration/schemas.ts';
import type { Exposure } from '../../src/core/exposure.ts';
import { packageText } from '../../src/core/files.ts';
import { decodeConfiguration, targetNamed } from '../../src/risk/config/registry.ts';
import { immuni } from '../../src/risk/models/immuni.ts';
import { defaultReading } from '../../src/risk/reading.ts';
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
  resultOf,
  secondsTargets,
} from '../helpers/configurations.ts';
import { contact } from '../helpers/riskFixtures.ts';

const tables = {
  D: [0, 0, 0, 0, 8, 8, 8, 8],
  A: [0, 8, 8, 8, 8, 8, 8, 8],
  threshold: 32,
  operator: '>=' as '>' | '>=',
};

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

  it.each(cellTargets)('are refused by %s where durations were read as no app does', (name) => {
    for (const [edge, minutes] of [
      ['ge', 15],
      ['gt', 15.5],
    ] as const) {
      const result = resultOf(tables, { durationEdge: edge });
      expect(() => exportResult(result, name)).toThrow(
        expect.objectContaining({
          code: 'E-LOSSY',
          message: expect.stringContaining(`--duration-edge "${edge}", apps as with bucket`),
          hint: expect.stringContaining('--duration-edge bucket'),
        }),
      );
      // The reason: such an exposure alerts in the fit and not in the app.
      const group = [contact(minutes, 60)];
      const asFitted = immuni.assess(group, immuni.parameters.parse(tables), { ...defaultReading, durationEdge: edge });
      expect([asFitted.alert, decides(exportResult(resultOf(tables), name))(group)]).toEqual([true, false]);
    }
    expect(refusalOf({ ...resultOf(tables), options: {} }, name)).toMatch(/--duration-edge null/);
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
      options: { objective: 'youden', durationEdge: 'bucket', level: 'user' },
      unidentified: { D: ['D8'], A: ['A7', 'A8'] },
      certificate: { rules: 12_021, optimal: true, ties: 3, withinThousandth: 5 },
      notes: [],
    });
  });

  it.each([
    ['mean', tables, 0],
    ['cumulative', tables, 1],
    ['auto', tables, 1],
    ['cumulative', { model: 'dp3t', parameters: minutesRule() }, 0],
  ] as const)('notes that apps average, where the fit read %s into cells', (reduce, rule, count) => {
    const target = 'D' in rule ? 'immuni' : 'dp3t';
    const { _enlab: provenance } = JSON.parse(exportResult(resultOf(rule, { reduce }), target));
    expect(provenance.notes).toHaveLength(count);
    for (const note of provenance.notes) expect(note).toMatch(/apps use the mean attenuation .* may decide otherwise/);
  });

  it('has nothing for lint to complain about', () => {
    for (const name of cellTargets)
      expect(lintConfiguration(exportResult(resultOf(tables), name), 'f').findings).toEqual([]);
    for (const name of minutesTargets)
      expect(lintConfiguration(exportResult(minutesResult(minutesRule()), name), 'f').findings).toEqual([]);
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
