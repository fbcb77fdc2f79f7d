/** Every suite of fixtures/vectors/risk-golden.json through the public interface of src/risk. */
import { describe, expect, it } from 'vitest';
import type { Exposure } from '../../src/core/exposure.ts';
import type { Sighting } from '../../src/core/records.ts';
import { Assembler } from '../../src/risk/assemble.ts';
import { reportedAttenuation, reportedDuration } from '../../src/risk/env1Exposure.ts';
import { combinedScore, cwaV1 } from '../../src/risk/models/cwaV1.ts';
import { cwaV2 } from '../../src/risk/models/cwaV2.ts';
import { cwaV2Days, cwaV2Summary } from '../../src/risk/models/cwaV2Days.ts';
import { daysIndex } from '../../src/risk/models/env1Parts.ts';
import { findPreset } from '../../src/risk/presets.ts';
import { defaultReading } from '../../src/risk/reading.ts';
import { attenuationIndex, durationIndex, ENV1_SCALE } from '../../src/risk/scale.ts';
import { secondsSinceLastScan } from '../../src/risk/scans.ts';
import { windowsOf } from '../../src/risk/windows.ts';
import { bin, contact, exposure, fixture, judge, slice } from '../helpers/riskFixtures.ts';

type Pair = readonly [number, number];
type Minutes = readonly [number, number, number];

interface CwaV2Case {
  readonly description: string;
  readonly exposureWindows: readonly {
    readonly ageInDays: number;
    readonly reportType: number;
    readonly infectiousness: number;
    readonly calibrationConfidence: number;
    readonly scanInstances: readonly {
      readonly minAttenuation: number;
      readonly typicalAttenuation: number;
      readonly secondsSinceLastScan: number;
    }[];
  }[];
  readonly expTotalRiskLevel: number;
  readonly expAgeOfMostRecentDateWithLowRisk: number | null;
  readonly expAgeOfMostRecentDateWithHighRisk: number | null;
  readonly expNumberOfDaysWithLowRisk: number;
  readonly expNumberOfDaysWithHighRisk: number;
  readonly expTotalMinimumDistinctEncountersWithLowRisk: number;
  readonly expTotalMinimumDistinctEncountersWithHighRisk: number;
}

interface Encounter {
  readonly minutes: number;
  readonly bucket: string;
  readonly trl: number;
  readonly days?: number;
}

interface ImmuniConfiguration {
  readonly attenuation?: readonly number[];
  readonly duration?: readonly number[];
  readonly minimum_risk_score?: number;
  readonly exposure_info_minimum_risk_score?: number;
}

interface Suites {
  readonly env1_buckets: {
    readonly attenuation_dB_to_index0: readonly Pair[];
    readonly duration_minutes_floor_to_index0: readonly Pair[];
    readonly latency_days_to_index0: readonly Pair[];
  };
  readonly env1_duration_bucketize: {
    readonly cases: readonly { readonly sighted_span_s: number; readonly bucketized_s: number }[];
  };
  readonly env1_weighted_attenuation: {
    readonly cases: readonly {
      readonly scan_interval: number;
      readonly sightings: readonly Pair[];
      readonly expected_rounded: number;
    }[];
  };
  readonly env1_gap: {
    readonly rules: {
      readonly max_interpolation_s: number;
      readonly same_scan_gap_s: number;
      readonly window_max_min: number;
    };
  };
  readonly cwa_v1: {
    readonly cases: readonly {
      readonly weights: { readonly low: number; readonly mid: number; readonly high: number };
      readonly divisor: number;
      readonly offset: number;
      readonly maxRisk: number;
      readonly minutes: Minutes;
      readonly expected: number;
    }[];
  };
  readonly cwa_v1_doc_example: {
    readonly cases: readonly { readonly encounters: readonly Encounter[]; readonly expected_minutes: number }[];
  };
  readonly immuni_configs: {
    readonly cases: readonly ImmuniConfiguration[];
    readonly derived_decisions: readonly {
      readonly config: string;
      readonly minutes: number;
      readonly attenuation_dB: number;
      readonly score: number;
      readonly alert_ge: boolean;
    }[];
  };
  readonly cwa_v2_android: { readonly config: object; readonly cases: readonly CwaV2Case[] };
  readonly dp3t: {
    readonly cases: readonly {
      readonly fLow: number;
      readonly fMed: number;
      readonly min: number;
      readonly minutes: Minutes;
      readonly expected: boolean;
    }[];
  };
  readonly covidwatch_az: {
    readonly params: { readonly w: readonly number[]; readonly lam: number; readonly tr: readonly number[] };
    readonly cases: readonly { readonly minutes: Minutes; readonly level: number; readonly expected: number }[];
  };
  readonly cwa_v2_day_rounding: {
    readonly preset: string;
    readonly cases: readonly { readonly day_minutes: number; readonly android: string; readonly ios: string }[];
  };
}

