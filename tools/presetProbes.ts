/**
 * Exposures on both sides of every edge that a preset has: what the golden baseline and the mutation test of the
 * presets judge. Outcomes are arrays of numbers: score, alert (0 or 1), then what else a model computes.
 */
import type { Exposure } from '../src/core/exposure.ts';
import type { Preset } from '../src/risk/model.ts';
import { type CwaV2Parameters, cwaV2Days, cwaV2Summary } from '../src/risk/models/cwaV2Days.ts';
import { env2, infectiousnessOf } from '../src/risk/models/env2.ts';
import { defaultReading as reading } from '../src/risk/reading.ts';
import { modelNamed } from '../src/risk/registry.ts';

interface Probe {
  readonly name: string;
  readonly group: readonly Exposure[];
}

type Context = Omit<Exposure, 'slices' | 'silent' | 'reported' | 'weight'>;

/** An exposure of so many minutes at one attenuation, dB. */
const at = (minutes: number, dB: number, context: Context = {}): Exposure => ({
  slices: [{ seconds: minutes * 60, low: dB, high: dB, min: dB }],
  weight: 1,
  ...context,
});

const single = (minutes: number, dB: number, context: Context = {}): Probe => ({
  name: [`${minutes} min ${dB} dB`, ...Object.entries(context).map(([key, value]) => `${key} ${String(value)}`)].join(
    ', ',
  ),
  group: [at(minutes, dB, context)],
});

const range = (from: number, to: number, step = 1): readonly number[] =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step);

const around = (edges: readonly number[]): readonly number[] => [
  ...new Set(edges.flatMap((edge) => [edge - 1, edge, edge + 1]).filter((value) => value >= 0)),
];

// 29 min and 23 dB lie in D7 and A6 however a preset draws those edges (risk-models.md 0.3).
const cellMinutes = [0, 5, 10, 15, 20, 25, 29, 30, 31];
const cellDecibels = [74, 73, 63, 51, 33, 27, 23, 15, 10];
const levels = range(0, 8);

const grid = (context: Context = {}): readonly Probe[] =>
  cellMinutes.flatMap((minutes) => cellDecibels.map((dB) => single(minutes, dB, context)));

/** The probes with a second exposure of the same day. */
const together = (probes: readonly Probe[], other: Exposure, name: string): readonly Probe[] =>
  probes.map((probe) => ({ name: `${probe.name} + ${name}`, group: [...probe.group, other] }));

const env1Probes: readonly Probe[] = [
  { name: 'nothing', group: [] },
  ...grid(),
  ...levels.map((transmissionLevel) => single(31, 10, { transmissionLevel })),
  ...range(0, 15).map((daysSinceExposure) => single(31, 10, { daysSinceExposure, transmissionLevel: 8 })),
];

const day = { day: 18_000 };

function cwaV1Probes({ attenuationDuration }: { attenuationDuration: { lower: number; upper: number } }) {
  const { lower, upper } = attenuationDuration;
  const anchor = at(20, lower - 5, { ...day, transmissionLevel: 3 });
  return [
    ...env1Probes,
    ...together(grid({ ...day, transmissionLevel: 8 }), anchor, '20 min near at level 3'),
    ...around([lower, upper]).flatMap((dB) => [5, 8].map((transmissionLevel) => single(20, dB, { transmissionLevel }))),
    ...levels.map((transmissionLevel) => single(20, lower - 5, { transmissionLevel })),
    ...range(11, 32, 0.25).map((minutes) => single(minutes, lower - 5)),
  ];
}

