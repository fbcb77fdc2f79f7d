/**
 * Operational info as Immuni's phones send it (src/device/immuni/analytics.ts does it for real): in each month once after a
 * detection that warns, and once without, in a day of its own; both drawn, so that a server sees a sample, and nobody twice.
 */
import { drawUniform, purposeHash } from '../core/random.ts';
import type { Deliveries, Hours } from './delivery.ts';
import type { Phones } from './phones.ts';
import type { Provinces } from './provinces.ts';

/** Chances that a phone sends in a month, 0..1; both 0: no phone sends, and nothing is counted. */
export interface AnalyticsParameters {
  /** After the first warning of a month. */
  readonly withExposure: number;
  /** In the window of a month. */
  readonly withoutExposure: number;
}

/** Reports that a server received, and what it knows of them: the chance of each, in each of so many rounds. */
export interface ReportSample {
  readonly received: number;
  readonly rate: number;
  readonly rounds: number;
}

/** Of a province: what was, and what a server received. Dummies are left out, as servers do it. */
export interface ProvinceReports {
  /** Phones on which the app works. */
  readonly phones: number;
  /** Phones that have warned, by the end. */
  readonly alerted: number;
  readonly withExposure: ReportSample;
  /** A round is a whole month. */
  readonly withoutExposure: ReportSample;
}

/** Days of a month here: a run has no calendar. */
export const MONTH_DAYS = 30;
/** As on a real phone, where each month has so many days: the window begins in them, and ends in them. */
const SHORTEST_MONTH = 28;
const HOURS_A_DAY = 24;

const WITH = purposeHash('reports with an exposure');
const WITHOUT = purposeHash('reports without an exposure');
const WINDOW = purposeHash('window of reports');

/** What reports depend on. */
export interface AnalyticsParts {
  readonly phones: Phones;
  readonly deliveries: Deliveries;
  readonly provinces: Provinces;
  /** Day of the first warning of each agent, or -1. */
  readonly notifiedOn: Int16Array;
  readonly seed: number;
}

/**
 * Reports of a run of `days`, in the order of the provinces. That the only detection of a window is one that warns is so rare
 * that it is not looked at: it would send nothing then.
 */
export function reportsByProvince(
  rates: AnalyticsParameters,
  days: number,
  { phones, deliveries, provinces, notifiedOn, seed }: AnalyticsParts,
): readonly ProvinceReports[] {
  const counts = provinces.names.map(() => ({ phones: 0, alerted: 0, withExposure: 0, withoutExposure: 0 }));
  const months = Math.floor(days / MONTH_DAYS);
  for (let agent = 0; agent < notifiedOn.length; agent++) {
    if (!phones.hasApp(agent)) continue;
    const own = counts[provinces.of(agent)]!;
    own.phones++;
    for (let month = 0; month < months; month++) {
      const [from, to] = windowOf(agent, month, seed);
      if (drawUniform(seed, WITHOUT, agent, month) < rates.withoutExposure && deliveries.detects(agent, from, to))
        own.withoutExposure++;
    }
    const on = notifiedOn[agent]!;
    if (on < 0) continue;
    own.alerted++;
    if (drawUniform(seed, WITH, agent, Math.floor((on - 1) / MONTH_DAYS)) < rates.withExposure) own.withExposure++;
  }
  return counts.map(({ withExposure, withoutExposure, ...own }) => ({
    ...own,
    withExposure: { received: withExposure, rate: rates.withExposure, rounds: 1 },
    withoutExposure: { received: withoutExposure, rate: rates.withoutExposure, rounds: months },
  }));
}

/** A day anywhere in a month, in hours since the begin; day 1 is the first. */
function windowOf(agent: number, month: number, seed: number): readonly [from: Hours, to: Hours] {
  const begin = 1 + month * MONTH_DAYS + drawUniform(seed, WINDOW, agent, month) * (SHORTEST_MONTH - 1);
  return [begin * HOURS_A_DAY, (begin + 1) * HOURS_A_DAY];
}
