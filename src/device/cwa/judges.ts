/**
 * How the Corona-Warn-App judges by its configuration, and what the framework tells it: version 1 sums, version 2 windows. A
 * simulation that follows no memory asks for the same reports (`reporterOf`).
 */
import type { Exposure } from '../../core/exposure.ts';
import { defined } from '../../core/object.ts';
import { utcDayOf } from '../../core/time.ts';
import type { UnixSeconds, UtcDay } from '../../core/units.ts';
import type { RiskModel, Trail, Verdict } from '../../risk/model.ts';
import { cwaV1, exposureScore } from '../../risk/models/cwaV1.ts';
import { cwaV2 } from '../../risk/models/cwaV2.ts';
import { neutralLevel } from '../../risk/models/cwaV2Days.ts';
import { defaultReading } from '../../risk/reading.ts';
import { exposuresOf } from '../../risk/ready.ts';
import { windowsIn } from '../detection.ts';
import { type ExposureReport, FRAMEWORK_READING, type Judge, summaryOf } from '../found.ts';
import type { PhoneMemory } from '../memory.ts';
import type { AppName } from '../profile.ts';

export interface CwaJudge extends Judge {
  /** What the framework says of a key, from its level. */
  encoded(exposure: Exposure): Exposure;
}

type ParametersOf<M> = M extends RiskModel<infer P> ? P : never;
type ParametersV1 = ParametersOf<typeof cwaV1>;
type ParametersV2 = ParametersOf<typeof cwaV2>;

/** Of the version that the parameters are for, at the time on the phone. */
export const judgeOf = (app: AppName, parameters: unknown, now: UnixSeconds): CwaJudge =>
  app === cwaV1.name ? judgeV1(parameters as ParametersV1, now) : judgeV2(parameters as ParametersV2);

/** Weighted minutes of everything kept: the app gives the framework all packages of 14 days, which reports one sum. */
function judgeV1(own: ParametersV1, now: UnixSeconds): CwaJudge {
  const { lower, upper } = own.attenuationDuration;
  const thresholds = [lower, upper] as const;
  return {
    thresholds,
    warnsOnce: true,
    encoded: (exposure) => exposure,
    scoreOf: (exposure) => exposureScore(exposure, own, FRAMEWORK_READING),
    warn({ exposures }) {
      const group = exposures.flatMap((found) => reported(found, thresholds, utcDayOf(now)));
      return warning(group, (ones, trail) => cwaV1.assess(ones, own, defaultReading, trail));
    },
  };
}

const reported = (
  { day, minutes, attenuation, attenuationDurations, transmissionLevel }: ExposureReport,
  thresholds: readonly [number, number],
  today: UtcDay,
): readonly Exposure[] =>
  exposuresOf(
    {
      type: 'exposure',
      day,
      minutes,
      attenuation,
      daysSinceExposure: today - day,
      buckets: { thresholds: [...thresholds], minutes: attenuationDurations.map((seconds) => seconds / 60) },
      ...(transmissionLevel !== null && { transmissionLevel }),
    },
    '',
  );

/** The windows of 14 days, summed day by day. */
const judgeV2 = (own: ParametersV2): CwaJudge => ({
  warnsOnce: true,
  encoded: (exposure) => encoded(exposure, own),
  scoreOf: (exposure) => cwaV2.assess([exposure], own, defaultReading).score,
  warn: ({ windows }: PhoneMemory) =>
    warning(
      windows.flatMap((window) => exposuresOf(window, '')),
      (ones, trail) => cwaV2.assess(ones, own, defaultReading, trail),
    ),
});

/** A server gives every key a level; without one, as in simulations, the level counts that weighs 1. */
const encoded = ({ transmissionLevel, ...exposure }: Exposure, own: ParametersV2): Exposure => ({
  ...exposure,
  ...encodedLevel(transmissionLevel ?? neutralLevel(own) ?? 0, own),
});

/** Report types and infectiousness by which the server writes levels, and from which the app reads them again. */
const REPORT_TYPES = [1, 2, 3, 4] as const;
const INFECTIOUSNESS = [1, 2] as const;

function encodedLevel(level: number, { trlEncoding }: ParametersV2) {
  const offsets = [
    trlEncoding.reportTypeOffsetConfirmedTest,
    trlEncoding.reportTypeOffsetConfirmedClinicalDiagnosis,
    trlEncoding.reportTypeOffsetSelfReport,
    trlEncoding.reportTypeOffsetRecursive,
  ];
  const steps = [trlEncoding.infectiousnessOffsetStandard, trlEncoding.infectiousnessOffsetHigh];
  const pairs = REPORT_TYPES.flatMap((reportType, r) =>
    INFECTIOUSNESS.map((infectiousness, i) => ({ reportType, infectiousness, sum: offsets[r]! + steps[i]! })),
  );
  const found = pairs.find(({ sum }) => sum === level);
  return defined({ transmissionLevel: level, reportType: found?.reportType, infectiousness: found?.infectiousness });
}

/** The verdict about everything; the last exposure is the last one that counts at all. */
function warning(group: readonly Exposure[], assess: (group: readonly Exposure[], trail?: Trail) => Verdict) {
  const reason: Trail = [];
  const { score, threshold, operator, alert } = assess(group, reason);
  if (!alert) return undefined;
  const counted = group.filter((one) => assess([one]).score > 0);
  const lastExposure = counted.reduce((last, { day }) => Math.max(last, day!), 0);
  return { lastExposure, score, threshold, operator, action: 'stay-home-call-doctor' as const, reason };
}

/** Exposures as they lie in the air, and what the framework tells of each. */
export type Reporter = (exposure: Exposure) => readonly Exposure[];

/** What a version of the app is told of exposures that have a day and an age. Undefined: it is none of this app. */
export function reporterOf(app: string, parameters: unknown): Reporter | undefined {
  if (app === cwaV1.name) {
    const { lower, upper } = cwaV1.parameters.parse(parameters).attenuationDuration;
    const thresholds = [lower, upper] as const;
    return (exposure) =>
      reported(
        summaryOf(inWholeMinutes(exposure), thresholds),
        thresholds,
        exposure.day! + exposure.daysSinceExposure!,
      );
  }
  if (app === cwaV2.name) {
    const own = cwaV2.parameters.parse(parameters);
    return (exposure) => windowsIn(encoded(inWholeMinutes(exposure), own)).flatMap((window) => exposuresOf(window, ''));
  }
  return undefined;
}

/** Seconds since the last scan are a difference of whole minutes (risk-models.md 1.2), for the sum of several scans too. */
const inWholeMinutes = (exposure: Exposure): Exposure => ({
  ...exposure,
  slices: exposure.slices.map((slice) => {
    const time = slice.time!;
    return { ...slice, seconds: 60 * (Math.floor(time / 60) - Math.floor((time - slice.seconds) / 60)) };
  }),
});