function cwaV2Probes(own: CwaV2Parameters): readonly Probe[] {
  const ranges = [...own.minutesAtAttenuationFilters, ...own.minutesAtAttenuationWeights];
  const edges = around(ranges.flatMap(({ attenuationRange: { min, max } }) => [min, max]));
  const window = { ...day, isWindow: true, reportType: 2, infectiousness: 1 } as const;
  const full = own.minutesAtAttenuationWeights.find(({ weight }) => weight === 1)!.attenuationRange.min;
  const many = Array.from({ length: 10 }, () => at(9999, full, window));
  const kinds = [1, 2, 3, 4].flatMap((reportType) =>
    [1, 2].map((infectiousness) => ({ ...window, reportType, infectiousness })),
  );
  return [
    ...[8, 20].flatMap((minutes) => edges.map((dB) => single(minutes, dB, window))),
    ...range(0, 32, 0.5).map((minutes) => single(minutes, full, window)),
    ...[9998.5, 9999, 9999.5].map((minutes) => single(minutes, full, window)),
    ...[4998.5, 4999.5].flatMap((minutes) =>
      together([single(minutes, full, window)], at(5000, full, window), '5000 min'),
    ),
    { name: '10 x 9999 min + 8.5 min', group: [...many, at(8.5, full, window)] },
    ...kinds.map((kind) => single(20, full, kind)),
    single(20, full),
  ];
}

function env2Probes({ thresholds }: { thresholds: readonly number[] }): readonly Probe[] {
  const [, near] = thresholds as [number, number];
  return [
    ...around(thresholds).map((dB) => single(20, dB)),
    ...[0.5, 898.5, 899.5, 900, 900.5].map((seconds) => single(seconds / 60, near - 1)),
    ...range(0, 5).map((reportType) => single(20, near - 1, { reportType })),
    ...range(0, 2).map((infectiousness) => single(20, near - 1, { infectiousness })),
  ];
}

function dp3tProbes({ thresholds, lastDays }: { thresholds: readonly [number, number]; lastDays: number }) {
  const [near, middle] = thresholds;
  return [
    ...around(thresholds).map((dB) => single(20, dB)),
    ...range(1, 22).map((minutes) => single(minutes, near - 1)),
    ...range(20, 42).map((minutes) => single(minutes, middle - 1)),
    ...around([lastDays]).map((daysSinceExposure) => single(20, near - 1, { daysSinceExposure })),
  ];
}

function covidWatchProbes({ attenuationThresholds }: { attenuationThresholds: readonly [number, number] }) {
  return [
    ...around(attenuationThresholds).map((dB) => single(20, dB)),
    ...range(10, 20).map((minutes) => single(minutes, attenuationThresholds[0] - 1)),
    ...levels.map((transmissionLevel) => single(20, 30, { transmissionLevel })),
  ];
}

const probes: Readonly<Record<string, (parameters: never) => readonly Probe[]>> = {
  env1: () => env1Probes,
  immuni: () => env1Probes,
  'stopp-corona': () => [...env1Probes, ...together(grid(day), at(15, 33, day), '15 min 33 dB')],
  'cwa-v1': cwaV1Probes,
  'cwa-v2': cwaV2Probes,
  env2: env2Probes,
  dp3t: dp3tProbes,
  'covidwatch-az': covidWatchProbes,
};

export const probesOf = ({ model, parameters }: Preset): readonly Probe[] => probes[model]!(parameters as never);

/** What a model computes besides the verdict. */
const extras: Readonly<Record<string, (group: readonly Exposure[], parameters: never) => readonly number[]>> = {
  'cwa-v2': (group, parameters: CwaV2Parameters) => {
    const days = cwaV2Days(group, parameters, reading);
    return ([1, 2] as const).flatMap((level) => {
      const summary = cwaV2Summary(days, level);
      return [summary.days, summary.distinctEncounters];
    });
  },
};

/** Name of the probe -> outcome. Parameters are those to judge by; the probes stay those of the preset. */
export function outcomes(preset: Preset, parameters: unknown): Readonly<Record<string, readonly number[]>> {
  const model = modelNamed(preset.model);
  const table: Record<string, readonly number[]> = {};
  for (const { name, group } of probesOf(preset)) {
    const { score, alert } = model.assess(group, parameters, reading);
    table[name] = [score, alert ? 1 : 0, ...(extras[preset.model]?.(group, parameters as never) ?? [])];
  }
  if (preset.model === 'env2') {
    const own = env2.parameters.parse(parameters);
    for (const days of range(-14, 14)) table[`onset ${days}`] = [infectiousnessOf(days, own)];
  }
  return table;
}
