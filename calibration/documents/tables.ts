/** Tables that several documents share. */
import type { Column, Table } from '../../src/core/document.ts';
import type { Tables } from '../integers.ts';
import type { CheckResult, Data } from '../schemas.ts';
import { countText, type Suppression } from './suppress.ts';

type Figures = Pick<
  CheckResult['rules'][number],
  'n' | 'tp' | 'fp' | 'fn' | 'tn' | 'sensitivity' | 'specificity' | 'youden'
>;

/** Unit of counts in data dictionaries; what a subject is, stands beside n. */
export const SUBJECTS = 'subjects';

export const nColumn: Column = {
  key: 'n',
  label: 'n',
  format: 'number',
  meaning:
    "subjects of known truth, each counted once; a subject is an exposure, a user or a user's day, as --level says",
  unit: SUBJECTS,
};

/** Sums of weights where subjects have weights (--weight, --weight-by). */
export const countColumns: readonly Column[] = (
  [
    ['tp', 'subjects with a true contact that are alerted'],
    ['fp', 'subjects without a true contact that are alerted'],
    ['fn', 'subjects with a true contact that are not alerted'],
    ['tn', 'subjects without a true contact that are not alerted'],
  ] as const
).map(([key, meaning]) => ({
  key,
  label: key.toUpperCase(),
  format: 'number',
  meaning: `${meaning}; with weights, their sum`,
  unit: SUBJECTS,
}));

export const sensitivityColumn: Column = {
  key: 'sensitivity',
  label: 'sensitivity',
  format: 'proportion',
  meaning: 'share of the subjects with a true contact that are alerted, tp / (tp + fn)',
};

/** Youden's J is a difference of proportions, -1..1: it has no unit. */
const rateColumns: readonly Column[] = [
  sensitivityColumn,
  {
    key: 'specificity',
    label: 'specificity',
    format: 'proportion',
    meaning: 'share of the subjects without a true contact that are not alerted, tn / (fp + tn)',
  },
  {
    key: 'youden',
    label: "Youden's J",
    format: 'proportion',
    meaning: "Youden's J, sensitivity + specificity - 1",
    unit: '',
  },
];

export const fprColumn: Column = {
  key: 'fpr',
  label: 'false-positive rate',
  format: 'proportion',
  meaning: 'share of the subjects without a true contact that are alerted, fp / (fp + tn)',
};

/** The integers of a D x A rule in one row; it alerts where D_i * A_j reaches the threshold. */
export const parameterColumns: readonly Column[] = [
  { key: 'D', label: 'D1-D8', meaning: 'scores 0..8 of the duration classes D1 to D8, separated by blanks' },
  { key: 'A', label: 'A1-A8', meaning: 'scores 0..8 of the attenuation classes A1 to A8, separated by blanks' },
  {
    key: 'threshold',
    label: 'threshold',
    format: 'number',
    meaning: 'the rule alerts where the product of both scores is at least this',
  },
];

export const parameterValues = ({ D, A, threshold }: Tables) => ({ D: D.join(' '), A: A.join(' '), threshold });

/** One rule a row: confusion matrix and rates with 95 % intervals. */
export const rulesTable = (
  name: string,
  caption: string,
  rows: readonly ({ readonly name: string } & Figures)[],
): Table => ({
  kind: 'table',
  name,
  caption,
  columns: [
    { key: 'name', label: 'rule', meaning: 'preset, rule, file or parameter value that was judged' },
    nColumn,
    ...countColumns,
    ...rateColumns,
  ],
  rows: rows.map((row) => ({ ...row })),
});

/** "72 exposures (34 contacts, 38 without contact; 0 of unknown truth left out)" */
export function dataSentence(
  { n, positives, negatives, unknown, rows, rejected }: Data,
  level: string,
  suppression: Suppression = { below: 0 },
): string {
  const text = (count: number): string => countText(count, suppression);
  return (
    `${text(n)} ${LEVEL_NAMES[level] ?? level} with known truth: ${text(positives)} with a true contact, ` +
    `${text(negatives)} without; ${text(unknown)} of unknown truth left out.` +
    (rejected === 0
      ? ''
      : ` ${text(rejected)} of ${text(rows)} rows of the files were rejected: "enlab trace inspect" says which and why.`)
  );
}

export const LEVEL_NAMES: Readonly<Record<string, string>> = {
  exposure: 'exposures',
  user: 'users',
  'user-day': 'user-days',
};

/** What a reader must know before quoting a figure from a trace. */
export const RECEPTION =
  'Everything is conditional on reception: contacts of which no packet was received are not in the file.';

/** An echoed option as text: words as they are, everything else as JSON. */
export function optionText(options: CheckResult['options'], name: string): string {
  const value = options[name] ?? null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** How the trace was read: options that decide results are printed with every result (contract.md 1, datasets.md 1). */
export const readingSentence = (options: CheckResult['options']): string =>
  `Truth: ${optionText(options, 'truth')}. Reading: reduce ${optionText(options, 'reduce')}, bin-split ` +
  `${optionText(options, 'binSplit')}, duration-edge ${optionText(options, 'durationEdge')}, device table ` +
  `${optionText(options, 'deviceTable')}.`;