const { suites } = fixture('vectors/risk-golden.json') as { suites: Suites };

describe('coverage', () => {
  it('leaves out nhs_v2 alone', () => {
    const here = [
      'env1_buckets',
      'env1_duration_bucketize',
      'env1_weighted_attenuation',
      'env1_gap',
      'cwa_v1',
      'cwa_v1_doc_example',
      'immuni_configs',
      'cwa_v2_android',
      'dp3t',
      'covidwatch_az',
      'cwa_v2_day_rounding',
    ];
    // Real data: tram.test.ts. The theory of the lattice: test/calibration.
    const elsewhere = ['leith_farrell_real', 'dxa_theory'];
    expect(Object.keys(suites).filter((name) => ![...here, ...elsewhere].includes(name))).toEqual(['nhs_v2']);
    expect(Object.keys(suites)).toEqual(expect.arrayContaining([...here, ...elsewhere]));
  });
});

describe('env1_buckets', () => {
  const buckets = suites.env1_buckets;
  it.each(buckets.attenuation_dB_to_index0)('%d dB', (dB, index) => {
    expect(attenuationIndex(dB, ENV1_SCALE)).toBe(index);
  });
  it.each(buckets.duration_minutes_floor_to_index0)('%d min', (minutes, index) => {
    expect(durationIndex(minutes, ENV1_SCALE, 'bucket')).toBe(index);
    expect(durationIndex(minutes + 59 / 60, ENV1_SCALE, 'bucket')).toBe(index);
  });
  it.each(buckets.latency_days_to_index0)('%d days', (days, index) => {
    expect(daysIndex(days)).toBe(index);
  });

  const tables = { D: [1, 1, 1, 1, 1, 1, 1, 1], A: [1, 1, 1, 1, 1, 1, 1, 1], days: [8, 7, 6, 5, 4, 3, 2, 1] };
  it('multiplies, takes level 0 as factor 1, and drops what is below the minimum', () => {
    const change = { ...tables, transmission: [2, 3, 4, 5, 6, 7, 8, 8], minimumRiskScore: 4 };
    const score = (more: Partial<Exposure>) => judge('cwa-v1-2020-05-25', [contact(20, 50, more)], { change }).score;
    expect(score({ daysSinceExposure: 14, transmissionLevel: 0 })).toBe(8);
    expect(score({ daysSinceExposure: 14, transmissionLevel: 1 })).toBe(16);
    expect(score({ daysSinceExposure: 0, transmissionLevel: 3 })).toBe(4);
    expect(score({ daysSinceExposure: 0, transmissionLevel: 2 })).toBe(0);
  });
});

describe('env1_duration_bucketize', () => {
  it.each(suites.env1_duration_bucketize.cases)('$sighted_span_s s -> $bucketized_s s', (own) => {
    expect(reportedDuration(own.sighted_span_s)).toBe(own.bucketized_s);
  });
});

describe('env1_weighted_attenuation', () => {
  it.each(suites.env1_weighted_attenuation.cases)('$sightings', ({ sightings, scan_interval, expected_rounded }) => {
    const seen = sightings.map(([time, attenuation]) => ({ time, attenuation }));
    expect(reportedAttenuation(seen, scan_interval)).toBe(expected_rounded);
  });
  it('takes a single sighting as it is', () => {
    expect(reportedAttenuation([{ time: 5, attenuation: 61 }])).toBe(61);
  });
});

