/** The figures of a fit that others may want to recompute from its long tables, one a row. */
import type { Estimate, Table } from '../../src/core/document.ts';
import { cellsOf } from '../../src/risk/scale.ts';
import { type MetricName, metricNames, metricOf } from '../metrics.ts';
import type { FitStudy } from '../study.ts';
import type { Judged } from '../tuning.ts';

export function summaryTable(study: FitStudy): Table {
  const { input, fit } = study;
  return {
    kind: 'table',
    name: 'summary',
    caption: 'Counts, figures of the tuned and of the compared rule, area under the front',
    columns: [
      {
        key: 'of',
        label: 'of',
        meaning: 'data, tuned (the rule of the fit), compared (--preset) or front (all rules)',
      },
      { key: 'figure', label: 'figure', meaning: 'name of the figure: that of the JSON result, or of what is counted' },
      {
        key: 'kind',
        label: 'kind',
        meaning:
          'count; apparent: on these data; corrected: apparent minus optimism, for the objective of the fit only',
      },
      { key: 'value', label: 'value', meaning: 'the figure; empty where it is undefined' },
      { key: 'low', label: 'low', meaning: 'lower end of the 95 % interval' },
      { key: 'high', label: 'high', meaning: 'upper end of the 95 % interval' },
      { key: 'reason', label: 'reason', meaning: 'why the value or its interval is undefined' },
    ],
    rows: [
      ...countsOf(study),
      ...figuresOf('tuned', fit.best),
      row('tuned', metricOf[input.objective], 'corrected', fit.corrected),
      ...figuresOf('compared', fit.compared),
      row('front', 'auc', 'apparent', fit.front.auc),
    ],
  };
}

const row = (of: string, figure: string, kind: string, { value, low, high, reason }: Estimate) => ({
  of,
  figure,
  kind,
  value,
  low,
  high,
  reason: reason ?? null,
});

const figuresOf = (of: string, { evaluation }: Judged): Table['rows'] =>
  metricNames.map((name: MetricName) => row(of, name, 'apparent', evaluation.estimates[name]));

/**
 * `cells` is the total of cells.csv. Where `singleCells` equals `subjects`, each of them is one count of cells.csv, so
 * the confusion matrix of any rule can be recomputed from that file alone.
 */
function countsOf({ input: { sample, scale, reading } }: FitStudy): Table['rows'] {
  const cells = sample.subjects.map(({ exposures }) =>
    exposures.reduce((sum, exposure) => sum + cellsOf(exposure, scale, reading).length, 0),
  );
  const counts = {
    subjects: sample.subjects.length,
    positives: sample.positives,
    negatives: sample.negatives,
    cells: cells.reduce((sum, own) => sum + own, 0),
    singleCells: cells.filter((own, subject) => own === 1 && sample.weight[subject] === 1).length,
  };
  return Object.entries(counts).map(([figure, value]) =>
    row('data', figure, 'count', { value, low: null, high: null }),
  );
}
