/** Tables that several documents share. */
import type { Column, Table } from '../../src/core/document.ts';
import type { CheckResult, Data } from '../schemas.ts';

type Figures = Omit<CheckResult['rules'][number], 'name' | 'kind' | 'dependsOn'>;

export const confusionColumns: readonly Column[] = [
  { key: 'n', label: 'n', format: 'number' },
  { key: 'tp', label: 'TP', format: 'number' },
  { key: 'fp', label: 'FP', format: 'number' },
  { key: 'fn', label: 'FN', format: 'number' },
  { key: 'tn', label: 'TN', format: 'number' },
];

export const rateColumns: readonly Column[] = [
  { key: 'sensitivity', label: 'sensitivity', format: 'proportion' },
  { key: 'specificity', label: 'specificity', format: 'proportion' },
  { key: 'youden', label: "Youden's J", format: 'proportion' },
];

/** One rule a row: confusion matrix and rates with 95 % intervals. */
export const rulesTable = (
  name: string,
  caption: string,
  rows: readonly ({ readonly name: string } & Figures)[],
): Table => ({
  kind: 'table',
  name,
  caption,
  columns: [{ key: 'name', label: 'rule' }, ...confusionColumns, ...rateColumns],
  rows: rows.map((row) => ({ ...row })),
});

/** "72 exposures (34 contacts, 38 without contact; 0 of unknown truth left out)" */
export const dataSentence = ({ n, positives, negatives, unknown }: Data, level: string): string =>
  `${n} ${LEVEL_NAMES[level] ?? level} with known truth: ${positives} with a true contact, ${negatives} without; ` +
  `${unknown} of unknown truth left out.`;

export const LEVEL_NAMES: Readonly<Record<string, string>> = {
  exposure: 'exposures',
  user: 'users',
  'user-day': 'user-days',
};

/** What a reader must know before quoting a figure from a trace. */
export const RECEPTION =
  'Everything is conditional on reception: contacts of which no packet was received are not in the file.';