describe('env1_gap', () => {
  const { max_interpolation_s, same_scan_gap_s, window_max_min } = suites.env1_gap.rules;
  const start = 1_600_000_020;
  const assembled = (sightings: readonly { time: number; attenuation: number }[]): readonly Exposure[] => {
    const assembler = new Assembler({
      scanGap: same_scan_gap_s,
      episodes: true,
      scenario: 'golden',
      attenuationOf: ({ attenuation }: Sighting) => attenuation!,
    });
    const records = sightings.map((own): Sighting => ({ type: 'sighting', receiver: 'a', transmitter: 'b', ...own }));
    return [...assembler.add(records), ...assembler.finish()];
  };

  it.each([
    [0, 1],
    [1, 2],
  ])('an exposure splits when the gap is strictly longer (+%d s -> %d)', (more, exposures) => {
    const gap = max_interpolation_s + more;
    expect(assembled([0, gap].map((time) => ({ time: start + time, attenuation: 50 })))).toHaveLength(exposures);
  });

  it.each([
    [0, 1],
    [0.1, 2],
  ])('sightings belong to one scan up to the gap (+%d s -> %d)', (more, scans) => {
    const [only] = assembled([0, same_scan_gap_s + more].map((time) => ({ time: start + time, attenuation: 50 })));
    expect(only!.slices).toHaveLength(scans);
  });

  it('typical attenuation is the rounded mean of the dB values', () => {
    const [only] = assembled([50, 51].map((attenuation, k) => ({ time: start + k, attenuation })));
    expect(only!.slices[0]).toMatchObject({ low: 51, high: 51, min: 50 });
  });

  it.each([
    [undefined, 120],
    [start - 59, 60],
    [start - 299, 300],
    [start - 3600, 300],
  ])('seconds since the previous scan at %s: %d', (previous, seconds) => {
    expect(secondsSinceLastScan(start, previous)).toBe(seconds);
  });

  it('a window ends before its length', () => {
    const times = [0, window_max_min * 60 - 1, window_max_min * 60, window_max_min * 60 + 300];
    const windows = windowsOf(exposure(times.map((time) => slice(1, 50, { time }))));
    expect(windows.map((window) => window.map(({ time }) => time))).toEqual([times.slice(0, 2), times.slice(2)]);
  });
});

describe('cwa_v1', () => {
  const own = findPreset('cwa-v1-2020-06-15').parameters as { attenuationDuration: object };
  it.each(suites.cwa_v1.cases)('$maxRisk x $minutes', ({ weights, divisor, offset, maxRisk, minutes, expected }) => {
    const { attenuationDuration } = cwaV1.parameters.parse({
      ...own,
      attenuationDuration: { ...own.attenuationDuration, ...weights, divisor, offset },
    });
    expect(combinedScore(maxRisk, minutes, { attenuationDuration, platform: 'android' })).toBe(expected);
  });

  it('only Android caps the minutes', () => {
    const parsed = cwaV1.parameters.parse(own);
    expect(combinedScore(25, [45, 0, 0], { ...parsed, platform: 'android' })).toBe(30);
    expect(combinedScore(25, [45, 0, 0], { ...parsed, platform: 'ios' })).toBe(45);
  });
});

const cwaV1Preset = 'cwa-v1-2020-06-15';
const bucketDecibels: Readonly<Record<string, number>> = { '<55dB': 50, '55-63dB': 60 };

describe('cwa_v1_doc_example', () => {
  it.each(suites.cwa_v1_doc_example.cases)('$expected_minutes minutes', ({ encounters, expected_minutes }) => {
    const group = encounters.map(({ minutes, bucket, trl, days = 6 }) =>
      contact(minutes, bucketDecibels[bucket]!, { transmissionLevel: trl, daysSinceExposure: days }),
    );
    expect(judge(cwaV1Preset, group)).toMatchObject({ score: expected_minutes, alert: true });
  });

  interface Step {
    readonly exposures: readonly {
      readonly dur: number;
      readonly att: string;
      readonly days: number;
      readonly trl: number;
      readonly score: number;
    }[];
    readonly normalizedMinutes: number;
    readonly alert: boolean;
  }
  const { steps } = fixture('vectors/cwa-v1-worked-example.json') as { steps: readonly Step[] };
  it.each(steps)('the worked example: $normalizedMinutes minutes', ({ exposures, normalizedMinutes, alert }) => {
    // The document prints ENv1 buckets; 20 min at 51-63 dB count as the middle bucket, from 55 dB.
    const group = exposures.map(({ dur, att, days, trl }) =>
      contact(dur, att === '33-51' ? 40 : 60, { daysSinceExposure: days, transmissionLevel: trl }),
    );
    expect(judge(cwaV1Preset, group)).toMatchObject({ score: normalizedMinutes, alert });
  });
});

