/**
 * Corona-Warn-App from December 2020: exposure windows, each with a transmission risk level, summed up by UTC day
 * (risk-models.md 1.5). Parameters have the names and the form of the app's own configuration.
 */
import type { z } from 'zod';
import type { Exposure, Slice } from '../../core/exposure.ts';
import type { Minutes, Seconds, UtcDay } from '../../core/units.ts';
import { byDay } from '../days.ts';
import { type Reading, shareBelow } from '../reading.ts';
import { windowsOf } from '../windows.ts';
import type { cwaV2Parameters } from './cwaV2Parameters.ts';

export type CwaV2Parameters = z.infer<typeof cwaV2Parameters>;
type Range = CwaV2Parameters['trlFilters'][number]['dropIfTrlInRange'];

/** 1 = low, 2 = high. */
export type RiskLevel = 1 | 2;

export const inRange = ({ min, max, minExclusive, maxExclusive }: Range, value: number): boolean =>
  (minExclusive ? value > min : value >= min) && (maxExclusive ? value < max : value <= max);

/** Seconds of a slice whose attenuation lies in the range; a histogram bin is split as the reading says. */
function secondsIn(range: Range, slice: Slice, own: CwaV2Parameters, reading: Reading): Seconds {
  const value = own.attenuation === 'min' ? slice.min : undefined;
  const low = value ?? slice.low;
  const high = value ?? slice.high;
  const upTo = shareBelow(low, high, range.max, !range.maxExclusive, reading);
  const before = shareBelow(low, high, range.min, range.minExclusive === true, reading);
  return Math.max(0, slice.seconds) * (upTo - before);
}

/** Minutes at attenuations that make the window too short to count. iOS compares whole minutes, Android fractions. */
function isTooShort(window: readonly Slice[], own: CwaV2Parameters, reading: Reading): boolean {
  return own.minutesAtAttenuationFilters.some(({ attenuationRange, dropIfMinutesInRange }) => {
    let seconds = 0;
    for (const slice of window) seconds += secondsIn(attenuationRange, slice, own, reading);
    const minutes = seconds / 60;
    return inRange(dropIfMinutesInRange, own.platform === 'ios' ? Math.trunc(minutes) : minutes);
  });
}

/** Minutes of a window weighted by attenuation. */
function weightedMinutes(window: readonly Slice[], own: CwaV2Parameters, reading: Reading): Minutes {
  let seconds = 0;
  for (const slice of window)
    for (const { attenuationRange, weight } of own.minutesAtAttenuationWeights)
      seconds += weight * secondsIn(attenuationRange, slice, own, reading);
  return seconds / 60;
}

function reportTypeOffset(reportType: number, { trlEncoding }: CwaV2Parameters): number {
  if (reportType === 1) return trlEncoding.reportTypeOffsetConfirmedTest;
  if (reportType === 2) return trlEncoding.reportTypeOffsetConfirmedClinicalDiagnosis;
  if (reportType === 3) return trlEncoding.reportTypeOffsetSelfReport;
  return reportType === 4 ? trlEncoding.reportTypeOffsetRecursive : 0;
}

/**
 * Transmission risk level of an exposure. A trace with neither report type nor infectiousness has the level that it or
 * the reading names, else the first one whose value is 1 (contract.md 1). With one of the two, a missing report type is
 * a confirmed test and a missing infectiousness is standard, as in the app.
 */
function transmissionRiskLevel(exposure: Exposure, own: CwaV2Parameters, reading: Reading): number {
  const { reportType, infectiousness, transmissionLevel } = exposure;
  if (reportType === undefined && infectiousness === undefined) {
    const level = transmissionLevel || (reading.transmissionLevel ?? neutralLevel(own));
    if (level !== undefined) return level;
  }
  const { infectiousnessOffsetHigh, infectiousnessOffsetStandard } = own.trlEncoding;
  const offset = infectiousness === 2 ? infectiousnessOffsetHigh : infectiousnessOffsetStandard;
  return reportTypeOffset(reportType ?? 1, own) + offset;
}

