/** The long tables of a fit, for --tables only: every rule, every cell, every replicate. */
import type { ReportDocument, Table } from '../../src/core/document.ts';
import { confusionOf } from '../counts.ts';
import { cellCounts } from '../grid.ts';
import { complement } from '../result.ts';
import type { FitStudy } from '../study.ts';

const column = (key: string, label: string, format: 'number' | 'text' = 'number') => ({ key, label, format });
const counts = [
  column('tp', 'alerted, true contact'),
  column('fp', 'alerted, no contact'),
  column('fn', 'missed'),
  column('tn', 'silent'),
];
const tables = [column('D', 'D1..D8', 'text'), column('A', 'A1..A8', 'text'), column('threshold', 'threshold')];

/** Large tables as a document of their own; shown nowhere but in files. */
export const fitTables = (study: FitStudy): ReportDocument => ({
  title: 'Tables of a fit',
  summary: [],
  sections: [{ id: 'tables', title: 'Tables', blocks: [rules(study), cells(study), roc(study), bootstrap(study)] }],
  provenance: {},
});

function rules({ input: { space }, fit }: FitStudy): Table {
  return {
    kind: 'table',
    name: 'rules',
    caption: 'Every rule that was searched, with its exact (weighted) confusion matrix',
    columns: [column('rule', 'rank of the rule in the lattice'), ...counts, ...tables],
    rows: Array.from(space.candidates, (rule) => ({
      rule,
      ...confusionOf(fit.counts, rule),
      ...tablesRow(space.tables(rule)),
    })),
  };
}

const tablesRow = ({ D, A, threshold }: { D: readonly number[]; A: readonly number[]; threshold: number }) => ({
  D: D.join(' '),
  A: A.join(' '),
  threshold,
});

function cells({ input: { space, sample, scale, reading } }: FitStudy): Table {
  const { positives, negatives } = cellCounts(space.lattice, sample.subjects, scale, reading);
  return {
    kind: 'table',
    name: 'cells',
    caption: 'Exposures of every cell by the truth of their subject',
    columns: [
      column('D', 'duration class 1..8'),
      column('A', 'attenuation class 1..8'),
      column('positives', 'with true contact'),
      column('negatives', 'without'),
    ],
    rows: Array.from(positives, (count, k) => ({
      D: Math.floor(k / 8) + 1,
      A: (k % 8) + 1,
      positives: count,
      negatives: negatives[k]!,
    })),
  };
}

function roc({ input: { space }, fit }: FitStudy): Table {
  return {
    kind: 'table',
    name: 'roc',
    caption: 'Exact Pareto front as a ROC curve, with 95 % intervals',
    columns: [
      ...counts,
      { key: 'fpr', label: 'false-positive rate', format: 'proportion' },
      { key: 'sensitivity', label: 'sensitivity', format: 'proportion' },
      ...tables,
    ],
    rows: fit.front.rules.map((rule, k) => ({
      ...confusionOf(fit.counts, rule),
      fpr: complement(fit.front.evaluations[k]!.estimates.specificity),
      sensitivity: fit.front.evaluations[k]!.estimates.sensitivity,
      ...tablesRow(space.tables(rule)),
    })),
  };
}

function bootstrap({ input: { space }, fit }: FitStudy): Table {
  return {
    kind: 'table',
    name: 'bootstrap',
    caption: 'Best rule of every bootstrap replicate, its value there and on the data',
    columns: [
      column('replicate', 'replicate'),
      column('winner', 'rank of the winning rule'),
      column('inReplicate', 'objective in the replicate'),
      column('onData', 'objective on the data'),
      ...tables,
    ],
    rows: fit.refits.draws.map((draw, replicate) => ({ replicate, ...draw, ...tablesRow(space.tables(draw.winner)) })),
  };
}
