/** Parameters for property tests of configuration documents: any that the document of a target can hold. */
import fc from 'fast-check';
import type { TargetName } from './configurations.ts';

const table = fc.array(fc.integer({ min: 0, max: 8 }), { minLength: 8, maxLength: 8 });
const weight = fc.integer({ min: 0, max: 250 }).map((percent) => percent / 100);
const pair = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 })).map(sorted2);
const score = fc.integer({ min: 1, max: 255 });
const scoreShape = { D: table, A: table, days: table, transmission: table, minimumRiskScore: score };
const weights = fc.constant({ attenuation: 1, days: 20, duration: 50, transmission: 100 });
const span = fc.tuple(fc.integer({ min: -14, max: 14 }), fc.integer({ min: -14, max: 14 })).map(sorted2);

function sorted2([a, b]: readonly [number, number]): readonly [number, number] {
  return a < b ? [a, b] : [b, a];
}

/** Parameters that a document of the target can hold. */
export const parametersOf: Readonly<Record<TargetName, fc.Arbitrary<object>>> = {
  immuni: fc.record({ ...scoreShape, threshold: score, weights, attenuationThresholds: pair }).map((own) => ({
    ...own,
    operator: '>=',
    a5Edge: 27,
    thirtyPlus: false,
  })),
  'env1-apple': env1('ios'),
  'env1-google': env1('android'),
  'cwa-v1': fc
    .record({ ...scoreShape, weights, thresholds: pair, low: weight, mid: weight, high: weight, edge: score })
    .map(({ thresholds: [lower, upper], low, mid, high, edge, ...own }) => ({
      ...own,
      attenuationDuration: { lower, upper, low, mid, high, divisor: 25, offset: 1 },
      classes: { LOW: [0, edge], HIGH: [edge, 9999] },
      platform: 'android',
    })),
  'cwa-v2-android': cwaV2('android'),
  'cwa-v2-ios': cwaV2('ios'),
  dp3t: fc
    .record({ thresholds: pair, weights: fc.tuple(weight, weight), threshold: fc.integer({ min: 0, max: 1440 }) })
    .map((own) => ({ ...own, operator: '>=', lastDays: 10 })),
  'env2-apple': env2(fc.constant(0)),
  'env2-google': env2(fc.integer({ min: 0, max: 100_000 })),
};

function env1(platform: string) {
  return fc
    .record({ ...scoreShape, weights, attenuationThresholds: pair })
    .map((own) => ({ ...own, threshold: own.minimumRiskScore, operator: '>=', platform }));
}

function env2(minimumWindowScore: fc.Arbitrary<number>) {
  return fc
    .record({
      thresholds: fc
        .uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 3, maxLength: 3 })
        .map((edges) => edges.toSorted((a, b) => a - b)),
      weights: fc.tuple(weight, weight, weight, weight),
      reportTypeWeights: fc.record({
        confirmedTest: weight,
        clinicalDiagnosis: weight,
        selfReport: weight,
        recursive: weight,
      }),
      infectiousnessWeights: fc.record({ standard: weight, high: weight }),
      high: span,
      minimumWindowScore,
      threshold: fc.integer({ min: 0, max: 1_000_000 }),
    })
    .map(({ high, ...own }) => ({
      ...own,
      infectiousnessDays: { standard: [-14, 14], high },
      boundary: 'closed',
      operator: '>=',
    }));
}

/** Ascending, so that none overlap; a flag is there where it is true, as the decoder writes it. */
function ranges(max: number, least: number): fc.Arbitrary<{ min: number; max: number }[]> {
  return fc.uniqueArray(fc.integer({ min: 0, max: max * 4 }), { minLength: least + 1, maxLength: 5 }).map((ends) => {
    const edges = ends.map((end) => end / 4).toSorted((a, b) => a - b);
    return edges.slice(1).map((end, k) => ({ min: edges[k]!, max: end, maxExclusive: true }));
  });
}

function riskMapping() {
  return ranges(9999, 2).map((all) =>
    all.map((normalizedTimeRange, k) => ({ normalizedTimeRange, riskLevel: k === 1 ? 2 : 1 })),
  );
}

function cwaV2(platform: string) {
  const offset = fc.integer({ min: 0, max: 8 });
  const open = fc.option(fc.constant({ minExclusive: true }), { nil: {} });
  return fc.record({
    minutesAtAttenuationFilters: fc
      .tuple(ranges(255, 0), ranges(1440, 1), open)
      .map(([all, [drop], flag]) =>
        all.map((attenuationRange) => ({ attenuationRange, dropIfMinutesInRange: { ...drop!, ...flag } })),
      ),
    trlFilters: fc.array(
      fc.tuple(offset, offset).map(([a, b]) => ({ dropIfTrlInRange: { min: Math.min(a, b), max: Math.max(a, b) } })),
      { maxLength: 3 },
    ),
    minutesAtAttenuationWeights: fc
      .tuple(ranges(255, 0), weight)
      .map(([all, own]) => all.map((attenuationRange) => ({ attenuationRange, weight: own }))),
    normalizedTimePerEWToRiskLevelMapping: riskMapping(),
    normalizedTimePerDayToRiskLevelMapping: riskMapping(),
    trlEncoding: fc.record({
      infectiousnessOffsetStandard: offset,
      infectiousnessOffsetHigh: offset,
      reportTypeOffsetRecursive: offset,
      reportTypeOffsetSelfReport: offset,
      reportTypeOffsetConfirmedClinicalDiagnosis: offset,
      reportTypeOffsetConfirmedTest: offset,
    }),
    transmissionRiskValueMapping: fc.array(
      fc.record({
        transmissionRiskLevel: fc.integer({ min: 1, max: 8 }),
        transmissionRiskValue: fc.double({ min: 0, max: 10, noNaN: true }),
      }),
      { maxLength: 8 },
    ),
    platform: fc.constant(platform),
    attenuation: fc.constant('min'),
  });
}
