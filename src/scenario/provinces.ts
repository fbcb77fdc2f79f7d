/**
 * What happened in each province, and what a server makes of the reports of phones there, beside what was true. It knows the
 * rates at which phones report, and how many people live in a province, and nothing else.
 */
import type { Estimate } from '../core/document.ts';
import type { ReportSample } from '../population/analytics.ts';
import { type ProvinceCount, provinceCounts } from '../population/provinces.ts';
import { sampledNumber } from '../stats/intervals.ts';
import type { ScenarioRun } from './run.ts';
import type { ProvinceOutcome } from './town.ts';

/** adoption: phones on which the app works, of all people. alerts: phones that have warned. */
export const reportedFigures = ['adoption', 'alerts'] as const;
export type ReportedFigure = (typeof reportedFigures)[number];

/** What was true, and what reports say, with its 95 % interval. */
export interface Reported {
  readonly truth: number | null;
  readonly estimate: Estimate;
}

/** Of one run; undefined where phones report nothing. */
export function reportedOf({
  people,
  reports,
}: Pick<ProvinceOutcome, 'people' | 'reports'>): Readonly<Record<ReportedFigure, Reported>> | undefined {
  if (!reports) return undefined;
  const phones = numberFrom(reports.withoutExposure);
  const shareOf = (number: number | null): number | null => (number === null ? null : Math.min(1, number / people));
  return {
    adoption:
      people === 0
        ? { truth: null, estimate: unknown('nobody lives there') }
        : {
            truth: reports.phones / people,
            estimate: { ...phones, value: shareOf(phones.value), low: shareOf(phones.low), high: shareOf(phones.high) },
          },
    alerts: { truth: reports.alerted, estimate: numberFrom(reports.withExposure) },
  };
}

const unknown = (reason: string): Estimate => ({ value: null, low: null, high: null, reason });

function numberFrom({ received, rate, rounds }: ReportSample): Estimate {
  if (rate === 0) return unknown('no phone reports');
  return rounds === 0 ? unknown('no whole month') : sampledNumber(received, rate, rounds);
}

/** Of the provinces with an interval those in whose interval the truth lies; null of none. */
export function insideShare(provinces: readonly ProvinceOutcome[], figure: ReportedFigure): number | null {
  const known = provinces.flatMap((province) => {
    const { truth = null, estimate } = reportedOf(province)?.[figure] ?? {};
    const { low = null, high = null } = estimate ?? {};
    return truth === null || low === null || high === null ? [] : [{ truth, low, high }];
  });
  if (known.length === 0) return null;
  return known.filter(({ truth, low, high }) => low <= truth && truth <= high).length / known.length;
}

/** Columns of provinces.csv. */
export const provinceColumns = ['arm', 'replicate', 'province', 'day', ...provinceCounts] as const;
/** One day of one province in one run. */
export type ProvinceRow = Readonly<Record<(typeof provinceColumns)[number], string | number>>;

/** One row for each arm, replicate, province and day. */
export const provinceRows = ({ arms }: Pick<ScenarioRun, 'arms'>): readonly ProvinceRow[] =>
  arms.flatMap(({ arm, outcomes }) =>
    outcomes.flatMap(({ provinces }, replicate) =>
      provinces.flatMap((province) =>
        province.infections.map((_, k) => ({
          arm: arm.name,
          replicate,
          province: province.name,
          day: k + 1,
          ...countsOf(province, k),
        })),
      ),
    ),
  );

const countsOf = (province: ProvinceOutcome, k: number): Readonly<Record<ProvinceCount, number>> => ({
  infections: province.infections[k]!,
  uploads: province.uploads[k]!,
  warned: province.warned[k]!,
  calls: province.calls[k]!,
});

/** Whether a report of a run has anything to say of provinces. */
export const tellsProvinces = ({ arms }: Pick<ScenarioRun, 'arms'>): boolean =>
  arms.some(({ outcomes }) =>
    outcomes.some(({ provinces }) => provinces.length > 1 || provinces.some(({ reports }) => reports !== undefined)),
  );
