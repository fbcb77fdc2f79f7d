/** The long tables of a fit, for --tables only: every rule, every cell, every replicate. docs/r.md reads them. */
import type { Column, ReportDocument, Table } from '../../src/core/document.ts';
import { confusionOf } from '../counts.ts';
import { signOf } from '../metrics.ts';
import { complement } from '../result.ts';
import { feasible } from '../search.ts';
import type { FitStudy } from '../study.ts';
import { summaryTable } from './summaryTable.ts';
import { countColumns, fprColumn, parameterColumns, parameterValues, sensitivityColumn } from './tables.ts';

/** Large tables as a document of their own; shown nowhere but in files. */
export const fitTables = (study: FitStudy): ReportDocument => ({
  title: 'Tables of a fit',
  summary: [],
  sections: [
    {
      id: 'tables',
      title: 'Tables',
      blocks: [summaryTable(study), rules(study), cells(study), roc(study), bootstrap(study)],
    },
  ],
  provenance: {},
});

const ruleColumn: Column = {
  key: 'rule',
  label: 'rule',
  meaning: 'number of the rule, 0..12869, the same in every fit',
};

function rules({ input: { space, limits }, fit }: FitStudy): Table {
  const kept = new Set(feasible(fit.counts, space.candidates, limits));
  return {
    kind: 'table',
    name: 'rules',
    caption: 'Every rule that was searched, with its exact (weighted) confusion matrix',
    columns: [
      ruleColumn,
      ...countColumns,
      {
        key: 'feasible',
        label: 'feasible',
        meaning: '1 where the rule keeps --max-fpr, --min-sensitivity and --max-alerts-per-1000, else 0',
      },
      { key: 'tuned', label: 'tuned', meaning: '1 for the rule that the fit chose, else 0' },
      ...parameterColumns,
    ],
    rows: Array.from(space.candidates, (rule) => ({
      rule,
      ...confusionOf(fit.counts, rule),
      feasible: Number(kept.has(rule)),
      tuned: Number(rule === fit.best.rule),
      ...parameterValues(space.tables(rule)),
    })),
  };
}

function cells({ fit }: FitStudy): Table {
  const { positives, negatives } = fit.cells;
  return {
    kind: 'table',
    name: 'cells',
    caption: 'Exposures of every cell by the truth of their subject',
    columns: [
      { key: 'D', label: 'D', meaning: 'duration class, 1 = D1 (no minutes) to 8 = D8 (more than 30 minutes)' },
      { key: 'A', label: 'A', meaning: 'attenuation class, 1 = A1 (above 73 dB) to 8 = A8 (at most 10 dB)' },
      cellColumn('positives', 'with'),
      cellColumn('negatives', 'without'),
    ],
    rows: Array.from(positives, (count, k) => ({
      D: Math.floor(k / 8) + 1,
      A: (k % 8) + 1,
      positives: count,
      negatives: negatives[k]!,
    })),
  };
}

const cellColumn = (key: string, whose: string): Column => ({
  key,
  label: key,
  meaning:
    `exposures of subjects ${whose} a true contact in this cell, without weights; a cumulative reading puts every ` +
    'exposure into one cell per attenuation class',
  unit: 'exposures',
});

function roc({ input: { space }, fit }: FitStudy): Table {
  return {
    kind: 'table',
    name: 'roc',
    caption: 'Exact Pareto front as a ROC curve, with 95 % intervals',
    columns: [...countColumns, fprColumn, sensitivityColumn, ...parameterColumns],
    rows: fit.front.rules.map((rule, k) => ({
      ...confusionOf(fit.counts, rule),
      fpr: complement(fit.front.evaluations[k]!.estimates.specificity),
      sensitivity: fit.front.evaluations[k]!.estimates.sensitivity,
      ...parameterValues(space.tables(rule)),
    })),
  };
}

function bootstrap({ input, fit }: FitStudy): Table {
  // As people read the objective: the search maximises the negative of a cost.
  const sign = signOf(input.objective);
  return {
    kind: 'table',
    name: 'bootstrap',
    caption: 'What is best in every bootstrap replicate, its value there and on the data',
    columns: [
      {
        key: 'replicate',
        label: 'replicate',
        meaning: 'counted from 0; replicates without one of the classes or a feasible rule are left out',
      },
      { key: 'winner', label: 'winner', meaning: 'number of the best rule of the replicate, the first of several' },
      { key: 'inReplicate', label: 'inReplicate', meaning: 'objective of the best rules in the replicate' },
      { key: 'onData', label: 'onData', meaning: 'mean objective of the same rules (all that tie) on the data' },
      ...parameterColumns,
    ],
    rows: fit.refits.draws.map(({ winner, inReplicate, onData }, replicate) => ({
      replicate,
      winner,
      inReplicate: sign * inReplicate,
      onData: sign * onData,
      ...parameterValues(input.space.tables(winner)),
    })),
  };
}