/** The first level that weighs 1. */
export const neutralLevel = ({ transmissionRiskValueMapping }: CwaV2Parameters): number | undefined =>
  transmissionRiskValueMapping.find(({ transmissionRiskValue }) => transmissionRiskValue === 1)?.transmissionRiskLevel;

const riskValue = (level: number, { transmissionRiskValueMapping }: CwaV2Parameters): number =>
  transmissionRiskValueMapping.find(({ transmissionRiskLevel: own }) => own === level)?.transmissionRiskValue ?? 0;

const levelIn = (mapping: CwaV2Parameters['normalizedTimePerDayToRiskLevelMapping'], minutes: Minutes) =>
  mapping.find(({ normalizedTimeRange }) => inRange(normalizedTimeRange, minutes))?.riskLevel;

/** A window that passed the filters. */
export interface CountedWindow {
  readonly transmissionRiskLevel: number;
  readonly calibrationConfidence: number | undefined;
  readonly minutes: Minutes;
  /** Minutes x value of the level. */
  readonly normalizedMinutes: Minutes;
  readonly level: RiskLevel;
}

function countedWindows(exposure: Exposure, own: CwaV2Parameters, reading: Reading): readonly CountedWindow[] {
  const trl = transmissionRiskLevel(exposure, own, reading);
  if (own.trlFilters.some(({ dropIfTrlInRange }) => inRange(dropIfTrlInRange, trl))) return [];
  const { calibrationConfidence } = exposure;
  const counted: CountedWindow[] = [];
  for (const window of windowsOf(exposure)) {
    if (isTooShort(window, own, reading)) continue;
    const minutes = weightedMinutes(window, own, reading);
    const normalizedMinutes = riskValue(trl, own) * minutes;
    const level = levelIn(own.normalizedTimePerEWToRiskLevelMapping, normalizedMinutes);
    if (level) counted.push({ transmissionRiskLevel: trl, calibrationConfidence, minutes, normalizedMinutes, level });
  }
  return counted;
}

export interface CwaV2Day {
  /** Undefined where the trace has no date. */
  readonly day: UtcDay | undefined;
  /** Normalised minutes of the windows that count; Android rounds the sum to 0.1 min. */
  readonly minutes: Minutes;
  /** Undefined where the minutes fall into no range. */
  readonly level: RiskLevel | undefined;
  readonly windows: readonly CountedWindow[];
}

/** Day by day, what the app computes; days without a window that counts are left out. */
export function cwaV2Days(group: readonly Exposure[], own: CwaV2Parameters, reading: Reading): readonly CwaV2Day[] {
  const days: CwaV2Day[] = [];
  for (const { day, exposures } of byDay(group)) {
    const windows = exposures.flatMap((exposure) => countedWindows(exposure, own, reading));
    if (windows.length === 0) continue;
    let minutes = 0;
    for (const { normalizedMinutes } of windows) minutes += normalizedMinutes;
    if (own.platform === 'android') minutes = Math.round(minutes * 10) / 10;
    days.push({ day, minutes, level: levelIn(own.normalizedTimePerDayToRiskLevelMapping, minutes), windows });
  }
  return days;
}

/** Figures that the app shows for one risk level. */
export interface CwaV2Summary {
  readonly days: number;
  readonly mostRecent: UtcDay | null;
  /** Least number of different people: combinations of risk level and calibration confidence, by day. */
  readonly distinctEncounters: number;
}

export function cwaV2Summary(days: readonly CwaV2Day[], level: RiskLevel): CwaV2Summary {
  const own = days.filter((day) => day.level === level);
  const dates = own.flatMap(({ day }) => day ?? []);
  let distinctEncounters = 0;
  for (const { level: ofDay, windows } of days) {
    if (ofDay === undefined) continue;
    const kinds = windows.filter((window) => window.level === level);
    distinctEncounters += new Set(kinds.map((w) => `${w.transmissionRiskLevel} ${w.calibrationConfidence}`)).size;
  }
  return { days: own.length, mostRecent: dates.length > 0 ? Math.max(...dates) : null, distinctEncounters };
}
