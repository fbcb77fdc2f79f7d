/** What happened day by day, as rows for other programs. */
import { dailyNames, dailyOf } from './figures.ts';
import type { ScenarioRun } from './run.ts';

/** Columns of series.csv. */
export const seriesColumns = ['arm', 'replicate', 'day', ...dailyNames, 'infected', 'infectees'] as const;

/** One day of one run. */
export type SeriesRow = Readonly<Record<(typeof seriesColumns)[number], string | number>>;

/** One row for each arm, replicate and day. `infected` and `infectees` are the cohort infected on that day: R is their ratio. */
export const seriesRows = ({ arms }: ScenarioRun): readonly SeriesRow[] =>
  arms.flatMap(({ arm, outcomes }) =>
    outcomes.flatMap(({ series, infected, infectees }, replicate) =>
      series.map((own) => ({
        arm: arm.name,
        replicate,
        day: own.day,
        ...dailyOf(own),
        infected: infected[own.day]!,
        infectees: infectees[own.day]!,
      })),
    ),
  );
