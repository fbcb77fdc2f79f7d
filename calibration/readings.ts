/** The same two rules under every way to read the same trace: what the choice of a reading changes (datasets.md 1). */
import { isBinned } from '../src/core/exposure.ts';
import type { Reading } from '../src/risk/reading.ts';
import { confusion } from './estimates.ts';
import type { Judge } from './judges.ts';
import type { Confusion } from './objectives.ts';
import type { Sample } from './sample.ts';

export interface ReadingRow {
  readonly binSplit: Reading['binSplit'];
  readonly durationEdge: Reading['durationEdge'];
  /** Whether it is the one that the fit used. */
  readonly used: boolean;
  /** One matrix a judge, in the order of the judges. */
  readonly confusions: readonly Confusion[];
}

const SPLITS = ['proportional', 'lower', 'upper'] as const;
const EDGES = ['bucket', 'gt', 'ge'] as const;

/** Every duration edge, and every bin split where the data have bins; the rules stay what they are. */
export function readingsOf(
  sample: Sample,
  judges: readonly Judge[],
  { binSplit: own, ...reading }: Reading,
): readonly ReadingRow[] {
  const { subjects } = sample;
  const hasBins = subjects.some(({ exposures }) => exposures.some(isBinned));
  const readings = (hasBins ? SPLITS : [own]).flatMap((binSplit) =>
    EDGES.map((durationEdge) => ({ ...reading, binSplit, durationEdge })),
  );
  const alerts = readings.map(() => judges.map(() => new Uint8Array(subjects.length)));
  // Subject by subject: fetching exposures from memory is what costs.
  for (const [subject, { exposures }] of subjects.entries())
    for (const [k, one] of readings.entries())
      for (const [j, judge] of judges.entries()) alerts[k]![j]![subject] = judge.assess(exposures, one).alert ? 1 : 0;
  return readings.map(({ binSplit, durationEdge }, k) => ({
    binSplit,
    durationEdge,
    used: binSplit === own && durationEdge === reading.durationEdge,
    confusions: alerts[k]!.map((decided) => confusion(sample, decided)),
  }));
}