describe('immuni_configs', () => {
  const named: Readonly<Record<string, string>> = {
    '2020-06-22': 'immuni-2020-06-22',
    'ios-2020-05-28': 'immuni-2020-05-28-e86088f',
  };
  it.each(suites.immuni_configs.derived_decisions)('$config: $minutes min $attenuation_dB dB', (own) => {
    const verdict = judge(named[own.config]!, [contact(own.minutes, own.attenuation_dB)]);
    expect(verdict).toMatchObject({ score: own.score, operator: '>=', alert: own.alert_ge });
  });

  const [dpia, apps, ...configurations] = suites.immuni_configs.cases;
  it.each([
    [configurations[0], 'immuni-2020-06-05'],
    [configurations[1], 'immuni-2020-05-28-e86088f'],
    [configurations[2], 'immuni-2020-10-30'],
    [configurations[3], 'immuni-android-2022-12'],
  ])('%o is preset %s', (configuration, name) => {
    expect(findPreset(name).parameters).toMatchObject({
      D: configuration!.duration,
      A: configuration!.attenuation,
      minimumRiskScore: configuration!.minimum_risk_score,
      threshold: configuration!.exposure_info_minimum_risk_score,
    });
  });

  it('the DPIA says >, the apps do >=', () => {
    expect([dpia, apps]).toMatchObject([
      { rule: expect.stringContaining('(strict)') },
      { rule: expect.stringContaining('(non-strict)') },
    ]);
    const at25 = { change: { threshold: 25 } };
    expect(judge('immuni-dpia', [contact(20, 50)], at25).alert).toBe(false);
    expect(judge('immuni-2020-06-05', [contact(20, 50)], at25).alert).toBe(true);
  });
});

const TODAY = 18_700;

describe('cwa_v2_android', () => {
  const parameters = cwaV2.parameters.parse({ ...suites.cwa_v2_android.config, platform: 'android' });
  it.each(suites.cwa_v2_android.cases)('$description', (own) => {
    const group = own.exposureWindows.map(({ ageInDays, scanInstances, ...context }) =>
      exposure(
        scanInstances.map((scan) =>
          slice(scan.secondsSinceLastScan / 60, scan.typicalAttenuation, { min: scan.minAttenuation }),
        ),
        { ...context, day: TODAY - ageInDays, isWindow: true },
      ),
    );
    const days = cwaV2Days(group, parameters, defaultReading);
    const low = cwaV2Summary(days, 1);
    const high = cwaV2Summary(days, 2);
    const age = (day: number | null) => (day === null ? null : TODAY - day);
    expect({
      level: cwaV2.assess(group, parameters, defaultReading).alert ? 2 : 1,
      ages: [age(low.mostRecent), age(high.mostRecent)],
      days: [low.days, high.days],
      encounters: [low.distinctEncounters, high.distinctEncounters],
    }).toEqual({
      level: own.expTotalRiskLevel,
      ages: [own.expAgeOfMostRecentDateWithLowRisk, own.expAgeOfMostRecentDateWithHighRisk],
      days: [own.expNumberOfDaysWithLowRisk, own.expNumberOfDaysWithHighRisk],
      encounters: [own.expTotalMinimumDistinctEncountersWithLowRisk, own.expTotalMinimumDistinctEncountersWithHighRisk],
    });
  });
});

describe('cwa_v2_day_rounding', () => {
  const { preset, cases } = suites.cwa_v2_day_rounding;
  it.each(cases)('$day_minutes min: Android $android, iOS $ios', ({ day_minutes, android, ios }) => {
    const level = (platform: string) =>
      judge(preset, [contact(day_minutes, 50)], { change: { platform } }).alert ? 'HIGH' : 'LOW';
    expect([level('android'), level('ios')]).toEqual([android, ios]);
  });
});

describe('dp3t', () => {
  it.each(suites.dp3t.cases)('$fLow/$fMed, $minutes', ({ fLow, fMed, min, minutes, expected }) => {
    const group = [exposure([slice(minutes[0], 40), slice(minutes[1], 52), slice(minutes[2], 70)])];
    const change = { weights: [fLow, fMed], threshold: min };
    expect(judge('swisscovid-2020-05-24', group, { change }).alert).toBe(expected);
  });
});

describe('covidwatch_az', () => {
  const { params, cases } = suites.covidwatch_az;
  it('the preset has the parameters of the suite', () => {
    expect(findPreset('covidwatch-az').parameters).toMatchObject({
      weights: params.w,
      doseResponseLambda: params.lam,
      transmissionValues: params.tr,
    });
  });
  it.each([...cases, { minutes: [30, 30, 30] as const, level: 6, expected: 4 }])('$minutes at level $level', (own) => {
    const bins = [bin(own.minutes[0], 40, 50), bin(own.minutes[1], 50, 70), bin(own.minutes[2], 70, 90)];
    const trail: { what: string; value: number | string; because: string }[] = [];
    judge('covidwatch-az', [exposure(bins, { transmissionLevel: own.level })], { trail });
    expect(trail.find(({ what }) => what === 'app score')?.value).toBe(own.expected);
  });
});
